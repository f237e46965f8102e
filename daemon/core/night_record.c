/* SPDX-License-Identifier: MIT */
/* See night_record.h. */
#include "core/night_record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void
night_add_reasons(struct night *n, const struct scorer *d, const struct scorer_result *r)
{
	for (uint32_t i = 0; i < r->n_reasons && n->n_reasons < REASONS_MAX; i++) {
		struct reason *q = &n->reasons[n->n_reasons++];
		memcpy(q->code, r->reasons[i].code, sizeof q->code);
		q->value = r->reasons[i].value, q->usual = r->reasons[i].usual;
		q->weight = r->reasons[i].weight;
		snprintf(q->scorer, sizeof q->scorer, "%s", d->name);
	}
}

void
night_add_note(struct night *n, const struct scorer *d, const struct scorer_result *r)
{
	if (n->n_notes == NIGHT_NOTES_MAX)
		return;
	struct night_note *q = &n->notes[n->n_notes++];
	snprintf(q->scorer, sizeof q->scorer, "%s", d->name);
	snprintf(q->why, sizeof q->why, "%s",
		r->skip[0] ? r->skip : "it does not say why");
}

double
night_value(const struct night *n, const char *name)
{
	for (uint32_t i = 0; i < n->n_values; i++)
		if (strcmp(n->values[i].name, name) == 0)
			return n->values[i].value;
	return NAN;
}
