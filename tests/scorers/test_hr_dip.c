/* SPDX-License-Identifier: MIT */
/* hr_dip on days and nights made by hand. */
#include "scorers/rig.h"

enum { OVER, AVERAGE, MINUTES, HOURS, MIN_COVERAGE, MIN_WAKING };
enum { DAY = 960, NIGHT = 480, ALL = DAY + NIGHT }; /* minutes */
static const int64_t IN_BED_MS = 1577836800000;

static double hr[ALL], asleep[ALL];

static void
fill(double *v, int from, int to, double x)
{
	for (int i = from; i < to; i++)
		v[i] = x;
}

/* 80 by day, 60 in bed, asleep from 20 min in bed to 10 min before its end. */
static void
make(void)
{
	fill(hr, 0, DAY, 80);
	fill(hr, DAY, ALL, 60);
	fill(asleep, 0, ALL, 0);
	fill(asleep, DAY + 20, ALL - 10, 1);
}

static int
run(struct rig *r)
{
	r->in.start_ms = IN_BED_MS - DAY * 60000;
	rig_view(r, 0, hr, ALL, 60);
	rig_view(r, 1, asleep, ALL, 60);
	r->in.start_ms = r->in.at_ms = IN_BED_MS;
	r->in.end_ms = IN_BED_MS + NIGHT * 60000;
	return rig_score(r);
}

#define expect(channel, value)                                                           \
	assert_float_equal(rig_value(r, "night." channel), value, 1e-9)

static void
dip_is_the_share_below_the_waking_mean(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, DAY + 20, DAY + 245, 56);
	fill(hr, DAY, DAY + 20, 75); /* not yet asleep */
	fill(hr, ALL - 10, ALL, 90); /* not any more */
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_mean", 58);
	expect("hr_dip", 27.5);
	assert_int_equal(r->out.n_values, 4);
	assert_float_equal(r->values[3].confidence, 1, 0);
	r->options[OVER] = 1;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_mean", (20 * 75 + 225 * 56 + 225 * 60 + 10 * 90) / 480.0);
}

static void
lowest_minutes_are_a_mean_and_have_a_time(void **state)
{
	struct rig *r = *state;
	make();
	hr[DAY + 100] = 20; /* one odd minute: 52 over five */
	fill(hr, DAY + 300, DAY + 305, 50);
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 50);
	expect("hr_min_at", 300 - 20 + 2.5);
	r->options[MINUTES] = 1;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 20);
	expect("hr_min_at", 100 - 20 + 0.5);
	r->options[MINUTES] = 10;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 55);
	r->options[MINUTES] = 5;
	hr[DAY + 302] = NAN; /* four of five are enough, three are not */
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 50);
	hr[DAY + 303] = NAN;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 52);
}

static void
lowest_lies_within_the_sleep(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, DAY, DAY + 20, 40);
	fill(hr, ALL - 10, ALL, 40);
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_min", 60);
	expect("hr_min_at", 2.5);
}

static void
naps_do_not_count_as_waking(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, 400, 500, 60);
	assert_int_equal(run(r), SCORER_OK);
	assert_true(rig_value(r, "night.hr_dip") < 25);
	fill(asleep, 400, 500, 1);
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_dip", 25);
}

static void
median_is_not_moved_by_a_workout(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, 600, 690, 160);
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_dip", 100 * 27.5 / 87.5);
	r->options[AVERAGE] = 1;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_dip", 25);
	for (int i = 0; i < DAY; i++)
		hr[i] = 60 + (i * 7) % 41; /* 60..100 in disorder */
	r->options[HOURS] = 41 * 7 / 60.0; /* seven rounds of 41 */
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_dip", 25);
}

static void
day_that_was_not_worn_gives_no_dip(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, 0, DAY - 179, NAN);
	assert_int_equal(run(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "night.hr_dip")));
	expect("hr_mean", 60);
	hr[DAY - 180] = 80;
	assert_int_equal(run(r), SCORER_OK);
	expect("hr_dip", 25);
	assert_float_equal(r->values[3].confidence, 180.0 / 960, 1e-12);
}

static void
night_without_sleep_or_heart_is_skipped(void **state)
{
	struct rig *r = *state;
	make();
	fill(hr, DAY + 100, ALL, NAN);
	assert_int_equal(run(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "heart rate in only 18 % of the sleep");
	fill(asleep, 0, ALL, NAN);
	assert_int_equal(run(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "nothing was asleep");
	fill(hr, DAY, ALL, NAN);
	r->options[OVER] = 1;
	assert_int_equal(run(r), SCORER_SKIP);
}

#define t(f) rig_test(f, "hr_dip")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(dip_is_the_share_below_the_waking_mean),
		t(lowest_minutes_are_a_mean_and_have_a_time),
		t(lowest_lies_within_the_sleep),
		t(naps_do_not_count_as_waking),
		t(median_is_not_moved_by_a_workout),
		t(day_that_was_not_worn_gives_no_dip),
		t(night_without_sleep_or_heart_is_skipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
