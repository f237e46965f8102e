/* SPDX-License-Identifier: MIT */
/* Days: dates of taps, when a morning is settled, and what a forecast may look at. */
#include "unit/core_scorers.h"

#include "core/day.h"

#define N 40

static struct person who;
static struct bundled scorers;
static struct board board;
static struct policy policy;
static struct day days[N];

static int
open_all(void **state)
{
	(void)state;
	who = fixture_person("anna", "Europe/Berlin");
	bundled_open(&scorers);
	policy = fixture_policy();
	return board_init(&board, &scorers.set);
}

static int
close_all(void **state)
{
	(void)state;
	board_finish(&board);
	bundled_close(&scorers);
	zone_free(who.zone);
	return 0;
}

static utc_ms
clock_of(int i, int minute)
{
	return zone_instant(who.zone, days[i].date, minute);
}

static void
rate(int i, enum rating_kind kind, int value, int minute)
{
	days[i].rating[kind] = value;
	days[i].rated[kind] = clock_of(i, minute);
}

/* A night and two taps on each of n days from 1 March on. */
static void
fill(int n)
{
	memset(days, 0, sizeof days);
	for (int i = 0; i < N; i++) {
		struct day *d = &days[i];
		d->date = DAY(date("2026-03-01").n + i);
		d->tst = d->se = d->waso = d->awakenings = d->sol = d->score = NAN;
		for (int k = 0; k < RATING_KINDS; k++)
			d->rating[k] = NAN;
		if (i >= n)
			continue;
		d->tst = 400 + i % 5 * 10, d->se = 85 + i % 3, d->waso = 40 + i % 7,
		d->awakenings = 20;
		d->night_settled = clock_of(i, 7 * 60);
		rate(i, RATING_SLEEP_QUALITY, 5 + i % 3, 7 * 60 + 20);
		rate(i, RATING_PAIN_DAY, 3 + i % 4, 20 * 60);
	}
}

static struct forecast
forecast(int i, int minute)
{
	struct forecast f;
	assert_int_equal(day_forecast(&board, days, i, &who, clock_of(i, minute), &f), 0);
	return f;
}

static void
assert_settled(int i, int minute)
{
	assert_int_equal(day_settled(days, i, &who, &policy).ms, clock_of(i, minute).ms);
}

static void
day_of_a_tap_is_the_date_on_its_clock(void **state)
{
	(void)state;
	struct rating r = {
		RATING_SLEEP_QUALITY, at("2026-03-09T23:30:00Z"), 5, 0}; /* 0:30 */
	assert_int_equal(rating_date(who.zone, &r).n, date("2026-03-10").n);
	r.kind = RATING_PAIN_DAY;
	assert_int_equal(rating_date(who.zone, &r).n, date("2026-03-09").n);
	r.at = at("2026-03-10T02:59:59Z"); /* 3:59 */
	assert_int_equal(rating_date(who.zone, &r).n, date("2026-03-09").n);
	r.at = at("2026-03-10T03:00:00Z");
	assert_int_equal(rating_date(who.zone, &r).n, date("2026-03-10").n);
}

static void
day_is_settled_half_an_hour_after_its_last_sign(void **state)
{
	(void)state;
	fill(20);
	assert_settled(19, 7 * 60 + 50);
	rate(19, RATING_PAIN_MORNING, 3, 8 * 60);
	assert_settled(19, 8 * 60 + 30);
}

static void
day_waits_for_what_a_person_usually_gives(void **state)
{
	(void)state;
	fill(20);
	days[19].rating[RATING_SLEEP_QUALITY] = NAN;
	assert_settled(19, 10 * 60 + 30);
	fill(20);
	days[19].night_settled = UTC(0);
	assert_settled(19, 10 * 60 + 30);
	for (int i = 0; i < 20; i++)
		days[i].night_settled = UTC(0); /* never wore a tracker */
	assert_settled(19, 7 * 60 + 50);
}

static void
day_of_a_beginner_is_settled_by_what_there_is(void **state)
{
	(void)state;
	fill(1);
	days[0].rating[RATING_SLEEP_QUALITY] = NAN;
	assert_settled(0, 7 * 60 + 30);
	days[0].night_settled = UTC(0);
	assert_settled(0, 10 * 60 + 30);
}

static void
day_is_never_settled_before_the_earliest_hour(void **state)
{
	(void)state;
	fill(20);
	days[19].night_settled = zone_instant(who.zone, days[19].date, 3 * 60);
	rate(19, RATING_SLEEP_QUALITY, 5, 3 * 60 + 10);
	assert_settled(19, 6 * 60);
}

static void
day_without_a_sign_is_settled_at_the_hard_stop(void **state)
{
	(void)state;
	fill(20);
	rate(19, RATING_SLEEP_QUALITY, 5, 10 * 60 + 15);
	assert_settled(19, 10 * 60 + 30);
	rate(19, RATING_SLEEP_QUALITY, 5, 11 * 60); /* too late to count as one */
	assert_settled(19, 10 * 60 + 30);
	assert_settled(25, 10 * 60 + 30);
}

static void
day_forecast_does_not_look_at_the_evening(void **state)
{
	(void)state;
	fill(30);
	struct forecast a = forecast(29, 480);
	rate(29, RATING_PAIN_DAY, 10, 7 * 60); /* a tap at seven, of the day to come */
	struct forecast b = forecast(29, 480);
	assert_true(a.probability == b.probability);
	assert_int_equal(a.rated_days, 29);
}

static void
day_forecast_does_not_look_at_what_came_later(void **state)
{
	(void)state;
	fill(30);
	struct forecast early = forecast(29, 7 * 60 + 10);
	assert_string_equal(early.missing, "sleep_quality");
	days[29].rating[RATING_SLEEP_QUALITY] = NAN;
	struct forecast without = forecast(29, 7 * 60 + 10);
	assert_true(early.probability == without.probability);
	fill(30);
	struct forecast asleep = forecast(29, 6 * 60);
	assert_string_equal(asleep.missing, "sleep,sleep_quality");
	rate(28, RATING_PAIN_DAY, 9,
		24 * 60 + 9 * 60); /* rated the next morning at nine */
	assert_string_equal(forecast(29, 8 * 60).missing, "yesterday");
	assert_string_equal(forecast(29, 9 * 60).missing, "");
}

static void
day_forecast_listens_to_a_bad_night(void **state)
{
	(void)state;
	fill(30);
	double usual = forecast(29, 480).probability;
	rate(29, RATING_SLEEP_QUALITY, 0, 7 * 60);
	struct forecast bad = forecast(29, 480);
	assert_true(bad.probability > usual);
	assert_true(bad.low < bad.probability);
	assert_true(bad.n_reasons > 0);
	assert_string_equal(bad.reasons[0].scorer, "pain_forecast");
	assert_string_equal(bad.scorer, "pain_forecast 2.0");
}

static void
day_forecast_of_nothing_is_none_and_says_why(void **state)
{
	(void)state;
	fill(0);
	struct forecast f;
	assert_int_equal(day_forecast(&board, days, 5, &who, clock_of(5, 630), &f), 1);
	assert_string_equal(f.insufficient, "no night and no rating yet");
}

static void
day_forecast_leaves_nothing_behind(void **state)
{
	(void)state;
	fill(30);
	struct forecast a = forecast(29, 480), other, b;
	fill(0);
	assert_int_equal(
		day_forecast(&board, days, 5, &who, clock_of(5, 630), &other), 1);
	fill(30);
	b = forecast(29, 480);
	assert_memory_equal(&a, &b, sizeof a);
}

static void
day_outcome_is_the_frozen_threshold(void **state)
{
	(void)state;
	struct day d = {.has_forecast = 1, .forecast.threshold = 5.5};
	for (int k = 0; k < RATING_KINDS; k++)
		d.rating[k] = NAN;
	assert_int_equal(day_outcome(&d), -1);
	d.rating[RATING_PAIN_DAY] = 6;
	assert_int_equal(day_outcome(&d), 1);
	d.rating[RATING_PAIN_DAY] = 5;
	assert_int_equal(day_outcome(&d), 0);
	d.has_forecast = 0;
	assert_int_equal(day_outcome(&d), -1);
}

static void
days_are_asked_for_two_years_back(void **state)
{
	(void)state;
	assert_int_equal(days_needed(&board), 730);
	assert_null(days_unknown(&board));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(day_of_a_tap_is_the_date_on_its_clock),
		cmocka_unit_test(day_is_settled_half_an_hour_after_its_last_sign),
		cmocka_unit_test(day_waits_for_what_a_person_usually_gives),
		cmocka_unit_test(day_of_a_beginner_is_settled_by_what_there_is),
		cmocka_unit_test(day_is_never_settled_before_the_earliest_hour),
		cmocka_unit_test(day_without_a_sign_is_settled_at_the_hard_stop),
		cmocka_unit_test(day_forecast_does_not_look_at_the_evening),
		cmocka_unit_test(day_forecast_does_not_look_at_what_came_later),
		cmocka_unit_test(day_forecast_listens_to_a_bad_night),
		cmocka_unit_test(day_forecast_of_nothing_is_none_and_says_why),
		cmocka_unit_test(day_forecast_leaves_nothing_behind),
		cmocka_unit_test(day_outcome_is_the_frozen_threshold),
		cmocka_unit_test(days_are_asked_for_two_years_back),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
