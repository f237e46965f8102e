/* SPDX-License-Identifier: MIT */
/* Plain outlooks that need no scorer, for comparison: what any forecast has to beat. */
#pragma once

#include "core/records.h"

enum plain { PLAIN_BASE_RATE, PLAIN_YESTERDAY, PLAINS };
extern const char *const plain_names[PLAINS];

/* Makes the probabilities of n days of the forecasts in them, thresholds and base rates kept:
 *   base_rate  the running base rate itself
 *   yesterday  logistic in yesterday's rating against the person's own ratings so far, by the
 *              sequential learner of plugins/pain_logistic.c with that one feature */
void plain_days(enum plain kind, const struct day *days, int n, struct day *ret);
