/* SPDX-License-Identifier: MIT */
/* What the scorers of the day write, alike in all so that one can stand for the other: the
 * outlook with its threshold, base rate and counts, nights like this, reasons by weight. */
#pragma once
#include "pain_days.h"

/* the write ports */
enum {
	WRITE_P,
	WRITE_LOW,
	WRITE_THRESHOLD,
	WRITE_BASE_RATE,
	WRITE_RATED,
	WRITE_POSITIVES,
	WRITE_LIKE,
	WRITE_LIKE_HIGH,
	WRITE_USUAL_NIGHT
};

#define PAIN_PROBABILITY "probability", 0, 1, 0
#define PAIN_COUNT       "days", 0, PAIN_DAYS, 0
static const struct scorer_port pain_writes[] = {
	[WRITE_P] = {"day_outlook", PAIN_PROBABILITY},
	[WRITE_LOW] = {"day_outlook.low", PAIN_PROBABILITY},
	[WRITE_THRESHOLD] = {"day_threshold", "NRS", 0, 14, 0},
	[WRITE_BASE_RATE] = {"day_base_rate", PAIN_PROBABILITY},
	[WRITE_RATED] = {"day_rated", PAIN_COUNT},
	[WRITE_POSITIVES] = {"day_positives", PAIN_COUNT},
	[WRITE_LIKE] = {"day_like", PAIN_COUNT},
	[WRITE_LIKE_HIGH] = {"day_like_high", PAIN_COUNT},
	[WRITE_USUAL_NIGHT] = {"day_outlook.usual_night", PAIN_PROBABILITY},
	{0},
};
#define PAIN_LOW_Z      0.84 /* one-sided 80 % */
#define PAIN_LIKE_WIDTH 0.5
#define PAIN_LIKE_CLIP  1.0
#define PAIN_REASONS    9

/* What came of it. */
struct pain_outlook {
	double p, low, threshold;
	int rated, positives;
	double usual_night; /* p had the night been as usual; NAN: not asked */
};

/* A rated day of the past: how bad its night was (NAN: not known), whether it was high. */
struct pain_rated {
	double night, high;
};

static inline void
pain_put(struct scorer_result *ret, int64_t at_ms, const struct pain_outlook *o)
{
	double base_rate = (1.6 + o->positives) / (10.0 + o->rated);
	double trust =
		o->rated / (10.0 + o->rated); /* own days against the prior's ten */
	scorer_put(ret, WRITE_P, at_ms, o->p, trust);
	scorer_put(ret, WRITE_LOW, at_ms, o->low, trust);
	scorer_put(ret, WRITE_THRESHOLD, at_ms, o->threshold, 1);
	scorer_put(ret, WRITE_BASE_RATE, at_ms, base_rate, trust);
	scorer_put(ret, WRITE_RATED, at_ms, o->rated, 1);
	scorer_put(ret, WRITE_POSITIVES, at_ms, o->positives, 1);
	if (!isnan(o->usual_night))
		scorer_put(ret, WRITE_USUAL_NIGHT, at_ms, o->usual_night, trust);
}

static inline double
pain_clip(double night)
{
	return fmax(-PAIN_LIKE_CLIP, fmin(PAIN_LIKE_CLIP, night));
}

/* Of n rated days those after a night like this one, and how many of them were high. */
static inline void
pain_put_like(struct scorer_result *ret, int64_t at_ms, const struct pain_rated *log,
	int n, double night)
{
	int like = 0, high = 0;
	if (isnan(night))
		return;
	for (int i = 0; i < n; i++) {
		double off = fabs(pain_clip(log[i].night) - pain_clip(night));
		int is = !isnan(log[i].night) && off <= PAIN_LIKE_WIDTH;
		like += is;
		high += is && log[i].high > 0;
	}
	scorer_put(ret, WRITE_LIKE, at_ms, like, 1);
	scorer_put(ret, WRITE_LIKE_HIGH, at_ms, high, 1);
}

/* Into its place by |weight|, greatest first; among equals the first stays first. */
static inline void
pain_because(struct scorer_result *all, const char *code, double value, double usual,
	double weight)
{
	scorer_because(all, code, value, usual, weight);
	struct scorer_reason *r = all->reasons;
	for (uint32_t i = all->n_reasons - 1; i > 0; i--) {
		if (fabs(r[i].weight) <= fabs(r[i - 1].weight))
			break;
		struct scorer_reason t = r[i];
		r[i] = r[i - 1];
		r[i - 1] = t;
	}
}
