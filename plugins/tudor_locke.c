/* SPDX-License-Identifier: MIT */
/* tudor_locke: rest periods from minutes asleep or awake, and their statistics, as ActiLife.
 *
 * Tudor-Locke, Barreira, Schuna, Mire, Katzmarzyk 2014 (Appl Physiol Nutr Metab 39:53-57):
 *     a rest period begins with bedtime_start minutes asleep in a row, the first of them being
 *     in bed, and ends before wake_time_end minutes awake in a row, the first of them being out
 *     of bed; it counts if it is min_sleep..max_sleep minutes long and has at least min_nonzero
 *     minutes with movement.
 *     variant    a period that ends with the data
 *     actilife   does not count: its end was not seen; the default
 *     sleepr     counts                                 actigraph.sleepr
 * It writes `rest` minute by minute, and for each period, at its first minute (in bed):
 *     duration     min   from in bed to out of bed
 *     latency      min   in bed to the first minute asleep, the onset
 *     tst, waso    min   asleep; awake after the onset
 *     efficiency   %     100 tst / duration
 *     awakenings   count runs of at least one minute awake after the onset
 *     awakening_mean     min   waso / awakenings, 0 without any
 *     counts, nonzero    sum of the counts; minutes with any
 *     movement     %     100 nonzero / minutes with activity; the maker's movement index
 *     fragmentation      %   100 sleep bouts of one minute / sleep bouts; fragmentation index
 *     sleep_fragmentation    %   movement + fragmentation; sleep fragmentation index
 * Onset = in bed + latency, out of bed = in bed + duration. Equal to ActiLife 6 on ten periods
 * with three sets of parameters (its defaults: 5, 10, 160, 1440, 0), and, as sleepr, to
 * actigraph.sleepr on 33, after sadeh and after cole_kripke. The manual of sleepr calls the
 * movement index "awake %"; it is the share of minutes with movement.
 *
 * The rules are in minutes: of finer epochs (15, 30 s) a minute is what most of its epochs are,
 * awake if they are equal. A minute without a score counts as awake for the limits of a period; it
 * is neither in tst nor in waso and ends no bout. Without activity there are no counts, nonzero,
 * movement and sleep_fragmentation. The confidence is the share of the period's minutes that have a score.
 *
 * What it cannot say: when somebody went to bed. In bed here is asleep, so latency is 0 and
 * efficiency is high: do not compare them with those of a night with bed times. crespo, roenneberg
 * and hdcza write `rest`, too, and dozed takes its nights from it: load one of them. */
#include "scorer.h"

enum { READ_ASLEEP, READ_ACTIVITY };
enum {
	WRITE_REST,
	WRITE_DURATION,
	WRITE_LATENCY,
	WRITE_TST,
	WRITE_WASO,
	WRITE_EFFICIENCY,
	WRITE_AWAKENINGS,
	WRITE_AWAKENING_MEAN,
	WRITE_COUNTS,
	WRITE_NONZERO,
	WRITE_MOVEMENT,
	WRITE_FRAGMENTATION,
	WRITE_SLEEP_FRAGMENTATION
};
enum {
	OPTION_BEDTIME_START,
	OPTION_WAKE_TIME_END,
	OPTION_MIN_SLEEP,
	OPTION_MAX_SLEEP,
	OPTION_MIN_NONZERO,
	OPTION_VARIANT
};
enum { VARIANT_ACTILIFE, VARIANT_SLEEPR };

#define MINUTE_MS 60000

struct period {
	uint32_t from, to; /* minutes of `asleep`, [from, to) */
	uint32_t scored, asleep, awake, awakenings, bouts, short_bouts;
	int64_t onset;                  /* minute; -1 = none yet */
	double counts, nonzero, active; /* active: minutes with activity */
};

static double
counts_at(const struct scorer_view *a, int64_t t_ms)
{
	int64_t ms = t_ms - a->t0_ms;
	if (a->n == 0 || ms < 0 || ms / MINUTE_MS >= a->n)
		return NAN;
	return a->v[ms / MINUTE_MS];
}

/* The epochs of `asleep` in minutes of the clock, in v. */
static struct scorer_view
minutes_of(const struct scorer_view *s, double *v)
{
	int64_t into = (s->t0_ms % MINUTE_MS + MINUTE_MS) % MINUTE_MS;
	struct scorer_view ret = {
		.v = v, .interval_ms = MINUTE_MS, .t0_ms = s->t0_ms - into};
	if (s->n > 0)
		ret.n = (uint32_t)((into + (int64_t)(s->n - 1) * s->interval_ms) /
				   MINUTE_MS) +
			1;
	for (uint32_t k = 0; k < ret.n; k++)
		v[k] = NAN;
	for (uint32_t i = 0; i < s->n; i++) {
		double *m = &v[(into + (int64_t)i * s->interval_ms) / MINUTE_MS];
		if (!isnan(s->v[i])) /* first a balance of votes */
			*m = (isnan(*m) ? 0 : *m) + (s->v[i] > 0.5 ? 1 : -1);
	}
	for (uint32_t k = 0; k < ret.n; k++)
		v[k] = isnan(v[k]) ? NAN : v[k] > 0;
	return ret;
}

/* The sums of minutes [from, to). */
static struct period
sum_up(const struct scorer_view *s, const struct scorer_view *activity, uint32_t from,
	uint32_t to)
{
	struct period p = {.from = from, .to = to, .onset = -1};
	uint32_t bout = 0;
	int was_awake = 0;
	for (uint32_t i = from; i < to; i++) {
		double c = counts_at(activity, s->t0_ms + (int64_t)i * MINUTE_MS);
		p.active += !isnan(c);
		p.nonzero += c > 0;
		p.counts += isnan(c) ? 0 : c;
		if (isnan(s->v[i]))
			continue;
		p.scored++;
		int is_awake = !(s->v[i] > 0.5);
		if (!is_awake) {
			p.onset = p.onset < 0 ? i : p.onset;
			p.asleep++;
			p.bouts += bout++ == 0;
		} else {
			p.awake += p.onset >= 0;
			p.awakenings += p.onset >= 0 && !was_awake;
			p.short_bouts += bout == 1;
			bout = 0;
		}
		was_awake = is_awake;
	}
	p.short_bouts += bout == 1;
	return p;
}

static void
put_rest(const struct scorer_view *s, uint32_t from, uint32_t to, int rest,
	struct scorer_result *ret)
{
	for (uint32_t i = from; i < to; i++)
		if (rest || !isnan(s->v[i]))
			scorer_put(ret, WRITE_REST, s->t0_ms + (int64_t)i * MINUTE_MS,
				rest, !isnan(s->v[i]));
}

static void
put_period(const struct scorer_view *s, const struct period *p, struct scorer_result *ret)
{
	int64_t t = s->t0_ms + (int64_t)p->from * MINUTE_MS;
	double duration = p->to - p->from, waso = p->awake, n = p->awakenings;
	double conf = p->scored / duration, movement = 100 * p->nonzero / p->active,
	       fragmentation = p->bouts ? 100.0 * p->short_bouts / p->bouts : 0;
	put_rest(s, p->from, p->to, 1, ret);
	scorer_put(ret, WRITE_DURATION, t, duration, conf);
	scorer_put(ret, WRITE_LATENCY, t, (double)(p->onset - p->from), conf);
	scorer_put(ret, WRITE_TST, t, p->asleep, conf);
	scorer_put(ret, WRITE_WASO, t, waso, conf);
	scorer_put(ret, WRITE_EFFICIENCY, t, 100 * p->asleep / duration, conf);
	scorer_put(ret, WRITE_AWAKENINGS, t, n, conf);
	scorer_put(ret, WRITE_AWAKENING_MEAN, t, n > 0 ? waso / n : 0, conf);
	scorer_put(ret, WRITE_FRAGMENTATION, t, fragmentation, conf);
	if (!(p->active > 0))
		return;
	scorer_put(ret, WRITE_COUNTS, t, p->counts, p->active / duration);
	scorer_put(ret, WRITE_NONZERO, t, p->nonzero, p->active / duration);
	scorer_put(ret, WRITE_MOVEMENT, t, movement, p->active / duration);
	scorer_put(ret, WRITE_SLEEP_FRAGMENTATION, t, movement + fragmentation, conf);
}

/* The next period from minute `at` on, as its limits say; empty at the end of the data. */
static struct period
next_period(const struct scorer_view *s, uint32_t at, uint32_t end, const double *options)
{
	struct period p = {.from = end, .to = end};
	while (at < end) {
		int asleep = s->v[at] > 0.5;
		uint32_t to = at + 1;
		while (to < end && (s->v[to] > 0.5) == asleep)
			to++;
		if (asleep && p.from == end && to - at >= options[OPTION_BEDTIME_START])
			p.from = at;
		if (!asleep && p.from < end && to - at >= options[OPTION_WAKE_TIME_END]) {
			p.to = at;
			return p;
		}
		at = to;
	}
	return p;
}

static int
is_kept(const struct period *p, uint32_t end, const double *options)
{
	double duration = p->to - p->from;
	if (p->to == end && (int)options[OPTION_VARIANT] == VARIANT_ACTILIFE)
		return 0;
	return duration >= options[OPTION_MIN_SLEEP] &&
	       duration <= options[OPTION_MAX_SLEEP] &&
	       p->nonzero >= options[OPTION_MIN_NONZERO];
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *epochs = &in->views[READ_ASLEEP],
				 *a = &in->views[READ_ACTIVITY];
	if (epochs->interval_ms == 0 || MINUTE_MS % epochs->interval_ms)
		return scorer_skip(ret, "asleep is not a series of minutes, or finer");
	if (a->n > 0 && a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	if (a->n == 0 && options[OPTION_MIN_NONZERO] > 0)
		return scorer_skip(ret, "no activity to count minutes of movement in");
	struct scorer_view minutes = minutes_of(epochs, in->scratch), *s = &minutes;
	uint32_t end = s->n, written = 0;
	while (end > 0 && isnan(s->v[end - 1]))
		end--;
	for (uint32_t at = 0; at < end;) {
		struct period p = next_period(s, at, end, options);
		at = p.to;
		p = sum_up(s, a, p.from, p.to);
		if (p.from == p.to || !is_kept(&p, end, options))
			continue;
		put_rest(s, written, p.from, 0, ret);
		put_period(s, &p, ret);
		written = p.to;
	}
	put_rest(s, written, end, 0, ret);
	return SCORER_OK;
}

/* clang-format off */
#define ONCE   SCORER_EVENTS /* a period */
#define DAYS_2 2880 /* minutes that a period can have, and more */
SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "tudor_locke",
	.version = "1.0",
	.summary = "rest periods and their statistics, from minutes asleep (Tudor-Locke 2014)",
	.reads = (const struct scorer_port[]){
		{"asleep", "0/1", 0, 1, 1},
		{"activity", "counts", 0, 1e7, 0},
		{0},
	},
	.writes = (const struct scorer_port[]){
		{"rest", "0/1", 0, 1, 0, MINUTE_MS},
		{"tudor_locke.duration", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.latency", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.tst", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.waso", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.efficiency", "%", 0, 100, 0, ONCE},
		{"tudor_locke.awakenings", "count", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.awakening_mean", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.counts", "counts", 0, 1e11, 0, ONCE},
		{"tudor_locke.nonzero", "min", 0, DAYS_2, 0, ONCE},
		{"tudor_locke.movement", "%", 0, 100, 0, ONCE},
		{"tudor_locke.fragmentation", "%", 0, 100, 0, ONCE},
		{"tudor_locke.sleep_fragmentation", "%", 0, 200, 0, ONCE},
		{0},
	},
	.window = {.kind = SCORER_RECORDING},
	.options = (const struct scorer_option[]){
		{"bedtime_start", 5, 1, 1440, "min", NULL,
			"so long asleep in a row begins a period"},
		{"wake_time_end", 10, 1, 1440, "min", NULL,
			"so long awake in a row ends it"},
		{"min_sleep", 160, 1, 1440, "min", NULL, "a period is at least so long"},
		{"max_sleep", 1440, 1, 1440, "min", NULL, "a period is at most so long"},
		{"min_nonzero", 0, 0, 1440, "min", NULL,
			"and has so many minutes with movement"},
		{"variant", VARIANT_ACTILIFE, 0, 1, "", "actilife|sleepr",
			"a period that ends with the data: dropped or kept"},
		{0},
	},
	/* minutes; the recording may begin inside one: one more than it has epochs */
	.scratch_size = sizeof(double),
	.scratch_each = sizeof(double),
	.score = score,
};
