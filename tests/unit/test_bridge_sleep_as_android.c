/* SPDX-License-Identifier: MIT */
/* The sleep_as_android reader: headers of every length, events as stages, ratings. */
#include "bridge_story.h"

#define HEAD                                                                             \
	"Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,"         \
	"DeepSleep,"                                                                     \
	"LenAdjust,Geo"
/* 2026-03-29T00:30 local; five hours on the wall are four */
#define ID "1774740600000"
#define ROW                                                                              \
	"\"" ID "\",\"Europe/Berlin\",\"29. 03. 2026 0:30\",\"29. 03. 2026 5:30\",\"\","
#define REST "\"10007\",\"-1\",\"-1.0\",\"-1\",\"-2.0\",\"0\",\"\""

static const Dozed__V1__Session *
session(const struct run *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_sessions; k++)
			if (strcmp(r->got[i].b->sessions[k]->origin->record_id, id) == 0)
				return r->got[i].b->sessions[k];
	return NULL;
}

static int
seconds_of(const Dozed__V1__Session *s, int stage)
{
	unsigned sum = 0;
	for (size_t i = 0; i < s->n_stages; i++)
		if ((int)s->stages[i]->stage == stage)
			sum += s->stages[i]->duration_s;
	return (int)sum;
}

static void
events_are_stages_and_hours_the_length(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "sleep_as_android");
	run_text(&r, HEAD
		",\"0:30\",\"0:30\",Event,Event,Event,Event,Event,Event,Event,Event,"
		"Event\n" ROW "\"4.000\",\"3.75\",\"so, \"\"so\"\"\\n\"," REST
		",\"1.0\",\"2.0\","
		"\"LIGHT_START-1774740600000\",\"DEEP_START-1774744200000\","
		"\"LIGHT_END-1774744200000\",\"DEEP_END-1774747800000\","
		"\"REM_START-1774747800000\",\"AWAKE_START-1774749600000\","
		"\"AWAKE_END-1774749900000\",\"HR-1774749900000-55.0\",\"HR-5-55.0\"\n");
	const Dozed__V1__Session *s = session(&r, ID);
	assert_int_equal(r.status, 0);
	assert_non_null(s);
	assert_int_equal(s->end_ms - s->start_ms, 4 * HOUR_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(seconds_of(s, STAGE_LIGHT), 3600);
	assert_int_equal(seconds_of(s, STAGE_DEEP), 3600);
	assert_int_equal(seconds_of(s, STAGE_AWAKE), 300);
	assert_int_equal(
		seconds_of(s, STAGE_REM), 7200 - 300); /* no end: that of the record */
	size_t ratings = 0, series = 0;
	for (size_t i = 0; i < r.n; i++) {
		ratings += r.got[i].b->n_ratings;
		series += r.got[i].b->n_series;
		for (size_t k = 0; k < r.got[i].b->n_ratings; k++)
			assert_int_equal(r.got[i].b->ratings[k]->value, 8); /* 7.5 */
	}
	assert_int_equal(ratings, 1);
	assert_int_equal(series, 1);
	run_finish(&r);
}

static void
a_record_repeated_with_another_rating_counts_once(void **state)
{
	struct run r;
	size_t ratings = 0;
	(void)state;
	run_init(&r, "sleep_as_android");
	run_text(&r,
		HEAD "\n" ROW "\"4.000\",\"0.0\",\"\"," REST "\n" HEAD ",\"0:30\"\n" ROW
		     "\"4.500\",\"5.0\",\"\"," REST ",\"0.0\"\n,,,,,,,,,,,,,,,\"0.1\"\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.twice_sessions, 1);
	assert_int_equal(
		session(&r, ID)->end_ms - session(&r, ID)->start_ms, 270 * MINUTE_MS);
	assert_int_equal(session(&r, ID)->n_stages, 0); /* not one stage is invented */
	for (size_t i = 0; i < r.n; i++)
		ratings += r.got[i].b->n_ratings;
	assert_int_equal(ratings, 1); /* 0 is not rated */
	run_finish(&r);
}

static void
a_long_night_has_many_columns(void **state)
{
	struct run r;
	char *text = calloc(1, 65536);
	(void)state;
	strcpy(text, HEAD);
	for (int i = 0; i < 500; i++)
		strcat(text, ",\"1:00\"");
	strcat(text, "\n" ROW "\"4.000\",\"0.0\",\"\"," REST);
	for (int i = 0; i < 500; i++)
		strcat(text, ",\"0.5\"");
	run_init(&r, "sleep_as_android");
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_non_null(session(&r, ID));
	free(text);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ROW "\"4.000\",\"0.0\",\"\"," REST "\n", "in:1: no header before it"},
		{HEAD "\n\"1\",\"2\"\n", "in:2: 2 columns where the header has 15"},
		{HEAD "\n" ROW "\"0.000\",\"0.0\",\"\"," REST "\n",
			"Hours is not between"},
		{HEAD "\n" ROW "\"\",\"0.0\",\"\"," REST "\n", "Hours is not between"},
		{HEAD "\n" ROW "\"nan\",\"0.0\",\"\"," REST "\n", "Hours is not between"},
		{HEAD "\n\"soon\",\"\",\"\",\"\",\"\",\"4.0\",\"0.0\",\"\"," REST "\n",
			"the Id is no time"},
		{HEAD "\n\"9974740600000\",\"../"
		      "x\",\"\",\"\",\"\",\"4.0\",\"0.0\",\"\"," REST "\n",
			"in the future"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "sleep_as_android");
		run_text(&r, cases[i].text);
		assert_int_equal(r.refused, 1);
		assert_int_equal(r.status, 2);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
a_zone_that_is_none_is_not_opened(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "sleep_as_android");
	run_text(&r, HEAD
		"\n\"" ID
		"\",\"../../etc/passwd\",\"\",\"\",\"\",\"4.0\",\"0.0\",\"\"," REST "\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(session(&r, ID)->utc_offset_start_min, 0);
	run_finish(&r);
}

static void
the_shared_exports_are_read_as_a_whole(void **state)
{
	static const struct {
		const char *name;
		size_t records, ratings;
	} files[] = {{"1", 2, 0}, {"1606551886", 8, 2}, {"1606736472", 9, 2},
		{"1606738537", 11, 2}, {"1606907034", 12, 2}, {"2", 4, 1}};
	size_t all = 0, rated = 0;
	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		char name[96], path[512];
		char *paths[] = {path};
		struct run r;
		size_t sessions = 0, ratings = 0;
		snprintf(name, sizeof name, "bridge/sleep_as_android/sleep-export.%s.csv",
			files[i].name);
		if (!shared_file(name, path))
			skip();
		run_init(&r, "sleep_as_android");
		r.o.format = "auto";
		r.o.paths = paths;
		r.o.n_paths = 1;
		run_go(&r);
		assert_int_equal(r.status, 0);
		for (size_t k = 0; k < r.n; k++) {
			sessions += r.got[k].b->n_sessions;
			ratings += r.got[k].b->n_ratings;
		}
		assert_int_equal(sessions, files[i].records);
		assert_int_equal(ratings, files[i].ratings);
		const Dozed__V1__Session *s = session(&r, "1606734191337");
		if (s) { /* 0.610 h */
			assert_int_equal(s->end_ms - s->start_ms, 2196 * SECOND_MS);
			assert_true(seconds_of(s, STAGE_LIGHT) > 0);
		}
		all += sessions;
		rated += ratings;
		run_finish(&r);
	}
	printf("sleep_as_android: %zu of 46 records, %zu of 9 ratings\n", all, rated);
}

static void
first_revised_and_exported_again(void **state)
{
	static const char *const story[] = {HEAD "\n" ROW "\"4.000\",\"4.0\",\"\"," REST
						 "\n",
		/* lengthened by the person, who thought worse of it later */
		HEAD "\n" ROW "\"4.500\",\"4.0\",\"\"," REST "\n",
		HEAD "\n" ROW "\"4.500\",\"4.0\",\"\"," REST "\n"};
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "sleep_as_android", story, n);
		assert_int_equal(shelf.n, 1);
		assert_string_equal(shelf.v[0].id, ID);
		assert_int_equal(shelf.v[0].end - shelf.v[0].start,
			(n == 1 ? 240 : 270) * MINUTE_MS);
	}
}

static void
a_rating_that_was_lowered_counts(void **state)
{
	int64_t revision[2];
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct run r;
		run_init(&r, "sleep_as_android");
		story_add(&r, "in",
			i ? HEAD "\n" ROW "\"4.000\",\"2.0\",\"\"," REST "\n"
			  : HEAD "\n" ROW "\"4.000\",\"4.0\",\"\"," REST "\n",
			i);
		run_go(&r);
		for (size_t b = 0; b < r.n; b++)
			if (r.got[b].b->n_ratings)
				revision[i] = r.got[b].b->ratings[0]->revision;
		run_finish(&r);
	}
	/* the hub keeps the higher one; a tap of the person has milliseconds */
	assert_int_equal(revision[0], STORY_MS / SECOND_MS);
	assert_true(revision[1] > revision[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_stages_and_hours_the_length),
		cmocka_unit_test(a_record_repeated_with_another_rating_counts_once),
		cmocka_unit_test(a_long_night_has_many_columns),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(a_zone_that_is_none_is_not_opened),
		cmocka_unit_test(the_shared_exports_are_read_as_a_whole),
		cmocka_unit_test(first_revised_and_exported_again),
		cmocka_unit_test(a_rating_that_was_lowered_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
