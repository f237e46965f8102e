/* SPDX-License-Identifier: MIT */
/* The nights of one local date: where they lie, and what NIGHT scorers say of them.
 *
 * Which nights: a vendor's session comes first, then in-bed markers, then rest found in the
 * activity (core/rest). A night belongs to the local date of its final waking, the day
 * changing at 18:00. One main sleep a date: the longest that the vendor calls main, else the
 * longest of at least 3 h that nobody calls a nap; every other session is a nap. Of two
 * sessions that overlap (the same night by two roads) one is kept: final before tentative,
 * with stages before without, longer before shorter, then by source name.
 * Onset and waking: sleep_stats (as the vendor states them, else first and last sleep). */
#pragma once

#include "core/board.h"
#include "core/person.h"
#include "core/rest.h"

#define NIGHTS_MAX         16 /* of one date, naps included; the shortest go */
#define NIGHT_SESSIONS_MAX 64
#define NIGHT_SPANS_MAX    16384
#define NIGHT_MARKERS_MAX  256
#define NIGHT_MAIN_MIN     180
#define NIGHT_SEEN_MIN     15 /* worn minutes beside a rest that show its edge ... */
#define NIGHT_AROUND_MIN   60 /* ... within so many */
#define NIGHT_WHOLE_MIN                                                                  \
	300 /* a rest from activity so long counts even where an edge was not seen */
#define NIGHT_DAY_START_MIN (-360) /* the day changes at 18:00 */
#define NIGHT_CELLS_MAX     86400  /* of a vendor's stages: seconds of a day */

/* Everything that is known of the stretch around a date. */
struct night_input {
	const struct person *person;
	civil_day date;
	utc_ms watermark; /* complete up to here; INT64_MAX = nothing more comes */
	utc_ms given_up; /* a rest that nobody saw end is closed if it ended before this */
	const struct stream *activity; /* closed; NULL = none */
	const unsigned char *worn;     /* by minute of the activity grid */
	uint32_t from, to;             /* minutes in which rest is looked for */
	uint32_t ref_from, ref_to;     /* minutes that give the wearer's level */
	double *sums;                  /* room for 2 * (n + 1) doubles */
	unsigned n_sessions, n_markers;
	const struct session *sessions;    /* that end on the date, by start */
	const unsigned char *session_live; /* 1: did not come as history */
	const utc_ms *session_received;
	const struct marker *markers;
};

/* Makes the nights of the date: main first, naps by start. revision is 0; settled the night's own
 * end, or when it was received while its maker may still change it. *ret_open = 1: a rest is under way and not confirmed yet, so it is left out.
 * The board's span grids must be filled. Returns how many. */
unsigned nights_make(struct board *b, const struct night_input *in,
	struct night ret[static NIGHTS_MAX], int *ret_open);
