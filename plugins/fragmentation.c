/* SPDX-License-Identifier: MIT */
/* fragmentation: a night's statistics from epochs and movement, as Actiware computes them.
 *
 * From in bed to out of bed (Actiware's REST interval), in minutes, times from in bed:
 *     night.sleep_start    start of the first 10 min with at most one mobile epoch
 *     night.sleep_end      start of the last epoch of the last such 10 min
 *     night.actiware_sol   sleep onset latency = sleep_start
 *     night.snooze         out of bed - sleep_end
 *     night.actiware_spt   sleep_end - sleep_start (the SLEEP interval; all below lies in it)
 *     night.actiware_tst   epochs asleep
 *     night.actiware_waso  epochs awake
 *     night.actiware_se    %, 100 tst / (out of bed - in bed)
 *     night.wake_bouts, night.sleep_bouts   runs of at least one epoch awake, asleep
 *     night.mobile_pct     %, mobile epochs of those with activity
 *     night.immobile_bouts runs of epochs that are not mobile
 *     night.fragmentation  %, mobile_pct + 100 * (immobile bouts of at most a minute) /
 *                          immobile bouts: Actiware's fragmentation index
 * An epoch is mobile if it has `mobile` counts for every 15 s: 4 a minute, 2 in 30 s.
 *
 * They are not sleep_stats' numbers of the same kind (night.sol, .tst, .waso, .se: AASM, from
 * the first to the last epoch asleep), and ActiLife's fragmentation index is another again
 * (bouts of sleep: tudor_locke). The epochs are those of `asleep`; with oakley, of 15 to 120 s,
 * all is Actiware's. Sleep start and end equal Actiware's on 13 nights at 30 and 60 s; wake
 * time, sleep time and efficiency on the 7 of them that carry its values; SOL, snooze and bouts
 * follow from its own epochs and intervals. The movement figures have no vendor's values to be
 * compared with.
 *
 * Epochs count where they lie in bed as a whole. One without activity is not mobile, but ten
 * minutes that hold one are no start or end; one without a score is neither sleep nor wake and
 * ends no bout. The confidence is the share of the time in bed with both; below min_coverage:
 * no numbers. Activity that is finer than the epochs is summed to them. A scorer that sums a
 * finer recording to its epochs (oakley with epoch_s) still writes them in recorded steps: here
 * those are the epochs.
 *
 * What it cannot say: `mobile` is on Actiwatch's scale; on another tracker's, set it from your
 * own nights, or sleep starts with the first still-looking minutes. */
#include "scorer.h"

enum { READ_ASLEEP, READ_ACTIVITY };
enum {
	WRITE_SLEEP_START,
	WRITE_SLEEP_END,
	WRITE_SOL,
	WRITE_SNOOZE,
	WRITE_SPT,
	WRITE_TST,
	WRITE_WASO,
	WRITE_SE,
	WRITE_WAKE_BOUTS,
	WRITE_SLEEP_BOUTS,
	WRITE_MOBILE,
	WRITE_IMMOBILE_BOUTS,
	WRITE_FRAGMENTATION
};
enum { OPTION_MOBILE, OPTION_MIN_COVERAGE };

#define MINUTE_MS 60000
#define MOBILE_MS 15000  /* `mobile` counts are for this long */
#define STILL_MS  600000 /* of the window that starts and ends sleep */

struct epoch {
	double counts;
	uint32_t seen; /* steps of activity in it; 0 = none was recorded */
};

struct night {
	const struct scorer_view *asleep;
	struct epoch *e;
	uint32_t first, end;       /* epochs in bed */
	uint32_t sleep, sleep_end; /* epochs of the SLEEP interval, [sleep, sleep_end) */
	double mobile;             /* counts that make an epoch mobile */
};

struct sums {
	double asleep, awake, wake_bouts, sleep_bouts;
	double active, mobile, immobile_bouts, short_bouts;
};

static void
fold(const struct night *t, const struct scorer_view *a)
{
	int64_t ms = t->asleep->interval_ms;
	for (uint32_t i = 0; i < a->n; i++) {
		int64_t at = a->t0_ms + (int64_t)i * a->interval_ms - t->asleep->t0_ms;
		if (isnan(a->v[i]) || at < 0 || at / ms >= t->asleep->n)
			continue;
		t->e[at / ms].counts += a->v[i];
		t->e[at / ms].seen++;
	}
}

static void
find_epochs_in_bed(struct night *t, const struct scorer_window *in)
{
	const struct scorer_view *s = t->asleep;
	int64_t ms = s->interval_ms;
	while (t->first < s->n && s->t0_ms + t->first * ms < in->start_ms)
		t->first++;
	t->end = t->first;
	while (t->end < s->n && s->t0_ms + (t->end + 1) * ms <= in->end_ms)
		t->end++;
}

/* The first and the last STILL_MS with at most one mobile epoch. 0 = there are none. */
static int
find_sleep(struct night *t)
{
	uint32_t n = STILL_MS / t->asleep->interval_ms, found = 0, mobile = 0, blank = 0;
	for (uint32_t i = t->first; i < t->end; i++) {
		mobile += t->e[i].counts >= t->mobile;
		blank += t->e[i].seen == 0;
		if (i >= t->first + n) {
			mobile -= t->e[i - n].counts >= t->mobile;
			blank -= t->e[i - n].seen == 0;
		}
		if (i + 1 < t->first + n || mobile > 1 || blank > 0)
			continue;
		if (!found++)
			t->sleep = i + 1 - n;
		t->sleep_end = i;
	}
	return found > 0 && t->sleep_end > t->sleep;
}

static struct sums
sum_up(const struct night *t)
{
	struct sums s = {0};
	uint32_t still = 0, short_ms = 0;
	int was = -1; /* asleep 1, awake 0 */
	for (uint32_t i = t->sleep; i < t->sleep_end; i++) {
		double v = t->asleep->v[i];
		if (!isnan(v)) {
			int asleep = v > 0.5;
			s.asleep += asleep;
			s.awake += !asleep;
			s.sleep_bouts += asleep && was != 1;
			s.wake_bouts += !asleep && was != 0;
			was = asleep;
		}
		if (t->e[i].seen == 0)
			continue;
		int mobile = t->e[i].counts >= t->mobile;
		s.active++;
		s.mobile += mobile;
		s.immobile_bouts += !mobile && still == 0;
		short_ms = still * t->asleep->interval_ms;
		s.short_bouts += mobile && still > 0 && short_ms <= MINUTE_MS;
		still = mobile ? 0 : still + 1;
	}
	s.short_bouts += still > 0 && still * t->asleep->interval_ms <= MINUTE_MS;
	return s;
}

/* Share of the time in bed with a score and activity. */
static double
coverage_of(const struct night *t, const struct scorer_window *in)
{
	double both = 0, ms = (double)(in->end_ms - in->start_ms);
	for (uint32_t i = t->first; i < t->end; i++)
		both += !isnan(t->asleep->v[i]) && t->e[i].seen > 0;
	return ms > 0 ? fmin(1, both * t->asleep->interval_ms / ms) : 0;
}

static void
put_statistics(const struct night *t, const struct scorer_window *in, double conf,
	struct scorer_result *ret)
{
	struct sums s = sum_up(t);
	double epoch = (double)t->asleep->interval_ms / MINUTE_MS,
	       tib = (double)(in->end_ms - in->start_ms) / MINUTE_MS,
	       bed = (double)(in->start_ms - t->asleep->t0_ms) / MINUTE_MS,
	       start = t->sleep * epoch - bed, end = t->sleep_end * epoch - bed,
	       mobile = s.active > 0 ? 100 * s.mobile / s.active : 0,
	       brief = s.immobile_bouts > 0 ? 100 * s.short_bouts / s.immobile_bouts : 0;
	const struct {
		uint32_t port;
		double v;
	} all[] = {
		{WRITE_SLEEP_START, start},
		{WRITE_SLEEP_END, end},
		{WRITE_SOL, start},
		{WRITE_SNOOZE, tib - end},
		{WRITE_SPT, end - start},
		{WRITE_TST, s.asleep * epoch},
		{WRITE_WASO, s.awake * epoch},
		{WRITE_SE, 100 * s.asleep * epoch / tib},
		{WRITE_WAKE_BOUTS, s.wake_bouts},
		{WRITE_SLEEP_BOUTS, s.sleep_bouts},
		{WRITE_MOBILE, mobile},
		{WRITE_IMMOBILE_BOUTS, s.immobile_bouts},
		{WRITE_FRAGMENTATION, mobile + brief},
	};
	for (uint32_t i = 0; i < sizeof all / sizeof *all; i++)
		scorer_put(ret, all[i].port, in->at_ms, all[i].v, conf);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *s = &in->views[READ_ASLEEP],
				 *a = &in->views[READ_ACTIVITY];
	struct night t = {.asleep = s, .e = in->scratch};
	char why[64];
	if (s->interval_ms == 0 || STILL_MS % s->interval_ms)
		return scorer_skip(ret, "ten minutes are no whole number of epochs");
	if (a->interval_ms == 0 || s->interval_ms % a->interval_ms)
		return scorer_skip(ret, "activity is coarser than the epochs asleep");
	t.mobile = options[OPTION_MOBILE] * s->interval_ms / MOBILE_MS;
	fold(&t, a);
	find_epochs_in_bed(&t, in);
	double coverage = coverage_of(&t, in);
	if (coverage < options[OPTION_MIN_COVERAGE]) {
		snprintf(why, sizeof why, "only %.0f %% of the night was measured",
			100 * coverage);
		return scorer_skip(ret, why);
	}
	if (!find_sleep(&t))
		return scorer_skip(ret, "no ten minutes without movement");
	put_statistics(&t, in, coverage, ret);
	return SCORER_OK;
}

/* clang-format off */
#define DAY_MIN 1440.0
SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "fragmentation",
	.version = "1.0",
	.summary = "sleep start and end, bouts and fragmentation of a night, as Actiware",
	.reads = (const struct scorer_port[]){
		{"asleep", "0/1", 0, 1, 1},
		{"activity", "counts", 0, 1e7, 1, SCORER_AS_RECORDED},
		{0},
	},
	.writes = (const struct scorer_port[]){
		{"night.sleep_start", "min", 0, 2 * DAY_MIN, 0},
		{"night.sleep_end", "min", 0, 2 * DAY_MIN, 0},
		{"night.actiware_sol", "min", 0, 2 * DAY_MIN, 0},
		{"night.snooze", "min", 0, 2 * DAY_MIN, 0},
		{"night.actiware_spt", "min", 0, 2 * DAY_MIN, 0},
		{"night.actiware_tst", "min", 0, 2 * DAY_MIN, 0},
		{"night.actiware_waso", "min", 0, 2 * DAY_MIN, 0},
		{"night.actiware_se", "%", 0, 100, 0},
		{"night.wake_bouts", "count", 0, 1e5, 0},
		{"night.sleep_bouts", "count", 0, 1e5, 0},
		{"night.mobile_pct", "%", 0, 100, 0},
		{"night.immobile_bouts", "count", 0, 1e5, 0},
		{"night.fragmentation", "%", 0, 200, 0},
		{0},
	},
	.window = {.kind = SCORER_NIGHT},
	.options = (const struct scorer_option[]){
		{"mobile", 1, 0.01, 1e6, "counts", NULL,
			"counts for every 15 s that make an epoch mobile"},
		{"min_coverage", 0.6, 0, 1, "share", NULL,
			"share of the time in bed that must have been measured"},
		{0},
	},
	/* epochs: view 0 is `asleep` */
	.scratch_each = sizeof(struct epoch),
	.score = score,
};
