/* SPDX-License-Identifier: MIT */
/* resp_rate: breaths a minute, of the night and of each five minutes.
 *
 *     resp.rate             windows of 5 min at whole 5 min of UTC that lie in the night
 *     night.resp_rate       median of these windows
 *     night.resp_rate_iqr   their interquartile range
 *
 * source = auto (default): `resp_rate`, what a tracker states, averaged over each window;
 * where it has fewer than `min_windows`, the breathing that the heart shows. source =
 * tracker, heart: only that.
 *
 * From `rr.clean`: intervals shorten breathing in and lengthen breathing out (respiratory
 * sinus arrhythmia). Each window is cut into nine minutes that half overlap; where beats
 * cover 80 % of a minute, its intervals, less their linear trend and under a Hann window,
 * give a Lomb-Scargle periodogram at the beats' own times (Lomb 1976, Scargle 1982; for
 * heart beats Laguna, IEEE Trans Biomed Eng 1998;45:698), so that a missing beat is no
 * invention. The periodograms are averaged; the highest point between `lowest` and
 * `highest` is the rate, between its neighbours by a parabola. It counts if
 *     it is a maximum in the range, and within 3 a minute below it power falls to 30 %:
 *         what only rises towards slow is drift, or the blood pressure's own waves, some
 *         6 a minute,
 *     at least `clear` of the power in the range lies within 1.5 a minute of it (after
 *         Bailon, IEEE Trans Biomed Eng 2006;53:1273: average what is peaked only),
 *     the first four and the last four minutes agree with it within 2 a minute,
 *     five of the nine minutes have beats, and half the heart rate is above it: a faster
 *         breath cannot be told from a slower one.
 * Otherwise the window has no rate. In the tests noise without breathing passes in less
 * than 1 % of windows, white noise in none; a night needs `min_windows` (6). A synthetic
 * breath of 9 to 24 a minute comes out within 0.1 a minute; two shared nights of real
 * beats give 14.8 and 16.5 with an interquartile range of 0.5 and 1.5, in two thirds of
 * their windows, which is plausible and no more.
 *
 * The confidence of a night is the share of its windows that have a rate; of a window,
 * the share of power at the peak, or 1 where a tracker states it. What this cannot say:
 * it is tried on synthetic beats only, not on people against a belt or a mask. With age,
 * beta-blockers, diabetes, or an irregular heart the arrhythmia vanishes and there is no
 * number. It does not see pauses in breathing. */
#include "scorer.h"

#include <string.h>

enum { READ_RR, READ_TRACKER };
enum { WRITE_RATE, WRITE_MEDIAN, WRITE_IQR };
enum { OPTION_SOURCE, OPTION_LOWEST, OPTION_HIGHEST, OPTION_CLEAR, OPTION_MIN_WINDOWS };
enum { AUTO, TRACKER, HEART };

#define WINDOW_MS     300000
#define WINDOWS_MAX   576 /* 48 h */
#define PART_MS       60000
#define PART_HOP_MS   30000
#define PARTS         9 /* minutes of a window, half overlapping */
#define PARTS_HALF    4
#define PARTS_MIN     5
#define PART_COVERAGE 0.8
#define STEP          0.25 /* a minute, between frequencies */
#define BINS_MAX      160
#define PEAK          6   /* bins, 1.5 a minute */
#define AGREE         8   /* bins, 2 a minute */
#define VALLEY        12  /* bins, 3 a minute: so far below, ... */
#define VALLEY_DEPTH  0.3 /* ... power falls to this share of the peak */
#define PI            3.14159265358979323846

struct spectrum {
	double v[BINS_MAX];
};

/* Sums of Lomb's normal equations at each frequency. */
struct normal {
	double yc[BINS_MAX], ys[BINS_MAX], cc[BINS_MAX], ss[BINS_MAX], cs[BINS_MAX];
};

struct work {
	struct normal normal;
	struct spectrum all, first, last;
	double rates[WINDOWS_MAX]; /* ascending */
	uint32_t n_rates, n_bins;
	double lowest, clear; /* lowest: of bin 0 */
};

/* Beats [from, to) of a view: a minute, its weights and the line through it. */
struct part {
	uint32_t from, to;
	int64_t t0_ms;
	double mean, slope, middle_s;
};

static double
seconds(const struct scorer_view *rr, const struct part *p, uint32_t i)
{
	return (double)(rr->t_ms[i] - p->t0_ms) / 1000;
}

static double
hann(double s)
{
	return 0.5 - 0.5 * cos(2 * PI * s * 1000 / PART_MS);
}

/* 0 if the beats cover too little, or are too slow for the range. */
static int
fit_line(const struct scorer_view *rr, struct part *p)
{
	double w = 0, y = 0, t = 0, tt = 0, ty = 0, ms = 0;
	for (uint32_t i = p->from; i < p->to; i++)
		ms += rr->v[i];
	if (ms < PART_COVERAGE * PART_MS)
		return 0;
	for (uint32_t i = p->from; i < p->to; i++) {
		double s = seconds(rr, p, i), h = hann(s);
		w += h;
		y += h * rr->v[i];
		t += h * s;
	}
	p->mean = y / w;
	p->middle_s = t / w;
	for (uint32_t i = p->from; i < p->to; i++) {
		double s = seconds(rr, p, i) - p->middle_s, h = hann(s + p->middle_s);
		tt += h * s * s;
		ty += h * s * (rr->v[i] - p->mean);
	}
	p->slope = tt > 0 ? ty / tt : 0;
	return w > 0;
}

/* The sine and cosine of each frequency by turning the one before it by a step. */
static void
add_beat(struct work *w, double s, double h, double y)
{
	struct normal *n = &w->normal;
	double turn = 2 * PI * s / 60, c = cos(turn * w->lowest),
	       q = sin(turn * w->lowest);
	const double dc = cos(turn * STEP), dq = sin(turn * STEP);
	for (uint32_t f = 0; f < w->n_bins; f++) {
		n->yc[f] += h * y * c;
		n->ys[f] += h * y * q;
		n->cc[f] += h * c * c;
		n->ss[f] += h * q * q;
		n->cs[f] += h * c * q;
		double next = c * dc - q * dq;
		q = q * dc + c * dq;
		c = next;
	}
}

/* Share of the minute's variance that each frequency explains. 0 = nothing varies. */
static int
periodogram(
	struct work *w, const struct scorer_view *rr, const struct part *p, double *ret)
{
	const struct normal *n = &w->normal;
	double yy = 0;
	memset(&w->normal, 0, sizeof w->normal);
	for (uint32_t i = p->from; i < p->to; i++) {
		double s = seconds(rr, p, i), h = hann(s);
		double y = rr->v[i] - p->mean - p->slope * (s - p->middle_s);
		yy += h * y * y;
		add_beat(w, s, h, y);
	}
	for (uint32_t f = 0; f < w->n_bins; f++) {
		double d = yy * (n->cc[f] * n->ss[f] - n->cs[f] * n->cs[f]);
		ret[f] = d > 0 ? (n->yc[f] * n->yc[f] * n->ss[f] +
					 n->ys[f] * n->ys[f] * n->cc[f] -
					 2 * n->yc[f] * n->ys[f] * n->cs[f]) /
					 d
			       : 0;
	}
	return yy > 0;
}

/* The first VALLEY bins lie below the range. */
static uint32_t
highest_bin(const struct spectrum *s, uint32_t n)
{
	uint32_t at = VALLEY;
	for (uint32_t f = VALLEY + 1; f < n; f++)
		at = s->v[f] > s->v[at] ? f : at;
	return at;
}

static int
is_near(uint32_t a, uint32_t b, uint32_t bins)
{
	return a + bins >= b && b + bins >= a;
}

/* The rate of the averaged spectra; NAN if there is no clear one. */
static double
find_rate(const struct work *w, double fastest, double *ret_share)
{
	const double *s = w->all.v;
	uint32_t at = highest_bin(&w->all, w->n_bins);
	double sum = 0, peak = 0, valley = s[at];
	if (at + 1 >= w->n_bins ||
		!is_near(at, highest_bin(&w->first, w->n_bins), AGREE) ||
		!is_near(at, highest_bin(&w->last, w->n_bins), AGREE))
		return NAN;
	for (uint32_t f = VALLEY; f < w->n_bins; f++) {
		sum += s[f];
		peak += is_near(f, at, PEAK) ? s[f] : 0;
	}
	for (uint32_t f = at - VALLEY; f < at; f++)
		valley = fmin(valley, s[f]);
	double bend = s[at - 1] - 2 * s[at] + s[at + 1];
	double off = bend < 0 ? 0.5 * (s[at - 1] - s[at + 1]) / bend : 0;
	double rate = w->lowest + STEP * (at + off);
	*ret_share = peak / sum;
	if (*ret_share < w->clear || valley > VALLEY_DEPTH * s[at] || rate >= fastest)
		return NAN;
	return rate;
}

/* Of the window's beats [from, to). */
static double
rate_of_window(
	struct work *w, const struct scorer_view *rr, struct part beats, double *share)
{
	uint32_t parts = 0;
	double ms = 0;
	struct spectrum one;
	memset(&w->all, 0, 3 * sizeof w->all);
	for (uint32_t k = 0; k < PARTS; k++) {
		struct part p = {
			.t0_ms = beats.t0_ms + k * PART_HOP_MS, .from = beats.from};
		while (p.from < beats.to && rr->t_ms[p.from] < p.t0_ms)
			p.from++;
		for (p.to = p.from;
			p.to < beats.to && rr->t_ms[p.to] < p.t0_ms + PART_MS;)
			p.to++;
		if (!fit_line(rr, &p) || !periodogram(w, rr, &p, one.v))
			continue;
		parts++;
		for (uint32_t f = 0; f < w->n_bins; f++) {
			w->all.v[f] += one.v[f];
			w->first.v[f] += k < PARTS_HALF ? one.v[f] : 0;
			w->last.v[f] += k >= PARTS - PARTS_HALF ? one.v[f] : 0;
		}
	}
	for (uint32_t i = beats.from; i < beats.to; i++)
		ms += rr->v[i];
	if (parts < PARTS_MIN)
		return NAN;
	return find_rate(w, 30000 * (beats.to - beats.from) / ms, share);
}

static void
put_rate(struct work *w, int64_t t, double rate, double share, struct scorer_result *ret)
{
	uint32_t n = w->n_rates;
	if (isnan(rate) || n == WINDOWS_MAX)
		return;
	scorer_put(ret, WRITE_RATE, t, rate, fmin(1, share));
	for (; n > 0 && w->rates[n - 1] > rate; n--)
		w->rates[n] = w->rates[n - 1];
	w->rates[n] = rate;
	w->n_rates++;
}

static int64_t
first_window(const struct scorer_window *in)
{
	return (in->start_ms + WINDOW_MS - 1) / WINDOW_MS * WINDOW_MS;
}

static void
take_heart(const struct scorer_window *in, struct work *w, struct scorer_result *ret)
{
	const struct scorer_view *rr = &in->views[READ_RR];
	struct part beats = {.to = 0};
	for (int64_t t = first_window(in); t + WINDOW_MS <= in->end_ms; t += WINDOW_MS) {
		double share = 0;
		for (beats.from = beats.to;
			beats.from < rr->n && rr->t_ms[beats.from] < t;)
			beats.from++;
		for (beats.to = beats.from;
			beats.to < rr->n && rr->t_ms[beats.to] < t + WINDOW_MS;)
			beats.to++;
		beats.t0_ms = t;
		double rate = rate_of_window(w, rr, beats, &share);
		put_rate(w, t, rate, share, ret);
	}
}

static void
take_tracker(const struct scorer_window *in, struct work *w, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[READ_TRACKER];
	uint32_t i = 0;
	for (int64_t t = first_window(in); t + WINDOW_MS <= in->end_ms; t += WINDOW_MS) {
		double sum = 0;
		uint32_t n = 0;
		for (; i < v->n; i++) {
			int64_t at = v->t0_ms + (int64_t)i * v->interval_ms;
			if (at >= t + WINDOW_MS)
				break;
			if (at < t || isnan(v->v[i]))
				continue;
			sum += v->v[i];
			n++;
		}
		put_rate(w, t, n > 0 ? sum / n : NAN, 1, ret);
	}
}

/* Linear between the two values around it. */
static double
quantile(const struct work *w, double q)
{
	double at = q * (w->n_rates - 1);
	uint32_t i = (uint32_t)at;
	double above = i + 1 < w->n_rates ? w->rates[i + 1] : w->rates[i];
	return w->rates[i] + (at - i) * (above - w->rates[i]);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct work *w = in->scratch;
	int source = (int)options[OPTION_SOURCE];
	double least = options[OPTION_MIN_WINDOWS], lowest = options[OPTION_LOWEST];
	int64_t windows = (in->end_ms - first_window(in)) / WINDOW_MS;
	char why[64];
	if (options[OPTION_HIGHEST] < lowest + 4)
		return scorer_skip(ret, "lowest and highest leave no room between them");
	w->lowest = lowest - STEP * VALLEY;
	w->clear = options[OPTION_CLEAR];
	w->n_bins = (uint32_t)((options[OPTION_HIGHEST] - lowest) / STEP) + VALLEY + 1;
	if (source != HEART)
		take_tracker(in, w, ret);
	if (source == HEART || (source == AUTO && w->n_rates < least)) {
		ret->n_values = w->n_rates = 0;
		take_heart(in, w, ret);
	}
	if (w->n_rates < least) {
		snprintf(why, sizeof why,
			"a breathing rate in only %u of %lld five minutes", w->n_rates,
			(long long)(windows > 0 ? windows : 0));
		ret->n_values = 0;
		return scorer_skip(ret, why);
	}
	double share = fmin(1, (double)w->n_rates / (double)windows);
	scorer_put(ret, WRITE_MEDIAN, in->at_ms, quantile(w, 0.5), share);
	scorer_put(
		ret, WRITE_IQR, in->at_ms, quantile(w, 0.75) - quantile(w, 0.25), share);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "resp_rate",
	.version = "1.0",
	.summary = "breaths a minute, from the tracker or from the heart's rhythm",
	.reads =
		(const struct scorer_port[]){
			[READ_RR] = {"rr.clean", "ms", 0, 60000, 0, SCORER_EVENTS},
			[READ_TRACKER] = {"resp_rate", "1/min", 2, 80, 0, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_RATE] = {"resp.rate", "1/min", 2, 80, 0, WINDOW_MS},
			[WRITE_MEDIAN] = {"night.resp_rate", "1/min", 2, 80, 0, 0},
			[WRITE_IQR] = {"night.resp_rate_iqr", "1/min", 0, 78, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"source", AUTO, 0, HEART, "", "auto|tracker|heart",
				"the tracker's rate, or the heart's rhythm"},
			{"lowest", 8, 6, 20, "1/min", NULL,
				"slowest breathing looked for in the heart's rhythm"},
			{"highest", 30, 12, 40, "1/min", NULL,
				"fastest breathing looked for"},
			{"clear", 0.4, 0.2, 0.9, "share", NULL,
				"of the power that must lie at the peak"},
			{"min_windows", 6, 1, 100, "windows", NULL,
				"of five minutes that a night needs"},
			{0},
		},
	.scratch_size = sizeof(struct work),
	.score = score,
};
