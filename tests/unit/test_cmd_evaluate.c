/* SPDX-License-Identifier: MIT */
/* evaluate, as it is typed, on a store with forty days of two people. */
#include "tape_fixture.h"

#include <jansson.h>
#include <math.h>

/* The object of a person and scorer in JSON lines; the caller's. */
static json_t *
line_of(const struct world *w, const char *person, const char *scorer)
{
	char *copy = strdup(w->out), *rest = copy;
	json_t *found = NULL;
	for (char *line; !found && (line = strsep(&rest, "\n")) && *line;) {
		json_t *j = json_loads(line, 0, NULL);
		assert_non_null(j);
		if (strcmp(json_string_value(json_object_get(j, "person")), person) ==
				0 &&
			strcmp(json_string_value(json_object_get(j, "scorer")), scorer) ==
				0)
			found = json_incref(j);
		json_decref(j);
	}
	free(copy);
	if (!found)
		fail_msg("no line of %s, %s in:\n%s", person, scorer, w->out);
	return found;
}

static double
number_in(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* Counted again from what export gives. */
static void
evaluate_counts_what_export_shows(void **state)
{
	struct world *w = *state;
	unsigned judged = 0, high = 0, rated = 0;
	double brier = 0;
	typed(w, cmd_export, "--person", "anna", "--what", "days", "--format", "json",
		NULL);
	char *copy = strdup(w->out), *rest = copy;
	for (char *line; (line = strsep(&rest, "\n")) && *line;) {
		json_t *j = json_loads(line, 0, NULL);
		double p = number_in(j, "probability"), y = number_in(j, "outcome");
		if (!isnan(y) && rated++ >= 14) {
			judged++;
			high += y > 0;
			brier += (p - y) * (p - y);
		}
		json_decref(j);
	}
	free(copy);
	assert_int_equal(typed(w, cmd_evaluate, "--format", "json", NULL), EXIT_DONE);
	assert_string_equal(w->err, "");
	json_t *j = line_of(w, "anna", "stored");
	assert_true(judged == DAYS - 14 && high > 0);
	assert_true(number_in(j, "nights") == DAYS);
	assert_true(number_in(j, "rated_days") == DAYS);
	assert_true(number_in(j, "judged") == judged);
	assert_true(number_in(j, "high") == high);
	assert_true(fabs(number_in(j, "brier") - brier / judged) < 1e-5);
	assert_true(json_is_null(json_object_get(j, "skill_low")));
	assert_true(number_in(j, "skill_claimed") == 0);
	json_decref(j);
	j = line_of(w, "(all)", "base_rate");
	assert_true(number_in(j, "people") == 2);
	assert_true(number_in(j, "judged") == 2 * judged);
	assert_true(number_in(j, "skill") == 0);
	json_decref(j);
}

static void
evaluate_makes_the_stored_forecasts_again(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_evaluate, "--scorer", "pain_forecast", "--what",
				 "forecasts", "--format", "csv", NULL),
		EXIT_DONE);
	char *copy = strdup(w->out), *rest = copy, *lists[2] = {NULL};
	size_t n[2] = {0};
	for (int k = 0; k < 2; k++)
		lists[k] = calloc(1, strlen(copy) + 1);
	for (char *line; (line = strsep(&rest, "\n"));)
		for (int k = 0; k < 2; k++) {
			const char *name = k ? ",pain_forecast," : ",stored,";
			char *at = strstr(line, name);
			if (!at)
				continue;
			n[k]++;
			strncat(lists[k], line, (size_t)(at - line));
			strcat(lists[k], at + strlen(name));
		}
	assert_int_equal(n[0], 2 * DAYS);
	assert_string_equal(lists[0], lists[1]);
	free(lists[0]);
	free(lists[1]);
	free(copy);
}

static void
evaluate_takes_another_scorer_beside_the_stored_one(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_evaluate, "--person", "anna", "--scorer",
				 "pain_forecast:high_at=5", "--format", "json", NULL),
		EXIT_DONE);
	assert_int_equal(lines(w->out), 4);
	json_t *j = line_of(w, "anna", "pain_forecast:high_at=5"),
	       *stored = line_of(w, "anna", "stored");
	assert_true(number_in(j, "judged") == number_in(stored, "judged"));
	assert_true(number_in(j, "brier") != number_in(stored, "brier"));
	json_decref(j);
	json_decref(stored);
}

static void
evaluate_judges_only_the_mornings_asked_for(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_evaluate, "--person", "ben", "--from", "2025-11-01",
				 "--to", "2025-11-26", "--format", "json", NULL),
		EXIT_DONE);
	json_t *j = line_of(w, "ben", "stored");
	assert_true(number_in(j, "judged") == 5); /* the 22nd to the 26th */
	json_decref(j);
	typed(w, cmd_evaluate, "--person", "ben", "--to", "2025-11-20", NULL);
	assert_has(w->out, "How often this is right is not known yet");
}

static void
evaluate_prints_a_page_to_read(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_evaluate, NULL), EXIT_DONE);
	assert_has(w->out, "anna    stored ");
	assert_has(w->out, "(all)   base_rate ");
	assert_has(w->out, "\nAnna: 40 nights, 40 rated days. ");
	assert_has(w->out, "too few rated days yet to say");
	assert_has(w->out, "  said 10 to 20 % ");
	typed(w, cmd_evaluate, "--person", "anna", "--what", "calibration", "--format",
		"csv", NULL);
	assert_has(w->out, "person,scorer,from,to,mornings,said,high,came\n"
			   "anna,stored,0.00,0.10,");
	assert_int_equal(lines(w->out), 1 + 3 * 4);
	typed(w, cmd_evaluate, "--what", "calibration", "--format", "csv", NULL);
	assert_int_equal(lines(w->out), 1 + 3 * 4 * 2 + 3 * 20);
}

static void
faults_of_the_command_line_say_what_to_type(void **state)
{
	struct world *w = *state;
	assert_int_equal(typed(w, cmd_evaluate, "--person", "eve", NULL), EXIT_USAGE);
	assert_int_equal(
		typed(w, cmd_evaluate, "--scorer", "nothing_here", NULL), EXIT_USAGE);
	assert_has(w->err, "--scorer nothing_here: ");
	assert_int_equal(
		typed(w, cmd_evaluate, "--scorer", "sleep_stats", NULL), EXIT_USAGE);
	assert_has(w->err, "it makes no outlook for a day");
	assert_int_equal(
		typed(w, cmd_evaluate, "--scorer", "pain_forecast:high_at", NULL),
		EXIT_USAGE);
	assert_has(w->err, "write NAME[:option=value...]");
	assert_int_equal(
		typed(w, cmd_evaluate, "--scorer", "pain_forecast:high_at=11", NULL),
		EXIT_USAGE);
	assert_has(w->err, "outside 0..10");
	assert_int_equal(typed(w, cmd_evaluate, "--what", "dreams", NULL), EXIT_USAGE);
	assert_has(w->err, "record|calibration|forecasts");
	assert_int_equal(typed(w, cmd_evaluate, "--to", "2025-01-01", "--from",
				 "2025-01-02", NULL),
		EXIT_USAGE);
}

int
main(void)
{
	if (!getenv("DOZED_SCORER_DIR")) {
		fprintf(stderr,
			"SKIP: DOZED_SCORER_DIR is not set; run it through ctest\n");
		return 77;
	}
#define t(f) cmocka_unit_test_setup_teardown(f, open_with_days, world_close)
	const struct CMUnitTest tests[] = {
		t(evaluate_counts_what_export_shows),
		t(evaluate_makes_the_stored_forecasts_again),
		t(evaluate_takes_another_scorer_beside_the_stored_one),
		t(evaluate_judges_only_the_mornings_asked_for),
		t(evaluate_prints_a_page_to_read),
		t(faults_of_the_command_line_say_what_to_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
