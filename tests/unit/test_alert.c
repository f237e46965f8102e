/* SPDX-License-Identifier: MIT */
/* Alerts: when a forecast is worth a word. */
#include "unit/core_fixture.h"

#include "core/alert.h"

#define TODAY 20

static struct day days[TODAY + 1];
static const struct policy policy = {
	.threshold = 0.25, .min_rated_days = 14, .max_per_week = 2, .free_days = 1};

static struct forecast
likely(void)
{
	memset(days, 0, sizeof days);
	struct forecast f = {
		.probability = 0.4, .low = 0.3, .base_rate = 0.2, .rated_days = 14};
	snprintf(f.person, sizeof f.person, "anna");
	f.date = date("2026-04-12");
	f.issued = at("2026-04-12T06:00:00Z");
	f.threshold = 6;
	return f;
}

static int
raised(const struct forecast *f)
{
	return alert_why_not(f, days, TODAY, &policy) == NULL;
}

static void
alert_is_raised_for_a_likely_day(void **state)
{
	(void)state;
	struct forecast f = likely();
	assert_true(raised(&f));
}

static void
alert_waits_for_fourteen_rated_days(void **state)
{
	(void)state;
	struct forecast f = likely();
	f.rated_days = 13;
	assert_string_equal(alert_why_not(&f, days, TODAY, &policy),
		"still learning: not enough rated days");
}

static void
alert_begins_at_the_threshold(void **state)
{
	(void)state;
	struct forecast f = likely();
	f.probability = 0.25;
	assert_true(raised(&f));
	f.probability = 0.2499;
	assert_false(raised(&f));
	f.probability = NAN;
	assert_false(raised(&f));
}

static void
alert_needs_to_be_clearly_above_the_usual(void **state)
{
	(void)state;
	struct forecast f = likely();
	f.low = f.base_rate;
	assert_false(raised(&f));
	f.low = NAN;
	assert_false(raised(&f));
}

static void
alert_leaves_a_free_day(void **state)
{
	(void)state;
	struct forecast f = likely();
	days[TODAY - 1].has_alert = 1;
	assert_false(raised(&f));
	days[TODAY - 1].has_alert = 0, days[TODAY - 2].has_alert = 1;
	assert_true(raised(&f));
}

static void
alert_keeps_to_the_budget_of_a_week(void **state)
{
	(void)state;
	struct forecast f = likely();
	days[TODAY - 2].has_alert = days[TODAY - 6].has_alert = 1;
	assert_false(raised(&f));
	days[TODAY - 6].has_alert = 0, days[TODAY - 7].has_alert = 1;
	assert_true(raised(&f));
}

static void
alert_of_today_does_not_stand_in_its_own_way(void **state)
{
	(void)state;
	struct forecast f = likely();
	days[TODAY].has_alert = 1; /* made again after a restart */
	assert_true(raised(&f));
}

static void
alert_looks_no_further_than_there_are_days(void **state)
{
	(void)state;
	struct forecast f = likely();
	assert_null(alert_why_not(&f, days, 0, &policy));
}

static void
alert_has_an_id_that_its_day_decides(void **state)
{
	(void)state;
	struct forecast f = likely();
	struct person who = fixture_person("anna", "Europe/Berlin");
	struct alert a, b;
	alert_make(&f, &who, &a);
	alert_make(&f, &who, &b);
	assert_string_equal(a.id, "anna-2026-04-12-" ALERT_RULE);
	assert_int_equal(a.state, ALERT_RAISED);
	assert_int_equal(a.revision, 1);
	assert_memory_equal(&a, &b, sizeof a);
	assert_true(a.title[0] && a.text[0]);
	zone_free(who.zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_is_raised_for_a_likely_day),
		cmocka_unit_test(alert_waits_for_fourteen_rated_days),
		cmocka_unit_test(alert_begins_at_the_threshold),
		cmocka_unit_test(alert_needs_to_be_clearly_above_the_usual),
		cmocka_unit_test(alert_leaves_a_free_day),
		cmocka_unit_test(alert_keeps_to_the_budget_of_a_week),
		cmocka_unit_test(alert_of_today_does_not_stand_in_its_own_way),
		cmocka_unit_test(alert_looks_no_further_than_there_are_days),
		cmocka_unit_test(alert_has_an_id_that_its_day_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
