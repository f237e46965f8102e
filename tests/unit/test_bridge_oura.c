/* SPDX-License-Identifier: MIT */
/* The oura reader: phases, values, and what becomes of a document over time. */
#include "bridge_story.h"

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S

/* 22:30Z to 00:30Z, over the change of clocks with an end at 01:30Z */
#define NIGHT(start, type, reason, phases)                                               \
	"{\"id\": \"n1\", \"type\": \"" type "\", \"bedtime_start\": "                   \
	"\"2026-03-28T" start ":00.000+01:00\", \"bedtime_end\": "                       \
	"\"2026-03-29T03:30:00.000+02:00\", \"latency\": 300, \"efficiency\": 90, "      \
	"\"total_sleep_duration\": 9000, \"rem_sleep_duration\": null, "                 \
	"\"sleep_analysis_reason\": \"" reason "\", " phases "}"
#define COARSE "\"sleep_phase_5_min\": \"422222222222111111111111333333444444\""
#define FIRST  NIGHT("23:30", "long_sleep", "background_sleep_analysis", COARSE)
#define EDITED NIGHT("23:00", "long_sleep", "bedtime_edit", COARSE)

static void
phases_are_stages_over_the_change_of_clocks(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "oura");
	run_text(&r, "{\"data\": [" FIRST "], \"next_token\": null}");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "n1");
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal(s->end_ms - s->start_ms, 3 * HOUR_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 7 * 300);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 11 * 300);
	assert_int_equal(stage_s(s, STAGE_DEEP), 12 * 300);
	assert_int_equal(stage_s(s, STAGE_REM), 6 * 300);
	assert_int_equal((int)metric(s, TOTAL), 9000);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S), 300);
	assert_true(isnan(metric(s, DOZED__V1__METRIC__METRIC_REM_S)));
	run_finish(&r);
}

static void
the_finer_phases_count(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "oura");
	run_text(&r,
		NIGHT("23:30", "sleep", "", COARSE ", \"sleep_phase_30_sec\": \"4433\""));
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->kind, SLEEP_NAP);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 60);
	assert_int_equal(stage_s(s, STAGE_REM), 60);
	assert_int_equal(stage_s(s, STAGE_DEEP), 0);
	run_finish(&r);
}

static void
a_moved_bedtime_takes_the_place_of_the_first(void **state)
{
	static const char *const both[] = {
		"[" FIRST "," EDITED "]", "[" EDITED "," FIRST "]"};
	(void)state;
	for (size_t i = 0; i < array_len(both); i++) {
		struct run r;
		run_init(&r, "oura");
		run_text(&r, both[i]);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(r.twice_sessions, 1);
		assert_int_equal(
			night(&r, 0)->end_ms - night(&r, 0)->start_ms, 210 * MINUTE_MS);
		run_finish(&r);
	}
}

static void
what_is_no_sleep_withdraws_what_was(void **state)
{
	static const char gone[] =
		"{\"event_type\": \"delete\", \"data_type\": \"sleep\", \"object_id\": "
		"\"n1\"}";
	const char *const later[] = {NIGHT("23:30", "rest", "", COARSE),
		NIGHT("23:30", "deleted", "", COARSE), gone};
	(void)state;
	for (size_t i = 0; i < array_len(later); i++) {
		struct run r;
		char text[4096];
		run_init(&r, "oura");
		snprintf(text, sizeof text, "%s\n%s\n", later[i], FIRST);
		run_text(&r, text);
		assert_int_equal(r.status, 0);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->origin->status, RECORD_DELETED);
		assert_string_equal(night(&r, 0)->origin->record_id, "n1");
		run_finish(&r);
	}
}

static void
null_items_are_no_values(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "oura");
	run_text(
		&r, NIGHT("23:30", "long_sleep", "",
			    "\"heart_rate\": {\"interval\": 300, \"items\": [null, 56.5, "
			    "57, null, 1000], \"timestamp\": "
			    "\"2026-03-28T23:30:00.000+01:00\"}, \"hrv\": {\"interval\": "
			    "300, \"items\": [null], \"timestamp\": "
			    "\"2026-03-28T23:30:00.000+01:00\"}"));
	assert_int_equal(samples(&r, "heart_rate"), 2);
	assert_int_equal(samples(&r, "hrv_rmssd"), 0);
	assert_int_equal(r.refused, 1);
	assert_said(&r, "heart_rate 1000 1/min is outside");
	run_finish(&r);
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"[1]", "sleep 1: no id"},
		{"[{\"id\": \"\"}]", "sleep 1: no id"},
		{"[{\"id\": \"a\"}]", "sleep 1: a time is missing"},
		{"[{\"id\": \"a\", \"bedtime_start\": \"soon\"}]", "not a time"},
		{"[{\"id\": \"a\", \"bedtime_start\": \"2026-03-29T00:00:00Z\", "
		 "\"bedtime_end\": \"2026-03-28T00:00:00Z\"}]",
			"ends before it starts"},
		{NIGHT("23:30", "sleep", "", "\"sleep_phase_5_min\": \"42x\""),
			"none of Oura's"},
		{"{\"event_type\": \"update\", \"data_type\": \"sleep\", \"object_id\": "
		 "\"a\"}",
			"something to fetch"},
		{"[", "in:1: "},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "oura");
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
shared_nights_have_ouras_own_totals(void **state)
{
	static const struct {
		const char *name;
		int bed, total, awake, light, deep, rem;
	} files[] = {
		{"bridge/oura/sleep_collection.synthetic.json", 14700, 13500, 1200, 7500,
			3000, 3000},
		{"bridge/oura/sleep_collection_revised.synthetic.json", 15900, 14100,
			1800, 8100, 3000, 3000},
	};
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/oura", "oura", NULL))
		skip();
	for (size_t i = 0; i < array_len(files); i++) {
		assert_non_null(shared_file(files[i].name, path));
		run_init(&r, "oura");
		run_shared(&r, path);
		assert_int_equal(r.status, 0);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_int_equal(s->end_ms - s->start_ms, files[i].bed * SECOND_MS);
		assert_int_equal((int)metric(s, TOTAL), files[i].total);
		assert_int_equal(stage_s(s, STAGE_AWAKE), files[i].awake);
		assert_int_equal(stage_s(s, STAGE_LIGHT), files[i].light);
		assert_int_equal(stage_s(s, STAGE_DEEP), files[i].deep);
		assert_int_equal(stage_s(s, STAGE_REM), files[i].rem);
		assert_int_equal(samples(&r, "heart_rate"), files[i].bed / 300 - 1);
		assert_int_equal(samples(&r, "hrv_rmssd"), files[i].bed / 300 - 1);
		print_message("oura: in bed %d s, asleep %d, awake %d\n", files[i].bed,
			files[i].total, stage_s(s, STAGE_AWAKE));
		run_finish(&r);
	}
	assert_non_null(shared_file("bridge/oura", path));
	run_init(&r, "oura");
	run_shared(&r, path);
	assert_int_equal(nights(&r), 1);
	assert_int_equal((int)metric(night(&r, 0), TOTAL), 14100);
	run_finish(&r);
}

static void
first_edited_deleted_and_sent_again(void **state)
{
	static const char gone[] =
		"{\"event_type\": \"delete\", \"data_type\": \"sleep\", \"object_id\": "
		"\"n1\"}";
	static const char *const story[] = {FIRST, EDITED, EDITED, gone, EDITED};
	static const int hour[] = {0, 1, 2, 3, 4}, rank[] = {0, 1, 1, 2, 1};
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "oura", story, n);
		assert_int_equal(shelf.n, 1);
		assert_int_equal(shelf.v[0].revision,
			STORY_MS + hour[n - 1] * HOUR_MS + rank[n - 1]);
		assert_int_equal(
			shelf.v[0].status, n == 4 ? RECORD_DELETED : RECORD_FINAL);
		if (n != 4)
			assert_int_equal(shelf.v[0].end - shelf.v[0].start,
				(n == 1 ? 180 : 210) * MINUTE_MS);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_are_stages_over_the_change_of_clocks),
		cmocka_unit_test(the_finer_phases_count),
		cmocka_unit_test(a_moved_bedtime_takes_the_place_of_the_first),
		cmocka_unit_test(what_is_no_sleep_withdraws_what_was),
		cmocka_unit_test(null_items_are_no_values),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(shared_nights_have_ouras_own_totals),
		cmocka_unit_test(first_edited_deleted_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
