/* SPDX-License-Identifier: MIT */
/* What a person is told of a morning. First when its outlook is made; then, on the day itself,
 * again when quiet hours end, and when what came in since has settled: the one correction.
 *
 * A correction compares levels, not numbers: an alert that was told is withdrawn when the outlook
 * fell below ALERT_FALL of the threshold; one that was held back by the level alone may be given
 * when the outlook rose above it. Whatever else changes is not told. After a correction the
 * morning is done.
 *
 * Everything is a function of what is stored and of `now`: what was decided before is read from
 * the store. All return 0 or what io returned. */
#pragma once

#include "core/board.h"
#include "core/decision.h"
#include "core/line_io.h"
#include "core/person.h"

/* Unanswered alerts count so far back. */
#define DECIDE_DAYS 366

struct morning {
	struct board *board; /* borrowed, as all pointers */
	const struct policy *policy;
	const struct line_io *io;
	const struct person *who;
	struct day *days; /* days[0 .. i] are filled, the last is this morning's */
	int i;
	utc_ms now;        /* of history: when the morning was settled */
	utc_ms not_before; /* a hub that has just come up tells nothing earlier */
};

/* f: the forecast just made and kept, or NULL where there is none: insufficient says why. */
int decide_history(const struct morning *m, const struct forecast *f,
	const char *insufficient) must_check;
int decide_live(const struct morning *m, const struct forecast *f,
	const char *insufficient) must_check;
/* The forecast of days[i] was told earlier. *ret_then is lowered to when to look again. */
int decide_again(const struct morning *m, utc_ms *ret_then) must_check;
