/* SPDX-License-Identifier: MIT */
/* import, nights and export, as they are typed, on a store of their own. */
#include "tape_fixture.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/file.h>

static const char *const results[] = {"sessions", "stages", "nights", "days", "forecasts",
	"alerts", "ratings", "feedback"};

/* --- import ------------------------------------------------------------------------------ */

static void
import_counts_and_takes_nothing_twice(void **state)
{
	struct world *w = *state;
	assert_string_equal(w->out, "80 read, 80 stored, 0 duplicates, 0 refused\n");
	assert_int_equal(import(w, "tape"), EXIT_DONE);
	assert_string_equal(w->out, "80 read, 0 stored, 80 duplicates, 0 refused\n");
	assert_string_equal(w->err, "");
}

static void
import_names_what_it_refuses(void **state)
{
	struct world *w = *state;
	char path[320];
	world_path(w, "bad", path);
	FILE *f = fopen(path, "wb");
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	b.epoch = b.seq = 1;
	tape_day(f, "carl", 0);
	tape_put(f, "dozed/v1/ingest/ben/other/ring", 1, &b);
	tape_put(f, "dozed/anna/pain_day/set", 1, &b);
	b.seq = 0;
	tape_put(f, "dozed/v1/ingest/anna/test/watch", 1, &b);
	tape_day(f, "anna", 3);
	fclose(f);
	assert_int_equal(import(w, "bad"), EXIT_NO);
	assert_string_equal(w->out, "5 read, 1 stored, 0 duplicates, 4 refused\n");
	assert_has(w->err, "1 x the person is not in the configuration\n");
	assert_has(w->err, "1 x the device is not in the person's list\n");
	assert_has(w->err, "1 x not a topic of batches");
}

static void
import_of_something_else_says_what_a_recording_is(void **state)
{
	struct world *w = *state;
	world_write(w, "not", "time,activity\n");
	assert_int_equal(import(w, "not"), EXIT_NO);
	assert_has(w->err, "not a recording");
	assert_has(w->err, "--out FILE");
	assert_int_equal(import(w, "nowhere"), EXIT_NO);
	assert_int_equal(typed(w, cmd_import, NULL), EXIT_USAGE);
}

static void
import_beside_a_daemon_only_stores(void **state)
{
	struct world *w = *state;
	char path[320];
	tape_made(w, "tape", DAYS, 0);
	world_path(w, "state/dozed.lock", path);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(import(w, "tape"), EXIT_DONE);
	assert_has(w->out, "80 stored");
	assert_has(w->out, "running daemon takes them");
	assert_int_equal(
		typed(w, cmd_export, "--all", "--what", "nights", NULL), EXIT_DONE);
	assert_int_equal(lines(w->out), 1);
	assert_has(w->err, "80 stored batches are not scored yet");
	close(fd);
	assert_int_equal(import(w, "tape"), EXIT_DONE);
	assert_int_equal(
		typed(w, cmd_export, "--all", "--what", "nights", NULL), EXIT_DONE);
	assert_int_equal(lines(w->out), 1 + 2 * DAYS);
	assert_string_equal(w->err, "");
}

/* --- export ------------------------------------------------------------------------------ */

static void
export_does_not_depend_on_the_order_of_arrival(void **state)
{
	struct world *w = *state, *other;
	void *second;
	world_open(&second);
	other = second;
	tape_made(other, "tape", DAYS, 1);
	assert_int_equal(import(other, "tape"), EXIT_DONE);
	for (unsigned i = 0; i < array_len(results); i++) {
		assert_int_equal(
			typed(w, cmd_export, "--all", "--what", results[i], NULL), 0);
		assert_int_equal(
			typed(other, cmd_export, "--all", "--what", results[i], NULL), 0);
		assert_string_equal(w->out, other->out);
		assert_true(lines(w->out) > 1);
	}
	world_close(&second);
}

static void
export_has_the_promised_columns_and_rows(void **state)
{
	struct world *w = *state;
	typed(w, cmd_export, "--person", "anna", "--what", "nights", "--to", "2025-11-08",
		NULL);
	assert_string_equal(w->out,
		"person,date,kind,in_bed,onset,wake,out_bed,"
		"tib_min,spt_min,tst_min,sol_min,waso_min,awakenings,se_pct,score,"
		"coverage,sources,revision\n"
		"anna,2025-11-08,main,"
		"2025-11-07T23:10:00+01:00,2025-11-07T23:25:00+01:00,"
		"2025-11-08T07:10:00+01:00,2025-11-08T07:10:00+01:00,"
		"480,465,455,15,10,1,94.8,100,1,test,1\n");
	typed(w, cmd_export, "--person", "anna", "--what", "values", "--to", "2025-11-08",
		NULL);
	assert_has(w->out, "person,date,kind,ordinal,channel,value,confidence\n");
	assert_has(w->out, "\nanna,2025-11-08,main,0,night.spt,465,1\n");
	typed(w, cmd_export, "--person", "ben", "--what", "forecasts", NULL);
	assert_has(w->out, "person,date,issued_at,probability,threshold,alerted,outcome,"
			   "scorer,changed_since\nben,2025-11-08,");
	assert_int_equal(lines(w->out), 1 + DAYS);
	typed(w, cmd_export, "--person", "ben", "--what", "ratings", "--from",
		"2025-11-08", "--to", "2025-11-08", NULL);
	assert_has(w->out, "\nben,2025-11-08T06:20:00+00:00,2025-11-08,sleep_quality,");
	assert_has(w->out, "\nben,2025-11-08T19:00:00+00:00,2025-11-08,pain_day,");
	assert_int_equal(lines(w->out), 3);
	typed(w, cmd_export, "--person", "ben", "--what", "feedback", "--to",
		"2025-11-08", NULL);
	assert_string_equal(
		w->out, "person,time,kind\nben,2025-11-08T08:00:00+00:00,ack\n");
}

static void
export_gives_json_lines_with_nulls(void **state)
{
	struct world *w = *state;
	typed(w, cmd_export, "--person=anna", "--what=days", "--format=json", NULL);
	*strchr(w->out, '\n') = '\0';
	json_t *j = json_loads(w->out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(j, "date")), "2025-11-08");
	assert_true(json_is_null(json_object_get(j, "pain_morning")));
	assert_true(json_is_number(json_object_get(j, "probability")));
	json_decref(j);
}

static void
export_outcome_is_the_rating_against_the_frozen_threshold(void **state)
{
	struct world *w = *state;
	typed(w, cmd_export, "--person", "anna", "--what", "days", "--format", "json",
		NULL);
	unsigned high = 0, n = 0;
	for (char *line = w->out, *next; (next = strchr(line, '\n'));
		line = next + 1, n++) {
		*next = '\0';
		json_t *j = json_loads(line, 0, NULL);
		double pain = json_number_value(json_object_get(j, "pain_day"));
		double threshold = json_number_value(json_object_get(j, "threshold"));
		assert_int_equal(json_integer_value(json_object_get(j, "outcome")),
			pain >= threshold);
		high += pain >= threshold;
		json_decref(j);
	}
	assert_int_equal(n, DAYS);
	assert_true(high > 3 && high < n / 2);
}

/* --- nights ------------------------------------------------------------------------------ */

static void
nights_of_a_range_are_listed(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_nights, "--person", "anna", "--from", "2025-11-10",
				 "--to", "2025-11-12", NULL),
		EXIT_DONE);
	assert_int_equal(lines(w->out), 4);
	assert_has(w->out, "2025-11-11T07:10:00+01:00");
	assert_has(w->out, "note");
	typed(w, cmd_nights, "--person", "anna", "--format", "csv", NULL);
	assert_int_equal(lines(w->out), 1 + DAYS);
	assert_null(strstr(w->out, "note"));
}

/* --- command lines ------------------------------------------------------------------------ */

static void
faults_of_the_command_line_say_what_to_type(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_nights, NULL), EXIT_USAGE);
	assert_has(w->err, "which --person? There are anna, ben\n");
	assert_int_equal(typed(w, cmd_nights, "--person", "eve", NULL), EXIT_USAGE);
	assert_int_equal(
		typed(w, cmd_nights, "--person", "anna", "--from", "2025-02-30", NULL),
		EXIT_USAGE);
	assert_has(w->err, "not a date; write it as");
	assert_int_equal(
		typed(w, cmd_export, "--all", "--what", "dreams", NULL), EXIT_USAGE);
	assert_has(w->err, "samples|sessions|stages|epochs|nights");
	assert_int_equal(typed(w, cmd_export, "--all", "--what", "days", "--from",
				 "2025-02-02", "--to", "2025-02-01", NULL),
		EXIT_USAGE);
	assert_int_equal(typed(w, cmd_export, "--what", NULL), EXIT_USAGE);
	assert_has(w->err, "--what needs a value");
	assert_int_equal(typed(w, cmd_export, "--al", NULL), EXIT_USAGE);
	assert_has(w->err, "--al: no such option");
	assert_int_equal(typed(w, cmd_explain, "anna", NULL), EXIT_USAGE);
	assert_int_equal(typed(w, cmd_explain, "--format", "csv", NULL), EXIT_USAGE);
	assert_int_equal(typed(w, cmd_nights, "--person", "anna", NULL), EXIT_NO);
	assert_has(w->err, "dozed.db");
}

static void
every_command_has_help(void **state)
{
	static int (*const commands[])(const struct cmd_context *, int, char **) = {
		cmd_import, cmd_nights, cmd_export, cmd_explain, cmd_replay};
	struct world *w = *state;
	for (unsigned i = 0; i < array_len(commands); i++) {
		assert_int_equal(typed(w, commands[i], "--help", NULL), EXIT_DONE);
		assert_has(w->out, "usage: dozed [-c FILE] command");
		assert_has(w->out, "--help ");
		assert_string_equal(w->err, "");
	}
}

int
main(void)
{
	if (!getenv("DOZED_SCORER_DIR")) {
		printf("SKIP: DOZED_SCORER_DIR is not set; run it through ctest\n");
		return 77;
	}
#define EMPTY(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)
#define FULL(f)  cmocka_unit_test_setup_teardown(f, open_with_days, world_close)
	const struct CMUnitTest tests[] = {
		FULL(import_counts_and_takes_nothing_twice),
		EMPTY(import_names_what_it_refuses),
		EMPTY(import_of_something_else_says_what_a_recording_is),
		EMPTY(import_beside_a_daemon_only_stores),
		FULL(export_does_not_depend_on_the_order_of_arrival),
		FULL(export_has_the_promised_columns_and_rows),
		FULL(export_gives_json_lines_with_nulls),
		FULL(export_outcome_is_the_rating_against_the_frozen_threshold),
		FULL(nights_of_a_range_are_listed),
		EMPTY(faults_of_the_command_line_say_what_to_type),
		EMPTY(every_command_has_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
