/* SPDX-License-Identifier: MIT */
/* sadeh: asleep or awake, minute by minute, from wrist movement.
 *
 * Sadeh, Sharkey, Carskadon 1994 (Sleep 17:201-207), one-minute epochs:
 *     PS = 7.601 - 0.065 MEAN - 1.08 NAT - 0.056 SD - 0.703 ln(A + 1)
 * MEAN: of A over the 11 minutes t-5..t+5. NAT: how many of them have 50 <= A < 100.
 * SD: of the 6 minutes t-5..t, with n - 1. ln: natural logarithm, of minute t.
 * A = counts / divisor (1 unless a tracker counts on another scale), then capped. Programs
 * differ, so the whole rule goes by one name:
 *     variant        A at most   asleep if   NAT            ln of minute
 *     actilife       300         PS > -4     50 <= A < 100  t
 *     paper          no cap      PS >= 0     50 <= A < 100  t
 *     ggir           no cap      PS >= 0     50 <  A < 100  t
 *     pyactigraphy   no cap      PS > 0      50 <  A < 100  t+1 (so in that program)
 * actilife, the default, equals ActiLife 6 on 1500 of 1500 epochs of axis 1; ggir equals GGIR
 * 3.3-7, whose own column is written five minutes late; pyactigraphy equals pyActigraphy 1.2.2,
 * which leaves the first and last five minutes unscored; paper has no program to be compared
 * with. ActiGraph's published code has 0.0703 before the logarithm; paper and ActiLife 0.703.
 *
 * A minute that was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours, as in those programs; it gets no score itself. The confidence is the share of
 * the eleven minutes that was there. It writes `asleep`, as cole_kripke does: load it instead.
 *
 * Good to know: of these scorers the most generous with sleep (against polysomnography about
 * 98 of 100 sleep epochs, 38 of 100 wake epochs: Palotti 2019, MESA). */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_VARIANT, OPTION_DIVISOR };

#define MINUTES   11
#define BEFORE    5 /* minutes of the window before the one that is scored */
#define MINUTE_MS 60000

static const struct variant {
	double cap, threshold;
	int threshold_sleeps; /* PS at the threshold itself is sleep */
	int fifty_counts;     /* A = 50 is one of NAT */
	int ln_at;            /* minutes after the one that is scored */
} variants[] = {
	{300, -4, 0, 1, 0},
	{INFINITY, 0, 1, 1, 0},
	{INFINITY, 0, 1, 0, 0},
	{INFINITY, 0, 0, 0, 1},
};

static double
index_of(const double *a, const struct variant *v)
{
	double sum = 0, six = 0, squares = 0;
	int nat = 0;
	for (int i = 0; i < MINUTES; i++) {
		sum += a[i];
		six += i <= BEFORE ? a[i] : 0;
		nat += (v->fifty_counts ? a[i] >= 50 : a[i] > 50) && a[i] < 100;
	}
	for (int i = 0; i <= BEFORE; i++)
		squares += (a[i] - six / (BEFORE + 1)) * (a[i] - six / (BEFORE + 1));
	return 7.601 - 0.065 * (sum / MINUTES) - 1.08 * nat -
	       0.056 * sqrt(squares / BEFORE) - 0.703 * log(a[BEFORE + v->ln_at] + 1);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *counts = &in->views[READ_ACTIVITY];
	const struct variant *v = &variants[(int)options[OPTION_VARIANT]];
	double a[MINUTES];
	int present = 0;
	if (counts->n != MINUTES || counts->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	if (isnan(counts->v[BEFORE]))
		return scorer_skip(ret, "no activity in this minute");
	for (int i = 0; i < MINUTES; i++) {
		int there = !isnan(counts->v[i]);
		a[i] = there ? fmin(counts->v[i] / options[OPTION_DIVISOR], v->cap) : 0;
		present += there;
	}
	double ps = index_of(a, v), confidence = (double)present / MINUTES;
	int asleep = v->threshold_sleeps ? ps >= v->threshold : ps > v->threshold;
	scorer_put(ret, WRITE_ASLEEP, in->at_ms, asleep, confidence);
	scorer_put(ret, WRITE_INDEX, in->at_ms, ps, confidence);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "sadeh",
	.version = "1.0",
	.summary = "asleep or awake a minute, from activity (Sadeh 1994)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0},
			{"sadeh.index", "PS", -1e8, 10, 0},
			{0},
		},
	.window = {SCORER_SLIDING, MINUTES * 60, 60, BEFORE * 60, 0},
	.options =
		(const struct scorer_option[]){
			{"variant", 0, 0, 3, "", "actilife|paper|ggir|pyactigraphy",
				"whose rule: cap, threshold and edges as that one has "
				"them"},
			{"divisor", 1, 0.1, 1e6, "counts", NULL,
				"counts a minute that make one unit of the formula"},
			{0},
		},
	.score = score,
};
