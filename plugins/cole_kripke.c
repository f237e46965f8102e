/* SPDX-License-Identifier: MIT */
/* cole_kripke: asleep or awake, minute by minute, from wrist movement.
 *
 * Cole, Kripke, Gruen, Mullaney, Gillin 1992 (Sleep 15:461-469), the one-minute form:
 *     D(t) = 0.001 * (106 A(t-4) + 54 A(t-3) + 58 A(t-2) + 76 A(t-1)
 *                     + 230 A(t) + 74 A(t+1) + 67 A(t+2)),   asleep if D(t) < 1.
 * A is the activity of a minute on the scale of the paper. Trackers count on scales of
 * their own, and so do the programs that implement this formula: A = min(counts /
 * divisor, cap) ActiLife (the default)  divisor 100, cap 300   equal on 1500 of 1500 of
 * its epochs pyActigraphy            divisor 30,  cap 0     0 = no cap GGIR divisor 6,
 * cap 0 A minute that was not recorded (outside the recording, a gap) counts as no
 * movement for its neighbours, as in those programs; it gets no score itself. The
 * confidence is the share of the seven minutes that was there.
 *
 * Good to know: sleep is found well, lying awake quietly is not (against polysomnography
 * about 97 of 100 sleep epochs, 45 of 100 wake epochs: Palotti 2019, MESA). */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_DIVISOR, OPTION_CAP };

#define MINUTES   7
#define BEFORE    4 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000

static const double weights[MINUTES] = {106, 54, 58, 76, 230, 74, 67};

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	double sum = 0, cap = options[OPTION_CAP];
	int present = 0;
	if (a->n != MINUTES || a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	if (isnan(a->v[BEFORE]))
		return scorer_skip(ret, "no activity in this minute");
	for (int i = 0; i < MINUTES; i++) {
		if (isnan(a->v[i]))
			continue;
		double x = a->v[i] / options[OPTION_DIVISOR];
		sum += weights[i] * (cap > 0 && x > cap ? cap : x);
		present++;
	}
	double d = 0.001 * sum, confidence = (double)present / MINUTES;
	scorer_put(ret, WRITE_ASLEEP, in->at_ms, d < 1, confidence);
	scorer_put(ret, WRITE_INDEX, in->at_ms, d, confidence);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "cole_kripke",
	.version = "1.0",
	.summary = "asleep or awake a minute, from activity (Cole-Kripke 1992)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0},
			{"cole_kripke.index", "D", 0, 1e8, 0},
			{0},
		},
	.window = {SCORER_SLIDING, MINUTES * 60, 60, BEFORE * 60, 0},
	.options =
		(const struct scorer_option[]){
			{"divisor", 100, 0.1, 1e6, "counts", NULL,
				"counts a minute that make one unit of the formula: "
				"ActiLife "
				"100, pyActigraphy 30, GGIR 6"},
			{"cap", 300, 0, 1e6, "units", NULL,
				"a minute counts as this at most, after the division; 0 "
				"= no "
				"cap"},
			{0},
		},
	.score = score,
};
