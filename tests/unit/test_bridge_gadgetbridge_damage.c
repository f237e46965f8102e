/* SPDX-License-Identifier: MIT */
/* The gadgetbridge reader, on files that are no whole database, and cells that hold what no
 * phone writes. */
#include "bridge_gadgetbridge.h"

static void
what_is_no_whole_database_is_refused(void **state)
{
	struct run r;
	char beside[160];
	(void)state;
	run_init(&r, "gadgetbridge");
	run_text(&r, "SQLite format 4, or so");
	assert_said(&r, "not an SQLite database");
	run_finish(&r);
	/* cut off */
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, huami);
	fill(&r, BED / SECOND_MS, 2000, "1, 0, 0, 60");
	assert_int_equal(truncate(r.path[0], 8192), 0);
	run_go(&r);
	assert_int_equal(r.status, 2);
	assert_said(&r, "cut off, or still being written");
	run_finish(&r);
	/* in use */
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	snprintf(beside, sizeof beside, "%s-wal", r.path[0]);
	FILE *f = fopen(beside, "w");
	assert_non_null(f);
	fputs("frames", f);
	fclose(f);
	run_go(&r);
	unlink(beside);
	assert_int_equal(r.status, 2);
	assert_said(&r, "in use");
	run_finish(&r);
}

static void
what_comes_before_the_damage_is_kept(void **state)
{
	struct run r;
	struct marks marks = {0};
	char junk[4096];
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, huami);
	fill(&r, BED / SECOND_MS, 20000, "1, 0, 0, 60");
	FILE *f = fopen(r.path[0], "r+");
	assert_non_null(f);
	memset(junk, 0xa5, sizeof junk);
	fseek(f, 60 * 4096, SEEK_SET);
	assert_int_equal(fwrite(junk, 1, sizeof junk, f), sizeof junk);
	fclose(f);
	story_go(&r, &marks);
	assert_said(&r, "damaged: HUAMI_EXTENDED_ACTIVITY_SAMPLE");
	assert_int_equal(r.status, 1);
	assert_true(count(&r, "activity") > 1000);
	assert_int_equal(marks.n, 0); /* and all of it is read again */
	marks_finish(&marks);
	run_finish(&r);
}

/* Found by mutated files: a table whose last TIMESTAMP is no number, or no time. */
static void
a_table_that_ends_in_no_time_keeps_its_rest(void **state)
{
	static const char *const stamps[] = {"'x'", "x'00'", "9223372036854775807",
		"-9223372036854775808", "-9223372036854775", "9e99"};
	(void)state;
	for (size_t i = 0; i < array_len(stamps); i++) {
		struct run r;
		run_init(&r, "gadgetbridge");
		sql(&r, devices);
		sql(&r, huami);
		sqlf(&r,
			"INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(1774737660, "
			"1, 1, 5, 0, 1, 60, 0, 0), (%s, 1, 1, 5, 0, 1, 60, 0, 0);",
			stamps[i]);
		run_go(&r);
		assert_true(r.refused > 0);
		assert_int_equal(r.n, 1);
		run_finish(&r);
	}
}

static void
a_name_of_a_device_may_be_any_bytes(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	r.o.zone = "Europe/Berlin";
	sql(&r, devices);
	sql(&r, xiaomi);
	sql(&r, "UPDATE DEVICE SET ALIAS = cast(x'42c3a4ff' AS TEXT);");
	sqlf(&r,
		"INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES(%lld, 2, 1, %lld, 1, "
		"100000, 1, 1, "
		"NULL, 1e12);",
		(long long)BED, (long long)(BED + 2 * HOUR_MS));
	run_go(&r);
	assert_int_equal(nights(&r), 1);
	const Dozed__V1__Session *s = session(&r, "XIAOMI.2.1774737660000");
	assert_non_null(s);
	assert_string_equal(s->origin->source_app, "B\xc3\xa4?");
	/* a total that no night has is none */
	assert_true(isnan(metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S)));
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_whole_database_is_refused),
		cmocka_unit_test(what_comes_before_the_damage_is_kept),
		cmocka_unit_test(a_table_that_ends_in_no_time_keeps_its_rest),
		cmocka_unit_test(a_name_of_a_device_may_be_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
