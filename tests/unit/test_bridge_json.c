/* SPDX-License-Identifier: MIT */
/* JSON files of which a part is broken: what is whole is read, nothing is made up, and every
 * place is named. The readers are real ones, the damage is what phones and networks do. */
#include "bridge_vendors.h"

#define SLEEP(id, minutes)                                                               \
	"{\"header\": {\"id\": \"" id "\"}, \"body\": {\"effective_time_frame\": "       \
	"{\"time_interval\": {\"start_date_time\": \"2026-03-2" id                       \
	"T22:00:00Z\", \"duration\": {\"value\": 7, \"unit\": \"h\"}}}, "                \
	"\"total_sleep_time\": {\"value\": " minutes ", \"unit\": \"min\"}}}"
#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S

static void
read_as(struct run *r, const char *format, const char *text)
{
	run_init(r, format);
	r->o.zone = "Europe/Berlin";
	run_text(r, text);
}

static void
a_broken_record_costs_no_other(void **state)
{
	static const char *const broken[] = {"x", "", "\\", "1 2", "'390'", "\"390",
		"0x10", "{\"a\": [1, }", "\"a\" \"b\"", "[}", "390}"};
	(void)state;
	for (size_t i = 0; i < array_len(broken); i++) {
		struct run r;
		char text[2048];
		snprintf(text, sizeof text,
			"[" SLEEP("1", "390") ",\n" SLEEP("2", "%s") ",\n" SLEEP(
				"3", "400") "]",
			broken[i]);
		read_as(&r, "open_mhealth", text);
		/* where a bracket is missing what follows is not believed */
		if (!strchr(broken[i], '[') && nights(&r) != 2)
			fail_msg("%s: %zu nights; %s", broken[i], nights(&r), r.said);
		assert_string_equal(night(&r, 0)->origin->record_id, "1");
		assert_int_equal(r.status, 1);
		assert_said(&r, "in:2: ");
		assert_said(&r, "what is broken there is passed over");
		run_finish(&r);
	}
}

static void
what_is_cut_off_keeps_what_was_whole(void **state)
{
	static const char whole[] =
		"[" SLEEP("1", "390") ",\n" SLEEP("2", "391") ",\n" SLEEP("3", "400") "]";
	(void)state;
	for (size_t n = 1; n < sizeof whole - 1; n++) {
		struct run r;
		char text[sizeof whole] = "";
		memcpy(text, whole, n);
		read_as(&r, "open_mhealth", text);
		size_t expected = 0;
		for (const char *p = text; (p = strstr(p, "\"min\"}}}")); p += 8)
			expected++;
		if (nights(&r) != expected)
			fail_msg("%zu instead of %zu nights of: %s\n%s", nights(&r),
				expected, text, r.said);
		for (size_t i = 0; i < expected; i++)
			assert_true(metric(night(&r, i), TOTAL) >= 390 * 60);
		assert_true(*text == '\0' || r.refused > 0);
		run_finish(&r);
	}
}

/* A night whose stages end in the middle is no short night. */
static void
half_a_night_is_no_night(void **state)
{
	static const char text[] =
		"{\"dataPoints\": [{\"name\": \"a\", \"sleep\": {\"interval\": "
		"{\"startTime\": "
		"\"2026-03-28T22:00:00Z\", \"endTime\": \"2026-03-29T05:00:00Z\"}, "
		"\"stages\": "
		"[{\"startTime\": \"2026-03-28T22:00:00Z\", \"endTime\": "
		"\"2026-03-29T01:00:00Z\", \"type\": \"LIGHT\"}, {\"startTime\": "
		"\"2026-03";
	struct run r;
	(void)state;
	read_as(&r, "google_health", text);
	assert_int_equal(nights(&r), 0);
	assert_said(&r, "in:1: ");
	run_finish(&r);
}

/* Where the end of one list is lost, the values of the next are not taken for its own. */
static void
values_never_move_to_another_list(void **state)
{
	static const char text[] =
		"{\"data\": {\"metrics\": [{\"name\": \"heart_rate\", \"units\": "
		"\"count/min\", "
		"\"data\": [{\"date\": \"2026-03-29 01:30:00 +0100\", \"qty\": 54}, "
		"{\"date\": "
		"\"2026-03-29 01:31:00 +0100\", \"qty\": 55 {\"name\": "
		"\"respiratory_rate\", \"units\": \"count/min\", \"data\": [{\"date\": "
		"\"2026-03-29 01:30:00 +0100\", \"qty\": 41.2}]}]}}";
	struct run r;
	(void)state;
	read_as(&r, "hae", text);
	assert_true(samples(&r, "heart_rate") <= 1);
	assert_int_equal(samples(&r, "resp_rate"), 0);
	assert_true(r.refused > 0);
	run_finish(&r);
}

static void
a_character_that_is_none_costs_nothing_else(void **state)
{
	static const char *const names[] = {"\xff\xfe", "a\xc3", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\\ud83d", "\\ude00 x", "\\u0000", "a\tb",
		"\xc0\x80"};
	(void)state;
	for (size_t i = 0; i < array_len(names); i++) {
		struct run r;
		char text[2048];
		snprintf(text, sizeof text,
			"[\n{\"header\": {\"id\": \"7\", \"acquisition_provenance\": "
			"{\"source_name\": \"%s\"}}, \"body\": "
			"{\"effective_time_frame\": "
			"{\"time_interval\": {\"start_date_time\": "
			"\"2026-03-27T22:00:00Z\", "
			"\"end_date_time\": \"2026-03-28T05:00:00Z\"}}, "
			"\"total_sleep_time\": "
			"{\"value\": 390, \"unit\": \"min\"}}},\n" SLEEP("8", "400") "]",
			names[i]);
		read_as(&r, "open_mhealth", text);
		if (nights(&r) != 2)
			fail_msg("%s: %s", names[i], r.said);
		assert_int_equal(r.refused, 1);
		assert_said(&r, "in:2: a text with characters that are none");
		run_finish(&r);
	}
}

/* What is beyond a number is no value; nothing is rounded into one, and nothing becomes 0. */
static void
a_number_beyond_all_range_is_missing(void **state)
{
	static const char *const numbers[] = {
		"1e999", "-1e999", "99999999999999999999999", "NaN", "Infinity"};
	(void)state;
	for (size_t i = 0; i < array_len(numbers); i++) {
		struct run r;
		char text[2048];
		snprintf(text, sizeof text,
			"[" SLEEP("1", "390") ",\n" SLEEP("2", "%s") "]", numbers[i]);
		read_as(&r, "open_mhealth", text);
		assert_true(nights(&r) >= 1);
		for (size_t k = 1; k < nights(&r); k++)
			assert_true(isnan(metric(night(&r, k), TOTAL)));
		assert_said(&r, "in:2: ");
		run_finish(&r);
	}
}

static void
a_broken_line_among_lines_costs_that_line(void **state)
{
	struct run r;
	(void)state;
	read_as(&r, "open_mhealth",
		SLEEP("1", "390") "\n" SLEEP(
			"2", "x") "\n{\"header\": {\"id\": \"5\"}, \"bo\n" SLEEP("3",
			"400") "\n");
	assert_int_equal(nights(&r), 2);
	assert_int_equal(r.refused, 2);
	assert_said(&r, "in:2: ");
	assert_said(&r, "in:3: ");
	run_finish(&r);
}

/* A record of many lines is refused by the line where its document begins. */
static void
refusals_name_the_line_of_their_document(void **state)
{
	struct run r;
	(void)state;
	read_as(&r, "open_mhealth",
		SLEEP("1", "390") "\n\n{\"header\": {\"id\": \"2\"}}\n");
	assert_int_equal(nights(&r), 1);
	assert_said(&r, "in:3: sleep 2: ");
	run_finish(&r);
}

static void
a_thousand_broken_records_end(void **state)
{
	struct run r;
	char *text = calloc(1, 400000);
	size_t n = 1;
	(void)state;
	text[0] = '[';
	for (int i = 0; i < 2000; i++)
		n += (size_t)sprintf(text + n, "%s{\"header\": x}", i ? ",\n" : "");
	strcpy(text + n, "]");
	read_as(&r, "open_mhealth", text);
	assert_int_equal(nights(&r), 0);
	assert_int_equal(r.status, 2);
	free(text);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_record_costs_no_other),
		cmocka_unit_test(what_is_cut_off_keeps_what_was_whole),
		cmocka_unit_test(half_a_night_is_no_night),
		cmocka_unit_test(values_never_move_to_another_list),
		cmocka_unit_test(a_character_that_is_none_costs_nothing_else),
		cmocka_unit_test(a_number_beyond_all_range_is_missing),
		cmocka_unit_test(a_broken_line_among_lines_costs_that_line),
		cmocka_unit_test(refusals_name_the_line_of_their_document),
		cmocka_unit_test(a_thousand_broken_records_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
