/* SPDX-License-Identifier: MIT */
/* The fitbit reader: overlay, repeats, clock changes; and Fitbit's own minutes on the shared
 * recordings, where they are at hand. */
#include "bridge_story.h"

#define LOG_HEAD                                                                         \
	"{\"logId\": 7, \"startTime\": \"2026-03-29T00:30:00.000\", "                    \
	"\"minutesToFallAsleep\": 3, "                                                   \
	"\"minutesAsleep\": 100, \"efficiency\": 91, \"dateOfSleep\": \"2026-03-29\", "

static void
fitbit_init(struct run *r)
{
	run_init(r, "fitbit");
	r->o.zone = "Europe/Berlin";
}

static void
short_wakes_lie_over_the_stages(void **state)
{
	struct run r;
	(void)state;
	fitbit_init(&r);
	run_text(&r,
		"{\"sleep\": [" LOG_HEAD "\"isMainSleep\": true, \"levels\": {\"data\": ["
		"{\"dateTime\": \"2026-03-29T00:30:00.000\", \"level\": \"wake\", "
		"\"seconds\": 300},"
		"{\"dateTime\": \"2026-03-29T00:35:00.000\", \"level\": \"light\", "
		"\"seconds\": 600},"
		"{\"dateTime\": \"2026-03-29T00:45:00.000\", \"level\": \"rem\", "
		"\"seconds\": 60}],"
		"\"shortData\": [{\"dateTime\": \"2026-03-29T00:36:00.000\", \"level\": "
		"\"wake\", "
		"\"seconds\": 30}]}}]}");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = r.got[0].b->sessions[0];
	const uint32_t at[] = {0, 300, 360, 390, 900};
	const int stage[] = {
		STAGE_AWAKE, STAGE_LIGHT, STAGE_AWAKE, STAGE_LIGHT, STAGE_REM};
	assert_string_equal(s->origin->record_id, "7");
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal(s->n_stages, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(s->stages[i]->offset_s, at[i]);
		assert_int_equal(s->stages[i]->stage, stage[i]);
	}
	assert_int_equal(s->end_ms - s->start_ms, 16 * MINUTE_MS);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S), 180);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S), 6000);
	assert_int_equal(
		(int)metric(s, DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT), 91);
	run_finish(&r);
}

static void
a_night_over_the_change_of_clocks_has_its_real_length(void **state)
{
	struct run r;
	(void)state;
	/* spring: 01:59:30 + 90 s is 03:01 */
	fitbit_init(&r);
	run_text(&r,
		"[" LOG_HEAD "\"mainSleep\": false, \"levels\": {\"data\": ["
		"{\"dateTime\": \"2026-03-29T00:30:00.000\", \"level\": \"light\", "
		"\"seconds\": 5370},"
		"{\"dateTime\": \"2026-03-29T01:59:30.000\", \"level\": \"deep\", "
		"\"seconds\": 90},"
		"{\"dateTime\": \"2026-03-29T03:01:00.000\", \"level\": \"rem\", "
		"\"seconds\": 60}],"
		"\"shortData\": [{\"dateTime\": \"2026-03-29T03:00:00.000\", \"level\": "
		"\"wake\", \"seconds\": 30}]}}]");
	const Dozed__V1__Session *s = r.got[0].b->sessions[0];
	/* light, deep, the short wake at 03:00, deep, rem */
	assert_int_equal(s->n_stages, 5);
	assert_int_equal(s->stages[2]->offset_s, 5400);
	assert_int_equal(s->stages[2]->stage, STAGE_AWAKE);
	assert_int_equal(s->stages[4]->offset_s, 5460);
	assert_int_equal(s->end_ms - s->start_ms, 5520 * SECOND_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(s->kind, SLEEP_NAP);
	run_finish(&r);
	/* spring in an account export: the levels run on, and the lost hour is unknown */
	fitbit_init(&r);
	run_text(&r, "[" LOG_HEAD "\"mainSleep\": true, \"levels\": {\"data\": ["
		     "{\"dateTime\": \"2026-03-29T00:30:00.000\", \"level\": \"light\", "
		     "\"seconds\": 5400},"
		     "{\"dateTime\": \"2026-03-29T02:00:00.000\", \"level\": \"deep\", "
		     "\"seconds\": 7200},"
		     "{\"dateTime\": \"2026-03-29T04:00:00.000\", \"level\": "
		     "\"unknown\", \"seconds\": 3600}],"
		     "\"shortData\": [{\"dateTime\": \"2026-03-29T03:30:00.000\", "
		     "\"level\": \"wake\", "
		     "\"seconds\": 60}]}}]");
	s = r.got[0].b->sessions[0];
	assert_int_equal(s->end_ms - s->start_ms, 12600 * SECOND_MS);
	assert_int_equal(s->n_stages, 4);
	assert_int_equal(s->stages[2]->offset_s, 10800);
	assert_int_equal(s->stages[2]->stage, STAGE_AWAKE);
	run_finish(&r);
	/* autumn: 02:30 comes twice; the second is meant where the first has passed */
	fitbit_init(&r);
	run_text(&r, "[{\"logId\": \"8\", \"startTime\": \"2025-10-26 01:30:00\", "
		     "\"levels\": {\"data\": ["
		     "{\"dateTime\": \"2025-10-26T01:30:00.000\", \"level\": \"asleep\", "
		     "\"seconds\": 7200},"
		     "{\"dateTime\": \"2025-10-26T02:30:00.000\", \"level\": "
		     "\"restless\", \"seconds\": 60},"
		     "{\"dateTime\": \"2025-10-26T02:31:00.000\", \"level\": \"awake\", "
		     "\"seconds\": 60}]}}]");
	s = r.got[0].b->sessions[0];
	assert_int_equal(s->end_ms - s->start_ms, 7320 * SECOND_MS);
	assert_int_equal(s->n_stages, 3);
	assert_int_equal(s->stages[1]->offset_s, 7200);
	assert_int_equal(s->stages[1]->stage, STAGE_RESTLESS);
	assert_int_equal(s->kind, SLEEP_UNSPECIFIED);
	run_finish(&r);
}

static void
a_log_that_comes_twice_is_sent_once(void **state)
{
	static const char log[] = LOG_HEAD
		"\"levels\": {\"data\": [{\"dateTime\": "
		"\"2026-03-29T00:30:00.000\", \"level\": \"%s\", \"seconds\": 300}]}}";
	char text[2048] = "[";
	struct run r;
	(void)state;
	fitbit_init(&r);
	sprintf(text + strlen(text), log, "light");
	strcat(text, ",");
	sprintf(text + strlen(text), log, "deep");
	strcat(text, "]");
	run_text(&r, text);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.got[0].b->n_sessions, 1);
	assert_int_equal(r.twice_sessions, 1);
	assert_int_equal(r.got[0].b->sessions[0]->stages[0]->stage, STAGE_DEEP);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"[1]", "log 1: not a sleep log"},
		{"[{\"logId\": 1}]", "log 1: a time is missing"},
		{"[{\"startTime\": \"2026-01-01T00:00:00\"}]", "log 1: no logId"},
		{"[{\"logId\": 1, \"startTime\": \"2026-01-01T00:00:00\"}]",
			"no sleep stages"},
		{"[{\"logId\": 1, \"startTime\": \"2026-01-01T00:00:00\", \"levels\": "
		 "{\"data\": "
		 "[{\"dateTime\": \"2025-12-31T23:00:00\", \"level\": \"rem\", "
		 "\"seconds\": 60}]}}]",
			"outside of the log's day"},
		{"[{\"logId\": 1, \"startTime\": \"2026-01-01T00:00:00\", \"levels\": "
		 "{\"data\": "
		 "[{\"dateTime\": \"2026-01-01T00:00:00\", \"level\": \"nrem\", "
		 "\"seconds\": 60}]}}]",
			"none of Fitbit's"},
		{"[{\"logId\": 1, \"startTime\": \"2027-01-01T00:00:00\"}]",
			"in the future"},
		{"{\"heart\": 1}", "no list of sleep logs"},
		{"{\"sleep\": ", "in:1: "},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		fitbit_init(&r);
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
without_a_zone_it_says_so(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "fitbit");
	run_text(&r, "[]");
	assert_int_equal(r.status, 2);
	assert_said(&r, "say --zone");
	run_finish(&r);
}

/* --- the shared recordings ---------------------------------------------------------- */

struct tally {
	int staged, agree, logs, twice;
};

/* The last log of the file with this id. */
static const json_t *
find_log(const json_t *logs, const char *id)
{
	for (size_t i = json_array_size(logs); i-- > 0;) {
		char text[32];
		const json_t *log = json_array_get(logs, i);
		sprintf(text, "%lld",
			(long long)json_integer_value(json_object_get(log, "logId")));
		if (strcmp(text, id) == 0)
			return log;
	}
	return NULL;
}

static double
said_minutes(const json_t *log, const char *level)
{
	const json_t *summary =
		json_object_get(json_object_get(log, "levels"), "summary");
	return json_number_value(
		json_object_get(json_object_get(summary, level), "minutes"));
}

static void
compare(const json_t *logs, const Dozed__V1__Session *s, struct tally *t)
{
	static const struct {
		const char *level;
		int stage;
	} stages[] = {{"wake", STAGE_AWAKE}, {"light", STAGE_LIGHT}, {"deep", STAGE_DEEP},
		{"rem", STAGE_REM}};
	const json_t *log = find_log(logs, s->origin->record_id);
	int agree = 1;

	assert_non_null(log);
	if (strcmp(json_string_value(json_object_get(log, "type")), "stages") != 0)
		return;
	for (size_t k = 0; k < array_len(stages); k++) {
		double seconds = 0;
		for (size_t i = 0; i < s->n_stages; i++)
			if ((int)s->stages[i]->stage == stages[k].stage)
				seconds += s->stages[i]->duration_s;
		agree &= fabs(seconds / 60 - said_minutes(log, stages[k].level)) <= 1;
	}
	t->staged++;
	t->agree += agree;
}

static void
stage_minutes_are_fitbits_own(void **state)
{
	struct tally t = {0};
	(void)state;
	for (int p = 1; p <= 8; p++) {
		char name[64], path[512];
		struct run r;
		json_error_t e;
		snprintf(name, sizeof name, "sleep/pmdata/p%02d/fitbit/sleep.json", p);
		if (!shared_file(name, path))
			skip();
		json_t *logs = json_load_file(path, 0, &e);
		fitbit_init(&r);
		r.o.zone = "Europe/Oslo";
		char *paths[] = {path};
		r.o.paths = paths;
		r.o.n_paths = 1;
		run_go(&r);
		assert_int_equal(r.status, 0);
		t.logs += (int)json_array_size(logs);
		t.twice += (int)r.twice_sessions;
		for (size_t i = 0; i < r.n; i++)
			for (size_t k = 0; k < r.got[i].b->n_sessions; k++)
				compare(logs, r.got[i].b->sessions[k], &t);
		json_decref(logs);
		run_finish(&r);
	}
	printf("fitbit: %d logs, %d of them repeats; stage minutes agree on %d of %d "
	       "(%.1f %%)\n",
		t.logs, t.twice, t.agree, t.staged, 100.0 * t.agree / t.staged);
	assert_int_equal(t.logs, 1187);
	assert_int_equal(t.twice, 37);
	assert_int_equal(t.staged, 1047);
	assert_true(t.agree >= 0.95 * t.staged);
}

static void
heart_rates_lie_on_the_day_that_the_document_states(void **state)
{
	struct run r;
	(void)state;
	fitbit_init(&r);
	run_text(&r, "{\"activities-heart\": [{\"dateTime\": \"2026-03-29\", \"value\": "
		     "\"64\"}],"
		     "\"activities-heart-intraday\": {\"dataset\": ["
		     "{\"time\": \"01:59:00\", \"value\": 61},"
		     "{\"time\": \"03:00:00\", \"value\": 62},"
		     "{\"time\": \"03:01:00\", \"value\": null},"
		     "{\"time\": \"03:02:00\", \"value\": 0},"
		     "{\"time\": \"25:00:00\", \"value\": 70}, 7]}}");
	assert_int_equal(r.status, 1);
	assert_said(&r, "heart rate 5: not a time");
	assert_said(&r, "heart rate 6: not a time");
	assert_int_equal(r.n, 1);
	assert_int_equal(r.got[0].b->n_series, 1);
	const Dozed__V1__Series *s = r.got[0].b->series[0];
	/* a minute apart: between them the clocks went on by an hour */
	assert_int_equal(s->start_ms, INT64_C(1774745940000));
	assert_int_equal(s->n_v, 2);
	assert_int_equal(s->v[0], 610);
	run_finish(&r);

	fitbit_init(&r);
	run_text(&r, "{\"activities-heart\": [{\"dateTime\": \"today\"}],"
		     "\"activities-heart-intraday\": {\"dataset\": ["
		     "{\"time\": \"01:59:00\", \"value\": 61}]}}");
	assert_int_equal(r.status, 2);
	assert_said(&r, "ask for a date");
	run_finish(&r);

	fitbit_init(&r);
	run_text(&r, "{\"activities-heart\": [{\"dateTime\": \"2026-03-29\"}]}");
	assert_int_equal(r.status, 2);
	assert_said(&r, "no heart rates with their times");
	run_finish(&r);
}

static void
api_samples_are_read(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!shared_file("bridge/fitbit", path))
		skip();
	fitbit_init(&r);
	char *paths[] = {path};
	r.o.paths = paths;
	r.o.n_paths = 1;
	run_go(&r); /* a directory: what is no sleep log in it is passed over */
	assert_int_equal(r.status, 0);
	assert_int_equal(r.j.files, 4);
	assert_int_equal(r.twice_sessions, 2);
	run_finish(&r);
}

static void
first_revised_and_sent_again(void **state)
{
#define LEVELS(level)                                                                    \
	LOG_HEAD "\"levels\": {\"data\": [{\"dateTime\": \"2026-03-29T00:30:00.000\", "  \
		 "\"level\": \"" level "\", \"seconds\": 300}]}}"
	/* a log is classic until it has stages; it keeps its number */
	static const char *const story[] = {"[" LEVELS("asleep") "]",
		"[" LEVELS("light") "]", "[" LEVELS("light") "]"};
	uint64_t content[3];
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "fitbit", story, n);
		assert_int_equal(shelf.n, 1);
		assert_string_equal(shelf.v[0].id, "7");
		assert_int_equal(
			shelf.v[0].revision, STORY_MS + (int64_t)(n - 1) * HOUR_MS);
		content[n - 1] = shelf.v[0].content;
	}
	assert_true(content[0] != content[1]);
	assert_true(content[1] == content[2]);
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		fitbit_init(&r);
		story_two(&r, story[0], story[1], turned);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->stages[0]->stage, STAGE_LIGHT);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_wakes_lie_over_the_stages),
		cmocka_unit_test(a_night_over_the_change_of_clocks_has_its_real_length),
		cmocka_unit_test(a_log_that_comes_twice_is_sent_once),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(without_a_zone_it_says_so),
		cmocka_unit_test(stage_minutes_are_fitbits_own),
		cmocka_unit_test(heart_rates_lie_on_the_day_that_the_document_states),
		cmocka_unit_test(api_samples_are_read),
		cmocka_unit_test(first_revised_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
