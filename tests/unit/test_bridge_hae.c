/* SPDX-License-Identifier: MIT */
/* The hae reader: totals by day, spans, samples; the totals of the shared payloads. */
#include "bridge_story.h"

#define DOC(name, units, data)                                                           \
	"{\"data\": {\"metrics\": [{\"name\": \"" name "\", \"units\": \"" units         \
	"\", \"data\": [" data "]}]}}\n"
#define DAY_ITEM(total)                                                                  \
	"{\"date\": \"2026-03-29 00:00:00 +0100\", " total                               \
	", \"sleepStart\": \"2026-03-28 23:41:00 +0100\", \"sleepEnd\": "                \
	"\"2026-03-29 07:20:00 +0200\", \"source\": \"W\"}"

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
		{DOC("heart_rate", "bpm", "{\"date\": \"soon\", \"qty\": 50}"),
			"heart_rate 1: not a time"},
		{DOC("heart_rate", "bpm", "{\"qty\": 50}"),
			"heart_rate 1: a time is missing"},
		{"{\"data\": ", "in:1: "},
		{"{\"data\": {\"symptoms\": [{\"name\": \"Lower Back Pain\", "
		 "\"severity\": "
		 "\"Severe\", \"start\": \"2026-03-29 08:00:00 +0200\"}]}}",
			"no ratings from 0 to 10"},
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

#define SPAN(from, to, value, qty)                                                       \
	"{\"startDate\": \"2026-03-" from ":00 +0200\", \"endDate\": \"2026-03-" to      \
	":00 +0200\", \"value\": \"" value "\", \"source\": \"W\"" qty "}"
#define HOURS(h) ", \"qty\": " h

static void
hours_that_are_fewer_than_a_span_add_up_to_one_night(void **state)
{
	struct run r;
	(void)state;
	/* of one start and source, and once more as the app sends it again */
	run_init(&r, "hae");
	run_text(&r, DOC("sleep_analysis", "hr",
			     SPAN("29 23:00", "30 06:00", "Core", HOURS("3.5")) "," SPAN(
				     "29 23:00", "30 07:00", "REM",
				     HOURS("1.25")) "," SPAN("30 02:00", "30 04:00",
				     "Deep", "") "," SPAN("29 23:00", "30 07:00", "Awake",
				     HOURS("0.5")) "," SPAN("29 22:45", "30 07:15",
				     "In Bed", HOURS("8.5"))) DOC("sleep_analysis", "hr",
			     SPAN("29 23:00", "30 06:30", "Core", HOURS("3.75"))));
	const Dozed__V1__Session *s = session(&r);
	assert_int_equal(s->n_stages, 0);
	hours(METRIC(s, TOTAL_SLEEP_S), 3.75 + 1.25 + 2);
	hours(METRIC(s, LIGHT_S), 3.75);
	hours(METRIC(s, DEEP_S), 2);
	hours(METRIC(s, REM_S), 1.25);
	hours(METRIC(s, AWAKE_S), 0.5);
	assert_int_equal(s->end_ms - s->start_ms, 510 * MINUTE_MS);
	run_finish(&r);
	/* more than the night is long cannot be */
	run_init(&r, "hae");
	run_text(&r, DOC("sleep_analysis", "hr",
			     SPAN("29 23:00", "30 01:00", "Core", HOURS("1.5")) "," SPAN(
				     "29 23:00", "30 01:00", "REM", HOURS("1.5"))));
	assert_said(&r, "more sleep is stated than the night is long");
	run_finish(&r);
}

#define AT(time, rest) "{\"date\": \"2026-03-29 " time ":00 +0100\", " rest "}"

static void
midnight_is_a_time_unless_days_are_summed_up(void **state)
{
	static const struct {
		const char *text;
		size_t hr, resp;
	} cases[] = {
		/* the only one of its kind, beside others that are not at midnight */
		{"{\"data\": {\"metrics\": [{\"name\": \"heart_rate\", \"units\": "
		 "\"count/min\", \"data\": [" AT(
			 "00:05", "\"Avg\": 60") "]}, "
						 "{\"name\": \"respiratory_rate\", "
						 "\"units\": \"count/min\", \"data\": "
						 "[" AT("00:00", "\"qty\": 14") "]}]}}",
			1, 1},
		/* one measurement: least and greatest are one */
		{DOC("heart_rate", "count/min",
			 AT("00:00", "\"Min\": 60, \"Avg\": 60, \"Max\": 60")),
			1, 0},
		/* a day's */
		{DOC("heart_rate", "count/min",
			 AT("00:00", "\"Min\": 44, \"Avg\": 60, \"Max\": 140")),
			0, 0},
		{DOC("respiratory_rate", "count/min", AT("00:00", "\"qty\": 14")), 0, 0},
		/* sleep has times of its own: they say nothing of the samples */
		{"{\"data\": {\"metrics\": [{\"name\": \"sleep_analysis\", \"units\": "
		 "\"hr\", \"data\": [" DAY_ITEM(
			 "\"totalSleep\": 5") "]}, {\"name\": "
					      "\"respiratory_rate\", \"units\": "
					      "\"count/min\", \"data\": [" AT(
						      "00:00", "\"qty\": 14") "]}]}}",
			0, 0},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "hae");
		run_text(&r, cases[i].text);
		assert_int_equal(samples(&r, "heart_rate"), cases[i].hr);
		assert_int_equal(samples(&r, "resp_rate"), cases[i].resp);
		assert_int_equal(r.refused, 0);
		run_finish(&r);
	}
}

static void
units_are_converted_and_unknown_ones_refused(void **state)
{
	static const struct {
		const char *text;
		int v; /* on the wire; 0: refused */
	} cases[] = {
		{DOC("heart_rate", "count/s", AT("03:30", "\"qty\": 1")), 600},
		{DOC("heart_rate", "bpm", AT("03:30", "\"qty\": 61")), 610},
		{DOC("heart_rate_variability", "s", AT("03:30", "\"qty\": 0.0412")), 412},
		{DOC("heart_rate_variability", "ms", AT("03:30", "\"qty\": 41.2")), 412},
		{DOC("blood_oxygen_saturation", "%", AT("03:30", "\"qty\": 97")), 970},
		{DOC("respiratory_rate", "count/hr", AT("03:30", "\"qty\": 14")), 0},
		{DOC("heart_rate_variability", "%", AT("03:30", "\"qty\": 41")), 0},
		{DOC("blood_oxygen_saturation", "mmol/L", AT("03:30", "\"qty\": 97")), 0},
		{"{\"data\": {\"metrics\": [{\"name\": \"step_count\", \"data\": [" AT(
			 "03:30", "\"qty\": 9") "]}]}}",
			0},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "hae");
		run_text(&r, cases[i].text);
		if (cases[i].v) {
			assert_int_equal(r.got[0].b->series[0]->v[0], cases[i].v);
		} else {
			assert_int_equal(r.n, 0);
			assert_int_equal(r.status, 2);
			assert_said(&r, "is not known; nothing of it was taken");
		}
		run_finish(&r);
	}
}

/* --- the story of a night ---------------------------------------------------------------- */

#define SPANS(rest)                                                                      \
	DOC("sleep_analysis", "hr",                                                      \
		SPAN("29 22:45", "30 01:00", "Core", "") "," SPAN(                       \
			"30 01:00", "30 06:00", "REM", "") rest)
#define TOTALS(total)                                                                    \
	DOC("sleep_analysis", "hr",                                                      \
		"{\"date\": \"2026-03-30 00:00:00 +0200\", \"totalSleep\": " total       \
		", \"sleepStart\": \"2026-03-29 22:45:00 +0200\", \"sleepEnd\": "        \
		"\"2026-03-30 06:00:00 +0200\", \"source\": \"W\"}")

static void
one_night_is_one_record_however_it_was_sent(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		const char *first = i & 1 ? SPANS("") : TOTALS("7"),
			   *second = i & 1 ? TOTALS("7") : SPANS("");
		struct run r;
		struct marks marks = {0};
		struct shelf shelf = {0};
		/* in one run, in either order of reading */
		run_init(&r, "hae");
		story_two(&r, first, second, i / 2);
		const Dozed__V1__Session *s = session(&r);
		assert_int_equal(stage_s(s, STAGE_REM), 5 * 3600);
		hours(METRIC(s, TOTAL_SLEEP_S), 7);
		run_finish(&r);
		/* one after the other */
		run_init(&r, "hae");
		story_add(&r, "a", first, 0);
		story_go(&r, &marks);
		shelf_put(&shelf, &r);
		run_finish(&r);
		run_init(&r, "hae");
		story_add(&r, "b", second, 1);
		story_go(&r, &marks);
		shelf_put(&shelf, &r);
		assert_int_equal(r.status, 0);
		run_finish(&r);
		assert_int_equal(shelf.n, 1);
		assert_int_equal(shelf.v[0].status, RECORD_FINAL);
		assert_int_equal(shelf.v[0].revision, STORY_MS + (i & 1 ? 0 : HOUR_MS));
		marks_finish(&marks);
	}
}

static void
send(struct shelf *shelf, struct marks *marks, const char *text, int hours_on)
{
	struct run r;
	run_init(&r, "hae");
	story_add(&r, "a", text, hours_on);
	story_go(&r, marks);
	shelf_put(shelf, &r);
	run_finish(&r);
}

static void
a_window_that_cuts_a_night_takes_nothing_from_it(void **state)
{
	struct marks marks = {0};
	struct shelf shelf = {0};
	(void)state;
	send(&shelf, &marks, SPANS(""), 0);
	struct kept first = shelf.v[0];
	/* two days on, what the app sends begins after midnight */
	send(&shelf, &marks,
		DOC("sleep_analysis", "hr",
			SPAN("30 01:00", "30 06:00", "REM", "") "," SPAN(
				"30 23:00", "31 06:00", "Core", "")),
		24);
	assert_int_equal(shelf.n, 2);
	assert_memory_equal(&shelf.v[0], &first, sizeof first);
	/* a night that goes on: what is new is a piece of its own, next to it */
	send(&shelf, &marks,
		DOC("sleep_analysis", "hr",
			SPAN("31 00:00", "31 06:00", "Core", "") "," SPAN(
				"31 06:00", "31 07:00", "REM", "")),
		48);
	assert_int_equal(shelf.n, 3);
	assert_int_equal(shelf.v[2].start, shelf.v[1].end);
	assert_int_equal(shelf.v[2].end - shelf.v[2].start, HOUR_MS);
	/* and the same again is nothing new */
	send(&shelf, &marks,
		DOC("sleep_analysis", "hr",
			SPAN("31 00:00", "31 06:00", "Core", "") "," SPAN(
				"31 06:00", "31 07:00", "REM", "")),
		49);
	assert_int_equal(shelf.n, 3);
	/* all of it: the pieces are one */
	send(&shelf, &marks,
		DOC("sleep_analysis", "hr",
			SPAN("30 23:00", "31 06:00", "Core", "") "," SPAN(
				"31 06:00", "31 07:00", "REM", "")),
		50);
	shelf_settle(&shelf);
	assert_int_equal(shelf.n, 2);
	assert_int_equal(shelf.v[1].end - shelf.v[1].start, 8 * HOUR_MS);
	marks_finish(&marks);
}

static void
a_night_that_came_in_pieces_keeps_its_stages(void **state)
{
	static const char *const pieces[] = {
		DOC("sleep_analysis", "hr", SPAN("29 22:45", "30 01:00", "Core", "")),
		DOC("sleep_analysis", "hr", SPAN("30 01:00", "30 03:30", "REM", "")),
		DOC("sleep_analysis", "hr", SPAN("30 03:20", "30 06:00", "Deep", "")),
		TOTALS("7")};
	struct marks marks = {0};
	struct shelf shelf = {0};
	(void)state;
	for (size_t i = 0; i < array_len(pieces); i++)
		send(&shelf, &marks, pieces[i], (int)i);
	shelf_settle(&shelf);
	assert_int_equal(shelf.n, 3); /* one after the other: the hub joins them */
	for (size_t i = 1; i < 3; i++)
		assert_int_equal(shelf.v[i].start, shelf.v[i - 1].end);
	assert_int_equal(shelf.v[2].end - shelf.v[0].start, 435 * MINUTE_MS);
	marks_finish(&marks);
}

static void
a_night_that_was_corrected_is_the_same_night(void **state)
{
	struct marks marks = {0};
	struct shelf shelf = {0};
	(void)state;
	send(&shelf, &marks, SPANS(""), 0);
	/* it began earlier, by what came late from the watch, and went on */
	send(&shelf, &marks,
		SPANS("," SPAN("29 22:15", "29 22:45", "Awake", "") "," SPAN(
			"30 06:00", "30 06:20", "Core", "")),
		1);
	assert_int_equal(shelf.n, 1);
	assert_int_equal(shelf.v[0].end - shelf.v[0].start, 485 * MINUTE_MS);
	assert_int_equal(shelf.v[0].revision, STORY_MS + HOUR_MS);
	/* an older version that arrives last */
	send(&shelf, &marks, SPANS(""), 0);
	shelf_settle(&shelf);
	assert_int_equal(shelf.n, 1);
	assert_int_equal(shelf.v[0].end - shelf.v[0].start, 485 * MINUTE_MS);
	marks_finish(&marks);
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
		cmocka_unit_test(hours_that_are_fewer_than_a_span_add_up_to_one_night),
		cmocka_unit_test(midnight_is_a_time_unless_days_are_summed_up),
		cmocka_unit_test(units_are_converted_and_unknown_ones_refused),
		cmocka_unit_test(one_night_is_one_record_however_it_was_sent),
		cmocka_unit_test(a_window_that_cuts_a_night_takes_nothing_from_it),
		cmocka_unit_test(a_night_that_came_in_pieces_keeps_its_stages),
		cmocka_unit_test(a_night_that_was_corrected_is_the_same_night),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
