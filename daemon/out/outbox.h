/* SPDX-License-Identifier: MIT */
/* Which rows of the outbox are on their way: a window, so that a row goes out once as
 * long as the daemon lives, and is marked sent only after the broker has acknowledged it.
 * A kill in between sends the same bytes again. Knows no store and no broker. */
#pragma once

#include "base/base.h"

#define OUTBOX_WINDOW 16

struct outbox {
	unsigned n;
	struct {
		int64_t id;
		int done; /* acknowledged, not yet marked so in the store */
	} rows[OUTBOX_WINDOW];
};

/* 1 if the row may go out now; it then counts as on its way. */
int outbox_take(struct outbox *o, int64_t id);
/* How it ended: not ok = it may go out again. Unknown ids are ignored. */
void outbox_ended(struct outbox *o, int64_t id, int ok);
/* A row that is acknowledged and waits to be marked; 0 = none. */
int64_t outbox_to_mark(const struct outbox *o);
/* It is marked. */
void outbox_marked(struct outbox *o, int64_t id);
