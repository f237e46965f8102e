/* SPDX-License-Identifier: MIT */
/* pain_forecast's kinds of person, each a Kalman filter: what one begins with, and how it
 * takes in a number. The model: pain_forecast.c. */
#pragma once
#include "pain_days.h"

#define PAIN_KINDS 9
enum { LEVEL, USUAL, BQ, BT, OFFSET, STATE };
enum { TRACKER, QUALITY, YESTERDAY, RECENT, MORNING, PARTS }; /* parts of level */

/* In SDs of pain (1.2 NRS at first) for an SD of T or Q; spread: of people around it. */
static const struct {
	double share, bq, bq_spread, bt, bt_spread;
} sleeps[3] = {
	{.40, 0, 0, 0, 0},
	{.35, .2, .12, .02, .05},
	{.25, .4, .15, .06, .05},
};
static const struct {
	double share, phi;
} persists[3] = {{.25, .2}, {.50, .5}, {.25, .8}};
#define LEVEL_VAR   0.65  /* variances, as shares of the variance of pain: of level */
#define RATING_VAR  0.41  /* of a rating around it, with 1/12 for the whole numbers */
#define TAP_VAR     1.2   /* of a morning tap around it, at first */
#define DRIFT_VAR   0.001 /* of usual, from day to day */
#define STEP_MIN    0.05  /* least variance of level's noise */
#define USUAL_SD    1.6   /* of people around 4.5 NRS */
#define OFFSET_SD   1.0   /* of mornings against evenings, NRS */
#define RATING_DAYS 10    /* that the prior of the variance, */
#define TAP_DAYS    20    /* and that of the tap's noise, are worth */
#define NRS_MAX     10

/* One kind of person and what was learnt, were this one of them. */
struct kind {
	double phi, bq, step; /* step: variance of level's noise */
	double log_share, share;
	double m[STATE], c[STATE][STATE];
	double s, n;         /* variance of pain, NRS^2, and the days behind it */
	double tap_r, tap_n; /* noise of a tap in s, and the taps behind it */
	double part[PARTS];  /* of m[LEVEL]; they add up to it */
};

static inline void
pain_kind_init(struct kind *k, int sleep, int persist, int with_sleep)
{
	double s = pain_sd0[PAIN] * pain_sd0[PAIN], f = persists[persist].phi;
	double bq = with_sleep ? sleeps[sleep].bq : 0;
	double bt = with_sleep ? sleeps[sleep].bt : 0;
	*k = (struct kind){.phi = f, .bq = bq, .s = s, .n = RATING_DAYS};
	k->step = fmax(STEP_MIN, LEVEL_VAR * (1 - f * f) - bq * bq - bt * bt);
	k->log_share = log(sleeps[sleep].share * persists[persist].share);
	k->tap_r = TAP_VAR;
	k->tap_n = TAP_DAYS;
	k->m[USUAL] = pain_mu0[PAIN];
	k->m[BQ] = bq * pain_sd0[PAIN];
	k->m[BT] = bt * pain_sd0[PAIN];
	k->c[LEVEL][LEVEL] = LEVEL_VAR;
	k->c[USUAL][USUAL] = USUAL_SD * USUAL_SD / s;
	k->c[OFFSET][OFFSET] = OFFSET_SD * OFFSET_SD / s;
	if (with_sleep) {
		k->c[BQ][BQ] = sleeps[sleep].bq_spread * sleeps[sleep].bq_spread;
		k->c[BT][BT] = sleeps[sleep].bt_spread * sleeps[sleep].bt_spread;
	}
}

/* The night passes: level' to level. unseen: which share of the night is not known. */
static inline void
pain_kind_night(struct kind *k, double q, double t, double unseen)
{
	const double a[STATE] = {k->phi, 0, q, t, 0};
	double row[STATE] = {0}, var = 0, level = 0;
	for (int j = 0; j < STATE; j++)
		for (int i = 0; i < STATE; i++)
			row[j] += a[i] * k->c[i][j];
	for (int j = 0; j < STATE; j++) {
		var += a[j] * row[j];
		level += a[j] * k->m[j];
	}
	for (int j = 0; j < STATE; j++)
		k->c[LEVEL][j] = k->c[j][LEVEL] = row[j];
	k->c[LEVEL][LEVEL] = var + k->step + unseen * k->bq * k->bq;
	k->c[USUAL][USUAL] += DRIFT_VAR;
	k->m[LEVEL] = level;
}

/* Takes in a number that is usual + level + with_offset * offset + noise r. Returns e * e
 * / (q s), how far it was from the expected in variances; *gain: of level. */
static inline double
pain_kind_update(struct kind *k, double x, int with_offset, double r, double *gain)
{
	double f[STATE], e = x - k->m[LEVEL] - k->m[USUAL];
	for (int j = 0; j < STATE; j++)
		f[j] = k->c[LEVEL][j] + k->c[USUAL][j] + with_offset * k->c[OFFSET][j];
	e -= with_offset * k->m[OFFSET];
	double q = f[LEVEL] + f[USUAL] + with_offset * f[OFFSET] + r;
	double far = e * e / (q * k->s);
	for (int i = 0; i < STATE; i++) {
		k->m[i] += f[i] / q * e;
		for (int j = 0; j < STATE; j++)
			k->c[i][j] -= f[i] * f[j] / q;
	}
	k->log_share -= (log(q * k->s) + far) / 2;
	*gain = f[LEVEL] / q;
	return far;
}

/* Variance of what was learnt of the person: usual + bq q + bt t. */
static inline double
pain_kind_unsure(const struct kind *k, double q, double t)
{
	const double x[STATE] = {0, 1, q, t, 0};
	double v = 0;
	for (int i = USUAL; i <= BT; i++)
		for (int j = USUAL; j <= BT; j++)
			v += x[i] * x[j] * k->c[i][j];
	return v;
}
