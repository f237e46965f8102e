/* SPDX-License-Identifier: MIT */
/* Histories of days for tests of pain_forecast, made by hand or by chance that is the same
 * everywhere, today last; one for all tests of a program. */
#pragma once
#include "scorers/rig.h"

#define DAYS 730
enum { TST, SE, WASO, WAKES, SQ, PAIN, TAP, METRICS };
enum { HIGH_AT, MORNING_TAP, SLEEP };

struct history {
	double v[METRICS][DAYS]; /* [DAYS - 1] is today */
};

static struct history h;

static inline void
forget_all(void)
{
	for (int k = 0; k < METRICS; k++)
		for (int d = 0; d < DAYS; d++)
			h.v[k][d] = NAN;
}

static inline void
set(int ago, int metric, double x)
{
	h.v[metric][DAYS - 1 - ago] = x;
}

/* A day `ago` days before today; NAN = missing. */
static inline void
set_night(int ago, double tst, double se, double waso, double wakes)
{
	set(ago, TST, tst);
	set(ago, SE, se);
	set(ago, WASO, waso);
	set(ago, WAKES, wakes);
}

static inline int
score(struct rig *r)
{
	r->in.at_ms = 1577836800000;
	r->in.date = 18262;
	for (unsigned k = 0; k < METRICS; k++)
		rig_view(r, k, h.v[k], DAYS, 86400);
	return rig_score(r);
}

static inline double
outlook(struct rig *r)
{
	assert_int_equal(score(r), SCORER_OK);
	return rig_value(r, "day_outlook");
}

static inline double
weight(const struct rig *r, const char *code)
{
	const struct scorer_reason *why = rig_reason(r, code);
	return why ? why->weight : 0;
}

/* Noise that is the same everywhere: 0-1. */
static inline double
shaken(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) / 16777216.0;
}

/* So many days before today: nights of any kind, and pain that follows the night's rating by
 * `effect` NRS from best to worst. */
static inline void
live(int days, double effect, unsigned seed)
{
	for (int ago = days; ago > 0; ago--) {
		double bad = shaken(&seed), own = shaken(&seed);
		set(ago, SQ, floor(9 - 8 * bad + .5));
		set(ago, PAIN, floor(3 + effect * bad + 2 * own + .5));
	}
}
