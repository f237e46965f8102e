/* SPDX-License-Identifier: MIT */
/* What the pipeline needs from the outside: inputs to read, results to keep. The daemon
 * gives it SQLite (daemon/line.c); core does not know that. All return 0 or negative errno,
 * which the pipeline passes up. Within one pipeline_run everything happens in one
 * transaction that the caller has begun. */
#pragma once

#include "core/batch.h"
#include "core/decision.h"
#include "core/notice.h"
#include "core/records.h"

struct line_io {
	void *user;

	/* Calls each() for every stored batch of the person whose [first, last] touches
	 * [from, to), in any order. The batch is borrowed for the call. */
	int (*samples)(void *user, const char *person, utc_ms from, utc_ms to,
		int (*each)(void *ctx, const struct batch *), void *ctx);
	/* The newest revision of each vendor session that touches [from, to), deleted ones
	 * left out, ordered by (start, source, record_id). */
	int (*sessions)(void *user, const char *person, utc_ms from, utc_ms to,
		int (*each)(void *ctx, const struct session *, utc_ms received,
			int historical),
		void *ctx);
	/* Bed markers in [from, to), ordered by time. */
	int (*markers)(void *user, const char *person, utc_ms from, utc_ms to,
		int (*each)(void *ctx, const struct marker *), void *ctx);

	/* A person's answers in [from, to), ordered by time. */
	int (*feedback)(void *user, const char *person, utc_ms from, utc_ms to,
		int (*each)(void *ctx, const struct feedback *), void *ctx);

	/* First and last date with a night or rating: 0, or 1 if there is none. */
	int (*span)(void *user, const char *person, civil_day *ret_first,
		civil_day *ret_last);
	/* What is stored for [from, from + n): days[i].date = from + i; absent parts NAN or 0.
	 * Ratings are the newest of their kind for the date. */
	int (*days)(
		void *user, const char *person, civil_day from, int n, struct day *days);
	/* All nights of the date, main first; *ret_n <= cap. */
	int (*nights)(void *user, const char *person, civil_day date, struct night *ret,
		int cap, int *ret_n);

	/* Every night of the dates [from, to], naps too, by date, main first. */
	int (*nights_between)(void *user, const char *person, civil_day from,
		civil_day to, int (*each)(void *ctx, const struct night *), void *ctx);

	/* Make the stored nights of (person, date) equal to these, which carry their revisions.
	 * publish: tell the world about this one. */
	int (*night_put)(void *user, const struct night *n, int publish);
	/* The night is stored no more. withdraw: it had been told. gone->revision is kept, for
	 * when it comes back, and the world is told. */
	int (*night_drop)(void *user, const struct night *gone, int withdraw);
	/* The revision under which n, by its key, was withdrawn; 0 = never. */
	int (*night_withdrawn)(void *user, const struct night *n, uint32_t *ret_revision);
	int (*forecast_put)(void *user, const struct forecast *f, int publish);
	int (*forecast_drop)(void *user, const char *person, civil_day date);
	int (*alert_put)(
		void *user, const struct alert *a, const struct forecast *f, int publish);
	int (*alert_drop)(void *user, const char *person, civil_day date);
	/* What the person was told, of the dates [from, to], by date. */
	int (*notices)(void *user, const char *person, civil_day from, civil_day to,
		int (*each)(void *ctx, const struct notice *), void *ctx);
	/* Of [from, to], by date and time. Of history alone none are read, and the other two may
	 * be NULL: they are not kept. */
	int (*decisions)(void *user, const char *person, civil_day from, civil_day to,
		int (*each)(void *ctx, const struct decision *), void *ctx);
	int (*decision_put)(void *user, const struct decision *d);
	/* All of the date that are not live. */
	int (*decision_drop)(void *user, const char *person, civil_day date);
	/* Tells the person; f is the forecast it speaks of, or NULL. The same id and revision
	 * once more is nothing: *ret_told = 0. */
	int (*notice_put)(void *user, const struct notice *n, const struct forecast *f,
		int *ret_told);
};
