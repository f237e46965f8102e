/* SPDX-License-Identifier: MIT */
/* sleep_stats by hand, and against YASA on 21 nights of polysomnography. */
#include "scorers/rig.h"
#include "scorers/shared.h"

#define EPOCHS_MAX 4000
static const int64_t IN_BED_MS = 1577836800000;

static void
set_night(struct rig *r, const double *asleep, uint32_t n, uint32_t interval_s)
{
	r->in.start_ms = r->in.at_ms = IN_BED_MS;
	r->in.end_ms = IN_BED_MS + (int64_t)n * interval_s * 1000;
	rig_view(r, 0, asleep, n, interval_s);
	r->views[1] = (struct scorer_view){0};
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
		r->views[1] = (struct scorer_view){latency, 1, 0, IN_BED_MS};
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
	r->options[0] = 0.3;
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

struct psg {
	int subject, n;
	double asleep[EPOCHS_MAX];
};

/* Unscored epochs are absent in the file: the grid comes back from the hours. */
static int
read_psg(struct psg *nights, int max)
{
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
		assert_true(at < EPOCHS_MAX);
		while (p->n < at)
			p->asleep[p->n++] = NAN;
		p->asleep[p->n++] = number(c[3]) > 0;
	}
	fclose(f);
	return n;
}

static int
count_equal(struct rig *r, char *line, const struct psg *p, int *ret_first_bad)
{
	static const struct {
		const char *channel;
		int column;
	} have[] = {{"night.tib", 1}, {"night.spt", 2}, {"night.waso", 3},
		{"night.tst", 4}, {"night.sol", 10}, {"night.se", 20}, {"night.sme", 21},
		{"night.awakenings", 23}};
	char *c[32];
	int equal = 0;
	assert_int_equal(split(line, c, 32), 25);
	assert_int_equal((int)number(c[0]), p->subject);
	for (size_t i = 0; i < array_len(have); i++) {
		int same =
			fabs(rig_value(r, have[i].channel) - number(c[have[i].column])) <
			6e-5; /* four decimals in the file */
		equal += same;
		if (!same && *ret_first_bad < 0)
			*ret_first_bad = (int)i;
	}
	return equal;
}

static void
numbers_equal_yasa_on_21_nights(void **state)
{
	static struct psg nights[32];
	struct rig *r = *state;
	int n = read_psg(nights, 32), equal = 0, bad = -1;
	FILE *f =
		shared_data("sleep/sleep_accel_psg/oracle/psg_sleep_statistics_yasa.csv");
	char line[1024];
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	for (int i = 0; i < n; i++) {
		assert_non_null(fgets(line, sizeof line, f));
		set_night(r, nights[i].asleep, (uint32_t)nights[i].n, 30);
		assert_int_equal(rig_score(r), SCORER_OK);
		equal += count_equal(r, line, &nights[i], &bad);
	}
	fclose(f);
	print_message("TIB SPT WASO TST SOL SE SME awakenings equal to YASA: %d of %d "
		      "numbers on %d nights\n",
		equal, 8 * n, n);
	assert_int_equal(n, 21);
	assert_int_equal(equal, 8 * 21);
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
		t(numbers_equal_yasa_on_21_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
