/* SPDX-License-Identifier: MIT */
/* Days: which date a tap belongs to, when a morning is settled, and the forecast that the
 * DAYS scorers make of it from nothing but what had happened by then. */
#pragma once

#include "core/board.h"
#include "core/person.h"

/* sleep_quality and pain_morning belong to the local date on which they were given; pain_day
 * until 03:59 still to the evening before. */
civil_day rating_date(const struct zone *z, const struct rating *r);
/* [*ret_from, *ret_to): when a rating of that kind belongs to that date. */
void rating_span(const struct zone *z, enum rating_kind kind, civil_day date,
	utc_ms *ret_from, utc_ms *ret_to);

#define DAY_HABIT                                                                        \
	14 /* days in which a person has shown a night or a morning tap: then it is waited for */

/* When the morning of days[i] is settled: settle_ms after the last of its signs (final
 * waking, morning taps) once everything is there that this person usually gives, else at the
 * hard stop; never before `earliest`. days[0 .. i] must be filled. */
utc_ms day_settled(const struct day *days, int i, const struct person *who,
	const struct policy *policy);

/* The forecast of days[i] as of `asof`: what came later is not looked at. n days are filled.
 * 0, or 1 if the scorers gave none (ret->insufficient says why). */
int day_forecast(struct board *b, const struct day *days, int i, const struct person *who,
	utc_ms asof, struct forecast *ret);
/* The longest DAYS window of the scorers; 1 at least. */
int days_needed(const struct board *b);
/* NULL, or the name of a channel that a DAYS scorer reads and that exists, but that no day
 * record carries: it would silently be missing. */
const char *days_unknown(const struct board *b);

/* The outcome of a rated day against its frozen threshold: 1, 0, or -1 = not rated. */
int day_outcome(const struct day *d);
