/* SPDX-License-Identifier: MIT */
/* The polar reader: times of day without a date, over midnight and the change of clocks. */
#include "bridge_story.h"

#define METRIC(x) DOZED__V1__METRIC__METRIC_##x
#define NIGHT(start, end, rest)                                                          \
	"{\"date\": \"2026-03-29\", \"sleep_start_time\": \"" start                      \
	"\", \"sleep_end_time\": \"" end "\", " rest "}"
#define SPRING(rest) NIGHT("2026-03-28T23:41:00+01:00", "2026-03-29T07:20:00+02:00", rest)
#define AUTUMN(rest) NIGHT("2025-10-25T23:00:00+02:00", "2025-10-26T07:00:00+01:00", rest)

#define STAGES                                                                           \
	SPRING("\"hypnogram\": {\"23:41\": 2, \"01:10\": 4, \"03:05\": 0, \"03:20\": "   \
	       "1}, "                                                                    \
	       "\"light_sleep\": 12600, \"deep_sleep\": null, \"rem_sleep\": 5400")

static void
spring_has_its_real_length(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "polar");
	r.o.zone = "Europe/Berlin";
	run_text(&r, "{\"nights\": [" STAGES "]}");
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(r.status, 0);
	assert_string_equal(s->origin->record_id, "2026-03-29");
	assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 18000);
	assert_true(isnan(metric(s, METRIC(DEEP_S))));
	assert_int_equal(stage_s(s, STAGE_LIGHT), 89 * 60);
	/* 01:10 to 03:05 is 55 minutes: 02:00 to 03:00 was skipped */
	assert_int_equal(stage_s(s, STAGE_DEEP), 55 * 60);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 15 * 60);
	assert_int_equal(stage_s(s, STAGE_REM), 240 * 60);
	run_finish(&r);
}

static void
without_a_zone_such_a_night_keeps_its_totals_only(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "polar");
	run_text(&r, STAGES);
	assert_int_equal(r.refused, 1);
	assert_said(&r, "say --zone");
	assert_int_equal(night(&r, 0)->n_stages, 0);
	assert_int_equal((int)metric(night(&r, 0), METRIC(TOTAL_SLEEP_S)), 18000);
	run_finish(&r);
	/* in any other night there is nothing to ask */
	run_init(&r, "polar");
	run_text(&r, NIGHT("2026-03-20T23:41:00+01:00", "2026-03-21T07:20:00+01:00",
			     "\"hypnogram\": {\"23:41\": 2, \"01:10\": 4}"));
	assert_int_equal(r.status, 0);
	assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 89 * 60);
	run_finish(&r);
}

static void
autumn_knows_the_two_hours_apart(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "polar");
	r.o.zone = "Europe/Berlin";
	/* 02:30 the first time it is shown, and 02:10 can only be the second */
	run_text(&r, AUTUMN("\"hypnogram\": {\"23:00\": 2, \"02:30\": 4, \"02:10\": 1, "
			    "\"03:00\": 0}"));
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 9 * HOUR_MS);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 210 * 60);
	assert_int_equal(stage_s(s, STAGE_DEEP), 40 * 60);
	assert_int_equal(stage_s(s, STAGE_REM), 50 * 60);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 240 * 60);
	run_finish(&r);
}

static void
heart_rates_run_forward_from_the_start(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "polar");
	r.o.zone = "Europe/Berlin";
	run_text(&r, SPRING("\"heart_rate_samples\": {\"23:41\": 60, \"23:46\": 0, "
			    "\"00:01\": 58, \"12:00\": 50}"));
	assert_int_equal(samples(&r, "heart_rate"), 2);
	assert_int_equal(r.refused, 1);
	assert_said(&r, "\"12:00\" is no time of the night");
	run_finish(&r);
}

static void
a_night_that_comes_again_takes_the_place_of_the_first(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "polar");
	r.o.zone = "Europe/Berlin";
	run_text(&r, "[" SPRING("\"hypnogram\": {\"23:41\": 2}") "," SPRING(
			     "\"hypnogram\": {\"23:41\": 4}") "]");
	assert_int_equal(nights(&r), 1);
	assert_int_equal(stage_s(night(&r, 0), STAGE_DEEP), 399 * 60);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *night, *said;
	} cases[] = {
		{"7", "night 2: no date"},
		{"{\"date\": \"2026-03-29\"}", "night 2: a time is missing"},
		{NIGHT("2026-03-29T23:41:00+01:00", "2026-03-29T07:20:00+02:00",
			 "\"a\": 1"),
			"ends before it starts"},
		{NIGHT("2026-03-28T23:41:00+98:00", "2026-03-29T07:20:00+02:00",
			 "\"a\": 1"),
			"not a time"},
		{SPRING("\"hypnogram\": {\"7\": 2}"), "cannot be read"},
		{SPRING("\"hypnogram\": {\"24:00\": 2}"), "cannot be read"},
		{SPRING("\"hypnogram\": {\"12:00\": 2}"), "outside of the night"},
		{SPRING("\"hypnogram\": {\"23:41\": 6}"), "none of Polar's"},
		{SPRING("\"hypnogram\": {\"23:41\": null}"), "none of Polar's"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[4096];
		run_init(&r, "polar");
		r.o.zone = "Europe/Berlin";
		snprintf(text, sizeof text, "{\"nights\": [%s, %s]}",
			SPRING("\"sleep_score\": 74"), cases[i].night);
		run_text(&r, text);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(r.status, 1);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
	}
}

static void
the_shared_night_has_polars_own_totals(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/polar", "polar", NULL) ||
		!shared_file("bridge/polar/sleep_night.synthetic.json", path))
		skip();
	run_init(&r, "polar");
	r.o.zone = "Europe/Berlin";
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal((int)metric(s, METRIC(TOTAL_SLEEP_S)), 12600 + 4500 + 5400);
	assert_int_equal((int)metric(s, METRIC(AWAKE_S)), 1440);
	assert_int_equal(
		s->end_ms - s->start_ms, (12600 + 4500 + 5400 + 1440) * SECOND_MS);
	assert_int_equal(samples(&r, "heart_rate"), 2);
	print_message("polar: %d s, asleep %d, awake %d stated\n",
		(int)((s->end_ms - s->start_ms) / SECOND_MS),
		(int)metric(s, METRIC(TOTAL_SLEEP_S)), (int)metric(s, METRIC(AWAKE_S)));
	run_finish(&r);
}

static void
first_revised_and_sent_again(void **state)
{
	static const char *const story[] = {SPRING("\"light_sleep\": 12600"),
		SPRING("\"light_sleep\": 12660"), SPRING("\"light_sleep\": 12660")};
	uint64_t content[3];
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "polar", story, n);
		assert_int_equal(shelf.n, 1);
		assert_int_equal(
			shelf.v[0].revision, STORY_MS + (int64_t)(n - 1) * HOUR_MS);
		content[n - 1] = shelf.v[0].content;
	}
	assert_true(content[0] != content[1]);
	assert_true(content[1] == content[2]);
	/* the earlier file counts less, in whatever order the two are read */
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		run_init(&r, "polar");
		r.o.zone = "Europe/Berlin";
		story_two(&r, story[0], story[1], turned);
		assert_int_equal(nights(&r), 1);
		assert_int_equal((int)metric(night(&r, 0), METRIC(LIGHT_S)), 12660);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spring_has_its_real_length),
		cmocka_unit_test(without_a_zone_such_a_night_keeps_its_totals_only),
		cmocka_unit_test(autumn_knows_the_two_hours_apart),
		cmocka_unit_test(heart_rates_run_forward_from_the_start),
		cmocka_unit_test(a_night_that_comes_again_takes_the_place_of_the_first),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(the_shared_night_has_polars_own_totals),
		cmocka_unit_test(first_revised_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
