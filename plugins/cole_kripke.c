/* SPDX-License-Identifier: MIT */
/* cole_kripke: asleep or awake, minute by minute, from wrist movement.
 *
 * Cole, Kripke, Gruen, Mullaney, Gillin 1992 (Sleep 15:461-469), the one-minute form:
 *     D(t) = 0.001 * (106 A(t-4) + 54 A(t-3) + 58 A(t-2) + 76 A(t-1)
 *                     + 230 A(t) + 74 A(t+1) + 67 A(t+2)),   asleep if D(t) < 1.
 * A is the activity of a minute on the scale of the paper. Trackers count on scales of their
 * own, and so do the programs that implement this formula: A = min(counts / divisor, cap).
 *     scaling        divisor   cap    equals
 *     own            as set    as set the options; their defaults are ActiLife's: the default
 *     actilife       100       300    ActiLife 6 on 1500 of 1500 epochs of axis 1
 *     pyactigraphy   30        none   pyActigraphy 1.2.2 but for the first and last four
 *                                     minutes, which it leaves unscored
 *     ggir           6         none   GGIR 3.3-7, whose column is three minutes late, but for
 *                                     the first minute
 *     skdh           not counts but the channel activity_index (g), with the weights
 *                    0.243 * (4.64 6.87 3.75 5.07 16.19 5.84 4.024) and asleep if D < 0.5, as
 *                    published for scikit-digital-health; nothing at hand proves it
 * The paper's forms for the greatest 10 or 30 s of each minute are cole_kripke_max. A finer
 * recording is summed to minutes. sadeh, oakley and scripps write `asleep`, too: load one of them.
 *
 * A minute that was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours, as in those programs; it gets no score itself. The confidence is the share of the
 * seven minutes that was there.
 *
 * Good to know: sleep is found well, lying awake quietly is not (against polysomnography
 * about 97 of 100 sleep epochs, 45 of 100 wake epochs: Palotti 2019, MESA). */
#include "scorer.h"

enum { READ_ACTIVITY, READ_INDEX };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_DIVISOR, OPTION_CAP, OPTION_SCALING };

#define MINUTES   7
#define BEFORE    4 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000

static const struct form {
	int read;
	double scale, below; /* asleep if scale * sum < below */
	double weights[MINUTES];
} counts_form = {READ_ACTIVITY, .001, 1, {106, 54, 58, 76, 230, 74, 67}},
  index_form = {READ_INDEX, .243, .5, {4.64, 6.87, 3.75, 5.07, 16.19, 5.84, 4.024}};

static const struct scaling {
	const struct form *form;
	double divisor, cap; /* divisor 0: as the options say; cap 0: none */
} scalings[] = {
	{&counts_form, 0, 0},
	{&counts_form, 100, 300},
	{&counts_form, 30, 0},
	{&counts_form, 6, 0},
	{&index_form, 1, 0},
};

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct scaling s = scalings[(int)options[OPTION_SCALING]];
	const struct form *f = s.form;
	const struct scorer_view *a = &in->views[f->read];
	double sum = 0;
	int present = 0;
	if (!(s.divisor > 0)) {
		s.divisor = options[OPTION_DIVISOR];
		s.cap = options[OPTION_CAP];
	}
	if (a->n != MINUTES || a->interval_ms != MINUTE_MS)
		return scorer_skip(
			ret, f->read == READ_INDEX
				     ? "activity_index is not a series of minutes"
				     : "activity is not a series of minutes");
	if (isnan(a->v[BEFORE]))
		return scorer_skip(ret, "no activity in this minute");
	for (int i = 0; i < MINUTES; i++) {
		if (isnan(a->v[i]))
			continue;
		double x = a->v[i] / s.divisor;
		sum += f->weights[i] * (s.cap > 0 && x > s.cap ? s.cap : x);
		present++;
	}
	double d = f->scale * sum, confidence = (double)present / MINUTES;
	scorer_put(ret, WRITE_ASLEEP, in->at_ms, d < f->below, confidence);
	scorer_put(ret, WRITE_INDEX, in->at_ms, d, confidence);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "cole_kripke",
	.version = "1.0",
	.summary = "asleep or awake a minute, from activity (Cole-Kripke 1992)",
	/* one of them, as the scaling says */
	.reads =
		(const struct scorer_port[]){
			{"activity", "counts", 0, 1e7, 0},
			{"activity_index", "g", 0, 4000, 0},
			{0},
		},
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
				"ActiLife 100, pyActigraphy 30, GGIR 6"},
			{"cap", 300, 0, 1e6, "units", NULL,
				"a minute counts as this at most, after the division; "
				"0 = no cap"},
			{"scaling", 0, 0, 4, "", "own|actilife|pyactigraphy|ggir|skdh",
				"own: divisor and cap as set; else as that program has "
				"them"},
			{0},
		},
	.score = score,
};
