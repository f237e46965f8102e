/* SPDX-License-Identifier: MIT */
/* roenneberg on planted days, and against pyActigraphy's column for three recordings. */
#include "scorers/awd.h"

#define DAY      1440
#define NIGHTS   3
#define RECORDED (NIGHTS * DAY)

/* Days from noon: active, but for the nights' [from, to). */
static void
plant(double *counts, int from, int to)
{
	for (int i = 0; i < RECORDED; i++) {
		int at = i % DAY;
		counts[i] = at >= from && at < to ? 0 : 100 + i % 7;
	}
}

static void
a_planted_night_is_found_to_the_minute(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1100);
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 0; i < RECORDED; i++)
		assert_float_equal(rest[i], (i % DAY >= 660 && i % DAY < 1100), 0);
	assert_int_equal(r->out.n_values, RECORDED);
}

static void
quiet_is_up_to_a_share_of_the_mean_of_the_day(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140); /* a third of the day */
	for (int i = 0; i < RECORDED; i++)
		if (counts[i] == 0)
			counts[i] = 10; /* the mean is 72: up to 10.8 is quiet */
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[DAY + 900], 1, 0);
	for (int i = 0; i < RECORDED; i++)
		if (counts[i] == 10)
			counts[i] = 11; /* 72.3: up to 10.85 */
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[DAY + 900], 0, 0);
}

static void
a_short_waking_is_bridged_and_a_long_one_divides(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140);
	for (int i = 0; i < 5; i++)
		counts[DAY + 900 + i] = 200;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = DAY + 660; i < DAY + 1140; i++)
		assert_float_equal(rest[i], 1, 0);
	plant(counts, 660, 760);
	for (int i = 820; i < 1000; i++) /* an hour and a half up */
		counts[DAY + i] = 0;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[DAY + 700], 1, 0);
	assert_float_equal(rest[DAY + 900], 1, 0);
}

static void
half_an_hour_makes_a_seed_and_less_does_not(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1100);
	for (int i = 0; i < 29; i++)
		counts[DAY + 200 + i] = 0;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[DAY + 210], 0, 0);
	counts[DAY + 229] = 0;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 199; i <= 230; i++)
		assert_float_equal(rest[DAY + i], (i >= 200 && i < 230), 0);
}

static void
a_quiet_end_of_the_data_is_no_rest_yet(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	int n = 2 * DAY + 1100 + 31; /* the third night has ended 31 min ago */
	plant(counts, 660, 1100);
	assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[2 * DAY + 1000], 1, 0);
	assert_int_equal(score_recording(r, counts, n - 1, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_float_equal(rest[2 * DAY + 1000], 0, 0);
	assert_float_equal(rest[DAY + 1000], 1, 0);
}

static void
what_was_not_recorded_gets_no_value(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1100);
	counts[DAY + 900] = NAN;
	for (int i = 2 * DAY; i < RECORDED; i++)
		counts[i] = NAN;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_true(isnan(rest[DAY + 900]));
	assert_float_equal(rest[DAY + 899], 1, 0);
	assert_float_equal(rest[DAY + 901], 1, 0);
	assert_true(isnan(rest[2 * DAY + 10]));
	assert_float_equal(r->values[0].confidence, .5, 1e-12);
	assert_float_equal(r->values[720].confidence, 1, 1e-12);
	assert_int_equal(score_recording(r, counts, 719, 60), SCORER_SKIP);
	assert_string_equal(r->out.skip, "too few hours of activity");
	rig_view(r, 0, counts, 2000, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
every_minute_and_edge_equals_pyactigraphy(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX], rest[EPOCHS_MAX];
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++) {
		int equal = 0, edges = 0;
		int n = read_awd(k, "pyactigraphy", "activity", counts);
		assert_int_equal(read_awd(k, "pyactigraphy", "roenneberg", label), n);
		assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
		written(r, "rest", rest);
		for (int i = 0; i < n; i++) {
			equal += rest[i] == label[i];
			edges += i > 0 && label[i] != label[i - 1];
		}
		print_message(
			"roenneberg, AWD 0%d: pyActigraphy %d of %d equal, %d edges\n", k,
			equal, n, edges);
		assert_int_equal(equal, n);
		assert_true(edges > 20);
	}
}

#define t(f) rig_test(f, "roenneberg")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(a_planted_night_is_found_to_the_minute),
		t(quiet_is_up_to_a_share_of_the_mean_of_the_day),
		t(a_short_waking_is_bridged_and_a_long_one_divides),
		t(half_an_hour_makes_a_seed_and_less_does_not),
		t(a_quiet_end_of_the_data_is_no_rest_yet),
		t(what_was_not_recorded_gets_no_value),
		t(every_minute_and_edge_equals_pyactigraphy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
