/* SPDX-License-Identifier: MIT */
/* scripps: asleep or awake, epoch by epoch, from wrist movement.
 *
 * Kripke, Hahn, Grizas, Wadiak, Loving, Poceta, Shadan, Cronin, Kline 2010 (J Sleep Res
 * 19:612-619), the Scripps Clinic algorithm over epochs t-10..t+2:
 *     D(t) = 0.204 * (0.0064 A(t-10) + 0.0074 A(t-9) + 0.0112 A(t-8) + 0.0112 A(t-7)
 *                   + 0.0118 A(t-6) + 0.0118 A(t-5) + 0.0128 A(t-4) + 0.0188 A(t-3)
 *                   + 0.0280 A(t-2) + 0.0664 A(t-1) + 0.0300 A(t) + 0.0112 A(t+1)
 *                   + 0.0100 A(t+2)),   asleep if D < 1.
 * A = counts of an epoch / divisor.
 *     variant    epoch
 *     minutes    60 s   pyActigraphy 1.2.2, which leaves the first and last ten unscored; the
 *                       default
 *     paper      30 s   as the paper is understood to have it; no program or table at hand
 *                       proves it, only the same formula in whole numbers does
 * The weights are kept as whole ten-thousandths: for whole counts and divisor 1 the comparison
 * is exact, however the machine rounds. A finer recording is summed to epochs that begin at
 * multiples of their length, and every recorded step gets the score of the epoch that it lies
 * in; a recording in longer steps is never scored as if it were finer.
 *
 * What was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours; it gets no score itself. The confidence is the share of the thirteen epochs that
 * was there. It writes `asleep`, as cole_kripke does: load it instead.
 *
 * Good to know: against polysomnography about 96 of 100 sleep epochs, 49 of 100 wake epochs
 * (Palotti 2019, MESA). */
#include "epochs.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_DIVISOR, OPTION_VARIANT };

#define EPOCHS 13
#define BEFORE 10  /* epochs of the window before the one that is scored */
#define SCALE  204 /* 0.204, in thousandths */
#define UNIT   1e7 /* ten-thousandths by thousandths */

static const double weights[EPOCHS] = {
	64, 74, 112, 112, 118, 118, 128, 188, 280, 664, 300, 112, 100};
static const int64_t epoch_ms[] = {60000, 30000}; /* of each variant */

/* D of epoch `at`; *ret_seen = recorded steps in its window. */
static double
index_of(const struct epochs *all, uint32_t at, double divisor, uint32_t *ret_seen)
{
	double sum = 0;
	*ret_seen = 0;
	for (int k = 0; k < EPOCHS; k++) {
		int64_t i = (int64_t)at - BEFORE + k;
		if (i < 0 || i >= all->n)
			continue;
		sum += weights[k] * (all->e[i].counts / divisor);
		*ret_seen += all->e[i].seen;
	}
	return SCALE * sum / UNIT;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	int64_t ms = epoch_ms[(int)options[OPTION_VARIANT]];
	const char *why = epochs_refuse(a->interval_ms, ms);
	if (why)
		return scorer_skip(ret, why);
	struct epochs all = epochs_fold(a, ms, in->scratch);
	double d = 0, confidence = 0;
	uint32_t at = UINT32_MAX, seen = 0;
	for (uint32_t i = 0; i < a->n; i++) {
		if (isnan(a->v[i]))
			continue;
		if (epochs_index(&all, i) != at) {
			at = epochs_index(&all, i);
			d = index_of(&all, at, options[OPTION_DIVISOR], &seen);
			confidence = (double)seen / (EPOCHS * (double)all.per);
		}
		int64_t t = a->t0_ms + (int64_t)i * a->interval_ms;
		scorer_put(ret, WRITE_ASLEEP, t, d < 1, confidence);
		scorer_put(ret, WRITE_INDEX, t, d, confidence);
	}
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "scripps",
	.version = "2.0",
	.summary =
		"asleep or awake an epoch, from activity (Scripps Clinic, Kripke 2010)",
	.reads =
		(const struct scorer_port[]){
			{"activity", "counts", 0, 1e7, 1, SCORER_AS_RECORDED}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0, 0},
			{"scripps.index", "D", 0, 1e8, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"divisor", 1, 0.1, 1e6, "counts", NULL,
				"counts an epoch that make one unit of the formula"},
			{"variant", 0, 0, 1, "", "minutes|paper",
				"epochs of 60 s (minutes) or 30 s (paper)"},
			{0},
		},
	/* the recording may begin inside an epoch: one more than it has steps */
	.scratch_size = sizeof(struct epoch),
	.scratch_each = sizeof(struct epoch),
	.score = score,
};
