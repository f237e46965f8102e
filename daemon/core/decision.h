/* SPDX-License-Identifier: MIT */
/* What was decided of a morning, also to tell nothing, and why: one row for every moment at
 * which something was decided. Live ones are never rewritten, and are all that later decisions
 * of the morning know of earlier ones: so a restart forgets nothing, and a replay that runs at
 * each of these moments decides the same. */
#pragma once

#include "core/records.h"

enum verdict {
	VERDICT_NOTHING = 1, /* nothing is told */
	VERDICT_HELD,        /* nothing yet: decided again when quiet hours end */
	VERDICT_SETTLING, /* something came in after it was decided: looked at again later */
	VERDICT_RAISED,      /* an alert */
	VERDICT_RAISED_LATE, /* an alert, after none was given: the one correction */
	VERDICT_WITHDRAWN,   /* the alert no longer holds: the one correction */
	VERDICT_GOOD_NIGHT,
	VERDICT_DIGEST,
	VERDICT_NO_DATA,
	VERDICTS
};
extern const char *const verdict_names[VERDICTS]; /* "nothing", ...; [0] = NULL */

#define DECISION_WHY_LEN 128
/* Key: (person, date, at). */
struct decision {
	char person[ID_MAX + 1];
	civil_day date;
	utc_ms at;
	int live; /* decided on the day; else made of history, and made again with it */
	enum verdict verdict;
	char rule
		[NAME_LEN]; /* a row of core/alert's table; empty where something is told */
	char why[DECISION_WHY_LEN]; /* its sentence, in English */
	/* of the forecast that it rests on, and the policy's threshold; NAN without one */
	double probability, low, base_rate, threshold;
};
