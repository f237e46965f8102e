/* SPDX-License-Identifier: MIT */
/* The hae reader: totals by day, spans, samples; the totals of the shared payloads. */
#include "bridge_fixture.h"

#include <math.h>

#define DOC(name, units, data)                                                           \
	"{\"data\": {\"metrics\": [{\"name\": \"" name "\", \"units\": \"" units         \
	"\", \"data\": [" data "]}]}}\n"
#define DAY_ITEM(total)                                                                  \
	"{\"date\": \"2026-03-29 00:00:00 +0100\", " total                               \
	", \"sleepStart\": \"2026-03-28 23:41:00 +0100\", \"sleepEnd\": "                \
	"\"2026-03-29 07:20:00 +0200\", \"source\": \"W\"}"

static double
metric(const Dozed__V1__Session *s, int which)
{
	for (size_t i = 0; i < s->n_metrics; i++)
		if ((int)s->metrics[i]->metric == which)
			return s->metrics[i]->value;
	return NAN;
}

#define METRIC(s, name) metric(s, DOZED__V1__METRIC__METRIC_##name)

static const Dozed__V1__Session *
session(const struct run *r)
{
	const Dozed__V1__Session *s = NULL;
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_sessions; k++) {
			assert_null(s);
			s = r->got[i].b->sessions[k];
		}
	assert_non_null(s);
	return s;
}

static void
hours(double got_s, double stated_h)
{
	if (!(fabs(got_s - stated_h * 3600) <= 1))
		fail_msg("%f s, stated %f h", got_s, stated_h);
}

static void
read_shared(struct run *r, char *path)
{
	static char *paths[1];
	paths[0] = path;
	run_init(r, "auto");
	r->o.source = NULL;
	r->o.paths = paths;
	r->o.n_paths = 1;
	run_go(r);
	assert_int_equal(r->status, 0);
	assert_string_equal(r->j.first->name, "hae");
}

static void
totals_of_the_shared_payloads_are_their_own(void **state)
{
	struct run r;
	char path[512];
	(void)state;
	if (!shared_file("bridge/apple/hae_sleep_aggregated_v1.json", path))
		skip();
	read_shared(&r, path);
	const Dozed__V1__Session *s = session(&r);
	hours(METRIC(s, TOTAL_SLEEP_S), 6.108333333333333);
	assert_true(isnan(METRIC(s, LIGHT_S)));
	assert_string_equal(s->origin->source_app, "Apple Watch");
	assert_int_equal(s->utc_offset_start_min, 480);
	/* in bed by the iPhone: 6.8652 h between its two times */
	hours((double)(s->end_ms - s->start_ms) / SECOND_MS, 24715 / 3600.0);
	run_finish(&r);
	assert_non_null(shared_file("bridge/apple/hae_sleep_unaggregated.json", path));
	read_shared(&r, path);
	s = session(&r);
	hours(METRIC(s, TOTAL_SLEEP_S), 6.108333333333333);
	assert_int_equal(s->n_stages, 0);
	hours((double)(s->end_ms - s->start_ms) / SECOND_MS, 6.6);
	run_finish(&r);
	assert_non_null(
		shared_file("bridge/apple/hae_multi_metric.synthetic.json", path));
	read_shared(&r, path);
	s = session(&r);
	hours(METRIC(s, TOTAL_SLEEP_S), 6.25);
	hours(METRIC(s, LIGHT_S), 3.75);
	hours(METRIC(s, DEEP_S), 0.95);
	hours(METRIC(s, REM_S), 1.55);
	hours(METRIC(s, AWAKE_S), 0.4);
	/* 23:30+01:00 to 07:25+02:00 */
	assert_int_equal(s->end_ms - s->start_ms, 415 * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	printf("hae: asleep 6.1083 h, 6.1083 h, 6.25 h, as the three files state\n");
	run_finish(&r);
}

static void
a_day_that_is_sent_again_is_one_night(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "hae");
	run_text(&r, DOC("sleep_analysis", "hr", DAY_ITEM("\"totalSleep\": 5")) DOC(
			     "sleep_analysis", "hr", DAY_ITEM("\"totalSleep\": 6.5")));
	assert_int_equal(r.twice_sessions, 1);
	hours(METRIC(session(&r), TOTAL_SLEEP_S), 6.5);
	run_finish(&r);
}

static void
null_is_not_zero_and_zeros_beside_no_stages_are_none(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "hae");
	run_text(&r, DOC("sleep_analysis", "hr",
			     DAY_ITEM("\"totalSleep\": null, \"asleep\": 6, \"core\": 0, "
				      "\"deep\": 0, \"rem\": null, \"awake\": 0")));
	const Dozed__V1__Session *s = session(&r);
	hours(METRIC(s, TOTAL_SLEEP_S), 6);
	assert_int_equal(s->n_metrics, 1);
	run_finish(&r);
	run_init(&r, "hae");
	run_text(&r, DOC("sleep_analysis", "hr", DAY_ITEM("\"asleep\": null")));
	assert_said(&r, "sleep_analysis 1: no total of sleep");
	assert_int_equal(r.status, 2);
	run_finish(&r);
}

static void
spans_become_the_stages_of_a_night(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "hae");
	run_text(&r,
		DOC("sleep_analysis", "hr",
			"{\"startDate\": \"2026-03-29 01:30:00 +0100\", \"endDate\": "
			"\"2026-03-29 03:30:00 +0200\", \"qty\": 1, \"value\": \"REM\", "
			"\"source\": \"W\"}, "
			"{\"startDate\": \"2026-03-29 00:30:00 +0100\", \"endDate\": "
			"\"2026-03-29 01:30:00 +0100\", \"qty\": 1, \"value\": \"Core\", "
			"\"source\": \"W\"}, "
			"{\"startDate\": \"2026-03-29 00:30:00 +0100\", \"endDate\": "
			"\"2026-03-29 01:30:00 +0100\", \"value\": \"Nodding\"}"));
	const Dozed__V1__Session *s = session(&r);
	assert_int_equal(s->n_stages, 2);
	assert_int_equal(s->stages[0]->stage, STAGE_LIGHT);
	assert_int_equal(s->stages[1]->stage, STAGE_REM);
	assert_int_equal(s->stages[1]->duration_s, 3600);
	assert_int_equal(s->end_ms - s->start_ms, 2 * HOUR_MS);
	assert_said(&r, "sleep_analysis 3: a value that is none of Apple's stages");
	run_finish(&r);
}

static void
samples_are_read_and_numbers_of_whole_days_are_not(void **state)
{
	static const struct {
		const char *text;
		int n, v;
	} cases[] = {
		{DOC("heart_rate", "count/min",
			 "{\"date\": \"2026-03-29 03:30:00 +0200\", \"Avg\": 51, "
			 "\"Min\": 40}"),
			1, 510},
		{DOC("blood_oxygen_saturation", "%",
			 "{\"date\": \"2026-03-29 03:30:00 +0200\", \"qty\": 0.97}"),
			1, 970},
		{DOC("respiratory_rate", "count/min",
			 "{\"date\": \"2026-03-29 03:30:00 +0200\", \"qty\": \"14.5\"}"),
			1, 145},
		{DOC("step_count", "count",
			 "{\"date\": \"2026-03-29 00:00:00 +0100\", \"qty\": 8000}"),
			0, 0},
		{DOC("step_count", "count",
			 "{\"date\": \"2026-03-29 03:30:00 +0200\", \"qty\": null}"),
			0, 0},
		{DOC("body_mass", "kg",
			 "{\"date\": \"2026-03-29 03:30:00 +0200\", \"qty\": 80}"),
			0, 0},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "hae");
		run_text(&r, cases[i].text);
		assert_int_equal(r.n, cases[i].n);
		assert_int_equal(r.refused, 0);
		if (r.n)
			assert_int_equal(r.got[0].b->series[0]->v[0], cases[i].v);
		run_finish(&r);
	}
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"{\"data\": 1}", "no list of metrics"},
		{"{\"data\": {\"metrics\": [7]}}", "metric 1: no name"},
		{DOC("sleep_analysis", "day", DAY_ITEM("\"asleep\": 1")), "units"},
		{DOC("sleep_analysis", "hr", "{\"asleep\": 1}"), "no sleepStart"},
		{DOC("heart_rate", "x", "{\"date\": \"soon\", \"qty\": 50}"),
			"heart_rate 1: not a time"},
		{DOC("heart_rate", "x", "{\"qty\": 50}"),
			"heart_rate 1: a time is missing"},
		{"{\"data\": ", "in:1: "},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "hae");
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_of_the_shared_payloads_are_their_own),
		cmocka_unit_test(a_day_that_is_sent_again_is_one_night),
		cmocka_unit_test(null_is_not_zero_and_zeros_beside_no_stages_are_none),
		cmocka_unit_test(spans_become_the_stages_of_a_night),
		cmocka_unit_test(samples_are_read_and_numbers_of_whole_days_are_not),
		cmocka_unit_test(what_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
