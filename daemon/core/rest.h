/* SPDX-License-Identifier: MIT */
/* Rest from movement alone: when nobody tells us the bed times, where in a day of minute
 * counts does the night lie, as a person would see it in the plot?
 *
 * Everything is relative to the wearer's own level L = mean of the non-zero worn minutes of
 * the day before (the stretch itself while that day has less than two hours of them), so it
 * needs no count scale and does not change once the night has begun:
 *   not worn   >= 120 min of zeros; spikes of <= 2 min with 30 clear minutes on both sides do
 *              not end it, unless they come oftener than every 90 min (the form is Choi's, Med
 *              Sci Sports Exerc 2011; 120 instead of 90 min because sleepers on the shared
 *              recordings lie still for up to an hour and a half)
 *   rest       centred 21-min mean below 0.08 L, for at least 15 min; edges moved outwards
 *              while the next 5 min stay below it
 *   one night  two rests are joined over a gap of less than 60 min without a burst (a 20-min
 *              mean of 0.8 L or more: the bed-time routine), or of less than 90 min when the
 *              gap's mean is below 0.25 L; minutes missing or not worn do not count as gap up
 *              to 240 min
 *   a night    at least 180 min
 * The structure is HDCZA's (van Hees 2018: low blocks, fill gaps, take the longest) on counts;
 * the constants were set on three recordings (shared AWD 01-03) against Crespo's and
 * Roenneberg's rest periods and the eye; docs/nights.md lists every night beside both.
 * Sitting still is not a nap: shorter rests are not reported. */
#pragma once

#include "core/stream.h"

#define REST_PERIODS_MAX 16
#define REST_CONFIRM_MS  (60 * MINUTE_MS) /* awake so long after it: the night is over */

struct rest_period {
	uint32_t first, last; /* minutes [first, last) of the grid */
};

/* worn[i] = 0 where minute i of the grid is missing or not worn. */
void rest_worn(const struct grid *activity, unsigned char *worn);
/* Rest periods in [from, to) of the grid, ascending; [ref_from, ref_to) gives the level. sums: room for
 * 2 * (n + 1) doubles. Returns how many. */
unsigned rest_find(const struct grid *activity, const unsigned char *worn, uint32_t from,
	uint32_t to, uint32_t ref_from, uint32_t ref_to, double *sums,
	struct rest_period ret[static REST_PERIODS_MAX]);
