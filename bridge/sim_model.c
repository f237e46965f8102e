/* SPDX-License-Identifier: MIT */
/* The wearer's process, see sim_model.h. */
#include "sim_model.h"

#include <math.h>
#include <string.h>

#define PAIN_SD 1.2 /* NRS */

static const struct sim_world worlds[] = {
	/*             beta lambda phi  delta ve   rho  g */
	{"weak", .15, .20, .50, .00, .40, .05, .08, 0},
	{"central", .27, .32, .55, .05, .35, .10, .12, 0},
	{"strong", .40, .50, .60, .12, .30, .15, .20, 0},
	{"no_signal", .00, .32, .55, .00, .35, .10, .00,
		1}, /* sleep and pain unrelated */
};

const struct sim_world *
sim_world_by_name(const char *name)
{
	for (size_t i = 0; i < array_len(worlds); i++)
		if (strcmp(worlds[i].name, name) == 0)
			return &worlds[i];
	return NULL;
}

static double
clip(double x, double min, double max)
{
	return x < min ? min : x > max ? max : x;
}

static int
rounded(double x, double min, double max)
{
	return (int)floor(clip(x, min, max) + 0.5);
}

static void
step(struct sim_person *p, double *ret_n, double *ret_q)
{
	const struct sim_world *w = p->world;
	double u = prng_normal(&p->draws), n = prng_normal(&p->draws),
	       e = prng_normal(&p->draws);
	double q = w->rho * p->q + p->gamma * p->s + sqrt(p->vu) * u;

	p->s = p->phi * p->s + p->beta * q + w->delta * n + sqrt(p->vw) * e;
	p->q = q;
	*ret_n = n;
	*ret_q = q;
}

void
sim_person_init(
	struct sim_person *p, const struct sim_world *w, uint64_t seed, uint32_t person)
{
	struct prng d;
	double n, q, spread = w->fixed ? 0 : .12;

	*p = (struct sim_person){.world = w};
	prng_init(&d, seed, person, 0);
	p->beta = prng_gauss(&d, w->beta, spread);
	p->phi = clip(prng_gauss(&d, w->phi, spread), 0, .85);
	p->lambda = clip(prng_gauss(&d, w->lambda, spread), 0, .9);
	p->pain = clip(prng_gauss(&d, 4.5, 1.6), 1, 8);
	p->tst = prng_gauss(&d, 400, 45);
	p->se = clip(prng_gauss(&d, 86, 4), 72, 95);
	p->waso = clip(prng_gauss(&d, 55, 18), 20, 110);
	p->sol = clip(prng_gauss(&d, 22, 10), 5, 60);
	p->wakes = clip(prng_gauss(&d, 24, 6), 8, 45);
	p->quality = clip(prng_gauss(&d, 5.3, 1.2), 2, 8.5);

	double vs = 1 - w->ve;
	p->gamma = w->g / sqrt(vs);
	p->vu = fmax(.2, 1 - w->rho * w->rho - p->gamma * p->gamma * vs);
	p->vw = fmax(.05, vs * (1 - p->phi * p->phi) - p->beta * p->beta -
				  w->delta * w->delta -
				  2 * p->phi * p->beta * w->g * sqrt(vs));
	prng_init(&p->draws, seed, person, 1);
	for (int i = 0; i < SIM_BURN_IN_DAYS; i++)
		step(p, &n, &q);
}

/* A metric that shows r of tau and is otherwise noise. */
static double
mix(struct sim_person *p, double tau, double r, int quiet)
{
	double noise = prng_normal(&p->draws);
	return quiet ? tau + .2 * noise : r * tau + sqrt(1 - r * r) * noise;
}

/* The numbers of the night. What is asleep, awake and on the way must add up to the time in
 * bed, so the efficiency gives way: lying awake in the morning, 0-90 min, takes up what it
 * leaves. */
static void
night(struct sim_person *p, double tau, int quiet, struct sim_day *ret)
{
	double tst = p->tst - 70 * mix(p, tau, .70, quiet);
	double se = clip(p->se - 5.2 * mix(p, tau, .80, quiet), 40, 99);
	double waso = p->waso + 22 * mix(p, tau, .65, quiet);
	double sol = p->sol * fixed_exp(.55 * mix(p, tau, .45, quiet) - .15);
	double wakes = p->wakes + 7 * mix(p, tau, .50, quiet);

	ret->tst_min = rounded(tst, 60, 720);
	ret->waso_min = rounded(waso, 0, 240);
	ret->sol_min = rounded(sol, 0, 120);
	ret->wakes =
		rounded(wakes, 0, 2 * ret->waso_min); /* each at least half a minute */
	if (ret->wakes == 0)
		ret->waso_min = 0;
	ret->after_min = rounded(
		100 * ret->tst_min / se - ret->tst_min - ret->waso_min - ret->sol_min, 0,
		90);
}

void
sim_person_day(
	struct sim_person *p, int t, int n_days, enum sim_mood mood, struct sim_day *ret)
{
	double n, q, share = n_days > 1 ? (t - 1) / (double)(n_days - 1) : 0;

	*ret = (struct sim_day){0};
	step(p, &n, &q);
	double tau = p->lambda * q + sqrt(1 - p->lambda * p->lambda) * n;
	double pain = p->s + sqrt(p->world->ve) * prng_normal(&p->draws);
	double morning = p->s + 1.05 * prng_normal(&p->draws);
	double miss_night = prng_uniform(&p->draws), miss_day = prng_uniform(&p->draws),
	       miss_morning = prng_uniform(&p->draws);

	switch (mood) {
	case SIM_AS_DRAWN:
		break;
	case SIM_CALM:
		tau = q = -.5 + .3 * q;
		pain = morning = -.5 + .3 * pain;
		break;
	case SIM_CALM_THEN_SORE:
		tau = q = morning = -.5 + .3 * q;
		pain = 1;
		break;
	case SIM_POOR:
		tau = q = 2.5;
		pain = morning = 1.5;
		break;
	}
	night(p, tau, mood != SIM_AS_DRAWN, ret);
	ret->tau = tau;
	ret->q = q;
	ret->pain_sd = pain;
	ret->morning_sd = morning;
	ret->quality = rounded(p->quality - 1.8 * q, 0, 10);
	ret->pain_day = rounded(p->pain + PAIN_SD * pain, 0, 10);
	ret->pain_morning = rounded(p->pain + PAIN_SD * morning, 0, 10);
	ret->has_night = mood != SIM_AS_DRAWN || miss_night >= .18;
	ret->has_evening = mood != SIM_AS_DRAWN || miss_day >= .15 + .15 * share;
	ret->has_morning = mood != SIM_AS_DRAWN || miss_morning >= .25 + .15 * share;
}
