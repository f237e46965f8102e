/* SPDX-License-Identifier: MIT */
/* The whoop reader: totals, records that are not scored yet, deletions. */
#include "bridge_story.h"

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S

#define RECORD(updated, rest)                                                            \
	"{\"id\": \"aa\", \"updated_at\": \"2026-03-29T" updated                         \
	":11.100Z\", \"start\": \"2026-03-28T22:41:00.000Z\", \"end\": "                 \
	"\"2026-03-29T05:20:00.000Z\", \"timezone_offset\": \"+02:00\", \"nap\": "       \
	"false, " rest "}"
#define PENDING(updated) RECORD(updated, "\"score_state\": \"PENDING_SCORE\"")
#define SCORED(updated)                                                                  \
	RECORD(updated, "\"score_state\": \"SCORED\", \"score\": {\"stage_summary\": {"  \
			"\"total_awake_time_milli\": 1440000, "                          \
			"\"total_light_sleep_time_milli\": 12600000, "                   \
			"\"total_slow_wave_sleep_time_milli\": 4500000, "                \
			"\"total_rem_sleep_time_milli\": null}}")

static void
totals_become_numbers_of_the_night(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "whoop");
	r.o.zone = "Europe/Berlin";
	run_text(&r, "{\"records\": [" SCORED("06:02") "]}");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_string_equal(s->origin->record_id, "aa");
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(s->origin->revision, INT64_C(1774764131100));
	assert_int_equal(s->end_ms - s->start_ms, 399 * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60); /* the clocks changed that night */
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(s->n_stages, 0);
	assert_int_equal((int)metric(s, TOTAL), 17100);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S), 1440);
	assert_true(isnan(metric(s, DOZED__V1__METRIC__METRIC_REM_S)));
	run_finish(&r);
}

static void
a_score_that_comes_later_counts_whatever_the_order(void **state)
{
	static const char *const both[] = {"[" PENDING("05:32") "," SCORED("06:02") "]",
		"[" SCORED("06:02") "," PENDING("05:32") "]"};
	struct run r;
	(void)state;
	for (size_t i = 0; i < array_len(both); i++) {
		run_init(&r, "whoop");
		run_text(&r, both[i]);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->origin->status, RECORD_FINAL);
		assert_int_equal((int)metric(night(&r, 0), TOTAL), 17100);
		run_finish(&r);
	}
	run_init(&r, "whoop");
	run_text(&r, PENDING("05:32"));
	assert_int_equal(r.status, 0);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_TENTATIVE);
	assert_int_equal(night(&r, 0)->n_metrics, 0);
	run_finish(&r);
}

static void
a_notice_of_deletion_withdraws_the_record(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "whoop");
	run_text(&r, "{\"user_id\": 1, \"id\": \"aa\", \"type\": \"sleep.deleted\", "
		     "\"trace_id\": \"t\"}\n" SCORED("06:02"));
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 1);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_DELETED);
	run_finish(&r);
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"[1]", "sleep 1: no id"},
		{"[{\"id\": {}}]", "sleep 1: no id"},
		{"[{\"id\": 5}]", "sleep 1: a time is missing"},
		{"[{\"id\": 5, \"start\": \"2026-03-28T22:41:00Z\", \"end\": "
		 "\"2026-03-28T22:41:00Z\"}]",
			"ends before it starts"},
		{"[{\"id\": 5, \"start\": \"2026-03-28T22:41:00Z\", \"end\": "
		 "\"2026-03-30T22:41:00Z\"}]",
			"longer than a day"},
		{"[{\"id\": 5, \"start\": \"2026-03-28T22:41:00Z\", \"end\": "
		 "\"2026-03-29T02:41:00Z\", \"timezone_offset\": \"+99:00\"}]",
			"an offset from UTC that no place has"},
		{"{\"id\": \"aa\", \"type\": \"sleep.updated\", \"trace_id\": \"t\"}",
			"something to fetch"},
		{"{\"records\"", "in:1: "},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		run_init(&r, "whoop");
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
shared_nights_have_whoops_own_totals(void **state)
{
	char path[512];
	struct run r;
	(void)state;
	if (!sniffed_alone("bridge/whoop", "whoop", NULL) ||
		!shared_file("bridge/whoop/sleep_v2.synthetic.json", path))
		skip();
	run_init(&r, "whoop");
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 2);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 23940000); /* total_in_bed_time_milli */
	assert_int_equal((int)metric(s, TOTAL), 12600 + 4500 + 5400);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S), 1440);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_LIGHT_S), 12600);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_DEEP_S), 4500);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_REM_S), 5400);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE), 74);
	assert_int_equal(night(&r, 1)->origin->status, RECORD_TENTATIVE);
	print_message("whoop: in bed 23940 s, asleep %d, awake %d\n",
		(int)metric(s, TOTAL), (int)metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S));
	run_finish(&r);
}

static void
pending_scored_deleted_and_sent_again(void **state)
{
	static const char gone[] = "{\"user_id\": 1, \"id\": \"aa\", \"type\": "
				   "\"sleep.deleted\", \"trace_id\": \"t\"}";
	/* an old score that is sent once more brings nothing back; a newer one does */
	static const char *const story[] = {PENDING("05:32"), SCORED("06:02"),
		PENDING("05:32"), gone, SCORED("06:02"),
		RECORD("23:02", "\"score_state\": \"SCORED\"")};
	static const int status[] = {RECORD_TENTATIVE, RECORD_FINAL, RECORD_FINAL,
		RECORD_DELETED, RECORD_DELETED, RECORD_FINAL};
	(void)state;
	for (size_t n = 1; n <= array_len(story); n++) {
		struct shelf shelf = {0};
		story_of(&shelf, "whoop", story, n);
		assert_int_equal(shelf.n, 1);
		assert_int_equal(shelf.v[0].status, status[n - 1]);
		if (n == 2 || n == 3)
			assert_int_equal(shelf.v[0].revision, INT64_C(1774764131100));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_become_numbers_of_the_night),
		cmocka_unit_test(a_score_that_comes_later_counts_whatever_the_order),
		cmocka_unit_test(a_notice_of_deletion_withdraws_the_record),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(shared_nights_have_whoops_own_totals),
		cmocka_unit_test(pending_scored_deleted_and_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
