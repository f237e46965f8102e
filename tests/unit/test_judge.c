/* SPDX-License-Identifier: MIT */
/* What is told of a morning: what the rules see of answers and of what was told before, and what is
 * told instead of an alert. */
#include "unit/memory_io.h"

#include "core/facts.h"
#include "core/judge.h"

#define TODAY 35 /* of forty days */

static struct memory *m;
static struct line_io io;
static struct policy policy;
static struct person anna;
static struct day days[TODAY + 1];
static struct morning now;
static struct forecast f;

static int
fresh(void **state)
{
	(void)state;
	m = xcalloc(1, sizeof *m);
	io = memory_io(m);
	anna = fixture_person("anna", "Europe/Berlin");
	snprintf(m->people[0].id, sizeof m->people[0].id, "anna");
	policy = fixture_policy();
	policy.snooze_ms = DAY_MS, policy.digest_after = 3, policy.good_nights = 1;
	m->first = date("2026-03-01");
	for (int i = 0; i <= TODAY; i++) {
		memory_empty_day(&days[i], DAY(m->first.n + i));
		days[i].has_forecast = 1;
		days[i].forecast.live = 1;
		days[i].forecast.issued = zone_instant(anna.zone, days[i].date, 8 * 60);
	}
	now = (struct morning){.policy = &policy,
		.io = &io,
		.who = &anna,
		.days = days,
		.i = TODAY,
		.now = days[TODAY].forecast.issued};
	f = (struct forecast){.live = 1,
		.probability = 0.4,
		.low = 0.3,
		.base_rate = 0.2,
		.rated_days = 30,
		.threshold = 6};
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	zone_free(anna.zone);
	free(m);
	return 0;
}

static void
alerted(int ago)
{
	days[TODAY - ago].has_alert = 1;
	days[TODAY - ago].alert_state = ALERT_RAISED;
}

/* So many hours before now. */
static void
answered(enum feedback_kind kind, int hours)
{
	struct memory_person *p = &m->people[0];
	p->answers[p->n_answers++] =
		(struct feedback){kind, UTC(now.now.ms - hours * HOUR_MS)};
}

static struct alert_facts
facts(void)
{
	struct alert_facts x;
	assert_int_equal(facts_gather(&now, &f, now.now, &x), 0);
	return x;
}

static enum verdict
verdict(void)
{
	struct decision d = judge_open(&now, &f, now.now);
	assert_int_equal(judge_first(&now, &f, &d), 0);
	assert_true(d.verdict == VERDICT_RAISED || d.verdict == VERDICT_GOOD_NIGHT ||
		    d.rule[0]);
	return d.verdict;
}

static void
facts_know_a_snooze_for_as_long_as_it_lasts(void **state)
{
	(void)state;
	answered(FEEDBACK_SNOOZE, 24);
	assert_false(facts().snoozed);
	answered(FEEDBACK_SNOOZE, 23);
	assert_true(facts().snoozed);
	answered(FEEDBACK_ACK, 1); /* ends none */
	assert_true(facts().snoozed);
}

static void
facts_know_no_answer_of_later(void **state)
{
	(void)state;
	answered(FEEDBACK_SNOOZE, -1);
	assert_false(facts().snoozed);
}

static void
facts_double_the_free_days_after_a_false_alarm(void **state)
{
	(void)state;
	alerted(4);
	answered(FEEDBACK_FALSE_ALARM, 5 * 24); /* of another alert */
	assert_int_equal(facts().free_days, 1);
	answered(FEEDBACK_FALSE_ALARM, 3 * 24);
	assert_int_equal(facts().free_days, 2);
}

static void
facts_count_alerts_that_nobody_answered(void **state)
{
	(void)state;
	alerted(12), alerted(9), alerted(6), alerted(3);
	assert_int_equal(facts().unanswered, 4);
	days[TODAY - 6].alert_state = ALERT_WITHDRAWN;
	days[TODAY - 3].forecast.live = 0; /* of history: nobody was told */
	assert_int_equal(facts().unanswered, 2);
	answered(FEEDBACK_ACK, 10 * 24);
	assert_int_equal(facts().unanswered, 1);
}

static void
facts_count_the_alerts_of_six_days_and_the_days_since(void **state)
{
	(void)state;
	alerted(7), alerted(6), alerted(2);
	assert_int_equal(facts().last_week, 2);
	assert_int_equal(facts().since, 2);
}

static void
judge_holds_back_in_quiet_hours_what_would_be_told(void **state)
{
	(void)state;
	assert_int_equal(verdict(), VERDICT_RAISED);
	anna.quiet_from_min = 22 * 60, anna.quiet_until_min = 9 * 60;
	assert_int_equal(verdict(), VERDICT_HELD);
	f.probability = 0.1;
	assert_int_equal(verdict(), VERDICT_NOTHING);
}

static void
judge_gives_the_week_once_a_week_while_nobody_answers(void **state)
{
	(void)state;
	struct decision told = {.verdict = VERDICT_DIGEST, .live = 1};
	snprintf(told.person, sizeof told.person, "anna");
	alerted(20), alerted(15), alerted(6);
	assert_int_equal(verdict(), VERDICT_NOTHING); /* a week after the last alert */
	days[TODAY - 6].has_alert = 0, alerted(7);
	assert_int_equal(verdict(), VERDICT_DIGEST);
	told.date = days[TODAY - 6].date;
	assert_int_equal(memory_decision_put(m, &told), 0);
	assert_int_equal(verdict(), VERDICT_NOTHING);
	m->people[0].decisions[0].date = days[TODAY - 7].date;
	assert_int_equal(verdict(), VERDICT_DIGEST);
	answered(FEEDBACK_ACK, 1);
	assert_int_equal(verdict(), VERDICT_RAISED);
}

/* A lower outlook after a night that was rated better than usual. */
static void
good_night(void)
{
	f.probability = 0.1, f.low = 0.05;
	for (int i = 0; i <= TODAY; i++) {
		days[i].rating[RATING_SLEEP_QUALITY] = i == TODAY ? 7 : 6;
		days[i].rated[RATING_SLEEP_QUALITY] =
			UTC(days[i].forecast.issued.ms - HOUR_MS);
	}
}

static void
judge_tells_as_many_good_nights_as_alerts(void **state)
{
	(void)state;
	struct decision told = {.verdict = VERDICT_GOOD_NIGHT, .live = 1};
	snprintf(told.person, sizeof told.person, "anna");
	good_night();
	assert_int_equal(verdict(), VERDICT_NOTHING); /* there was no alert */
	alerted(10);
	assert_int_equal(verdict(), VERDICT_GOOD_NIGHT);
	told.date = days[TODAY - 5].date;
	assert_int_equal(memory_decision_put(m, &told), 0);
	assert_int_equal(verdict(), VERDICT_NOTHING);
	alerted(14);
	assert_int_equal(verdict(), VERDICT_GOOD_NIGHT);
	m->people[0].decisions[0].date = days[TODAY - 1].date;
	assert_int_equal(verdict(), VERDICT_NOTHING); /* not on two days in a row */
	policy.good_nights = 0;
	m->people[0].decisions[0].date = days[TODAY - 5].date;
	assert_int_equal(verdict(), VERDICT_NOTHING);
}

static void
judge_wants_a_good_night_clearly_better(void **state)
{
	(void)state;
	good_night();
	alerted(10);
	days[TODAY].rating[RATING_SLEEP_QUALITY] = 6.9;
	assert_int_equal(verdict(), VERDICT_NOTHING);
	days[TODAY].rating[RATING_SLEEP_QUALITY] = NAN; /* by its score then */
	for (int i = 0; i <= TODAY; i++)
		days[i].score = i == TODAY ? 90 : 85;
	assert_int_equal(verdict(), VERDICT_NOTHING); /* nothing of it came yet */
	days[TODAY].night_settled = UTC(now.now.ms - HOUR_MS);
	assert_int_equal(verdict(), VERDICT_GOOD_NIGHT);
	f.probability = 0.18; /* not clearly lower than usual */
	assert_int_equal(verdict(), VERDICT_NOTHING);
}

static void
judge_tells_no_good_night_the_day_after_an_alert(void **state)
{
	(void)state;
	good_night();
	alerted(1);
	assert_int_equal(verdict(), VERDICT_NOTHING);
}

int
main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(facts_know_a_snooze_for_as_long_as_it_lasts),
		T(facts_know_no_answer_of_later),
		T(facts_double_the_free_days_after_a_false_alarm),
		T(facts_count_alerts_that_nobody_answered),
		T(facts_count_the_alerts_of_six_days_and_the_days_since),
		T(judge_holds_back_in_quiet_hours_what_would_be_told),
		T(judge_gives_the_week_once_a_week_while_nobody_answers),
		T(judge_tells_as_many_good_nights_as_alerts),
		T(judge_wants_a_good_night_clearly_better),
		T(judge_tells_no_good_night_the_day_after_an_alert),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
