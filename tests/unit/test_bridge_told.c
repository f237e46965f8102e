/* SPDX-License-Identifier: MIT */
/* Nights without ids of their own: a Gadgetbridge database that is read in many steps gives
 * the nights of one whole reading, wherever it was cut and in whatever order minutes came. */
#include "bridge_story.h"

#include <sqlite3.h>

#include "told.h"

#define FIRST      INT64_C(1774720800) /* 2026-03-28T18:00Z */
#define DAY_MIN    1440
#define DAYS       6
#define KIND_AWAKE 1

/* 120 asleep, 1 awake, 115 not worn, 0: no row; minutes after 18:00. */
static int
kind_at(int minute)
{
	static const struct {
		int day, from, to, kind; /* day -1: every day */
	} spans[] = {
		/* broken for 55 min (one sleep), for 70 (two) */
		{0, 600, 655, KIND_AWAKE},
		{1, 500, 570, KIND_AWAKE},
		/* not worn; no rows at all */
		{2, 420, 450, 115},
		{3, 450, 505, 0},
		{4, 400, 475, 0},
		/* a nap, and too little for one */
		{1, 1200, 1240, 120},
		{3, 1200, 1215, 120},
		/* two halves of an evening */
		{2, 60, 110, 120},
		{2, 110, 165, KIND_AWAKE},
		{2, 165, 200, 120},
		{-1, 300, 780, 120},
	};
	for (size_t i = 0; i < array_len(spans); i++)
		if ((spans[i].day < 0 || spans[i].day == minute / DAY_MIN) &&
			minute % DAY_MIN >= spans[i].from &&
			minute % DAY_MIN < spans[i].to)
			return spans[i].kind;
	return KIND_AWAKE;
}

static void
begin(struct run *r, sqlite3 **db)
{
	run_init(r, "gadgetbridge");
	r->path[0] = calloc(1, 128);
	snprintf(r->path[0], 128, "%s/gb.db", r->dir);
	r->o.paths = r->path;
	r->o.n_paths = 1;
	assert_int_equal(sqlite3_open(r->path[0], db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(*db,
			"PRAGMA synchronous = OFF;"
			"CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT, "
			"IDENTIFIER TEXT, ALIAS TEXT);"
			"INSERT INTO DEVICE VALUES(1, 'Band', '00:01', NULL);"
			"CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(TIMESTAMP INTEGER, "
			"DEVICE_ID INTEGER, RAW_KIND INTEGER, DEEP_SLEEP INTEGER, "
			"REM_SLEEP INTEGER, PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT "
			"ROWID;",
			NULL, NULL, NULL),
		SQLITE_OK);
}

/* Minutes [from, to) come in. */
static void
arrive(sqlite3 *db, int from, int to)
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(?1, "
				 "1, ?2, ?3, "
				 "?4)",
				 -1, &q, NULL),
		SQLITE_OK);
	for (int i = from; i < to; i++) {
		if (!kind_at(i))
			continue;
		sqlite3_bind_int64(q, 1, FIRST + 60 * (int64_t)i);
		sqlite3_bind_int(q, 2, kind_at(i));
		sqlite3_bind_int(q, 3, i % 90 < 30 ? 60 : 0);
		sqlite3_bind_int(q, 4, i % 90 > 70 ? 70 : 0);
		assert_int_equal(sqlite3_step(q), SQLITE_DONE);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static void
read_on(struct run *r, struct marks *marks, struct shelf *shelf)
{
	story_go(r, marks);
	shelf_put(shelf, r);
	run_forget(r);
}

/* Everything at once, as the others must end. */
static void
whole(struct shelf *ret)
{
	struct run r;
	struct marks marks = {0};
	sqlite3 *db;

	begin(&r, &db);
	arrive(db, 0, DAYS * DAY_MIN);
	memset(ret, 0, sizeof *ret);
	read_on(&r, &marks, ret);
	sqlite3_close(db);
	marks_finish(&marks);
	run_finish(&r);
	assert_int_equal(ret->n, 10);
}

static void
wherever_it_is_cut_the_nights_are_those_of_one_reading(void **state)
{
	struct shelf all;
	int cuts = 0;
	(void)state;
	for (int cut = 10; cut < DAYS * DAY_MIN; cut += 61, cuts++) {
		struct run r;
		struct marks marks = {0};
		struct shelf shelf = {0};
		sqlite3 *db;
		char what[32];
		whole(&all);
		begin(&r, &db);
		arrive(db, 0, cut);
		read_on(&r, &marks, &shelf);
		arrive(db, cut, DAYS * DAY_MIN);
		read_on(&r, &marks, &shelf);
		snprintf(what, sizeof what, "cut at %d", cut);
		shelf_same(&shelf, &all, what);
		sqlite3_close(db);
		marks_finish(&marks);
		run_finish(&r);
	}
	print_message("gadgetbridge: %d cuts, each with the %zu nights of one reading\n",
		cuts, all.n);
}

static void
an_upload_every_hour_gives_the_same(void **state)
{
	struct shelf all, shelf = {0};
	struct run r;
	struct marks marks = {0};
	sqlite3 *db;
	(void)state;
	whole(&all);
	begin(&r, &db);
	for (int i = 0; i < DAYS * DAY_MIN; i += 60) {
		arrive(db, i, i + 60);
		read_on(&r, &marks, &shelf);
	}
	shelf_same(&shelf, &all, "every hour");
	/* and again: nothing new */
	size_t n = shelf.n;
	story_go(&r, &marks);
	shelf_put(&shelf, &r);
	assert_int_equal(shelf.n, n);
	shelf_same(&shelf, &all, "once more");
	sqlite3_close(db);
	marks_finish(&marks);
	run_finish(&r);
}

static void
earlier_minutes_that_come_later_move_no_night_out_of_its_place(void **state)
{
	struct shelf all;
	int holes = 0;
	(void)state;
	for (int hole = 0; hole + 150 < DAYS * DAY_MIN; hole += 53, holes++) {
		struct run r;
		struct marks marks = {0};
		struct shelf shelf = {0};
		sqlite3 *db;
		char what[32];
		int seen = hole + 1500 < DAYS * DAY_MIN ? hole + 1500 : DAYS * DAY_MIN;
		whole(&all);
		begin(&r, &db);
		arrive(db, 0, hole);
		arrive(db, hole + 150, seen);
		read_on(&r, &marks, &shelf);
		arrive(db, hole, hole + 150);
		read_on(&r, &marks, &shelf);
		arrive(db, seen, DAYS * DAY_MIN);
		read_on(&r, &marks, &shelf);
		snprintf(what, sizeof what, "hole at %d", hole);
		shelf_same(&shelf, &all, what);
		sqlite3_close(db);
		marks_finish(&marks);
		run_finish(&r);
	}
	print_message("gadgetbridge: %d holes of 150 min filled a day later\n", holes);
}

static void
a_night_keeps_the_id_under_which_it_was_told_first(void **state)
{
	struct run r;
	struct marks marks = {0};
	sqlite3 *db;
	char id[2][RECORD_ID_MAX + 1];
	(void)state;
	begin(&r, &db);
	/* the evening and the middle are missing: two sleeps */
	arrive(db, 0, 200);
	arrive(db, 350, 450);
	arrive(db, 570, 900);
	story_go(&r, &marks);
	assert_int_equal(nights(&r), 2);
	for (size_t i = 0; i < 2; i++)
		snprintf(id[i], sizeof id[i], "%s", night(&r, i)->origin->record_id);
	run_forget(&r);
	/* the evening comes: the first began earlier, and is the same */
	arrive(db, 200, 350);
	story_go(&r, &marks);
	assert_int_equal(nights(&r), 2);
	assert_string_equal(night(&r, 0)->origin->record_id, id[0]);
	assert_int_equal(night(&r, 0)->start_ms, (FIRST + 300 * 60) * SECOND_MS);
	run_forget(&r);
	/* the middle comes: one sleep, under the id of the longer part; the other is gone */
	arrive(db, 450, 570);
	story_go(&r, &marks);
	assert_int_equal(nights(&r), 2);
	assert_int_equal(living(&r), 1);
	for (size_t i = 0; i < 2; i++) {
		int gone = (int)night(&r, i)->origin->status == RECORD_DELETED;
		assert_string_equal(night(&r, i)->origin->record_id, id[!gone]);
	}
	run_forget(&r);
	/* of a table that was read before, nothing is told twice differently */
	marks.ignored = 1;
	story_go(&r, &marks);
	assert_int_equal(nights(&r), 1);
	assert_string_equal(night(&r, 0)->origin->record_id, id[1]);
	sqlite3_close(db);
	marks_finish(&marks);
	run_finish(&r);
}

#define MANY 40000

static void
more_nights_than_anyone_sleeps_are_sent_and_not_all_remembered(void **state)
{
	char *text = NULL, line[256];
	size_t size = 0;
	struct marks marks = {0};
	(void)state;
	FILE *f = open_memstream(&text, &size);
	fputs("{\"data\": {\"metrics\": [{\"name\": \"sleep_analysis\", \"units\": "
	      "\"hr\", "
	      "\"data\": [",
		f);
	for (int64_t i = 0; i < MANY; i++) {
		char from[CIVIL_TIME_LEN], to[CIVIL_TIME_LEN];
		int64_t start = (FIRST - i * 7500) * SECOND_MS; /* every 125 min */
		snprintf(line, sizeof line,
			"%s{\"startDate\": \"%s\", \"endDate\": \"%s\", \"value\": "
			"\"Core\", \"source\": \"W\"}",
			i ? "," : "", civil_time_text(NULL, UTC(start), from),
			civil_time_text(NULL, UTC(start + HOUR_MS), to));
		fputs(line, f);
	}
	fputs("]}]}}", f);
	fclose(f);
	for (int again = 0; again < 2; again++) {
		struct run r;
		run_init(&r, "hae");
		story_add(&r, "in", text, again);
		story_go(&r, &marks);
		assert_int_equal(nights(&r), MANY);
		assert_int_equal(marks.n, TOLD_MAX);
		run_finish(&r);
	}
	marks_finish(&marks);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wherever_it_is_cut_the_nights_are_those_of_one_reading),
		cmocka_unit_test(an_upload_every_hour_gives_the_same),
		cmocka_unit_test(
			more_nights_than_anyone_sleeps_are_sent_and_not_all_remembered),
		cmocka_unit_test(a_night_keeps_the_id_under_which_it_was_told_first),
		cmocka_unit_test(
			earlier_minutes_that_come_later_move_no_night_out_of_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
