/* SPDX-License-Identifier: MIT */
/* See marks.h. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

static struct mark *
find(const struct marks *m, const char *key)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i].key, key) == 0)
			return &m->v[i];
	return NULL;
}

int64_t
marks_get(const struct marks *m, const char *key)
{
	const struct mark *found = m && !m->ignored ? find(m, key) : NULL;
	return found ? found->value : MARKS_NONE;
}

void
marks_set(struct marks *m, const char *key, int64_t value)
{
	struct mark *found = m ? find(m, key) : NULL;
	if (found)
		found->value = value;
	if (!m || found)
		return;
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->v = xrealloc(m->v, m->cap, sizeof *m->v);
	}
	m->v[m->n++] = (struct mark){xstrdup(key), value};
}

void
marks_finish(struct marks *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].key);
	free(m->v);
	*m = (struct marks){0};
}
