/* SPDX-License-Identifier: MIT */
/* The gadgetbridge reader, on databases made here: nights of each kind of tracker, how they
 * grow, and what is read again. */
#include "bridge_gadgetbridge.h"

static void
a_night_of_xiaomi_grows_under_the_same_name(void **state)
{
	struct run r;
	const char *id = "XIAOMI.2.1774737660000";
	(void)state;
	run_init(&r, "gadgetbridge");
	r.o.zone = "Europe/Berlin";
	r.o.now = "2026-03-29T05:30:00Z";
	sql(&r, devices);
	sql(&r, xiaomi);
	sqlf(&r,
		"INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES(%lld, 2, 1, %lld, 0, NULL, "
		"NULL,"
		" NULL, NULL, NULL);",
		(long long)BED, (long long)(BED + 2 * HOUR_MS));
	sqlf(&r,
		"INSERT INTO XIAOMI_SLEEP_STAGE_SAMPLE VALUES(%lld, 2, 1, 3), (%lld, 2, "
		"1, 2),"
		" (%lld, 2, 1, 4), (%lld, 2, 1, 5);",
		(long long)BED, (long long)(BED + HOUR_MS),
		(long long)(BED + 3 * HOUR_MS), (long long)(BED + 5 * HOUR_MS));
	run_go(&r);
	const Dozed__V1__Session *s = session(&r, id);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 2 * HOUR_MS);
	assert_int_equal(minutes_of(s, STAGE_LIGHT), 60);
	assert_int_equal(minutes_of(s, STAGE_DEEP), 60);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_true(isnan(metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S)));
	int64_t first = s->origin->revision;
	run_forget(&r);
	sqlf(&r,
		"UPDATE XIAOMI_SLEEP_TIME_SAMPLE SET WAKEUP_TIME = %lld, IS_AWAKE = 1,"
		" TOTAL_DURATION = 300, DEEP_SLEEP_DURATION = 120,"
		" LIGHT_SLEEP_DURATION = 60, REM_SLEEP_DURATION = 120, AWAKE_DURATION = "
		"30;",
		(long long)(BED + 330 * MINUTE_MS));
	run_go(&r);
	s = session(&r, id);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 330 * MINUTE_MS);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_true(s->origin->revision > first);
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(minutes_of(s, STAGE_REM), 120);
	assert_int_equal(minutes_of(s, STAGE_AWAKE), 30);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S), 18000);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S), 1800);
	first = s->origin->revision;
	run_forget(&r);
	run_go(&r);
	assert_int_equal(
		session(&r, id)->origin->revision, first); /* sent again: no change */
	run_finish(&r);
}

static void
stages_and_totals_that_come_after_the_night_count(void **state)
{
	static const char *const arrives[] = {
		("INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES(1774737660000, 2, 1, "
		 "1774757460000, 1, NULL, NULL, NULL, NULL, NULL);"),
		"INSERT INTO XIAOMI_SLEEP_STAGE_SAMPLE VALUES(1774737660000, 2, 1, 3);",
		"INSERT INTO XIAOMI_SLEEP_STAGE_SAMPLE VALUES(1774741260000, 2, 1, 2);",
		"UPDATE XIAOMI_SLEEP_TIME_SAMPLE SET TOTAL_DURATION = 300;"};
	struct run r;
	int64_t before = 0;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, xiaomi);
	for (size_t i = 0; i < array_len(arrives); i++) {
		sql(&r, arrives[i]);
		run_go(&r);
		const Dozed__V1__Session *s = session(&r, "XIAOMI.2.1774737660000");
		assert_non_null(s);
		assert_true(s->origin->revision > before);
		before = s->origin->revision;
		run_forget(&r);
	}
	run_finish(&r);
	/* Garmin scores a night some time after it */
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sqlf(&r,
		"CREATE TABLE GARMIN_SLEEP_STAGE_SAMPLE(" KEYS ", STAGE INTEGER, " PK
		"CREATE TABLE GARMIN_SLEEP_STATS_SAMPLE(" KEYS
		", SLEEP_SCORE INTEGER, " PK "INSERT INTO GARMIN_SLEEP_STAGE_SAMPLE "
		"VALUES(%lld, 1, 1, 2), (%lld, 1, 1, 1);",
		(long long)BED, (long long)(BED + 2 * HOUR_MS));
	run_go(&r);
	before = session(&r, "GARMIN.1.1774737660000")->origin->revision;
	run_forget(&r);
	sqlf(&r, "INSERT INTO GARMIN_SLEEP_STATS_SAMPLE VALUES(%lld, 1, 1, 81);",
		(long long)(BED + 2 * HOUR_MS));
	run_go(&r);
	assert_true(session(&r, "GARMIN.1.1774737660000")->origin->revision > before);
	run_finish(&r);
}

static void
a_night_that_is_not_over_is_none_yet(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, xiaomi);
	sqlf(&r,
		"INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE(TIMESTAMP, DEVICE_ID, WAKEUP_TIME)"
		" VALUES(%lld, 2, NULL), (%lld, 2, 0);",
		(long long)BED, (long long)(BED + DAY_MS));
	run_go(&r);
	assert_int_equal(nights(&r), 0);
	assert_int_equal(r.refused, 0);
	run_finish(&r);
}

static void
rings_count_minutes_and_cmf_counts_seconds(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	for (int i = 0; i < 2; i++) {
		const char *maker = i ? "CMF" : "COLMI";
		int unit = i ? 60 : 1;
		sqlf(&r,
			"CREATE TABLE %s_SLEEP_SESSION_SAMPLE(" KEYS
			", WAKEUP_TIME INTEGER, " PK
			"CREATE TABLE %s_SLEEP_STAGE_SAMPLE(" KEYS
			", DURATION INTEGER, STAGE INTEGER, " PK
			"INSERT INTO %s_SLEEP_SESSION_SAMPLE VALUES(%lld, 2, 1, %lld);"
			"INSERT INTO %s_SLEEP_STAGE_SAMPLE VALUES(%lld, 2, 1, %d, 2),"
			" (%lld, 2, 1, %d, 3), (%lld, 2, 1, %d, %d);",
			maker, maker, maker, (long long)BED,
			(long long)(BED + 180 * MINUTE_MS), maker, (long long)BED,
			60 * unit, (long long)(BED + 60 * MINUTE_MS), 30 * unit,
			(long long)(BED + 120 * MINUTE_MS), 60 * unit, i ? 1 : 5);
	}
	run_go(&r);
	const Dozed__V1__Session *ring = session(&r, "COLMI.2.1774737660000"),
				 *cmf = session(&r, "CMF.2.1774737660000");
	assert_non_null(ring);
	assert_non_null(cmf);
	assert_int_equal(minutes_of(ring, STAGE_LIGHT), 60);
	assert_int_equal(
		minutes_of(ring, STAGE_DEEP), 30); /* and half an hour of nothing */
	assert_int_equal(minutes_of(ring, STAGE_AWAKE), 60);
	assert_int_equal(minutes_of(cmf, STAGE_LIGHT), 60);
	assert_int_equal(minutes_of(cmf, STAGE_REM), 30);
	assert_int_equal(minutes_of(cmf, STAGE_DEEP), 60);
	run_finish(&r);
}

static void
points_of_garmin_last_until_the_next(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sqlf(&r,
		"CREATE TABLE GARMIN_SLEEP_STAGE_SAMPLE(" KEYS ", STAGE INTEGER, " PK
		"CREATE TABLE GARMIN_SLEEP_STATS_SAMPLE(" KEYS
		", SLEEP_SCORE INTEGER, " PK "INSERT INTO GARMIN_SLEEP_STAGE_SAMPLE "
		"VALUES(%lld, 1, 1, 2), (%lld, 1, 1, 3),"
		" (%lld, 1, 1, 4), (%lld, 1, 1, 1), (%lld, 1, 1, 2), (%lld, 1, 1, 1);"
		"INSERT INTO GARMIN_SLEEP_STATS_SAMPLE VALUES(%lld, 1, 1, 81);",
		(long long)BED, (long long)(BED + HOUR_MS),
		(long long)(BED + 2 * HOUR_MS), (long long)(BED + 4 * HOUR_MS),
		(long long)(BED + DAY_MS), (long long)(BED + DAY_MS + HOUR_MS),
		(long long)(BED + 4 * HOUR_MS));
	run_go(&r);
	const Dozed__V1__Session *s = session(&r, "GARMIN.1.1774737660000");
	assert_int_equal(nights(&r), 2);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 4 * HOUR_MS);
	assert_int_equal(minutes_of(s, STAGE_LIGHT), 60);
	assert_int_equal(minutes_of(s, STAGE_DEEP), 60);
	assert_int_equal(minutes_of(s, STAGE_REM), 120);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE), 81);
	run_finish(&r);
}

static void
minutes_of_huami_become_a_night(void **state)
{
	struct run r;
	int64_t bed = BED / SECOND_MS;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, huami);
	fill(&r, bed - 600, 10, "1, 0, 0, 60");
	fill(&r, bed, 60, "120, 0, 0, 255"); /* light, no heart rate */
	fill(&r, bed + 3600, 10, "1, 0, 0, 0");
	fill(&r, bed + 4200, 30, "120, 43, 55, 50");
	fill(&r, bed + 6000, 30, "120, 128, 56, 50"); /* the highest bit does not count */
	fill(&r, bed + 7800, 20, "115, 0, 0, 50");
	fill(&r, bed + 9000, 20, "120, 170, 0, 50");
	fill(&r, bed + 10200, 90, "1, 0, 0, 70");
	run_go(&r);
	const Dozed__V1__Session *s = session(&r, "HUAMI.1.1774737660000");
	assert_int_equal(nights(&r), 1);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 170 * MINUTE_MS);
	assert_int_equal(minutes_of(s, STAGE_LIGHT), 80);
	assert_int_equal(minutes_of(s, STAGE_AWAKE), 10);
	assert_int_equal(minutes_of(s, STAGE_DEEP), 30);
	assert_int_equal(minutes_of(s, STAGE_REM), 30);
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(
		count(&r, "heart_rate"), 180); /* 255, 0 and the unworn are none */
	assert_int_equal(count(&r, "activity"), 250);
	assert_int_equal(count(&r, "steps"), 250);
	run_finish(&r);
}

static void
a_night_that_may_go_on_is_tentative(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, huami);
	fill(&r, BED / SECOND_MS, 60, "120, 0, 0, 50");
	run_go(&r);
	const Dozed__V1__Session *s = session(&r, "HUAMI.1.1774737660000");
	assert_non_null(s);
	assert_int_equal(s->origin->status, RECORD_TENTATIVE);
	int64_t first = s->origin->revision;
	run_forget(&r);
	fill(&r, BED / SECOND_MS + 3600, 60, "1, 0, 0, 50");
	run_go(&r);
	s = session(&r, "HUAMI.1.1774737660000");
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_true(s->origin->revision > first);
	run_finish(&r);
}

static void
the_next_copy_costs_what_is_new(void **state)
{
	struct run r;
	struct marks marks = {0};
	int64_t last = BED / SECOND_MS + 60 * DAY_MS / SECOND_MS;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sql(&r, huami);
	fill(&r, BED / SECOND_MS, 60 * 1440, "1, 0, 0, 60");
	fill(&r, BED / SECOND_MS - DAY_MS / SECOND_MS, 300, "120, 0, 0, 60");
	story_go(&r, &marks);
	assert_int_equal(count(&r, "activity"), 60 * 1440 + 300);
	assert_int_equal(nights(&r), 1);
	run_forget(&r);
	fill(&r, last, 60, "1, 0, 0, 60");
	story_go(&r, &marks);
	assert_int_equal(count(&r, "activity"), 48 * 60 + 1 + 60);
	assert_int_equal(nights(&r), 0); /* that night was told */
	run_forget(&r);
	/* another watch, with minutes older than what was read of the first */
	sqlf(&r,
		"INSERT INTO DEVICE VALUES(3, 'New', '00:03', NULL);"
		"INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(%lld, 3, 1, 9, 9, 1, "
		"66, 0,"
		" 0);",
		(long long)(last - 30 * 86400));
	story_go(&r, &marks);
	assert_int_equal(count(&r, "activity"), 48 * 60 + 1 + 1);
	run_forget(&r);
	/* older minutes than ever: the table is read as a whole; --all: too */
	fill(&r, BED / SECOND_MS - 2 * DAY_MS / SECOND_MS, 1, "1, 0, 0, 60");
	story_go(&r, &marks);
	assert_int_equal(count(&r, "activity"), 60 * 1440 + 300 + 60 + 1);
	run_forget(&r);
	marks.ignored = 1;
	story_go(&r, &marks);
	assert_int_equal(count(&r, "activity"), 60 * 1440 + 300 + 60 + 1);
	marks_finish(&marks);
	run_finish(&r);
}

static void
other_tables_are_known_by_their_names(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "gadgetbridge");
	sql(&r, devices);
	sqlf(&r,
		"CREATE TABLE HUAMI_SLEEP_RESPIRATORY_RATE_SAMPLE(" KEYS
		", UTC_OFFSET INTEGER, RATE INTEGER, " PK
		"CREATE TABLE CMF_SPO2_SAMPLE(" KEYS ", SPO2 INTEGER, " PK
		"CREATE TABLE GARMIN_HRV_VALUE_SAMPLE(" KEYS ", VALUE INTEGER, " PK
		"CREATE TABLE COLMI_HRV_VALUE_SAMPLE(" KEYS ", VALUE INTEGER, " PK
		"CREATE VIEW EVIL_SPO2_SAMPLE AS SELECT 1 TIMESTAMP, 1 DEVICE_ID, 90 "
		"SPO2;"
		"INSERT INTO HUAMI_SLEEP_RESPIRATORY_RATE_SAMPLE VALUES(%lld, 1, 1, 0, "
		"14);"
		"INSERT INTO CMF_SPO2_SAMPLE VALUES(%lld, 1, 1, 97), (%lld, 1, 1, 0),"
		" (5, 1, 1, 95), (%lld, 1, 1, NULL), (%lld, 1, 1, 'x');"
		"INSERT INTO GARMIN_HRV_VALUE_SAMPLE VALUES(%lld, 1, 1, 41);"
		"INSERT INTO COLMI_HRV_VALUE_SAMPLE VALUES(%lld, 1, 1, 41);",
		(long long)BED, (long long)BED, (long long)BED + 1, (long long)BED + 2,
		(long long)BED + 3, (long long)BED, (long long)BED);
	run_go(&r);
	assert_int_equal(count(&r, "resp_rate"), 1);
	assert_int_equal(count(&r, "spo2"), 1);
	assert_int_equal(count(&r, "hrv_rmssd"), 1);
	assert_int_equal(r.refused, 1);
	assert_said(&r, "CMF_SPO2_SAMPLE: TIMESTAMP 5 lies before 2000");
	run_finish(&r);
}

/* Huawei and Garmin count steps in their own ways; no other maker whose name is like theirs. */
static void
steps_count_where_a_row_is_a_minute(void **state)
{
	static const char *const makers[] = {
		"MI_BAND", "PEBBLE_HEALTH", "GARMIN", "HUAWEI"};
	(void)state;
	for (size_t i = 0; i < array_len(makers); i++) {
		struct run r;
		run_init(&r, "gadgetbridge");
		sql(&r, devices);
		sqlf(&r,
			"CREATE TABLE %s_ACTIVITY_SAMPLE(" KEYS ", STEPS INTEGER, " PK
			"INSERT INTO %s_ACTIVITY_SAMPLE VALUES(%lld, 1, 1, 7);",
			makers[i], makers[i], (long long)(BED / SECOND_MS));
		run_go(&r);
		assert_int_equal(count(&r, "steps"), i < 2);
		run_finish(&r);
	}
}

static void
the_shared_sample_keeps_its_totals(void **state)
{
	char path[512];
	char *paths[] = {path};
	struct run r;
	(void)state;
	if (!shared_file("bridge/gadgetbridge/Gadgetbridge.synthetic.db", path))
		skip();
	run_init(&r, "gadgetbridge");
	r.o.format = "auto";
	r.o.zone = "Europe/Berlin";
	r.o.paths = paths;
	r.o.n_paths = 1;
	run_go(&r);
	const Dozed__V1__Session *band = session(&r, "XIAOMI.2.1774737660000"),
				 *watch = session(&r, "HUAMI.1.1774737660000");
	assert_int_equal(r.status, 0);
	assert_non_null(band);
	assert_non_null(watch);
	printf("gadgetbridge: light %d of 268, deep %d of 65, REM %d of 60, awake %d of "
	       "6 min\n",
		minutes_of(band, STAGE_LIGHT), minutes_of(band, STAGE_DEEP),
		minutes_of(band, STAGE_REM), minutes_of(band, STAGE_AWAKE));
	assert_int_equal(minutes_of(band, STAGE_LIGHT), 268);
	assert_int_equal(minutes_of(band, STAGE_DEEP), 65);
	assert_int_equal(minutes_of(band, STAGE_REM), 60);
	assert_int_equal(minutes_of(band, STAGE_AWAKE), 6);
	assert_int_equal(
		(int)metric(band, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S), 393 * 60);
	assert_int_equal(minutes_of(watch, STAGE_LIGHT), 175);
	assert_int_equal(minutes_of(watch, STAGE_DEEP), 125);
	assert_int_equal(minutes_of(watch, STAGE_REM), 100);
	assert_int_equal(count(&r, "heart_rate"), 400);
	r.o.n_paths = 0;
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_of_xiaomi_grows_under_the_same_name),
		cmocka_unit_test(stages_and_totals_that_come_after_the_night_count),
		cmocka_unit_test(a_night_that_is_not_over_is_none_yet),
		cmocka_unit_test(rings_count_minutes_and_cmf_counts_seconds),
		cmocka_unit_test(points_of_garmin_last_until_the_next),
		cmocka_unit_test(minutes_of_huami_become_a_night),
		cmocka_unit_test(a_night_that_may_go_on_is_tentative),
		cmocka_unit_test(the_next_copy_costs_what_is_new),
		cmocka_unit_test(other_tables_are_known_by_their_names),
		cmocka_unit_test(steps_count_where_a_row_is_a_minute),
		cmocka_unit_test(the_shared_sample_keeps_its_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
