/* SPDX-License-Identifier: MIT */
/* A window of OUTBOX_WINDOW rows, searched linearly. */
#include "out/outbox.h"

static unsigned
find(const struct outbox *o, int64_t id)
{
	unsigned i = 0;

	while (i < o->n && o->rows[i].id != id)
		i++;
	return i;
}

static void
drop(struct outbox *o, unsigned i)
{
	if (i < o->n)
		o->rows[i] = o->rows[--o->n];
}

int
outbox_take(struct outbox *o, int64_t id)
{
	if (o->n == OUTBOX_WINDOW || find(o, id) < o->n)
		return 0;
	o->rows[o->n].id = id;
	o->rows[o->n].done = 0;
	o->n++;
	return 1;
}

void
outbox_ended(struct outbox *o, int64_t id, int ok)
{
	unsigned i = find(o, id);

	if (i == o->n)
		return;
	if (ok)
		o->rows[i].done = 1;
	else
		drop(o, i);
}

int64_t
outbox_to_mark(const struct outbox *o)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->rows[i].done)
			return o->rows[i].id;
	return 0;
}

void
outbox_marked(struct outbox *o, int64_t id)
{
	drop(o, find(o, id));
}
