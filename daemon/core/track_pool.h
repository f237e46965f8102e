/* SPDX-License-Identifier: MIT */
/* Records of many people taken together. Intervals are percentiles of a bootstrap over people
 * (drawn with replacement, all mornings of one stay together: they depend on each other and
 * people do not), with a generator of its own, so that the same people give the same figures
 * everywhere. Two calls with the same people draw the same ones: their figures are paired.
 *
 * Pooled AUC also ranks one person's days against another's, and so rewards knowing who has
 * more high days; `within` is the mean of the people's own AUCs and does not. */
#pragma once

#include "core/track_record.h"

#define POOL_TIMES      1000
#define POOL_PEOPLE_MIN 5 /* below that no interval is given */

enum pool_figure {
	POOL_AUC,
	POOL_WITHIN,
	POOL_SKILL,
	POOL_ECE, /* over TRACK_BINS */
	POOL_TOLD_WEEK,
	POOL_TOLD_PPV,
	POOL_TOLD_HIT,
	POOL_OVER_WEEK,
	POOL_OVER_PPV,
	POOL_OVER_HIT,
	POOL_FIGURES
};

struct pool_person {
	const struct track_morning *mornings; /* borrowed; t.mornings of them */
	struct track_record t;
};

struct track_pool {
	unsigned people;         /* who have a judged morning */
	struct track_record sum; /* counts and bins of all; the rest of it is not set */
	double value[POOL_FIGURES], low[POOL_FIGURES], high[POOL_FIGURES];
};

void track_pool_make(
	const struct pool_person *people, unsigned n, struct track_pool *ret);
