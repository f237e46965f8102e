/* SPDX-License-Identifier: MIT */
/* Bed times: where the sleeps of one local date lie, and which of them is the main one; the
 * rules stand in docs/nights.md. Knows no scorer and no score. */
#pragma once

#include "core/person.h"
#include "core/rest.h"

#define NIGHTS_MAX         16 /* of one date, naps included; the shortest go */
#define NIGHT_SESSIONS_MAX 64
#define NIGHT_SPANS_MAX    16384
#define NIGHT_MARKERS_MAX  256
#define NIGHT_MAIN_MIN     180
#define NIGHT_SEEN_MIN     15 /* worn minutes beside a rest that show its edge ... */
#define NIGHT_AROUND_MIN   60 /* ... within so many */
/* a rest from activity so long counts even where an edge was not seen */
#define NIGHT_WHOLE_MIN     300
#define NIGHT_DAY_START_MIN (-360) /* the day changes at 18:00 */
#define NIGHT_CELLS_MAX     86400  /* of a vendor's stages: seconds of a day */
/* Two records of one maker with less than this between them are one sleep with a waking:
 * the same hour that divides two rests, and that confirms a waking. */
#define NIGHT_JOIN_MS   (60 * MINUTE_MS)
#define NIGHT_PARTS_MAX 8
/* a rest in movement that ends so shortly before bed is an evening on the sofa, no sleep */
#define NIGHT_EVENING_MS (2 * HOUR_MS)
/* Nobody lies down twice so far apart without having been up in between. */
#define NIGHT_PRESSED_TWICE_MS (12 * HOUR_MS)

/* Epochs of the channel `rest` around the date: 1 = rest, 0 = none, NAN = not known. */
struct rest_epochs {
	const double *v; /* borrowed; NULL: nobody gives it */
	uint32_t n, interval_ms;
	int64_t t0_ms;
};

struct night;

/* Everything that is known of the stretch around a date. */
struct night_input {
	const struct person *person;
	civil_day date;
	utc_ms watermark; /* complete up to here; INT64_MAX = nothing more comes */
	utc_ms given_up; /* a rest that nobody saw end is closed if it ended before this; INT64_MIN: the
			  * morning is not over */
	const struct stream *activity; /* closed; NULL = none */
	const unsigned char *worn;     /* by minute of the activity grid */
	uint32_t from, to;             /* minutes in which rest is looked for */
	uint32_t ref_from, ref_to;     /* minutes that give the wearer's level */
	double *sums;                  /* room for 2 * (n + 1) doubles */
	unsigned n_sessions, n_markers;
	const struct session *sessions;    /* that touch the stretch, by start */
	const unsigned char *session_live; /* 1: did not come as history */
	const utc_ms *session_received;
	const struct marker *markers;
	struct rest_epochs rest;
	/* called after each night, while the board still has it; NULL = nobody looks */
	void (*made)(void *ctx, const struct night *n);
	void *ctx;
};

struct bed_time {
	utc_ms in_bed, out_of_bed;
	enum sleep_kind kind;
	/* a maker's record, or several that are one sleep, by start; 0 = from elsewhere */
	unsigned n_parts;
	const struct session *parts[NIGHT_PARTS_MAX];
	const char *source; /* where n_parts is 0: "markers", "csv/watch" */
	int live;
	utc_ms settled;      /* 0 = out_of_bed */
	const char *why_not; /* no numbers can be given honestly; NULL = they can */
};

/* At most NIGHTS_MAX, by start. *ret_main: the index of the main sleep, -1 = none. *ret_open = 1:
 * a rest is under way and not confirmed yet, so it is left out. */
unsigned bed_times(const struct night_input *in, struct bed_time ret[static NIGHTS_MAX],
	int *ret_main, int *ret_open);
