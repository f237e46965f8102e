/* SPDX-License-Identifier: MIT */
/* Nights in a row: what NIGHTS scorers see, and that their values do not depend on how the nights
 * and the days between them came. */
#include "unit/nights_rig.h"
#include "unit/nights_scorers.h"

static struct memory *want;

static int
open_all(void **state)
{
	(void)state;
	rig_open(nights_scorers, array_len(nights_scorers));
	want = xcalloc(1, sizeof *want);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	free(want);
	rig_close();
	return 0;
}

/* --- what they see --------------------------------------------------------------------------- */

static void
nights_see_those_before_them_and_themselves_last(void **state)
{
	(void)state;
	for (int i = 1; i < DAYS; i++)
		sleep_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(1, "night.row_n") == 1);
	assert_true(value(8, "night.row_n") == 5);
	assert_true(value(8, "night.row_tst") == 5 * SLEEP_MIN + 4 + 5 + 6 + 7 + 8);
	assert_true(value(8, "night.row_onset") == -60);
	assert_true(value(8, "night.row_wake") == SLEEP_MIN + 8 - 60);
	assert_true(value(8, "night.chain") == value(8, "night.row_tst") +
						       value(7, "night.row_tst") +
						       value(6, "night.row_tst"));
	assert_string_equal(
		night_of(8)->reasons[night_of(8)->n_reasons - 1].scorer, "row");
}

static void
nights_that_are_missing_or_have_no_numbers_are_missing(void **state)
{
	(void)state;
	for (int i = 1; i < DAYS; i++)
		if (i != 6)
			sleep_of(i);
	m->people[0].spans[8].duration_s = 3600; /* hardly measured */
	m->people[0].spans[8].offset_s = 7200;
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(night_of(8)->insufficient[0]);
	assert_true(isnan(value(8, "night.row_n")));
	assert_true(value(9, "night.row_n") == 3);
	assert_true(value(9, "night.row_tst") == 3 * SLEEP_MIN + 5 + 7 + 9);
}

static void
sleep_period_is_unknown_where_a_date_has_no_night(void **state)
{
	(void)state;
	for (int i = 1; i < DAYS; i++)
		if (i != 6)
			sleep_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	/* the 72 hours up to getting up on day 5: three nights, the first one's end left out */
	assert_true(value(5, "night.unknown") == 0);
	assert_true(value(5, "night.slept") == 3 * SLEEP_MIN + 3 + 4 + 5);
	assert_true(value(8, "night.unknown") == 1440);
	assert_true(value(8, "night.slept") == 2 * SLEEP_MIN + 7 + 8 - 0);
	assert_true(value(7, "night.unknown") == 1440);
	assert_true(isnan(value(1, "night.nothing")));
}

static void
minutes_of_the_days_before_are_there(void **state)
{
	(void)state;
	for (int i = 0; i < DAYS; i++) {
		day_of(i);
		if (i > 0)
			sleep_of(i);
	}
	run(PIPELINE_HISTORY, UTC(0));
	int up = SLEEP_MIN - 60 + 5; /* minutes of day 5 before getting up */
	assert_true(value(5, "night.still") == 0);
	/* no NIGHT scorer looked at the watch: the record gave every epoch */
	assert_string_equal(night_of(5)->sources, "fitbit");
	assert_true(value(5, "night.moves") == up * 6 + 1440 * 5 + (1440 - up) * 4);
	assert_true(value(5, "night.by_hour") ==
		    up * 6 + 1440 * (5 + 4 + 3 + 2) + (1440 - up) * 1);
	assert_true(value(1, "night.still") == 1440 - (up - 4));
}

/* --- whatever way they came ------------------------------------------------------------------ */

static void
keep_want(void)
{
	memcpy(want, m, sizeof *m);
}

static void
same_as_wanted(const char *way)
{
	for (int i = 0; i < MEMORY_DAYS; i++) {
		assert_int_equal(want->people[0].has_night[i], m->people[0].has_night[i]);
		if (m->people[0].has_night[i] &&
			memcmp(&want->people[0].nights[i], &m->people[0].nights[i],
				sizeof(struct night)) != 0)
			fail_msg("%s: night %d differs", way, i);
	}
}

static void
nights_in_a_row_are_the_same_in_any_order(void **state)
{
	(void)state;
	utc_ms later = clock_of(MEMORY_DAYS - 1, 0); /* nobody is told of them any more */
	for (int i = 0; i < DAYS; i++)
		day_of(i), sleep_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(8, "night.moves") > 0);
	keep_want();

	fresh();
	for (int i = 0; i < DAYS; i++) {
		day_of(i), sleep_of(i);
		run(PIPELINE_LIVE, later);
	}
	run(PIPELINE_LIVE, UTC(later.ms + HOUR_MS));
	same_as_wanted("one by one");

	fresh();
	for (int i = DAYS - 1; i >= 0; i--) {
		sleep_of(i);
		run(PIPELINE_HISTORY, UTC(0));
	}
	for (int i = DAYS - 1; i >= 0; i--) {
		day_of(i);
		run(PIPELINE_HISTORY, UTC(0));
	}
	same_as_wanted("backwards, the days behind the nights");

	fresh();
	for (int i = 0; i < DAYS; i += 2)
		sleep_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	for (int i = 0; i < DAYS; i++)
		day_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	for (int i = 1; i < DAYS; i += 2) {
		sleep_of(i);
		run(PIPELINE_HISTORY, UTC(0));
	}
	same_as_wanted("every other one first");

	fresh();
	for (int i = 0; i < DAYS; i++)
		day_of(i), sleep_of(i);
	sleep_of(DAYS + 1);
	run(PIPELINE_HISTORY, UTC(0));
	forget(DAYS + 1);
	forget(4);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(8, "night.row_n") == 4);
	sleep_of(4);
	run(PIPELINE_HISTORY, UTC(0));
	same_as_wanted("one deleted and back again");
}

/* No night lies between, that would be made again and carry the change along. */
static void
night_looks_back_on_days_that_come_after_it(void **state)
{
	(void)state;
	for (int i = 0; i < DAYS; i++)
		day_of(i);
	sleep_of(DAYS - 1);
	run(PIPELINE_HISTORY, UTC(0));
	keep_want();
	fresh();
	sleep_of(DAYS - 1);
	run(PIPELINE_HISTORY, UTC(0));
	for (int i = DAYS - 1; i >= 0; i--) {
		day_of(i);
		run(PIPELINE_HISTORY, UTC(0));
	}
	same_as_wanted("days after their night");
}

static void
nights_that_only_look_back_on_a_change_are_told_while_young(void **state)
{
	(void)state;
	for (int i = 2; i <= 9; i++) {
		sleep_of(i);
		run(PIPELINE_LIVE, clock_of(i, 12 * 60));
	}
	int told = m->announced;
	assert_int_equal(night_of(9)->revision, 1);
	forget(6);
	run(PIPELINE_LIVE, clock_of(9, 13 * 60));
	/* the deleted one; 8 and 9 are young and look back on it, 7 is not */
	assert_int_equal(m->announced, told + 3);
	assert_true(value(7, "night.row_n") == 4);
	assert_int_equal(night_of(7)->revision, 1);
	assert_int_equal(night_of(8)->revision, 2);
	assert_int_equal(night_of(9)->revision, 2);
}

static void
nights_in_a_row_survive_a_run_that_failed(void **state)
{
	(void)state;
	for (int i = 0; i < DAYS; i++)
		day_of(i), sleep_of(i);
	run(PIPELINE_HISTORY, UTC(0));
	struct memory *kept = xcalloc(1, sizeof *kept);
	memcpy(kept, m, sizeof *m);
	forget(3);
	int from = m->calls;
	run(PIPELINE_HISTORY, UTC(0));
	int calls = m->calls - from;
	keep_want();
	for (int k = 1; k <= calls; k += 7) {
		fresh();
		for (int i = 0; i < DAYS; i++)
			day_of(i), sleep_of(i);
		run(PIPELINE_HISTORY, UTC(0));
		forget(3);
		memcpy(kept, m, sizeof *m);
		m->fail_at = m->calls + k;
		assert_int_equal(pipeline_run(line, UTC(0), PIPELINE_HISTORY), -ENOSPC);
		memcpy(m, kept, sizeof *m); /* rolled back */
		run(PIPELINE_HISTORY, UTC(0));
		same_as_wanted("failed once");
	}
	free(kept);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(nights_see_those_before_them_and_themselves_last),
		T(nights_that_are_missing_or_have_no_numbers_are_missing),
		T(sleep_period_is_unknown_where_a_date_has_no_night),
		T(minutes_of_the_days_before_are_there),
		T(nights_in_a_row_are_the_same_in_any_order),
		T(night_looks_back_on_days_that_come_after_it),
		T(nights_that_only_look_back_on_a_change_are_told_while_young),
		T(nights_in_a_row_survive_a_run_that_failed),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
