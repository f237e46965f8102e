/* SPDX-License-Identifier: MIT */
/* How often the outlook was right: every figure by hand, and what a person without any
 * signal is told. */
#include "unit/core_fixture.h"

#include "core/track_record.h"
#include "core/words_record.h"

#define LONG 730

static struct day days[LONG];
static struct track_record t;
static const struct policy policy = {.threshold = 0.25, .min_rated_days = 14};

static void
no_days(void)
{
	memset(days, 0, sizeof days);
	for (int i = 0; i < LONG; i++) {
		days[i].date = DAY(20000 + i);
		for (int k = 0; k < RATING_KINDS; k++)
			days[i].rating[k] = NAN;
	}
}

/* A morning with an outlook against a threshold of 6, and what the day was rated. */
static struct day *
a_morning(int i, double p, double base, double rating)
{
	struct day *d = &days[i];
	d->has_forecast = 1;
	d->forecast.probability = p;
	d->forecast.base_rate = base;
	d->forecast.threshold = 6;
	d->forecast.rated_days = 14;
	d->rating[RATING_PAIN_DAY] = rating;
	return d;
}

static void
close_to(double got, double want)
{
	if (!(fabs(got - want) < 1e-12))
		fail_msg("%.15g is not %.15g", got, want);
}

static void
nothing_is_judged_before_fourteen_rated_days(void **state)
{
	(void)state;
	char said[WORDS_LEARNING_LEN];
	no_days();
	for (int i = 0; i < 10; i++) {
		a_morning(i, .9, .16, i < 9 ? 7 : NAN)->forecast.rated_days = (unsigned)i;
		days[i].night_settled = UTC(1);
		days[i].has_alert = 1;
	}
	track_record_make(days, 10, &policy, &t);
	assert_int_equal(t.nights, 10);
	assert_int_equal(t.rated_days, 9);
	assert_true(track_is_learning(&t));
	assert_int_equal(t.mornings, 0);
	assert_int_equal(t.judged, 0);
	assert_int_equal(t.told.n, 0);
	assert_true(isnan(t.skill) && isnan(t.auc) && isnan(t.ece));
	assert_true(isnan(track_ppv(&t.told)) && isnan(track_a_week(&t, &t.told)));
	close_to(t.base_rate, 10.6 / 19);
	words_learning(LANGUAGE_EN, &t, said);
	assert_string_equal(said, "learning, 9 of 14 days");
}

/* Ten mornings; p, base rate, rating; the fourth was not rated. */
static void
ten_mornings(void)
{
	static const double p[10] = {.05, .12, .30, .40, .25, .12, .08, .55, .21, .12};
	static const double r[10] = {3, 6, 7, NAN, 2, 5, 4, 8, 5, 1};
	no_days();
	for (int i = 0; i < 10; i++)
		a_morning(i, p[i], .2, r[i]);
	days[2].has_alert = days[3].has_alert = days[4].has_alert = 1;
	track_record_make(days, 10, &policy, &t);
}

static void
counts_are_those_of_ten_mornings_by_hand(void **state)
{
	(void)state;
	ten_mornings();
	assert_int_equal(t.mornings, 10);
	assert_int_equal(t.judged, 9);
	assert_int_equal(t.high, 3);
	/* notices: .30 right, .40 not rated, .25 wrong */
	assert_int_equal(t.told.n, 3);
	assert_int_equal(t.told.rated, 2);
	assert_int_equal(t.told.right, 1);
	close_to(track_ppv(&t.told), 1 / 2.);
	close_to(track_hit_rate(&t, &t.told), 1 / 3.);
	close_to(track_a_week(&t, &t.told), 2.1);
	/* p >= .25: .30 .40 .25 .55 */
	assert_int_equal(t.over.n, 4);
	assert_int_equal(t.over.rated, 3);
	assert_int_equal(t.over.right, 2);
	close_to(t.base_rate, 4.6 / 19);
}

static void
a_notice_taken_back_is_neither_right_nor_wrong(void **state)
{
	(void)state;
	ten_mornings();
	days[2].alert_state = days[4].alert_state = ALERT_WITHDRAWN;
	track_record_make(days, 10, &policy, &t);
	assert_int_equal(t.told.n, 3);
	assert_int_equal(t.told.rated, 0);
	assert_int_equal(t.told.right, 0);
	assert_true(isnan(track_ppv(&t.told)));
}

static void
ties_share_their_ranks(void **state)
{
	(void)state;
	ten_mornings();
	/* high .12 .30 .55 against .05 .25 .12 .08 .21 .12: .12 beats 2 and ties 2, .30 and
	 * .55 beat 6 each: (2 + 1 + 6 + 6) / 18 */
	close_to(t.auc, 15 / 18.);
	assert_true(isnan(t.auc_low)); /* three high days say too little */
}

static void
skill_is_against_the_running_base_rate(void **state)
{
	(void)state;
	ten_mornings();
	/* .0025 .7744 .49 .0625 .0144 .0064 .2025 .0441 .0144 */
	close_to(t.brier, 1.6112 / 9);
	/* 3 x .64 + 6 x .04 */
	close_to(t.brier_base, 2.16 / 9);
	close_to(t.skill, 1 - 1.6112 / 2.16);
	assert_true(isnan(t.skill_low) && !t.skill_claimed);
}

static void
calibration_counts_what_was_said_and_what_came(void **state)
{
	(void)state;
	ten_mornings();
	static const unsigned n[TRACK_ROWS] = {2, 3, 2, 2},
			      high[TRACK_ROWS] = {0, 1, 0, 2};
	static const double sum[TRACK_ROWS] = {.13, .36, .46, .85};
	for (unsigned i = 0; i < TRACK_ROWS; i++) {
		struct track_bin row = track_row(&t, i);
		assert_int_equal(row.n, n[i]);
		assert_int_equal(row.high, high[i]);
		close_to(row.sum_p, sum[i]);
	}
	close_to(t.ece, (.13 + .64 + .46 + 1.15) / 9);
	assert_int_equal(track_bin_of(0), 0);
	assert_int_equal(track_bin_of(.0499), 0);
	assert_int_equal(track_bin_of(.05), 1);
	assert_int_equal(track_bin_of(1), 19);
}

static void
hanley_and_mcneil_give_the_interval_of_the_auc(void **state)
{
	(void)state;
	no_days();
	/* 5 high, 5 not; by p: 0 0 1 0 1 0 1 0 1 1 */
	static const int y[10] = {0, 0, 1, 0, 1, 0, 1, 0, 1, 1};
	for (int i = 0; i < 10; i++)
		a_morning(i, .05 + .09 * i, .2, y[i] ? 8 : 2);
	track_record_make(days, 10, &policy, &t);
	close_to(t.auc, 19 / 25.);
	/* q1 = .76 / 1.24, q2 = 1.1552 / 1.76; var = (.1824 + 4 (q1 - .5776) + 4 (q2 - .5776)) / 25 */
	double q1 = .76 / 1.24, q2 = 1.1552 / 1.76,
	       se = sqrt((.1824 + 4 * (q1 - .5776) + 4 * (q2 - .5776)) / 25);
	close_to(t.auc_low, .76 - 1.959963984540054 * se);
	assert_true(t.auc_high == 1); /* cut off there */
}

static void
base_rate_of_a_forecast_without_one_is_counted(void **state)
{
	(void)state;
	no_days();
	for (int i = 0; i < 4; i++)
		a_morning(i, .3, NAN, i == 0 ? 9 : 2);
	track_record_make(days, 4, &policy, &t);
	/* .16, 2.6/11, 2.6/12, 2.6/13 */
	double b = .84 * .84 + (2.6 / 11) * (2.6 / 11) + (2.6 / 12) * (2.6 / 12) + .04;
	close_to(t.brier_base, b / 4);
}

/* --- what may be claimed -------------------------------------------------------------------- */

static uint64_t seed;

static double
uniform(void)
{
	seed += 0x9e3779b97f4a7c15u;
	uint64_t z = seed;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* n days whose outcome has the chance `truth(p)`; the base rate runs as it does in life. */
static void
live_days(int n, double link)
{
	unsigned high = 0;
	no_days();
	for (int i = 0; i < n; i++) {
		double lean = uniform() + uniform() + uniform() - 1.5; /* SD .5 */
		double p = 1 / (1 + exp(1.7 - 1.2 * lean));
		double truth = 1 / (1 + exp(1.7 - 1.2 * link * lean));
		int y = uniform() < truth;
		a_morning(i, p, (1.6 + high) / (10. + i), y ? 8 : 2);
		high += (unsigned)y;
	}
}

static int
ever_claimed(int n)
{
	for (int i = 28; i <= n; i += 2) {
		track_record_make(days, i, &policy, &t);
		if (t.skill_claimed)
			return 1;
	}
	return 0;
}

/* Looked at every second morning for two years. The outlook swings, the days do not follow. */
static void
a_person_without_signal_is_never_told_of_skill(void **state)
{
	(void)state;
	int claimed = 0;
	for (int k = 0; k < 200; k++) {
		seed = (uint64_t)k;
		live_days(LONG, 0);
		claimed += ever_claimed(LONG);
	}
	print_message("no signal: skill claimed at any time in two years for %d of 200\n",
		claimed);
	assert_int_equal(claimed, 0);
}

/* The hardest case for the interval: on average exactly as good as the base rate. */
static void
an_outlook_no_better_than_the_average_is_rarely_claimed(void **state)
{
	(void)state;
	int claimed = 0;
	for (int k = 0; k < 400; k++) {
		seed = 1000 + (uint64_t)k;
		unsigned high = 0;
		no_days();
		for (int i = 0; i < LONG; i++) {
			double base = (1.6 + high) / (10. + i);
			double away = uniform() < .5 ? -.12 : .12;
			double p = base + away < .01 ? .01 : base + away;
			/* halfway between both: equal expected scores */
			int y = uniform() < (p + base) / 2;
			a_morning(i, p, base, y ? 8 : 2);
			high += (unsigned)y;
		}
		claimed += ever_claimed(LONG);
	}
	print_message("exactly no better: claimed at any time for %d of 400\n", claimed);
	assert_true(
		claimed <= 28); /* 5 % of 400 is what is promised, and chance on top */
}

static void
a_strong_link_is_claimed_in_time(void **state)
{
	(void)state;
	int claimed = 0;
	for (int k = 0; k < 50; k++) {
		seed = 5000 + (uint64_t)k;
		no_days();
		unsigned high = 0;
		for (int i = 0; i < 365; i++) {
			double p = uniform() < .2 ? .7 : .05;
			int y = uniform() < p;
			a_morning(i, p, (1.6 + high) / (10. + i), y ? 8 : 2);
			high += (unsigned)y;
		}
		track_record_make(days, 365, &policy, &t);
		claimed += t.skill_claimed;
	}
	print_message("strong link, a year: claimed for %d of 50\n", claimed);
	assert_int_equal(claimed, 50);
}

/* --- words ---------------------------------------------------------------------------------- */

static void
words_say_what_notices_were_worth(void **state)
{
	(void)state;
	char said[WORDS_RECORD_LEN];
	struct track_record r = {.rated_days = 120,
		.min_rated_days = 14,
		.base_rate = .1615,
		.mornings = 140,
		.judged = 106,
		.high = 18,
		.told = {14, 11, 4},
		.skill = .0614,
		.skill_low = -.0449,
		.skill_high = .1677};
	words_record(LANGUAGE_EN, &r, said);
	assert_string_equal(said,
		"Of 11 notices so far on rated days, 4 were right; usually about 1 in 6 "
		"of "
		"your days is a higher-discomfort day. Of 18 such days 4 had a notice. "
		"Your ratings so far do not show that this outlook beats your own "
		"average "
		"(+6 %, in truth perhaps anything from -5 % to +17 %); that is normal in "
		"the first months.");
	r.skill_low = .012, r.skill_claimed = 1;
	words_verdict(LANGUAGE_EN, &r, said);
	assert_string_equal(said,
		"On your ratings so far this outlook has been closer than your own "
		"average: +6 %, in truth perhaps anything from +1 % to +17 %. Most of "
		"that "
		"may come from your ratings, not from your nights.");
}

static void
words_say_what_is_not_known_yet(void **state)
{
	(void)state;
	char said[WORDS_RECORD_LEN];
	struct track_record r = {.rated_days = 9, .min_rated_days = 14};
	words_record(LANGUAGE_EN, &r, said);
	assert_string_equal(said,
		"How often this is right is not known yet: learning, 9 of 14 days.");
	r = (struct track_record){.rated_days = 20,
		.min_rated_days = 14,
		.mornings = 6,
		.judged = 5,
		.high = 1,
		.base_rate = .2,
		.skill = .1,
		.skill_low = NAN,
		.skill_high = NAN};
	words_record(LANGUAGE_EN, &r, said);
	assert_string_equal(said,
		"No notice so far has a rated day; usually about 1 in 5 of your days is "
		"a "
		"higher-discomfort day. Of 1 such day 0 had a notice. There are too few "
		"rated days yet to say whether this outlook beats your own average.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_judged_before_fourteen_rated_days),
		cmocka_unit_test(counts_are_those_of_ten_mornings_by_hand),
		cmocka_unit_test(a_notice_taken_back_is_neither_right_nor_wrong),
		cmocka_unit_test(ties_share_their_ranks),
		cmocka_unit_test(skill_is_against_the_running_base_rate),
		cmocka_unit_test(calibration_counts_what_was_said_and_what_came),
		cmocka_unit_test(hanley_and_mcneil_give_the_interval_of_the_auc),
		cmocka_unit_test(base_rate_of_a_forecast_without_one_is_counted),
		cmocka_unit_test(a_person_without_signal_is_never_told_of_skill),
		cmocka_unit_test(an_outlook_no_better_than_the_average_is_rarely_claimed),
		cmocka_unit_test(a_strong_link_is_claimed_in_time),
		cmocka_unit_test(words_say_what_notices_were_worth),
		cmocka_unit_test(words_say_what_is_not_known_yet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
