/* SPDX-License-Identifier: MIT */
/* explain and replay, as they are typed, on a store with forty days of two people. */
#include "tape_fixture.h"

#include <jansson.h>

/* --- explain ------------------------------------------------------------------------------ */

static void
explain_tells_night_outlook_and_why_there_was_no_notice(void **state)
{
	struct world *w = *state;
	assert_int_equal(
		typed(w, cmd_explain, "--person", "anna", "--date", "2025-11-15", NULL),
		EXIT_DONE);
	assert_has(w->out, "Anna, Saturday 2025-11-15\n");
	assert_has(w->out,
		"In bed 23:10, asleep 23:25, awake 07:10, up 07:10 (Europe/Berlin).");
	assert_has(w->out, "usual (7 nights)");
	assert_has(w->out, "sleep record night-7, 4 stages from 23:10 to 07:10");
	assert_has(w->out, "learning: 7 of 14 rated days");
	assert_has(w->out, "None: still learning: not enough rated days.");
	assert_has(w->out,
		"  How often this is right is not known yet: learning, 7 of 14 days.\n");
	assert_has(w->out, "pain_forecast 2.0");
	assert_has(w->out, "Not given: baseline: too few nights to know what is usual");
	assert_has(w->out, "The day was then rated ");
	for (const char *line = w->out, *next; (next = strchr(line, '\n'));
		line = next + 1)
		if (next - line > 90)
			fail_msg("too wide: %.*s", (int)(next - line), line);
}

/* One part of the page, from its title to the next empty line. */
static const char *
part_of(const struct world *w, const char *title)
{
	static char part[2048];
	const char *at = strstr(w->out, title);
	if (!at)
		fail_msg("\"%s\" is not in:\n%s", title, w->out);
	const char *end = strstr(at, "\n\n");
	snprintf(part, sizeof part, "%.*s", (int)(end - at), at);
	return part;
}

static void
explain_keeps_the_score_apart_from_what_is_unusual(void **state)
{
	struct world *w = *state;
	typed(w, cmd_explain, "--person", "anna", "--date", "2025-12-10", NULL);
	const char *numbers = part_of(w, "this night");
	assert_has(numbers, "  night score");
	assert_has(numbers, " asleep\n");
	assert_has(numbers, " awake after falling asleep\n");
	assert_null(strstr(numbers, "than your usual: "));
	const char *unusual = part_of(w, "Against your own last nights");
	assert_has(unusual, "your usual: ");
	assert_null(strstr(unusual, " to fall asleep\n"));
	assert_has(part_of(w, "The last weeks, with this night"), " of 100");
	assert_null(strstr(w->out, "z_"));
	assert_null(strstr(w->out, "Not given"));
}

/* Of a page of text: one line, one blank between words. */
static const char *
unwrapped(const char *page)
{
	static char line[16384];
	size_t n = 0;
	for (; *page && n + 1 < sizeof line; page++) {
		int blank = *page == ' ' || *page == '\n';
		if (!blank || (n && line[n - 1] != ' '))
			line[n++] = blank ? ' ' : *page;
	}
	line[n] = '\0';
	return line;
}

static void
explain_shows_the_notice_of_its_day(void **state)
{
	struct world *w = *state;
	typed(w, cmd_export, "--person", "anna", "--what", "alerts", NULL);
	const char *row = strchr(w->out, '\n') + 1;
	char date[11];
	snprintf(date, sizeof date, "%.10s", row + strlen("anna,"));
	typed(w, cmd_explain, "--person", "anna", "--date", date, NULL);
	assert_has(w->out, "given at ");
	assert_has(w->out, "Good morning, Anna. What stands out: ");
	assert_has(unwrapped(w->out), "Based on your entries only; you can turn these");
	typed(w, cmd_explain, "--person", "anna", "--date", date, "--format", "json",
		NULL);
	json_t *j = json_loads(w->out, 0, NULL);
	assert_non_null(j);
	assert_true(json_is_object(json_object_get(j, "alert")));
	assert_true(json_is_null(json_object_get(j, "why_no_alert")));
	const json_t *f = json_object_get(j, "forecast");
	assert_true(json_number_value(json_object_get(f, "probability")) >= 0.25);
	assert_int_equal(json_array_size(json_object_get(j, "nights")), 1);
	json_decref(j);
}

static void
explain_speaks_the_language_of_the_person(void **state)
{
	static const char *const english[] = {" the ", " your ", " of ", " usual", "Not ",
		" than ", "asleep", "awake", " and ", "night ", "None", "rated"};
	struct world *w = *state;
	char conf[1024], state_dir[320];
	world_path(w, "state", state_dir);
	snprintf(conf, sizeof conf,
		"state_dir = \"%s\"\nperson \"anna\" { name = \"Anna\" timezone = "
		"\"Europe/Berlin\" language = de }\n",
		state_dir);
	world_write(w, "dozed.conf", conf);
	typed(w, cmd_export, "--person", "anna", "--what", "alerts", NULL);
	const char *row = strchr(w->out, '\n') + 1;
	char date[11];
	snprintf(date, sizeof date, "%.10s", row + strlen("anna,"));
	typed(w, cmd_explain, "--person", "anna", "--date", date, NULL);
	/* the notice is as it was told, in the language of its day */
	char *notice = strstr(w->out, "Der Hinweis"),
	     *rest = strstr(w->out, "Verfahren in");
	assert_non_null(notice);
	assert_non_null(rest);
	memset(notice, '.', (size_t)(rest - notice));
	assert_has(w->out, "Die Nacht\n");
	assert_has(w->out, "sonst (");
	assert_has(w->out, "  Nachtwertung ");
	assert_has(w->out, "Der Ausblick auf den Tag\n");
	assert_has(w->out, "Nur aus deinen eigenen Einträgen. Ein Tagebuch");
	for (unsigned i = 0; i < array_len(english); i++)
		if (strstr(w->out, english[i]))
			fail_msg("\"%s\" in:\n%s", english[i], w->out);
}

static void
explain_of_an_empty_day_or_store_stays_calm(void **state)
{
	struct world *w = *state;
	assert_int_equal(
		typed(w, cmd_explain, "--person", "anna", "--date", "2031-01-01", NULL),
		EXIT_DONE);
	assert_has(w->out, "No main sleep is known for this date.");
	assert_has(w->out, "None was made for this date.");
	assert_int_equal(typed(w, cmd_explain, "--person", "anna", "--date", "2031-01-01",
				 "--format", "json", NULL),
		EXIT_DONE);
	json_t *j = json_loads(w->out, 0, NULL);
	assert_true(json_is_null(json_object_get(j, "forecast")));
	json_decref(j);
}

/* --- replay ------------------------------------------------------------------------------ */

static void
replay_finds_no_difference_in_what_was_imported(void **state)
{
	struct world *w = *state;
	char path[320];
	assert_int_equal(typed(w, cmd_replay, "--format", "csv", NULL), EXIT_DONE);
	assert_string_equal(w->out,
		"what,compared,different,only_stored,only_replay,worst,unit,person,date\n"
		"nights,80,0,0,0,,,,\nforecasts,80,0,0,0,,,,\nalerts,4,0,0,0,,,,\n"
		"decisions,80,0,0,0,,,,\n");
	world_path(w, "tape", path);
	assert_int_equal(typed(w, cmd_replay, "--recording", path, NULL), EXIT_DONE);
}

static int
keep_first(void *ctx, const struct night *n)
{
	if (!((struct night *)ctx)->date.n)
		*(struct night *)ctx = *n;
	return 0;
}

static void
replay_shows_what_differs_and_by_how_much(void **state)
{
	struct world *w = *state;
	char path[320], why[256];
	struct store *s = NULL;
	struct night n = {.date = DAY(0)};
	world_path(w, "state", path);
	assert_int_equal(store_open(path, STORE_WRITE, STORE_PROCESS, &s, why), 0);
	assert_int_equal(store_nights_each(s, "ben", DAY(DAY_0 + 5), DAY(DAY_0 + 5),
				 keep_first, &n),
		0);
	n.wake.ms -= 12 * MINUTE_MS;
	assert_int_equal(store_night_put(s, &n), 0);
	assert_int_equal(store_night_drop(s, "anna", DAY(DAY_0 + 6), SLEEP_MAIN, 0), 0);
	assert_int_equal(store_alert_drop(s, "anna", DAY(DAY_0 + 7)), 0);
	store_close(s);
	assert_int_equal(typed(w, cmd_replay, "--format", "csv", NULL), EXIT_NO);
	assert_has(
		w->out, "nights,79,1,0,1,,,,\nnights.wake,,1,,,12,min,ben,2025-11-13\n");
	assert_int_equal(typed(w, cmd_replay, "--to", "2025-11-12", NULL), EXIT_DONE);
}

static void
replay_takes_another_scorer_by_name_only(void **state)
{
	struct world *w = *state;
	char swap[400];
	snprintf(swap, sizeof swap, "night_score=%s/night_score.so",
		getenv("DOZED_SCORER_DIR"));
	assert_int_equal(typed(w, cmd_replay, "--scorer", swap, NULL), EXIT_DONE);
	assert_int_equal(
		typed(w, cmd_replay, "--scorer", "nobody=x.so", NULL), EXIT_USAGE);
	assert_has(w->err, "write NAME=FILE");
	snprintf(swap, sizeof swap, "sleep_stats=%s/night_score.so",
		getenv("DOZED_SCORER_DIR"));
	assert_int_equal(typed(w, cmd_replay, "--scorer", swap, NULL), EXIT_CONFIG);
}

int
main(void)
{
	if (!getenv("DOZED_SCORER_DIR")) {
		printf("SKIP: DOZED_SCORER_DIR is not set; run it through ctest\n");
		return 77;
	}
#define FULL(f) cmocka_unit_test_setup_teardown(f, open_with_days, world_close)
	const struct CMUnitTest tests[] = {
		FULL(explain_tells_night_outlook_and_why_there_was_no_notice),
		FULL(explain_keeps_the_score_apart_from_what_is_unusual),
		FULL(explain_shows_the_notice_of_its_day),
		FULL(explain_speaks_the_language_of_the_person),
		FULL(explain_of_an_empty_day_or_store_stays_calm),
		FULL(replay_finds_no_difference_in_what_was_imported),
		FULL(replay_shows_what_differs_and_by_how_much),
		FULL(replay_takes_another_scorer_by_name_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
