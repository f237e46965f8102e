/* SPDX-License-Identifier: MIT */
/* See tr.h. */
#include "core/tr.h"

#include <stdlib.h>
#include <string.h>

#include "core/tr_table.h"

static int
compare(const void *text, const void *entry)
{
	return strcmp(text, ((const struct tr_entry *)entry)->text);
}

static const struct tr_entry *
find(enum language l, const char *text)
{
	const struct tr_table *t = &tr_tables[l];
	if (t->n == 0)
		return NULL;
	return bsearch(text, t->entries, t->n, sizeof *t->entries, compare);
}

const char *
tr(enum language l, const char *text)
{
	const struct tr_entry *e = find(l, text);
	return e ? e->forms[0] : text;
}

const char *
trn(enum language l, const char *one, const char *many, unsigned long n)
{
	const struct tr_entry *e = find(l, one);
	if (e)
		return e->forms[n != 1];
	return n == 1 ? one : many;
}
