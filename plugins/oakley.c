/* SPDX-License-Identifier: MIT */
/* oakley: asleep or awake, epoch by epoch, from wrist movement, as Actiware scores.
 *
 * Oakley 1997 (Cambridge Neurotechnology technical report). total(t) = sum of weight * counts:
 *     epoch   weights, t in the middle
 *     15 s    .04 .04 .04 .04 .2 .2 .2 .2 4 .2 .2 .2 .2 .04 .04 .04 .04
 *     30 s    .04 .04 .2 .2 2 .2 .2 .04 .04
 *     60 s    .04 .2 1 .2 .04
 *     120 s   1/8 1/2 1/8
 * threshold: 20 finds most wake, 40 is Actiware's medium and the default, 80 finds least; the
 * same for every epoch. auto = yes takes it from the recording instead, as Actiware does:
 *     0.88888 * sum of counts / mobile minutes; mobile: an epoch with a count for every 15 s
 * The recording is what the host shows at once, about two days, not weeks as in Actiware.
 *     variant       asleep if            120 s
 *     actiware      total <= threshold   1/8 1/2 1/8    the maker's software; the default
 *     pyactigraphy  total <  threshold   .12 .5 .12     pyActigraphy 1.2.2
 * Whole counts do land on the threshold, and .04 and .2 are no binary fractions: so the weights
 * are kept as whole numbers (x25; 120 s: x8), which doubles hold exactly, and nothing is
 * divided before the comparison; counts with fractions stay as they are.
 *
 * epoch_s = recorded scores the recording as it is; 15, 30, 60 or 120 sums what is finer to
 * epochs that begin at multiples of that length. A recording in longer steps is never scored
 * as if it were finer. Every recorded step gets the score of the epoch that it lies in.
 *
 * actiware equals the maker's labels on every epoch that it scored of two recordings, at 30 and
 * at 60 s; 15 and 120 s have no vendor's labels to be compared with. pyactigraphy equals that
 * program at 60 s for 20, 40, 80 and auto, but for the first and last two minutes, which it
 * leaves unscored. GGIR 3.3-7 at 60 s is actiware, at 40.
 *
 * What was not recorded (outside the recording, a gap) counts as no movement for its
 * neighbours, as in Actiware; it gets no score itself. The confidence is the share of the
 * weighted epochs that was there. It writes `asleep`, as cole_kripke does: load it instead.
 *
 * Good to know: at 40, against polysomnography about 94 of 100 sleep epochs, 49 of 100 wake
 * epochs (Palotti 2019, MESA). */
#include "epochs.h"

enum { READ_ACTIVITY };
enum { WRITE_ASLEEP, WRITE_INDEX };
enum { OPTION_THRESHOLD, OPTION_VARIANT, OPTION_EPOCH, OPTION_AUTO };
enum { VARIANT_ACTIWARE, VARIANT_PYACTIGRAPHY };

#define REACH_MAX 8  /* epochs to either side */
#define MOBILE_S  15 /* a mobile epoch has a count for so many seconds */
#define PER_MIN   4  /* of them in a minute */

/* 0.88888, of counts a mobile minute: in whole numbers */
#define AUTO_UP   11111
#define AUTO_DOWN 12500

static const struct kernel {
	int epoch_s, reach;
	double whole;                 /* makes every weight a whole number */
	double weight[REACH_MAX + 1]; /* the epoch itself first, then outwards */
} kernels[] =
	{
		{15, 8, 25, {100, 5, 5, 5, 5, 1, 1, 1, 1}},
		{30, 4, 25, {50, 5, 5, 1, 1}},
		{60, 2, 25, {25, 5, 1}},
		{120, 1, 8, {4, 1}},
},
  pyactigraphy_120 = {120, 1, 100, {50, 12}};

struct threshold {
	double up, down; /* a fraction */
};

/* The kernel that was asked for into *ret_k, or why the recording cannot give its epochs. */
static const char *
choose_kernel(uint32_t interval_ms, const double *options, const struct kernel **ret_k)
{
	int word = (int)options[OPTION_EPOCH]; /* 0 = recorded, then as in kernels */
	const struct kernel *k = &kernels[word ? word - 1 : 0];
	if (word == 0)
		while (k->epoch_s < 120 && interval_ms > 1000u * (uint32_t)k->epoch_s)
			k++;
	uint32_t ms = 1000u * (uint32_t)k->epoch_s;
	if (word == 0 && interval_ms > 0 && interval_ms < ms)
		return "steps are not 15, 30, 60 or 120 s: set epoch_s";
	const char *why = epochs_refuse(interval_ms, ms);
	int is_pyactigraphy = (int)options[OPTION_VARIANT] == VARIANT_PYACTIGRAPHY;
	if (!why)
		*ret_k = k->epoch_s == 120 && is_pyactigraphy ? &pyactigraphy_120 : k;
	return why;
}

/* Of the recording: down is 0 where nothing was mobile. */
static struct threshold
automatic(const struct epochs *all, const struct kernel *k)
{
	double sum = 0, mobile = 0, least = k->epoch_s / MOBILE_S;
	for (uint32_t i = 0; i < all->n; i++) {
		sum += all->e[i].counts;
		mobile += all->e[i].counts >= least;
	}
	return (struct threshold){AUTO_UP * PER_MIN * sum,
		AUTO_DOWN * least * mobile}; /* least: 15-s parts */
}

/* Weighted sum around epoch `at`, times k->whole; *ret_seen = recorded steps in it. */
static double
total_of(
	const struct epochs *all, const struct kernel *k, uint32_t at, uint32_t *ret_seen)
{
	double total = 0;
	*ret_seen = 0;
	for (int d = -k->reach; d <= k->reach; d++) {
		int64_t i = (int64_t)at + d;
		if (i < 0 || i >= all->n)
			continue;
		total += k->weight[d < 0 ? -d : d] * all->e[i].counts;
		*ret_seen += all->e[i].seen;
	}
	return total;
}

/* Every recorded step gets the score of its epoch. */
static void
put_scores(const struct epochs *all, const struct kernel *k, struct threshold limit,
	int strict, struct scorer_result *ret)
{
	const struct scorer_view *a = all->steps;
	double total = 0, confidence = 0, full = (2 * k->reach + 1) * (double)all->per;
	uint32_t at = UINT32_MAX, seen = 0;
	int asleep = 0;
	for (uint32_t i = 0; i < a->n; i++) {
		if (isnan(a->v[i]))
			continue;
		if (epochs_index(all, i) != at) {
			at = epochs_index(all, i);
			total = total_of(all, k, at, &seen);
			double l = total * limit.down, r = k->whole * limit.up;
			asleep = strict ? l < r : l <= r;
			confidence = seen / full;
		}
		int64_t t = a->t0_ms + (int64_t)i * a->interval_ms;
		scorer_put(ret, WRITE_ASLEEP, t, asleep, confidence);
		scorer_put(ret, WRITE_INDEX, t, total / k->whole, confidence);
	}
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	const struct kernel *k = NULL;
	const char *why = choose_kernel(a->interval_ms, options, &k);
	if (why)
		return scorer_skip(ret, why);
	struct epochs all = epochs_fold(a, 1000 * (int64_t)k->epoch_s, in->scratch);
	struct threshold limit = {options[OPTION_THRESHOLD], 1};
	if (options[OPTION_AUTO] > 0)
		limit = automatic(&all, k);
	if (!(limit.down > 0))
		return scorer_skip(ret, "no movement to take a threshold from");
	put_scores(&all, k, limit, (int)options[OPTION_VARIANT] == VARIANT_PYACTIGRAPHY,
		ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "oakley",
	.version = "2.0",
	.summary = "asleep or awake an epoch, from activity (Oakley 1997, as Actiware)",
	.reads =
		(const struct scorer_port[]){
			{"activity", "counts", 0, 1e7, 1, SCORER_AS_RECORDED}, {0}},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0, 0},
			{"oakley.index", "counts", 0, 1e9, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"threshold", 40, 0, 1e6, "counts", NULL,
				"asleep up to this: 20, 40 or 80 in Actiware"},
			{"variant", VARIANT_ACTIWARE, 0, 1, "", "actiware|pyactigraphy",
				"at the threshold itself: asleep (actiware) or awake"},
			{"epoch_s", 0, 0, 4, "s", "recorded|15|30|60|120",
				"length of an epoch; a finer recording is summed to it"},
			{"auto", 0, 0, 1, "", "no|yes",
				"threshold from the recording itself, not from "
				"`threshold`"},
			{0},
		},
	/* the recording may begin inside an epoch: one more than it has steps */
	.scratch_size = sizeof(struct epoch),
	.scratch_each = sizeof(struct epoch),
	.score = score,
};
