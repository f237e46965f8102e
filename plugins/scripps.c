/* SPDX-License-Identifier: MIT */
/* scripps: asleep or awake, minute by minute, from wrist movement.
 *
 * Kripke, Hahn, Grizas, Wadiak, Loving, Poceta, Shadan, Cronin, Kline 2010 (J Sleep Res
 * 19:612-619), the Scripps Clinic algorithm over t-10..t+2:
 *     D(t) = 0.204 * (0.0064 A(t-10) + 0.0074 A(t-9) + 0.0112 A(t-8) + 0.0112 A(t-7)
 *                   + 0.0118 A(t-6) + 0.0118 A(t-5) + 0.0128 A(t-4) + 0.0188 A(t-3)
 *                   + 0.0280 A(t-2) + 0.0664 A(t-1) + 0.0300 A(t) + 0.0112 A(t+1)
 *                   + 0.0100 A(t+2)),   asleep if D < 1.
 * A = counts / divisor. This is the form over minutes, with counts as the watch gives them
 * (divisor 1), that equals pyActigraphy 1.2.2, which leaves the first and last ten minutes
 * unscored. The paper is understood to have used epochs of 30 s; that form is not here, as
 * nothing to prove it against was at hand. The weights are kept as whole ten-thousandths: for
 * whole counts and divisor 1 the comparison is exact, however the machine rounds.
 *
 * A minute that was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours; it gets no score itself. The confidence is the share of the thirteen minutes
 * that was there. It writes `asleep`, as cole_kripke does: load it instead.
 *
 * Good to know: against polysomnography about 96 of 100 sleep epochs, 49 of 100 wake epochs
 * (Palotti 2019, MESA). */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_DIVISOR };

#define MINUTES   13
#define BEFORE    10 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000
#define SCALE     204 /* 0.204, in thousandths */
#define UNIT      1e7 /* ten-thousandths by thousandths */

static const double weights[MINUTES] = {
	64, 74, 112, 112, 118, 118, 128, 188, 280, 664, 300, 112, 100};

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	double sum = 0;
	int present = 0;
	if (a->n != MINUTES || a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	if (isnan(a->v[BEFORE]))
		return scorer_skip(ret, "no activity in this minute");
	for (int i = 0; i < MINUTES; i++) {
		if (isnan(a->v[i]))
			continue;
		sum += weights[i] * (a->v[i] / options[OPTION_DIVISOR]);
		present++;
	}
	double d = SCALE * sum / UNIT, confidence = (double)present / MINUTES;
	scorer_put(ret, WRITE_ASLEEP, in->at_ms, d < 1, confidence);
	scorer_put(ret, WRITE_INDEX, in->at_ms, d, confidence);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "scripps",
	.version = "1.0",
	.summary =
		"asleep or awake a minute, from activity (Scripps Clinic, Kripke 2010)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0},
			{"scripps.index", "D", 0, 1e8, 0},
			{0},
		},
	.window = {SCORER_SLIDING, MINUTES * 60, 60, BEFORE * 60, 0},
	.options =
		(const struct scorer_option[]){
			{"divisor", 1, 0.1, 1e6, "counts", NULL,
				"counts a minute that make one unit of the formula"},
			{0},
		},
	.score = score,
};
