/* SPDX-License-Identifier: MIT */
/* What the scorers of the day read, alike in all so that they can be compared: days, the
 * person's own baselines and how bad a night was. Constants: doc comment of pain_logistic. */
#pragma once
#include "scorer.h"

/* the first read ports; those with a baseline */
enum { TST, SE, WASO, AWAKENINGS, SLEEP_QUALITY, PAIN, BASELINES };
#define PAIN_NRS "NRS", 0, 10, 0
#define PAIN_NIGHT_READS                                                                 \
	[TST] = {"night.tst", "min", 0, 2880, 0}, [SE] = {"night.se", "%", 0, 100, 0},   \
	[WASO] = {"night.waso", "min", 0, 2880, 0},                                      \
	[AWAKENINGS] = {"night.awakenings", "count", 0, 2880, 0},                        \
	[SLEEP_QUALITY] = {"sleep_quality", PAIN_NRS}, [PAIN] = {"pain_day", PAIN_NRS}
#define PAIN_HIGH_AT                                                                     \
	{                                                                                \
		"high_at", 0, 0, 10, "NRS", NULL,                                        \
			"from which rating a day counts as high; 0 = the person's own "  \
			"mean of the past + one SD, at least 1"                          \
	}

static const double pain_mu0[BASELINES] = {400, 86, 55, 24, 5.3, 4.5};
static const double pain_sd0[BASELINES] = {70, 5.2, 22, 7, 1.8, 1.2};
/* of the four tracker metrics: what is bad */
static const double pain_sign[4] = {-1, -1, 1, 1};
#define PAIN_DAYS     730
#define PAIN_T_SCALE  (4 * 0.75)
#define PAIN_Q_FROM_T 0.32
#define PAIN_EWMA_NEW 0.25

struct pain_baseline {
	double n, m, s;
};

static inline double
pain_sd(const struct pain_baseline *b)
{
	return sqrt(b->s / b->n);
}

static inline double
pain_z(const struct pain_baseline *b, double x)
{
	double r = (x - b->m) / pain_sd(b);
	return r < -3 ? -3 : r > 3 ? 3 : r;
}

static inline void
pain_add(struct pain_baseline *b, double x)
{
	double d = x - b->m;
	b->n += 1;
	b->m += d / b->n;
	b->s += d * (x - b->m);
}

static inline void
pain_baselines_init(struct pain_baseline *base)
{
	for (int i = 0; i < BASELINES; i++)
		base[i] = (struct pain_baseline){
			4, pain_mu0[i], 4 * pain_sd0[i] * pain_sd0[i]};
}

/* What one tracker metric adds to T; 0 if it is missing. */
static inline double
pain_badness(const struct pain_baseline *base, const double *metric, int i)
{
	if (isnan(metric[i]))
		return 0;
	return pain_sign[i] * pain_z(&base[i], metric[i]) / PAIN_T_SCALE;
}

/* From which rating today counts as high, frozen before it is given. */
static inline double
pain_threshold(const struct pain_baseline *pain, double high_at)
{
	return high_at > 0 ? high_at : pain->m + fmax(1, pain_sd(pain));
}
