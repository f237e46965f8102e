/* SPDX-License-Identifier: MIT */
/* sleep_stats: the numbers of a night from its epochs asleep or awake.
 *
 * Definitions of the AASM manual, in minutes; [in bed, out of bed) is the night's window:
 *     TIB          time in bed: out of bed - in bed
 *     SOL          sleep onset latency: in bed to the start of the first sleep epoch
 *     SPT          sleep period: start of the first to end of the last sleep epoch
 *     TST          total sleep: sleep epochs in the sleep period
 *     WASO         wake after sleep onset: wake epochs in the sleep period
 *     awakenings   runs of wake epochs in the sleep period: `any` of at least one epoch
 *                  (Actiware's reading, the default), `minute` and `five` of at least 1 and
 *                  5 minutes. A missing epoch ends a run
 *     SE = 100 * TST / TIB, SME = 100 * TST / SPT, in percent
 *     onset, wake  start and end of the sleep period, minutes from in bed
 *     midpoint     the middle of the sleep period, minutes after local midnight of the waking
 *                  date by the clock of getting up (before midnight: negative)
 *     light, deep, rem   minutes of those stages in bed (light = N1 + N2, deep = N3), and
 *     REM latency  onset to the first epoch of REM after it: only where a tracker's maker
 *                  staged the night
 * Where the tracker's maker states a latency, the sleep period is the maker's:
 * [in bed + latency, out of bed), and SOL the stated latency. So WASO equals Fitbit's
 * minutes awake (95.7 % of 1047 PMData nights within a minute, 8 % with the first
 * definition). Missing epochs stay missing: they count in TIB and SPT, not in TST or
 * WASO. Equal to YASA on the 21 nights of Sleep-Accel. An epoch over an edge counts with
 * its part inside. `from = asleep.webster` takes the epochs as the scorer webster rescored them,
 * where it did in this night, else `asleep` as always. The confidence is the share of TIB
 * that was measured; below min_coverage: no numbers. */
#include "scorer.h"

enum { READ_ASLEEP, READ_LATENCY, READ_WEBSTER, READ_STAGE };
enum {
	WRITE_TIB,
	WRITE_SPT,
	WRITE_TST,
	WRITE_SOL,
	WRITE_WASO,
	WRITE_AWAKENINGS,
	WRITE_SE,
	WRITE_SME,
	WRITE_ONSET,
	WRITE_WAKE,
	WRITE_MIDPOINT,
	WRITE_LIGHT,
	WRITE_DEEP,
	WRITE_REM,
	WRITE_REM_LATENCY
};
enum { OPTION_MIN_COVERAGE, OPTION_AWAKENINGS, OPTION_FROM };
enum { LIGHT = 4, DEEP = 5, REM = 6, STAGES = 11 }; /* dozed.v1.SleepStage */

#define MS_PER_MIN 60000.0

#define DAY_MIN 1440

static const double awakening_min[] = {0, 1, 5}; /* any|minute|five */

struct period {
	int64_t from, to;
};
struct sums {
	double asleep, awake; /* minutes */
	unsigned awakenings;
};

static int64_t
start_of(const struct scorer_view *v, uint32_t i)
{
	return v->t0_ms + (int64_t)i * v->interval_ms;
}

/* Milliseconds of epoch i inside the period. */
static int64_t
inside(const struct scorer_view *v, uint32_t i, struct period p)
{
	int64_t start = start_of(v, i), end = start + v->interval_ms;
	start = start > p.from ? start : p.from;
	end = end < p.to ? end : p.to;
	return end > start ? end - start : 0;
}

static struct sums
sum_up(const struct scorer_view *v, struct period p, double at_least_min)
{
	struct sums s = {0, 0, 0};
	int64_t asleep = 0, awake = 0, run = 0,
		least = llround(at_least_min * MS_PER_MIN);
	for (uint32_t i = 0; i <= v->n; i++) {
		int64_t ms = i == v->n || isnan(v->v[i]) ? 0 : inside(v, i, p);
		int is_awake = ms > 0 && !(v->v[i] > 0.5);
		*(is_awake ? &awake : &asleep) += ms;
		s.awakenings += !is_awake && run > 0 && run >= least;
		run = is_awake ? run + ms : 0;
	}
	s.asleep = (double)asleep / MS_PER_MIN;
	s.awake = (double)awake / MS_PER_MIN;
	return s;
}

/* First..last sleep epoch, or the maker's own period. 0 if nothing was asleep. */
static int
sleep_period(const struct scorer_window *in, const struct scorer_view *v,
	struct period bed, struct period *ret)
{
	const struct scorer_view *latency = &in->views[READ_LATENCY];
	int found = 0;
	for (uint32_t i = 0; i < v->n; i++) {
		int64_t ms = v->v[i] > 0.5 ? inside(v, i, bed) : 0;
		int64_t start = start_of(v, i) > bed.from ? start_of(v, i) : bed.from;
		if (ms == 0)
			continue;
		if (!found)
			ret->from = start;
		ret->to = start + ms;
		found = 1;
	}
	double stated = latency->n > 0 ? latency->v[0] : NAN;
	int64_t onset = isnan(stated) ? 0 : bed.from + llround(stated * MS_PER_MIN);
	if (found && !isnan(stated) && onset < bed.to)
		*ret = (struct period){onset, bed.to};
	return found;
}

static int
has_a_value(const struct scorer_view *v, struct period p)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (!isnan(v->v[i]) && inside(v, i, p) > 0)
			return 1;
	return 0;
}

/* Stage minutes, and REM latency if there was any REM. */
static void
put_stages(const struct scorer_window *in, struct period bed, int64_t onset,
	struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[READ_STAGE];
	int64_t ms[STAGES] = {0}, known = 0, first_rem = -1;
	for (uint32_t i = 0; i < v->n; i++) {
		int64_t part = inside(v, i, bed);
		int stage = v->v[i] > 0 && v->v[i] < STAGES ? (int)v->v[i] : 0;
		ms[stage] += part;
		known += stage ? part : 0;
		if (stage == REM && part > 0 && first_rem < 0 && start_of(v, i) >= onset)
			first_rem = start_of(v, i);
	}
	if (ms[LIGHT] + ms[DEEP] + ms[REM] == 0)
		return;
	double share = (double)known / (double)(bed.to - bed.from);
	scorer_put(ret, WRITE_LIGHT, in->at_ms, (double)ms[LIGHT] / MS_PER_MIN, share);
	scorer_put(ret, WRITE_DEEP, in->at_ms, (double)ms[DEEP] / MS_PER_MIN, share);
	scorer_put(ret, WRITE_REM, in->at_ms, (double)ms[REM] / MS_PER_MIN, share);
	if (first_rem >= 0)
		scorer_put(ret, WRITE_REM_LATENCY, in->at_ms,
			(double)(first_rem - onset) / MS_PER_MIN, share);
}

/* Minutes from local midnight of the night's date. */
static double
clock_of(const struct scorer_window *in, int64_t t_ms)
{
	return (double)t_ms / MS_PER_MIN + in->offset_s / 60.0 -
	       (double)in->date * DAY_MIN;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[READ_ASLEEP];
	struct period bed = {in->start_ms, in->end_ms}, sleep = {0, 0};
	double at_least = awakening_min[(int)options[OPTION_AWAKENINGS]];
	if (options[OPTION_FROM] > 0 && has_a_value(&in->views[READ_WEBSTER], bed))
		v = &in->views[READ_WEBSTER];
	double tib = (double)(bed.to - bed.from) / MS_PER_MIN;
	struct sums all = sum_up(v, bed, at_least);
	double coverage = tib > 0 ? fmin(1, (all.asleep + all.awake) / tib) : 0;
	char why[64];
	if (coverage < options[OPTION_MIN_COVERAGE]) {
		snprintf(why, sizeof why, "only %.0f %% of the night was measured",
			100 * coverage);
		return scorer_skip(ret, why);
	}
	if (!sleep_period(in, v, bed, &sleep))
		return scorer_skip(ret, "nothing was asleep");
	struct sums s = sum_up(v, sleep, at_least);
	double spt = (double)(sleep.to - sleep.from) / MS_PER_MIN;
	double onset = (double)(sleep.from - bed.from) / MS_PER_MIN;
	const double values[] = {
		[WRITE_TIB] = tib,
		[WRITE_SPT] = spt,
		[WRITE_TST] = s.asleep,
		[WRITE_SOL] = onset,
		[WRITE_WASO] = s.awake,
		[WRITE_AWAKENINGS] = s.awakenings,
		[WRITE_SE] = 100 * (s.asleep / tib),
		[WRITE_SME] = 100 * (s.asleep / spt),
		[WRITE_ONSET] = onset,
		[WRITE_WAKE] = onset + spt,
		[WRITE_MIDPOINT] = clock_of(in, sleep.from) + spt / 2,
	};
	for (uint32_t i = 0; i < sizeof values / sizeof values[0]; i++)
		scorer_put(ret, i, in->at_ms, values[i], coverage);
	put_stages(in, bed, sleep.from, ret);
	return SCORER_OK;
}

#define MINUTES "min", 0, 2880, 0
#define PERCENT "%", 0, 100, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "sleep_stats",
	.version = "1.1",
	.summary = "numbers of a night: TIB SPT TST SOL WASO SE SME, awakenings, stages",
	.reads =
		(const struct scorer_port[]){
			{"asleep", "0/1", 0, 1, 1},
			{"vendor.latency", "min", 0, 1440, 0},
			{"asleep.webster", "0/1", 0, 1, 0},
			{"vendor_stage", "stage", 1, 10, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_TIB] = {"night.tib", MINUTES},
			[WRITE_SPT] = {"night.spt", MINUTES},
			[WRITE_TST] = {"night.tst", MINUTES},
			[WRITE_SOL] = {"night.sol", MINUTES},
			[WRITE_WASO] = {"night.waso", MINUTES},
			[WRITE_AWAKENINGS] = {"night.awakenings", "count", 0, 2880, 0},
			[WRITE_SE] = {"night.se", PERCENT},
			[WRITE_SME] = {"night.sme", PERCENT},
			[WRITE_ONSET] = {"night.onset", MINUTES},
			[WRITE_WAKE] = {"night.wake", MINUTES},
			[WRITE_MIDPOINT] = {"night.midpoint", "min", -2880, 2880, 0},
			[WRITE_LIGHT] = {"night.light", MINUTES},
			[WRITE_DEEP] = {"night.deep", MINUTES},
			[WRITE_REM] = {"night.rem", MINUTES},
			[WRITE_REM_LATENCY] = {"night.rem_latency", MINUTES},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"min_coverage", 0.6, 0, 1, "share", NULL,
				"share of the time in bed that must have been measured"},
			{"awakenings", 0, 0, 2, "", "any|minute|five",
				"waking counts as an awakening from one epoch, 1 min or "
				"5 min on"},
			{"from", 0, 0, 1, "", "asleep|asleep.webster",
				"epochs as they were scored, or as webster rescored "
				"them"},
			{0},
		},
	.score = score,
};
