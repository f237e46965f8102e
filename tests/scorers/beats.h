/* SPDX-License-Identifier: MIT */
/* For tests of scorers of beats: shared RR series laid out as events, and the plain
 * formulas for what comes out. */
#pragma once

#include "scorers/rig.h"
#include "scorers/shared.h"

#define BEATS_MAX 20000

struct beats {
	uint32_t n;
	int64_t t[BEATS_MAX];
	double v[BEATS_MAX];
};

static const char *const beats_series[] = {"hrvanalysis_test_nn", "pyhrv_nni_short",
	"mmash_user_10_sleep", "mmash_user_2_sleep"};

static inline void
beats_add(struct beats *b, int64_t t, double v)
{
	assert_true(b->n < BEATS_MAX);
	b->t[b->n] = t;
	b->v[b->n++] = v;
}

/* An interval of v ms after the last beat; the first begins at 0. */
static inline void
beats_next(struct beats *b, double v)
{
	beats_add(b, (b->n ? b->t[b->n - 1] : 0) + llround(v), v);
}

/* One of the shared series; skips the test where it is not there. */
static inline void
beats_read(struct beats *b, const char *series)
{
	char path[256], line[64];
	snprintf(path, sizeof path, "sleep/hrv_rr/%s_rr_ms.txt", series);
	FILE *f = shared_data(path);
	if (!f)
		skip();
	b->n = 0;
	while (fgets(line, sizeof line, f))
		if (number(line) > 0)
			beats_next(b, number(line));
	fclose(f);
}

/* The beats as the night's only view, the night reaching from 0 to the last one. */
static inline void
beats_lend(struct rig *r, const struct beats *b)
{
	r->in.start_ms = r->in.at_ms = 0;
	r->in.end_ms = b->n ? b->t[b->n - 1] : 0;
	rig_events(r, 0, b->t, b->v, b->n);
}

/* What was written to a channel of events. */
static inline void
beats_written(const struct rig *r, const char *channel, struct beats *ret)
{
	ret->n = 0;
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (strcmp(r->desc->writes[r->values[i].port].channel, channel) == 0)
			beats_add(ret, r->values[i].t_ms, r->values[i].value);
	for (uint32_t i = 1; i < ret->n; i++)
		assert_true(ret->t[i] > ret->t[i - 1]);
}

static inline double
beats_rmssd(const struct beats *b)
{
	double sum = 0;
	for (uint32_t i = 1; i < b->n; i++)
		sum += (b->v[i] - b->v[i - 1]) * (b->v[i] - b->v[i - 1]);
	return sqrt(sum / (b->n - 1));
}

/* Repeatable noise: a 64-bit linear congruential generator (Knuth), uniform in [0, 1). */
static inline double
beats_chance(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Standard normal, near enough: a sum of twelve. */
static inline double
beats_normal(uint64_t *seed)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += beats_chance(seed);
	return sum;
}
