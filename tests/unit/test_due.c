/* SPDX-License-Identifier: MIT */
/* Due: what an input touches, and how far the devices have come. */
#include "unit/core_fixture.h"

#include "core/due.h"

#define MARGIN_MS (8 * MINUTE_MS)

static struct person who;
static struct due d;
static const struct policy policy = {
	.lateness_ms = 10 * MINUTE_MS, .idle_ms = 10 * MINUTE_MS};

static int
fresh(void **state)
{
	(void)state;
	who = fixture_person("anna", "Europe/Berlin");
	due_init(&d, &who, MARGIN_MS);
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	due_finish(&d);
	zone_free(who.zone);
	return 0;
}

static void
assert_marked(const char *first, unsigned n)
{
	assert_int_equal(d.n, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(d.dates[i], date(first).n + (int32_t)i);
}

static void
span(const char *from, const char *to)
{
	due_span(&d, at(from), at(to));
}

/* A minute of movement that ends at t, arrived at `arrived`. */
static void
device(const char *name, const char *t, const char *arrived, int historical)
{
	double v = 1;
	struct series q;
	struct batch b = minutes(&q, name, "activity", at(t), &v, 1);
	b.received = at(arrived), b.historical = historical;
	due_batch(&d, &b);
}

static void
due_marks_a_date_once_and_in_order(void **state)
{
	(void)state;
	static const int32_t in[] = {5, 3, 9, 5, 3, 4, 9};
	for (unsigned i = 0; i < array_len(in); i++)
		due_night(&d, DAY(in[i]));
	assert_int_equal(d.n, 4);
	static const int32_t want[] = {3, 4, 5, 9};
	assert_memory_equal(d.dates, want, sizeof want);
}

static void
due_marks_the_night_of_a_sample_and_the_next(void **state)
{
	(void)state;
	span("2026-03-10T02:00:00Z", "2026-03-10T03:00:00Z"); /* 3:00-4:00 in Berlin */
	assert_marked("2026-03-10", 2);
}

static void
due_marks_the_night_before_where_it_confirms_its_end(void **state)
{
	(void)state;
	span("2026-03-10T18:30:00Z", "2026-03-10T18:40:00Z"); /* 19:30: of the 11th */
	assert_marked("2026-03-10", 3);
	due_finish(&d);
	due_init(&d, &who, MARGIN_MS);
	span("2026-03-10T21:00:00Z", "2026-03-10T22:00:00Z");
	assert_marked("2026-03-11", 2);
}

static void
due_marks_the_night_that_a_window_reaches_into(void **state)
{
	(void)state;
	/* 17:55: a window of the 12th, whose stretch begins at 18:00, still sees it */
	span("2026-03-10T16:54:00Z", "2026-03-10T16:55:00Z");
	assert_marked("2026-03-10", 3);
}

static void
due_takes_irregular_times_in_any_order(void **state)
{
	(void)state;
	int64_t t[] = {at("2026-03-12T09:00:00Z").ms, at("2026-03-10T09:00:00Z").ms};
	double v[] = {1, 2};
	struct series q;
	struct batch b = minutes(&q, "watch", "activity", UTC(t[0]), v, 2);
	q.t = t, q.interval_ms = 0;
	due_batch(&d, &b);
	assert_marked("2026-03-10", 4);
}

static void
due_marks_the_day_of_a_rating_until_four_in_the_morning(void **state)
{
	(void)state;
	struct rating r = {RATING_PAIN_DAY, at("2026-03-11T01:30:00Z"), 4, 0}; /* 2:30 */
	struct batch b = {.n_ratings = 1, .ratings = &r};
	due_batch(&d, &b);
	assert_int_equal(d.n, 0);
	assert_int_equal(d.days_from, date("2026-03-10").n);
}

static void
due_waits_for_the_slowest_device_that_still_sends(void **state)
{
	(void)state;
	device("a", "2026-03-10T05:00:00Z", "2026-03-10T05:01:00Z", 0);
	device("b", "2026-03-10T03:00:00Z", "2026-03-10T05:02:00Z", 0);
	assert_int_equal(due_watermark(&d, at("2026-03-10T05:05:00Z"), &policy).ms,
		at("2026-03-10T02:50:00Z").ms);
	device("a", "2026-03-10T05:11:00Z", "2026-03-10T05:12:00Z", 0);
	assert_int_equal(due_watermark(&d, at("2026-03-10T05:13:00Z"), &policy).ms,
		at("2026-03-10T05:01:00Z").ms);
}

static void
due_is_pushed_on_by_the_clock_where_all_are_silent(void **state)
{
	(void)state;
	device("a", "2026-03-10T03:00:00Z", "2026-03-10T03:01:00Z", 0);
	utc_ms now = at("2026-03-10T03:12:00Z");
	assert_int_equal(due_watermark(&d, now, &policy).ms, now.ms - policy.idle_ms);
	assert_int_equal(due_watermark(&d, UTC(INT64_MAX), &policy).ms, INT64_MAX);
}

static void
due_expects_nothing_of_nobody(void **state)
{
	(void)state;
	assert_int_equal(
		due_watermark(&d, at("2026-03-10T03:12:00Z"), &policy).ms, INT64_MAX);
}

static void
due_waits_two_seconds_for_more_history(void **state)
{
	(void)state;
	device("a", "2020-03-10T03:00:00Z", "2026-03-10T03:00:00Z", 1);
	utc_ms now = at("2026-03-10T03:00:01Z");
	assert_int_equal(
		due_watermark(&d, now, &policy).ms, at("2020-03-10T02:50:00Z").ms);
	assert_int_equal(
		due_again(&d, now, UTC(0), &policy).ms, at("2026-03-10T03:00:02Z").ms);
	now = at("2026-03-10T03:00:02Z");
	assert_int_equal(due_watermark(&d, now, &policy).ms, now.ms - policy.idle_ms);
}

static void
due_looks_again_at_the_hard_stop(void **state)
{
	(void)state;
	utc_ms now = at("2026-03-10T09:25:00Z"), stop = at("2026-03-10T09:30:00Z");
	assert_int_equal(due_again(&d, now, stop, &policy).ms, stop.ms);
	assert_int_equal(due_again(&d, stop, stop, &policy).ms, stop.ms + policy.idle_ms);
}

static void
due_keeps_every_mark_until_the_run_is_done(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		due_night(&d, DAY(i));
	due_day(&d, DAY(1));
	memcpy(d.is_open, "\0\1\0\1", 4);
	d.then = UTC(77);
	due_done(&d); /* did not run */
	assert_int_equal(d.n, 4);
	assert_int_equal(d.days_from, 1);
	d.ran = 1;
	due_done(&d);
	assert_int_equal(d.n, 2);
	assert_int_equal(d.open, 2);
	assert_int_equal(d.dates[0], 1);
	assert_int_equal(d.dates[1], 3);
	assert_int_equal(d.days_from, INT32_MAX);
	assert_int_equal(d.next.ms, 77);
}

static void
due_gives_the_place_of_the_longest_silent_device_away(void **state)
{
	(void)state;
	char name[ID_MAX + 1], t[32];
	for (int i = 0; i < DUE_DEVICES_MAX; i++) {
		snprintf(name, sizeof name, "d%d", i);
		snprintf(t, sizeof t, "2026-03-10T%02d:%02d:00Z", 3 + i / 60, i % 60);
		device(name, "2026-03-10T03:00:00Z", t, 0);
	}
	device("late", "2026-03-10T05:00:00Z", "2026-03-10T05:00:30Z", 0);
	assert_int_equal(d.n_devices, DUE_DEVICES_MAX);
	assert_string_equal(d.devices[0].id, "csv/late");
}

static void
due_watermark_does_not_wait_for_a_device_of_the_past(void **state)
{
	(void)state;
	device("watch", "2026-03-10T06:00:00Z", "2026-03-10T06:01:00Z", 0);
	device("old", "2016-03-10T06:00:00Z", "2026-03-10T06:01:00Z", 0); /* its clock */
	utc_ms now = at("2026-03-10T06:01:01Z");
	assert_int_equal(due_watermark(&d, now, &policy).ms,
		at("2016-03-10T05:50:00Z").ms); /* two seconds, as for history */
	now = at("2026-03-10T06:01:03Z");
	assert_int_equal(
		due_watermark(&d, now, &policy).ms, at("2026-03-10T05:50:00Z").ms);
}

static void
due_watermark_is_no_later_than_the_hubs_time(void **state)
{
	(void)state;
	device("new", "2036-03-10T06:00:00Z", "2026-03-10T06:01:00Z", 0);
	utc_ms now = at("2026-03-10T06:02:00Z");
	assert_int_equal(
		due_watermark(&d, now, &policy).ms, at("2026-03-10T05:52:00Z").ms);
}

static void
due_marks_the_date_of_a_record_that_may_go_on_with_another(void **state)
{
	(void)state;
	struct session v = {.start = at("2026-03-10T10:00:00Z"),
		.end = at("2026-03-10T16:30:00Z")}; /* 17:30 */
	struct batch b = {.n_sessions = 1, .sessions = &v};
	due_batch(&d, &b);
	assert_marked("2026-03-09", 3);
	due_finish(&d);
	due_init(&d, &who, MARGIN_MS);
	v.end = at("2026-03-10T12:00:00Z");
	due_batch(&d, &b);
	assert_marked("2026-03-09", 3); /* another maker may end it after 18:00 */
	due_finish(&d);
	due_init(&d, &who, MARGIN_MS);
	v.start = at("2016-03-10T12:00:00Z"); /* ten years are nobody's sleep */
	due_batch(&d, &b);
	assert_marked("2026-03-09", 3);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(due_marks_a_date_once_and_in_order),
		T(due_marks_the_night_of_a_sample_and_the_next),
		T(due_marks_the_night_before_where_it_confirms_its_end),
		T(due_marks_the_night_that_a_window_reaches_into),
		T(due_takes_irregular_times_in_any_order),
		T(due_marks_the_day_of_a_rating_until_four_in_the_morning),
		T(due_waits_for_the_slowest_device_that_still_sends),
		T(due_is_pushed_on_by_the_clock_where_all_are_silent),
		T(due_expects_nothing_of_nobody),
		T(due_waits_two_seconds_for_more_history),
		T(due_looks_again_at_the_hard_stop),
		T(due_keeps_every_mark_until_the_run_is_done),
		T(due_gives_the_place_of_the_longest_silent_device_away),
		T(due_watermark_does_not_wait_for_a_device_of_the_past),
		T(due_watermark_is_no_later_than_the_hubs_time),
		T(due_marks_the_date_of_a_record_that_may_go_on_with_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
