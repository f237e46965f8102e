/* SPDX-License-Identifier: MIT */
/* The withings reader: segments in any order become nights; summaries keep their totals. */
#include "bridge_story.h"

#define TOTAL     DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S
#define METRIC(x) DOZED__V1__METRIC__METRIC_##x

/* 1774737660 = 2026-03-28T22:41:00Z */
#define SEG(from, to, state)                                                             \
	"{\"startdate\": " from ", \"enddate\": " to ", \"state\": " state               \
	", \"model\": \"Aura\", \"hash_deviceid\": \"d\"}"
#define SERIES(segs) "{\"status\": 0, \"body\": {\"series\": [" segs "], \"model\": 32}}"

static void
segments_in_any_order_become_nights(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	r.o.zone = "Europe/Berlin";
	/* a hole of 5 min within the night, another night 40 min after its end */
	run_text(&r, SERIES(SEG("1774759500", "1774759560", "0") "," SEG("1774741260",
			     "1774744860", "2") "," SEG("1774737660", "1774741260",
			     "1") "," SEG("1774745160", "1774757100", "3")));
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 2);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "series-1774737660");
	assert_string_equal(s->origin->source_app, "Aura");
	assert_int_equal(s->end_ms - s->start_ms, 19440 * SECOND_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(stage_s(s, STAGE_LIGHT), 3600);
	assert_int_equal(stage_s(s, STAGE_DEEP), 3600);
	assert_int_equal(stage_s(s, STAGE_REM), 11940);
	assert_int_equal(s->n_stages, 3);
	assert_int_equal(s->stages[2]->offset_s, 7500); /* the hole stays open */
	assert_int_equal(stage_s(night(&r, 1), STAGE_AWAKE), 60);
	run_finish(&r);
}

static void
two_devices_are_two_nights(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	run_text(&r, SERIES(SEG("1774737660", "1774741260",
			     "1") ","
				  "{\"startdate\": 1774738000, \"enddate\": 1774738060, "
				  "\"state\": 0, "
				  "\"hash_deviceid\": \"e\"}"));
	assert_int_equal(nights(&r), 2);
	run_finish(&r);
}

static void
values_within_segments_are_samples(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	run_text(&r, SERIES("{\"startdate\": 1774737660, \"enddate\": 1774741260, "
			    "\"state\": 1, \"hr\": {\"1774737660\": 70, \"1774737720\": "
			    "0, \"x\": 1}, \"rr\": {\"1774737660\": 15}, \"snoring\": "
			    "{\"1774737660\": 10}}"));
	assert_int_equal(samples(&r, "heart_rate"), 1);
	assert_int_equal(samples(&r, "resp_rate"), 1);
	assert_int_equal(r.refused, 1);
	assert_said(&r, "heart_rate: \"x\" is no time");
	run_finish(&r);
}

#define SUMMARY(modified, asleep)                                                        \
	"{\"id\": 5, \"timezone\": \"Europe/Paris\", \"model\": 32, \"startdate\": "     \
	"1774737660, \"enddate\": 1774761060, \"created\": 1774765000, "                 \
	"\"modified\": " modified ", \"data\": {\"total_sleep_time\": " asleep           \
	", \"waso\": 600, \"sleep_efficiency\": 0.86, \"durationtosleep\": 540, "        \
	"\"sleep_latency\": 500, \"remsleepduration\": null}}"

static void
a_summary_keeps_its_totals_and_its_own_zone(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	r.o.zone = "America/New_York";
	/* modified is earlier in the later one: it orders nothing */
	run_text(&r,
		SERIES(SUMMARY("1774765000", "100") "," SUMMARY("1774764999", "21600")));
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 1);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "5");
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal((int)metric(s, TOTAL), 21600);
	assert_int_equal((int)metric(s, METRIC(WASO_S)), 600);
	assert_int_equal((int)metric(s, METRIC(SLEEP_LATENCY_S)), 500);
	assert_int_equal((int)lround(metric(s, METRIC(EFFICIENCY_PERCENT))), 86);
	assert_true(isnan(metric(s, METRIC(REM_S))));
	run_finish(&r);
}

static void
a_latency_that_cannot_be_is_left_out(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	run_text(&r, SERIES("{\"id\": 5, \"startdate\": 1774737660, \"enddate\": "
			    "1774761060, \"data\": {\"wakeupduration\": 3540, "
			    "\"sleep_latency\": 28800, \"waso\": -25920}}"));
	assert_true(isnan(metric(night(&r, 0), METRIC(SLEEP_LATENCY_S))));
	assert_true(isnan(metric(night(&r, 0), METRIC(WASO_S))));
	assert_int_equal((int)metric(night(&r, 0), METRIC(AWAKE_S)), 3540);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *item, *said;
	} cases[] = {
		{"7", "item 2: a time is missing"},
		{SEG("1774737660", "null", "1"), "item 2: a time is missing"},
		{SEG("1774737660", "1774741260", "6"), "none of Withings'"},
		{SEG("1774737660", "1774741260", "null"), "none of Withings'"},
		{SEG("1774741260", "1774737660", "1"), "ends before it starts"},
		{SEG("1", "9007199254740992", "1"), "in the future"},
		{"{\"data\": {}}", "item 2: no id"},
		{"{\"id\": 1, \"startdate\": 9, \"enddate\": 8, \"data\": {}}",
			"ends before it starts"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[2048];
		run_init(&r, "withings");
		snprintf(text, sizeof text, "{\"body\": {\"series\": [%s, %s]}}",
			SEG("1774737660", "1774741260", "1"), cases[i].item);
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(nights(&r), 1);
		run_finish(&r);
	}
	struct run r;
	run_init(&r, "withings");
	run_text(&r, "{\"status\": 0, \"body\": {}}");
	assert_said(&r, "no series of sleep");
	run_finish(&r);
}

/* --- the story of a night ---------------------------------------------------------------- */

/* 22:41Z, 23:41, 00:41, 04:00 of one night, on the device of the summary below */
#define S1 "1774737660"
#define S2 "1774741260"
#define S3 "1774744860"
#define S4 "1774757100"
#define OF_SERIES                                                                        \
	"{\"id\": 5, \"timezone\": \"Europe/Paris\", \"hash_deviceid\": \"d\", "         \
	"\"startdate\": 1774737660, \"enddate\": 1774757100, \"data\": "                 \
	"{\"total_sleep_time\": 18000, \"sleep_score\": 71, \"durationtosleep\": 300}}"

static void
a_series_and_its_summary_are_one_night(void **state)
{
	static const char series[] = SERIES(SEG(S1, S2, "1") "," SEG(S2, S4, "3")),
			  summary[] = SERIES(OF_SERIES);
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct run r;
		struct marks marks = {0};
		struct shelf shelf = {0};
		run_init(&r, "withings");
		story_two(&r, i & 1 ? series : summary, i & 1 ? summary : series, i / 2);
		assert_int_equal(nights(&r), 1);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_int_equal(stage_s(s, STAGE_LIGHT), 3600);
		assert_int_equal((int)metric(s, TOTAL), 18000);
		assert_int_equal((int)metric(s, METRIC(VENDOR_SCORE)), 71);
		assert_int_equal((int)metric(s, METRIC(SLEEP_LATENCY_S)), 300);
		assert_int_equal(s->utc_offset_end_min, 120); /* the summary's zone */
		run_finish(&r);
		/* one run after the other: the stages stay, whichever comes first */
		for (int k = 0; k < 2; k++) {
			run_init(&r, "withings");
			story_add(&r, "a", (i + k) & 1 ? series : summary, k);
			story_go(&r, &marks);
			shelf_put(&shelf, &r);
			run_finish(&r);
		}
		assert_int_equal(shelf.n, 1);
		assert_string_equal(shelf.v[0].id, i & 1 ? "series-" S1 : "5");
		assert_int_equal(shelf.v[0].revision, STORY_MS + (i & 1 ? 0 : HOUR_MS));
		marks_finish(&marks);
	}
}

static void
a_minute_of_stages_does_not_stand_for_a_night_of_totals(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "withings");
	story_two(&r, SERIES(OF_SERIES),
		SERIES(SEG("1774600000", "1774610000", "1") "," SEG(
			S1, "1774737720", "0") "," SEG("1774900000", "1774910000", "1")),
		0);
	assert_int_equal(nights(&r), 3);
	assert_int_equal((int)metric(night(&r, 1), TOTAL), 18000);
	assert_int_equal(night(&r, 1)->n_stages, 0);
	run_finish(&r);
}

static void
a_window_that_cuts_a_night_gives_no_second_one(void **state)
{
	static const char *const answers[] = {
		SERIES(SEG(S1, S2, "1") "," SEG(S2, S3, "2")),
		/* it went on, and what was asked for began in it */
		SERIES(SEG(S2, S3, "2") "," SEG(S3, S4, "3")),
		/* the whole of it; then cut at either end; then the whole again */
		SERIES(SEG(S1, S2, "1") "," SEG(S2, S3, "2") "," SEG(S3, S4, "3")),
		SERIES(SEG(S2, S3, "2") "," SEG(S3, S4, "3")),
		SERIES(SEG(S1, S2, "1")),
		SERIES(SEG(S1, S2, "1") "," SEG(S2, S3, "2") "," SEG(S3, S4, "3")),
	};
	static const size_t living_after[] = {1, 2, 1, 1, 1, 1};
	struct marks marks = {0};
	struct shelf shelf = {0};
	int64_t asleep_s = 0;
	(void)state;
	for (size_t i = 0; i < array_len(answers); i++) {
		struct run r;
		run_init(&r, "withings");
		story_add(&r, "a", answers[i], (int)i);
		story_go(&r, &marks);
		shelf_put(&shelf, &r);
		run_finish(&r);
		struct shelf now = shelf;
		shelf_settle(&now);
		assert_int_equal(now.n, living_after[i]);
		asleep_s = 0;
		for (size_t k = 0; k < now.n; k++)
			asleep_s += (now.v[k].end - now.v[k].start) / SECOND_MS;
		assert_int_equal(asleep_s, i == 0 ? 7200 : 19440);
	}
	marks_finish(&marks);
}

static void
a_night_that_was_corrected_is_the_same_night(void **state)
{
	/* among others: it is not at an edge of what was asked for */
	static const char before[] = SERIES(SEG("1774600000", "1774610000", "1") "," SEG(
		S1, S4, "1") "," SEG("1774900000", "1774910000", "1")),
			  after[] = SERIES(SEG("1774600000", "1774610000", "1") "," SEG(
				  S2, S3, "1") "," SEG("1774900000", "1774910000", "1"));
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		run_init(&r, "withings");
		story_two(&r, before, after, turned);
		assert_int_equal(nights(&r), 3);
		assert_int_equal(night(&r, 1)->end_ms - night(&r, 1)->start_ms, HOUR_MS);
		assert_string_equal(night(&r, 1)->origin->record_id, "series-" S1);
		run_finish(&r);
	}
}

/* --- the shared recordings ------------------------------------------------------------ */

static json_t *
shared_series(const char *name, json_t **ret_root, char path[static 512])
{
	*ret_root = shared_file(name, path) ? json_load_file(path, 0, NULL) : NULL;
	return json_object_get(json_object_get(*ret_root, "body"), "series");
}

static json_int_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
real_segments_keep_every_second(void **state)
{
	static const int stage_of[] = {STAGE_AWAKE, STAGE_LIGHT, STAGE_DEEP, STAGE_REM};
	char path[512];
	json_t *root, *list;
	struct run r;
	size_t hr = 0;
	int said[4] = {0}, got[4] = {0};
	(void)state;
	list = shared_series("bridge/withings/sleep.json", &root, path);
	if (!root)
		skip();
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		said[number(o, "state")] +=
			(int)(number(o, "enddate") - number(o, "startdate"));
		hr += json_object_size(json_object_get(o, "hr"));
	}
	run_init(&r, "withings");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	for (size_t i = 0; i < nights(&r); i++)
		for (int k = 0; k < 4; k++)
			got[k] += stage_s(night(&r, i), stage_of[k]);
	print_message(
		"withings: %zu nights; awake %d of %d s, light %d of %d, deep %d of "
		"%d, REM %d of %d; %zu of %zu heart rates\n",
		nights(&r), got[0], said[0], got[1], said[1], got[2], said[2], got[3],
		said[3], samples(&r, "heart_rate"), hr);
	assert_int_equal(nights(&r), 8);
	for (int k = 0; k < 4; k++)
		assert_int_equal(got[k], said[k]);
	assert_int_equal(samples(&r, "heart_rate"), hr);
	run_finish(&r);
	json_decref(root);
}

static void
real_summaries_keep_every_total(void **state)
{
	char path[512], id[32];
	json_t *root, *list;
	struct run r;
	size_t agree = 0;
	(void)state;
	list = shared_series("bridge/withings/sleep_summary.json", &root, path);
	if (!root)
		skip();
	run_init(&r, "withings");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), json_array_size(list));
	for (size_t i = 0; i < nights(&r); i++) {
		const Dozed__V1__Session *s = night(&r, i);
		for (size_t k = 0; k < json_array_size(list); k++) {
			const json_t *o = json_array_get(list, k);
			const json_t *data = json_object_get(o, "data");
			snprintf(id, sizeof id, "%lld", (long long)number(o, "id"));
			if (strcmp(id, s->origin->record_id) != 0)
				continue;
			agree += s->start_ms == number(o, "startdate") * SECOND_MS &&
				 s->end_ms == number(o, "enddate") * SECOND_MS &&
				 (int)metric(s, TOTAL) ==
					 number(data, "total_sleep_time") &&
				 (int)metric(s, METRIC(AWAKE_S)) ==
					 number(data, "wakeupduration") &&
				 (number(data, "waso") < 0
						 ? isnan(metric(s, METRIC(WASO_S)))
						 : (int)metric(s, METRIC(WASO_S)) ==
							   number(data, "waso"));
		}
	}
	print_message("withings: %zu of %zu summaries have their own totals\n", agree,
		json_array_size(list));
	assert_int_equal(agree, json_array_size(list));
	run_finish(&r);
	json_decref(root);
}

#define EIGHTH INT64_C(1619296237000)

static void
of_the_real_ones_that_are_in_both_there_is_one(void **state)
{
	char path[2][512];
	char *paths[2];
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		size_t both = 0;
		for (int i = 0; i < 2; i++) {
			if (!shared_file(i ? "bridge/withings/sleep_summary.json"
					   : "bridge/withings/sleep.json",
				    path[i]))
				skip();
			paths[i] = path[i];
		}
		run_init(&r, "withings");
		for (int i = 0; i < 2; i++) {
			json_t *o = json_load_file(paths[i], 0, NULL);
			char *text = json_dumps(o, JSON_COMPACT);
			story_add(&r, i ? "summary" : "series", text, turned ? -i : i);
			free(text);
			json_decref(o);
		}
		run_go(&r);
		for (size_t i = 0; i < nights(&r); i++) {
			const Dozed__V1__Session *s = night(&r, i);
			both += s->n_stages > 1 && !isnan(metric(s, TOTAL));
			if (s->start_ms == EIGHTH)
				assert_int_equal(
					s->end_ms - s->start_ms, 23921 * SECOND_MS);
		}
		print_message("withings: 8 series and 300 summaries: %zu nights, %zu of "
			      "them with stages and totals\n",
			nights(&r), both);
		/* of the eighth night the series has its first minute alone: it was cut */
		assert_int_equal(nights(&r), 300);
		assert_int_equal(both, 7);
		run_finish(&r);
	}
}

static void
replies_to_a_subscription_are_nobodys(void **state)
{
	(void)state;
	if (!sniffed_alone("bridge/withings", "withings", "notify_"))
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_in_any_order_become_nights),
		cmocka_unit_test(two_devices_are_two_nights),
		cmocka_unit_test(values_within_segments_are_samples),
		cmocka_unit_test(a_summary_keeps_its_totals_and_its_own_zone),
		cmocka_unit_test(a_latency_that_cannot_be_is_left_out),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_kept),
		cmocka_unit_test(a_series_and_its_summary_are_one_night),
		cmocka_unit_test(a_minute_of_stages_does_not_stand_for_a_night_of_totals),
		cmocka_unit_test(a_window_that_cuts_a_night_gives_no_second_one),
		cmocka_unit_test(a_night_that_was_corrected_is_the_same_night),
		cmocka_unit_test(of_the_real_ones_that_are_in_both_there_is_one),
		cmocka_unit_test(real_segments_keep_every_second),
		cmocka_unit_test(real_summaries_keep_every_total),
		cmocka_unit_test(replies_to_a_subscription_are_nobodys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
