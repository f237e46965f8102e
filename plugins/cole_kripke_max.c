/* SPDX-License-Identifier: MIT */
/* cole_kripke_max: asleep or awake, minute by minute, from the most movement in each minute.
 *
 * Cole, Kripke, Gruen, Mullaney, Gillin 1992 (Sleep 15:461-469), the forms that read the
 * greatest count of any 10 or 30 s within a minute (cole_kripke has the form for whole minutes):
 *     D(t) = P * (sum of W * A over t-4..t+2),   asleep if D(t) < 1
 *     variant          A of a minute                  P        W, t in the fifth place
 *     max30            greatest 30 s, end to end      .0001    50 30 14 28 121 8 50
 *     max10            greatest 10 s, end to end      .00001   550 378 413 699 1736 287 309
 *     max10_overlap    greatest 10 s that begin at    .00001   404 598 326 441 1408 508 350
 *                      any recorded step
 * Pieces begin with the minute (max10_overlap: with a step) and lie in it as a whole.
 * A = min(counts / divisor, cap). The counts of the paper are those of its own monitor; which
 * divisor another tracker needs is not published, so the default is 1 without a cap: compare
 * with cole_kripke on your own history and set it.
 *
 * The weights are the paper's. pyActigraphy 1.2.2 has 12 in the place of 121, a slip of the
 * pen, and 300 in the place of 309; it is not followed. No program or table at hand proves
 * these forms; only the formula, computed once more, does.
 *
 * The recording must be fine enough: steps of 30, 15, 10 s ... for max30, 10, 5, 2 s ... for
 * max10, 5 s or less for max10_overlap. Coarser ones, and those that do not fill the piece,
 * are skipped with the reason.
 *
 * A piece that was recorded in part counts with what is there. A minute without anything counts
 * as no movement for its neighbours and gets no score itself. The confidence is the share of
 * the seven minutes' steps that was there. It writes `asleep`, as cole_kripke does: load it
 * instead. */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_VARIANT, OPTION_DIVISOR, OPTION_CAP };

#define MINUTES   7
#define BEFORE    4 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000

static const struct variant {
	uint32_t piece_ms;
	int overlap;
	double scale;
	double weights[MINUTES];
} variants[] = {
	{30000, 0, .0001, {50, 30, 14, 28, 121, 8, 50}},
	{10000, 0, .00001, {550, 378, 413, 699, 1736, 287, 309}},
	{10000, 1, .00001, {404, 598, 326, 441, 1408, 508, 350}},
};

struct minute {
	double most;
	uint32_t seen; /* recorded steps in it */
};

/* The recording, step by step, and its minutes; steps 0.. are those of the view. */
struct minutes {
	const struct scorer_view *steps;
	struct minute *m;
	int64_t t0_ms;              /* of the first minute */
	uint32_t n, phase, per_min; /* phase: steps of the first minute before the view */
	uint32_t per_piece, stride;
};

/* The counts of the piece that begins at step `k` of minute `at`; outside the view nothing. */
static double
piece_at(const struct minutes *all, uint32_t at, uint32_t k)
{
	double sum = 0;
	for (uint32_t j = k; j < k + all->per_piece; j++) {
		int64_t i = (int64_t)at * all->per_min + j - all->phase;
		if (i >= 0 && i < all->steps->n && !isnan(all->steps->v[i]))
			sum += all->steps->v[i];
	}
	return sum;
}

static void
fold(struct minutes *all)
{
	const struct scorer_view *a = all->steps;
	for (uint32_t i = 0; i < a->n; i++)
		all->m[(i + all->phase) / all->per_min].seen += !isnan(a->v[i]);
	all->n = a->n ? (a->n - 1 + all->phase) / all->per_min + 1 : 0;
	for (uint32_t at = 0; at < all->n; at++)
		for (uint32_t k = 0; k + all->per_piece <= all->per_min; k += all->stride)
			all->m[at].most = fmax(all->m[at].most, piece_at(all, at, k));
}

static void
put_minute(const struct minutes *all, uint32_t at, const struct variant *v,
	const double *options, struct scorer_result *ret)
{
	double sum = 0, seen = 0, cap = options[OPTION_CAP];
	for (int k = 0; k < MINUTES; k++) {
		int64_t i = (int64_t)at - BEFORE + k;
		if (i < 0 || i >= all->n)
			continue;
		double x = all->m[i].most / options[OPTION_DIVISOR];
		sum += v->weights[k] * (cap > 0 && x > cap ? cap : x);
		seen += all->m[i].seen;
	}
	int64_t t = all->t0_ms + (int64_t)at * MINUTE_MS;
	double d = v->scale * sum, confidence = seen / (MINUTES * (double)all->per_min);
	scorer_put(ret, WRITE_ASLEEP, t, d < 1, confidence);
	scorer_put(ret, WRITE_INDEX, t, d, confidence);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	const struct variant *v = &variants[(int)options[OPTION_VARIANT]];
	uint32_t step = a->interval_ms;
	if (step == 0 || step > v->piece_ms || (v->overlap && step == v->piece_ms))
		return scorer_skip(
			ret, "activity is recorded in too long steps for this form");
	if (v->piece_ms % step)
		return scorer_skip(ret, "the recorded steps do not fill 10 or 30 s");
	int64_t into = (a->t0_ms % MINUTE_MS + MINUTE_MS) % MINUTE_MS;
	struct minutes all = {a, in->scratch, a->t0_ms - into, 0, (uint32_t)into / step,
		MINUTE_MS / step, v->piece_ms / step,
		v->overlap ? 1 : v->piece_ms / step};
	fold(&all);
	for (uint32_t at = 0; at < all.n; at++)
		if (all.m[at].seen > 0)
			put_minute(&all, at, v, options, ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "cole_kripke_max",
	.version = "1.0",
	.summary =
		"asleep or awake a minute, from its greatest activity (Cole-Kripke 1992)",
	.reads =
		(const struct scorer_port[]){
			{"activity", "counts", 0, 1e7, 1, SCORER_AS_RECORDED}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0, MINUTE_MS},
			{"cole_kripke_max.index", "D", 0, 1e8, 0, MINUTE_MS},
			{0},
		},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"variant", 0, 0, 2, "", "max30|max10|max10_overlap",
				"which of the paper's forms"},
			{"divisor", 1, 0.001, 1e6, "counts", NULL,
				"counts of a piece that make one unit of the formula"},
			{"cap", 0, 0, 1e6, "units", NULL,
				"a minute counts as this at most, after the division; "
				"0 = no cap"},
			{0},
		},
	/* the recording may begin inside a minute: one more than it has steps */
	.scratch_size = sizeof(struct minute),
	.scratch_each = sizeof(struct minute),
	.score = score,
};
