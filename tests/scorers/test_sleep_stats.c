/* SPDX-License-Identifier: MIT */
/* sleep_stats by hand, and against YASA on 21 nights of polysomnography. */
#include "scorers/rig.h"
#include "scorers/shared.h"

#define EPOCHS_MAX 4000
static const int64_t IN_BED_MS = 1577836800000; /* 2020-01-01 00:00 */
#define IN_BED_DATE 18262
enum { ASLEEP, LATENCY, WEBSTER, STAGE };
enum { OPTION_MIN_COVERAGE, OPTION_AWAKENINGS, OPTION_FROM };

static void
set_night(struct rig *r, const double *asleep, uint32_t n, uint32_t interval_s)
{
	r->in.start_ms = r->in.at_ms = IN_BED_MS;
	r->in.end_ms = IN_BED_MS + (int64_t)n * interval_s * 1000;
	r->in.date = IN_BED_DATE;
	rig_view(r, ASLEEP, asleep, n, interval_s);
	for (int port = LATENCY; port <= STAGE; port++)
		r->views[port] = (struct scorer_view){0};
}

/* "..ZZ.Z?": awake, asleep, missing; a minute each */
static int
score_text(struct rig *r, const char *night, const double *latency)
{
	static double asleep[EPOCHS_MAX];
	uint32_t n = (uint32_t)strlen(night);
	for (uint32_t i = 0; i < n; i++)
		asleep[i] = night[i] == '?' ? NAN : night[i] == 'Z';
	set_night(r, asleep, n, 60);
	if (latency)
		r->views[LATENCY] = (struct scorer_view){latency, 1, 0, IN_BED_MS, NULL};
	return rig_score(r);
}

#define expect(channel, value)                                                           \
	assert_float_equal(rig_value(r, "night." channel), value, 1e-9)

static void
definitions_hold_on_a_night_of_ten_minutes(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_text(r, "..ZZ.Z..ZZ...", NULL), SCORER_OK);
	expect("tib", 13);
	expect("sol", 2);
	expect("spt", 8);
	expect("tst", 5);
	expect("waso", 3);
	expect("awakenings", 2);
	expect("se", 100 * 5 / 13.0);
	expect("sme", 100 * 5 / 8.0);
	expect("onset", 2);
	expect("wake", 10);
}

static void
missing_epochs_count_in_the_periods_only(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_text(r, "?.ZZ?Z.?.ZZ.Z?", NULL), SCORER_OK);
	expect("tib", 14);
	expect("spt", 11);
	expect("tst", 6);
	expect("waso", 3);
	expect("awakenings", 3); /* a missing epoch ends a run */
	assert_float_equal(r->values[0].confidence, 10 / 14.0, 1e-12);
}

static void
stated_latency_makes_the_period_the_makers(void **state)
{
	struct rig *r = *state;
	double latency = 0;
	assert_int_equal(score_text(r, ".ZZ.ZZ..", &latency), SCORER_OK);
	expect("sol", 0);
	expect("spt", 8);
	expect("waso", 4);
	expect("awakenings", 3);
	expect("wake", 8);
	latency = 2;
	assert_int_equal(score_text(r, ".ZZ.ZZ..", &latency), SCORER_OK);
	expect("sol", 2);
	expect("spt", 6);
	expect("tst", 3);
	expect("waso", 3);
	latency = NAN; /* the maker states none */
	assert_int_equal(score_text(r, ".ZZ.ZZ..", &latency), SCORER_OK);
	expect("sol", 1);
	expect("waso", 1);
}

static void
night_without_sleep_or_measure_is_skipped(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_text(r, ".....", NULL), SCORER_SKIP);
	assert_string_equal(r->out.skip, "nothing was asleep");
	assert_int_equal(score_text(r, "Z?Z?Z?????", NULL), SCORER_SKIP);
	assert_string_equal(r->out.skip, "only 30 % of the night was measured");
	assert_int_equal(score_text(r, "", NULL), SCORER_SKIP);
	r->options[OPTION_MIN_COVERAGE] = 0.3;
	assert_int_equal(score_text(r, "Z?Z?Z?????", NULL), SCORER_OK);
}

static void
epochs_over_the_edge_count_with_their_part_inside(void **state)
{
	struct rig *r = *state;
	const double asleep[] = {1, 1, 0, 1, 1};
	set_night(r, asleep, 5, 60);
	r->views[0].t0_ms -= 30000;
	r->in.end_ms -= 60000;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("tib", 4);
	expect("tst", 3);
	expect("waso", 1);
	expect("sol", 0);
	expect("spt", 4);
}

/* 100 * x / x passes 100 for this x: the host would refuse the night. */
static void
night_asleep_throughout_has_an_efficiency_of_100(void **state)
{
	struct rig *r = *state;
	const double asleep = 1;
	set_night(r, &asleep, 1, 43063);
	r->in.end_ms = IN_BED_MS + 43062563;
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(rig_value(r, "night.se") == 100 && rig_value(r, "night.sme") == 100);
}

static void
awakening_can_need_a_minute_or_five(void **state)
{
	struct rig *r = *state;
	const double night[] = {
		1, 0, 1, 0, 0, 1, 0, NAN, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
	const double expected[] = {5, 2, 1};
	set_night(r, night, 22, 30);
	for (int rule = 0; rule < 3; rule++) {
		r->options[OPTION_AWAKENINGS] = rule;
		assert_int_equal(rig_score(r), SCORER_OK);
		expect("awakenings", expected[rule]);
	}
}

static void
midpoint_is_by_the_clock_of_getting_up(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_text(r, ".ZZZZ.", NULL), SCORER_OK);
	expect("midpoint", 3);
	r->in.offset_s = -3600; /* an hour behind UTC the date has not begun */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("midpoint", -57);
}

static void
rescored_epochs_are_taken_where_there_are_some(void **state)
{
	struct rig *r = *state;
	const double rescored[] = {0, 0, 0, 1, 1, 0}, none[] = {NAN, NAN};
	assert_int_equal(score_text(r, ".ZZZZ.", NULL), SCORER_OK);
	rig_view(r, WEBSTER, rescored, 6, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("tst", 4); /* nobody asked for them */
	r->options[OPTION_FROM] = 1;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("tst", 2);
	expect("sol", 3);
	rig_view(r, WEBSTER, none, 2, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("tst", 4);
}

static void
stage_minutes_are_those_in_bed(void **state)
{
	struct rig *r = *state;
	const double stages[] = {6, 4, 4, 1, 5, 6, 6, NAN, 4, 4};
	assert_int_equal(score_text(r, ".ZZ.ZZZ?Z", NULL), SCORER_OK);
	assert_true(isnan(rig_value(r, "night.light"))); /* nobody staged it */
	rig_view(r, STAGE, stages, 10, 60);
	r->views[STAGE].t0_ms = IN_BED_MS; /* a minute longer than the night */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("light", 3);
	expect("deep", 1);
	expect("rem", 3);
	expect("rem_latency", 4); /* from onset, which the first REM epoch is before */
	for (uint32_t i = 0; i < r->out.n_values; i++)
		assert_float_equal(r->values[i].confidence, 8 / 9.0, 1e-12);
}

static void
night_without_rem_has_no_rem_latency(void **state)
{
	struct rig *r = *state;
	const double stages[] = {4, 5, 4};
	assert_int_equal(score_text(r, "ZZZ", NULL), SCORER_OK);
	rig_view(r, STAGE, stages, 3, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("rem", 0), assert_true(isnan(rig_value(r, "night.rem_latency")));
}

struct psg {
	int subject, n;
	double asleep[EPOCHS_MAX], stage[EPOCHS_MAX];
};

/* Unscored epochs are absent in the file: the grid comes back from the hours. */
static int
read_psg(struct psg *nights, int max)
{
	/* W N1 N2 N3 N4 REM as awake light light deep deep rem */
	static const double stages[] = {1, 4, 4, 5, 5, 6};
	FILE *f = shared_data("sleep/sleep_accel_psg/sleep_accel_epochs30.csv");
	char line[512], *c[16];
	int n = 0;
	if (!f)
		skip();
	while (fgets(line, sizeof line, f)) {
		if (split(line, c, 16) < 4 || line[0] == 's')
			continue;
		int subject = (int)number(c[0]), at = (int)lround(number(c[2]) * 120);
		if (n == 0 || nights[n - 1].subject != subject) {
			assert_true(n < max);
			nights[n++] = (struct psg){.subject = subject};
		}
		struct psg *p = &nights[n - 1];
		assert_true(at < EPOCHS_MAX && number(c[3]) < array_len(stages));
		for (; p->n < at; p->n++)
			p->asleep[p->n] = p->stage[p->n] = NAN;
		p->asleep[p->n] = number(c[3]) > 0;
		p->stage[p->n++] = stages[(int)number(c[3])];
	}
	fclose(f);
	return n;
}

enum {
	TIB = 1,
	SPT,
	WASO,
	TST,
	N1,
	N2,
	N3,
	REM,
	NREM,
	SOL,
	LAT_REM = 14,
	PCT_N1,
	PCT_N2,
	PCT_N3,
	PCT_REM,
	PCT_NREM,
	SE,
	SME,
	WAKES = 23,
	WAKES_MINUTE,
	COLUMNS
};

/* What the night's numbers say of a column of YASA's; N1 and N2 are one stage here. */
static double
own_number(const struct rig *r, int column)
{
	double light = rig_value(r, "night.light"), deep = rig_value(r, "night.deep"),
	       rem = rig_value(r, "night.rem"), tst = rig_value(r, "night.tst");
	switch (column) {
	case NREM:
		return light + deep;
	case LAT_REM:
		return rig_value(r, "night.sol") + rig_value(r, "night.rem_latency");
	case PCT_N2:
		return 100 * light / tst;
	case PCT_N3:
		return 100 * deep / tst;
	case PCT_REM:
		return 100 * rem / tst;
	case PCT_NREM:
		return 100 * (light + deep) / tst;
	}
	static const char *const named[COLUMNS] = {[TIB] = "night.tib",
		[SPT] = "night.spt",
		[WASO] = "night.waso",
		[TST] = "night.tst",
		[N2] = "night.light",
		[N3] = "night.deep",
		[REM] = "night.rem",
		[SOL] = "night.sol",
		[SE] = "night.se",
		[SME] = "night.sme",
		[WAKES] = "night.awakenings",
		[WAKES_MINUTE] = "night.awakenings"};
	return rig_value(r, named[column]);
}

/* Adds up how many of these columns are equal, at the four decimals of the file. */
static void
compare(const struct rig *r, char *const *cells, const int *columns, int *equal)
{
	for (; *columns; columns++) {
		int k = *columns;
		double theirs = number(cells[k]), ours = own_number(r, k);
		if (k == N2 || k == PCT_N2)
			theirs += number(cells[k - 1]);
		equal[k] += isnan(theirs)
				    ? isnan(ours)
				    : fabs(ours - theirs) < (k == PCT_N2 ? 1.1e-4 : 6e-5);
	}
}

static const int by_default[] = {TIB, SPT, WASO, TST, N2, N3, REM, NREM, SOL, LAT_REM,
	PCT_N2, PCT_N3, PCT_REM, PCT_NREM, SE, SME, WAKES, 0};
static const int by_the_minute[] = {WAKES_MINUTE, 0};

static int
report(const int *equal, int nights)
{
	static const char *const names[COLUMNS] = {[TIB] = "TIB",
		[SPT] = "SPT",
		[WASO] = "WASO",
		[TST] = "TST",
		[N2] = "light (N1 + N2)",
		[N3] = "deep (N3)",
		[REM] = "REM",
		[NREM] = "NREM",
		[SOL] = "SOL",
		[LAT_REM] = "REM latency",
		[PCT_N2] = "light %",
		[PCT_N3] = "deep %",
		[PCT_REM] = "REM %",
		[PCT_NREM] = "NREM %",
		[SE] = "SE",
		[SME] = "SME",
		[WAKES] = "awakenings",
		[WAKES_MINUTE] = "awakenings of a minute"};
	int bad = 0;
	for (int k = 1; k < COLUMNS; k++)
		if (names[k]) {
			print_message("sleep_stats, YASA %s: %d of %d equal\n", names[k],
				equal[k], nights);
			bad += equal[k] != nights;
		}
	return bad;
}

static void
numbers_equal_yasa_on_21_nights(void **state)
{
	static struct psg nights[32];
	struct rig *r = *state;
	int n = read_psg(nights, 32), equal[COLUMNS] = {0};
	FILE *f =
		shared_data("sleep/sleep_accel_psg/oracle/psg_sleep_statistics_yasa.csv");
	char line[1024], *cells[32];
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	for (int i = 0; i < n; i++) {
		assert_non_null(fgets(line, sizeof line, f));
		assert_int_equal(split(line, cells, 32), COLUMNS);
		assert_int_equal((int)number(cells[0]), nights[i].subject);
		set_night(r, nights[i].asleep, (uint32_t)nights[i].n, 30);
		rig_view(r, STAGE, nights[i].stage, (uint32_t)nights[i].n, 30);
		r->options[OPTION_AWAKENINGS] = 0;
		assert_int_equal(rig_score(r), SCORER_OK);
		compare(r, cells, by_default, equal);
		r->options[OPTION_AWAKENINGS] = 1;
		assert_int_equal(rig_score(r), SCORER_OK);
		compare(r, cells, by_the_minute, equal);
	}
	fclose(f);
	assert_int_equal(n, 21);
	assert_int_equal(report(equal, n), 0);
}

#define t(f) rig_test(f, "sleep_stats")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(definitions_hold_on_a_night_of_ten_minutes),
		t(missing_epochs_count_in_the_periods_only),
		t(stated_latency_makes_the_period_the_makers),
		t(night_without_sleep_or_measure_is_skipped),
		t(epochs_over_the_edge_count_with_their_part_inside),
		t(night_asleep_throughout_has_an_efficiency_of_100),
		t(awakening_can_need_a_minute_or_five),
		t(midpoint_is_by_the_clock_of_getting_up),
		t(rescored_epochs_are_taken_where_there_are_some),
		t(stage_minutes_are_those_in_bed),
		t(night_without_rem_has_no_rem_latency),
		t(numbers_equal_yasa_on_21_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
