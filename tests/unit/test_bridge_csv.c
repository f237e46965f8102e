/* SPDX-License-Identifier: MIT */
/* The csv reader: what stands in the file is what the hub gets, and what is wrong is named. */
#include "bridge_story.h"

#define T0 INT64_C(1767225600000) /* 2026-01-01T00:00Z */

static const Dozed__V1__Series *
series(const struct run *r, size_t batch, size_t i)
{
	assert_true(batch < r->n && i < r->got[batch].b->n_series);
	return r->got[batch].b->series[i];
}

static void
stages_are_as_new_as_their_file(void **state)
{
	static const char
		early[] = "start,duration_s,stage\n2026-03-28T22:00:00Z,3600,light\n",
		later[] = "start,duration_s,stage\n2026-03-29T22:00:00Z,3600,light\n";
	struct run r;
	(void)state;
	run_init(&r, "csv");
	story_two(&r, early, later, 0);
	assert_int_equal(nights(&r), 2);
	assert_int_equal(night(&r, 0)->origin->revision, STORY_MS);
	assert_int_equal(night(&r, 1)->origin->revision, STORY_MS + HOUR_MS);
	run_finish(&r);
}

static void
regular_samples_become_a_grid_and_holes_are_missing(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "time,activity\n"
		     "2026-01-01T00:00:00Z,5\n"
		     "2026-01-01T00:01:00Z,7\n"
		     "2026-01-01T00:02:00Z,\n" /* an empty cell is not zero */
		     "2026-01-01T00:03:00Z,0\n"
		     "2026-01-01T00:05:00Z,12\n"
		     "2026-01-01T00:06:00Z,12\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.n, 1);
	const Dozed__V1__Series *s = series(&r, 0, 0);
	const int32_t deltas[] = {5, 2, 0, -7, 0, 12, 0};
	const uint32_t missing[] = {2, 4};
	assert_int_equal(s->channel, DOZED__V1__CHANNEL__CHANNEL_ACTIVITY);
	assert_int_equal(s->start_ms, T0);
	assert_int_equal(s->interval_ms, 60000);
	assert_int_equal(s->n_v, 7);
	assert_memory_equal(s->v, deltas, sizeof deltas);
	assert_int_equal(s->n_missing, 2);
	assert_memory_equal(s->missing, missing, sizeof missing);
	assert_true(r.got[0].b->historical);
	run_finish(&r);
}

static void
uneven_samples_keep_their_times(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "time,rr,heart_rate\n1767225600,800,\n1767225600790,790,75.5\n"
		     "2026-01-01T01:00:01.500+01:00,710,\n2026-01-01 00:00:01.9Z,,76\n");
	assert_int_equal(r.status, 0);
	const Dozed__V1__Series *hr = series(&r, 0, 0), *rr = series(&r, 0, 1);
	const int32_t rr_dt[] = {0, 790, 710}, rr_v[] = {800, -10, -80};
	const int32_t hr_dt[] = {0, 1110}, hr_v[] = {755, 5};
	assert_int_equal(rr->interval_ms, 0);
	assert_int_equal(rr->start_ms, T0);
	assert_int_equal(rr->n_v, 3);
	assert_memory_equal(rr->dt_ms, rr_dt, sizeof rr_dt);
	assert_memory_equal(rr->v, rr_v, sizeof rr_v);
	assert_int_equal(hr->start_ms, T0 + 790);
	assert_memory_equal(hr->dt_ms, hr_dt, sizeof hr_dt);
	assert_memory_equal(hr->v, hr_v, sizeof hr_v);
	run_finish(&r);
}

static void
acceleration_goes_as_planar_int16(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "time,accel_x,accel_y,accel_z\n"
		     "1767225600000,1,-2,1000\n1767225600020,300,-32768,32767\n"
		     "1767225600040,3,4,-1000\n");
	const uint8_t y[] = {0xfe, 0xff, 0x00, 0x80, 0x04, 0x00};
	const Dozed__V1__Series *s = series(&r, 0, 1);
	assert_int_equal(s->interval_ms, 20);
	assert_int_equal(s->n_v, 0);
	assert_int_equal(s->i16.len, sizeof y);
	assert_memory_equal(s->i16.data, y, sizeof y);
	run_finish(&r);
}

static void
bad_rows_are_named_and_the_rest_is_read(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "time,heart_rate\n"
		     "2026-01-01T00:00:00Z,60\n"
		     "2026-13-01T00:00:00Z,60\n"   /* 3 */
		     "2026-01-01T00:00:10Z,abc\n"  /* 4 */
		     "2026-01-01T00:00:20Z,0\n"    /* 5: off the wrist */
		     "2026-01-01T00:00:30Z,60,1\n" /* 6 */
		     "2026-01-01T00:00:40,60\n"    /* 7 */
		     "2027-01-01T00:00:40Z,60\n"   /* 8 */
		     "\n"
		     "2026-01-01T00:00:50Z,nan\n" /* 10 */
		     "2026-01-01T00:01:00Z,61\n");
	assert_int_equal(r.status, 1);
	assert_int_equal(r.refused, 7);
	assert_int_equal(series(&r, 0, 0)->n_v, 2);
	assert_said(&r, "/in:3: \"2026-13-01T00:00:00Z\": not a time");
	assert_said(&r, "/in:4: heart_rate \"abc\" is not a number");
	assert_said(
		&r, "/in:5: heart_rate 0 1/min is outside what is plausible, 20 to 250");
	assert_said(&r, "/in:6: 3 columns where the header has 2");
	assert_said(
		&r, "/in:7: \"2026-01-01T00:00:40\": the time has no zone: say --zone");
	assert_said(&r, "/in:8: \"2027-01-01T00:00:40Z\": the time lies in the future");
	assert_said(&r, "/in:10: heart_rate \"nan\" is not a number");
	run_finish(&r);
}

static void
after_twenty_bad_rows_the_rest_is_a_number(void **state)
{
	struct run r;
	char text[4096] = "time,activity\n2026-01-01T00:00:00Z,1\n";
	(void)state;
	run_init(&r, "csv");
	for (int i = 0; i < 50; i++)
		strcat(text, "x,1\n");
	run_text(&r, text);
	assert_int_equal(r.refused, 50);
	assert_said(&r, "/in:22: ");
	assert_null(strstr(r.said, "/in:23: "));
	assert_said(&r, "50 refused, of which 30 are not shown");
	run_finish(&r);
}

static void
nothing_usable_is_status_two(void **state)
{
	const char *const texts[] = {"", "\n\n", "hello\n", "time,foo\n1,2\n", "time\n",
		"a,b\n", "time,kind,value\n2026-01-01T07:30:00Z,pain_day,11\n",
		"start,duration_s\n"};
	(void)state;
	for (size_t i = 0; i < array_len(texts); i++) {
		struct run r;
		run_init(&r, "csv");
		run_text(&r, texts[i]);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.n, 0);
		run_finish(&r);
	}
}

static void
local_times_need_and_use_the_zone(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	r.o.zone = "Europe/Berlin";
	run_text(&r, "time,kind,value\n2026-01-01 07:30:00,sleep_quality,4\n"
		     "2026-06-01 07:30:00,sleep_quality,5\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(
		r.got[0].b->ratings[0]->at_ms, T0 + 6 * HOUR_MS + 30 * MINUTE_MS);
	assert_int_equal(r.got[1].b->ratings[0]->at_ms,
		T0 + 151 * DAY_MS + 5 * HOUR_MS + 30 * MINUTE_MS);
	run_finish(&r);
	/* a column that says UTC needs none */
	run_init(&r, "csv");
	run_text(&r, "time_utc,kind,value\n2026-01-01 07:30:00,pain_day,4\n");
	assert_int_equal(
		r.got[0].b->ratings[0]->at_ms, T0 + 7 * HOUR_MS + 30 * MINUTE_MS);
	run_finish(&r);
}

static void
ratings_are_whole_numbers_from_0_to_10(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "time,kind,value\n"
		     "2026-01-01T07:30:00Z,sleep_quality,0\n"
		     "2026-01-01T07:30:00Z,pain_morning,10\n"
		     "2026-01-01T20:00:00Z,pain_day,7.5\n"
		     "2026-01-01T20:00:01Z,pain_day,11\n"
		     "2026-01-01T20:00:02Z,pain_day,-1\n"
		     "2026-01-01T20:00:03Z,mood,3\n"
		     "2026-01-01T20:00:04Z,pain_day,\n"
		     "2026-01-01T20:00:05Z,pain_day,3.0\n");
	const Dozed__V1__Batch *b = r.got[0].b;
	assert_int_equal(r.status, 1);
	assert_int_equal(r.refused, 4);
	assert_int_equal(b->n_ratings, 3);
	assert_int_equal(b->ratings[0]->kind, RATING_SLEEP_QUALITY);
	assert_int_equal(b->ratings[0]->value, 0);
	assert_int_equal(b->ratings[1]->value, 10);
	assert_int_equal(b->ratings[2]->value, 3);
	assert_said(&r, "/in:4: pain_day \"7.5\" is not a whole number from 0 to 10");
	assert_said(&r, "/in:7: \"mood\" is not a kind of rating");
	run_finish(&r);
}

static void
stage_rows_of_one_night_make_one_session(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	r.o.zone = "Europe/Berlin";
	run_text(&r, "start,duration_s,stage\n"
		     "2026-03-28T22:00:00Z,600,awake\n"
		     "2026-03-28T22:10:00Z,3600,light\n"
		     "2026-03-28T23:10:00Z,600,light\n" /* the same stage goes on */
		     "2026-03-28T23:30:00Z,3600,deep\n" /* after a hole of 10 min */
		     "2026-03-29T05:00:00Z,1200,rem\n"  /* 4.5 h later: another session */
		     "2026-03-29T05:20:00Z,60,sleeping\n"
		     "2026-03-29T05:20:00Z,0.5,awake\n");
	assert_int_equal(r.refused, 2);
	assert_int_equal(r.n, 1); /* a local day */
	const Dozed__V1__Session *s = r.got[0].b->sessions[0];
	assert_int_equal(r.got[0].b->n_sessions, 2);
	assert_string_equal(s->origin->record_id, "2026-03-28T22:00:00Z");
	assert_int_equal(s->origin->status, RECORD_FINAL);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(r.got[0].b->sessions[1]->utc_offset_start_min, 120);
	assert_int_equal(s->kind, SLEEP_UNSPECIFIED);
	assert_int_equal(s->end_ms - s->start_ms, (90 + 60) * MINUTE_MS);
	assert_int_equal(s->n_stages, 3);
	assert_int_equal(s->stages[1]->offset_s, 600);
	assert_int_equal(s->stages[1]->duration_s, 4200);
	assert_int_equal(s->stages[2]->offset_s, 5400);
	assert_int_equal(s->stages[2]->stage, STAGE_DEEP);
	run_finish(&r);
}

static void
in_bed_rows_fill_what_the_stages_leave_open(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "start,duration_s,stage\n"
		     "2026-01-01T22:00:00Z,28800,in_bed\n"
		     "2026-01-01T22:30:00Z,3600,asleep\n"
		     "2026-01-02T00:00:00Z,3600,rem\n"
		     "2026-01-02T00:30:00Z,60,awake\n"   /* overlaps: refused */
		     "2026-01-02T00:00:00Z,3600,rem\n"); /* the same again: once */
	assert_int_equal(r.refused, 1);
	assert_said(&r, "/in:5: overlaps the stage before it");
	const Dozed__V1__Session *s = r.got[0].b->sessions[0];
	const uint32_t at[] = {0, 1800, 5400, 7200, 10800};
	const int stage[] = {
		STAGE_IN_BED, STAGE_ASLEEP, STAGE_IN_BED, STAGE_REM, STAGE_IN_BED};
	assert_int_equal(s->n_stages, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(s->stages[i]->offset_s, at[i]);
		assert_int_equal(s->stages[i]->stage, stage[i]);
	}
	assert_int_equal(s->stages[4]->offset_s + s->stages[4]->duration_s, 28800);
	run_finish(&r);
}

static void
a_column_person_makes_a_file_of_many(void **state)
{
	static const char text[] = "person,time,activity\n"
				   "ben,2026-01-01T00:00:00Z,1\n"
				   "anna,2026-01-01T00:00:00Z,2\n"
				   "Anna K.,2026-01-01T00:00:00Z,3\n";
	struct run r;
	(void)state;
	run_init(&r, "csv");
	r.o.person = NULL;
	run_text(&r, text);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.got[0].person, "anna");
	assert_int_equal(series(&r, 0, 0)->v[0], 2);
	assert_string_equal(r.got[1].person, "ben");
	assert_said(&r, "\"Anna K.\" is no person's id");
	run_finish(&r);
	/* --person picks one */
	run_init(&r, "csv");
	run_text(&r, text);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.status, 0);
	run_finish(&r);
	/* nobody is not a person */
	run_init(&r, "csv");
	r.o.person = NULL;
	run_text(&r, "time,activity\n2026-01-01T00:00:00Z,1\n");
	assert_int_equal(r.status, 2);
	assert_said(&r, "Say --person");
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_are_as_new_as_their_file),
		cmocka_unit_test(regular_samples_become_a_grid_and_holes_are_missing),
		cmocka_unit_test(uneven_samples_keep_their_times),
		cmocka_unit_test(acceleration_goes_as_planar_int16),
		cmocka_unit_test(bad_rows_are_named_and_the_rest_is_read),
		cmocka_unit_test(after_twenty_bad_rows_the_rest_is_a_number),
		cmocka_unit_test(nothing_usable_is_status_two),
		cmocka_unit_test(local_times_need_and_use_the_zone),
		cmocka_unit_test(ratings_are_whole_numbers_from_0_to_10),
		cmocka_unit_test(stage_rows_of_one_night_make_one_session),
		cmocka_unit_test(in_bed_rows_fill_what_the_stages_leave_open),
		cmocka_unit_test(a_column_person_makes_a_file_of_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
