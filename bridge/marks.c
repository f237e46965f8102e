/* SPDX-License-Identifier: MIT */
/* See marks.h. */
#include "marks.h"

#include "sorted.h"

#include <stdlib.h>
#include <string.h>

int64_t
marks_get(const struct marks *m, const char *key)
{
	int found = 0;
	size_t i = m && !m->ignored ? sorted_place(m->v, m->n, sizeof *m->v, key, &found)
				    : 0;
	return found ? m->v[i].value : MARKS_NONE;
}

void
marks_set(struct marks *m, const char *key, int64_t value)
{
	int found = 0;
	size_t i = m ? sorted_place(m->v, m->n, sizeof *m->v, key, &found) : 0;

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
