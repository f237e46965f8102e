/* SPDX-License-Identifier: MIT */
/* For tests of scorers of raw acceleration: three axes made by formula, the window around an
 * instant as the host cuts it, a chance that is the same each time. */
#pragma once

#include "scorers/rig.h"

#include <math.h>

enum { AXES = 3 };

struct accel {
	uint32_t n, interval_ms;
	double *axis[AXES], *cut[AXES];
};

static inline struct accel
accel_new(uint32_t seconds, uint32_t interval_ms)
{
	struct accel a = {.n = seconds * 1000 / interval_ms, .interval_ms = interval_ms};
	for (int k = 0; k < AXES; k++) {
		a.axis[k] = xcalloc(a.n, sizeof **a.axis);
		a.cut[k] = xcalloc(a.n + 400000, sizeof **a.cut);
	}
	return a;
}

static inline void
accel_free(struct accel *a)
{
	for (int k = 0; k < AXES; k++) {
		free(a->axis[k]);
		free(a->cut[k]);
	}
}

static inline void
accel_set(struct accel *a, uint32_t i, double x, double y, double z)
{
	a->axis[0][i] = x;
	a->axis[1][i] = y;
	a->axis[2][i] = z;
}

static inline void
accel_fill(struct accel *a, double x, double y, double z)
{
	for (uint32_t i = 0; i < a->n; i++)
		accel_set(a, i, x, y, z);
}

/* Takes the samples of [from, to) ms away. */
static inline void
accel_lose(struct accel *a, int64_t from, int64_t to)
{
	for (uint32_t i = 0; i < a->n; i++)
		if ((int64_t)i * a->interval_ms >= from &&
			(int64_t)i * a->interval_ms < to)
			accel_set(a, i, NAN, NAN, NAN);
}

/* score() for the hop at at_ms, sample 0 being at 0; outside the recording, NAN. */
static inline int
score_accel(struct rig *r, struct accel *a, int64_t at_ms)
{
	const struct scorer_span *w = &r->desc->window;
	int64_t step = a->interval_ms, start = at_ms - w->anchor_s * (int64_t)1000;
	int64_t end = start + w->length_s * (int64_t)1000;
	int64_t first = start >= 0 ? (start + step - 1) / step : -(-start / step);
	uint32_t n = 0;
	for (int64_t i = first; i * step < end; i++, n++)
		for (int k = 0; k < AXES; k++)
			a->cut[k][n] = i >= 0 && i < a->n ? a->axis[k][i] : NAN;
	r->in.at_ms = at_ms;
	r->in.end_ms = end;
	r->in.start_ms = first * step; /* where the views begin */
	for (unsigned k = 0; k < AXES; k++)
		rig_view_ms(r, k, a->cut[k], n, a->interval_ms);
	r->in.start_ms = start;
	return rig_score(r);
}

static inline void
expect_no_score(struct rig *r, struct accel *a, int64_t at_ms, const char *why)
{
	assert_int_equal(score_accel(r, a, at_ms), SCORER_SKIP);
	assert_string_equal(r->out.skip, why);
}

/* The value at t, NAN where none was written; *ret_confidence may be NULL. */
static inline double
value_at(const struct rig *r, int64_t t_ms, double *ret_confidence)
{
	for (uint32_t i = 0; i < r->out.n_values; i++) {
		if (r->values[i].t_ms != t_ms)
			continue;
		if (ret_confidence)
			*ret_confidence = r->values[i].confidence;
		return r->values[i].value;
	}
	return NAN;
}

static inline uint64_t
chance(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

/* -limit..limit */
static inline double
chance_mg(uint64_t *state, int limit)
{
	return (double)(chance(state) % (2 * (unsigned)limit + 1)) - limit;
}
