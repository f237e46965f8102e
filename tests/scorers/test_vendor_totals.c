/* SPDX-License-Identifier: MIT */
/* vendor_totals: what the maker states, and nothing that it does not. */
#include "scorers/rig.h"

enum { TST, WASO, AWAKE, LIGHT, DEEP, REM, AWAKENINGS, LATENCY };

/* Eight hours in bed; NAN = not stated. */
static int
score_totals(struct rig *r, const double totals[static 8])
{
	r->in.start_ms = 1577836800000;
	r->in.end_ms = r->in.at_ms = r->in.start_ms + INT64_C(480) * 60000;
	for (uint32_t i = 0; i < 8; i++)
		rig_view(r, i, &totals[i], !isnan(totals[i]), 0);
	return rig_score(r);
}

static void
night_has_the_numbers_that_are_stated(void **state)
{
	struct rig *r = *state;
	const double totals[] = {420, 30, 60, 200, 100, 120, 9, 30};
	assert_int_equal(score_totals(r, totals), SCORER_OK);
	assert_float_equal(rig_value(r, "night.tib"), 480, 0);
	assert_float_equal(rig_value(r, "night.tst"), 420, 0);
	assert_float_equal(rig_value(r, "night.se"), 87.5, 1e-12);
	assert_float_equal(rig_value(r, "night.waso"), 30, 0);
	assert_float_equal(rig_value(r, "night.sol"), 30, 0);
	assert_float_equal(rig_value(r, "night.awakenings"), 9, 0);
	assert_float_equal(rig_value(r, "night.light"), 200, 0);
	assert_float_equal(rig_value(r, "night.deep"), 100, 0);
	assert_float_equal(rig_value(r, "night.rem"), 120, 0);
}

static void
what_is_not_stated_is_not_written(void **state)
{
	struct rig *r = *state;
	const double totals[] = {420, NAN, 60, NAN, NAN, NAN, NAN, NAN};
	assert_int_equal(score_totals(r, totals), SCORER_OK);
	assert_int_equal(r->out.n_values, 3);
	assert_true(isnan(rig_value(r, "night.waso")));
}

static void
waso_is_awake_less_a_stated_latency(void **state)
{
	struct rig *r = *state;
	const double totals[] = {420, NAN, 60, NAN, NAN, NAN, NAN, 15};
	const double odd[] = {420, NAN, 10, NAN, NAN, NAN, NAN, 15};
	assert_int_equal(score_totals(r, totals), SCORER_OK);
	assert_float_equal(rig_value(r, "night.waso"), 45, 0);
	assert_int_equal(score_totals(r, odd), SCORER_OK);
	assert_true(isnan(rig_value(r, "night.waso")));
}

static void
more_sleep_than_bed_is_not_believed(void **state)
{
	struct rig *r = *state;
	const double rounded[] = {481, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	const double odd[] = {482, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	assert_int_equal(score_totals(r, rounded), SCORER_OK);
	assert_float_equal(rig_value(r, "night.se"), 100, 0);
	assert_int_equal(score_totals(r, odd), SCORER_SKIP);
}

#define t(f) rig_test(f, "vendor_totals")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(night_has_the_numbers_that_are_stated),
		t(what_is_not_stated_is_not_written),
		t(waso_is_awake_less_a_stated_latency),
		t(more_sleep_than_bed_is_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
