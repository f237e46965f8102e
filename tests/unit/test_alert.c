/* SPDX-License-Identifier: MIT */
/* Alerts: every rule of the table by itself, and in their order. */
#include "unit/core_fixture.h"

#include "core/alert.h"

static struct forecast f;
static const struct policy policy = {
	.threshold = 0.25, .min_rated_days = 14, .max_per_week = 2, .digest_after = 3};

/* Nothing holds this one back. */
static struct alert_facts
likely(void)
{
	f = (struct forecast){
		.probability = 0.4, .low = 0.3, .base_rate = 0.2, .rated_days = 14};
	return (struct alert_facts){.f = &f,
		.policy = &policy,
		.at = at("2026-04-12T06:00:00Z"),
		.expires = at("2026-04-12T16:00:00Z"),
		.since = 100,
		.free_days = 1};
}

static const char *
held_by(const struct alert_facts *x)
{
	const struct alert_rule *r = alert_held_by(x);
	return r ? r->name : "";
}

static void
alert_is_raised_for_a_likely_day(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	assert_string_equal(held_by(&x), "");
}

static void
alert_waits_for_fourteen_rated_days(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	f.rated_days = 13;
	assert_string_equal(held_by(&x), "learning");
	assert_string_equal(
		alert_held_by(&x)->why, "still learning: not enough rated days");
}

static void
alert_begins_at_the_threshold(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	f.probability = 0.25;
	assert_string_equal(held_by(&x), "");
	f.probability = 0.2499;
	assert_string_equal(held_by(&x), "below_threshold");
	f.probability = NAN;
	assert_string_equal(held_by(&x), "below_threshold");
}

static void
alert_needs_to_be_clearly_above_the_usual(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	f.low = f.base_rate;
	assert_string_equal(held_by(&x), "not_clear");
	f.low = NAN;
	assert_string_equal(held_by(&x), "not_clear");
}

static void
alert_needs_the_night_to_have_a_part_in_it(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	f.usual_night = 0.36;
	assert_string_equal(held_by(&x), "");
	f.usual_night = 0.375;
	assert_string_equal(held_by(&x), "not_the_night");
	f.usual_night = 0.5; /* a good night spoke against it */
	assert_string_equal(held_by(&x), "not_the_night");
	f.usual_night = NAN; /* the scorer does not say */
	assert_string_equal(held_by(&x), "");
}

static void
alert_needs_a_night_or_a_tap_of_the_morning(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	snprintf(f.missing, sizeof f.missing, "sleep,sleep_quality");
	assert_string_equal(held_by(&x), "no_night");
	snprintf(f.missing, sizeof f.missing, "sleep_quality,yesterday");
	assert_string_equal(held_by(&x), "");
	snprintf(f.missing, sizeof f.missing, "sleep,yesterday");
	assert_string_equal(held_by(&x), "");
}

static void
alert_is_silent_while_snoozed(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	x.snoozed = 1;
	assert_string_equal(held_by(&x), "snoozed");
}

static void
alert_gives_way_to_the_digest_when_nobody_answers(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	struct policy never = policy;
	x.unanswered = 2;
	assert_string_equal(held_by(&x), "");
	x.unanswered = 3;
	assert_string_equal(held_by(&x), "digest");
	never.digest_after = 0;
	x.policy = &never;
	assert_string_equal(held_by(&x), "");
}

static void
alert_leaves_its_free_days(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	x.since = 1;
	assert_string_equal(held_by(&x), "cool_down");
	x.since = 2;
	assert_string_equal(held_by(&x), "");
	x.free_days = 2; /* doubled */
	assert_string_equal(held_by(&x), "cool_down");
	x.since = 3;
	assert_string_equal(held_by(&x), "");
}

static void
alert_keeps_to_the_budget_of_a_week(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	x.last_week = 1;
	assert_string_equal(held_by(&x), "");
	x.last_week = 2;
	assert_string_equal(held_by(&x), "week_full");
}

static void
alert_is_worth_nothing_in_the_evening(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	x.at = UTC(x.expires.ms - 1);
	assert_string_equal(held_by(&x), "");
	x.at = x.expires;
	assert_string_equal(held_by(&x), "expired");
}

static void
alert_is_held_in_quiet_hours_last_of_all(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	x.is_quiet = 1;
	assert_string_equal(held_by(&x), "quiet_hours");
	x.last_week = 2; /* not told later either: that is what is said */
	assert_string_equal(held_by(&x), "week_full");
}

static void
alert_says_what_may_still_change_before_the_rest(void **state)
{
	(void)state;
	unsigned n;
	const struct alert_rule *r = alert_rules(&n);
	int later = 0;
	for (unsigned i = 0; i < n && r[i].holds_back; i++) {
		assert_false(later && r[i].of_level);
		later |= !r[i].of_level;
	}
	assert_true(later);
}

static void
alert_rules_have_a_name_and_a_sentence(void **state)
{
	(void)state;
	unsigned n;
	const struct alert_rule *r = alert_rules(&n);
	for (unsigned i = 0; i < n; i++) {
		assert_true(r[i].name[0] && strlen(r[i].name) < NAME_LEN);
		assert_true(r[i].why[0] && strlen(r[i].why) < DECISION_WHY_LEN);
		assert_ptr_equal(alert_rule(r[i].name), &r[i]);
	}
	assert_null(alert_rule("none such"));
}

/* ARCHITECTURE.md shows the table as it is, in its order. */
static void
alert_rules_stand_in_the_architecture(void **state)
{
	(void)state;
	static char text[1 << 17];
	char path[512], row[256];
	unsigned n;
	const struct alert_rule *r = alert_rules(&n);
	const char *source = getenv("DOZED_SOURCE"), *at = text;
	snprintf(path, sizeof path, "%s/ARCHITECTURE.md", source ? source : ".");
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = 0;
	fclose(file);
	for (unsigned i = 0; i < n; i++) {
		snprintf(row, sizeof row, "\n| `%s` | %s |", r[i].name, r[i].why);
		at = strstr(at, row);
		if (!at)
			fail_msg("ARCHITECTURE.md has not, or not here:%s", row);
	}
}

static void
alert_falls_well_below_its_threshold_only(void **state)
{
	(void)state;
	struct alert_facts x = likely();
	(void)x;
	f.probability = 0.24;
	assert_false(alert_fell(&f, &policy));
	f.probability = 0.2;
	assert_false(alert_fell(&f, &policy));
	f.probability = 0.1999;
	assert_true(alert_fell(&f, &policy));
	f.probability = NAN;
	assert_false(alert_fell(&f, &policy));
}

static void
alert_has_id_and_words_of_its_notice(void **state)
{
	(void)state;
	struct notice n;
	struct alert a, b;
	notice_init(&n, "anna", date("2026-04-12"), NOTICE_ALL_CLEAR);
	n.revision = 2, n.issued = at("2026-04-12T08:30:00Z");
	snprintf(n.title, sizeof n.title, "title");
	snprintf(n.text, sizeof n.text, "text");
	alert_make(&n, ALERT_WITHDRAWN, &a);
	alert_make(&n, ALERT_WITHDRAWN, &b);
	assert_memory_equal(&a, &b, sizeof a);
	assert_string_equal(a.id, "anna-2026-04-12-" ALERT_RULE);
	assert_string_equal(a.rule, ALERT_RULE);
	assert_int_equal(a.state, ALERT_WITHDRAWN);
	assert_int_equal(a.revision, 2);
	assert_string_equal(a.title, "title");
	assert_string_equal(a.text, "text");
}

/* --- quiet hours -------------------------------------------------------------------------- */

static void
quiet_hours_may_span_midnight(void **state)
{
	(void)state;
	struct person p = fixture_person("anna", "Europe/Berlin");
	p.quiet_from_min = 22 * 60, p.quiet_until_min = 6 * 60;
	assert_true(person_is_quiet(&p, at("2026-04-11T20:00:00Z")));  /* 22:00 */
	assert_true(person_is_quiet(&p, at("2026-04-12T03:59:59Z")));  /* 05:59 */
	assert_false(person_is_quiet(&p, at("2026-04-12T04:00:00Z"))); /* 06:00 */
	assert_false(person_is_quiet(&p, at("2026-04-12T19:59:59Z")));
	assert_int_equal(person_quiet_end(&p, at("2026-04-11T20:00:00Z")).ms,
		at("2026-04-12T04:00:00Z").ms);
	assert_int_equal(person_quiet_end(&p, at("2026-04-12T04:00:00Z")).ms,
		at("2026-04-13T04:00:00Z").ms);
	zone_free(p.zone);
}

static void
quiet_hours_of_a_late_riser_and_of_nobody(void **state)
{
	(void)state;
	struct person p = fixture_person("anna", "Europe/Berlin");
	p.quiet_from_min = 1 * 60, p.quiet_until_min = 10 * 60;
	assert_false(person_is_quiet(&p, at("2026-04-11T22:30:00Z")));
	assert_true(person_is_quiet(&p, at("2026-04-12T07:00:00Z")));
	p.quiet_from_min = p.quiet_until_min = 9 * 60;
	assert_false(person_is_quiet(&p, at("2026-04-12T07:00:00Z")));
	zone_free(p.zone);
}

static void
quiet_hours_follow_the_change_of_clocks(void **state)
{
	(void)state;
	struct person p = fixture_person("anna", "Europe/Berlin");
	p.quiet_from_min = 22 * 60, p.quiet_until_min = 6 * 60;
	/* 2026-03-29: an hour is skipped at 02:00 */
	assert_int_equal(person_quiet_end(&p, at("2026-03-28T22:00:00Z")).ms,
		at("2026-03-29T04:00:00Z").ms);
	assert_int_equal(person_quiet_end(&p, at("2026-03-27T22:00:00Z")).ms,
		at("2026-03-28T05:00:00Z").ms);
	zone_free(p.zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_is_raised_for_a_likely_day),
		cmocka_unit_test(alert_waits_for_fourteen_rated_days),
		cmocka_unit_test(alert_begins_at_the_threshold),
		cmocka_unit_test(alert_needs_to_be_clearly_above_the_usual),
		cmocka_unit_test(alert_needs_the_night_to_have_a_part_in_it),
		cmocka_unit_test(alert_needs_a_night_or_a_tap_of_the_morning),
		cmocka_unit_test(alert_is_silent_while_snoozed),
		cmocka_unit_test(alert_gives_way_to_the_digest_when_nobody_answers),
		cmocka_unit_test(alert_leaves_its_free_days),
		cmocka_unit_test(alert_keeps_to_the_budget_of_a_week),
		cmocka_unit_test(alert_is_worth_nothing_in_the_evening),
		cmocka_unit_test(alert_is_held_in_quiet_hours_last_of_all),
		cmocka_unit_test(alert_says_what_may_still_change_before_the_rest),
		cmocka_unit_test(alert_rules_have_a_name_and_a_sentence),
		cmocka_unit_test(alert_rules_stand_in_the_architecture),
		cmocka_unit_test(alert_falls_well_below_its_threshold_only),
		cmocka_unit_test(alert_has_id_and_words_of_its_notice),
		cmocka_unit_test(quiet_hours_may_span_midnight),
		cmocka_unit_test(quiet_hours_of_a_late_riser_and_of_nobody),
		cmocka_unit_test(quiet_hours_follow_the_change_of_clocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
