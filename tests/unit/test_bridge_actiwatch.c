/* SPDX-License-Identifier: MIT */
/* The actiwatch reader, .AWD files: dates, epochs, light, marks, and the clock that runs on. */
#include "bridge_wrist.h"

static void
begin(struct run *r, const char *zone)
{
	run_init(r, "actiwatch");
	r->o.zone = zone;
}

#define AWD(date, start, epoch)                                                          \
	"Anna\r\n" date "\r\n" start "\r\n " epoch " \r\n00\r\nV1\r\nX\r\n"

static void
awd_lines_become_movement(void **state)
{
	struct run r;
	(void)state;
	begin(&r, "Europe/Berlin");
	run_text(&r, AWD("28-Mar-2026", "22:00", "4") "0\r\n12\r\n71 M\r\n5\r\n");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Series *s = series(&r, "activity");
	assert_int_equal(s->start_ms, INT64_C(1774731600000));
	assert_int_equal(s->interval_ms, MINUTE_MS);
	assert_int_equal(samples(&r, "activity"), 4);
	assert_int_equal((int)sum(&r, "activity"), 88);
	run_finish(&r);
}

static void
awd_minutes_run_on_when_the_clocks_change(void **state)
{
	static char text[8192] = AWD("28-Mar-2026", "22:00", "4");
	struct run r;
	(void)state;
	for (int i = 0; i < 600; i++)
		strcat(text, "7\r\n");
	begin(&r, "Europe/Berlin");
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 600);
	assert_int_equal(series(&r, "activity")->interval_ms, MINUTE_MS);
	run_finish(&r);
}

static void
awd_counts_are_decimal(void **state)
{
	struct run r;
	(void)state;
	begin(&r, "UTC");
	run_text(&r, AWD("28-Mar-2026", "22:00", "4") "1\r\n0x10\r\n3\r\n");
	assert_int_equal(r.refused, 1);
	assert_int_equal(samples(&r, "activity"), 2);
	assert_int_equal((int)sum(&r, "activity"), 4);
	run_finish(&r);
}

static void
awd_light_stands_behind_a_comma(void **state)
{
	struct run r;
	(void)state;
	begin(&r, "UTC");
	run_text(&r, AWD("28/03/2026", "22:00:30", "2") "5 , 0.35\n7,12 M\n9\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 3);
	assert_int_equal(samples(&r, "light"), 2);
	assert_int_equal(series(&r, "activity")->interval_ms, 30000);
	run_finish(&r);
}

static void
awd_dates_are_read_in_several_languages(void **state)
{
	static const char *const dates[] = {"09-Dec-2025", "09-Dez-2025",
		"9-d\xc3\xa9"
		"c-2025",
		"9/dic/2025",
		"09-d\xe9"
		"c-2025",
		"2025-12-09"};
	(void)state;
	for (size_t i = 0; i < array_len(dates); i++) {
		struct run r;
		char text[256];
		begin(&r, "UTC");
		snprintf(
			text, sizeof text, AWD("%s", "00:00", "4") "1\n1\n1\n", dates[i]);
		run_text(&r, text);
		assert_int_equal(r.status, 0);
		assert_int_equal(
			series(&r, "activity")->start_ms, INT64_C(1765238400000));
		run_finish(&r);
	}
}

static void
awd_lines_that_cannot_be_read_keep_their_minute(void **state)
{
	struct run r;
	(void)state;
	begin(&r, "UTC");
	run_text(&r, AWD("28-Mar-2026", "22:00", "4") "1\nx\n-3\n1e99\n99999999\n4\n");
	assert_int_equal(r.status, 1);
	assert_said(&r, "in:9: \"x\" is not the counts");
	assert_said(&r, "in:10: \"-3\" is not the counts");
	assert_said(&r, "in:11: activity 1e+99 counts is outside");
	assert_said(&r, "in:12: activity 99999999 counts is outside");
	assert_int_equal(samples(&r, "activity"), 2);
	assert_int_equal((int)sum(&r, "activity"), 5);
	const Dozed__V1__Series *s = series(&r, "activity");
	assert_int_equal(s->interval_ms ? 0 : s->dt_ms[1], 5 * MINUTE_MS);
	run_finish(&r);
}

static void
awd_headers_that_cannot_be_read_are_named(void **state)
{
	static const struct {
		const char *text, *said;
		const char *zone;
	} cases[] = {
		{AWD("28-Mar-2026", "22:00", "4") "1\n", "say --zone", NULL},
		{AWD("03/04/2026", "22:00", "4") "1\n", "line 2 is not a date", "UTC"},
		{AWD("31-Feb-2026", "22:00", "4") "1\n", "line 2 is not a date", "UTC"},
		{AWD("28-Mar-2026", "25:00", "4") "1\n", "line 3 is not a time", "UTC"},
		{AWD("28-Mar-2026", "22:00", "3") "1\n", "line 4 is not the length",
			"UTC"},
		{"Anna\n28-Mar-2026\n22:00\n", "the header is cut off", "UTC"},
		{AWD("28-Mar-2027", "22:00", "4") "1\n1\n", "lies in the future", "UTC"},
		{"", "the header is cut off", "UTC"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		begin(&r, cases[i].zone);
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
shared_awd_files_have_their_own_sums(void **state)
{
	static const struct {
		const char *path;
		size_t epochs;
		long sum;
	} files[] = {{"sleep/awd/example_01.AWD", 18401, 2596555},
		{"sleep/awd/example_02.AWD", 18413, 3385004},
		{"sleep/awd/example_03.AWD", 21456, 5414998}};
	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		char path[512];
		const char *name = "";
		struct run r;
		if (!shared_file(files[i].path, path))
			skip();
		assert_int_equal(sniffed(path, &name), 1);
		assert_string_equal(name, "actiwatch");
		begin(&r, "UTC");
		run_shared(&r, path);
		assert_int_equal(r.status, 0);
		print_message("%s: %zu epochs of %zu, counts %.0f of %ld\n",
			files[i].path, samples(&r, "activity"), files[i].epochs,
			sum(&r, "activity"), files[i].sum);
		assert_int_equal(samples(&r, "activity"), files[i].epochs);
		assert_int_equal((long)sum(&r, "activity"), files[i].sum);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(awd_lines_become_movement),
		cmocka_unit_test(awd_minutes_run_on_when_the_clocks_change),
		cmocka_unit_test(awd_counts_are_decimal),
		cmocka_unit_test(awd_light_stands_behind_a_comma),
		cmocka_unit_test(awd_dates_are_read_in_several_languages),
		cmocka_unit_test(awd_lines_that_cannot_be_read_keep_their_minute),
		cmocka_unit_test(awd_headers_that_cannot_be_read_are_named),
		cmocka_unit_test(shared_awd_files_have_their_own_sums),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
