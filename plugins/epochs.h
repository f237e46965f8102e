/* SPDX-License-Identifier: MIT */
/* A recording of activity in epochs of a formula's own length, for scorers that take finer
 * steps, too. Where it is finer the epochs begin at multiples of their length; a recording in
 * longer steps is refused. Reading what an epoch means is the scorer's. */
#pragma once
#include "scorer.h"

struct epoch {
	double counts;
	uint32_t seen; /* recorded steps in it */
};

struct epochs {
	const struct scorer_view *steps;
	struct epoch *e;
	int64_t phase, ms;
	uint32_t n, per; /* per: recorded steps in an epoch */
};

/* Why steps of interval_ms cannot be epochs of `ms`; NULL: they can. */
static inline const char *
epochs_refuse(uint32_t interval_ms, int64_t ms)
{
	if (interval_ms == 0 || interval_ms > ms)
		return "activity is recorded in longer steps than the epoch";
	return ms % interval_ms ? "the recorded steps do not fill an epoch" : NULL;
}

static inline uint32_t
epochs_index(const struct epochs *all, uint32_t step)
{
	return (uint32_t)((all->phase + (int64_t)step * all->steps->interval_ms) /
			  all->ms);
}

/* scratch: zeroed, an epoch for every step and one more, as the recording may begin inside
 * one. The steps were not refused. */
static inline struct epochs
epochs_fold(const struct scorer_view *a, int64_t ms, void *scratch)
{
	struct epochs all = {a, scratch, 0, ms, 0, (uint32_t)(ms / a->interval_ms)};
	if (all.per > 1)
		all.phase = (a->t0_ms % ms + ms) % ms;
	for (uint32_t i = 0; i < a->n; i++) {
		struct epoch *e = &all.e[epochs_index(&all, i)];
		if (isnan(a->v[i]))
			continue;
		e->counts += a->v[i];
		e->seen++;
	}
	all.n = a->n ? epochs_index(&all, a->n - 1) + 1 : 0;
	return all;
}
