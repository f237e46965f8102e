/* SPDX-License-Identifier: MIT */
/* Mornings: which dates need a forecast now, as of when each is made, and what follows from it.
 * Every date between the first and the last input has one; today's is made live once its
 * morning is settled, and never again; all others are pure functions of the inputs. */
#pragma once

#include "core/board.h"
#include "core/due.h"
#include "core/line_io.h"

struct mornings {
	struct board *board; /* borrowed, as the next two */
	const struct policy *policy;
	const struct line_io *io;
	struct day *days;
	int cap_days;
};

/* Zeroed but for the borrowed three is valid. Gives back what was loaded; also between two runs:
 * it is a MiB, two years of days. */
void mornings_finish(struct mornings *m);
/* Makes what is due of one person. live: `now` is the hub's time, and today's outlook is told;
 * else everything is history. Sets d->then. 0 or what io returned. */
int mornings_make(struct mornings *m, struct due *d, utc_ms now, int live) must_check;
