/* SPDX-License-Identifier: MIT */
/* pain_forecast on small histories by hand: what it looks at, what it does not, what it says
 * where data is missing, and what it learns of a person. Reasons: test_pain_reasons.c; the
 * numbers at large: tests/acceptance/forecast_twice.py and forecast_table.py. */
#include "scorers/pain_history.h"

static void
first_morning_speaks_from_the_prior(void **state)
{
	struct rig *r = *state;
	set(0, SQ, 5.3); /* the usual of everybody: nothing is said of the night */
	double p = outlook(r);
	/* usual 4.5, cut 6 as the threshold is 5.7; var: usual 1.6^2, level by how much a day
	 * carries over, 1 - phi^2 being made up anew, rating .41 */
	assert_float_equal(rig_value(r, "day_threshold"), 5.7, 1e-12);
	double var = 0;
	static const double share_of_sleep[] = {.40, .35, .25}, bq[] = {0, .2, .4};
	static const double bt[] = {0, .02, .06}, share[] = {.25, .5, .25},
			    phi[] = {.2, .5, .8};
	for (int i = 0; i < 9; i++) {
		double b = bq[i / 3], t = bt[i / 3], f = phi[i % 3];
		var += share_of_sleep[i / 3] * share[i % 3] *
		       (1.6 * 1.6 + 1.44 * (.001 + .41 + .65 - b * b - t * t));
		assert_true(.65 * (1 - f * f) - b * b - t * t > .05);
	}
	assert_float_equal(p, .5 * erfc(1 / sqrt(var) / sqrt(2)), 1e-12);
	assert_float_equal(rig_value(r, "day_base_rate"), .16, 1e-12);
	assert_float_equal(rig_value(r, "day_rated"), 0, 0);
	assert_true(rig_value(r, "day_outlook.low") < p);
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
	set_night(3, 350, 80, 90, 30);
	set(2, PAIN, 6);
	set(0, SQ, 3);
	double p = outlook(r);
	set(700, PAIN, 4);
	assert_true(fabs(outlook(r) - p) > 1e-6);
	set(700, PAIN, NAN);
	assert_true(outlook(r) == p);
}

static void
todays_rating_is_never_looked_at(void **state)
{
	struct rig *r = *state;
	set(1, PAIN, 5);
	set(0, SQ, 3);
	double p = outlook(r);
	set(0, PAIN, 10);
	assert_true(outlook(r) == p);
	assert_float_equal(rig_value(r, "day_rated"), 1, 0);
	forget_all();
	set(0, PAIN, 10);
	assert_int_equal(score(r), SCORER_SKIP);
}

/* What later days bring changes nothing of what was said on a morning. */
static void
the_future_does_not_leak(void **state)
{
	struct rig *r = *state;
	static struct history whole;
	live(60, 4, 1);
	whole = h;
	double told[20];
	for (int ago = 0; ago < 20; ago++) {
		for (int k = 0; k < METRICS; k++)
			for (int d = 0; d < DAYS; d++)
				h.v[k][d] = d - ago >= 0 ? whole.v[k][d - ago] : NAN;
		set(0, PAIN, NAN);
		told[ago] = outlook(r);
	}
	h = whole;
	for (int ago = 0; ago < 20;
		ago++) { /* the same mornings, the days after torn off */
		for (unsigned k = 0; k < METRICS; k++)
			rig_view(r, k, h.v[k], (uint32_t)(DAYS - ago), 86400);
		assert_int_equal(rig_score(r), SCORER_OK);
		assert_float_equal(rig_value(r, "day_outlook"), told[ago], 1e-14);
	}
}

static void
worse_nights_taps_and_days_raise_the_outlook(void **state)
{
	struct rig *r = *state;
	set_night(0, 400, 86, 55, 24);
	set(0, SQ, 5);
	double usual = outlook(r);
	set_night(0, 250, 70, 120, 40);
	double bad_night = outlook(r);
	set(0, SQ, 2);
	double bad_rating = outlook(r);
	set(1, PAIN, 7);
	double bad_day = outlook(r);
	set(0, TAP, 8);
	assert_true(bad_night > usual && bad_rating > bad_night && bad_day > bad_rating);
	assert_true(outlook(r) > bad_day);
}

static void
a_missing_number_is_not_an_average_one(void **state)
{
	struct rig *r = *state;
	live(30, 3, 5);
	set(0, SQ, 2);
	set(1, PAIN, NAN);
	double p = outlook(r);
	assert_null(rig_reason(r, "yesterday"));
	assert_null(rig_reason(r, "pain_morning"));
	assert_null(rig_reason(r, "tracker"));
	set(1, PAIN, 0);
	assert_true(outlook(r) < p); /* zero is a rating */
	set(1, PAIN, NAN);
	set(0, SQ, NAN); /* nothing of the night: what the days before say, and wider */
	double blind = outlook(r);
	assert_null(rig_reason(r, "sleep_quality"));
	assert_true(isnan(rig_value(r, "day_like")));
	assert_true(blind < p);
	set(0, SQ, 0);
	assert_true(outlook(r) > blind);
}

static void
a_night_without_rating_is_judged_by_the_tracker(void **state)
{
	struct rig *r = *state;
	set(2, PAIN, 5);
	set_night(0, 300, NAN, NAN, NAN); /* a phone that knows the length only */
	assert_int_equal(score(r), SCORER_OK);
	assert_null(rig_reason(r, "se_low"));
	assert_non_null(rig_reason(r, "recent_pain"));
	/* T = z(400 - 300) / 3 */
	assert_float_equal(rig_reason(r, "tracker")->value, (100.0 / 70) / 3, 1e-12);
	assert_true(weight(r, "tracker") > 0);
	assert_float_equal(weight(r, "tst_low"), weight(r, "tracker"), 1e-15);
	double alone = weight(r, "tracker");
	set(0, SQ, 5.3);
	assert_int_equal(score(r), SCORER_OK);
	assert_true(weight(r, "tracker") < alone / 2); /* the person knows better */
}

static void
counts_follow_the_frozen_threshold(void **state)
{
	struct rig *r = *state;
	set(3, PAIN, 6); /* 5.7: high; then m = 4.8, sd 1.23: 6.03 */
	set(2, PAIN, 6); /* not high any more */
	set(1, PAIN, 10);
	set(0, SQ, 5);
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_rated"), 3, 0);
	assert_float_equal(rig_value(r, "day_positives"), 2, 0);
	assert_float_equal(rig_value(r, "day_base_rate"), 3.6 / 13, 1e-12);
	r->options[HIGH_AT] = 6;
	assert_int_equal(score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "day_positives"), 3, 0);
	assert_float_equal(rig_value(r, "day_threshold"), 6, 0);
}

static void
thresholds_between_two_ratings_ask_the_same(void **state)
{
	struct rig *r = *state;
	live(40, 3, 9);
	double p[4];
	static const double at[4] = {5.05, 5.95, 6, 6.05};
	for (int i = 0; i < 4; i++) {
		r->options[HIGH_AT] = at[i];
		p[i] = outlook(r);
	}
	assert_true(p[0] == p[1] && p[1] == p[2] && p[3] < p[2]);
}

static void
what_no_rating_can_reach_is_never_forecast(void **state)
{
	struct rig *r = *state;
	for (int ago = 1; ago < 60; ago++)
		set(ago, PAIN, ago % 3 ? 10 : 9);
	set(0, SQ, 0);
	double p = outlook(r);
	assert_true(rig_value(r, "day_threshold") > 10);
	assert_float_equal(p, 0, 0);
	assert_float_equal(rig_value(r, "day_outlook.low"), 0, 0);
}

/* How much a bad night adds after so many days of such a life. */
static double
worth_of_a_bad_night(struct rig *r, int days, double effect)
{
	double sum = 0;
	for (unsigned seed = 1; seed <= 5; seed++) {
		forget_all();
		live(days, effect, seed);
		set(0, SQ, 1);
		assert_int_equal(score(r), SCORER_OK);
		sum += weight(r, "sleep_quality") / 5;
	}
	return sum;
}

static void
whose_sleep_says_nothing_is_no_longer_told_about_sleep(void **state)
{
	struct rig *r = *state;
	double at_first = worth_of_a_bad_night(r, 3, 0);
	double month = worth_of_a_bad_night(r, 30, 0);
	double half_year = worth_of_a_bad_night(r, 180, 0);
	double other = worth_of_a_bad_night(r, 180, 4);
	print_message("a bad night: +%.3f after 3 days, %.3f after 30, %.3f after 180; "
		      "%.3f for one whom sleep moves\n",
		at_first, month, half_year, other);
	assert_true(fabs(month) < at_first * .75);
	assert_true(fabs(half_year) < at_first / 5);
	assert_true(other > at_first);
}

/* A tap that is any number from 0 to 10, and one that is the evening's rating. */
static double
worth_of_a_bad_morning(struct rig *r, int tells)
{
	unsigned seed = 77;
	forget_all();
	live(120, 0, 3);
	for (int ago = 120; ago > 0; ago--)
		set(ago, TAP,
			tells ? h.v[PAIN][DAYS - 1 - ago] : floor(11 * shaken(&seed)));
	set(0, TAP, 9);
	assert_int_equal(score(r), SCORER_OK);
	return weight(r, "pain_morning");
}

static void
a_tap_that_says_nothing_counts_for_little(void **state)
{
	struct rig *r = *state;
	double noise = worth_of_a_bad_morning(r, 0),
	       telling = worth_of_a_bad_morning(r, 1);
	print_message("a bad morning: %.3f, %.3f where taps tell\n", noise, telling);
	assert_true(noise < telling / 3);
}

static void
options_leave_inputs_out(void **state)
{
	struct rig *r = *state;
	live(40, 4, 2);
	set_night(0, 250, 70, 120, 40);
	set(0, SQ, 1);
	double without = outlook(r);
	set(0, TAP, 9);
	assert_true(outlook(r) > without);
	assert_non_null(rig_reason(r, "pain_morning"));
	r->options[MORNING_TAP] = 0;
	assert_true(outlook(r) == without);
	assert_null(rig_reason(r, "pain_morning"));
	r->options[SLEEP] = 0;
	double history = outlook(r);
	assert_true(history < without);
	assert_true(isnan(rig_value(r, "day_like")));
	assert_null(rig_reason(r, "tracker"));
	assert_null(rig_reason(r, "sleep_quality"));
	for (int ago = 0; ago < DAYS; ago++)
		for (int k = TST; k <= SQ; k++)
			set(ago, k, NAN);
	assert_true(outlook(r) == history);
}

static void
same_days_give_the_same_bytes(void **state)
{
	struct rig *r = *state;
	static struct scorer_value before[16];
	for (int ago = DAYS - 1; ago >= 0; ago--) {
		set_night(ago, 300 + ago * 37 % 200, 70 + ago * 13 % 25, ago * 7 % 90,
			ago * 5 % 40);
		set(ago, SQ, ago * 3 % 11);
		set(ago, TAP, ago * 5 % 11);
		set(ago, PAIN, ago ? ago * 7 % 11 : NAN);
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
		t(first_morning_speaks_from_the_prior),
		t(empty_history_is_skipped),
		t(quiet_days_before_the_first_change_nothing),
		t(todays_rating_is_never_looked_at),
		t(the_future_does_not_leak),
		t(worse_nights_taps_and_days_raise_the_outlook),
		t(a_missing_number_is_not_an_average_one),
		t(a_night_without_rating_is_judged_by_the_tracker),
		t(counts_follow_the_frozen_threshold),
		t(thresholds_between_two_ratings_ask_the_same),
		t(what_no_rating_can_reach_is_never_forecast),
		t(whose_sleep_says_nothing_is_no_longer_told_about_sleep),
		t(a_tap_that_says_nothing_counts_for_little),
		t(options_leave_inputs_out),
		t(same_days_give_the_same_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
