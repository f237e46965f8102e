/* SPDX-License-Identifier: MIT */
/* dozed-bridge status: what a spool and its tray hold, looked at from outside, and what is made of
 * it; and the spool's older schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "marks.h"
#include "spool.h"
#include "standing.h"
#include "tray.h"

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

#define HUB   "hub.local:1883/dozed"
#define LIMIT (1 << 20)

static const struct device_id anna = {"anna", "csv", "file"},
			      ben = {"ben", "hae", "phone"};
static const utc_ms monday = {1774299600000}; /* 2026-03-23T21:00Z */
static char dir[64], why[SPOOL_WHY];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-status-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static struct spool *
opened(const char *broker, int64_t limit)
{
	struct spool *s = NULL;
	if (spool_open(&(struct spool_options){dir, broker, limit, monday}, &s, why))
		fail_msg("%s", why);
	return s;
}

static void
put(struct spool *s, const struct device_id *from, int n, utc_ms at)
{
	for (int i = 0; i < n; i++) {
		Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
		assert_int_equal(spool_put(s, from, &b, at), 0);
	}
	assert_int_equal(spool_commit(s), 0);
}

static void
ack(struct spool *s, const struct device_id *from, uint64_t highest, utc_ms at)
{
	Dozed__V1__Ack a = DOZED__V1__ACK__INIT;
	struct spool_freed freed;
	a.epoch = spool_epoch(s);
	a.contiguous = a.highest = highest;
	assert_int_equal(spool_ack(s, from, &a, at, &freed), 0);
	assert_int_equal(spool_commit(s), 0);
}

static struct standing
taken(utc_ms now)
{
	struct standing s;
	if (standing_take(dir, NULL, now, &s, why))
		fail_msg("%s", why);
	for (unsigned i = 0; i < s.n_advice; i++)
		print_message("  %s\n", s.advice[i]);
	return s;
}

static utc_ms
after(utc_ms t, int64_t ms)
{
	return UTC(t.ms + ms);
}

static void
has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static void
a_spool_that_is_not_there_is_no_fault(void **state)
{
	(void)state;
	struct standing s = taken(monday);
	assert_false(s.has_spool || s.is_late || s.is_refused);
	assert_int_equal(s.n_advice, 0);
	standing_finish(&s);
	assert_int_equal(access(dir, F_OK), 0);
	strcat(dir, "/x");
	s = taken(monday);
	assert_int_not_equal(access(dir, F_OK), 0); /* nothing is made by looking */
	standing_finish(&s);
	dir[strlen(dir) - 2] = 0;
}

static void
every_device_of_every_broker_is_told(void **state)
{
	(void)state;
	struct spool *s = opened("other:8883/sleep", LIMIT);
	put(s, &ben, 2, after(monday, 5));
	spool_close(s);
	s = opened(HUB, 2 * LIMIT);
	put(s, &ben, 3, monday);
	put(s, &anna, 5, after(monday, HOUR_MS));
	ack(s, &anna, 4, after(monday, 2 * HOUR_MS));
	ack(s, &ben, 3, after(monday, 3 * HOUR_MS));
	struct standing t = taken(after(monday, 4 * HOUR_MS));
	const struct spool_look *l = &t.spool;
	assert_int_equal(l->n_devices, 3);
	assert_string_equal(l->name, spool_name(s));
	assert_int_equal(l->epoch, spool_epoch(s));
	assert_int_equal(l->limit, 2 * LIMIT); /* the last bridge's */
	assert_int_equal(l->waiting, 3);
	assert_true(l->is_used);
	const struct spool_device *d = l->devices;
	assert_string_equal(d[0].broker, HUB);
	assert_string_equal(d[0].of.person, "anna");
	assert_string_equal(d[0].of.source, "csv");
	assert_string_equal(d[0].of.device, "file");
	assert_int_equal(d[0].waiting, 1);
	assert_int_equal(d[0].since.ms, monday.ms + HOUR_MS);
	assert_int_equal(d[0].last_seq, 5);
	assert_int_equal(d[0].acked_seq, 4);
	assert_int_equal(d[0].acked.ms, monday.ms + 2 * HOUR_MS);
	assert_true(d[0].bytes > 0 && l->bytes == d[0].bytes + d[2].bytes);
	assert_int_equal(d[1].waiting, 0);
	assert_int_equal(d[1].since.ms, 0);
	assert_int_equal(d[1].acked_seq, 3);
	assert_string_equal(d[2].broker, "other:8883/sleep");
	assert_int_equal(d[2].waiting, 2);
	assert_int_equal(d[2].acked.ms, 0);
	standing_finish(&t);
	spool_close(s);
	t = taken(monday);
	assert_false(t.spool.is_used);
	has(t.advice[1], "dozed-bridge send --to mqtts://other:8883 --topic-root sleep`");
	standing_finish(&t);
}

static void
looking_sees_what_is_committed_and_holds_up_nobody(void **state)
{
	(void)state;
	struct spool *s = opened(HUB, LIMIT);
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	put(s, &anna, 2, monday);
	assert_int_equal(spool_put(s, &anna, &b, monday), 0); /* not committed */
	struct standing t = taken(monday);
	assert_int_equal(t.spool.waiting, 2);
	standing_finish(&t);
	assert_int_equal(spool_commit(s), 0);
	t = taken(monday);
	assert_int_equal(t.spool.waiting, 3);
	standing_finish(&t);
	assert_int_equal(spool_put(s, &anna, &b, monday), 0);
	spool_close(s);
}

static void
waiting_is_everyday_for_a_day_and_late_afterwards(void **state)
{
	(void)state;
	struct spool *s = opened(HUB, LIMIT);
	put(s, &anna, 1, monday);
	struct standing t = taken(after(monday, MINUTE_MS));
	has(t.advice[0],
		"1 batch waits since Monday 2026-03-23 21:00: being sent just now");
	standing_finish(&t);
	put(s, &anna, 11, after(monday, HOUR_MS));
	t = taken(after(monday, DAY_MS));
	assert_false(t.is_late);
	has(t.advice[0], "12 batches wait since Monday 2026-03-23 21:00: dozed has not "
			 "answered yet. Is it running");
	standing_finish(&t);
	t = taken(after(monday, DAY_MS + 1));
	assert_true(t.is_late);
	standing_finish(&t);
	spool_close(s);
	t = taken(after(monday, MINUTE_MS));
	has(t.advice[0], "no dozed-bridge is running here");
	has(t.advice[0], "`dozed-bridge send --to mqtt://hub.local:1883`");
	standing_finish(&t);
}

static void
a_person_whom_dozed_does_not_know_is_named(void **state)
{
	(void)state;
	struct spool *s = opened(HUB, LIMIT);
	put(s, &ben, 1, monday);
	put(s, &anna, 4, monday);
	ack(s, &anna, 4, after(monday, HOUR_MS));
	struct standing t = taken(after(monday, 2 * HOUR_MS));
	assert_int_equal(t.n_advice, 1);
	has(t.advice[0],
		"dozed answers for others, but not for ben/hae/phone. Is \"ben\" in");
	standing_finish(&t);
	ack(s, &ben, 1, after(monday, HOUR_MS));
	put(s, &anna, 1, after(monday, 2 * HOUR_MS));
	t = taken(after(monday, 3 * HOUR_MS));
	has(t.advice[0],
		"dozed has not answered since Monday 2026-03-23 22:00. Is it running");
	standing_finish(&t);
	spool_close(s);
}

static void
a_full_spool_is_said(void **state)
{
	(void)state;
	struct spool *s = opened(HUB, 300);
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	while (spool_put(s, &anna, &b, monday) == 0)
		;
	assert_int_equal(spool_commit(s), 0);
	struct standing t = taken(monday);
	has(t.advice[1], "The spool is full");
	has(t.advice[1], "what is not read yet stays where it is");
	standing_finish(&t);
	spool_close(s);
}

static void
marks_are_listed(void **state)
{
	(void)state;
	struct marks m = {0};
	struct spool *s = opened(HUB, LIMIT);
	assert_int_equal(spool_marks_load(s, &m), 0);
	marks_set(&m, "anna/gadgetbridge/file SAMPLE", 42);
	assert_int_equal(spool_marks_save(s, &m), 0);
	marks_finish(&m);
	spool_close(s);
	struct standing t = taken(monday);
	assert_int_equal(t.spool.n_marks, 1);
	assert_string_equal(t.spool.marks[0].broker, HUB);
	assert_string_equal(t.spool.marks[0].key, "anna/gadgetbridge/file SAMPLE");
	assert_int_equal(t.spool.marks[0].value, 42);
	standing_finish(&t);
}

static void
what_came_in_and_what_was_refused_is_told(void **state)
{
	(void)state;
	struct tray *tray;
	char *path;
	const struct tray_document good = {"anna", "hae", "{}", 2},
				   bad = {"ben", NULL, "?", 1};
	assert_int_equal(tray_open(dir, NULL, &tray), 0);
	assert_int_equal(tray_put(tray, &good, monday, NULL), 0);
	struct standing t = taken(after(monday, HOUR_MS));
	has(t.advice[0], "1 document came in and has not been read, the first on Monday");
	assert_false(t.is_late || t.is_refused);
	standing_finish(&t);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tray_put(tray, &bad, after(monday, i), &path), 0);
		assert_int_equal(tray_refuse(tray, path,
					 i ? "no reader \x1b knows this" : "older"),
			0);
		free(path);
	}
	t = taken(after(monday, DAY_MS + 1));
	assert_true(t.is_late && t.is_refused);
	assert_int_equal(t.tray.refused.files, 2);
	has(t.advice[1],
		"2 documents could not be read, the last on Monday 2026-03-23 21:00: "
		"no reader ");
	has(t.advice[1], " knows this. They lie in /tmp/");
	assert_null(strchr(t.advice[1], '\x1b'));
	standing_finish(&t);
	tray_close(tray);
}

static void
times_are_the_wearers_own(void **state)
{
	(void)state;
	struct zone *berlin;
	char text[STANDING_TIME_LEN];
	assert_int_equal(zone_open("Europe/Berlin", &berlin), 0);
	assert_string_equal(
		standing_time(berlin, monday, text), "Monday 2026-03-23 22:00");
	assert_string_equal(standing_time(berlin, UTC(1774746000000), text),
		"Sunday 2026-03-29 03:00");
	assert_string_equal(
		standing_time(NULL, UTC(-1), text), "Wednesday 1969-12-31 23:59");
	zone_free(berlin);
}

/* --- the schema before ---------------------------------------------------------------------- */

static void
run(const char *sql)
{
	char path[128], *fault = NULL;
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/spool.db", dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &fault) != SQLITE_OK)
		fail_msg("%s", fault);
	sqlite3_close(db);
}

/* As 0.1.0 left it: anna has been given three, of which the second and third wait. */
static void
make_old(void)
{
	run("PRAGMA journal_mode = WAL;"
	    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
	    "CREATE TABLE device(id INTEGER PRIMARY KEY, broker TEXT NOT NULL, person "
	    "TEXT NOT "
	    "NULL, source TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,"
	    " UNIQUE(broker, person, source, device));"
	    "CREATE TABLE batch(id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT "
	    "NULL"
	    " REFERENCES device(id), seq INTEGER NOT NULL, payload BLOB NOT NULL, "
	    "UNIQUE(device, "
	    "seq)); PRAGMA user_version = 1;"
	    "INSERT INTO meta VALUES('epoch', '77'), ('name', '0011223344556677');"
	    "INSERT INTO device VALUES(1, '" HUB "', 'anna', 'csv', 'file', 3);"
	    "INSERT INTO batch(device, seq, payload) VALUES(1, 2, x''), (1, 3, x'');");
}

static void
an_older_spool_is_looked_at_as_it_is(void **state)
{
	(void)state;
	make_old();
	struct standing t = taken(monday);
	assert_int_equal(t.spool.waiting, 2);
	assert_int_equal(t.spool.limit, 0);
	assert_int_equal(t.spool.devices[0].last_seq, 3);
	assert_int_equal(t.spool.devices[0].acked_seq, 0);
	standing_finish(&t);
	run("SELECT 1/(user_version = 1) FROM pragma_user_version"); /* looked at only */
}

static void
an_older_spool_goes_on_where_it_was(void **state)
{
	(void)state;
	make_old();
	struct spool *s = opened(HUB, LIMIT);
	assert_int_equal(spool_epoch(s), 77);
	assert_string_equal(spool_name(s), "0011223344556677");
	assert_int_equal(spool_count(s), 2);
	put(s, &anna, 1, monday);
	ack(s, &anna, 3, monday);
	assert_int_equal(spool_count(s), 1);
	spool_close(s);
	s = opened(HUB, LIMIT); /* a second time: nothing is left to do */
	assert_int_equal(spool_count(s), 1);
	spool_close(s);
	struct standing t = taken(monday);
	assert_int_equal(t.spool.devices[0].last_seq, 4);
	assert_int_equal(t.spool.devices[0].acked_seq, 3);
	standing_finish(&t);
}

static void
half_a_step_is_never_kept(void **state)
{
	(void)state;
	struct spool *s = NULL;
	make_old();
	run("ALTER TABLE device ADD COLUMN acked_ms INTEGER"); /* the second half fails */
	assert_true(spool_open(&(struct spool_options){dir, HUB, LIMIT, monday}, &s,
			    why) < 0);
	run("ALTER TABLE device DROP COLUMN acked_ms");
	s = opened(HUB, LIMIT);
	assert_int_equal(spool_count(s), 2);
	spool_close(s);
}

static void
a_newer_or_damaged_spool_is_said(void **state)
{
	(void)state;
	struct standing t;
	char path[128];
	make_old();
	run("PRAGMA user_version = 99");
	assert_int_equal(standing_take(dir, NULL, monday, &t, why), -EPROTO);
	has(why, "newer dozed-bridge");
	snprintf(path, sizeof path, "%s/spool.db", dir);
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("not a database, ", f);
	fclose(f);
	assert_true(standing_take(dir, NULL, monday, &t, why) < 0);
	has(why, "damaged");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_spool_that_is_not_there_is_no_fault),
		T(every_device_of_every_broker_is_told),
		T(looking_sees_what_is_committed_and_holds_up_nobody),
		T(waiting_is_everyday_for_a_day_and_late_afterwards),
		T(a_person_whom_dozed_does_not_know_is_named),
		T(a_full_spool_is_said),
		T(marks_are_listed),
		T(what_came_in_and_what_was_refused_is_told),
		T(times_are_the_wearers_own),
		T(an_older_spool_is_looked_at_as_it_is),
		T(an_older_spool_goes_on_where_it_was),
		T(half_a_step_is_never_kept),
		T(a_newer_or_damaged_spool_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
