/* SPDX-License-Identifier: MIT */
/* sleep_debt: how much less than needed the person slept in the last 14 nights.
 *
 *     debt = sum over the nights of max(0, need - TST), in minutes
 * The cumulative form of Van Dongen, Maislin, Mullington, Dinges 2003 (Sleep 26:117-126): over
 * 14 days lapses grew with the sum of what each day lacked, and nobody got used to it. They put
 * the need at 8.16 h (wakefulness beyond 15.84 h, s.e. 0.73 h). `form = plain` (default) adds
 * up what was lacking and credits no long night. `form = balance` lets them pay back:
 * debt = max(0, debt + need - TST), night by night. How fast sleep pays back is not settled:
 * neither form is a measurement of recovery.
 *
 * need: hours, or 0 = the person's own: the 75th percentile of the TST of the last 42 nights
 * (as they sleep when little is in the way: the longer nights without the longest), within 7
 * and 9 h, which is what is advised for adults (Watson 2015, Hirshkowitz 2015); somebody who
 * always sleeps little would else need little. From 14 such nights on; before: no debt.
 *
 * A missing night is not counted, neither as sleepless nor as slept; min_nights of the 14 must
 * be there. So with nights missing the debt is what is known, at the least; the confidence is
 * the share of the 14 that was there. Naps are not in TST: who naps owes less than this says.
 * Trackers often overstate TST by half an hour (Haghayegh 2019; Yuan 2024, who wrote the program
 * "asleep"); the need from
 * the same tracker's nights takes that out, a need in hours does not. */
#include "scorer.h"
#include <stdlib.h>

enum { READ_TST };
enum { WRITE_DEBT, WRITE_NEED };
enum { OPTION_NEED, OPTION_FORM, OPTION_MIN_NIGHTS };

#define NIGHTS          14
#define NEED_NIGHTS     42
#define NEED_NIGHTS_MIN 14
#define NEED_PERCENTILE 0.75
#define NEED_LEAST_MIN  (7 * 60)
#define NEED_MOST_MIN   (9 * 60)

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Minutes; NAN = too few nights. Percentile between the ranks, linear (Hyndman, Fan 1996, 7). */
static double
own_need(const struct scorer_view *tst)
{
	double v[NEED_NIGHTS];
	int n = 0;
	for (uint32_t i = tst->n > NEED_NIGHTS ? tst->n - NEED_NIGHTS : 0; i < tst->n;
		i++)
		if (!isnan(tst->v[i]))
			v[n++] = tst->v[i];
	if (n < NEED_NIGHTS_MIN)
		return NAN;
	qsort(v, (size_t)n, sizeof *v, compare);
	double at = NEED_PERCENTILE * (n - 1);
	int below = (int)at;
	double need = v[below];
	if (below + 1 < n)
		need += (at - below) * (v[below + 1] - v[below]);
	return fmin(fmax(need, NEED_LEAST_MIN), NEED_MOST_MIN);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *tst = &in->views[READ_TST];
	double need = 60 * options[OPTION_NEED], debt = 0;
	int known = 0, pays_back = options[OPTION_FORM] > 0;
	for (uint32_t i = tst->n > NIGHTS ? tst->n - NIGHTS : 0; i < tst->n; i++)
		known += !isnan(tst->v[i]);
	if (known < options[OPTION_MIN_NIGHTS])
		return scorer_skip(ret, "too few of the last 14 nights are known");
	if (!(need > 0))
		need = own_need(tst);
	if (isnan(need))
		return scorer_skip(
			ret, "too few nights to know how much sleep is needed");
	for (uint32_t i = tst->n > NIGHTS ? tst->n - NIGHTS : 0; i < tst->n; i++) {
		double lacking = isnan(tst->v[i]) ? 0 : need - tst->v[i];
		debt = pays_back ? fmax(0, debt + lacking) : debt + fmax(0, lacking);
	}
	scorer_put(ret, WRITE_DEBT, in->at_ms, debt, (double)known / NIGHTS);
	scorer_put(ret, WRITE_NEED, in->at_ms, need, 1);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "sleep_debt",
	.version = "1.0",
	.summary = "sleep lacking over the last 14 nights, against what the person needs",
	.reads = (const struct scorer_port[]){{"night.tst", "min", 0, 2880, 1}, {0}},
	.writes =
		(const struct scorer_port[]){
			[WRITE_DEBT] = {"night.debt", "min", 0, 14 * 720, 0},
			[WRITE_NEED] = {"night.need", "min", 0, 720, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHTS, .days = NEED_NIGHTS},
	.options =
		(const struct scorer_option[]){
			{"need", 0, 0, 12, "h", NULL,
				"sleep needed a night; 0 = from the person's own nights"},
			{"form", 0, 0, 1, "", "plain|balance",
				"long nights count for nothing, or pay back"},
			{"min_nights", 10, 7, 14, "nights", NULL,
				"nights of the last 14 that must be known"},
			{0},
		},
	.score = score,
};
