/* SPDX-License-Identifier: MIT */
/* Why pain_forecast says what it says: reasons add up, say own numbers, greatest first; nights
 * like this. */
#include "scorers/pain_history.h"

/* a = that of the average day + the weights; p = Phi(a): taking them away must leave the
 * average day of the same person, whatever the reasons were. */
static void
reasons_add_up_to_the_outlook(void **state)
{
	struct rig *r = *state;
	live(50, 4, 8);
	for (int ago = 0; ago < 50; ago += 2)
		set_night(ago, 380 - 3 * ago, 85, 40 + 2 * ago, 20);
	set(1, PAIN, 8);
	set(0, SQ, 2);
	double p = outlook(r);
	double sum = weight(r, "tracker") + weight(r, "sleep_quality") +
		     weight(r, "yesterday") + weight(r, "recent_pain");
	double parts = weight(r, "tst_low") + weight(r, "se_low") +
		       weight(r, "waso_high") + weight(r, "wakes_high");
	assert_float_equal(parts, weight(r, "tracker"), 1e-12);
	/* of two cuts a moves by 1 / sd, and the average day is at `usual` */
	double a[2], usual = rig_reason(r, "yesterday")->usual;
	for (int i = 0; i < 2; i++) {
		r->options[HIGH_AT] = 6 + i;
		p = outlook(r);
		double lo = -8, hi = 8; /* Phi backwards */
		for (int k = 0; k < 100; k++) {
			double mid = (lo + hi) / 2;
			*(.5 * erfc(-mid / sqrt(2)) < p ? &lo : &hi) = mid;
		}
		a[i] = lo;
	}
	double sd = 1 / (a[0] - a[1]);
	assert_float_equal(a[0] - (usual - 5.5) / sd, sum, 1e-9);
}

static void
reasons_are_sorted_and_say_own_numbers(void **state)
{
	struct rig *r = *state;
	set_night(1, 400, 86, 55, 24);
	set(1, SQ, 6);
	set(1, PAIN, 6);
	set_night(0, 380, 82, 129, 30);
	set(0, SQ, 3);
	assert_int_equal(score(r), SCORER_OK);
	assert_int_equal(r->out.n_reasons, 8);
	for (uint32_t i = 1; i < r->out.n_reasons; i++)
		assert_true(fabs(r->reasons[i - 1].weight) >= fabs(r->reasons[i].weight));
	const struct scorer_reason *awake = rig_reason(r, "waso_high");
	assert_float_equal(awake->value, 129, 0);
	assert_float_equal(awake->usual, 55, 1e-12); /* 74 min more than the usual */
	assert_float_equal(rig_reason(r, "sleep_quality")->value, 3, 0);
	assert_float_equal(rig_reason(r, "sleep_quality")->usual, 5.44, 1e-12);
	assert_float_equal(rig_reason(r, "yesterday")->value, 6, 0);
	/* what is usual was 4.5 before, and gave way to the 6 */
	double usual = rig_reason(r, "yesterday")->usual;
	assert_true(usual > 4.5 && usual < 6 && weight(r, "yesterday") > 0);
}

static void
of_nine_reasons_the_weakest_part_is_left_out(void **state)
{
	struct rig *r = *state;
	live(5, 3, 1);
	set_night(0, 380, 85.9, 129, 30); /* efficiency: as ever */
	set(0, SQ, 3);
	set(0, TAP, 7);
	assert_int_equal(score(r), SCORER_OK);
	assert_int_equal(r->out.n_reasons, 8);
	assert_null(rig_reason(r, "se_low"));
	static const char *const all[] = {"tst_low", "waso_high", "wakes_high", "tracker",
		"sleep_quality", "yesterday", "recent_pain", "pain_morning"};
	for (int i = 0; i < 8; i++)
		assert_non_null(rig_reason(r, all[i]));
}

/* The outlook without what the reasons of the night add to it. */
static void
usual_night_leaves_out_what_the_night_adds(void **state)
{
	struct rig *r = *state;
	for (int ago = 40; ago > 0; ago--) {
		set_night(ago, 420 + ago % 5, 88, 40, 12);
		set(ago, SQ, ago % 3 ? 6 : 2);
		set(ago, PAIN, ago % 3 ? 3 : 6);
	}
	set_night(0, 300, 70, 110, 30);
	set(0, SQ, 1);
	assert_int_equal(score(r), SCORER_OK);
	double p = rig_value(r, "day_outlook"),
	       usual = rig_value(r, "day_outlook.usual_night");
	double night =
		rig_reason(r, "tracker")->weight + rig_reason(r, "sleep_quality")->weight;
	double a = 0; /* Phi(a) = p, by halving */
	for (double step = 8; step > 1e-13; step /= 2)
		a += 0.5 * erfc(-a / sqrt(2)) < p ? step : -step;
	assert_true(night > 0.1);
	assert_float_equal(usual, 0.5 * erfc(-(a - night) / sqrt(2)), 1e-9);
	set_night(0, NAN, NAN, NAN, NAN);
	set(0, SQ, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "day_outlook.usual_night")));
}

static void
like_nights_are_own_rated_days_after_such_nights(void **state)
{
	struct rig *r = *state;
	/* night badness is Q alone here, against a baseline that hardly moves */
	static const double sq[] = {2, 1, NAN, 8, 2, 2, 2},
			    pain[] = {NAN, 3, 9, 3, NAN, 3, 8};
	for (int ago = 0; ago < 7; ago++) {
		set(ago, SQ, sq[ago]);
		set(ago, PAIN, pain[ago]);
	}
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_like"), 3, 0);
	assert_float_equal(rig_value(r, "day_like_high"), 1, 0);
	set(0, SQ, 8);
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_like"), 1, 0);
	assert_float_equal(rig_value(r, "day_like_high"), 0, 0);
	set(0, SQ, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "day_like")));
}

static int
setup(void **state)
{
	*state = rig_open("pain_forecast");
	forget_all();
	return 0;
}

static int
teardown(void **state)
{
	rig_close(*state);
	return 0;
}

#define t(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(reasons_add_up_to_the_outlook),
		t(reasons_are_sorted_and_say_own_numbers),
		t(of_nine_reasons_the_weakest_part_is_left_out),
		t(usual_night_leaves_out_what_the_night_adds),
		t(like_nights_are_own_rated_days_after_such_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
