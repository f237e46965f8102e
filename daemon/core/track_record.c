/* SPDX-License-Identifier: MIT */
/* See track_record.h. */
#include "core/track_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"

#define ALPHA      0.05
#define NARROWEST  300.0 /* days */
#define NORMAL_95  1.959963984540054
#define BASE_HIGH  1.6 /* the running base rate before any rating: 1.6 high of 10 */
#define BASE_RATED 10.0
#define BINS_A_ROW 2 /* of the rows below the last */

/* --- what counts --------------------------------------------------------------------------- */

unsigned
track_mornings(const struct day *days, int n, const struct policy *policy,
	struct track_morning *ret)
{
	unsigned found = 0, rated = 0, high = 0;
	for (int i = 0; i < n; i++) {
		const struct forecast *f = &days[i].forecast;
		int outcome = day_outcome(&days[i]);
		double base = (BASE_HIGH + high) / (BASE_RATED + rated);
		rated += outcome >= 0;
		high += outcome > 0;
		if (!days[i].has_forecast || !isfinite(f->probability) ||
			(int)f->rated_days < policy->min_rated_days)
			continue;
		ret[found++] = (struct track_morning){days[i].date, f->probability,
			isfinite(f->base_rate) ? f->base_rate : base,
			(signed char)outcome, days[i].has_alert != 0,
			days[i].has_alert && days[i].alert_state == ALERT_WITHDRAWN};
	}
	return found;
}

/* --- ranking ------------------------------------------------------------------------------- */

static int
by_p(const void *a, const void *b)
{
	const struct track_rank *x = a, *y = b;
	return (x->p > y->p) - (x->p < y->p);
}

double
track_auc(struct track_rank *v, unsigned n)
{
	double ranks = 0, high = 0;
	if (n > 1)
		qsort(v, n, sizeof *v, by_p);
	for (unsigned i = 0, k; i < n; i = k) {
		double here = 0;
		for (k = i; k < n && v[k].p == v[i].p; k++)
			here += v[k].outcome > 0;
		ranks += here * (i + k + 1) / 2.0; /* ranks from 1, equal ones share */
		high += here;
	}
	double pairs = high * (n - high);
	return pairs > 0 ? (ranks - high * (high + 1) / 2) / pairs : NAN;
}

static void
rank(struct track_record *t, const struct track_morning *m)
{
	struct track_rank *v = xcalloc(t->mornings + 1, sizeof *v);
	unsigned n = 0;
	for (unsigned i = 0; i < t->mornings; i++)
		if (m[i].outcome >= 0)
			v[n++] = (struct track_rank){m[i].p, m[i].outcome};
	t->auc = track_auc(v, n);
	free(v);
	unsigned low = t->judged - t->high;
	if (t->high < TRACK_CLASS_MIN || low < TRACK_CLASS_MIN)
		return;
	double a = t->auc, q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
	double se = sqrt(
		(a * (1 - a) + (t->high - 1) * (q1 - a * a) + (low - 1) * (q2 - a * a)) /
		((double)t->high * low));
	t->auc_low = fmax(0, a - NORMAL_95 * se);
	t->auc_high = fmin(1, a + NORMAL_95 * se);
}

/* --- skill --------------------------------------------------------------------------------- */

static double
square(double x)
{
	return x * x;
}

static void
weigh(struct track_record *t, const struct track_morning *m)
{
	double ours = 0, base = 0, v = 0, n = t->judged;
	for (unsigned i = 0; i < t->mornings; i++) {
		if (m[i].outcome < 0)
			continue;
		ours += square(m[i].p - m[i].outcome);
		base += square(m[i].base - m[i].outcome);
	}
	if (t->judged == 0 || !(base > 0))
		return;
	t->brier = ours / n;
	t->brier_base = base / n;
	t->skill = 1 - ours / base;
	for (unsigned i = 0; i < t->mornings; i++) {
		if (m[i].outcome < 0)
			continue;
		double b = square(m[i].base - m[i].outcome);
		v += square(b - square(m[i].p - m[i].outcome) - t->skill * b);
	}
	if (t->high < TRACK_SKILL_MIN || t->judged - t->high < TRACK_SKILL_MIN)
		return;
	double l = -2 * log(ALPHA), r = (l + log(l + 1)) / NARROWEST;
	double half = sqrt(v / n) *
		      sqrt(2 * (n * r + 1) / r * log(sqrt(n * r + 1) / ALPHA)) / base;
	t->skill_low = t->skill - half;
	t->skill_high = t->skill + half;
	t->skill_claimed = t->skill_low > 0;
}

/* --- calibration --------------------------------------------------------------------------- */

unsigned
track_bin_of(double p)
{
	int i = (int)(p * TRACK_BINS);
	return i < 0 ? 0 : i >= TRACK_BINS ? TRACK_BINS - 1 : (unsigned)i;
}

struct track_bin
track_row(const struct track_record *t, unsigned i)
{
	struct track_bin row = {0};
	unsigned end = i + 1 == TRACK_ROWS ? TRACK_BINS : (i + 1) * BINS_A_ROW;
	for (unsigned k = i * BINS_A_ROW; k < end; k++) {
		row.n += t->bins[k].n;
		row.high += t->bins[k].high;
		row.sum_p += t->bins[k].sum_p;
	}
	return row;
}

static void
calibrate(struct track_record *t)
{
	double off = 0;
	for (unsigned i = 0; i < TRACK_ROWS; i++) {
		struct track_bin row = track_row(t, i);
		off += fabs(row.sum_p - row.high);
	}
	t->ece = t->judged ? off / t->judged : NAN;
}

/* --- counts -------------------------------------------------------------------------------- */

static void
call(struct track_calls *c, const struct track_morning *m)
{
	c->n++;
	c->rated += m->outcome >= 0;
	c->right += m->outcome > 0;
}

static void
count(struct track_record *t, const struct track_morning *m, double threshold)
{
	for (unsigned i = 0; i < t->mornings; i++) {
		if (m[i].withdrawn)
			t->told.n++;
		else if (m[i].told)
			call(&t->told, &m[i]);
		if (m[i].p >= threshold)
			call(&t->over, &m[i]);
		if (m[i].outcome < 0)
			continue;
		struct track_bin *b = &t->bins[track_bin_of(m[i].p)];
		b->n++;
		b->high += m[i].outcome > 0;
		b->sum_p += m[i].p;
		t->judged++;
		t->high += m[i].outcome > 0;
	}
}

static void
count_days(struct track_record *t, const struct day *days, int n)
{
	unsigned rated = 0, high = 0;
	for (int i = 0; i < n; i++) {
		int outcome = day_outcome(&days[i]);
		t->nights += days[i].night_settled.ms != 0;
		t->rated_days += !isnan(days[i].rating[RATING_PAIN_DAY]);
		rated += outcome >= 0;
		high += outcome > 0;
	}
	t->base_rate = (BASE_HIGH + high) / (BASE_RATED + rated);
}

void
track_record_judge(const struct track_morning *m, unsigned n, const struct policy *policy,
	struct track_record *ret)
{
	*ret = (struct track_record){.nights = ret->nights,
		.rated_days = ret->rated_days,
		.min_rated_days = (unsigned)policy->min_rated_days,
		.base_rate = ret->base_rate,
		.mornings = n,
		.brier = NAN,
		.brier_base = NAN,
		.skill = NAN,
		.skill_low = NAN,
		.skill_high = NAN,
		.auc = NAN,
		.auc_low = NAN,
		.auc_high = NAN};
	count(ret, m, policy->threshold);
	rank(ret, m);
	weigh(ret, m);
	calibrate(ret);
}

void
track_record_make(const struct day *days, int n, const struct policy *policy,
	struct track_record *ret)
{
	struct track_morning *m = xcalloc(n > 0 ? (size_t)n : 1, sizeof *m);
	*ret = (struct track_record){0};
	count_days(ret, days, n);
	track_record_judge(m, track_mornings(days, n, policy, m), policy, ret);
	free(m);
}

int
track_is_learning(const struct track_record *t)
{
	return t->rated_days < t->min_rated_days;
}

double
track_hit_rate(const struct track_record *t, const struct track_calls *c)
{
	return t->high ? (double)c->right / t->high : NAN;
}

double
track_ppv(const struct track_calls *c)
{
	return c->rated ? (double)c->right / c->rated : NAN;
}

double
track_a_week(const struct track_record *t, const struct track_calls *c)
{
	return t->mornings ? 7.0 * c->n / t->mornings : NAN;
}
