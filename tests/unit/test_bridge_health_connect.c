/* SPDX-License-Identifier: MIT */
/* The health_connect reader: posts without ids, repeated and revised. */
#include "bridge_story.h"

#define STAGE(from, to, type)                                                            \
	"{\"stage\": " type ", \"start_time\": \"2026-03-" from                          \
	":00Z\", \"end_time\": \"2026-03-" to ":00Z\"}"
#define SLEEP(more, stages)                                                              \
	"{\"session_end_time\": \"2026-03-29T05:20:00Z\", \"duration_seconds\": "        \
	"23940, " more "\"stages\": [" stages "]}"
#define UPDATED(at) "\"sleep_updated_at\": \"2026-03-29T" at ":00Z\", "
#define LIGHT       STAGE("28T22:41", "29T01:20", "\"light\"")
#define REM         STAGE("29T01:20", "29T05:20", "\"rem\"")
#define POST(sleep) "{\"timestamp\": \"2026-03-29T05:40:00Z\", \"sleep\": [" sleep "]}"

static void
end_and_duration_are_the_key(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "health_connect");
	r.o.zone = "Europe/Berlin";
	run_text(&r, POST(SLEEP("", LIGHT "," REM)) "\n" POST(SLEEP("", LIGHT "," REM)));
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 1);
	assert_int_equal(r.twice_sessions, 1);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "1774761600+23940");
	assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 159 * 60);
	assert_int_equal(stage_s(s, STAGE_REM), 240 * 60);
	run_finish(&r);
}

static void
what_was_updated_last_counts_whatever_the_order(void **state)
{
	static const char *const both[] = {
		POST(SLEEP(UPDATED("05:30"), LIGHT) "," SLEEP(UPDATED("05:50"), REM)),
		POST(SLEEP(UPDATED("05:50"), REM) "," SLEEP(UPDATED("05:30"), LIGHT))};
	(void)state;
	for (size_t i = 0; i < array_len(both); i++) {
		struct run r;
		run_init(&r, "health_connect");
		run_text(&r, both[i]);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->origin->revision, INT64_C(1774763400000));
		assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 0);
		run_finish(&r);
	}
}

static void
stages_may_be_numbers(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "health_connect");
	run_text(&r,
		POST(SLEEP("", STAGE("28T22:41", "29T01:20", "4") "," STAGE("29T01:20",
				       "29T05:10", "\"2\"") "," STAGE("29T05:10",
				       "29T05:20", "\"AWAKE_IN_BED\""))));
	assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 159 * 60);
	assert_int_equal(stage_s(night(&r, 0), STAGE_ASLEEP), 230 * 60);
	assert_int_equal(stage_s(night(&r, 0), STAGE_AWAKE_IN_BED), 600);
	run_finish(&r);
}

static void
values_beside_the_sleep_are_samples(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "health_connect");
	run_text(&r,
		"{\"timestamp\": \"2026-03-29T05:40:00Z\", \"heart_rate\": "
		"[{\"bpm\": 60, \"time\": \"2026-03-29T01:00:00Z\"}, {\"bpm\": null, "
		"\"time\": \"2026-03-29T01:01:00Z\"}, {\"bpm\": 60}, {\"bpm\": 0, "
		"\"time\": \"2026-03-29T01:02:00Z\"}], \"oxygen_saturation\": "
		"[{\"percentage\": 95.5, \"time\": \"2026-03-29T01:00:00Z\"}]}");
	assert_int_equal(samples(&r, "heart_rate"), 1);
	assert_int_equal(samples(&r, "spo2"), 1);
	assert_int_equal(r.refused, 2);
	assert_said(&r, "heart_rate 3: a time is missing");
	assert_said(&r, "heart_rate 0 1/min is outside");
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *sleep, *said;
	} cases[] = {
		{"7", "sleep 2: a time is missing"},
		{"{\"session_end_time\": \"2026-03-29T05:20:00Z\"}", "no duration"},
		{"{\"session_end_time\": \"2026-03-29T05:20:00Z\", \"duration_seconds\": "
		 "1e9}",
			"no duration"},
		{SLEEP("", STAGE("28T22:41", "29T01:20", "8")),
			"none of Health Connect's"},
		{SLEEP("", STAGE("28T22:41", "29T01:20", "null")),
			"none of Health Connect's"},
		{SLEEP("", STAGE("29T22:41", "29T01:20", "4")), "ends before it starts"},
		{SLEEP("\"sleep_updated_at\": \"soon\",", LIGHT), "not a time"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[4096];
		run_init(&r, "health_connect");
		snprintf(text, sizeof text, "{\"sleep\": [%s, %s]}", SLEEP("", LIGHT),
			cases[i].sleep);
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
	}
}

static void
the_shared_night_has_its_own_totals(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/health_connect", "health_connect", NULL) ||
		!shared_file(
			"bridge/health_connect/hc_webhook_sleep.synthetic.json", path))
		skip();
	run_init(&r, "health_connect");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 23940 * SECOND_MS);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 5340);
	assert_int_equal(stage_s(s, STAGE_DEEP), 3300);
	assert_int_equal(stage_s(s, STAGE_REM), 14400);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 900);
	print_message("health_connect: %d s, awake %d\n", 23940, stage_s(s, STAGE_AWAKE));
	run_finish(&r);
}

#define OF(end, seconds, stages)                                                         \
	"{\"session_end_time\": \"2026-03-29T" end                                       \
	":00Z\", \"duration_seconds\": " seconds ", \"stages\": [" stages "]}"

static void
first_revised_and_posted_again(void **state)
{
	/* 22:41 to 05:20; it went on to 05:50, and began 20 min later */
	static const char *const story[] = {POST(OF("05:20", "23940", LIGHT "," REM)),
		POST(OF("05:50", "25740", LIGHT "," REM)),
		POST(OF("05:50", "24540", REM)), POST(OF("05:50", "24540", REM))};
	static const int length_s[] = {23940, 25740, 24540, 24540};
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "health_connect", story, n);
		assert_int_equal(shelf.n, 1);
		assert_string_equal(shelf.v[0].id, "1774761600+23940");
		assert_int_equal(
			shelf.v[0].end - shelf.v[0].start, length_s[n - 1] * SECOND_MS);
		assert_int_equal(
			shelf.v[0].revision, STORY_MS + (int64_t)(n - 1) * HOUR_MS);
	}
}

static void
two_apps_stay_two_records(void **state)
{
	/* the same sleep by two apps in one post; a piece of it that a third one saw */
	static const char *const story[] = {
		POST(OF("05:20", "23940", LIGHT "," REM) "," OF("05:30", "24000", REM)),
		POST(OF("05:20", "3600", "")),
		POST(OF("05:20", "23940", LIGHT "," REM) "," OF("05:40", "24600", REM))};
	struct shelf shelf = {0};
	(void)state;
	story_of(&shelf, "health_connect", story, 1);
	assert_int_equal(shelf.n, 2);
	memset(&shelf, 0, sizeof shelf);
	story_of(&shelf, "health_connect", story, 2);
	assert_int_equal(shelf.n, 3);
	memset(&shelf, 0, sizeof shelf);
	story_of(&shelf, "health_connect", story, 3);
	assert_int_equal(shelf.n, 3);
	shelf_settle(&shelf);
	assert_int_equal(shelf.v[0].end - shelf.v[0].start, 23940 * SECOND_MS);
	assert_int_equal(shelf.v[1].end - shelf.v[1].start, 24600 * SECOND_MS);
	assert_int_equal(shelf.v[2].end - shelf.v[2].start, HOUR_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(end_and_duration_are_the_key),
		cmocka_unit_test(what_was_updated_last_counts_whatever_the_order),
		cmocka_unit_test(stages_may_be_numbers),
		cmocka_unit_test(values_beside_the_sleep_are_samples),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(the_shared_night_has_its_own_totals),
		cmocka_unit_test(first_revised_and_posted_again),
		cmocka_unit_test(two_apps_stay_two_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
