/* SPDX-License-Identifier: MIT */
/* night_score: its documented composition, by hand. */
#include "scorers/rig.h"

enum { TST, SE, WASO, SOL, WAKES, NUMBERS };

static int
score_night(struct rig *r, double tst, double se, double waso, double sol, double wakes)
{
	static double v[NUMBERS];
	v[TST] = tst, v[SE] = se, v[WASO] = waso, v[SOL] = sol, v[WAKES] = wakes;
	for (unsigned k = 0; k < NUMBERS; k++)
		rig_view(r, k, &v[k], 1, 0);
	return rig_score(r);
}

static double
points(const struct rig *r, const char *code)
{
	return rig_reason(r, code)->weight;
}

static void
good_night_has_full_marks(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, 450, 93, 15, 10, 12), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 100, 1e-12);
	assert_float_equal(r->values[0].confidence, 1, 1e-12);
	assert_float_equal(points(r, "duration"), 45, 1e-12);
	assert_float_equal(points(r, "efficiency"), 25, 1e-12);
	assert_float_equal(points(r, "continuity"), 20, 1e-12);
	assert_float_equal(points(r, "latency"), 10, 1e-12);
}

static void
half_way_has_half_the_marks(void **state)
{
	struct rig *r = *state;
	/* 5 awakenings an hour, half way from 2 to 8 */
	assert_int_equal(score_night(r, 300, 77.5, 55, 40, 25), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 50, 1e-12);
	assert_float_equal(points(r, "continuity"), 10, 1e-12);
	assert_float_equal(rig_reason(r, "duration")->value, 300, 0);
	assert_true(isnan(rig_reason(r, "duration")->usual));
}

static void
awful_night_has_none(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, 60, 20, 300, 120, 30), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 0, 1e-12);
}

static void
very_long_sleep_loses_a_point_each_ten_minutes(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, 540, 93, 15, 10, 12), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 100, 1e-12);
	assert_int_equal(score_night(r, 640, 93, 15, 10, 12), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 90, 1e-12);
	r->options[0] = 9; /* sleep_need: full marks from 9 to 11 h */
	assert_int_equal(score_night(r, 640, 93, 15, 10, 12), SCORER_OK);
	assert_float_equal(rig_value(r, "night.score"), 100, 1e-12);
}

static void
parts_add_up_to_the_score(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, 401, 81.3, 47, 33, 19), SCORER_OK);
	double sum = points(r, "duration") + points(r, "efficiency") +
		     points(r, "continuity") + points(r, "latency");
	assert_float_equal(rig_value(r, "night.score"), sum, 1e-12);
	assert_int_equal(r->out.n_reasons, 4);
}

static void
missing_number_makes_no_score(void **state)
{
	static const char *const why[] = {"sleep is not known", "efficiency is not known",
		"time awake is not known", "time to fall asleep is not known",
		"number of awakenings is not known"};
	struct rig *r = *state;
	for (int missing = 0; missing < NUMBERS; missing++) {
		double v[] = {400, 85, 30, 15, 10};
		v[missing] = NAN;
		assert_int_equal(
			score_night(r, v[0], v[1], v[2], v[3], v[4]), SCORER_SKIP);
		assert_string_equal(r->out.skip, why[missing]);
	}
	rig_view(r, WAKES, NULL, 0, 0); /* nobody provides it */
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_int_equal(score_night(r, 0, 0, 0, 0, 0), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no sleep to judge");
}

#define t(f) rig_test(f, "night_score")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(good_night_has_full_marks),
		t(half_way_has_half_the_marks),
		t(awful_night_has_none),
		t(very_long_sleep_loses_a_point_each_ten_minutes),
		t(parts_add_up_to_the_score),
		t(missing_number_makes_no_score),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
