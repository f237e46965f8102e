/* SPDX-License-Identifier: MIT */
/* How good probabilities were, for tests: mid-rank AUC, Brier skill against the running base
 * rate, expected calibration error over 20 bins, and what alerts at p >= 0.25 would do. */
#pragma once

#include <math.h>
#include <stdlib.h>

struct scored {
	double p, base_rate;
	int y;
};

struct quality {
	double pooled, within, skill, ece, per_week, ppv, sensitivity;
};

static inline int
by_p(const void *a, const void *b)
{
	const struct scored *l = a, *r = b;
	return (l->p > r->p) - (l->p < r->p);
}

/* NAN if one class is missing. Sorts. */
static inline double
auc(struct scored *s, int n)
{
	double ranks = 0, pos = 0;
	qsort(s, (size_t)n, sizeof *s, by_p);
	for (int i = 0, j; i < n; i = j) {
		for (j = i; j < n && s[j].p == s[i].p; j++)
			;
		for (int k = i; k < j; k++) {
			ranks += s[k].y * (i + 1 + j) / 2.0;
			pos += s[k].y;
		}
	}
	return pos > 0 && pos < n ? (ranks - pos * (pos + 1) / 2) / (pos * (n - pos))
				  : NAN;
}

static inline void
judge_probabilities(const struct scored *s, int n, struct quality *q)
{
	double brier = 0, base = 0, bins[20][2] = {{0}}, alerts = 0, hits = 0, pos = 0;
	for (int i = 0; i < n; i++) {
		int b = s[i].p >= 1 ? 19 : (int)(s[i].p * 20);
		brier += (s[i].p - s[i].y) * (s[i].p - s[i].y);
		base += (s[i].base_rate - s[i].y) * (s[i].base_rate - s[i].y);
		bins[b][0] += s[i].p;
		bins[b][1] += s[i].y;
		alerts += s[i].p >= .25;
		hits += s[i].p >= .25 && s[i].y;
		pos += s[i].y;
	}
	q->skill = 1 - brier / base;
	q->ece = 0;
	for (int b = 0; b < 20; b++)
		q->ece += fabs(bins[b][0] - bins[b][1]) / n;
	q->ppv = hits / alerts;
	q->sensitivity = hits / pos;
}
