/* SPDX-License-Identifier: MIT */
/* regularity by hand; against other programs: test_regularity_others.c */
#include "scorers/regularity.h"

#define NIGHTS 14
#define MONDAY 18267 /* 2020-01-06 */

static const int64_t MIDNIGHT_MS = 1577836800000; /* 2020-01-01 */

/* As fresh(), on a Monday. */
static struct rig *
fresh_monday(void **state)
{
	struct rig *r = fresh(state);
	r->in.start_ms = MIDNIGHT_MS;
	r->in.date = MONDAY;
	return r;
}

#define expect(channel, value, within)                                                   \
	assert_float_equal(rig_value(r, "night." channel), value, within)
#define expect_none(channel) assert_true(isnan(rig_value(r, "night." channel)))

/* ---- by hand ----------------------------------------------------------------------------- */

/* Seven days asleep until `wake`, the last until `last`. */
static const double *
week(double *v, int wake, int last)
{
	for (int i = 0; i < 7 * DAY; i++)
		v[i] = i % DAY < (i / DAY == 6 ? last : wake);
	return v;
}

static void
sri_is_the_share_of_equal_moments_a_day_apart(void **state)
{
	static double v[7 * DAY];
	struct rig *r = fresh_monday(state);
	rig_view(r, PERIOD, week(v, 480, 480), 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", 100, 1e-9);
	rig_view(r, PERIOD, week(v, 480, 480 + 72), 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", -100 + 200 * (1 - 72. / (6 * DAY)), 1e-9);
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
missing_side_drops_a_pair_or_is_a_mismatch(void **state)
{
	static double v[7 * DAY];
	struct rig *r = fresh_monday(state);
	week(v, 480, 480 + 72);
	for (int i = 3 * DAY; i < 3 * DAY + 100; i++)
		v[i] = NAN; /* each in two pairs */
	rig_view(r, PERIOD, v, 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", -100 + 200 * (1 - 72. / (6 * DAY - 200)), 1e-9);
	assert_float_equal(r->values[0].confidence, 1 - 200. / (6 * DAY), 1e-12);
	r->options[OPTION_SRI] = MISMATCH;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", -100 + 200 * (1 - 272. / (6 * DAY)), 1e-9);
	r->options[OPTION_SRI] = PER_MINUTE; /* six pairs of most minutes, four of 100 */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", -100 + 200 * (1 - 72. / 6 / DAY), 1e-9);
}

static void
few_days_say_nothing(void **state)
{
	static double v[7 * DAY];
	struct rig *r = fresh_monday(state);
	week(v, 480, 480);
	rig_view(r, PERIOD, v, 5 * DAY - 1, 60);
	rig_view(r, ACTIVITY, v, 5 * DAY - 1, 60);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "too few days to compare");
	rig_view(r, PERIOD, v, 5 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("sri", 100, 1e-9);
	expect_none("is");
	expect_none("l5");
	r->options[OPTION_MIN_DAYS] = 2;
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_false(isnan(rig_value(r, "night.l5")));
}

/* 10 counts a minute from 12:00 to 22:00, 2 else, but none from 02:00 to 07:00 */
static double
plain_day(int minute)
{
	return minute >= 720 && minute < 1320  ? 10
	       : minute >= 120 && minute < 420 ? 0
					       : 2;
}

static void
rhythm_of_equal_days_is_read_off_the_day(void **state)
{
	static double v[7 * DAY];
	struct rig *r = fresh_monday(state);
	for (int i = 0; i < 7 * DAY; i++)
		v[i] = plain_day(i % DAY);
	rig_view(r, ACTIVITY, v, 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("l5", 0, 0);
	expect("l5_start", 120, 0);
	expect("m10", 10, 0);
	expect("m10_start", 720, 0);
	expect("ra", 1, 0);
	expect("is", 1, 1e-12);
	r->in.offset_s = 2 * 3600; /* the same two hours further east */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("l5_start", 240, 0);
	r->in.offset_s = 11 * 3600; /* over midnight */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("m10_start", 1380, 0);
	expect("m10", 10, 0);
}

/* Hours of 1, 3, 1, 3 …: every step is 2, every hour 1 off the mean of 2. */
static void
iv_is_the_mean_step_over_the_variance(void **state)
{
	static double v[6 * DAY];
	struct rig *r = fresh_monday(state);
	for (int i = 0; i < 6 * DAY; i++)
		v[i] = 1 + 2 * (i / 60 % 2);
	rig_view(r, ACTIVITY, v, 6 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("iv", 4, 1e-12);
	expect("is", 1, 1e-12);
	r->options[OPTION_IS_IV] = 1;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("iv", 4 * 143 / 144., 1e-12);
	expect("is", 24 / 23. * 143 / 144, 1e-12);
}

static void
unworn_and_missing_minutes_are_not_calm_ones(void **state)
{
	static double v[7 * DAY], worn[7 * DAY / 15];
	struct rig *r = fresh_monday(state);
	for (int i = 0; i < 7 * DAY; i++)
		v[i] = plain_day(i % DAY);
	for (int i = 4 * DAY; i < 5 * DAY; i++)
		v[i] = NAN;
	for (int i = 0; i < 7 * DAY / 15; i++)
		worn[i] = 1;
	for (int i = 2 * DAY + 720; i < 2 * DAY + 900; i++) {
		v[i] = 0; /* three hours on the table */
		worn[i / 15] = 0;
	}
	rig_view(r, ACTIVITY, v, 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(rig_value(r, "night.m10") < 9.9);
	assert_true(rig_value(r, "night.is") < 0.99);
	rig_view(r, WORN, worn, 7 * DAY / 15, 15 * 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("m10", 10, 1e-12);
	/* the published form passes 1 where hours are missing */
	assert_true(rig_value(r, "night.is") >= 1 && rig_value(r, "night.is") < 1.02);
	assert_float_equal(r->values[0].confidence, (6 * DAY - 180) / (7. * DAY), 1e-12);
}

static void
dead_sensor_has_no_rhythm(void **state)
{
	static double v[7 * DAY];
	struct rig *r = fresh_monday(state);
	rig_view(r, ACTIVITY, v, 7 * DAY, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("m10", 0, 0);
	expect_none("ra");
	expect_none("is");
	expect_none("iv");
}

/* Two weeks to a Monday: the nights' middles are 180, on Saturdays and Sundays 270. */
static void
nights_of(struct rig *r, double *onset, double *wake)
{
	for (int i = 0; i < NIGHTS; i++) {
		int weekday = (i + 2) % 7; /* the first is a Tuesday */
		double middle = weekday == 6 || weekday == 0 ? 270 : 180;
		onset[i] = middle - 240;
		wake[i] = middle + 240;
	}
	rig_view(r, ONSET, onset, NIGHTS, 0);
	rig_view(r, WAKE, wake, NIGHTS, 0);
}

static void
social_jetlag_is_free_days_less_the_others(void **state)
{
	double onset[NIGHTS], wake[NIGHTS];
	struct rig *r = fresh_monday(state);
	nights_of(r, onset, wake);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("jetlag", 90, 1e-9);
	double turn = 2 * M_PI / DAY, s = 10 * sin(180 * turn) + 4 * sin(270 * turn),
	       c = 10 * cos(180 * turn) + 4 * cos(270 * turn);
	expect("midpoint_mean", atan2(s, c) / turn, 1e-9);
	expect("midpoint_sd", sqrt(-2 * log(hypot(s, c) / NIGHTS)) / turn, 1e-9);
	r->options[OPTION_FREE_DAYS] = 1; /* Fridays and Saturdays */
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(rig_value(r, "night.jetlag") < 30);
}

static void
middles_are_compared_the_shorter_way_round_the_clock(void **state)
{
	double onset[NIGHTS], wake[NIGHTS];
	struct rig *r = fresh_monday(state);
	nights_of(r, onset, wake);
	for (int i = 0; i < NIGHTS;
		i++) /* working nights, middles 23:30 and 01:00 of the date */
		onset[i] += 1410 - 180, wake[i] += 1410 - 180;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("jetlag", 90, 1e-9);
	assert_true(fabs(rig_value(r, "night.midpoint_mean") - -5) < 5);
}

static void
few_nights_say_nothing_of_the_midpoint(void **state)
{
	double onset[NIGHTS], wake[NIGHTS];
	struct rig *r = fresh_monday(state);
	nights_of(r, onset, wake);
	for (int i = 0; i < 10; i++)
		onset[i] = NAN;
	assert_int_equal(rig_score(r), SCORER_SKIP); /* Fri Sat Sun Mon: four */
	nights_of(r, onset, wake);
	for (int i = 0; i < 9; i++)
		onset[i] = NAN;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("jetlag", 90, 1e-9); /* two against Thu Fri Mon */
	assert_float_equal(r->values[1].confidence, 5. / NIGHTS, 1e-12);
	onset[11] = NAN;
	assert_int_equal(rig_score(r), SCORER_SKIP);
}

#define t(f) rig_test(f, "regularity")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(sri_is_the_share_of_equal_moments_a_day_apart),
		t(missing_side_drops_a_pair_or_is_a_mismatch),
		t(few_days_say_nothing),
		t(rhythm_of_equal_days_is_read_off_the_day),
		t(iv_is_the_mean_step_over_the_variance),
		t(unworn_and_missing_minutes_are_not_calm_ones),
		t(dead_sensor_has_no_rhythm),
		t(social_jetlag_is_free_days_less_the_others),
		t(middles_are_compared_the_shorter_way_round_the_clock),
		t(few_nights_say_nothing_of_the_midpoint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
