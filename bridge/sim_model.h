/* SPDX-License-Identifier: MIT */
/* The simulated wearer, day by day: a latent sleep and pain process in units of the person's
 * own SD (1 SD of pain = 1.2 NRS), and what a tracker and two taps would show of it.
 *   q = rho q' + gamma s' + sqrt(vu) N        perceived badness of the night
 *   s = phi s' + beta q + delta n + sqrt(vw) N  pain level; ' = the day before
 *   tau = lambda q + sqrt(1 - lambda^2) n     badness as a tracker sees it
 *   p = s + sqrt(ve) N, mp = s + 1.05 N       the day's pain, the morning's
 * Sources of the coefficients: four worlds fitted to diary studies of sleep and pain (see
 * docs/connecting-a-wearable.md). Knows no dates. */
#pragma once

#include "prng.h"

#define SIM_BURN_IN_DAYS 60

struct sim_world {
	const char *name;
	double beta, lambda, phi, delta, ve, rho, g;
	int fixed; /* coefficients are not drawn per person */
};

/* NULL: no such name. */
const struct sim_world *sim_world_by_name(const char *name);

struct sim_person {
	const struct sim_world *world;
	double beta, lambda, phi, gamma, vu, vw;         /* of the process */
	double pain, tst, se, waso, sol, wakes, quality; /* usual values */
	struct prng draws;
	double q, s; /* yesterday's */
};

/* What one night and the day after it give; all of it, missing or not. */
struct sim_day {
	double tau, q, pain_sd, morning_sd;               /* latent, in SD */
	int tst_min, sol_min, waso_min, wakes, after_min; /* after: awake before rising */
	int quality, pain_morning, pain_day;              /* 0-10 */
	int has_night, has_morning, has_evening;          /* 0: missing */
};

enum sim_mood {
	SIM_AS_DRAWN,
	SIM_CALM,           /* somewhat better than usual, nothing missing */
	SIM_CALM_THEN_SORE, /* calm, but the evening is rated 1 SD above the usual */
	SIM_POOR, /* tracker and taps 2.5 SD worse than usual, nothing missing */
};

void sim_person_init(
	struct sim_person *p, const struct sim_world *w, uint64_t seed, uint32_t person);
/* Day t of n (from 1); each call goes one day on. Draws the same numbers in every mood. */
void sim_person_day(
	struct sim_person *p, int t, int n, enum sim_mood mood, struct sim_day *ret);
