/* SPDX-License-Identifier: MIT */
/* Where the sleeps of a date lie: the person's order of sources, a scorer's rest, records that
 * are one sleep. What scorers make of them is in test_night.c. */
#include "unit/core_fixture.h"

#include "core/bed.h"

#define EPOCHS (44 * 60)

static struct person who;
static struct night_input in;
static struct session sessions[8];
static unsigned char live[8];
static utc_ms received[8];
static struct marker markers[8];
static double rest[EPOCHS];
static struct bed_time beds[NIGHTS_MAX];
static int main_sleep, is_open;

static int
fresh(void **state)
{
	(void)state;
	who = fixture_person("anna", "Europe/Berlin");
	memset(sessions, 0, sizeof sessions);
	in = (struct night_input){.person = &who,
		.date = date("2026-03-10"),
		.watermark = UTC(INT64_MAX),
		.given_up = UTC(INT64_MAX),
		.sessions = sessions,
		.session_live = live,
		.session_received = received,
		.markers = markers};
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	zone_free(who.zone);
	return 0;
}

static struct session *
session(const char *source, const char *from, const char *to)
{
	struct session *s = &sessions[in.n_sessions++];
	snprintf(s->source, sizeof s->source, "%s", source);
	s->status = RECORD_FINAL;
	s->start = at(from), s->end = at(to);
	return s;
}

static void
nights(enum night_source a, int b)
{
	who.nights[0] = (unsigned char)a, who.nights[1] = (unsigned char)b;
	who.n_nights = b < 0 ? 1 : 2;
}

/* Rest in [from, to), none elsewhere, nothing known from `end` on; from 18:00 on 8 March. */
static void
scorer_says(const char *from, const char *to, const char *end)
{
	utc_ms start = at("2026-03-08T17:00:00Z");
	for (int i = 0; i < EPOCHS; i++) {
		int64_t t = start.ms + i * MINUTE_MS;
		rest[i] = t >= at(end).ms ? NAN : t >= at(from).ms && t < at(to).ms;
	}
	in.rest = (struct rest_epochs){rest, EPOCHS, MINUTE_MS, start.ms};
}

static unsigned
find(void)
{
	return bed_times(&in, beds, &main_sleep, &is_open);
}

static void
main_is(const char *from, const char *to)
{
	assert_true(main_sleep >= 0);
	assert_int_equal(beds[main_sleep].in_bed.ms, at(from).ms);
	assert_int_equal(beds[main_sleep].out_of_bed.ms, at(to).ms);
}

static void
bed_is_where_a_scorer_finds_rest(void **state)
{
	(void)state;
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T10:00:00Z");
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	in.date = date("2026-03-11");
	assert_int_equal(find(), 0); /* it ended on the 10th */
}

static void
bed_of_a_scorer_is_one_over_minutes_that_nobody_saw(void **state)
{
	(void)state;
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T10:00:00Z");
	for (int i = 0; i < 50; i++) /* from 3:00 */
		rest[33 * 60 + i] = NAN;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	rest[33 * 60 + 20] =
		0; /* but one waking epoch is a waking: the longer part counts */
	assert_int_equal(find(), 2);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T02:00:00Z");
}

static void
bed_of_a_scorer_is_open_until_an_hour_after_it(void **state)
{
	(void)state;
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T10:00:00Z");
	in.watermark = at("2026-03-10T06:59:00Z");
	assert_int_equal(find(), 0);
	assert_true(is_open);
	in.watermark = at("2026-03-10T07:00:00Z");
	assert_int_equal(find(), 1);
	assert_false(is_open);
}

static void
bed_sources_are_asked_in_the_persons_order(void **state)
{
	(void)state;
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T10:00:00Z");
	session("fitbit", "2026-03-09T23:00:00Z", "2026-03-10T05:00:00Z");
	markers[0] = (struct marker){at("2026-03-09T21:00:00Z"), STAGE_IN_BED};
	markers[1] = (struct marker){at("2026-03-10T07:00:00Z"), STAGE_OUT_OF_BED};
	in.n_markers = 2;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T23:00:00Z", "2026-03-10T05:00:00Z");
	nights(NIGHT_MARKERS, NIGHT_SESSION);
	assert_int_equal(find(), 1);
	main_is("2026-03-09T21:00:00Z", "2026-03-10T07:00:00Z");
	nights(NIGHT_REST, NIGHT_SESSION);
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	nights(NIGHT_ACTIVITY, -1);
	assert_int_equal(find(), 0);
}

static void
bed_beside_the_main_sleep_is_a_nap(void **state)
{
	(void)state;
	nights(NIGHT_REST, NIGHT_SESSION);
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T15:00:00Z");
	session("fitbit", "2026-03-10T12:00:00Z", "2026-03-10T16:00:00Z")->kind =
		SLEEP_MAIN;
	assert_int_equal(find(), 2);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	assert_int_equal(beds[1].kind, SLEEP_NAP);
}

static void
bed_of_an_open_night_makes_no_nap_of_its_record(void **state)
{
	(void)state;
	nights(NIGHT_REST, NIGHT_SESSION);
	scorer_says(
		"2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T10:00:00Z");
	session("fitbit", "2026-03-09T22:30:00Z", "2026-03-10T05:50:00Z");
	in.watermark = at("2026-03-10T06:30:00Z");
	find();
	assert_true(is_open);
	assert_true(main_sleep >= 0); /* the record, until the scorer's rest is over */
	in.watermark = at("2026-03-10T07:30:00Z");
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
}

static void
bed_of_two_records_is_one_where_less_than_an_hour_divides_them(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:00:00Z", "2026-03-10T01:00:00Z");
	struct session *b =
		session("fitbit", "2026-03-10T01:59:00Z", "2026-03-10T06:00:00Z");
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	assert_int_equal(beds[0].n_parts, 2);
	b->start = at("2026-03-10T02:00:00Z");
	assert_int_equal(find(), 2);
	main_is("2026-03-10T02:00:00Z", "2026-03-10T06:00:00Z");
	b->start = at("2026-03-10T01:30:00Z");
	b->kind = SLEEP_NAP; /* its maker says so */
	assert_int_equal(find(), 2);
	b->kind = SLEEP_UNSPECIFIED;
	snprintf(b->source, sizeof b->source, "oura");
	assert_int_equal(find(), 2);
}

static void
bed_that_goes_on_past_18_is_of_the_next_date_alone(void **state)
{
	(void)state;
	session("fitbit", "2026-03-10T10:00:00Z", "2026-03-10T16:45:00Z");
	session("fitbit", "2026-03-10T17:15:00Z", "2026-03-10T19:00:00Z");
	assert_int_equal(find(), 0);
	in.date = date("2026-03-11");
	assert_int_equal(find(), 1);
	main_is("2026-03-10T10:00:00Z", "2026-03-10T19:00:00Z");
}

static void
bed_of_a_record_is_known_when_its_last_part_was(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:00:00Z", "2026-03-10T01:00:00Z");
	session("fitbit", "2026-03-10T01:30:00Z", "2026-03-10T06:00:00Z");
	for (int i = 0; i < 2; i++)
		sessions[i].status = RECORD_TENTATIVE, live[i] = 1;
	received[0] = at("2026-03-10T01:05:00Z"),
	received[1] = at("2026-03-10T08:00:00Z");
	find();
	assert_int_equal(beds[0].settled.ms, received[1].ms);
	received[1] = UTC(0); /* before its end: nothing to wait for */
	find();
	assert_int_equal(beds[0].settled.ms, 0);
}

static void
bed_of_one_sleep_by_two_roads_is_told_once(void **state)
{
	(void)state;
	session("garmin", "2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	struct session *b =
		session("health_connect", "2026-03-09T22:07:00Z", "2026-03-10T06:11:00Z");
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:07:00Z", "2026-03-10T06:11:00Z"); /* the longer */
	sessions[0].n_stages = 2;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	sessions[0].status = RECORD_TENTATIVE;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:07:00Z", "2026-03-10T06:11:00Z");
	b->status = RECORD_DELETED;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
}

static void
bed_of_two_sleeps_that_touch_is_two(void **state)
{
	(void)state;
	session("garmin", "2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	struct session *nap =
		session("health_connect", "2026-03-10T05:45:00Z", "2026-03-10T07:30:00Z");
	assert_int_equal(find(), 2);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	nap->start = at("2026-03-10T05:29:00Z"); /* more than the ends may differ */
	assert_int_equal(find(), 1);
	nap->start = at("2026-03-10T05:45:00Z");
	nap->end = at("2026-03-10T06:15:00Z"); /* half of it lies in the night */
	assert_int_equal(find(), 1);
}

static void
bed_of_a_record_that_loses_to_a_loser_is_told(void **state)
{
	(void)state;
	session("oura", "2026-03-09T19:00:00Z", "2026-03-09T22:00:00Z");
	session("fitbit", "2026-03-09T21:00:00Z", "2026-03-10T02:00:00Z");
	session("garmin", "2026-03-10T00:30:00Z", "2026-03-10T07:00:00Z");
	assert_int_equal(
		find(), 2); /* garmin is longer than fitbit, and oura beside it */
	main_is("2026-03-10T00:30:00Z", "2026-03-10T07:00:00Z");
	assert_int_equal(beds[0].in_bed.ms, at("2026-03-09T19:00:00Z").ms);
}

static void
bed_of_a_newer_version_under_another_id_counts(void **state)
{
	(void)state;
	session("hae", "2026-03-09T21:40:00Z", "2026-03-10T06:00:00Z")->revision = 1;
	struct session *b =
		session("hae", "2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	b->revision = 2;
	assert_int_equal(find(), 1);
	main_is("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	snprintf(b->device, sizeof b->device, "ring"); /* of another device: the longer */
	assert_int_equal(find(), 1);
	main_is("2026-03-09T21:40:00Z", "2026-03-10T06:00:00Z");
}

static void
bed_that_two_makers_end_on_either_side_of_18_is_of_one_date(void **state)
{
	(void)state;
	session("garmin", "2026-03-10T09:00:00Z", "2026-03-10T16:55:00Z");
	session("health_connect", "2026-03-10T09:02:00Z", "2026-03-10T17:04:00Z");
	assert_int_equal(find(), 0);
	in.date = date("2026-03-11");
	assert_int_equal(find(), 1);
	main_is("2026-03-10T09:02:00Z", "2026-03-10T17:04:00Z");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(bed_is_where_a_scorer_finds_rest),
		T(bed_of_a_scorer_is_one_over_minutes_that_nobody_saw),
		T(bed_of_a_scorer_is_open_until_an_hour_after_it),
		T(bed_sources_are_asked_in_the_persons_order),
		T(bed_beside_the_main_sleep_is_a_nap),
		T(bed_of_an_open_night_makes_no_nap_of_its_record),
		T(bed_of_two_records_is_one_where_less_than_an_hour_divides_them),
		T(bed_that_goes_on_past_18_is_of_the_next_date_alone),
		T(bed_of_a_record_is_known_when_its_last_part_was),
		T(bed_of_one_sleep_by_two_roads_is_told_once),
		T(bed_of_two_sleeps_that_touch_is_two),
		T(bed_of_a_record_that_loses_to_a_loser_is_told),
		T(bed_of_a_newer_version_under_another_id_counts),
		T(bed_that_two_makers_end_on_either_side_of_18_is_of_one_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
