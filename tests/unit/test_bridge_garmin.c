/* SPDX-License-Identifier: MIT */
/* The garmin reader: days of Connect, pushes of the Health API. */
#include "bridge_story.h"

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S
#define AWAKE DOZED__V1__METRIC__METRIC_AWAKE_S

/* 2026-03-28T22:41:00Z to 04:41Z: 23:41 to 06:41 on the wall, six hours */
#define CONNECT(levels, rem)                                                             \
	"{\"dailySleepDTO\": {\"id\": 1774737660000, \"calendarDate\": \"2026-03-29\", " \
	"\"sleepTimeSeconds\": 19800, \"awakeSleepSeconds\": 1800, "                     \
	"\"lightSleepSeconds\": null, \"sleepWindowConfirmationType\": "                 \
	"\"enhanced_confirmed_final\", "                                                 \
	"\"sleepStartTimestampGMT\": 1774737660000, "                                    \
	"\"sleepEndTimestampGMT\": 1774759260000, "                                      \
	"\"sleepStartTimestampLocal\": 1774741260000, "                                  \
	"\"sleepEndTimestampLocal\": 1774766460000}, \"remSleepData\": " rem             \
	", \"sleepLevels\": " levels "}"

#define LEVEL(from, to, level)                                                           \
	"{\"startGMT\": \"2026-03-" from ":00.0\", \"endGMT\": \"2026-03-" to            \
	":00.0\", \"activityLevel\": " level "}"
#define LEVELS                                                                           \
	"[" LEVEL("29T01:41", "29T02:41", "2.0") "," LEVEL("28T22:41", "29T00:41",       \
		"1.0") "," LEVEL("29T00:41", "29T01:41", "0.0") "," LEVEL("29T02:41",    \
		"29T03:41", "3.0") "," LEVEL("29T03:41", "29T04:41", "-1") "]"

static void
a_day_has_its_real_length_and_both_offsets(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "garmin");
	run_text(&r, CONNECT(LEVELS, "true"));
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "connect-2026-03-29");
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(s->end_ms - s->start_ms, 6 * HOUR_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 7200);
	assert_int_equal(stage_s(s, STAGE_DEEP), 3600);
	assert_int_equal(stage_s(s, STAGE_REM), 3600);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 3600);
	assert_int_equal(stage_s(s, STAGE_UNMEASURABLE), 3600);
	assert_int_equal((int)metric(s, TOTAL), 19800);
	assert_int_equal((int)metric(s, AWAKE), 1800);
	/* null is not zero */
	assert_true(isnan(metric(s, DOZED__V1__METRIC__METRIC_LIGHT_S)));
	run_finish(&r);
}

static void
without_rem_data_level_2_is_awake(void **state)
{
	static const char *const days[] = {
		CONNECT(LEVELS, "false"), CONNECT(LEVELS, "null")};
	(void)state;
	for (size_t i = 0; i < array_len(days); i++) {
		struct run r;
		run_init(&r, "garmin");
		run_text(&r, days[i]);
		assert_int_equal(stage_s(night(&r, 0), STAGE_REM), 0);
		assert_int_equal(stage_s(night(&r, 0), STAGE_AWAKE), 7200);
		run_finish(&r);
	}
}

static void
a_day_without_levels_keeps_its_totals(void **state)
{
	static const char *const days[] = {
		CONNECT("[]", "true"), CONNECT("null", "true")};
	(void)state;
	for (size_t i = 0; i < array_len(days); i++) {
		struct run r;
		run_init(&r, "garmin");
		run_text(&r, days[i]);
		assert_int_equal(r.status, 0);
		assert_int_equal(night(&r, 0)->n_stages, 0);
		assert_int_equal((int)metric(night(&r, 0), TOTAL), 19800);
		run_finish(&r);
	}
}

static void
a_day_of_nulls_is_no_night_and_no_fault(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "garmin");
	run_text(&r, "{\"dailySleepDTO\": {\"id\": null, \"calendarDate\": "
		     "\"2026-01-01\", \"sleepTimeSeconds\": null, "
		     "\"sleepStartTimestampGMT\": null}, \"sleepLevels\": []}\n" CONNECT(
			     "[]", "true"));
	assert_int_equal(r.refused, 0);
	assert_int_equal(nights(&r), 1);
	run_finish(&r);
}

#define PUSH(validation, awake, awake_end)                                               \
	"{\"sleeps\": [{\"summaryId\": \"x-1\", \"startTimeInSeconds\": 1774737660, "    \
	"\"startTimeOffsetInSeconds\": 3600, \"durationInSeconds\": 21600, "             \
	"\"lightSleepDurationInSeconds\": 21600, \"awakeDurationInSeconds\": " awake     \
	", "                                                                             \
	"\"sleepLevelsMap\": {\"awake\": [{\"startTimeInSeconds\": 1774759260, "         \
	"\"endTimeInSeconds\": " awake_end                                               \
	"}], \"light\": [{\"startTimeInSeconds\": 1774737660, "                          \
	"\"endTimeInSeconds\": 1774759260}]}, "                                          \
	"\"timeOffsetSleepSpo2\": {\"0\": 95, \"60\": 0, \"120\": 94}, "                 \
	"\"validation\": \"" validation "\"}]}"

static void
the_final_push_takes_the_place_of_the_tentative(void **state)
{
	static const char tentative[] = PUSH("ENHANCED_TENTATIVE", "900", "1774760160"),
			  final[] = PUSH("ENHANCED_FINAL", "1800", "1774761060");
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		char both[4096];
		run_init(&r, "garmin");
		r.o.zone = "Europe/Berlin";
		snprintf(both, sizeof both, "%s\n%s\n", turned ? final : tentative,
			turned ? tentative : final);
		run_text(&r, both);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(r.twice_sessions, 1);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_int_equal(s->origin->status, RECORD_FINAL);
		/* the duration leaves out the half hour awake */
		assert_int_equal(s->end_ms - s->start_ms, (21600 + 1800) * SECOND_MS);
		assert_int_equal((int)metric(s, TOTAL), 21600);
		assert_int_equal(stage_s(s, STAGE_AWAKE), 1800);
		assert_int_equal(s->utc_offset_start_min, 60);
		assert_int_equal(s->utc_offset_end_min, 120);
		assert_int_equal(samples(&r, "spo2"), 2); /* 0 is not measured */
		run_finish(&r);
	}
	struct run r;
	run_init(&r, "garmin");
	run_text(&r, tentative);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_TENTATIVE);
	run_finish(&r);
}

static void
no_tentative_night_takes_the_place_of_a_final_one(void **state)
{
	static const char tentative[] = PUSH("AUTO_TENTATIVE", "900", "1774760160"),
			  final[] = PUSH("AUTO_FINAL", "1800", "1774761060");
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		int64_t revision[2];
		/* the tentative one was sent again an hour after the final one */
		run_init(&r, "garmin");
		story_two(&r, final, tentative, turned);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->origin->status, RECORD_FINAL);
		run_finish(&r);
		/* and so it is for the hub, which has them from two runs */
		for (int i = 0; i < 2; i++) {
			run_init(&r, "garmin");
			story_add(&r, "a", i ? tentative : final, i);
			run_go(&r);
			revision[i] = night(&r, 0)->origin->revision;
			run_finish(&r);
		}
		assert_true(revision[0] > revision[1]);
		/* of two tentative ones the later counts */
		run_init(&r, "garmin");
		story_two(&r, tentative, PUSH("AUTO_TENTATIVE", "1800", "1774761060"),
			turned);
		assert_int_equal((int)metric(night(&r, 0), AWAKE), 1800);
		run_finish(&r);
	}
}

static void
a_night_of_connect_that_changed_later_counts_and_again_is_the_same(void **state)
{
	struct run r;
	char longer[sizeof CONNECT("[]", "true")] = CONNECT("[]", "true");
	(void)state;
	memcpy(strstr(longer, "19800"), "19860", 5);
	for (int turned = 0; turned < 2; turned++) {
		run_init(&r, "garmin");
		story_two(&r, CONNECT("[]", "true"), longer, turned);
		assert_int_equal(nights(&r), 1);
		assert_int_equal((int)metric(night(&r, 0), TOTAL), 19860);
		assert_int_equal(night(&r, 0)->origin->revision, STORY_MS + HOUR_MS);
		run_finish(&r);
	}
	/* confirmed, then for once not yet */
	memcpy(strstr(longer, "enhanced_confirmed_final"), "enhanced_unconfirmed_fin",
		24);
	run_init(&r, "garmin");
	story_two(&r, CONNECT("[]", "true"), longer, 0);
	assert_int_equal((int)metric(night(&r, 0), TOTAL), 19800);
	run_finish(&r);
}

#define NAPS                                                                             \
	"[{\"calendarDate\": \"2026-03-29\", \"napTimeSec\": 1800, "                     \
	"\"napStartTimestampGMT\": \"2026-03-29T12:00:00.0\", \"napEndTimestampGMT\": "  \
	"\"2026-03-29T12:35:00.0\"}, {\"napTimeSec\": null, \"napStartTimestampGMT\": "  \
	"1774803600000, \"napEndTimestampGMT\": 1774804800000}, {\"napTimeSec\": 60, "   \
	"\"napStartTimestampGMT\": null}]"

static void
naps_are_records_of_their_own(void **state)
{
	static const char *const days[] = {
		"{\"dailySleepDTO\": {\"calendarDate\": \"2026-03-29\", "
		"\"sleepEndTimestampGMT\": 1774759260000, \"sleepEndTimestampLocal\": "
		"1774766460000, \"dailyNapDTOS\": " NAPS "}}",
		"{\"dailySleepDTO\": {\"sleepEndTimestampGMT\": 1774759260000, "
		"\"sleepEndTimestampLocal\": 1774766460000}, \"dailyNapDTOS\": " NAPS "}",
	};
	(void)state;
	for (size_t i = 0; i < array_len(days); i++) {
		struct run r;
		run_init(&r, "garmin");
		story_two(&r, days[i], days[i], 0); /* sent again: the same */
		assert_int_equal(nights(&r), 2);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_string_equal(s->origin->record_id, "nap-1774785600");
		assert_int_equal(s->kind, SLEEP_NAP);
		assert_int_equal(s->end_ms - s->start_ms, 35 * MINUTE_MS);
		assert_int_equal((int)metric(s, TOTAL), 1800);
		assert_int_equal(s->utc_offset_start_min, 120);
		assert_int_equal(
			night(&r, 1)->end_ms - night(&r, 1)->start_ms, 20 * MINUTE_MS);
		assert_true(isnan(metric(night(&r, 1), TOTAL)));
		assert_said(&r, "nap: a time is missing");
		run_finish(&r);
	}
	struct run r;
	run_init(&r, "garmin");
	run_text(&r, "{\"sleeps\": [{\"summaryId\": \"x\", \"startTimeInSeconds\": "
		     "1774737660, \"durationInSeconds\": 21600, \"naps\": "
		     "[{\"napStartTimeInSeconds\": 1774785600, "
		     "\"napDurationInSeconds\": 1800, \"napOffsetInSeconds\": 7200, "
		     "\"napValidation\": \"DEVICE\"}, {\"napStartTimeInSeconds\": "
		     "1774785600}]}]}");
	assert_int_equal(nights(&r), 2);
	assert_string_equal(night(&r, 1)->origin->record_id, "nap-1774785600");
	assert_int_equal(night(&r, 1)->kind, SLEEP_NAP);
	assert_int_equal(night(&r, 1)->utc_offset_end_min, 120);
	assert_int_equal((int)metric(night(&r, 1), TOTAL), 1800);
	assert_said(&r, "nap: no duration");
	run_finish(&r);
}

static void
a_push_without_levels_ends_after_what_was_awake(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "garmin");
	run_text(&r,
		"{\"sleeps\": [{\"summaryId\": \"x-2\", \"startTimeInSeconds\": "
		"1774737660, \"durationInSeconds\": 21600, "
		"\"awakeDurationInSeconds\": 600, \"unmeasurableSleepInSeconds\": 60, "
		"\"validation\": \"AUTO_FINAL\"}]}");
	assert_int_equal(
		night(&r, 0)->end_ms - night(&r, 0)->start_ms, 22260 * SECOND_MS);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"{\"dailySleepDTO\": {\"sleepTimeSeconds\": 1}}", "no calendarDate"},
		{"{\"dailySleepDTO\": {\"sleepTimeSeconds\": 1, \"calendarDate\": "
		 "\"2026-03-29\"}}",
			"day 1: a time is missing"},
		{CONNECT("[" LEVEL("28T22:41", "29T00:41", "7") "]", "true"),
			"none of Garmin's"},
		{CONNECT("[" LEVEL("29T22:41", "29T00:41", "1") "]", "true"),
			"ends before it starts"},
		{CONNECT("[{}]", "true"), "a time is missing"},
		{"{\"sleeps\": [7]}", "sleep 1: no summaryId"},
		{"{\"sleeps\": [{\"summaryId\": \"a\", \"startTimeInSeconds\": 1e15}]}",
			"future"},
		{"{\"sleeps\": [{\"summaryId\": \"a\", \"startTimeInSeconds\": "
		 "1774737660}]}",
			"ends before it starts"},
		{"[1]", "record 1: neither"},
		{"{\"dailySleepDTO\": ", "in:1: "},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[4096];
		run_init(&r, "garmin");
		/* the good one stands first: a broken document ends the file */
		snprintf(text, sizeof text, "%s\n%s",
			PUSH("AUTO_FINAL", "900", "1774760160"), cases[i].text);
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
		run_init(&r, "garmin");
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

/* --- the shared samples -------------------------------------------------------------- */

static void
real_nights_have_garmins_own_totals(void **state)
{
	char path[512], line[65536];
	struct run r;
	size_t i = 0;
	(void)state;
	if (!shared_file(
		    "bridge/garmin/connect_dailySleepData_2021-07-01_to_10.ndjson", path))
		skip();
	run_init(&r, "garmin");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	FILE *f = fopen(path, "r");
	for (; fgets(line, sizeof line, f); i++) {
		json_t *day = json_loads(line, 0, NULL);
		const json_t *dto = json_object_get(day, "dailySleepDTO");
		const Dozed__V1__Session *s = night(&r, i);
#define SAID(key) json_integer_value(json_object_get(dto, key))
		assert_int_equal(s->start_ms, SAID("sleepStartTimestampGMT"));
		assert_int_equal(s->end_ms, SAID("sleepEndTimestampGMT"));
		assert_int_equal((int)metric(s, TOTAL), SAID("sleepTimeSeconds"));
		assert_int_equal((int)metric(s, AWAKE), SAID("awakeSleepSeconds"));
		assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_LIGHT_S),
			SAID("lightSleepSeconds"));
		assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_DEEP_S),
			SAID("deepSleepSeconds"));
		assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_REM_S),
			SAID("remSleepSeconds"));
		assert_int_equal(s->end_ms - s->start_ms,
			SECOND_MS *
				(SAID("sleepTimeSeconds") + SAID("awakeSleepSeconds") +
					SAID("unmeasurableSleepSeconds")));
		print_message("garmin %s: %d min asleep, %d awake, offset %d\n",
			s->origin->record_id, (int)metric(s, TOTAL) / 60,
			(int)metric(s, AWAKE) / 60, s->utc_offset_start_min);
		json_decref(day);
	}
	fclose(f);
	assert_int_equal(i, 10);
	assert_int_equal(nights(&r), 10);
	run_finish(&r);
}

static void
the_shared_folder_is_one_persons_nights(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/garmin", "garmin", NULL) ||
		!shared_file("bridge/garmin", path))
		skip();
	run_init(&r, "garmin");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.j.files, 5);
	assert_int_equal(nights(&r), 12); /* 10, 1, and two of one push */
	const Dozed__V1__Session *s = night(&r, 11);
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 10800);
	assert_int_equal(stage_s(s, STAGE_DEEP), 5400);
	assert_int_equal(stage_s(s, STAGE_REM), 5400);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 1800);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_has_its_real_length_and_both_offsets),
		cmocka_unit_test(without_rem_data_level_2_is_awake),
		cmocka_unit_test(a_day_without_levels_keeps_its_totals),
		cmocka_unit_test(a_day_of_nulls_is_no_night_and_no_fault),
		cmocka_unit_test(the_final_push_takes_the_place_of_the_tentative),
		cmocka_unit_test(no_tentative_night_takes_the_place_of_a_final_one),
		cmocka_unit_test(
			a_night_of_connect_that_changed_later_counts_and_again_is_the_same),
		cmocka_unit_test(naps_are_records_of_their_own),
		cmocka_unit_test(a_push_without_levels_ends_after_what_was_awake),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(real_nights_have_garmins_own_totals),
		cmocka_unit_test(the_shared_folder_is_one_persons_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
