/* SPDX-License-Identifier: MIT */
/* The gadgetbridge reader, on databases made here: nights of each kind of tracker, how they
 * grow, what is read again, and files that are no whole database. */
#include "bridge_fixture.h"

#include <math.h>
#include <sqlite3.h>

#include "marks.h"

#define BED  INT64_C(1774737660000) /* 2026-03-28T22:41Z; clocks change in the night */
#define KEYS "TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER"
#define PK   "PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;"

static const char devices[] = "CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT, "
			      "IDENTIFIER TEXT, ALIAS TEXT);"
			      "INSERT INTO DEVICE VALUES(1, 'Band', '00:01', NULL), (2, "
			      "'Ring', '00:02', 'mine');";
static const char xiaomi[] =
	"CREATE TABLE XIAOMI_SLEEP_TIME_SAMPLE(" KEYS
	", WAKEUP_TIME INTEGER, IS_AWAKE INTEGER,"
	" TOTAL_DURATION INTEGER, DEEP_SLEEP_DURATION INTEGER, LIGHT_SLEEP_DURATION "
	"INTEGER,"
	" REM_SLEEP_DURATION INTEGER, AWAKE_DURATION INTEGER, " PK
	"CREATE TABLE XIAOMI_SLEEP_STAGE_SAMPLE(" KEYS ", STAGE INTEGER, " PK;
static const char huami[] =
	"CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(" KEYS
	", RAW_INTENSITY INTEGER, STEPS INTEGER, RAW_KIND INTEGER, HEART_RATE INTEGER,"
	" DEEP_SLEEP INTEGER, REM_SLEEP INTEGER, " PK;

/* Runs SQL on the run's database, which is then its only path. */
static void
sql(struct run *r, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	if (!r->path[0]) {
		r->path[0] = calloc(1, 128);
		snprintf(r->path[0], 128, "%s/gb %%41.db", r->dir);
		r->o.paths = r->path;
		r->o.n_paths = 1;
	}
	assert_int_equal(sqlite3_open(r->path[0], &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
sqlf(struct run *r, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	sql(r, text);
}

/* A run with what is known from the one before. */
static void
go_on(struct run *r, struct marks *marks)
{
	FILE *said = open_memstream(&r->said, &r->said_size);

	assert_int_equal(job_init(&r->j, &r->o), 0);
	r->j.report.to = said;
	r->j.marks = marks;
	r->j.to = (struct outlet){run_put, r};
	assert_int_equal(job_read(&r->j), 0);
	assert_int_equal(job_flush(&r->j), 0);
	r->status = job_status(&r->j);
	r->refused = r->j.report.refused;
	job_finish(&r->j);
	fclose(said);
}

static void
forget(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		dozed__v1__batch__free_unpacked(r->got[i].b, NULL);
		free(r->got[i].payload);
	}
	free(r->got);
	free(r->said);
	r->got = NULL;
	r->said = NULL;
	r->n = 0;
}

static const Dozed__V1__Session *
session(const struct run *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_sessions; k++)
			if (strcmp(r->got[i].b->sessions[k]->origin->record_id, id) == 0)
				return r->got[i].b->sessions[k];
	return NULL;
}

static size_t
sessions(const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += r->got[i].b->n_sessions;
	return n;
}

static int
minutes_of(const Dozed__V1__Session *s, int stage)
{
	unsigned sum = 0;
	for (size_t i = 0; i < s->n_stages; i++)
		if ((int)s->stages[i]->stage == stage)
			sum += s->stages[i]->duration_s;
	return (int)sum / 60;
}

static double
metric(const Dozed__V1__Session *s, int which)
{
	for (size_t i = 0; i < s->n_metrics; i++)
		if ((int)s->metrics[i]->metric == which)
			return s->metrics[i]->value;
	return NAN;
}

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
	forget(&r);
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
	forget(&r);
	run_go(&r);
	assert_int_equal(
		session(&r, id)->origin->revision, first); /* sent again: no change */
	run_finish(&r);
}

static void
stages_and_totals_that_come_after_the_night_count(void **state)
{
	static const char *const arrives[] = {
		"INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES(1774737660000, 2, 1, "
		"1774757460000, 1, NULL, NULL, NULL, NULL, NULL);",
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
		forget(&r);
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
	forget(&r);
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
	assert_int_equal(sessions(&r), 0);
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
	assert_int_equal(sessions(&r), 2);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 4 * HOUR_MS);
	assert_int_equal(minutes_of(s, STAGE_LIGHT), 60);
	assert_int_equal(minutes_of(s, STAGE_DEEP), 60);
	assert_int_equal(minutes_of(s, STAGE_REM), 120);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE), 81);
	run_finish(&r);
}

/* n minutes from t (seconds) of device 1: kind, deep, rem, heart rate. */
static void
fill(struct run *r, int64_t t, int n, const char *rest)
{
	sqlf(r,
		"WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i "
		"< %d)"
		" INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE(TIMESTAMP, DEVICE_ID, "
		"USER_ID,"
		" RAW_INTENSITY, STEPS, RAW_KIND, DEEP_SLEEP, REM_SLEEP, HEART_RATE)"
		" SELECT %lld + 60 * i, 1, 1, 3, 0, %s FROM m;",
		n - 1, (long long)t, rest);
}

static size_t
count(const struct run *r, const char *channel)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_series; k++) {
			const Dozed__V1__Series *s = r->got[i].b->series[k];
			if ((int)s->channel == channel_by_name(channel)->wire)
				n += (s->n_v ? s->n_v : s->i16.len / 2) - s->n_missing;
		}
	return n;
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
	assert_int_equal(sessions(&r), 1);
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
	forget(&r);
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
	go_on(&r, &marks);
	assert_int_equal(count(&r, "activity"), 60 * 1440 + 300);
	assert_int_equal(sessions(&r), 1);
	forget(&r);
	fill(&r, last, 60, "1, 0, 0, 60");
	go_on(&r, &marks);
	assert_int_equal(count(&r, "activity"), 48 * 60 + 1 + 60);
	assert_int_equal(sessions(&r), 0); /* that night was told */
	forget(&r);
	/* another watch, with minutes older than what was read of the first */
	sqlf(&r,
		"INSERT INTO DEVICE VALUES(3, 'New', '00:03', NULL);"
		"INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(%lld, 3, 1, 9, 9, 1, "
		"66, 0,"
		" 0);",
		(long long)(last - 30 * 86400));
	go_on(&r, &marks);
	assert_int_equal(count(&r, "activity"), 48 * 60 + 1 + 1);
	forget(&r);
	/* older minutes than ever: the table is read as a whole; --all: too */
	fill(&r, BED / SECOND_MS - 2 * DAY_MS / SECOND_MS, 1, "1, 0, 0, 60");
	go_on(&r, &marks);
	assert_int_equal(count(&r, "activity"), 60 * 1440 + 300 + 60 + 1);
	forget(&r);
	marks.ignored = 1;
	go_on(&r, &marks);
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
	go_on(&r, &marks);
	assert_said(&r, "damaged: HUAMI_EXTENDED_ACTIVITY_SAMPLE");
	assert_int_equal(r.status, 1);
	assert_true(count(&r, "activity") > 1000);
	assert_int_equal(marks.n, 0); /* and all of it is read again */
	marks_finish(&marks);
	run_finish(&r);
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
	assert_int_equal(sessions(&r), 1);
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
		cmocka_unit_test(a_night_of_xiaomi_grows_under_the_same_name),
		cmocka_unit_test(stages_and_totals_that_come_after_the_night_count),
		cmocka_unit_test(a_night_that_is_not_over_is_none_yet),
		cmocka_unit_test(rings_count_minutes_and_cmf_counts_seconds),
		cmocka_unit_test(points_of_garmin_last_until_the_next),
		cmocka_unit_test(minutes_of_huami_become_a_night),
		cmocka_unit_test(a_night_that_may_go_on_is_tentative),
		cmocka_unit_test(the_next_copy_costs_what_is_new),
		cmocka_unit_test(other_tables_are_known_by_their_names),
		cmocka_unit_test(what_is_no_whole_database_is_refused),
		cmocka_unit_test(what_comes_before_the_damage_is_kept),
		cmocka_unit_test(a_table_that_ends_in_no_time_keeps_its_rest),
		cmocka_unit_test(a_name_of_a_device_may_be_any_bytes),
		cmocka_unit_test(the_shared_sample_keeps_its_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
