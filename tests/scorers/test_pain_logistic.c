/* SPDX-License-Identifier: MIT */
/* pain_logistic on small histories by hand: what it looks at, what it does not, what it says
 * where data is missing, reasons and like nights. The numbers at large: test_pain_cohorts.c. */
#include "scorers/rig.h"

#define DAYS 730
enum { TST, SE, WASO, WAKES, SQ, PAIN, METRICS };

struct history {
	double v[METRICS][DAYS]; /* [DAYS - 1] is today */
};

static struct history h;

static void
forget_all(void)
{
	for (int k = 0; k < METRICS; k++)
		for (int d = 0; d < DAYS; d++)
			h.v[k][d] = NAN;
}

/* A day `ago` days before today; NAN = missing. */
static void
set_day(int ago, double tst, double se, double waso, double wakes)
{
	h.v[TST][DAYS - 1 - ago] = tst;
	h.v[SE][DAYS - 1 - ago] = se;
	h.v[WASO][DAYS - 1 - ago] = waso;
	h.v[WAKES][DAYS - 1 - ago] = wakes;
}

static void
set_taps(int ago, double sq, double pain)
{
	h.v[SQ][DAYS - 1 - ago] = sq;
	h.v[PAIN][DAYS - 1 - ago] = pain;
}

static int
score(struct rig *r)
{
	r->in.at_ms = 1577836800000;
	r->in.date = 18262;
	for (unsigned k = 0; k < METRICS; k++)
		rig_view(r, k, h.v[k], DAYS, 86400);
	return rig_score(r);
}

static double
outlook(struct rig *r)
{
	assert_int_equal(score(r), SCORER_OK);
	return rig_value(r, "day_outlook");
}

static void
first_day_speaks_from_the_prior(void **state)
{
	struct rig *r = *state;
	set_taps(0, 4, NAN);
	assert_float_equal(
		outlook(r), .181575427207, 1e-12); /* science.md, check value */
	assert_float_equal(rig_value(r, "day_threshold"), 5.7, 1e-12);
	assert_float_equal(rig_value(r, "day_base_rate"), .16, 1e-12);
	assert_float_equal(rig_value(r, "day_rated"), 0, 0);
	assert_true(rig_value(r, "day_outlook.low") < rig_value(r, "day_outlook"));
}

static void
empty_history_is_skipped(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no night and no rating yet");
	assert_int_equal(r->out.n_values, 0);
	memset(r->views, 0, sizeof r->views); /* channels that nobody provides */
	assert_int_equal(rig_score(r), SCORER_SKIP);
}

static void
quiet_days_before_the_first_change_nothing(void **state)
{
	struct rig *r = *state;
	set_day(3, 350, 80, 90, 30);
	set_taps(2, 4, 6);
	set_taps(0, 3, NAN);
	double p = outlook(r);
	set_taps(700, NAN, 4);
	assert_true(fabs(outlook(r) - p) > 1e-6);
	set_taps(700, NAN, NAN);
	assert_true(outlook(r) == p);
}

static void
todays_rating_is_never_looked_at(void **state)
{
	struct rig *r = *state;
	set_taps(1, 5, 5);
	set_taps(0, 3, NAN);
	double p = outlook(r);
	set_taps(0, 3, 10);
	assert_true(outlook(r) == p);
	assert_float_equal(rig_value(r, "day_rated"), 1, 0);
	set_taps(0, NAN, NAN);
	set_taps(1, NAN, NAN);
	set_taps(0, NAN, 10);
	assert_int_equal(score(r), SCORER_SKIP);
}

static void
worse_nights_ratings_and_days_raise_the_outlook(void **state)
{
	struct rig *r = *state;
	set_day(0, 400, 86, 55, 24);
	set_taps(0, 5, NAN);
	double usual = outlook(r);
	set_day(0, 250, 70, 120, 40);
	double bad_night = outlook(r);
	set_taps(0, 2, NAN);
	double bad_rating = outlook(r);
	set_taps(1, NAN, 7);
	assert_true(
		bad_night > usual && bad_rating > bad_night && outlook(r) > bad_rating);
}

static void
counts_follow_the_frozen_threshold(void **state)
{
	struct rig *r = *state;
	set_taps(3, NAN, 6); /* 5.7: high; then m = 4.8, sd 1.23: 6.03 */
	set_taps(2, NAN, 6); /* not high any more */
	set_taps(1, NAN, 10);
	set_taps(0, 5, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_rated"), 3, 0);
	assert_float_equal(rig_value(r, "day_positives"), 2, 0);
	assert_float_equal(rig_value(r, "day_base_rate"), 3.6 / 13, 1e-12);
	r->options[0] = 6; /* high_at */
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_positives"), 3, 0);
	assert_float_equal(rig_value(r, "day_threshold"), 6, 0);
}

static void
reasons_are_sorted_and_say_own_numbers(void **state)
{
	struct rig *r = *state;
	set_day(1, 400, 86, 55, 24);
	set_taps(1, 6, 6);
	set_day(0, 380, 82, 129, 30);
	set_taps(0, 3, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_int_equal(r->out.n_reasons, 8);
	for (uint32_t i = 1; i < r->out.n_reasons; i++)
		assert_true(fabs(r->reasons[i - 1].weight) >= fabs(r->reasons[i].weight));
	const struct scorer_reason *awake = rig_reason(r, "waso_high");
	assert_float_equal(awake->value, 129, 0);
	assert_float_equal(awake->usual, 55, 1e-12); /* 74 min more than the usual */
	assert_true(awake->weight > 0);
	assert_float_equal(rig_reason(r, "sleep_quality")->value, 3, 0);
	assert_float_equal(rig_reason(r, "sleep_quality")->usual, 5.44, 1e-12);
	assert_float_equal(rig_reason(r, "yesterday")->value, 6, 0);
	assert_float_equal(rig_reason(r, "yesterday")->usual, 4.8, 1e-12);
	assert_float_equal(rig_reason(r, "tracker")->weight,
		rig_reason(r, "tst_low")->weight + rig_reason(r, "se_low")->weight +
			awake->weight + rig_reason(r, "wakes_high")->weight,
		1e-12);
}

static void
nothing_is_said_about_what_is_missing(void **state)
{
	struct rig *r = *state;
	set_taps(2, NAN, 5);
	set_day(0, 300, NAN, NAN, NAN); /* a phone that knows the length only */
	assert_int_equal(score(r), SCORER_OK);
	assert_null(rig_reason(r, "sleep_quality"));
	assert_null(rig_reason(r, "yesterday"));
	assert_null(rig_reason(r, "se_low"));
	assert_non_null(rig_reason(r, "recent_pain"));
	/* T = z(400 - 300) / 3; Q borrows 0.32 of it, and so does its weight */
	double t = (100.0 / 70) / 3;
	assert_float_equal(rig_reason(r, "tracker")->value, t, 1e-12);
	assert_float_equal(
		rig_reason(r, "tracker")->weight, (.075 + .32 * .405) * t, 1e-12);
	assert_float_equal(rig_reason(r, "tst_low")->weight,
		rig_reason(r, "tracker")->weight, 1e-12);
}

static void
like_nights_are_own_rated_days_after_such_nights(void **state)
{
	struct rig *r = *state;
	/* night badness is Q alone here, against a baseline that hardly moves */
	set_taps(6, 2, 8);   /* bad, high */
	set_taps(5, 2, 3);   /* bad */
	set_taps(4, 2, NAN); /* bad, not rated */
	set_taps(3, 8, 3);   /* good */
	set_taps(2, NAN, 9); /* high, but nothing known of the night */
	set_taps(1, 1, 3);   /* worse: all beyond one SD are alike */
	set_taps(0, 2, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_like"), 3, 0);
	assert_float_equal(rig_value(r, "day_like_high"), 1, 0);
	set_taps(0, 8, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_like"), 1, 0);
	assert_float_equal(rig_value(r, "day_like_high"), 0, 0);
	set_taps(0, NAN, NAN);
	assert_int_equal(score(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "day_like")));
}

static void
same_days_give_the_same_bytes(void **state)
{
	struct rig *r = *state;
	static struct scorer_value before[16];
	for (int ago = DAYS - 1; ago >= 0; ago--) {
		set_day(ago, 300 + ago * 37 % 200, 70 + ago * 13 % 25, ago * 7 % 90,
			ago * 5 % 40);
		set_taps(ago, ago * 3 % 11, ago ? ago * 7 % 11 : NAN);
	}
	assert_int_equal(score(r), SCORER_OK);
	assert_int_equal(r->out.n_values, 9);
	assert_float_equal(rig_value(r, "day_rated"), 729, 0);
	memcpy(before, r->values, 9 * sizeof *before);
	assert_int_equal(score(r), SCORER_OK);
	for (int i = 0; i < 9; i++)
		assert_memory_equal(
			&before[i].value, &r->values[i].value, sizeof(double));
}

static int
setup(void **state)
{
	*state = rig_open("pain_logistic");
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
		t(first_day_speaks_from_the_prior),
		t(empty_history_is_skipped),
		t(quiet_days_before_the_first_change_nothing),
		t(todays_rating_is_never_looked_at),
		t(worse_nights_ratings_and_days_raise_the_outlook),
		t(counts_follow_the_frozen_threshold),
		t(reasons_are_sorted_and_say_own_numbers),
		t(nothing_is_said_about_what_is_missing),
		t(like_nights_are_own_rated_days_after_such_nights),
		t(same_days_give_the_same_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
