/* SPDX-License-Identifier: MIT */
/* For scorers of raw acceleration: the three ports, whether they hold one grid, where an instant
 * lies in it and whether a sample is there. What it says of a person is theirs. */
#pragma once
#include "scorer.h"

enum { READ_X, READ_Y, READ_Z, AXES };

#define INTERVAL_LO 5 /* ms: 200 Hz */
#define INTERVAL_HI 40

static const struct scorer_port axes_reads[] = {
	{"accel_x", "mg", -32768, 32767, 1, SCORER_AS_RECORDED},
	{"accel_y", "mg", -32768, 32767, 1, SCORER_AS_RECORDED},
	{"accel_z", "mg", -32768, 32767, 1, SCORER_AS_RECORDED},
	{0},
};

static inline int
axis_is_raw(const struct scorer_view *axis)
{
	return axis->interval_ms >= INTERVAL_LO && axis->interval_ms <= INTERVAL_HI;
}

/* Why the views cannot be read sample by sample; NULL: they can. */
static inline const char *
axes_refuse(const struct scorer_view *a)
{
	int ok = axis_is_raw(a);
	for (int axis = READ_Y; axis < AXES; axis++)
		ok &= a[axis].n == a->n && a[axis].t0_ms == a->t0_ms &&
		      a[axis].interval_ms == a->interval_ms;
	return ok ? NULL : "acceleration is not three axes of 25 to 200 Hz";
}

/* The first sample at or after t. */
static inline int
axes_index(const struct scorer_view *a, int64_t t)
{
	int64_t i = (t - a->t0_ms + a->interval_ms - 1) / a->interval_ms;
	return t <= a->t0_ms ? 0 : i < a->n ? (int)i : (int)a->n;
}

static inline int
axes_are_there(const struct scorer_view *a, int i)
{
	return !isnan(a[READ_X].v[i] + a[READ_Y].v[i] + a[READ_Z].v[i]);
}

/* Samples that `ms` should have. */
static inline int
axes_due(const struct scorer_view *a, int ms)
{
	return (ms + (int)a->interval_ms - 1) / (int)a->interval_ms;
}
