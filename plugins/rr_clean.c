/* SPDX-License-Identifier: MIT */
/* rr_clean: beats that were missed, doubled, misplaced or premature, found and mended.
 *
 * Reads `rr`: one event a beat, v = the interval that this beat ends, in ms. Writes
 *     rr.clean  the mended intervals, at the mended times of the beats that end them
 *     rr.class  each measured beat: 0 normal, 1 ectopic (early, not from where the
 *               heart's beat begins), 2 missed (a beat is lacking
 *               before it), 3 extra, 4 long or short
 *     night.rr_artifact_pct  share of the judged beats that are not normal, %
 *
 * Gaps first. A run of beats ends at an interval above `gap`, and where a stamp and the
 * running sum of the intervals are more than `tolerance` apart (beats are lacking, or two
 * series lie over each other; 2 s leaves room for stamps of whole seconds). Runs are
 * judged one by one, times inside are the running sum. In a run of fewer than `min_beats`
 * intervals no beat is judged and none is written: the windows below are never shorter
 * than 46 beats at the ends of a long run either. The gap of 2 s is 30 beats a minute:
 * with 3 s, the RMSSD of two shared nights of a sensor that slips comes out as 66 and 118 ms,
 * with 2 s as 57 and 49, and with filters as 56-58 and 44-45. A beat missed at above 1 s then
 * parts the run, unmended.
 *
 * method = lipponen (default): Lipponen and Tarvainen, J Med Eng Technol 2019;43:173, in
 * a single pass. With RR the intervals and dRR their differences (the first of each is
 * set to the mean), mRR = RR - median of 11 beats, negative ones doubled; dRR and mRR are
 * divided by 5.2 times the quartile deviation of |dRR| (of |mRR|) over 91 beats. Windows
 * are centred, and shorter at the ends of a run. Signs and sizes of neighbouring dRR tell
 * the classes. Extra beats go, a missed one comes in halfway; ectopic, then long and
 * short ones, move halfway between their neighbours, in whole ms. A quartile deviation
 * below the resolution of 1 ms counts as 1 ms. Iterated versions (biopeaks, Kubios,
 * NeuroKit2) stop by rules of their own and differ.
 * method = biopeaks: the same classes and, beat by beat, the same times as one pass of
 * biopeaks, which after the second extra beat of a series, and each later one, moves the
 * wrong neighbours (9 of 18 278 beats of the four series compared).
 *
 * method = range_malik, range_kamath, range_karlsson: intervals outside 300..2000 ms are
 * replaced by linear interpolation (above 2000 only where `gap` allows), then those that
 * one rule calls ectopic:
 *     malik     more than 20 % off the one before; the next comparison is left out
 *     kamath    more than 32.5 % longer or 24.5 % shorter; likewise
 *     karlsson  20 % or more off the mean of both neighbours
 * Times stay. Nothing is extrapolated: bad intervals at the ends of a run are left out.
 * Equal to hrv-analysis where it does not split (gap = 60000).
 * method = none: the intervals as they came, but for gaps and short runs.
 *
 * The confidence of the share is how much of the night the judged beats cover. What this
 * cannot say: which beat is really ectopic. It has no ECG, and an arrhythmia without a
 * steady rhythm looks like nothing but artefacts: above some 10 % believe no HRV. */
#include "scorer.h"

#include <stdlib.h>
#include <string.h>

enum { WRITE_CLEAN, WRITE_CLASS, WRITE_PCT };
enum { OPTION_METHOD, OPTION_GAP, OPTION_TOLERANCE, OPTION_MIN_BEATS };
enum { LIPPONEN, BIOPEAKS, RANGE_MALIK, RANGE_KAMATH, RANGE_KARLSSON, NONE };
enum { NORMAL, ECTOPIC, MISSED, EXTRA, LONG_SHORT };

#define BEATS_THRESHOLD 91
#define BEATS_MEDIAN    11
#define QUARTILES       5.2 /* quartile deviations that make a threshold */
#define SLOPE           0.13
#define INTERCEPT       0.17
#define RANGE_MIN_MS    300
#define RANGE_MAX_MS    2000

/* A run of beats: beat 0 opens it and has no interval, so n intervals have n + 1 beats.
 * */
struct run {
	uint32_t n;                           /* beats */
	double *rr, *drr, *mrr, *median, *th; /* th: of mRR; rr[0] and drr[0] are means */
	int64_t *t;                           /* times as measured */
	int64_t *mended;                      /* room for 2 n */
	uint8_t *class, *left, *kept;         /* kept: classes along `mended` */
};
#define RUN_EACH (5 * sizeof(double) + 3 * sizeof(int64_t) + 4)
#define RUN_ENDS 4 /* beats more than intervals, rounded up to keep things aligned */

struct tally {
	uint32_t judged, not_normal;
	double ms;
	int64_t last_ms, last_class_ms;
};

/* The values of a moving window in ascending order. */
struct window {
	double v[BEATS_THRESHOLD + 1];
	uint32_t n;
};

/* The first that is not below x. Without a branch in it, which would be a coin toss. */
static uint32_t
window_find(const struct window *w, double x)
{
	uint32_t at = 0;
	for (uint32_t n = w->n, half; n > 0; n = n - half) {
		half = (n + 1) / 2;
		at += w->v[at + half - 1] < x ? half : 0;
	}
	return at;
}

/* Takes one value out and another in; NAN = none. Moves only what lies between them. */
static void
window_step(struct window *w, double out, double in)
{
	uint32_t from = isnan(out) ? w->n : window_find(w, out);
	uint32_t to = isnan(in) ? w->n : window_find(w, in);
	if (to > from) {
		memmove(&w->v[from], &w->v[from + 1], (to - from - 1) * sizeof in);
		w->v[to - 1] = in;
	} else {
		memmove(&w->v[to + 1], &w->v[to], (from - to) * sizeof in);
		w->v[to] = in;
	}
	w->n = w->n + !isnan(in) - !isnan(out);
}

/* Linear between the two values around it. */
static double
quantile(const struct window *w, double q)
{
	double at = q * (w->n - 1);
	uint32_t i = (uint32_t)at;
	return i + 1 < w->n ? w->v[i] + (at - i) * (w->v[i + 1] - w->v[i]) : w->v[i];
}

/* Over centred windows, shorter at the ends: the median of x, or what makes a threshold of
 * |x|. */
static void
moving(const double *x, uint32_t n, int is_threshold, double *ret)
{
	struct window w = {.n = 0};
	const uint32_t width = is_threshold ? BEATS_THRESHOLD : BEATS_MEDIAN;
	for (uint32_t i = 0; i < n + width / 2; i++) {
		double in = i < n ? x[i] : NAN, out = i >= width ? x[i - width] : NAN;
		window_step(
			&w, is_threshold ? fabs(out) : out, is_threshold ? fabs(in) : in);
		if (i < width / 2)
			continue;
		double spread = quantile(&w, 0.75) - quantile(&w, 0.25);
		ret[i - width / 2] = is_threshold ? QUARTILES * fmax(spread / 2, 1)
						  : quantile(&w, 0.5);
	}
}

/* dRR and mRR in units of their thresholds. */
static void
normalize(struct run *r)
{
	r->drr[0] = (r->rr[r->n - 1] - r->rr[0]) / (r->n - 1);
	for (uint32_t i = 1; i < r->n; i++)
		r->drr[i] = r->rr[i] - r->rr[i - 1];
	moving(r->drr, r->n, 1, r->th);
	for (uint32_t i = 0; i < r->n; i++)
		r->drr[i] /= r->th[i];
	moving(r->rr, r->n, 0, r->median);
	for (uint32_t i = 0; i < r->n; i++) {
		r->mrr[i] = r->rr[i] - r->median[i];
		r->mrr[i] *= r->mrr[i] < 0 ? 2 : 1;
	}
	moving(r->mrr, r->n, 1, r->th);
	for (uint32_t i = 0; i < r->n; i++)
		r->mrr[i] /= r->th[i];
}

/* dRR, mirrored at the ends. */
static double
drr_at(const struct run *r, int64_t i)
{
	int64_t last = (int64_t)r->n - 1;
	i = i < 0 ? -i : i;
	return r->drr[i > last ? 2 * last - i : i];
}

static int
is_ectopic(const struct run *r, uint32_t i)
{
	double d = r->drr[i], before = drr_at(r, (int64_t)i - 1),
	       after = drr_at(r, i + 1);
	if (d > 0)
		return fmax(before, after) < -SLOPE * d - INTERCEPT;
	return fmin(before, after) > -SLOPE * d + INTERCEPT;
}

/* What beat i is if it is not ectopic. */
static uint8_t
classify(const struct run *r, uint32_t i)
{
	double d = r->drr[i], a = drr_at(r, i + 1), b = drr_at(r, (int64_t)i + 2);
	int is_long = d > 1 && fmin(a, b) < -1;
	int is_short = d < -1 && fmax(a, b) > 1;
	if (!is_long && !is_short && !(fabs(r->mrr[i]) > 3))
		return NORMAL;
	if (is_short && fabs(r->rr[i] + r->rr[i + 1] - r->median[i]) < r->th[i])
		return EXTRA;
	if (is_long && fabs(r->rr[i] / 2 - r->median[i]) < r->th[i])
		return MISSED;
	return LONG_SHORT;
}

/* The last two beats have no two differences after them and stay as they are. */
static void
find_artifacts(struct run *r)
{
	for (uint32_t i = 0; i + 2 < r->n;) {
		if (fabs(r->drr[i]) <= 1) {
			i++;
		} else if (is_ectopic(r, i)) {
			r->class[i++] = ECTOPIC;
		} else {
			int two = fabs(r->drr[i + 1]) < fabs(r->drr[i + 2]);
			for (int k = 0; k <= two; k++, i++)
				r->class[i] = classify(r, i);
		}
	}
}

/* Neighbours count where they were before any beat of the class moved. */
static void
move_halfway(struct run *r, uint32_t n, uint8_t class)
{
	int64_t before = r->mended[0];
	for (uint32_t i = 1; i + 1 < n; i++) {
		int64_t here = r->mended[i];
		if (r->kept[i] == class)
			r->mended[i] = before + (r->mended[i + 1] - before) / 2;
		before = here;
	}
}

static uint32_t
next_extra(const struct run *r, uint32_t i)
{
	while (i < r->n && r->class[i] != EXTRA)
		i++;
	return i;
}

/* The classes along the beats that are left without the extra ones. biopeaks compares
 * places that it has already moved up with places of extra beats that it has not: lag =
 * 1. */
static void
place_classes(struct run *r, uint32_t lag)
{
	uint32_t gone = 0, extra = next_extra(r, 0);
	memset(r->left, NORMAL, r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		for (; extra + lag * gone < i; gone++)
			extra = next_extra(r, extra + 1);
		if (r->class[i] != EXTRA && r->class[i] != NORMAL)
			r->left[i - gone] = r->class[i];
	}
}

/* Returns the number of beats in `mended`. */
static uint32_t
mend(struct run *r, uint32_t lag)
{
	uint32_t n = 0;
	place_classes(r, lag);
	for (uint32_t i = 0, at = 0; i < r->n; i++) {
		if (r->class[i] == EXTRA)
			continue;
		uint8_t class = r->left[at++];
		if (class == MISSED && n > 0) {
			int64_t before = r->mended[n - 1];
			r->kept[n] = NORMAL;
			r->mended[n++] = before + (r->t[i] - before) / 2;
		}
		r->kept[n] = class;
		r->mended[n++] = r->t[i];
	}
	move_halfway(r, n, ECTOPIC);
	move_halfway(r, n, LONG_SHORT);
	return n;
}

/* Fills intervals marked NAN from their neighbours; those at the ends stay. */
static void
interpolate(double *v, uint32_t n)
{
	uint32_t last = n; /* none yet */
	for (uint32_t i = 0; i < n; i++) {
		if (isnan(v[i]))
			continue;
		for (uint32_t k = last + 1; last < n && k < i; k++)
			v[k] = v[last] + (v[i] - v[last]) * (k - last) / (i - last);
		last = i;
	}
}

static int
is_off(const double *v, uint32_t i, uint32_t n, int method)
{
	double step = v[i] - v[i - 1];
	if (method == RANGE_MALIK)
		return fabs(step) > 0.2 * v[i - 1];
	if (method == RANGE_KAMATH)
		return step > 0.325 * v[i - 1] || -step > 0.245 * v[i - 1];
	int is_last = i + 1 == n || isnan(v[i + 1]);
	double mean = is_last ? v[i] : (v[i - 1] + v[i + 1]) / 2;
	return !(fabs(v[i] - mean) < 0.2 * mean);
}

/* On intervals v[0..n): the rule looks at what the range filter left, not at its own
 * work. */
static void
filter(double *v, double *ret, uint8_t *class, uint32_t n, int method)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i] >= RANGE_MIN_MS && v[i] <= RANGE_MAX_MS)
			continue;
		v[i] = NAN;
		class[i] = LONG_SHORT;
	}
	interpolate(v, n);
	memcpy(ret, v, n * sizeof *v);
	for (uint32_t i = 1; i < n; i++) {
		if (isnan(v[i]) || isnan(v[i - 1]) || !is_off(v, i, n, method))
			continue;
		ret[i] = NAN;
		class[i] = class[i] == NORMAL ? ECTOPIC : class[i];
		i += method != RANGE_KARLSSON;
	}
	interpolate(ret, n);
}

static void
put_clean(struct scorer_result *ret, struct tally *sum, int64_t t, double rr)
{
	if (isnan(rr) ||
		t <= sum->last_ms) /* the run before reached further than its stamps */
		return;
	scorer_put(ret, WRITE_CLEAN, t, rr, 1);
	sum->last_ms = t;
}

static void
judge(struct run *r, int method, struct tally *sum, struct scorer_result *ret)
{
	if (method <= BIOPEAKS) {
		normalize(r);
		find_artifacts(r);
		uint32_t n = mend(r, method == BIOPEAKS);
		for (uint32_t i = 1; i < n; i++)
			put_clean(ret, sum, r->mended[i],
				(double)(r->mended[i] - r->mended[i - 1]));
	} else {
		memcpy(r->mrr, r->rr, r->n * sizeof *r->rr);
		if (method != NONE)
			filter(r->rr + 1, r->mrr + 1, r->class + 1, r->n - 1, method);
		for (uint32_t i = 1; i < r->n; i++)
			put_clean(ret, sum, r->t[i], r->mrr[i]);
	}
	for (uint32_t i = 1; i < r->n; i++) {
		sum->not_normal += r->class[i] != NORMAL;
		if (r->t[i] > sum->last_class_ms)
			scorer_put(ret, WRITE_CLASS, r->t[i], r->class[i], 1);
	}
	sum->judged += r->n - 1;
	sum->ms += (double)(r->t[r->n - 1] - r->t[0]);
	if (r->t[r->n - 1] > sum->last_class_ms)
		sum->last_class_ms = r->t[r->n - 1];
}

static void
run_at(struct run *r, void *scratch, uint32_t events)
{
	size_t room = (size_t)events + RUN_ENDS;
	r->rr = scratch;
	r->drr = r->rr + room;
	r->mrr = r->drr + room;
	r->median = r->mrr + room;
	r->th = r->median + room;
	r->t = (int64_t *)(r->th + room);
	r->mended = r->t + room;
	r->class = (uint8_t *)(r->mended + 2 * room);
	r->left = r->class + room;
	r->kept = r->left + room;
}

/* The run that begins with event `from`; returns the event after it. */
static uint32_t
take_run(struct run *r, const struct scorer_view *v, uint32_t from, const double *options)
{
	uint32_t i = from;
	double sum = 0;
	r->n = 0;
	for (; i < v->n && v->v[i] >= 1 && v->v[i] <= options[OPTION_GAP]; i++) {
		int64_t rr = llround(v->v[i]);
		if (r->n == 0)
			r->t[r->n++] = v->t_ms[i] - rr;
		int64_t t = r->t[r->n - 1] + rr;
		if (llabs(v->t_ms[i] - t) > (int64_t)options[OPTION_TOLERANCE])
			break;
		sum += (double)rr;
		r->class[r->n] = NORMAL;
		r->rr[r->n] = (double)rr;
		r->t[r->n++] = t;
	}
	r->class[0] = NORMAL;
	r->rr[0] = r->n > 1 ? sum / (r->n - 1) : 0;
	return i > from ? i : from + 1;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	struct tally sum = {.last_ms = INT64_MIN, .last_class_ms = INT64_MIN};
	struct run r;
	char why[64];
	run_at(&r, in->scratch, v->n);
	for (uint32_t i = 0; i < v->n;) {
		i = take_run(&r, v, i, options);
		if (r.n > options[OPTION_MIN_BEATS])
			judge(&r, (int)options[OPTION_METHOD], &sum, ret);
	}
	if (sum.judged == 0) {
		snprintf(why, sizeof why, "no %.0f beats without a gap",
			options[OPTION_MIN_BEATS]);
		return scorer_skip(ret, why);
	}
	scorer_put(ret, WRITE_PCT, in->at_ms, 100.0 * sum.not_normal / sum.judged,
		fmin(1, sum.ms / fmax(1, (double)(in->end_ms - in->start_ms))));
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "rr_clean",
	.version = "1.0",
	.summary = "beats missed, doubled, misplaced or premature, found and mended",
	.reads =
		(const struct scorer_port[]){
			{"rr", "ms", 100, 5000, 1, SCORER_EVENTS},
			{0},
		},
	/* as far as gap = 60000 and a beat moved halfway can reach */
	.writes =
		(const struct scorer_port[]){
			[WRITE_CLEAN] = {"rr.clean", "ms", 0, 60000, 0, SCORER_EVENTS},
			[WRITE_CLASS] = {"rr.class", "class", 0, 4, 0, SCORER_EVENTS},
			[WRITE_PCT] = {"night.rr_artifact_pct", "%", 0, 100, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"method", LIPPONEN, 0, NONE, "",
				"lipponen|biopeaks|range_malik|range_kamath|range_"
				"karlsson|none",
				"how artefacts are found and mended"},
			{"gap", 2000, 1000, 60000, "ms", NULL,
				"an interval above is a gap, not a beat"},
			{"tolerance", 2000, 0, 60000, "ms", NULL,
				"how far stamps and the sum of intervals may come apart"},
			{"min_beats", 46, 12, 1000, "beats", NULL,
				"a run of fewer is neither judged nor written"},
			{0},
		},
	.scratch_size = RUN_ENDS * RUN_EACH + 8 * RUN_ENDS,
	.scratch_each = RUN_EACH,
	.score = score,
};
