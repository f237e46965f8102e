/* SPDX-License-Identifier: MIT */
/* activity_index: how much the wrist moved in a minute, from raw acceleration, in g.
 *
 * Two indices of that name, by `variant`; the default is the one that cole_kripke's weights for
 * an activity index are made for:
 *     skdh  sqrt(mean over the axes of the variance within 60 s), each axis filtered first
 *           with a Butterworth high-pass of third order at 0.25 Hz, forwards and backwards, so
 *           that nothing is shifted (scikit-digital-health; variance divided by n)
 *     bai   Bai 2016 (PLoS ONE 11:e0160644), the absolute form: for each second
 *           sqrt(max(mean over the axes of the variance within it (n - 1) - noise^2, 0)),
 *           added up over the 60 s; noise: the standard deviation of the sensor at rest
 * A sine of amplitude A on one axis, well above 0.25 Hz, gives A / sqrt(6) in skdh. bai is
 * written from the paper; no reference was at hand to compare it with.
 *
 * The filter comes from the bilinear transform (Oppenheim & Schafer, Discrete-Time Signal
 * Processing, 7.1): with k = tan(pi * 0.25 Hz / rate), the analogue prototype
 * s^3 / (s^3 + 2 s^2 + 2 s + 1) turns into
 *     H(z) = (1 - z^-1)^3 / (d0 + d1 z^-1 + d2 z^-2 + d3 z^-3),  K = 1 + 2k + 2k^2 + k^3,
 *     d0 = K,  d1 = -3 - 2k + 2k^2 + 3k^3,  d2 = 3 - 2k - 2k^2 + 3k^3,  d3 = -1 + 2k - 2k^2 + k^3
 * which is 3 dB down at exactly 0.25 Hz; twice through it, 6 dB. Its slowest part dies away by
 * 2.2 in a second. It starts as if the first sample had always been there, and 15 s before and
 * after the five minutes of a window let what is left of that guess die away to less than a
 * hundred-thousandth.
 *
 * Input: accel_x, accel_y, accel_z in mg on one grid of 25 to 200 Hz (intervals of 5 to 40 ms).
 *
 * Missing: a sample counts where all three axes are there. At a gap the filter stops, and starts
 * anew behind it. A minute with less than half of its samples gets no value; in bai a second
 * with less than half of its samples is left out and the sum scaled to the minute. The
 * confidence is the share that was there.
 *
 * What it cannot say: which movement it was; and driving over cobbles is movement. */
#include "axes.h"
#include <stddef.h>

enum { WRITE_INDEX };
enum { OPTION_VARIANT, OPTION_NOISE };
enum { VARIANT_SKDH, VARIANT_BAI };

#define HOP_S     300
#define MINUTE_MS 60000
#define SECOND_MS 1000
#define MARGIN_S  15 /* before and after, for the filter */
#define CUT_HZ    0.25
#define ORDER     3
#define LANES     4 /* three axes; the fourth is idle */
#define MG        1000.0
#define PI        3.14159265358979323846

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8)));

/* y = b0 (1 - z^-1)^3 x - (a1..a3) y, transposed direct form II. */
struct filter {
	double b0, a[ORDER];
	lanes s[ORDER];
};

static void
filter_design(struct filter *f, uint32_t interval_ms)
{
	double k = tan(PI * CUT_HZ * interval_ms / SECOND_MS);
	double d0 = 1 + k * (2 + k * (2 + k));
	f->b0 = 1 / d0;
	f->a[0] = (-3 + k * (-2 + k * (2 + k * 3))) / d0;
	f->a[1] = (3 + k * (-2 + k * (-2 + k * 3))) / d0;
	f->a[2] = (-1 + k * (2 + k * (-2 + k))) / d0;
}

/* As if x had always been there: the output is 0 and stays so. */
static void
filter_rest(struct filter *f, const lanes *x)
{
	f->s[0] = -f->b0 * *x;
	f->s[1] = 2 * f->b0 * *x;
	f->s[2] = -f->b0 * *x;
}

/* ret may be x. */
static inline void
filter_next(struct filter *f, const lanes *x, lanes *ret)
{
	lanes bx = f->b0 * *x, y = bx + f->s[0];
	f->s[0] = f->s[1] - 3 * bx - f->a[0] * y;
	f->s[1] = f->s[2] + 3 * bx - f->a[1] * y;
	f->s[2] = -bx - f->a[2] * y;
	*ret = y;
}

static inline void
get_sample(const struct scorer_view *a, int i, lanes *ret)
{
	*ret = (lanes){a[READ_X].v[i], a[READ_Y].v[i], a[READ_Z].v[i], 0};
}

/* Filters samples [from, to), without a gap, forwards and backwards into y. */
static void
filter_both_ways(
	struct filter *f, const struct scorer_view *a, int from, int to, lanes *y)
{
	lanes x;
	get_sample(a, from, &x);
	filter_rest(f, &x);
	for (int i = from; i < to; i++) {
		get_sample(a, i, &x);
		filter_next(f, &x, &y[i]);
	}
	filter_rest(f, &y[to - 1]);
	for (int i = to - 1; i >= from; i--)
		filter_next(f, &y[i], &y[i]);
}

/* Of samples [from, to) that are there: the mean over the axes of the variance by n - less. */
static double
mean_variance(const struct scorer_view *a, const lanes *y, const int span[2], int less,
	int *ret_n)
{
	lanes sum = {0}, squares = {0};
	int n = 0;
	for (int i = span[0]; i < span[1]; i++) {
		if (!axes_are_there(a, i))
			continue;
		sum += y[i];
		n++;
	}
	*ret_n = n;
	if (n <= less)
		return NAN;
	lanes mean = sum / (double)n;
	for (int i = span[0]; i < span[1]; i++) {
		if (!axes_are_there(a, i))
			continue;
		lanes d = y[i] - mean;
		squares += d * d;
	}
	return (squares[READ_X] + squares[READ_Y] + squares[READ_Z]) / AXES / (n - less);
}

/* Every stretch without a gap, filtered into y. */
static void
filter_all(const struct scorer_view *a, lanes *y)
{
	struct filter f = {0};
	int n = (int)a->n, from = 0;
	filter_design(&f, a->interval_ms);
	while (from < n) {
		int to = from;
		while (to < n && axes_are_there(a, to))
			to++;
		if (to > from)
			filter_both_ways(&f, a, from, to, y);
		from = to + 1;
	}
}

static double
index_bai(const struct scorer_view *a, int64_t at_ms, double noise, const lanes *y)
{
	int due = SECOND_MS / (int)a->interval_ms, seconds = 0;
	double sum = 0;
	for (int64_t t = at_ms; t < at_ms + MINUTE_MS; t += SECOND_MS) {
		int span[] = {axes_index(a, t), axes_index(a, t + SECOND_MS)}, n = 0;
		double v = mean_variance(a, y, span, 1, &n) - noise * noise;
		if (2 * n < due || isnan(v))
			continue;
		sum += v > 0 ? sqrt(v) : 0;
		seconds++;
	}
	return sum * (MINUTE_MS / SECOND_MS) / seconds / MG;
}

static int
score_minute(const struct scorer_view *a, int64_t at_ms, const double *options,
	const lanes *y, struct scorer_result *ret)
{
	int span[] = {axes_index(a, at_ms), axes_index(a, at_ms + MINUTE_MS)}, n = 0;
	int due = axes_due(a, MINUTE_MS);
	double variance = mean_variance(a, y, span, 0, &n), v = sqrt(variance) / MG;
	if (2 * n < due)
		return 0;
	if ((int)options[OPTION_VARIANT] == VARIANT_BAI)
		v = index_bai(a, at_ms, options[OPTION_NOISE] * MG, y);
	if (isnan(v)) /* bai: scattered samples, no second with half of them */
		return 0;
	scorer_put(ret, WRITE_INDEX, at_ms, v, fmin((double)n / due, 1));
	return 1;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = in->views;
	lanes *y = in->scratch;
	int written = 0;
	const char *why = axes_refuse(a);
	if (why)
		return scorer_skip(ret, why);
	if ((int)options[OPTION_VARIANT] == VARIANT_SKDH)
		filter_all(a, y);
	else
		for (int i = 0; i < (int)a->n; i++)
			get_sample(a, i, &y[i]);
	for (int s = 0; s < HOP_S; s += MINUTE_MS / SECOND_MS)
		written += score_minute(a, in->at_ms + s * SECOND_MS, options, y, ret);
	return written ? SCORER_OK
		       : scorer_skip(ret, "too little acceleration in these minutes");
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "activity_index",
	.version = "1.0",
	.summary = "movement of a minute in g, from raw acceleration (activity index)",
	.reads = axes_reads,
	.writes =
		(const struct scorer_port[]){
			{"activity_index", "g", 0, 4000, 0, MINUTE_MS},
			{0},
		},
	.window = {SCORER_SLIDING, HOP_S + 2 * MARGIN_S, HOP_S, MARGIN_S, 0},
	.options =
		(const struct scorer_option[]){
			{"variant", VARIANT_SKDH, 0, 1, "", "skdh|bai",
				"which activity index"},
			{"noise", 0, 0, 1, "g", NULL,
				"bai: standard deviation of the sensor at rest"},
			{0},
		},
	.scratch_each = sizeof(lanes),
	.score = score,
};
