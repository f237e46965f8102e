/* SPDX-License-Identifier: MIT */
/* The google_health reader: numbers as texts, two offsets, CLASSIC before STAGES. */
#include "bridge_story.h"

#define METRIC(x) DOZED__V1__METRIC__METRIC_##x

#define STAGE(from, to, type)                                                            \
	"{\"startTime\": \"2026-03-" from ":00Z\", \"endTime\": \"2026-03-" to           \
	":00Z\", \"type\": \"" type "\"}"
#define POINT(updated, processed, type, stages)                                          \
	"{\"name\": \"users/me/dataTypes/sleep/dataPoints/1\", \"dataSource\": "         \
	"{\"platform\": \"FITBIT\"}, \"sleep\": {\"interval\": {\"startTime\": "         \
	"\"2026-03-28T22:41:00Z\", \"startUtcOffset\": \"3600s\", \"endTime\": "         \
	"\"2026-03-29T05:20:00Z\", \"endUtcOffset\": \"7200s\"}, \"type\": \"" type      \
	"\", \"stages\": [" stages "], \"metadata\": {\"processed\": " processed         \
	", \"nap\": false}, \"summary\": {\"minutesAsleep\": \"384\", "                  \
	"\"minutesAwake\": null, \"minutesToFallAsleep\": \"0\", \"stagesSummary\": "    \
	"[{\"type\": \"REM\", \"minutes\": \"240\"}]}, \"updateTime\": "                 \
	"\"2026-03-29T" updated ":30Z\"}}"
#define CLASSIC                                                                          \
	POINT("05:41", "false", "CLASSIC",                                               \
		STAGE("28T22:41", "29T05:00", "ASLEEP") "," STAGE(                       \
			"29T05:00", "29T05:20", "RESTLESS"))
#define STAGES                                                                           \
	POINT("05:58", "true", "STAGES",                                                 \
		STAGE("28T22:41", "29T01:20", "DEEP") "," STAGE(                         \
			"29T01:20", "29T05:20", "REM"))

static void
numbers_as_texts_are_numbers(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "google_health");
	run_text(&r, "{\"dataPoints\": [" STAGES "], \"nextPageToken\": \"\"}");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(
		s->origin->record_id, "users/me/dataTypes/sleep/dataPoints/1");
	assert_string_equal(s->origin->source_app, "FITBIT");
	assert_int_equal(s->origin->revision, INT64_C(1774763910000));
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(stage_s(s, STAGE_DEEP), 159 * 60);
	assert_int_equal(stage_s(s, STAGE_REM), 240 * 60);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 384 * 60);
	assert_int_equal((int)metric(s, METRIC(REM_S)), 240 * 60);
	assert_int_equal((int)metric(s, METRIC(SLEEP_LATENCY_S)), 0); /* stated */
	assert_true(isnan(metric(s, METRIC(AWAKE_S))));               /* null */
	run_finish(&r);
}

static void
stages_take_the_place_of_classic_whatever_the_order(void **state)
{
	static const char *const both[] = {
		"[" CLASSIC "," STAGES "]", "[" STAGES "," CLASSIC "]"};
	struct run r;
	(void)state;
	for (size_t i = 0; i < array_len(both); i++) {
		run_init(&r, "google_health");
		run_text(&r, both[i]);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(r.twice_sessions, 1);
		assert_int_equal(night(&r, 0)->origin->status, RECORD_FINAL);
		assert_int_equal(stage_s(night(&r, 0), STAGE_ASLEEP), 0);
		run_finish(&r);
	}
	run_init(&r, "google_health");
	run_text(&r, CLASSIC);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_TENTATIVE);
	assert_int_equal(stage_s(night(&r, 0), STAGE_RESTLESS), 1200);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *point, *said;
	} cases[] = {
		{"7", "point 2: no sleep"},
		{"{\"name\": \"a\"}", "point 2: no sleep"},
		{"{\"sleep\": {}}", "point 2: no id"},
		{"{\"name\": \"a\", \"sleep\": {}}", "point 2: a time is missing"},
		{"{\"name\": \"a\", \"sleep\": {\"interval\": {\"startTime\": "
		 "\"2026-03-28T22:41:00Z\", \"endTime\": \"2026-03-28T22:00:00Z\"}}}",
			"ends before it starts"},
		{POINT("05:58", "true", "STAGES", STAGE("28T22:41", "29T01:20", "N3")),
			"none of Google's"},
		{POINT("05:58", "true", "STAGES", STAGE("29T22:41", "29T01:20", "REM")),
			"ends before it starts"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[4096];
		run_init(&r, "google_health");
		snprintf(text, sizeof text, "{\"dataPoints\": [%s, %s]}", STAGES,
			cases[i].point);
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
	}
}

static void
the_shared_night_has_googles_own_totals(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/google_health", "google_health", NULL) ||
		!shared_file(
			"bridge/google_health/sleep_datapoints.synthetic.json", path))
		skip();
	run_init(&r, "google_health");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->source_app, "Inspire 3");
	assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 89 * 60);
	assert_int_equal(stage_s(s, STAGE_DEEP), 55 * 60);
	assert_int_equal(stage_s(s, STAGE_REM), 240 * 60);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 15 * 60);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 384 * 60);
	assert_int_equal((int)metric(s, METRIC(AWAKE_S)), 15 * 60);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	print_message("google_health: 399 min, asleep %d, awake %d\n",
		(int)metric(s, METRIC(TOTAL_SLEEP_S)) / 60, stage_s(s, STAGE_AWAKE) / 60);
	run_finish(&r);
}

static void
first_processed_edited_and_sent_again(void **state)
{
	static const char edited[] = POINT("07:10", "true", "STAGES",
		STAGE("28T22:41", "29T02:20", "DEEP") "," STAGE(
			"29T02:20", "29T05:20", "REM"));
	static const char *const story[] = {CLASSIC, STAGES, edited, CLASSIC, STAGES};
	static const int64_t revision[] = {INT64_C(1774762890000), INT64_C(1774763910000),
		INT64_C(1774768230000), INT64_C(1774768230000), INT64_C(1774768230000)};
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "google_health", story, n);
		assert_int_equal(shelf.n, 1);
		assert_int_equal(shelf.v[0].revision, revision[n - 1]);
		assert_int_equal(
			shelf.v[0].status, n == 1 ? RECORD_TENTATIVE : RECORD_FINAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_as_texts_are_numbers),
		cmocka_unit_test(stages_take_the_place_of_classic_whatever_the_order),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(the_shared_night_has_googles_own_totals),
		cmocka_unit_test(first_processed_edited_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
