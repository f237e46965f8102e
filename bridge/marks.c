/* SPDX-License-Identifier: MIT */
/* See marks.h. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

/* Where the key is, or belongs: they are sorted. *ret: it is there. */
static size_t
find(const struct marks *m, const char *key, int *ret)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int cmp = strcmp(m->v[mid].key, key);
		if (cmp == 0) {
			*ret = 1;
			return mid;
		}
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = 0;
	return lo;
}

int64_t
marks_get(const struct marks *m, const char *key)
{
	int found = 0;
	size_t i = m && !m->ignored ? find(m, key, &found) : 0;
	return found ? m->v[i].value : MARKS_NONE;
}

void
marks_set(struct marks *m, const char *key, int64_t value)
{
	int found = 0;
	size_t i = m ? find(m, key, &found) : 0;

	if (found)
		m->v[i].value = value;
	if (!m || found)
		return;
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->v = xrealloc(m->v, m->cap, sizeof *m->v);
	}
	memmove(m->v + i + 1, m->v + i, (m->n - i) * sizeof *m->v);
	m->v[i] = (struct mark){xstrdup(key), value};
	m->n++;
}

void
marks_finish(struct marks *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].key);
	free(m->v);
	*m = (struct marks){0};
}
