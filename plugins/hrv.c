/* SPDX-License-Identifier: MIT */
/* hrv: heart rate variability of a night and of each five minutes, in the time domain.
 *
 * From `rr.clean` (rr_clean), after the Task Force (Circulation 1996;93:1043):
 *     RMSSD  square root of the mean squared difference of successive intervals, ms
 *     SDNN   standard deviation of the intervals (n - 1), ms
 *     pNN50  share of successive differences above 50 ms, %
 * Equal to hrv-analysis. Two intervals are successive where the stamps say so: where the
 * time between beats and the interval differ by more than `tolerance`, a gap lies
 * between, and no difference is taken over it.
 *     hrv.rmssd, hrv.sdnn, hrv.pnn50   windows of 5 min, at whole 5 min of UTC, that lie
 *         in the night and of which the intervals cover at least `min_share`
 *     night.rmssd, sdnn, pnn50         all intervals of the night together
 *     night.rmssd_5min, sdnn_5min, pnn50_5min   medians of the windows
 * The two differ: the night's SDNN holds the slow swing of the whole night, a window's
 * does not, and the median of windows suffers less from an odd stretch. Makers' numbers
 * are mostly some mean of five-minute RMSSD; compare night.rmssd_5min with them, never
 * night.sdnn.
 *
 * during = night (default): all beats in bed. during = asleep: those in epochs asleep.
 * Where the intervals cover less than `min_coverage` of that time, there are no numbers:
 * heart rate a minute or a beat now and then has no HRV. The confidence is that share,
 * for a window its own. What this cannot say: why. Breathing, posture, alcohol, fever,
 * age and the sensor all move it; read a person against their own nights. `hrv_rmssd`,
 * with an underscore, is what a maker states and is not used here. */
#include "scorer.h"

#include <stdlib.h>
#include <string.h>

enum { READ_RR, READ_ASLEEP };
enum { RMSSD, SDNN, PNN50, N_NUMBERS };
enum { WRITE_5MIN = 0, WRITE_NIGHT = N_NUMBERS, WRITE_MEDIAN = 2 * N_NUMBERS };
enum { OPTION_DURING, OPTION_MIN_SHARE, OPTION_MIN_COVERAGE, OPTION_TOLERANCE };
enum { NIGHT, ASLEEP };

#define WINDOW_MS   300000
#define WINDOWS_MAX 576 /* 48 h */
#define NN50_MS     50

/* Intervals and successive differences so far; mean and squares after Welford. */
struct sums {
	uint32_t n, n_diff, n_over;
	double mean, squares, diff_squares, ms;
};

/* The numbers of the windows so far, each kind in ascending order. */
struct windows {
	uint32_t n;
	double v[N_NUMBERS][WINDOWS_MAX];
};

static void
add_interval(struct sums *s, double rr)
{
	double off = rr - s->mean;
	s->mean += off / ++s->n;
	s->squares += off * (rr - s->mean);
	s->ms += rr;
}

static void
add_difference(struct sums *s, double diff)
{
	s->n_diff++;
	s->n_over += fabs(diff) > NN50_MS;
	s->diff_squares += diff * diff;
}

/* 0 if there are too few to have numbers. */
static int
sum_up(const struct sums *s, double ret[N_NUMBERS])
{
	if (s->n < 2 || s->n_diff < 1)
		return 0;
	ret[RMSSD] = sqrt(s->diff_squares / s->n_diff);
	ret[SDNN] = sqrt(s->squares / (s->n - 1));
	ret[PNN50] = 100.0 * s->n_over / s->n_diff;
	return 1;
}

static void
insert(double *v, uint32_t n, double x)
{
	while (n > 0 && v[n - 1] > x) {
		v[n] = v[n - 1];
		n--;
	}
	v[n] = x;
}

/* The window that began at t, if it lies in the night and is covered well enough. */
static void
close_window(const struct scorer_window *in, int64_t t, const struct sums *s,
	double min_share, struct scorer_result *ret)
{
	struct windows *w = in->scratch;
	double v[N_NUMBERS], share = s->ms / WINDOW_MS;
	if (t < in->start_ms || t + WINDOW_MS > in->end_ms || share < min_share ||
		w->n == WINDOWS_MAX || !sum_up(s, v))
		return;
	for (uint32_t i = 0; i < N_NUMBERS; i++) {
		scorer_put(ret, WRITE_5MIN + i, t, v[i], fmin(1, share));
		insert(w->v[i], w->n, v[i]);
	}
	w->n++;
}

static int
is_asleep(const struct scorer_view *v, int64_t t)
{
	int64_t at = v->n > 0 && t >= v->t0_ms ? (t - v->t0_ms) / v->interval_ms : v->n;
	return at < v->n && v->v[at] > 0.5;
}

static double
asleep_ms(const struct scorer_view *v)
{
	double ms = 0;
	for (uint32_t i = 0; i < v->n; i++)
		ms += v->v[i] > 0.5 ? v->interval_ms : 0;
	return ms;
}

static struct sums
take_night(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *rr = &in->views[READ_RR];
	struct sums night = {0}, window = {0};
	int64_t at = INT64_MIN, tolerance = (int64_t)options[OPTION_TOLERANCE];
	uint32_t last = UINT32_MAX; /* the beat before, if it was taken */
	for (uint32_t i = 0; i < rr->n; i++) {
		int64_t t = rr->t_ms[i], begin = t - t % WINDOW_MS;
		int is_out = t < in->start_ms || t > in->end_ms || isnan(rr->v[i]);
		if (is_out || (options[OPTION_DURING] == ASLEEP &&
				      !is_asleep(&in->views[READ_ASLEEP], t)))
			continue;
		int is_same = begin == at;
		if (!is_same) {
			close_window(in, at, &window, options[OPTION_MIN_SHARE], ret);
			window = (struct sums){0};
			at = begin;
		}
		add_interval(&night, rr->v[i]);
		add_interval(&window, rr->v[i]);
		int is_next = i > 0 && last == i - 1 &&
			      llabs(t - rr->t_ms[i - 1] - llround(rr->v[i])) <= tolerance;
		last = i;
		if (!is_next)
			continue;
		add_difference(&night, rr->v[i] - rr->v[i - 1]);
		if (is_same)
			add_difference(&window, rr->v[i] - rr->v[i - 1]);
	}
	close_window(in, at, &window, options[OPTION_MIN_SHARE], ret);
	return night;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct windows *w = in->scratch;
	int is_night = options[OPTION_DURING] == NIGHT;
	double of = is_night ? (double)(in->end_ms - in->start_ms)
			     : asleep_ms(&in->views[READ_ASLEEP]);
	double v[N_NUMBERS];
	char why[64];
	if (!(of > 0))
		return scorer_skip(
			ret, is_night ? "an empty night" : "nothing was asleep");
	struct sums night = take_night(in, options, ret);
	if (night.ms / of < options[OPTION_MIN_COVERAGE] || !sum_up(&night, v)) {
		snprintf(why, sizeof why, "beats cover only %.0f %% of the %s",
			100 * night.ms / of, is_night ? "night" : "sleep");
		ret->n_values = 0;
		return scorer_skip(ret, why);
	}
	double share = fmin(1, night.ms / of);
	for (uint32_t i = 0; i < N_NUMBERS; i++) {
		scorer_put(ret, WRITE_NIGHT + i, in->at_ms, v[i], share);
		if (w->n > 0)
			scorer_put(ret, WRITE_MEDIAN + i, in->at_ms,
				(w->v[i][w->n / 2] + w->v[i][(w->n - 1) / 2]) / 2, share);
	}
	return SCORER_OK;
}

/* differences are below rr_clean's longest interval */
#define MS      "ms", 0, 60000, 0
#define PERCENT "%", 0, 100, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "hrv",
	.version = "1.0",
	.summary = "RMSSD, SDNN and pNN50 of the night and of each five minutes",
	.reads =
		(const struct scorer_port[]){
			[READ_RR] = {"rr.clean", "ms", 0, 60000, 1, SCORER_EVENTS},
			[READ_ASLEEP] = {"asleep", "0/1", 0, 1, 0, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_5MIN + RMSSD] = {"hrv.rmssd", MS, WINDOW_MS},
			[WRITE_5MIN + SDNN] = {"hrv.sdnn", MS, WINDOW_MS},
			[WRITE_5MIN + PNN50] = {"hrv.pnn50", PERCENT, WINDOW_MS},
			[WRITE_NIGHT + RMSSD] = {"night.rmssd", MS, 0},
			[WRITE_NIGHT + SDNN] = {"night.sdnn", MS, 0},
			[WRITE_NIGHT + PNN50] = {"night.pnn50", PERCENT, 0},
			[WRITE_MEDIAN + RMSSD] = {"night.rmssd_5min", MS, 0},
			[WRITE_MEDIAN + SDNN] = {"night.sdnn_5min", MS, 0},
			[WRITE_MEDIAN + PNN50] = {"night.pnn50_5min", PERCENT, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"during", NIGHT, 0, ASLEEP, "", "night|asleep",
				"which beats count: all in bed, or those asleep"},
			{"min_share", 0.7, 0.1, 1, "share", NULL,
				"of five minutes that intervals must cover"},
			{"min_coverage", 0.3, 0, 1, "share", NULL,
				"of the night (or sleep) that intervals must cover"},
			{"tolerance", 2000, 0, 60000, "ms", NULL,
				"stamps and interval further apart than this: a gap"},
			{0},
		},
	.scratch_size = sizeof(struct windows),
	.score = score,
};
