/* SPDX-License-Identifier: MIT */
/* odi: falls of the blood oxygen saturation, how many an hour, and when.
 *
 * A fall of thr percent, by the rules of pobm (Levy, npj Digit Med 2021;4:1), in
 * samples rounded to whole percent, as oximeters give them:
 *     a    a sample that is 1..thr below the one before it (and above 25: always, here)
 *     b    from a on while the signal does not rise, as soon as a - b >= thr (if it rises
 *          first: the next a)
 *     c    the first sample at least 10 s after a with a - c <= 1 or c - b >= thr, b
 *          following any new low; if c is more than 90 s after a, all up to c is no event
 *     end  the first sample from c on of at least a - 1, at most 90 s after a
 * The depth counts from a, which is already one step down: falls that just reach thr from
 * the level before are not events, and a fall that began slowly, minutes ago, hides a
 * steep one inside it. Equal to pobm on a synthetic series, every begin and end.
 *     night.odi3, night.odi4         events an hour measured, thr = 3 and 4
 *     night.spo2_mean, spo2_min      of the samples in the night
 *     spo2.desaturation              depth in percent, at a, of events of thr = `events`
 *     spo2.desaturation_s            seconds to their end, likewise
 *
 * Needs a sample every `max_interval` (2 s) at most, and refuses less. The rules see a
 * fall only in small steps; of 28 events of 3 % in the synthetic night, samples of 1, 2,
 * 3, 4, 5, 10, 30 and 60 s find 28, 28, 27, 26, 23, 13, 0 and 0, and falls of people are
 * steeper. The rules of sleep laboratories ask for 3 s of averaging at the most; a
 * tracker's one value a minute or a night has no ODI, whatever its app shows. A missing
 * sample takes the value before for up to `hold` (3 s, likewise); a longer gap ends an
 * event's search, and its time does not count. Below `min_hours` measured: nothing. The
 * confidence is the share of the night that was measured.
 *
 * What this cannot say: an hour measured is not an hour asleep, a sensor that slips looks
 * like a fall, and no number here names a condition. */
#include "scorer.h"

enum { WRITE_DEPTH, WRITE_SECONDS, WRITE_ODI3, WRITE_ODI4, WRITE_MEAN, WRITE_MIN };
enum { OPTION_EVENTS, OPTION_MAX_INTERVAL, OPTION_HOLD, OPTION_MIN_HOURS };

#define RETURN      1 /* back to this far below a */
#define SHORTEST_MS 10000
#define LONGEST_MS  90000
#define MS_PER_HOUR 3600000.0

/* Whole percent; NAN where nothing was measured for longer than it is held. */
struct series {
	const double *v;
	uint32_t n, shortest, longest; /* in samples */
	int thr;
};

struct event {
	uint32_t begin, end;
	double depth;
};

/* The sample at which the fall from a reaches thr; n if it rises or breaks off first. */
static uint32_t
find_low(const struct series *s, uint32_t a)
{
	for (uint32_t i = a + 1; i < s->n && s->v[i] <= s->v[i - 1]; i++)
		if (s->v[a] - s->v[i] >= s->thr)
			return i;
	return s->n;
}

/* The sample at which the signal has come back from b, or ends (it is NAN, or i = n). */
static uint32_t
find_return(const struct series *s, uint32_t a, uint32_t b)
{
	double low = s->v[b];
	uint32_t i = b + 1;
	for (; i < s->n && !isnan(s->v[i]); i++) {
		low = fmin(low, s->v[i]);
		if (i - a >= s->shortest &&
			(s->v[a] - s->v[i] <= RETURN || s->v[i] - low >= s->thr))
			break;
	}
	return i;
}

static uint32_t
find_end(const struct series *s, uint32_t a, uint32_t c)
{
	uint32_t i = c;
	while (!(s->v[i] >= s->v[a] - RETURN) && i + 1 < s->n && i - a < s->longest &&
		!isnan(s->v[i + 1]))
		i++;
	return i;
}

static int
is_begin(const struct series *s, uint32_t i)
{
	double step = s->v[i - 1] - s->v[i];
	return step >= 1 && step <= s->thr;
}

/* The next event from sample `from` on. 0 = none. */
static int
next_event(const struct series *s, uint32_t from, struct event *ret)
{
	for (uint32_t a = from; a < s->n; a++) {
		uint32_t b = is_begin(s, a) ? find_low(s, a) : s->n;
		if (b == s->n)
			continue;
		uint32_t c = find_return(s, a, b);
		if (c == s->n || isnan(s->v[c]) || c - a > s->longest) {
			a = c; /* all of the fall is used up */
			continue;
		}
		*ret = (struct event){a, find_end(s, a, c), 0};
		for (uint32_t i = a; i <= ret->end; i++)
			ret->depth = fmax(ret->depth, s->v[a] - s->v[i]);
		return 1;
	}
	return 0;
}

static uint32_t
count_events(struct series *s, int thr)
{
	struct event e = {0, 0, 0};
	uint32_t n = 0;
	s->thr = thr;
	while (next_event(s, e.end + 1, &e))
		n++;
	return n;
}

static void
put_events(
	struct series *s, const struct scorer_view *v, int thr, struct scorer_result *ret)
{
	struct event e = {0, 0, 0};
	s->thr = thr;
	while (next_event(s, e.end + 1, &e)) {
		int64_t t = v->t0_ms + (int64_t)e.begin * v->interval_ms;
		scorer_put(ret, WRITE_DEPTH, t, e.depth, 1);
		scorer_put(ret, WRITE_SECONDS, t,
			(e.end - e.begin) * (v->interval_ms / 1000.0), 1);
	}
}

struct sums {
	uint32_t samples, filled; /* filled: with those that were held */
	double sum, min;
};

static struct sums
take_night(const struct scorer_window *in, double hold_ms, double *ret)
{
	const struct scorer_view *v = &in->views[0];
	struct sums s = {0, 0, 0, INFINITY};
	double held = hold_ms; /* for how long already */
	for (uint32_t i = 0; i < v->n; i++) {
		int64_t t = v->t0_ms + (int64_t)i * v->interval_ms;
		int is_in = t >= in->start_ms && t < in->end_ms;
		int is_there = is_in && !isnan(v->v[i]);
		held = is_there ? 0 : held + v->interval_ms;
		ret[i] = is_there                            ? round(v->v[i])
			 : is_in && i > 0 && held <= hold_ms ? ret[i - 1]
							     : NAN;
		s.filled += !isnan(ret[i]);
		if (!is_there)
			continue;
		s.samples++;
		s.sum += v->v[i];
		s.min = fmin(s.min, v->v[i]);
	}
	return s;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	double most_ms = options[OPTION_MAX_INTERVAL] * 1000;
	char why[64];
	if (v->n < 2 || v->interval_ms == 0)
		return scorer_skip(ret, "a single SpO2 value");
	if (v->interval_ms > most_ms) {
		snprintf(why, sizeof why,
			"one SpO2 value in %g s: an ODI needs one in %g s",
			v->interval_ms / 1000.0, options[OPTION_MAX_INTERVAL]);
		return scorer_skip(ret, why);
	}
	struct series s = {.v = in->scratch,
		.n = v->n,
		.shortest = (SHORTEST_MS + v->interval_ms - 1) / v->interval_ms,
		.longest = LONGEST_MS / v->interval_ms};
	struct sums sum = take_night(in, options[OPTION_HOLD] * 1000, in->scratch);
	double ms = (double)sum.filled * v->interval_ms, hours = ms / MS_PER_HOUR;
	if (hours < options[OPTION_MIN_HOURS] || sum.samples == 0) {
		snprintf(why, sizeof why, "only %.1f h of SpO2", hours);
		return scorer_skip(ret, why);
	}
	double share = fmin(1, ms / fmax(1, (double)(in->end_ms - in->start_ms)));
	put_events(&s, v, (int)options[OPTION_EVENTS], ret);
	scorer_put(ret, WRITE_ODI3, in->at_ms, count_events(&s, 3) / hours, share);
	scorer_put(ret, WRITE_ODI4, in->at_ms, count_events(&s, 4) / hours, share);
	scorer_put(ret, WRITE_MEAN, in->at_ms, sum.sum / sum.samples, share);
	scorer_put(ret, WRITE_MIN, in->at_ms, sum.min, share);
	return SCORER_OK;
}

#define SATURATION "%", 40, 100
/* an event lasts 10 s at the least */
#define INDEX "1/h", 0, 360, 0, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "odi",
	.version = "1.0",
	.summary = "falls of the blood oxygen saturation an hour, and when",
	.reads =
		(const struct scorer_port[]){
			{"spo2", SATURATION, 1, SCORER_AS_RECORDED},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_DEPTH] = {"spo2.desaturation", "%", 0, 60, 0,
				SCORER_EVENTS},
			[WRITE_SECONDS] = {"spo2.desaturation_s", "s", 0, 90, 0,
				SCORER_EVENTS},
			[WRITE_ODI3] = {"night.odi3", INDEX},
			[WRITE_ODI4] = {"night.odi4", INDEX},
			[WRITE_MEAN] = {"night.spo2_mean", SATURATION, 0, 0},
			[WRITE_MIN] = {"night.spo2_min", SATURATION, 0, 0},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"events", 3, 2, 10, "%", NULL,
				"fall of the events that spo2.desaturation shows"},
			{"max_interval", 2, 1, 5, "s", NULL,
				"samples further apart are refused"},
			{"hold", 3, 0, 10, "s", NULL,
				"a missing sample takes the value before for so long"},
			{"min_hours", 2, 0, 24, "h", NULL,
				"that must have been measured"},
			{0},
		},
	.scratch_each = sizeof(double),
	.score = score,
};
