/* SPDX-License-Identifier: MIT */
/* See plain.h. Constants are those of plugins/pain_logistic.c. */
#include "cmd/plain.h"

#include <math.h>
#include <string.h>

#include "core/day.h"

const char *const plain_names[PLAINS] = {"base_rate", "yesterday"};

#define CLIP 3

struct learner {
	double w[2], s[2][2];    /* weights of [1, yesterday], covariance */
	double n, mean, squares; /* of the ratings so far */
	unsigned rated, high;
};

static double
sig(double a)
{
	return 1 / (1 + exp(-a));
}

static double
feature(const struct learner *l, double yesterday)
{
	if (isnan(yesterday))
		return 0;
	double z = (yesterday - l->mean) / sqrt(l->squares / l->n);
	return fmax(-CLIP, fmin(CLIP, z));
}

static double
predict(const struct learner *l, double y)
{
	double v = l->s[0][0] + 2 * y * l->s[0][1] + y * y * l->s[1][1];
	return sig((l->w[0] + l->w[1] * y) / sqrt(1 + M_PI * v / 8));
}

static void
learn(struct learner *l, double x, double rating, int high)
{
	double sx[2] = {l->s[0][0] + l->s[0][1] * x, l->s[1][0] + l->s[1][1] * x};
	double v = sx[0] + x * sx[1], q = sig(l->w[0] + l->w[1] * x);
	double h = fmax(q * (1 - q), 1e-4);
	for (int i = 0; i < 2; i++) {
		double k = sx[i] / (1 / h + v);
		l->w[i] += k * (high - q) / h;
		for (int j = 0; j < 2; j++)
			l->s[i][j] -= k * sx[j];
	}
	double d = rating - l->mean;
	l->n++;
	l->mean += d / l->n;
	l->squares += d * (rating - l->mean);
	l->rated++;
	l->high += (unsigned)high;
}

void
plain_days(enum plain kind, const struct day *days, int n, struct day *ret)
{
	struct learner l = {.w = {-1.82, .485},
		.s = {{.25 * .25, 0}, {0, .15 * .15}},
		.n = 4,
		.mean = 4.5,
		.squares = 4 * 1.2 * 1.2};
	double yesterday = NAN;
	memcpy(ret, days, (size_t)n * sizeof *ret);
	for (int i = 0; i < n; i++) {
		struct forecast *f = &ret[i].forecast;
		double base = (1.6 + l.high) / (10.0 + l.rated);
		double x = feature(&l, yesterday),
		       rating = days[i].rating[RATING_PAIN_DAY];
		int outcome = day_outcome(&days[i]);
		f->probability = kind == PLAIN_YESTERDAY  ? predict(&l, x)
				 : isfinite(f->base_rate) ? f->base_rate
							  : base;
		ret[i].has_alert = 0;
		if (outcome >= 0)
			learn(&l, x, rating, outcome);
		yesterday = rating;
	}
}
