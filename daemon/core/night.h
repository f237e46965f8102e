/* SPDX-License-Identifier: MIT */
/* The nights of one local date: where they lie, and what NIGHT scorers say of them.
 *
 * Which nights: a vendor's session comes first, then in-bed markers, then rest found in the
 * activity (core/rest). A night belongs to the local date of its final waking, the day
 * changing at 18:00. One main sleep a date: the longest that the vendor calls main, else the
 * longest of at least 3 h that nobody calls a nap; every other session is a nap. Of two
 * sessions of the same sleep (by two roads) one is kept: bed_records.h.
 * Onset and waking: sleep_stats (as the vendor states them, else first and last sleep). */
#pragma once

#include "core/bed.h"
#include "core/board.h"

struct stretch;

/* Makes the nights of the date: main first, naps by start. revision is 0; settled is the
 * night's own end, or when it was received while its maker may still change it. *ret_open = 1: a
 * rest is under way and not confirmed yet, so it is left out. The board's span grids
 * must be filled. Returns how many. */
unsigned nights_make(struct board *b, const struct night_input *in,
	const struct stretch *stretch, struct night ret[static NIGHTS_MAX],
	int *ret_open);
