/* SPDX-License-Identifier: MIT */
/* The row writer: the same rows as an aligned table, as CSV and as JSON lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/table.h"

static char *
written(enum table_format format)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	struct table *t = table_new(out, format, "person,tst_min,note");
	table_text(t, "anna");
	table_number(t, 431.55, 1);
	table_text(t, "said \"well\", twice");
	table_textf(t, "%s-%d", "b", 2);
	table_number(t, NAN, 1);
	table_text(t, "line\nbreak\ttab");
	table_text(t, "Änne");
	table_integer(t, -7);
	table_empty(t);
	table_text(t, NULL);
	table_number(t, -0.04, 1);
	table_text(t, "");
	assert_int_equal(table_end(t), 0);
	fclose(out);
	return text;
}

static void
a_table_is_aligned_with_numbers_to_the_right(void **state)
{
	(void)state;
	char *text = written(TABLE_TABLE);
	assert_string_equal(text, "person  tst_min  note\n"
				  "anna      431.6  said \"well\", twice\n"
				  "b-2              line?break?tab\n"
				  "Änne         -7  \n"
				  "            0.0  \n");
	free(text);
}

static void
csv_quotes_only_what_needs_it(void **state)
{
	(void)state;
	char *text = written(TABLE_CSV);
	assert_string_equal(text, "person,tst_min,note\n"
				  "anna,431.6,\"said \"\"well\"\", twice\"\n"
				  "b-2,,\"line\nbreak\ttab\"\n"
				  "Änne,-7,\n"
				  ",0.0,\n");
	free(text);
}

static void
json_lines_keep_numbers_as_numbers_and_empty_as_null(void **state)
{
	(void)state;
	char *text = written(TABLE_JSON);
	assert_string_equal(text, "{\"person\":\"anna\",\"tst_min\":431.6,\"note\":"
				  "\"said \\\"well\\\", twice\"}\n"
				  "{\"person\":\"b-2\",\"tst_min\":null,\"note\":"
				  "\"line\\u000abreak\\u0009tab\"}\n"
				  "{\"person\":\"Änne\",\"tst_min\":-7,\"note\":null}\n"
				  "{\"person\":null,\"tst_min\":0.0,\"note\":null}\n");
	free(text);
}

static void
json_stays_json_whatever_bytes_a_text_has(void **state)
{
	(void)state;
	uint32_t seed = 7;
	for (unsigned round = 0; round < 500; round++) {
		char bytes[40], *text = NULL;
		size_t n;
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = (char)((seed >> 16) | (i % 3 == 0 ? 0xc0 : 0x01));
		}
		bytes[sizeof bytes - 1] = '\0';
		FILE *out = open_memstream(&text, &n);
		struct table *t = table_new(out, TABLE_JSON, "x");
		table_text(t, bytes);
		assert_int_equal(table_end(t), 0);
		fclose(out);
		json_error_t e;
		json_t *j = json_loads(text, 0, &e);
		if (!j)
			fail_msg("%s: %s", e.text, text);
		json_decref(j);
		free(text);
	}
}

static void
numbers_read_back_the_same_where_no_decimals_are_asked_for(void **state)
{
	(void)state;
	static const double values[] = {0, 0.1, 1.0 / 3, -2.5e-9, 1e300,
		123456789.123456789, 0.30000000000000004, -0.0};
	for (size_t i = 0; i < array_len(values); i++) {
		char *text = NULL;
		size_t n;
		FILE *out = open_memstream(&text, &n);
		struct table *t = table_new(out, TABLE_CSV, "x");
		table_number(t, values[i], -1);
		table_number(t, INFINITY, -1);
		table_number(t, 1e308, 20);
		assert_int_equal(table_end(t), 0);
		fclose(out);
		assert_true(strtod(text + 2, NULL) == values[i]);
		assert_true(text[2] != '-' || values[i] < 0);
		free(text);
	}
}

static void
a_full_disk_is_told(void **state)
{
	(void)state;
	FILE *out = fopen("/dev/full", "w");
	if (!out) {
		print_message("SKIP: /dev/full not found\n");
		skip();
	}
	struct table *t = table_new(out, TABLE_CSV, "x");
	table_integer(t, 1);
	assert_int_equal(table_end(t), -ENOSPC);
	fclose(out);
}

static void
formats_have_three_names(void **state)
{
	(void)state;
	enum table_format f = TABLE_TABLE;
	assert_true(table_format_parse("json", &f) && f == TABLE_JSON);
	assert_true(table_format_parse("csv", &f) && f == TABLE_CSV);
	assert_true(table_format_parse("table", &f) && f == TABLE_TABLE);
	assert_false(table_format_parse("xml", &f));
	assert_false(table_format_parse("", &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_aligned_with_numbers_to_the_right),
		cmocka_unit_test(csv_quotes_only_what_needs_it),
		cmocka_unit_test(json_lines_keep_numbers_as_numbers_and_empty_as_null),
		cmocka_unit_test(json_stays_json_whatever_bytes_a_text_has),
		cmocka_unit_test(
			numbers_read_back_the_same_where_no_decimals_are_asked_for),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(formats_have_three_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
