/* SPDX-License-Identifier: MIT */
/* See track_pool.h. Everything but the pooled AUC is a sum over people, so a draw costs a sum
 * over people and one walk along the mornings in order of p. */
#include "core/track_pool.h"

#include <math.h>
#include <stdlib.h>

#define SEED UINT64_C(0x5eed0fd02ed)
#define TAIL 0.025

struct ranked {
	double p;
	unsigned person;
	int outcome;
};

struct pool {
	const struct pool_person *people; /* borrowed */
	unsigned n, n_ranked;
	struct ranked *ranked; /* by p */
	unsigned *times;       /* how often each person is in this draw */
};

/* splitmix64 (Vigna), public domain */
static uint64_t
next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int
by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static double
pooled_auc(const struct pool *q)
{
	double ranks = 0, high = 0, all = 0;
	for (unsigned i = 0, k; i < q->n_ranked; i = k) {
		double here = 0, ones = 0;
		for (k = i; k < q->n_ranked && q->ranked[k].p == q->ranked[i].p; k++) {
			here += q->times[q->ranked[k].person];
			if (q->ranked[k].outcome > 0)
				ones += q->times[q->ranked[k].person];
		}
		ranks += ones * (all + (here + 1) / 2);
		all += here;
		high += ones;
	}
	return ratio(ranks - high * (high + 1) / 2, high * (all - high));
}

/* A weighted sum of what has been counted. */
struct sums {
	double mornings, judged, high, brier, base, within, ranked;
	double told[3], over[3]; /* n, rated, right */
	double said[TRACK_BINS], came[TRACK_BINS];
};

static void
add_calls(double sum[3], double w, const struct track_calls *c)
{
	sum[0] += w * c->n;
	sum[1] += w * c->rated;
	sum[2] += w * c->right;
}

static void
add(struct sums *s, double w, const struct track_record *t)
{
	s->mornings += w * t->mornings;
	s->judged += w * t->judged;
	s->high += w * t->high;
	if (t->judged) {
		s->brier += w * t->brier * t->judged;
		s->base += w * t->brier_base * t->judged;
	}
	if (!isnan(t->auc)) {
		s->within += w * t->auc;
		s->ranked += w;
	}
	add_calls(s->told, w, &t->told);
	add_calls(s->over, w, &t->over);
	for (unsigned i = 0; i < TRACK_BINS; i++) {
		s->said[i] += w * t->bins[i].sum_p;
		s->came[i] += w * t->bins[i].high;
	}
}

static void
figures(const struct pool *q, double ret[POOL_FIGURES])
{
	struct sums s = {0};
	double off = 0;
	for (unsigned i = 0; i < q->n; i++)
		if (q->times[i])
			add(&s, q->times[i], &q->people[i].t);
	for (unsigned i = 0; i < TRACK_BINS; i++)
		off += fabs(s.said[i] - s.came[i]);
	ret[POOL_AUC] = pooled_auc(q);
	ret[POOL_WITHIN] = ratio(s.within, s.ranked);
	ret[POOL_SKILL] = 1 - ratio(s.brier, s.base);
	ret[POOL_ECE] = ratio(off, s.judged);
	ret[POOL_TOLD_WEEK] = ratio(7 * s.told[0], s.mornings);
	ret[POOL_TOLD_PPV] = ratio(s.told[2], s.told[1]);
	ret[POOL_TOLD_HIT] = ratio(s.told[2], s.high);
	ret[POOL_OVER_WEEK] = ratio(7 * s.over[0], s.mornings);
	ret[POOL_OVER_PPV] = ratio(s.over[2], s.over[1]);
	ret[POOL_OVER_HIT] = ratio(s.over[2], s.high);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Draws in which a figure is not known are left out of its interval. */
static void
draw(struct pool *q, struct track_pool *ret)
{
	uint64_t state = SEED;
	double *all = xcalloc((size_t)POOL_FIGURES * POOL_TIMES, sizeof *all);
	unsigned known[POOL_FIGURES] = {0};
	for (unsigned k = 0; k < POOL_TIMES; k++) {
		double one[POOL_FIGURES];
		for (unsigned i = 0; i < q->n; i++)
			q->times[i] = 0;
		for (unsigned i = 0; i < q->n; i++)
			q->times[(next(&state) >> 32) * q->n >> 32]++;
		figures(q, one);
		for (unsigned f = 0; f < POOL_FIGURES; f++)
			if (!isnan(one[f]))
				all[f * POOL_TIMES + known[f]++] = one[f];
	}
	for (unsigned f = 0; f < POOL_FIGURES; f++) {
		double *v = &all[f * POOL_TIMES];
		if (known[f] < POOL_TIMES / 2)
			continue;
		qsort(v, known[f], sizeof *v, ascending);
		ret->low[f] = v[(unsigned)(TAIL * known[f])];
		ret->high[f] = v[known[f] - 1 - (unsigned)(TAIL * known[f])];
	}
	free(all);
}

static void
sum_up(const struct pool *q, struct track_pool *ret)
{
	struct track_record *sum = &ret->sum;
	for (unsigned i = 0; i < q->n; i++) {
		const struct track_record *t = &q->people[i].t;
		ret->people += t->judged > 0;
		sum->nights += t->nights;
		sum->rated_days += t->rated_days;
		sum->mornings += t->mornings;
		sum->judged += t->judged;
		sum->high += t->high;
		sum->told.n += t->told.n;
		sum->told.rated += t->told.rated;
		sum->told.right += t->told.right;
		sum->over.n += t->over.n;
		sum->over.rated += t->over.rated;
		sum->over.right += t->over.right;
		for (unsigned k = 0; k < TRACK_BINS; k++) {
			sum->bins[k].n += t->bins[k].n;
			sum->bins[k].high += t->bins[k].high;
			sum->bins[k].sum_p += t->bins[k].sum_p;
		}
	}
}

void
track_pool_make(const struct pool_person *people, unsigned n, struct track_pool *ret)
{
	struct pool q = {.people = people, .n = n};
	*ret = (struct track_pool){0};
	for (unsigned f = 0; f < POOL_FIGURES; f++)
		ret->value[f] = ret->low[f] = ret->high[f] = NAN;
	sum_up(&q, ret);
	q.ranked = xcalloc(ret->sum.judged + 1, sizeof *q.ranked);
	q.times = xcalloc(n + 1, sizeof *q.times);
	for (unsigned i = 0; i < n; i++) {
		q.times[i] = 1;
		for (unsigned k = 0; k < people[i].t.mornings; k++)
			if (people[i].mornings[k].outcome >= 0)
				q.ranked[q.n_ranked++] =
					(struct ranked){people[i].mornings[k].p, i,
						people[i].mornings[k].outcome};
	}
	if (q.n_ranked > 1)
		qsort(q.ranked, q.n_ranked, sizeof *q.ranked, by_p);
	figures(&q, ret->value);
	if (ret->people >= POOL_PEOPLE_MIN)
		draw(&q, ret);
	free(q.ranked);
	free(q.times);
}
