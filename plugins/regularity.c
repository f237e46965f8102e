/* SPDX-License-Identifier: MIT */
/* regularity: how alike the days and nights of two weeks are.
 *
 * From sleep_period (0/1 epochs, days and nights alike):
 *     SRI   sleep regularity index (Phillips 2017): -100 + 200 * the share of moments that are
 *           in the same state as 24 h before. 100 = every day alike, 0 = chance
 *           `sri = pairs` (default) averages over all pairs of moments, those with a missing
 *           side dropped; `per_minute` averages each time of day first, then the day, equal to
 *           pyActigraphy 1.2.2; `mismatch` counts a missing side as a difference, equal to the
 *           script of mengelhard/sri, whose manual says that it ignores them
 * From activity (minutes in which the scorer of `worn` says "not worn" are missing):
 *     IS    interdaily stability, IV intradaily variability (Witting 1990, van Someren 1999):
 *           IS = n * sum_h (xh - x)^2 / (24 * sum_i (xi - x)^2), IV = n * sum_i (xi - xi-1)^2 /
 *           ((n - 1) * sum_i (xi - x)^2), xi the mean of hour i, xh that of the hours h. Hours
 *           are counted from the first epoch; one with less than half of it measured, or cut
 *           off by the end, is missing (IS may pass 1 a little then); IV takes neighbours that
 *           are both there. Equal to nparACT 0.8, which keeps the last hour of days from IS
 *           `is_iv = pyactigraphy`: variances with n - 1 (IS 4.3 % higher), a cut hour counts
 *     L5, M10   mean activity a minute of the least active 5 and the most active 10 hours of
 *           the average day of 1440 minutes, midnight notwithstanding; l5_start, m10_start:
 *           when they begin, minutes after local midnight; RA = (M10 - L5) / (M10 + L5)
 *           `activity = bin4` does all of this on 1 for more than 4 counts, else 0
 * From night.onset and night.wake:
 *     midpoint_mean, midpoint_sd   circular mean (minutes after local midnight) and circular
 *           standard deviation (Mardia 1972) of the middles of the nights
 *           `midpoint = minutes`: mean of all minutes of sleep_period, pyActigraphy's
 *     jetlag   social jetlag, MSF - MSW: mean middle of the nights that end on free days less
 *           that of the others, by the shorter way round the clock; later on free days is
 *           positive (Wittmann 2006; signed as in Roenneberg 2019). 2 and 3 nights at least.
 *           `free_days` says which days of the week; whether an alarm rang nobody knows
 *
 * A part that has less than min_days days is left out: minutes measured for IS to RA, pairs of
 * min_days - 1 days for SRI, nights for the midpoint. Local time is that of the last morning:
 * a change of the clock or of the zone inside the two weeks reads as a shift. The confidence
 * is the share of pairs, minutes or nights that was there. A watch on the table lies
 * still, too: without `worn` it makes a person look calmer and more regular than they are. */
#include "scorer.h"

enum { READ_PERIOD, READ_ACTIVITY, READ_WORN, READ_ONSET, READ_WAKE };
enum {
	WRITE_SRI,
	WRITE_IS,
	WRITE_IV,
	WRITE_RA,
	WRITE_L5,
	WRITE_M10,
	WRITE_L5_START,
	WRITE_M10_START,
	WRITE_MIDPOINT_MEAN,
	WRITE_MIDPOINT_SD,
	WRITE_JETLAG
};
enum {
	OPTION_SRI,
	OPTION_IS_IV,
	OPTION_ACTIVITY,
	OPTION_MIDPOINT,
	OPTION_FREE_DAYS,
	OPTION_MIN_DAYS
};
enum { PAIRS, PER_MINUTE, MISMATCH };

#define DAY_MS    86400000
#define HOUR_MS   3600000
#define MINUTE_MS 60000
#define DAY_MIN   1440
#define DAY_HOURS 24
#define HOURS_MAX 1440 /* 60 days */
#define SLOTS_MAX 2880 /* of a day, for per_minute: epochs of 30 s */
#define L5_MIN    300
#define M10_MIN   600
#define BIN4      4
#define FREE_MIN  2 /* nights */
#define WORK_MIN  3
#define TURN      (2 * M_PI / DAY_MIN)
#define MIDDLE_MIN                                                                       \
	360 /* of a date, 18:00 to 18:00: midpoints are told 12 h either side */

/* bit 0 = Sunday; sat_sun|fri_sat|thu_fri|sun */
static const unsigned free_days[] = {0x41, 0x60, 0x30, 0x01};

struct work {                    /* at scratch */
	double day[DAY_MIN];     /* sums, then means of each local minute of the day */
	uint32_t day_n[DAY_MIN]; /* epochs in them */
	double hour[HOURS_MAX];  /* from the first epoch on; NAN = missing */
	uint32_t hours, known;   /* known: epochs that were there */
	uint32_t same[SLOTS_MAX], pairs[SLOTS_MAX];
};
struct circle {
	double sin, cos, n;
};

/* Of equal pairs a day apart; *ret_known = how many pairs have both sides. */
static double
share_equal(const struct scorer_view *v, uint32_t day, uint32_t *ret_known)
{
	uint32_t same = 0, known = 0;
	for (uint32_t i = 0; i + day < v->n; i++) {
		double a = v->v[i], b = v->v[i + day];
		same += a == b; /* never if one is NAN */
		known += !isnan(a) & !isnan(b);
	}
	*ret_known = known;
	return (double)same / known;
}

static double
share_per_minute(const struct scorer_view *v, uint32_t day, struct work *w)
{
	double sum = 0;
	uint32_t slots = 0;
	for (uint32_t i = 0, slot = 0; i + day < v->n; i++) {
		double a = v->v[i], b = v->v[i + day];
		w->same[slot] += a == b;
		w->pairs[slot] += !isnan(a) & !isnan(b);
		slot = slot + 1 < day ? slot + 1 : 0;
	}
	for (uint32_t slot = 0; slot < day; slot++) {
		if (w->pairs[slot] == 0)
			continue;
		sum += (double)w->same[slot] / w->pairs[slot];
		slots++;
	}
	return sum / slots;
}

static void
put_sri(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[READ_PERIOD];
	uint32_t day = v->interval_ms ? DAY_MS / v->interval_ms : 0, known = 0;
	int form = (int)options[OPTION_SRI];
	if (day == 0 || v->n <= day || (form == PER_MINUTE && day > SLOTS_MAX))
		return;
	double all = v->n - day, share = share_equal(v, day, &known);
	if (known < (options[OPTION_MIN_DAYS] - 1) * day)
		return;
	if (form == MISMATCH)
		share *= known / all;
	if (form == PER_MINUTE)
		share = share_per_minute(v, day, in->scratch);
	scorer_put(ret, WRITE_SRI, in->at_ms, -100 + 200 * share, known / all);
}

/* Of one hour: what it counts as. */
static double
hour_of(double sum, uint32_t known, uint32_t epochs, int pyactigraphy, uint32_t per)
{
	if (pyactigraphy)
		return known > 0 ? sum : NAN;
	return epochs == per && 2 * known >= per ? sum / known : NAN;
}

/* Sums up the minutes of the local day and the hours; 0 if there is nothing to sum up. */
static int
lay_out(const struct scorer_window *in, const double *options, struct work *w)
{
	const struct scorer_view *v = &in->views[READ_ACTIVITY],
				 *worn = &in->views[READ_WORN];
	uint32_t step = v->interval_ms, per = step ? HOUR_MS / step : 0;
	if (v->n == 0 || per == 0 || HOUR_MS % step || (v->n - 1) / per >= HOURS_MAX)
		return 0;
	int64_t local = (v->t0_ms + (int64_t)in->offset_s * 1000) % DAY_MS;
	uint32_t at = (uint32_t)(local < 0 ? local + DAY_MS : local);
	double worn_at =
		worn->n ? (double)(v->t0_ms - worn->t0_ms) / worn->interval_ms : -1;
	double worn_step = worn->n ? (double)step / worn->interval_ms : 0;
	int bin4 = options[OPTION_ACTIVITY] > 0;
	for (uint32_t first = 0; first < v->n; first += per) {
		uint32_t end = first + per < v->n ? first + per : v->n, known = 0;
		double sum = 0;
		for (uint32_t i = first; i < end; i++) {
			double x = v->v[i], k = worn_at + i * worn_step;
			int off = k >= 0 && k < worn->n && worn->v[(uint32_t)k] == 0;
			if (!isnan(x) && !off) {
				x = bin4 ? x > BIN4 : x;
				sum += x, known++;
				w->day[at / MINUTE_MS] += x;
				w->day_n[at / MINUTE_MS]++;
			}
			at += step;
			at -= at >= DAY_MS ? DAY_MS : 0;
		}
		w->hour[w->hours++] =
			hour_of(sum, known, end - first, options[OPTION_IS_IV] > 0, per);
		w->known += known;
	}
	return 1;
}

static void
put_is_iv(const struct scorer_window *in, const double *options, const struct work *w,
	double share, struct scorer_result *ret)
{
	double lost = options[OPTION_IS_IV] > 0 ? 1 : 0; /* degrees of freedom */
	double profile[DAY_HOURS] = {0}, each[DAY_HOURS] = {0}, sum = 0, n = 0;
	double squares = 0, steps = 0, n_steps = 0, between = 0, middle = 0;
	for (uint32_t k = 0; k < w->hours; k++) {
		double x = w->hour[k], step = k > 0 ? x - w->hour[k - 1] : NAN;
		if (!isnan(x)) {
			sum += x, n++;
			profile[k % DAY_HOURS] += x, each[k % DAY_HOURS]++;
		}
		if (!isnan(step))
			steps += step * step, n_steps++;
	}
	for (uint32_t k = 0; k < w->hours; k++)
		if (!isnan(w->hour[k]))
			squares += (w->hour[k] - sum / n) * (w->hour[k] - sum / n);
	for (int k = 0; k < DAY_HOURS; k++)
		middle += profile[k] / each[k] / DAY_HOURS;
	middle = lost > 0 ? middle : sum / n;
	for (int k = 0; k < DAY_HOURS; k++) /* NAN if an hour of the day is never there */
		between +=
			(profile[k] / each[k] - middle) * (profile[k] / each[k] - middle);
	double variance = squares / (n - lost);
	double is = between / (DAY_HOURS - lost) / variance,
	       iv = steps / n_steps / variance;
	if (isfinite(is))
		scorer_put(ret, WRITE_IS, in->at_ms, is, share);
	if (isfinite(iv))
		scorer_put(ret, WRITE_IV, in->at_ms, iv, share);
}

/* Mean of the lowest (sign 1) or highest (-1) `length` minutes in a row of the mean day. */
static double
extreme(const double *day, uint32_t length, int sign, uint32_t *ret_start)
{
	double sum = 0, best;
	for (uint32_t i = 0; i < length; i++)
		sum += day[i];
	best = sum, *ret_start = 0;
	for (uint32_t i = 1; i < DAY_MIN; i++) {
		sum += day[(i + length - 1) % DAY_MIN] - day[i - 1];
		if (sign * sum < sign * best)
			best = sum, *ret_start = i;
	}
	return fmax(0, best / length);
}

static void
put_rhythm(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct work *w = in->scratch;
	uint32_t l5_start, m10_start;
	if (!lay_out(in, options, w))
		return;
	const struct scorer_view *v = &in->views[READ_ACTIVITY];
	if ((double)w->known * v->interval_ms < options[OPTION_MIN_DAYS] * DAY_MS)
		return;
	double share = (double)w->known / v->n;
	put_is_iv(in, options, w, share, ret);
	for (int i = 0; i < DAY_MIN; i++) {
		if (w->day_n[i] == 0)
			return; /* a minute of the day that was never measured */
		w->day[i] /= w->day_n[i];
	}
	double l5 = extreme(w->day, L5_MIN, 1, &l5_start);
	double m10 = extreme(w->day, M10_MIN, -1, &m10_start);
	scorer_put(ret, WRITE_L5, in->at_ms, l5, share);
	scorer_put(ret, WRITE_M10, in->at_ms, m10, share);
	scorer_put(ret, WRITE_L5_START, in->at_ms, l5_start, share);
	scorer_put(ret, WRITE_M10_START, in->at_ms, m10_start, share);
	if (m10 > 0)
		scorer_put(ret, WRITE_RA, in->at_ms, (m10 - l5) / (m10 + l5), share);
}

static void
add(struct circle *c, double minute)
{
	c->sin += sin(minute * TURN);
	c->cos += cos(minute * TURN);
	c->n++;
}

static double
mean_of(struct circle c)
{
	return atan2(c.sin, c.cos) / TURN;
}

static double
sd_of(struct circle c)
{
	double length = fmin(1, hypot(c.sin, c.cos) / c.n);
	return fmin(DAY_MIN, sqrt(-2 * log(length)) / TURN);
}

/* Of element i, whose waking date is i - (n - 1) days from tonight's. */
static int
is_free(const struct scorer_window *in, uint32_t i, uint32_t n, const double *options)
{
	int date = in->date - (int)(n - 1 - i);
	int weekday = ((date + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
	return free_days[(int)options[OPTION_FREE_DAYS]] >> weekday & 1;
}

static struct circle
minutes_asleep(const struct scorer_window *in)
{
	const struct scorer_view *v = &in->views[READ_PERIOD];
	struct circle c = {0, 0, 0};
	double first = (double)(v->t0_ms % DAY_MS) / MINUTE_MS + in->offset_s / 60.0;
	for (uint32_t i = 0; i < v->n; i++)
		if (v->v[i] > 0.5)
			add(&c, first + (double)i * v->interval_ms / MINUTE_MS);
	return c;
}

static void
put_midpoints(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *onset = &in->views[READ_ONSET],
				 *wake = &in->views[READ_WAKE];
	struct circle all = {0, 0, 0}, side[2] = {all, all};
	uint32_t n = onset->n < wake->n ? onset->n : wake->n;
	for (uint32_t i = 0; i < n; i++) {
		double middle = (onset->v[i] + wake->v[i]) / 2;
		if (isnan(middle))
			continue;
		add(&all, middle);
		add(&side[is_free(in, i, n, options)], middle);
	}
	double share = all.n / fmax(1, n);
	int enough = all.n >= options[OPTION_MIN_DAYS],
	    minutes = options[OPTION_MIDPOINT] > 0;
	struct circle mean = minutes ? minutes_asleep(in) : all;
	if (minutes ? mean.n > 0 : enough)
		scorer_put(ret, WRITE_MIDPOINT_MEAN, in->at_ms,
			MIDDLE_MIN + remainder(mean_of(mean) - MIDDLE_MIN, DAY_MIN),
			minutes ? 1 : share);
	if (enough)
		scorer_put(ret, WRITE_MIDPOINT_SD, in->at_ms, sd_of(all), share);
	if (side[1].n >= FREE_MIN && side[0].n >= WORK_MIN)
		scorer_put(ret, WRITE_JETLAG, in->at_ms,
			remainder(mean_of(side[1]) - mean_of(side[0]), DAY_MIN), share);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	put_sri(in, options, ret);
	put_rhythm(in, options, ret);
	put_midpoints(in, options, ret);
	return ret->n_values > 0 ? SCORER_OK
				 : scorer_skip(ret, "too few days to compare");
}

#define CLOCK "min", -DAY_MIN, DAY_MIN, 0
SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "regularity",
	.version = "1.0",
	.summary = "two weeks: SRI, IS, IV, RA, L5, M10, midpoint and social jetlag",
	.reads =
		(const struct scorer_port[]){
			[READ_PERIOD] = {"sleep_period", "0/1", 0, 1, 0},
			[READ_ACTIVITY] = {"activity", "counts", 0, 1e7, 0},
			[READ_WORN] = {"worn", "0/1", 0, 1, 0},
			[READ_ONSET] = {"night.onset", "min", -2880, 2880, 0},
			[READ_WAKE] = {"night.wake", "min", -2880, 2880, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_SRI] = {"night.sri", "index", -100, 100, 0},
			[WRITE_IS] = {"night.is", "ratio", 0, 2, 0},
			[WRITE_IV] = {"night.iv", "ratio", 0, 10, 0},
			[WRITE_RA] = {"night.ra", "ratio", 0, 1, 0},
			[WRITE_L5] = {"night.l5", "counts", 0, 1e7, 0},
			[WRITE_M10] = {"night.m10", "counts", 0, 1e7, 0},
			[WRITE_L5_START] = {"night.l5_start", CLOCK},
			[WRITE_M10_START] = {"night.m10_start", CLOCK},
			[WRITE_MIDPOINT_MEAN] = {"night.midpoint_mean", CLOCK},
			[WRITE_MIDPOINT_SD] = {"night.midpoint_sd", CLOCK},
			[WRITE_JETLAG] = {"night.jetlag", CLOCK},
			{0},
		},
	.window = {.kind = SCORER_NIGHTS, .days = 14},
	.options =
		(const struct scorer_option[]){
			{"sri", PAIRS, 0, 2, "", "pairs|per_minute|mismatch",
				"how the sleep regularity index is averaged"},
			{"is_iv", 0, 0, 1, "", "published|pyactigraphy",
				"the form of IS and IV"},
			{"activity", 0, 0, 1, "", "raw|bin4",
				"counts as they are, or 1 for more than 4 and else 0"},
			{"midpoint", 0, 0, 1, "", "nights|minutes",
				"the mean of the nights' middles, or of all minutes "
				"asleep"},
			{"free_days", 0, 0, 3, "", "sat_sun|fri_sat|thu_fri|sun",
				"days on which the person need not get up"},
			{"min_days", 5, 2, 14, "d", NULL, "no part from fewer days"},
			{0},
		},
	.scratch_size = sizeof(struct work),
	.score = score,
};
