/* SPDX-License-Identifier: MIT */
/* `export --what epochs` as it is typed: a night's epochs at local times, in order, once. */
#include "tape_fixture.h"

/* Every row of these dates, in order. Night k begins 22:10 UTC the day before: 23:10. */
static unsigned
rows_of(struct world *w, const char *from, const char *to)
{
	char last[64] = "";
	unsigned n = 0;
	assert_int_equal(typed(w, cmd_export, "--person", "anna", "--what", "epochs",
				 "--from", from, "--to", to, NULL),
		EXIT_DONE);
	assert_has(w->out, "person,time,channel,value\n");
	for (char *line = strchr(w->out, '\n') + 1; *line; n++) {
		char *end = strchr(line, '\n');
		char row[64];
		snprintf(row, sizeof row, "%.*s", (int)(end - line), line);
		assert_memory_equal(row, "anna,2025-11-", 13);
		assert_true(strncmp(row + 5, from, 10) >= 0);
		assert_true(strncmp(row + 5, to, 10) <= 0);
		assert_true(strcmp(row, last) > 0);
		assert_non_null(strstr(row, "+01:00,asleep,"));
		snprintf(last, sizeof last, "%s", row);
		line = end + 1;
	}
	return n;
}

#define MORNING_MIN (7 * 60 + 10)
#define EVENING_MIN 50

static void
epochs_of_a_date_are_its_calendar_day(void **state)
{
	struct world *w = *state;
	/* the night that ended and the one that began */
	assert_int_equal(
		rows_of(w, "2025-11-15", "2025-11-15"), MORNING_MIN + EVENING_MIN);
	assert_has(w->out, "anna,2025-11-15T00:00:00+01:00,asleep,1\n");
	assert_has(w->out, "anna,2025-11-15T07:09:00+01:00,asleep,1\n");
	assert_has(w->out, "anna,2025-11-15T23:10:00+01:00,asleep,0\n");
	assert_has(w->out, "anna,2025-11-15T23:59:00+01:00,asleep,1\n");
	assert_int_equal(
		rows_of(w, "2025-11-15", "2025-11-17"), 3 * (MORNING_MIN + EVENING_MIN));
	assert_int_equal(rows_of(w, "2025-11-01", "2025-11-02"), 0);
}

int
main(void)
{
	if (!getenv("DOZED_SCORER_DIR")) {
		printf("SKIP: DOZED_SCORER_DIR is not set; run it through ctest\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(epochs_of_a_date_are_its_calendar_day,
			open_with_days, world_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
