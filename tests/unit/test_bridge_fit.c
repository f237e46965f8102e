/* SPDX-License-Identifier: MIT */
/* The fit reader: nights and naps, and how watches write them anew. */
#include "bridge_fit.h"

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S

static void
levels_become_a_night_in_either_byte_order(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct run r;
		begin(&r);
		r.o.zone = "Europe/Berlin";
		file.big = big;
		put_night(0, BED);
		go(&r);
		assert_int_equal(r.status, 0);
		assert_int_equal(nights(&r), 1);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_int_equal(s->start_ms, BED);
		assert_int_equal(s->end_ms - s->start_ms, 260 * MINUTE_MS);
		assert_int_equal(s->utc_offset_start_min, 60); /* clocks changed */
		assert_int_equal(s->utc_offset_end_min, 120);
		assert_string_equal(s->origin->record_id, "4711.2026-03-29.0");
		assert_string_equal(s->origin->source_app, "Garmin 3290");
		assert_int_equal(s->origin->status, RECORD_FINAL);
		assert_int_equal(s->origin->revision, BED + 12 * HOUR_MS + 1);
		assert_int_equal(stage_s(s, STAGE_LIGHT), 90 * 60);
		assert_int_equal(stage_s(s, STAGE_DEEP), 60 * 60);
		assert_int_equal(stage_s(s, STAGE_REM), 80 * 60);
		assert_int_equal(stage_s(s, STAGE_AWAKE), 10 * 60);
		assert_int_equal(stage_s(s, STAGE_UNMEASURABLE), 20 * 60);
		assert_int_equal(
			(int)metric(s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE), 77);
		assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_AWAKENINGS), 3);
		run_finish(&r);
	}
}

static void
without_an_event_the_last_change_ends_the_night(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	put_changes(BED);
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 240 * MINUTE_MS);
	assert_int_equal(stage_s(s, STAGE_UNMEASURABLE), 0);
	assert_string_equal(s->origin->record_id, "2026-03-29.0");
	assert_int_equal(s->utc_offset_start_min, 0);
	run_finish(&r);
}

static void
a_level_every_minute_lasts_a_minute(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	define_levels();
	for (int i = 0; i < 300; i++)
		put_level(BED + i * MINUTE_MS, i < 200 ? 3 : 4);
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(stage_s(night(&r, 0), STAGE_DEEP), 200 * 60);
	assert_int_equal(stage_s(night(&r, 0), STAGE_REM), 100 * 60);
	run_finish(&r);
}

static void
sleeps_hours_apart_are_two_and_the_longer_is_the_first(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	put_id(0);
	put_offset(BED, 120);
	define_levels();
	put_level(BED + 14 * HOUR_MS, 2); /* in any order */
	put_level(BED + 14 * HOUR_MS + 20 * MINUTE_MS, 1);
	put_changes(BED);
	put_assessment(50, 255);
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 2);
	assert_string_equal(night(&r, 0)->origin->record_id, "4711.2026-03-29.0");
	assert_string_equal(night(&r, 1)->origin->record_id, "4711.2026-03-29.1");
	assert_int_equal(
		(int)metric(night(&r, 0), DOZED__V1__METRIC__METRIC_VENDOR_SCORE), 50);
	assert_true(isnan(metric(night(&r, 0), DOZED__V1__METRIC__METRIC_AWAKENINGS)));
	assert_int_equal(night(&r, 1)->n_metrics, 0);
	run_finish(&r);
}

static void
a_night_that_the_watch_wrote_anew_is_the_same_record(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		struct run r;
		begin(&r);
		for (int i = 0; i < 2; i++) {
			int later = i != order;
			memset(&file, 0, sizeof file);
			put_night(later ? 60 : 0, later ? BED + 5 * MINUTE_MS : BED);
			run_add(&r, i ? "a.fit" : "b.fit", file.b, file.n);
		}
		run_go(&r);
		assert_int_equal(r.status, 0);
		assert_int_equal(nights(&r), 1);
		assert_int_equal(night(&r, 0)->start_ms, BED + 5 * MINUTE_MS);
		run_finish(&r);
	}
}

static void
a_file_cut_off_is_tentative_until_the_whole_one_comes(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	put_night(0, BED);
	run_add(&r, "whole.fit", file.b, file.n);
	run_add(&r, "cut.fit", file.b, file.n - 60);
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "it is cut off");
	assert_int_equal(nights(&r), 1);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_FINAL);
	run_finish(&r);
	begin(&r);
	put_night(0, BED);
	file.n -= 60;
	go(&r);
	assert_int_equal(r.status, 1);
	assert_int_equal(nights(&r), 1);
	assert_int_equal(night(&r, 0)->origin->status, RECORD_TENTATIVE);
	run_finish(&r);
}

static void
levels_without_times_take_their_place_in_the_stream(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	put_offset(BED, 60);
	DEFINE(&file, 2, 275, {0, 1, ENUM});
	for (int i = 0; i < 100; i++) {
		fit_put(&file, 2, 1);
		fit_put(&file, i < 40 ? 2 : 3, 1);
	}
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(night(&r, 0)->start_ms, BED);
	assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 40 * 60);
	assert_int_equal(stage_s(night(&r, 0), STAGE_DEEP), 60 * 60);
	run_finish(&r);
}

static void
a_watch_that_stages_nothing_gives_no_night(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	put_offset(BED, 60);
	DEFINE(&file, 5, 274, {0, 20, BYTE});
	DEFINE(&file, 2, 275, {0, 1, ENUM});
	for (int i = 0; i < 100; i++) {
		int awake = i % 10 == 0;
		fit_put(&file, awake ? 2 : 5, 1);
		fit_put(&file, 1, awake ? 1 : 20);
	}
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 2);
	assert_int_equal(nights(&r), 0);
	assert_said(&r, "leaves the stages to Garmin's servers");
	run_finish(&r);
}

/* --- naps ---------------------------------------------------------------------------------- */

static void
naps_are_revised_and_deleted(void **state)
{
	struct run r;
	(void)state;
	for (int deleted = 0; deleted < 2; deleted++) {
		begin(&r);
		fit_begin(&file);
		define_naps();
		put_nap(30, deleted, BED + 20 * HOUR_MS);
		put_nap(45, 0, BED + 17 * HOUR_MS); /* the older version */
		fit_end(&file);
		go(&r);
		assert_int_equal(r.status, 0);
		assert_int_equal(nights(&r), 1);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_string_equal(s->origin->record_id, "nap-1774791660");
		assert_int_equal(s->origin->revision, BED + 20 * HOUR_MS);
		assert_int_equal(
			s->origin->status, deleted ? RECORD_DELETED : RECORD_FINAL);
		if (!deleted) {
			assert_int_equal((int)s->kind, SLEEP_NAP);
			assert_int_equal(s->utc_offset_start_min, 120);
			assert_int_equal((int)metric(s, TOTAL), 30 * 60);
		}
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_become_a_night_in_either_byte_order),
		cmocka_unit_test(without_an_event_the_last_change_ends_the_night),
		cmocka_unit_test(a_level_every_minute_lasts_a_minute),
		cmocka_unit_test(sleeps_hours_apart_are_two_and_the_longer_is_the_first),
		cmocka_unit_test(a_night_that_the_watch_wrote_anew_is_the_same_record),
		cmocka_unit_test(a_file_cut_off_is_tentative_until_the_whole_one_comes),
		cmocka_unit_test(levels_without_times_take_their_place_in_the_stream),
		cmocka_unit_test(a_watch_that_stages_nothing_gives_no_night),
		cmocka_unit_test(naps_are_revised_and_deleted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
