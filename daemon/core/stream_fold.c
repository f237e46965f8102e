/* SPDX-License-Identifier: MIT */
/* A settled stream as grids and as single values. Samples come by time; a run that is as fine as
 * the grid is copied whole. */
#include <math.h>
#include <string.h>

#include "core/stream.h"

/* The cell that is being filled. */
struct cell {
	double *v;
	int64_t t0, step, n, at, end; /* end: time at which the next one begins */
	int64_t done;                 /* cells before it are as they stay */
	enum channel_fold fold;
	double sum;
	uint32_t count;
};

static void
holes_until(struct cell *c, int64_t end)
{
	while (c->done < end)
		c->v[c->done++] = NAN;
}

static void
flush(struct cell *c)
{
	if (c->count > 0 && c->at >= c->done && c->at < c->n) {
		holes_until(c, c->at);
		c->v[c->done++] =
			c->fold == CHANNEL_FOLD_SUM ? c->sum : c->sum / c->count;
	}
	c->count = 0;
}

static void
add(struct cell *c, int64_t t, double v)
{
	if (t >= c->end) {
		flush(c);
		int64_t d = t - c->t0, r = d % c->step;
		c->at = (d - (r < 0 ? r + c->step : r)) / c->step;
		c->end = c->t0 + (c->at + 1) * c->step;
	}
	if (isnan(v))
		return;
	c->sum = c->count++ ? c->sum + v : v; /* a lone value is itself, to the bit */
}

/* The first and the last may share their cells with other runs. */
static void
add_run(struct cell *c, const struct stream_run *r, const double *v)
{
	if (r->interval_ms != c->step || r->n < 3) {
		for (uint32_t i = 0; i < r->n; i++)
			add(c, r->start + (int64_t)i * r->interval_ms, v[i]);
		return;
	}
	add(c, r->start, v[0]);
	int64_t first = c->at + 1, last = c->at + r->n - 1, skip = 0;
	if (first < 0)
		skip = -first, first = 0;
	last = last < c->n ? last : c->n;
	flush(c);
	if (first < last) {
		holes_until(c, first);
		memcpy(c->v + first, v + 1 + skip, (size_t)(last - first) * sizeof *v);
		c->done = last;
	}
	add(c, r->start + (int64_t)(r->n - 1) * r->interval_ms, v[r->n - 1]);
}

void
stream_fold(
	const struct stream *s, int64_t t0_ms, uint32_t step_ms, uint32_t n, double *ret)
{
	struct cell c = {ret, t0_ms, step_ms, n, 0, INT64_MIN, 0, s->channel->fold, 0, 0};
	if (s->as_runs)
		for (uint32_t i = 0; i < s->n_runs; i++)
			add_run(&c, &s->runs[i], s->values + s->runs[i].at);
	else
		for (uint32_t i = 0; i < s->n_single; i++)
			add(&c, s->single[i].t, s->single[i].v);
	flush(&c);
	holes_until(&c, n);
}

uint32_t
stream_events(const struct stream *s, int64_t *ret_t_ms, double *ret_v)
{
	uint32_t n = 0;
	for (uint32_t i = 0; s->as_runs && i < s->n_runs; i++) {
		const struct stream_run *r = &s->runs[i];
		for (uint32_t k = 0; k < r->n; k++)
			if (!isnan(s->values[r->at + k])) {
				ret_t_ms[n] = r->start + (int64_t)k * r->interval_ms;
				ret_v[n++] = s->values[r->at + k];
			}
	}
	for (uint32_t i = 0; !s->as_runs && i < s->n_single; i++)
		if (n == 0 || ret_t_ms[n - 1] < s->single[i].t) {
			ret_t_ms[n] = s->single[i].t;
			ret_v[n++] = s->single[i].v;
		}
	return n;
}

/* --- the recorded interval ------------------------------------------------------------ */

struct tally {
	uint32_t n, interval_ms[STREAM_INTERVALS_MAX];
	uint64_t count[STREAM_INTERVALS_MAX];
};

static void
count_interval(struct tally *t, uint32_t interval_ms, uint32_t times)
{
	uint32_t i = 0;
	while (i < t->n && t->interval_ms[i] != interval_ms)
		i++;
	if (i == STREAM_INTERVALS_MAX || times == 0)
		return;
	if (i == t->n)
		t->interval_ms[t->n] = interval_ms, t->count[t->n++] = 0;
	t->count[i] += times;
}

/* The median by a count of whole seconds: above the limit it does not matter by how much. */
static uint32_t
median_spacing_ms(const struct stream *s)
{
	enum { MOST = STREAM_RECORDED_MAX_MS / 1000 };
	uint32_t seconds[MOST + 1] = {0}, n = 0, below = 0, k = 0;
	int64_t before = INT64_MIN;
	for (uint32_t i = 0; i < s->n_single; i++) {
		if (s->single[i].interval_ms != 0)
			continue;
		if (before != INT64_MIN) {
			int64_t d = (s->single[i].t - before + 500) / 1000;
			seconds[d < MOST ? d : MOST]++;
			n++;
		}
		before = s->single[i].t;
	}
	if (n == 0)
		return STREAM_RECORDED_MAX_MS;
	while ((below += seconds[k]) * 2 < n)
		k++;
	return k * 1000;
}

/* The values of a run; where it is enough to know whether there is any, 1 or 0. */
static uint32_t
values_of(const struct stream *s, const struct stream_run *r, int any)
{
	uint32_t values = 0;
	for (uint32_t k = 0; k < r->n && !(any && values); k++)
		values += !isnan(s->values[r->at + k]);
	return values;
}

uint32_t
stream_interval_ms(const struct stream *s)
{
	struct tally t = {0};
	int one = 1;
	for (uint32_t i = 1; i < s->n_runs; i++)
		one &= s->runs[i].interval_ms == s->runs[0].interval_ms;
	for (uint32_t i = 0; s->as_runs && i < s->n_runs; i++)
		count_interval(
			&t, s->runs[i].interval_ms, values_of(s, &s->runs[i], one));
	for (uint32_t i = 0; !s->as_runs && i < s->n_single; i++)
		count_interval(&t, s->single[i].interval_ms, 1);
	if (t.n == 0)
		return 0;
	uint32_t best = 0;
	for (uint32_t i = 1; i < t.n; i++)
		if (t.count[i] > t.count[best] ||
			(t.count[i] == t.count[best] &&
				t.interval_ms[i] < t.interval_ms[best]))
			best = i;
	uint32_t ms = t.interval_ms[best] ? t.interval_ms[best] : median_spacing_ms(s);
	uint32_t least =
		s->channel->fast ? STREAM_RECORDED_FAST_MS : STREAM_RECORDED_MIN_MS;
	ms = ms < least ? least : ms;
	return ms < STREAM_RECORDED_MAX_MS ? ms : STREAM_RECORDED_MAX_MS;
}
