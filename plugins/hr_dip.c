/* SPDX-License-Identifier: MIT */
/* hr_dip: how far the heart rate sinks at night, and when it is lowest.
 *
 *     night.hr_mean    mean of the minutes of the sleep, 1/min
 *     night.hr_min     lowest mean of `minutes` (5) in a row within the sleep, 1/min
 *     night.hr_min_at  the middle of these minutes, in minutes from the sleep's start
 *     night.hr_dip     100 * (waking - hr_mean) / waking, %; below 0 where the night is
 *                      the higher one
 *
 * After Ben-Dov (Arch Intern Med 2007;167:2116): means of the time awake and the time
 * asleep; they call less than 10 % blunted, in people sent for blood pressure monitoring.
 * `waking` is the mean of the minutes before in bed, `hours` (16) back, that are not
 * known to be slept (a nap in `asleep` is left out; an evening doze that nobody saw is
 * not). A hard workout raises it: average = median takes the median minute on both sides
 * instead.
 *
 * over = sleep (default): the sleep runs from the first to the last epoch asleep; over =
 * bed: from in bed to out of bed, for trackers that know heart rate only. Apps differ in
 * what they call the lowest: a single minute, 5, 10 or 30 min; name it when you compare.
 *
 * Missing minutes stay missing. hr_mean needs `min_coverage` of the sleep's minutes,
 * hr_min a stretch with at least 80 % of its minutes, the dip `min_waking` (3 h) minutes
 * awake: without them it is not given, the rest is. The confidence is the share of the
 * sleep's minutes; for the dip that, or the share of `hours` if it is less. What this
 * cannot say: why. Posture, warmth, age, fitness and medicines move all of it. */
#include "scorer.h"

#include <string.h>

enum { READ_HR, READ_ASLEEP };
enum { WRITE_MEAN, WRITE_MIN, WRITE_MIN_AT, WRITE_DIP };
enum {
	OPTION_OVER,
	OPTION_AVERAGE,
	OPTION_MINUTES,
	OPTION_HOURS,
	OPTION_MIN_COVERAGE,
	OPTION_MIN_WAKING
};
enum { SLEEP, BED };
enum { MEAN, MEDIAN };

#define MS_PER_MIN   60000
#define REACH_S      57600 /* 16 h, the longest day that `hours` looks at */
#define STRETCH_FULL 0.8   /* of the lowest minutes that must be there */

struct period {
	int64_t from, to;
};

/* -1 unknown, 0 awake, 1 asleep */
static int
state_at(const struct scorer_view *v, int64_t t)
{
	if (v->n == 0 || t < v->t0_ms)
		return -1;
	int64_t i = (t - v->t0_ms) / v->interval_ms;
	return i >= v->n || isnan(v->v[i]) ? -1 : v->v[i] > 0.5;
}

/* First to last epoch asleep of the night, or the night. 0 if nothing was asleep. */
static int
find_period(const struct scorer_window *in, int over, struct period *ret)
{
	const struct scorer_view *v = &in->views[READ_ASLEEP];
	int found = 0;
	*ret = (struct period){in->start_ms, in->end_ms};
	if (over == BED)
		return in->end_ms > in->start_ms;
	for (uint32_t i = 0; i < v->n; i++) {
		int64_t t = v->t0_ms + (int64_t)i * v->interval_ms;
		if (!(v->v[i] > 0.5) || t < in->start_ms || t >= in->end_ms)
			continue;
		ret->from = found ? ret->from : t;
		ret->to = t + v->interval_ms;
		ret->to = ret->to < in->end_ms ? ret->to : in->end_ms;
		found = 1;
	}
	return found;
}

/* Swaps the k-th smallest of v[0..n) into its place, smaller ones before it (Hoare). */
static double
select_kth(double *v, uint32_t n, uint32_t k)
{
	uint32_t low = 0, high = n - 1;
	while (low < high) {
		double pivot = v[(low + high) / 2];
		uint32_t i = low, j = high;
		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i > j)
				break;
			double swap = v[i];
			v[i++] = v[j];
			v[j] = swap;
			if (j == 0)
				break;
			j--;
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return v[k];
}

static double
average(double *v, uint32_t n, int how)
{
	double sum = 0;
	if (how == MEDIAN)
		return (select_kth(v, n, n / 2) + select_kth(v, n, (n - 1) / 2)) / 2;
	for (uint32_t i = 0; i < n; i++)
		sum += v[i];
	return sum / n;
}

/* The values in [from, to) that are there, without what is known to be slept. */
static uint32_t
take(const struct scorer_window *in, struct period p, int is_waking, double *ret)
{
	const struct scorer_view *hr = &in->views[READ_HR];
	uint32_t n = 0;
	for (uint32_t i = 0; i < hr->n; i++) {
		int64_t t = hr->t0_ms + (int64_t)i * hr->interval_ms;
		if (t < p.from || t >= p.to || isnan(hr->v[i]))
			continue;
		if (!is_waking || state_at(&in->views[READ_ASLEEP], t) != 1)
			ret[n++] = hr->v[i];
	}
	return n;
}

struct lowest {
	double hr;
	int64_t middle_ms;
};

/* The first of the lowest means over `length` elements. hr = INFINITY: there is none. */
static struct lowest
find_lowest(const struct scorer_view *hr, struct period p, uint32_t length)
{
	struct lowest low = {INFINITY, 0};
	double sum = 0;
	uint32_t there = 0, first = 0;
	while (first < hr->n && hr->t0_ms + (int64_t)first * hr->interval_ms < p.from)
		first++;
	for (uint32_t i = first; i < hr->n; i++) {
		int64_t end = hr->t0_ms + (int64_t)(i + 1) * hr->interval_ms;
		uint32_t gone = i - length;
		if (end > p.to)
			break;
		sum += isnan(hr->v[i]) ? 0 : hr->v[i];
		there += !isnan(hr->v[i]);
		if (i >= first + length && !isnan(hr->v[gone])) {
			sum -= hr->v[gone];
			there--;
		}
		/* rates of 0.1 a minute leave no rounding that would order them falsely */
		if (i + 1 < first + length || there < STRETCH_FULL * length ||
			!(sum / there < low.hr - 1e-9))
			continue;
		low.hr = sum / there;
		low.middle_ms = end - (int64_t)length * hr->interval_ms / 2;
	}
	return low;
}

/* Of the time before in bed; NAN if too little is known of it. */
static double
waking_rate(
	const struct scorer_window *in, const double *options, double *v, double *share)
{
	int64_t back = (int64_t)(options[OPTION_HOURS] * 60 * MS_PER_MIN);
	uint32_t n = take(in, (struct period){in->start_ms - back, in->start_ms}, 1, v);
	double ms = (double)n * in->views[READ_HR].interval_ms;
	*share = fmin(*share, ms / (double)back);
	if (n == 0 || ms < options[OPTION_MIN_WAKING] * MS_PER_MIN)
		return NAN;
	return average(v, n, (int)options[OPTION_AVERAGE]);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *hr = &in->views[READ_HR];
	double *v = in->scratch;
	struct period p;
	char why[64];
	if (hr->n == 0 || !find_period(in, (int)options[OPTION_OVER], &p))
		return scorer_skip(ret, "nothing was asleep");
	uint32_t n = take(in, p, 0, v);
	double share = (double)n * hr->interval_ms / (double)(p.to - p.from);
	if (n == 0 || share < options[OPTION_MIN_COVERAGE]) {
		snprintf(why, sizeof why, "heart rate in only %.0f %% of the sleep",
			100 * share);
		return scorer_skip(ret, why);
	}
	share = fmin(1, share);
	double mean = average(v, n, (int)options[OPTION_AVERAGE]);
	scorer_put(ret, WRITE_MEAN, in->at_ms, mean, share);
	uint32_t length = (uint32_t)fmax(
		1, round(options[OPTION_MINUTES] * MS_PER_MIN / hr->interval_ms));
	struct lowest low = find_lowest(hr, p, length);
	if (!isinf(low.hr)) {
		double at = (double)(low.middle_ms - p.from) / MS_PER_MIN;
		scorer_put(ret, WRITE_MIN, in->at_ms, low.hr, share);
		scorer_put(ret, WRITE_MIN_AT, in->at_ms, at, share);
	}
	double waking = waking_rate(in, options, v, &share);
	if (!isnan(waking))
		scorer_put(
			ret, WRITE_DIP, in->at_ms, 100 * (waking - mean) / waking, share);
	return SCORER_OK;
}

#define RATE "1/min", 20, 250, 0, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "hr_dip",
	.version = "1.0",
	.summary = "how far the heart rate sinks at night, and when it is lowest",
	.reads =
		(const struct scorer_port[]){
			[READ_HR] = {"heart_rate", "1/min", 20, 250, 1, 0},
			[READ_ASLEEP] = {"asleep", "0/1", 0, 1, 0, 0},
			{0},
		},
	/* the dip of the widest range of rates: from 20 by day to 250 by night */
	.writes =
		(const struct scorer_port[]){
			[WRITE_MEAN] = {"night.hr_mean", RATE},
			[WRITE_MIN] = {"night.hr_min", RATE},
			[WRITE_MIN_AT] = {"night.hr_min_at", "min", 0, 2880, 0, 0},
			[WRITE_DIP] = {"night.hr_dip", "%", -1150, 100, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHT, .anchor_s = REACH_S},
	.options =
		(const struct scorer_option[]){
			{"over", SLEEP, 0, BED, "", "sleep|bed",
				"what counts as the night: asleep, or all in bed"},
			{"average", MEAN, 0, MEDIAN, "", "mean|median",
				"of the minutes by day and by night"},
			{"minutes", 5, 1, 60, "min", NULL,
				"over which the lowest rate is a mean"},
			{"hours", 16, 2, 16, "h", NULL, "before in bed that are the day"},
			{"min_coverage", 0.5, 0, 1, "share", NULL,
				"of the sleep that must have been measured"},
			{"min_waking", 180, 10, 960, "min", NULL,
				"awake that must have been measured for a dip"},
			{0},
		},
	.scratch_each = sizeof(double),
	.score = score,
};
