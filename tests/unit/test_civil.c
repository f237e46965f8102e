/* SPDX-License-Identifier: MIT */
/* Local time against what the system's zdump says, and against the days
 * that people remember: changes of the clock, half hours, a date that never was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

static struct zone *
open_zone(const char *name)
{
	struct zone *z = NULL;
	assert_int_equal(zone_open(name, &z), 0);
	assert_string_equal(zone_name(z), name);
	return z;
}

/* The instant of an ISO text that carries its offset. */
static utc_ms
at(const char *text)
{
	utc_ms t;
	if (!civil_time_parse(text, NULL, &t, NULL))
		fail_msg("not a time: %s", text);
	return t;
}

static civil_day
day(const char *text)
{
	civil_day d;
	if (!civil_date_parse(text, &d))
		fail_msg("not a date: %s", text);
	return d;
}

static void
dates_count_forwards_and_back(void **state)
{
	(void)state;
	char text[CIVIL_DATE_LEN];
	assert_int_equal(day("1970-01-01").n, 0);
	assert_int_equal(day("2000-02-29").n, 11016);
	assert_int_equal(day("0000-01-01").n, -719528);
	assert_int_equal(day("9999-12-31").n, 2932896);
	for (int32_t n = -719528; n <= 2932896; n++) {
		int64_t y;
		int m, d;
		civil_to_ymd(DAY(n), &y, &m, &d);
		if (civil_from_ymd(y, m, d).n != n)
			fail_msg("day %d", n);
	}
	assert_string_equal(civil_date_text(day("2024-02-29"), text), "2024-02-29");
	assert_string_equal(civil_date_text(DAY(INT32_MAX), text), "----------");
	assert_string_equal(civil_date_text(DAY(INT32_MIN), text), "----------");
}

static void
dates_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "2026", "2026-1-01", "2026-02-29",
		"1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
		"2026-01-01x", "2026-01-01 ", " 2026-01-01", "20260101", "-026-01-01",
		"2026/01/01"};
	for (size_t i = 0; i < array_len(bad); i++) {
		civil_day d = DAY(7);
		if (civil_date_parse(bad[i], &d) || d.n != 7)
			fail_msg("accepted: %s", bad[i]);
	}
}

static void
times_are_read_in_every_documented_form(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{"2026-03-29T07:12:30+02:00", 1774761150000},
		{"2026-03-29 07:12:30+0200", 1774761150000},
		{"2026-03-29T05:12:30Z", 1774761150000},
		{"2026-03-29T05:12:30z", 1774761150000},
		{"2026-03-29T05:12Z", 1774761120000},
		{"2026-03-29T05:12:30.5Z", 1774761150500},
		{"2026-03-29T05:12:30,123987Z", 1774761150123},
		{"2026-03-28T22:12:30-07:00", 1774761150000},
		{"1969-12-31T23:59:59Z", -1000},
		{"1774761150", 1774761150000},
		{"1774761150.25", 1774761150250},
		{"1774761150123", 1774761150123},
		{"0", 0},
	};
	for (size_t i = 0; i < array_len(good); i++) {
		utc_ms t = UTC(-7);
		int naive = -1;
		if (!civil_time_parse(good[i].text, NULL, &t, &naive) ||
			t.ms != good[i].ms)
			fail_msg("%s: %lld", good[i].text, (long long)t.ms);
		assert_int_equal(naive, 0);
	}
}

static void
times_that_are_none_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "T", "2026-03-29", "2026-03-29T07",
		"2026-03-29T24:00Z", "2026-03-29T07:60Z", "2026-03-29T07:12:60Z",
		"2026-03-29T07:12:30", "2026-03-29T07:12Zx", "2026-03-29T07:12:30.Z",
		"2026-03-29T07:12+2", "2026-03-29T07:12+24:00", "2026-03-29T07:12+02:60",
		"2026-02-30T07:12Z", "2026-03-29_07:12Z", "1774761150 ", "-5", "+5",
		"1e9", "0x10", "12345678901234567", "123456789012.5", "now", "."};
	for (size_t i = 0; i < array_len(bad); i++) {
		utc_ms t = UTC(7);
		if (civil_time_parse(bad[i], NULL, &t, NULL) || t.ms != 7)
			fail_msg("accepted: '%s'", bad[i]);
	}
}

static void
a_time_without_offset_is_the_persons(void **state)
{
	(void)state;
	struct zone *z = open_zone("Europe/Berlin");
	utc_ms t;
	int naive = 0;
	assert_int_equal(civil_time_parse("2026-07-01 08:00", z, &t, &naive), 1);
	assert_int_equal(naive, 1);
	assert_int_equal(t.ms, at("2026-07-01T06:00Z").ms);
	/* the skipped hour: the change */
	assert_int_equal(civil_time_parse("2026-03-29T02:30:00", z, &t, NULL), 1);
	assert_int_equal(t.ms, at("2026-03-29T01:00Z").ms);
	/* the repeated hour: its first pass */
	assert_int_equal(civil_time_parse("2026-10-25T02:30:00.5", z, &t, NULL), 1);
	assert_int_equal(t.ms, at("2026-10-25T00:30:00.5Z").ms);
	/* a stated offset wins */
	assert_int_equal(civil_time_parse("2026-10-25T02:30:00+01:00", z, &t, &naive), 1);
	assert_int_equal(naive, 0);
	assert_int_equal(t.ms, at("2026-10-25T01:30Z").ms);
	zone_free(z);
}

static void
times_are_written_with_their_offset(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *utc, *want;
	} rows[] = {
		{"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59+02:00"},
		{"Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00"},
		{"America/New_York", "2026-01-15T12:00:00Z", "2026-01-15T07:00:00-05:00"},
		{"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01T01:00:00-05:00"},
		{"Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-06-01T05:30:00+05:30"},
		{"Australia/Lord_Howe", "2026-01-01T00:00:00Z",
			"2026-01-01T11:00:00+11:00"},
		{"Australia/Lord_Howe", "2026-07-01T00:00:00Z",
			"2026-07-01T10:30:00+10:30"},
		{"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59-10:00"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00"},
		{"Etc/GMT+12", "2026-01-01T00:00:00Z", "2025-12-31T12:00:00-12:00"},
		{"UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"},
		/* far beyond the table: the footer's rule */
		{"Europe/Berlin", "2126-07-01T00:00:00Z", "2126-07-01T02:00:00+02:00"},
		{"Europe/Berlin", "2126-12-01T00:00:00Z", "2126-12-01T01:00:00+01:00"},
		/* local mean time, +00:53:28, in whole minutes */
		{"Europe/Berlin", "1890-01-01T00:00:00Z", "1890-01-01T00:53:00+00:53"},
	};
	for (size_t i = 0; i < array_len(rows); i++) {
		struct zone *z = open_zone(rows[i].zone);
		char text[CIVIL_TIME_LEN], hhmm[6];
		utc_ms t = at(rows[i].utc);
		assert_string_equal(civil_time_text(z, t, text), rows[i].want);
		assert_int_equal(at(text).ms, t.ms);
		civil_clock_text(z, t, hhmm);
		assert_memory_equal(hhmm, rows[i].want + 11, 5);
		assert_string_equal(civil_time_text(NULL, t, text), rows[i].utc);
		zone_free(z);
	}
	char text[CIVIL_TIME_LEN];
	assert_string_equal(
		civil_time_text(NULL, UTC(INT64_MAX), text), "-------------------");
	assert_string_equal(
		civil_time_text(NULL, UTC(INT64_MIN), text), "-------------------");
}

static void
a_day_may_start_at_another_hour_than_midnight(void **state)
{
	(void)state;
	struct zone *z = open_zone("Europe/Berlin");
	/* 19:00 on Monday 2 March belongs to Tuesday where the day changes at 18:00 */
	assert_int_equal(zone_date(z, at("2026-03-02T17:59:59+01:00"), -360).n,
		day("2026-03-02").n);
	assert_int_equal(zone_date(z, at("2026-03-02T18:00:00+01:00"), -360).n,
		day("2026-03-03").n);
	assert_int_equal(
		zone_date(z, at("2026-03-02T23:59:59+01:00"), 0).n, day("2026-03-02").n);
	assert_int_equal(
		zone_date(z, at("2026-03-03T00:00:00+01:00"), 0).n, day("2026-03-03").n);
	assert_int_equal(zone_date(z, at("2026-03-03T03:59:00+01:00"), 240).n,
		day("2026-03-02").n);
	assert_int_equal(zone_date(z, at("2026-03-03T04:00:00+01:00"), 240).n,
		day("2026-03-03").n);
	/* before 1970, and at the ends of what a time can be */
	assert_int_equal(zone_date(z, UTC(-1), 0).n, 0);
	assert_int_equal(zone_date(z, UTC(-2 * HOUR_MS), 0).n, -1);
	assert_true(zone_date(z, UTC(INT64_MAX), 0).n > 1000000000);
	assert_true(zone_date(z, UTC(INT64_MIN), 0).n < -1000000000);
	zone_free(z);
}

static void
instants_of_wall_clock_times_respect_changes(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *date;
		int minute;
		const char *want;
	} rows[] = {
		{"Europe/Berlin", "2026-03-29", 119, "2026-03-29T00:59Z"},
		{"Europe/Berlin", "2026-03-29", 120,
			"2026-03-29T01:00Z"}, /* 02:00 is skipped */
		{"Europe/Berlin", "2026-03-29", 179, "2026-03-29T01:00Z"},
		{"Europe/Berlin", "2026-03-29", 180, "2026-03-29T01:00Z"},
		{"Europe/Berlin", "2026-03-29", 181, "2026-03-29T01:01Z"},
		{"Europe/Berlin", "2026-10-25", 120,
			"2026-10-25T00:00Z"}, /* the first 02:00 */
		{"Europe/Berlin", "2026-10-25", 180, "2026-10-25T02:00Z"},
		{"Europe/Berlin", "2026-10-25", -360, "2026-10-24T16:00Z"},
		{"Europe/Berlin", "2026-10-25", 1440, "2026-10-25T23:00Z"},
		{"America/New_York", "2026-03-08", 150, "2026-03-08T07:00Z"},
		{"America/New_York", "2026-11-01", 90, "2026-11-01T05:30Z"},
		{"Australia/Lord_Howe", "2026-10-04", 135,
			"2026-10-03T15:30Z"}, /* half an hour */
		{"Asia/Kolkata", "2026-06-01", 0, "2026-05-31T18:30Z"},
		{"Pacific/Apia", "2011-12-30", 720, "2011-12-30T10:00Z"}, /* never was */
		{"Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00Z"},
		{"Etc/GMT+12", "2026-01-01", 0, "2026-01-01T12:00Z"},
		{"Europe/Berlin", "2126-07-01", 630, "2126-07-01T08:30Z"},
		{"UTC", "1970-01-01", 0, "1970-01-01T00:00Z"},
	};
	for (size_t i = 0; i < array_len(rows); i++) {
		struct zone *z = open_zone(rows[i].zone);
		int64_t got = zone_instant(z, day(rows[i].date), rows[i].minute).ms;
		if (got != at(rows[i].want).ms)
			fail_msg("%s %s %d: %lld", rows[i].zone, rows[i].date,
				rows[i].minute, (long long)got);
		zone_free(z);
	}
}

static void
every_wall_minute_comes_back_as_itself_or_the_change(void **state)
{
	(void)state;
	static const char *const zones[] = {"Europe/Berlin", "America/New_York",
		"Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Etc/GMT+12",
		"UTC", "Africa/Casablanca"};
	for (size_t i = 0; i < array_len(zones); i++) {
		struct zone *z = open_zone(zones[i]);
		int64_t last = INT64_MIN;
		for (int32_t d = day("2011-12-20").n; d < day("2012-12-20").n; d++)
			for (int m = 0; m < 1440; m += 7) {
				int64_t t = zone_instant(z, DAY(d), m).ms;
				int64_t wall = t + zone_offset_s(z, UTC(t)) * SECOND_MS;
				int64_t want = d * DAY_MS + m * MINUTE_MS;
				if (wall < want || t < last ||
					(wall > want && zone_offset_s(z, UTC(t - 1)) ==
								zone_offset_s(z, UTC(t))))
					fail_msg("%s %d %d", zones[i], d, m);
				last = t;
			}
		zone_free(z);
	}
}

/* "Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200" */
static unsigned
compare_with_zdump(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct zone *z = open_zone(name);
	char command[160], line[256];
	snprintf(command, sizeof command, "zdump -v -c 1850,2150 '%s' 2>/dev/null", name);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	unsigned n = 0;
	while (fgets(line, sizeof line, f)) {
		char mon[4];
		int d, h, m, s, y;
		const char *off = strstr(line, "gmtoff=");
		if (!off || sscanf(line, "%*s %*s %3s %d %d:%d:%d %d UT", mon, &d, &h, &m,
				    &s, &y) != 6)
			continue;
		int month = (int)(strstr(months, mon) - months) / 3 + 1;
		utc_ms t = UTC(civil_from_ymd(y, month, d).n * DAY_MS + h * HOUR_MS +
			       m * MINUTE_MS + s * SECOND_MS);
		if (zone_offset_s(z, t) != atoi(off + 7))
			fail_msg("%s has %d for %s", name, zone_offset_s(z, t), line);
		n++;
	}
	pclose(f);
	zone_free(z);
	return n;
}

static void
offsets_equal_zdumps(void **state)
{
	(void)state;
	FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
	if (system("zdump UTC >/dev/null 2>&1") != 0 || !f) {
		print_message("SKIP: zdump or tzdata.zi not found\n");
		if (f)
			fclose(f);
		skip();
	}
	char line[256], name[64];
	unsigned zones = 0, lines = 0;
	static const char *const named[] = {"Europe/Berlin", "America/New_York",
		"Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Etc/GMT+12",
		"UTC"};
	for (size_t i = 0; i < array_len(named); i++)
		lines += compare_with_zdump(named[i]);
	while (fgets(line, sizeof line, f))
		/* every tenth will do day by day; set to 1 after a change to zone.c */
		if (sscanf(line, "Z %63s", name) == 1 && zones++ % 10 == 0)
			lines += compare_with_zdump(name);
	fclose(f);
	print_message("%u offsets, every tenth of %u zones\n", lines, zones);
	assert_true(zones > 300 && lines > 5000);
}

static void
names_outside_the_database_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int want;
	} rows[] = {
		{"", -EINVAL}, {"/etc/passwd", -EINVAL}, {"../../../etc/passwd", -EINVAL},
		{"Europe/../Europe/Berlin", -EINVAL}, {"Europe//Berlin", -EINVAL},
		{"Europe/Berlin/", -EINVAL}, {"Europe Berlin", -EINVAL},
		{"Europe/Berlin\n", -EINVAL},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			-EINVAL},
		{"Europe", -ENOENT}, /* a directory */
		{"Europe/Berlim", -ENOENT}, {"Europe/Berlin/Mitte", -ENOENT},
		{"right/Europe/Berlin", -EINVAL}, /* counts leap seconds */
		{"leapseconds", -EINVAL},         /* lies there, is no zone */
	};
	for (size_t i = 0; i < array_len(rows); i++) {
		struct zone *z = NULL;
		int r = zone_open(rows[i].name, &z);
		/* some systems do not install right/ or leapseconds */
		if (r != rows[i].want &&
			!(rows[i].want == -EINVAL && i >= 12 && r == -ENOENT))
			fail_msg("%s: %d", rows[i].name, r);
		assert_null(z);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_count_forwards_and_back),
		cmocka_unit_test(dates_that_do_not_exist_are_refused),
		cmocka_unit_test(times_are_read_in_every_documented_form),
		cmocka_unit_test(times_that_are_none_are_refused),
		cmocka_unit_test(a_time_without_offset_is_the_persons),
		cmocka_unit_test(times_are_written_with_their_offset),
		cmocka_unit_test(a_day_may_start_at_another_hour_than_midnight),
		cmocka_unit_test(instants_of_wall_clock_times_respect_changes),
		cmocka_unit_test(every_wall_minute_comes_back_as_itself_or_the_change),
		cmocka_unit_test(offsets_equal_zdumps),
		cmocka_unit_test(names_outside_the_database_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
