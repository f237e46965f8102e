/* SPDX-License-Identifier: MIT */
/* sleep_wake: asleep or awake, every 30 s of a night, from movement, heart rate and the time
 * since going to bed; fitted to polysomnography (PSG).
 *
 * Method: the features of Walch 2019 (Sleep 42, zsz180), over several windows, in a logistic
 * regression. Of activity and heart rate, both on a grid of 30 s:
 *     count   Gaussian of the counts, sigma 50 s, +-270 s
 *     heart   SD over +-270 s of (Gaussian of 120 s - .75 * Gaussian of 600 s) of heart rate
 *     c = ln(1 + 10 count / mean of the night's count)
 *     h = ln(heart / median of the night's heart), within +-3
 *     p = 1 / (1 + exp(-(b + sum of weight * mean of c or h over a window
 *         + weight * cos(2 pi (hours + 7) / 24) + weight * exp(-hours / 20 min))))
 * Windows: the epoch; 5, 15 and 30 min back and ahead (h: 5 and 15). hours: since in bed.
 * Both signals are measured against the same night, so that neither the scale of a tracker's
 * counts nor Walch's division of the heart rate by its 90th percentile changes anything. A
 * recording of its own may lend count and heart as walch.count and walch.heart, as another
 * scorer makes them of finer data; they are then taken as they are.
 *
 * The weights stand in sleep_wake_table.h, which tests/fit/sleep_wake.py makes from 21 nights
 * of 21 people (sleep-accel 1.0.0, doi 10.13026/hmhs-py35); docs/sleep-wake.md has what they
 * are worth for a person whom the fit has not seen, beside simpler methods.
 *
 * asleep = p >= threshold. The default found 93 % of the sleep in the nights left out. Other
 * thresholds trade one error for the other: a lower one finds less wake and more sleep.
 *
 * Missing data: a smoothed value needs a quarter of its weight, an SD half of its epochs; means
 * are over what is there. An epoch without movement gets no value. Without a heart rate (none,
 * or less than half an hour in the night) a second set of weights, fitted without it, is used;
 * likewise for single epochs. Less than half an hour of movement, or a night in which nothing
 * moved at all: skipped. The confidence is the share of the epochs within 15 min that had
 * movement; it does not say how sure p is, which p says itself.
 *
 * What it cannot say: 21 mostly healthy people wore one model of watch, in one laboratory, 6 of
 * them for less than 6 h; it is not validated for anybody else, nor for counts and heart rates
 * of other trackers. With insomnia or pain people lie awake quietly, which looks like sleep.
 * The data has the time since the recording began, about lights-off, but not the hour: so the
 * hour is not used, and the first 20 min in bed lean to wake. A night that was found from
 * movement begins when it stops; then the first minutes, five or so, are called wake wrongly.
 * It needs the whole night: no result before it is over. */
#include "scorer.h"
#include "sleep_wake_table.h"

#include <stdlib.h>

enum { READ_ACTIVITY, READ_HEART, READ_WALCH_COUNT, READ_WALCH_HEART };
enum { WRITE_ASLEEP, WRITE_P };
enum { OPTION_THRESHOLD };

#define STEP_MS      30000
#define HOUR_MS      3600000.
#define LEAST        60 /* epochs: half an hour */
#define REACH        9  /* epochs: 270 s, for the count and for the SD */
#define REACH_SLOW   60 /* epochs: three sigma of the slow Gaussian */
#define SIGMA_COUNT  (50. * 1000 / STEP_MS)
#define SIGMA_FAST   (120. * 1000 / STEP_MS)
#define SIGMA_SLOW   (600. * 1000 / STEP_MS)
#define SLOW_PART    .75
#define LEAST_WEIGHT .25  /* of a Gaussian that must be there */
#define LEAST_SD     1e-6 /* below it is rounding, whatever the unit */
#define CONFIDENCE   30   /* epochs either way: 15 min */

/* A signal on the night's grid, and the sums up to each element that give means of windows. */
struct signal {
	double *x, *sum, *there; /* sum, there: n + 1 */
};

struct night {
	uint32_t n;
	struct signal count, heart;
	double *spare;
	int has_heart;
};

struct kernel {
	int reach;
	double whole, w[REACH_SLOW + 1];
};

static struct kernel
gaussian(double sigma, int reach)
{
	struct kernel k = {.reach = reach};
	for (int i = 0; i <= reach; i++) {
		k.w[i] = exp(-.5 * (i / sigma) * (i / sigma));
		k.whole += i ? 2 * k.w[i] : k.w[i];
	}
	return k;
}

static double
smoothed(const struct kernel *k, const struct scorer_view *v, uint32_t at)
{
	uint32_t reach = (uint32_t)k->reach, from = at > reach ? at - reach : 0;
	double sum = 0, weight = 0;
	for (uint32_t i = from; i < v->n && i <= at + reach; i++) {
		double w = k->w[i > at ? i - at : at - i];
		if (isnan(v->v[i]))
			continue;
		sum += w * v->v[i];
		weight += w;
	}
	return weight >= LEAST_WEIGHT * k->whole ? sum / weight : NAN;
}

/* SD (of n, not n - 1) over the epochs around one, NAN where fewer than half are there. */
static double
local_sd(const double *x, uint32_t n, uint32_t at)
{
	double sum = 0, squares = 0;
	uint32_t there = 0, from = at > REACH ? at - REACH : 0;
	uint32_t to = at + REACH + 1 < n ? at + REACH + 1 : n;
	for (uint32_t i = from; i < to; i++)
		if (!isnan(x[i])) {
			sum += x[i];
			there++;
		}
	for (uint32_t i = from; i < to; i++)
		if (!isnan(x[i]))
			squares += (x[i] - sum / there) * (x[i] - sum / there);
	return there > REACH ? sqrt(squares / there) : NAN;
}

static int
is_lent(const struct scorer_view *v, uint32_t n)
{
	uint32_t i = 0;
	if (v->n != n || v->interval_ms != STEP_MS)
		return 0;
	while (i < n && isnan(v->v[i]))
		i++;
	return i < n;
}

static void
take_count(const struct scorer_window *in, struct night *night)
{
	const struct scorer_view *own = &in->views[READ_WALCH_COUNT];
	struct kernel k = gaussian(SIGMA_COUNT, REACH);
	int lent = is_lent(own, night->n);
	for (uint32_t i = 0; i < night->n; i++)
		night->count.x[i] =
			lent ? own->v[i] : smoothed(&k, &in->views[READ_ACTIVITY], i);
}

static void
take_heart(const struct scorer_window *in, struct night *night)
{
	const struct scorer_view *own = &in->views[READ_WALCH_HEART];
	const struct scorer_view *hr = &in->views[READ_HEART];
	struct kernel fast = gaussian(SIGMA_FAST, REACH_SLOW);
	struct kernel slow = gaussian(SIGMA_SLOW, REACH_SLOW);
	int lent = is_lent(own, night->n), made = !lent && is_lent(hr, night->n);
	for (uint32_t i = 0; i < night->n; i++)
		night->spare[i] =
			made ? smoothed(&fast, hr, i) - SLOW_PART * smoothed(&slow, hr, i)
			     : NAN;
	for (uint32_t i = 0; i < night->n; i++)
		night->heart.x[i] =
			lent ? own->v[i] : local_sd(night->spare, night->n, i);
}

static void
sum_up(struct signal *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		s->sum[i + 1] = s->sum[i] + (isnan(s->x[i]) ? 0 : s->x[i]);
		s->there[i + 1] = s->there[i] + !isnan(s->x[i]);
	}
}

static double
window_mean(const struct signal *s, uint32_t n, uint32_t at, struct sleep_wake_window w)
{
	uint32_t from = at > w.before ? at - w.before : 0;
	uint32_t to = at + w.after + 1 < n ? at + w.after + 1 : n;
	return (s->sum[to] - s->sum[from]) / (s->there[to] - s->there[from]);
}

static double
share_near(const struct signal *s, uint32_t n, uint32_t at)
{
	uint32_t from = at > CONFIDENCE ? at - CONFIDENCE : 0;
	uint32_t to = at + CONFIDENCE + 1 < n ? at + CONFIDENCE + 1 : n;
	return (s->there[to] - s->there[from]) / (to - from);
}

/* From counts to c; what is wrong with them, or NULL. */
static const char *
scale_count(struct night *night)
{
	struct signal *c = &night->count;
	sum_up(c, night->n);
	double there = c->there[night->n], level = c->sum[night->n] / there;
	if (there < LEAST)
		return "less than half an hour of movement data";
	if (!(level > 0))
		return "nothing moved all night: not worn";
	for (uint32_t i = 0; i < night->n; i++)
		c->x[i] = log1p(SLEEP_WAKE_BEND * c->x[i] / level);
	sum_up(c, night->n);
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* From the SD of the heart rate to h; leaves has_heart 0 where there is too little of it. */
static void
scale_heart(struct night *night)
{
	struct signal *h = &night->heart;
	size_t there = 0;
	for (uint32_t i = 0; i < night->n; i++)
		if (!isnan(h->x[i]))
			night->spare[there++] = h->x[i];
	if (there < LEAST)
		return;
	qsort(night->spare, there, sizeof *night->spare, compare);
	double median = (night->spare[(there - 1) / 2] + night->spare[there / 2]) / 2;
	if (!(median > LEAST_SD))
		return; /* a heart rate that never changes is none */
	for (uint32_t i = 0; i < night->n; i++)
		if (!isnan(h->x[i]))
			h->x[i] = fmin(fmax(log(h->x[i] / median), -SLEEP_WAKE_CLIP),
				SLEEP_WAKE_CLIP);
	sum_up(h, night->n);
	night->has_heart = 1;
}

static double
probability(const struct night *night, uint32_t i, double hours)
{
	int with_heart = night->has_heart && !isnan(night->heart.x[i]);
	const double *w = with_heart ? sleep_wake_whole : sleep_wake_counts;
	double z = *w++;
	for (size_t k = 0; k < SLEEP_WAKE_COUNT_WINDOWS; k++)
		z += *w++ *
		     window_mean(&night->count, night->n, i, sleep_wake_count_windows[k]);
	for (size_t k = 0; with_heart && k < SLEEP_WAKE_HEART_WINDOWS; k++)
		z += *w++ *
		     window_mean(&night->heart, night->n, i, sleep_wake_heart_windows[k]);
	z += *w++ * cos(2 * M_PI * (hours + SLEEP_WAKE_CLOCK_SHIFT_H) / 24);
	z += *w++ * exp(-hours / SLEEP_WAKE_SETTLE_H);
	return 1 / (1 + exp(-z));
}

static struct night
lay_out(double *scratch, uint32_t n)
{
	struct night night = {.n = n};
	double **parts[] = {&night.count.x, &night.heart.x, &night.spare,
		&night.count.sum, &night.count.there, &night.heart.sum,
		&night.heart.there};
	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++, scratch += n + 1)
		*parts[k] = scratch;
	return night;
}
#define ARRAYS 7 /* of n + 1 doubles, above */

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	if (a->n == 0 || a->interval_ms != STEP_MS)
		return scorer_skip(ret, "activity is not a series of 30 s");
	struct night night = lay_out(in->scratch, a->n);
	take_count(in, &night);
	const char *wrong = scale_count(&night);
	if (wrong)
		return scorer_skip(ret, wrong);
	take_heart(in, &night);
	scale_heart(&night);
	for (uint32_t i = 0; i < night.n; i++) {
		int64_t t = a->t0_ms + (int64_t)i * STEP_MS;
		if (isnan(night.count.x[i]))
			continue;
		double p = probability(&night, i, (double)(t - in->start_ms) / HOUR_MS);
		double confidence = share_near(&night.count, night.n, i);
		scorer_put(
			ret, WRITE_ASLEEP, t, p >= options[OPTION_THRESHOLD], confidence);
		scorer_put(ret, WRITE_P, t, p, confidence);
	}
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "sleep_wake",
	.version = "1.0",
	.summary =
		"asleep or awake each 30 s, from activity and heart rate, fitted to PSG",
	.reads =
		(const struct scorer_port[]){
			{"activity", "counts", 0, 1e7, 0, STEP_MS},
			{"heart_rate", "1/min", 20, 250, 0, STEP_MS},
			{"walch.count", "counts", 0, 1e7, 0, STEP_MS},
			{"walch.heart", "SD", 0, 1e3, 0, STEP_MS},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 0, STEP_MS},
			{"sleep_wake.p", "probability", 0, 1, 0, STEP_MS},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.scratch_size = ARRAYS * sizeof(double),
	.scratch_each = ARRAYS * sizeof(double),
	.options =
		(const struct scorer_option[]){
			{"threshold", SLEEP_WAKE_THRESHOLD, 0, 1, "probability", NULL,
				"asleep from this probability of sleep on"},
			{0},
		},
	.score = score,
};
