/* SPDX-License-Identifier: MIT */
/* The pipeline: what is made again, what is told, and what is left alone; and that a run which
 * failed can be made again. */
#include "unit/memory_io.h"

#include "core/pipeline.h"

static struct person people[2];
static struct bundled scorers;
static struct policy policy;
static struct memory *m, *kept, *want;
static struct line_io io;
static struct pipeline *line;

static int
open_all(void **state)
{
	(void)state;
	bundled_open(&scorers);
	policy = fixture_policy();
	people[0] = fixture_person("anna", "Europe/Berlin");
	people[1] = fixture_person("ben", "America/New_York");
	m = xcalloc(1, sizeof *m), kept = xcalloc(1, sizeof *m),
	want = xcalloc(1, sizeof *m);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	bundled_close(&scorers);
	for (int i = 0; i < 2; i++)
		zone_free(people[i].zone);
	free(m), free(kept), free(want);
	return 0;
}

static void
new_line(void)
{
	line = pipeline_free(line);
	io = memory_io(m);
	assert_int_equal(pipeline_new(&scorers.set, &policy, people, 2, &io, &line), 0);
}

static int
fresh(void **state)
{
	(void)state;
	memset(m, 0, sizeof *m);
	m->first = date("2026-03-01");
	for (int p = 0; p < 2; p++) {
		snprintf(m->people[p].id, sizeof m->people[p].id, "%s", people[p].id);
		for (int i = 0; i < MEMORY_DAYS; i++)
			memory_empty_day(&m->people[p].days[i], DAY(m->first.n + i));
	}
	new_line();
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	line = pipeline_free(line);
	return 0;
}

static utc_ms
clock_of(int p, int i, int minute)
{
	return zone_instant(people[p].zone, DAY(m->first.n + i), minute);
}

/* A record of the night into day i; awake for a while in the middle. */
static void
sleep_of(int p, int i)
{
	struct memory_person *q = &m->people[p];
	struct session *s = &q->sessions[q->n_sessions];
	memset(s, 0, sizeof *s);
	snprintf(s->source, sizeof s->source, "fitbit");
	snprintf(s->record_id, sizeof s->record_id, "r%d", i);
	s->status = RECORD_FINAL;
	s->start = clock_of(p, i, -60), s->end = clock_of(p, i, 7 * 60 + i % 3 * 10);
	q->spans[q->n_sessions] = (struct stage_span){
		0, (uint32_t)((s->end.ms - s->start.ms) / 1000), STAGE_ASLEEP};
	s->stages = &q->spans[q->n_sessions++], s->n_stages = 1;
	s->latency_s = s->vendor_score = NAN;
	struct batch b = {.n_sessions = 1, .sessions = s, .received = s->end};
	snprintf(b.from.person, sizeof b.from.person, "%s", q->id);
	pipeline_push(line, &b);
}

static void
rate(int p, int i, enum rating_kind kind, int value, int minute)
{
	struct day *d = &m->people[p].days[i];
	struct rating r = {kind, clock_of(p, i, minute), value, 0};
	struct batch b = {.n_ratings = 1, .ratings = &r, .received = r.at};
	d->rating[kind] = value, d->rated[kind] = r.at;
	snprintf(b.from.person, sizeof b.from.person, "%s", m->people[p].id);
	pipeline_push(line, &b);
}

static void
days(int p, int from, int to)
{
	for (int i = from; i < to; i++) {
		int bad = i % 5 == 2;
		sleep_of(p, i);
		rate(p, i, RATING_SLEEP_QUALITY, bad ? 1 : 7, 7 * 60 + 30);
		rate(p, i, RATING_PAIN_DAY, bad ? 9 : 3, 20 * 60);
	}
}

static void
run(utc_ms now, enum pipeline_mode mode)
{
	assert_int_equal(pipeline_run(line, now, mode), 0);
}

static int
count_forecasts(int p)
{
	int n = 0;
	for (int i = 0; i < MEMORY_DAYS; i++)
		n += m->people[p].days[i].has_forecast;
	return n;
}

static void
pipeline_forecasts_every_date_from_the_first_to_the_last(void **state)
{
	(void)state;
	days(0, 2, 5);
	days(0, 9, 12);
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(count_forecasts(0), 10);
	assert_int_equal(m->announced, 0);
	assert_false(m->people[0].days[1].has_forecast);
	assert_true(m->people[0].days[7].has_forecast);
}

static void
pipeline_fills_a_hole_that_appears_between_two_runs(void **state)
{
	(void)state;
	days(0, 2, 5);
	run(UTC(0), PIPELINE_HISTORY);
	days(0, 9, 12);
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(count_forecasts(0), 10);
}

static void
pipeline_makes_days_again_when_an_earlier_one_changes(void **state)
{
	(void)state;
	days(0, 0, 20);
	run(UTC(0), PIPELINE_HISTORY);
	double before = m->people[0].days[19].forecast.probability;
	rate(0, 10, RATING_PAIN_DAY, 9, 21 * 60);
	run(UTC(0), PIPELINE_HISTORY);
	assert_true(m->people[0].days[19].forecast.probability != before);
}

static void
pipeline_is_the_same_in_one_run_or_in_many(void **state)
{
	(void)state;
	days(0, 0, 30);
	run(UTC(0), PIPELINE_HISTORY);
	memcpy(want, m, sizeof *m);
	fresh(NULL);
	for (int i = 0; i < 30; i++) {
		days(0, i, i + 1);
		run(UTC(0), PIPELINE_HISTORY);
	}
	for (int i = 0; i < MEMORY_DAYS; i++) {
		assert_memory_equal(&want->people[0].days[i], &m->people[0].days[i],
			sizeof(struct day));
		assert_memory_equal(&want->people[0].nights[i], &m->people[0].nights[i],
			sizeof(struct night));
		assert_memory_equal(&want->people[0].alerts[i], &m->people[0].alerts[i],
			sizeof(struct alert));
	}
}

static void
pipeline_tells_a_night_once_and_a_forecast_when_it_settles(void **state)
{
	(void)state;
	days(0, 0, 20);
	run(clock_of(0, 19, 21 * 60), PIPELINE_LIVE);
	int before = m->announced;
	sleep_of(0, 20);
	run(clock_of(0, 20, 8 * 60), PIPELINE_LIVE);
	assert_int_equal(m->announced, before + 1);
	assert_int_equal(pipeline_due(line).ms, clock_of(0, 20, 10 * 60 + 30).ms);
	rate(0, 20, RATING_SLEEP_QUALITY, 6, 8 * 60 + 5);
	run(clock_of(0, 20, 8 * 60 + 5), PIPELINE_LIVE);
	assert_int_equal(pipeline_due(line).ms, clock_of(0, 20, 8 * 60 + 35).ms);
	run(clock_of(0, 20, 8 * 60 + 35), PIPELINE_LIVE);
	assert_int_equal(m->announced, before + 2);
	assert_true(m->people[0].days[20].forecast.live);
	run(clock_of(0, 20, 8 * 60 + 36), PIPELINE_LIVE);
	assert_int_equal(m->announced, before + 2);
}

static void
pipeline_never_makes_a_told_forecast_again(void **state)
{
	(void)state;
	days(0, 0, 21);
	run(clock_of(0, 20, 9 * 60), PIPELINE_LIVE); /* just come up: a minute's grace */
	assert_false(m->people[0].days[20].has_forecast);
	run(clock_of(0, 20, 9 * 60 + 1), PIPELINE_LIVE);
	struct forecast told = m->people[0].days[20].forecast;
	assert_true(told.live);
	rate(0, 20, RATING_SLEEP_QUALITY, 0, 9 * 60 + 30);
	rate(0, 3, RATING_PAIN_DAY, 10, 23 * 60);
	run(clock_of(0, 20, 12 * 60), PIPELINE_LIVE);
	run(clock_of(0, 25, 12 * 60), PIPELINE_LIVE);
	run(UTC(0), PIPELINE_HISTORY);
	assert_memory_equal(&told, &m->people[0].days[20].forecast, sizeof told);
}

static void
pipeline_drops_the_forecast_of_a_date_that_lost_its_input(void **state)
{
	(void)state;
	days(0, 0, 10);
	sleep_of(0, 14);
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(count_forecasts(0), 15);
	m->people[0].n_sessions--; /* deleted by its maker */
	pipeline_touch_span(line, "anna", clock_of(0, 14, 0), clock_of(0, 14, 60));
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(count_forecasts(0), 10);
}

static void
pipeline_stops_forecasting_a_week_after_the_last_input(void **state)
{
	(void)state;
	days(0, 0, 10);
	run(clock_of(0, 9, 11 * 60), PIPELINE_LIVE);
	for (int i = 10; i < 30; i++)
		run(clock_of(0, i, 11 * 60), PIPELINE_LIVE);
	assert_int_equal(count_forecasts(0), 17);
	assert_int_equal(pipeline_due(line).ms, INT64_MAX);
}

static void
pipeline_touch_makes_it_all_again(void **state)
{
	(void)state;
	days(0, 0, 10);
	run(UTC(0), PIPELINE_HISTORY);
	memcpy(want, m, sizeof *m);
	for (int i = 0; i < MEMORY_DAYS; i++)
		m->people[0].has_night[i] = m->people[0].days[i].has_forecast = i == 0;
	new_line();
	pipeline_touch(line, "anna", DAY(0));
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(count_forecasts(0), 10);
	assert_memory_equal(
		want->people[0].nights, m->people[0].nights, sizeof m->people[0].nights);
}

/* What comes between two runs of a hub with two people; the second has only what is due. */
static void
a_morning(void)
{
	days(0, 0, 20);
	days(1, 0, 20);
	run(clock_of(0, 19, 26 * 60), PIPELINE_LIVE);
	sleep_of(0, 20);
	sleep_of(1, 20);
	rate(0, 20, RATING_SLEEP_QUALITY, 1, 7 * 60 + 40);
	rate(1, 20, RATING_SLEEP_QUALITY, 1, 7 * 60 + 40);
}

static void
pipeline_run_that_failed_can_be_made_again(void **state)
{
	(void)state;
	a_morning();
	m->calls = 0;
	run(clock_of(1, 20, 9 * 60), PIPELINE_LIVE);
	int calls = m->calls, told = m->announced;
	memcpy(want, m, sizeof *m);
	assert_true(calls > 12);
	for (int k = 1; k <= calls; k++) {
		fresh(NULL);
		a_morning();
		memcpy(kept, m, sizeof *m);
		m->calls = 0, m->fail_at = k;
		utc_ms due = pipeline_due(line);
		assert_int_equal(
			pipeline_run(line, clock_of(1, 20, 9 * 60), PIPELINE_LIVE),
			-ENOSPC);
		assert_int_equal(pipeline_due(line).ms, due.ms);
		memcpy(m, kept, sizeof *m); /* rolled back */
		run(clock_of(1, 20, 9 * 60), PIPELINE_LIVE);
		assert_int_equal(m->announced, told);
		for (int p = 0; p < 2; p++) {
			assert_memory_equal(want->people[p].days, m->people[p].days,
				sizeof want->people[p].days);
			assert_memory_equal(want->people[p].nights, m->people[p].nights,
				sizeof want->people[p].nights);
			assert_memory_equal(want->people[p].alerts, m->people[p].alerts,
				sizeof want->people[p].alerts);
		}
	}
}

static void
pipeline_knows_only_people_of_the_configuration(void **state)
{
	(void)state;
	struct rating r = {RATING_PAIN_DAY, clock_of(0, 3, 1200), 4, 0};
	struct batch b = {.n_ratings = 1, .ratings = &r};
	snprintf(b.from.person, sizeof b.from.person, "mallory");
	pipeline_push(line, &b);
	pipeline_touch_span(line, "mallory", r.at, r.at);
	run(UTC(0), PIPELINE_HISTORY);
	assert_int_equal(m->calls, 0);
	assert_int_equal(pipeline_waiting(line), 0);
	assert_null(pipeline_fault(line, "cole_kripke"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(pipeline_forecasts_every_date_from_the_first_to_the_last),
		T(pipeline_fills_a_hole_that_appears_between_two_runs),
		T(pipeline_makes_days_again_when_an_earlier_one_changes),
		T(pipeline_is_the_same_in_one_run_or_in_many),
		T(pipeline_tells_a_night_once_and_a_forecast_when_it_settles),
		T(pipeline_never_makes_a_told_forecast_again),
		T(pipeline_drops_the_forecast_of_a_date_that_lost_its_input),
		T(pipeline_stops_forecasting_a_week_after_the_last_input),
		T(pipeline_touch_makes_it_all_again),
		T(pipeline_run_that_failed_can_be_made_again),
		T(pipeline_knows_only_people_of_the_configuration),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
