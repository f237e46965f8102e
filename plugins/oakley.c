/* SPDX-License-Identifier: MIT */
/* oakley: asleep or awake, minute by minute, from wrist movement, as Actiware scores.
 *
 * Oakley 1997 (Cambridge Neurotechnology technical report), for epochs of 60 s:
 *     total(t) = 0.04 A(t-2) + 0.2 A(t-1) + A(t) + 0.2 A(t+1) + 0.04 A(t+2)
 * A: counts of a minute. threshold: 20 finds most wake, 40 is Actiware's medium and the
 * default, 80 finds least. Programs differ at the threshold itself:
 *     variant        asleep if
 *     actiware       total <= threshold   the maker's software; the default
 *     pyactigraphy   total <  threshold   pyActigraphy 1.2.2
 * Whole minutes do land on it, and 0.04 and 0.2 are no binary fractions: so it is computed with
 * weights and threshold times 25 (1 5 25 5 1; 40 becomes 1000), in whole numbers, which doubles
 * hold exactly; counts with fractions stay as they are. actiware equals the maker's labels on
 * every epoch that it scored of a recording made at 60 s; pyactigraphy equals that program for
 * 20, 40 and 80, but for the first and last two minutes, which it leaves unscored.
 *
 * What it does not do:
 * - Epochs of 15, 30 and 120 s have kernels of their own. dozed sums what is finer than a
 *   minute to minutes before any scorer sees it, so a recording made at 15 or 30 s is scored
 *   here in minutes, which is not what Actiware gives for it. It is never scored as if it were
 *   finer, and a view that is not one of minutes is skipped with the reason.
 * - Actiware's automatic threshold needs the mean of the whole recording; a window of five
 *   minutes does not have it. Compute it once and set it:
 *   0.88888 * sum of counts / mobile minutes, a mobile minute having 4 counts or more.
 *
 * A minute that was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours, as in Actiware; it gets no score itself. The confidence is the share of the five
 * minutes that was there. It writes `asleep`, as cole_kripke does: load it instead.
 *
 * Good to know: at 40, against polysomnography about 94 of 100 sleep epochs, 49 of 100 wake
 * epochs (Palotti 2019, MESA). */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_THRESHOLD, OPTION_VARIANT };
enum { VARIANT_ACTIWARE, VARIANT_PYACTIGRAPHY };

#define MINUTES   5
#define BEFORE    2 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000
#define WHOLE     25 /* makes every weight a whole number */

static const double weights[MINUTES] = {1, 5, 25, 5, 1};

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	double total = 0, threshold = WHOLE * options[OPTION_THRESHOLD];
	int present = 0;
	if (a->n != MINUTES || a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	if (isnan(a->v[BEFORE]))
		return scorer_skip(ret, "no activity in this minute");
	for (int i = 0; i < MINUTES; i++) {
		if (isnan(a->v[i]))
			continue;
		total += weights[i] * a->v[i];
		present++;
	}
	int asleep = (int)options[OPTION_VARIANT] == VARIANT_PYACTIGRAPHY
			     ? total < threshold
			     : total <= threshold;
	double confidence = (double)present / MINUTES;
	scorer_put(ret, WRITE_ASLEEP, in->at_ms, asleep, confidence);
	scorer_put(ret, WRITE_INDEX, in->at_ms, total / WHOLE, confidence);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "oakley",
	.version = "1.0",
	.summary = "asleep or awake a minute, from activity (Oakley 1997, as Actiware)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0},
			{"oakley.index", "counts", 0, 1e8, 0},
			{0},
		},
	.window = {SCORER_SLIDING, MINUTES * 60, 60, BEFORE * 60, 0},
	.options =
		(const struct scorer_option[]){
			{"threshold", 40, 0, 1e6, "counts", NULL,
				"asleep up to this: 20, 40 or 80 in Actiware"},
			{"variant", VARIANT_ACTIWARE, 0, 1, "", "actiware|pyactigraphy",
				"at the threshold itself: asleep (actiware) or awake"},
			{0},
		},
	.score = score,
};
