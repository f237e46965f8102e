/* SPDX-License-Identifier: MIT */
/* The open_mhealth reader: units, intervals by start, end or duration. */
#include "bridge_story.h"

#define METRIC(x) DOZED__V1__METRIC__METRIC_##x
#define EPISODE(frame, rest)                                                             \
	"{\"effective_time_frame\": {\"time_interval\": {" frame "}}, " rest "}"
#define START  "\"start_date_time\": \"2026-03-28T23:41:00+01:00\""
#define END    "\"end_date_time\": \"2026-03-29T07:20:00+02:00\""
#define LENGTH "\"duration\": {\"value\": 6.65, \"unit\": \"h\"}"

static void
any_two_of_start_end_and_duration_do(void **state)
{
	static const char *const texts[] = {
		EPISODE(START "," END, "\"number_of_awakenings\": 0"),
		EPISODE(START "," LENGTH, "\"number_of_awakenings\": 0"),
		EPISODE(END "," LENGTH, "\"number_of_awakenings\": 0")};
	(void)state;
	for (size_t i = 0; i < array_len(texts); i++) {
		struct run r;
		run_init(&r, "open_mhealth");
		r.o.zone = "Europe/Berlin";
		run_text(&r, texts[i]);
		assert_int_equal(r.status, 0);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_string_equal(s->origin->record_id, "episode-1774737660");
		assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
		assert_int_equal(s->utc_offset_start_min, 60);
		assert_int_equal(s->utc_offset_end_min, 120);
		/* stated, and nothing else is */
		assert_int_equal((int)metric(s, METRIC(AWAKENINGS)), 0);
		assert_int_equal(s->n_metrics, 1);
		run_finish(&r);
	}
}

static void
a_header_gives_id_revision_and_source(void **state)
{
#define DOCUMENT(made, minutes)                                                          \
	"{\"header\": {\"id\": \"h1\", \"creation_date_time\": \"2026-03-29T" made       \
	":00Z\", \"acquisition_provenance\": {\"source_name\": \"Shimmer\"}}, "          \
	"\"body\": " EPISODE(START "," END,                                              \
		"\"is_main_sleep\": true, \"total_sleep_time\": {\"value\": " minutes    \
		", \"unit\": \"min\"}") "}"
	struct run r;
	(void)state;
	run_init(&r, "open_mhealth");
	run_text(&r, DOCUMENT("08:00", "380") "\n" DOCUMENT("07:30", "300"));
	assert_int_equal(nights(&r), 1);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "h1");
	assert_string_equal(s->origin->source_app, "Shimmer");
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 380 * 60);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"7", "sleep 2: no time interval"},
		{EPISODE(START, "\"a\": 1"), "sleep 2: no time interval"},
		{EPISODE(LENGTH, "\"a\": 1"), "sleep 2: no time interval"},
		{EPISODE(START ", \"duration\": {\"value\": 1, \"unit\": \"Mo\"}",
			 "\"a\": 1"),
			"sleep 2: no time interval"},
		{EPISODE("\"start_date_time\": \"soon\"", "\"a\": 1"), "not a time"},
		{EPISODE(START ", \"end_date_time\": \"2026-03-28T22:00:00Z\"",
			 "\"a\": 1"),
			"ends before it starts"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[2048];
		run_init(&r, "open_mhealth");
		snprintf(text, sizeof text, "[%s, %s]",
			EPISODE(START "," END, "\"a\": 1"), cases[i].text);
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
	}
}

static void
the_schemas_own_examples_have_their_totals(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/openmhealth", "open_mhealth", "schema") ||
		!shared_file("bridge/openmhealth/valid-sleep-episode-1.1.json", path))
		skip();
	run_init(&r, "open_mhealth");
	run_shared(&r, path);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 9 * HOUR_MS);
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 30600);
	assert_int_equal((int)metric(s, METRIC(WASO_S)), 1800);
	assert_int_equal((int)metric(s, METRIC(SLEEP_LATENCY_S)), 1050);
	assert_int_equal((int)metric(s, METRIC(AWAKENINGS)), 1);
	print_message("open_mhealth: episode of 9 h, asleep %d s, WASO %d s\n",
		(int)metric(s, METRIC(TOTAL_SLEEP_S)), (int)metric(s, METRIC(WASO_S)));
	run_finish(&r);
	assert_non_null(
		shared_file("bridge/openmhealth/valid-total-sleep-time-1.0.json", path));
	run_init(&r, "open_mhealth");
	run_shared(&r, path);
	s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 10 * HOUR_MS);
	assert_int_equal(s->utc_offset_start_min, -480);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 465 * 60);
	print_message("open_mhealth: total of %d s in 10 h\n",
		(int)metric(s, METRIC(TOTAL_SLEEP_S)));
	run_finish(&r);
}

static void
first_revised_and_sent_again(void **state)
{
	static const char *const with_header[] = {DOCUMENT("07:30", "300"),
		DOCUMENT("08:00", "380"), DOCUMENT("07:30", "300")};
	static const char *const bare[] = {
		EPISODE(START "," END, "\"number_of_awakenings\": 3"),
		EPISODE(START "," END, "\"number_of_awakenings\": 4"),
		EPISODE(START "," END, "\"number_of_awakenings\": 4")};
	(void)state;
	for (size_t n = 1; n <= 3; n++) {
		struct shelf shelf = {0};
		/* a header says when it was made: an older one is not newer for coming last */
		story_of(&shelf, "open_mhealth", with_header, n);
		story_of(&shelf, "open_mhealth", bare, n);
		assert_int_equal(shelf.n, 2);
		assert_int_equal(shelf.v[0].revision,
			n == 1 ? INT64_C(1774769400000) : INT64_C(1774771200000));
		assert_int_equal(
			shelf.v[1].revision, STORY_MS + (int64_t)(n - 1) * HOUR_MS);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_of_start_end_and_duration_do),
		cmocka_unit_test(a_header_gives_id_revision_and_source),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(the_schemas_own_examples_have_their_totals),
		cmocka_unit_test(first_revised_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
