/* SPDX-License-Identifier: MIT */
/* Nights in a row: what NIGHTS scorers say of a date's main night and those before it.
 *
 * What they see, n being the scorer's days:
 *   night.*, vendor.*   n numbers, the main night of local date `date` - (n - 1) + i; NAN where
 *                  there is none or it has no numbers. night.onset and night.wake are minutes
 *                  after midnight of that date, by the clock of getting up (the evening before:
 *                  negative), as night.midpoint is
 *   a channel of the wire   the n * 24 h up to getting up, by the minute, or folded to a longer
 *                  step. A minute is whatever the streams say of its UTC day alone
 *   sleep_period   the same minutes: 1 between onset and waking of every night and nap, else 0;
 *                  NAN for the 18:00 to 18:00 of a date without a main night that has numbers,
 *                  and for a nap without
 * Other epochs are not kept, so there are none here. So a night depends on stored nights of the
 * across_reach() dates before it, and on so many days of samples: when one of them changes, it is made again.
 * Within one run dates come in ascending order, and what was loaded for one serves the next. */
#pragma once

#include "core/keep.h"
#include "core/person.h"

struct across;

/* Borrows board and io. */
struct across *across_new(struct board *board, const struct line_io *io);
struct across *across_free(struct across *a); /* returns NULL */
/* Before the first date of a person's run: nothing that was loaded holds any more. */
void across_begin(struct across *a, const struct person *who);
/* Until the next begin: gives back the room for days and minutes. */
void across_rest(struct across *a);
/* Adds the values of the date's main night, if it has one with numbers, and says in made->across
 * which they are. 0 or what io returned. */
int across_make(struct across *a, struct nights *made) must_check;
/* Dates after a night that changed, whose nights look back on it; 0 = nobody looks back. */
int32_t across_reach(const struct across *a);
/* Whether a NIGHTS scorer reads a series that the batch has. */
int across_reads(const struct across *a, const struct batch *b);
