/* SPDX-License-Identifier: MIT */
/* Nights of a date: records, markers, movement; main sleep and naps. */
#include "unit/core_scorers.h"

#include "core/board_run.h"
#include "core/night.h"

#define SESSIONS_MAX 16
#define MINUTES      (44 * 60) /* of movement: from 18:00 on the eve's eve */

static struct person who;
static struct bundled scorers;
static struct board board;
static struct stream activity;
static unsigned char worn[MINUTES + 20];
static double sums[2 * (MINUTES + 21)];
static struct night nights[NIGHTS_MAX];
static struct session sessions[SESSIONS_MAX];
static unsigned char live[SESSIONS_MAX];
static utc_ms received[SESSIONS_MAX];
static struct stage_span whole_light[SESSIONS_MAX];
static struct marker markers[8];
static struct night_input in;
static int is_open;

static int
open_all(void **state)
{
	(void)state;
	who = fixture_person("anna", "Europe/Berlin");
	bundled_open(&scorers);
	return board_init(&board, &scorers.set);
}

static int
close_all(void **state)
{
	(void)state;
	stream_finish(&activity);
	board_finish(&board);
	bundled_close(&scorers);
	zone_free(who.zone);
	return 0;
}

static int
fresh(void **state)
{
	(void)state;
	in = (struct night_input){.person = &who,
		.date = date("2026-03-10"),
		.watermark = UTC(INT64_MAX),
		.given_up = UTC(INT64_MAX),
		.sessions = sessions,
		.session_live = live,
		.session_received = received,
		.markers = markers,
		.sums = sums,
		.worn = worn};
	memset(sessions, 0, sizeof sessions);
	memset(received, 0, sizeof received);
	memset(live, 0, sizeof live);
	for (unsigned i = 0; i < board.n_channels; i++)
		board.channels[i].span.set = 0;
	return 0;
}

static struct session *
session(const char *source, const char *from, const char *to)
{
	unsigned i = in.n_sessions++;
	struct session *s = &sessions[i];
	snprintf(s->source, sizeof s->source, "%s", source);
	snprintf(s->record_id, sizeof s->record_id, "r%u", i);
	s->start = at(from), s->end = at(to);
	s->status = RECORD_FINAL;
	whole_light[i] = (struct stage_span){
		0, (uint32_t)((s->end.ms - s->start.ms) / 1000), STAGE_LIGHT};
	s->stages = &whole_light[i], s->n_stages = 1;
	s->latency_s = s->vendor_score = NAN;
	return s;
}

static unsigned
make(void)
{
	return nights_make(&board, &in, NULL, nights, &is_open);
}

/* Movement from 18:00 on 8 March: asleep in [bed, rise), not recorded from `end` on. */
static void
movement(const char *bed, const char *rise, const char *end)
{
	static double v[MINUTES];
	struct series q;
	utc_ms from = zone_instant(who.zone, DAY(in.date.n - 1), -360);
	for (int i = 0; i < MINUTES; i++) {
		int64_t t = from.ms + i * MINUTE_MS;
		v[i] = t >= at(end).ms                      ? NAN
		       : t >= at(bed).ms && t < at(rise).ms ? (i % 17 == 0 ? 60 : 0)
							    : 1500 + i % 100;
	}
	struct batch b = minutes(&q, "watch", "activity", from, v, MINUTES);
	stream_reset(&activity, q.channel, from, UTC(from.ms + MINUTES * MINUTE_MS));
	stream_push(&activity, &b);
	stream_close(&activity);
	board_begin(&board, from.ms, from.ms + MINUTES * MINUTE_MS);
	struct board_grid *g = &board.channels[board_find(&board, "activity")].span;
	board_grid_set(g, activity.grid.start.ms, STREAM_STEP_MS, activity.grid.n);
	memcpy(g->v, activity.grid.v, activity.grid.n * sizeof *g->v);
	board_run(&board, 0);
	rest_worn(&activity.grid, worn);
	in.activity = &activity;
	in.from = 8 * 60, in.to = activity.grid.n, in.ref_from = 0, in.ref_to = 24 * 60;
}

static void
night_of_a_record_has_its_makers_numbers(void **state)
{
	(void)state;
	struct session *s =
		session("fitbit", "2026-03-09T22:10:00Z", "2026-03-10T06:05:30Z");
	struct stage_span stages[] = {{0, 480, STAGE_AWAKE}, {480, 10800, STAGE_LIGHT},
		{11280, 930, STAGE_AWAKE}, {12210, 16320, STAGE_REM}};
	s->stages = stages, s->n_stages = 4;
	assert_int_equal(make(), 1);
	assert_int_equal(nights[0].kind, SLEEP_MAIN);
	assert_int_equal(nights[0].onset.ms, at("2026-03-09T22:18:00Z").ms);
	assert_int_equal(nights[0].wake.ms, at("2026-03-10T06:05:30Z").ms);
	assert_true(night_value(&nights[0], "night.waso") == 15.5);
	assert_true(night_value(&nights[0], "night.tst") == 180 + 272);
	assert_true(night_value(&nights[0], "night.rem") == 272);
	assert_true(isnan(night_value(&nights[0], "night.nothing")));
	assert_true(nights[0].coverage == 1);
	assert_int_equal(nights[0].offset_start_s, 3600);
	assert_string_equal(nights[0].sources, "fitbit");
}

static void
night_with_a_stated_latency_begins_after_it(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:10:00Z", "2026-03-10T06:05:00Z")->latency_s =
		600;
	make();
	assert_int_equal(nights[0].onset.ms, at("2026-03-09T22:20:00Z").ms);
	assert_true(night_value(&nights[0], "night.sol") == 10);
}

static void
night_that_was_not_measured_says_why(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:10:00Z", "2026-03-10T06:10:00Z");
	whole_light[0].duration_s = 4 * 3600;
	assert_int_equal(make(), 1);
	assert_string_equal(
		nights[0].insufficient, "only 50 % of the night was measured");
	assert_int_equal(nights[0].n_values, 0);
	assert_int_equal(nights[0].onset.ms, 0);
	assert_true(nights[0].coverage == 0.5);
}

static void
night_main_is_the_longest_and_naps_are_numbered(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T19:30:00Z", "2026-03-09T20:30:00Z");
	session("fitbit", "2026-03-09T21:30:00Z", "2026-03-10T01:00:00Z");
	session("fitbit", "2026-03-10T02:00:00Z", "2026-03-10T06:00:00Z");
	session("fitbit", "2026-03-10T13:00:00Z", "2026-03-10T13:30:00Z");
	assert_int_equal(make(), 4);
	assert_int_equal(nights[0].kind, SLEEP_MAIN);
	assert_int_equal(nights[0].in_bed.ms, sessions[2].start.ms);
	for (int i = 1; i < 4; i++) {
		assert_int_equal(nights[i].kind, SLEEP_NAP);
		assert_int_equal(nights[i].ordinal, i - 1);
		assert_true(i == 1 || nights[i - 1].in_bed.ms < nights[i].in_bed.ms);
	}
}

static void
night_main_is_whatever_its_maker_calls_so(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:00:00Z", "2026-03-10T00:30:00Z")->kind =
		SLEEP_MAIN;
	session("fitbit", "2026-03-10T01:00:00Z", "2026-03-10T06:00:00Z");
	session("fitbit", "2026-03-10T07:00:00Z", "2026-03-10T16:00:00Z")->kind =
		SLEEP_NAP;
	assert_int_equal(make(), 3);
	assert_int_equal(nights[0].in_bed.ms, sessions[0].start.ms);
}

static void
night_of_one_date_leaves_those_of_others_alone(void **state)
{
	(void)state;
	session("fitbit", "2026-03-08T22:00:00Z", "2026-03-09T06:00:00Z");
	session("fitbit", "2026-03-10T10:00:00Z", "2026-03-10T16:59:59Z"); /* 17:59:59 */
	session("fitbit", "2026-03-10T18:10:00Z", "2026-03-10T18:40:00Z");
	assert_int_equal(make(), 1);
	assert_int_equal(nights[0].in_bed.ms, sessions[1].start.ms);
}

static void
night_of_two_makers_is_one(void **state)
{
	(void)state;
	struct session *a =
		session("fitbit", "2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	struct session *b =
		session("oura", "2026-03-09T22:10:00Z", "2026-03-10T06:00:00Z");
	make();
	assert_string_equal(nights[0].sources, "fitbit"); /* longer */
	a->status = RECORD_TENTATIVE;
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].sources, "oura");
	a->status = RECORD_FINAL;
	struct stage_span two[] = {{0, 600, STAGE_AWAKE}, {600, 27600, STAGE_DEEP}};
	b->stages = two, b->n_stages = 2;
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].sources, "oura");
	b->status = RECORD_DELETED;
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].sources, "fitbit");
}

static void
night_from_movement_is_where_rest_is(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T12:00:00Z");
	assert_int_equal(make(), 1);
	assert_in_range(nights[0].onset.ms, at("2026-03-09T22:00:00Z").ms,
		at("2026-03-09T22:06:00Z").ms);
	assert_in_range(nights[0].wake.ms, at("2026-03-10T05:54:00Z").ms,
		at("2026-03-10T06:00:00Z").ms);
	assert_string_equal(nights[0].sources, "csv");
	assert_false(is_open);
}

static void
night_from_movement_gives_way_to_a_record(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T12:00:00Z");
	session("fitbit", "2026-03-09T22:30:00Z", "2026-03-10T05:30:00Z");
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].sources, "fitbit");
	sessions[0].kind = SLEEP_NAP; /* and what is a nap is not the night as well */
	assert_int_equal(make(), 1);
	assert_int_equal(nights[0].kind, SLEEP_NAP);
	sessions[0].start =
		at("2026-03-09T21:30:00Z"); /* but one that ends early in it is not */
	sessions[0].end = at("2026-03-09T22:30:00Z");
	assert_int_equal(make(), 2);
	assert_string_equal(nights[0].sources, "csv");
}

static void
night_between_markers_is_scored_from_movement(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T12:00:00Z");
	markers[0] = (struct marker){at("2026-03-09T21:30:00Z"), STAGE_IN_BED};
	markers[1] = (struct marker){at("2026-03-09T21:45:00Z"), STAGE_IN_BED};
	markers[2] = (struct marker){at("2026-03-10T06:20:00Z"), STAGE_OUT_OF_BED};
	in.n_markers = 3;
	assert_int_equal(make(), 1);
	assert_int_equal(nights[0].in_bed.ms, markers[0].at.ms);
	assert_int_equal(nights[0].out_of_bed.ms, markers[2].at.ms);
	assert_true(night_value(&nights[0], "night.sol") >= 25);
	assert_string_equal(nights[0].sources, "markers");
	markers[2].at = at("2026-03-10T00:00:00Z"); /* too short for a night */
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].sources, "csv");
}

static void
night_is_open_until_its_sleeper_was_up_for_an_hour(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T12:00:00Z");
	in.watermark = at("2026-03-10T06:30:00Z");
	assert_int_equal(make(), 0);
	assert_true(is_open);
	in.watermark = at("2026-03-10T07:01:00Z");
	assert_int_equal(make(), 1);
	assert_false(is_open);
}

static void
night_that_nobody_saw_end_is_open_until_it_is_given_up(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T05:00:00Z");
	in.watermark = at("2026-03-10T08:00:00Z");
	in.given_up = UTC(INT64_MIN);
	assert_int_equal(make(), 0);
	assert_true(is_open);
	in.given_up = in.watermark;
	assert_int_equal(make(), 1);
	assert_in_range(nights[0].out_of_bed.ms, at("2026-03-10T04:55:00Z").ms,
		at("2026-03-10T05:00:00Z").ms);
	assert_string_equal(nights[0].insufficient, "");
}

static void
night_cut_short_by_an_empty_battery_has_no_numbers(void **state)
{
	(void)state;
	movement("2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z", "2026-03-10T02:00:00Z");
	assert_int_equal(make(), 1);
	assert_string_equal(nights[0].insufficient, "the tracker was not worn all night");
	assert_int_equal(nights[0].n_values, 0);
	movement("2026-03-10T01:00:00Z", "2026-03-10T05:00:00Z", "2026-03-10T12:00:00Z");
	assert_int_equal(make(),
		1); /* four hours that were seen from end to end are a short night */
	assert_string_equal(nights[0].insufficient, "");
}

static void
night_that_its_maker_may_change_settles_when_it_arrived(void **state)
{
	(void)state;
	session("fitbit", "2026-03-09T22:00:00Z", "2026-03-10T06:00:00Z");
	live[0] = 1, received[0] = at("2026-03-10T08:00:00Z");
	make();
	assert_int_equal(nights[0].settled.ms, sessions[0].end.ms);
	sessions[0].status = RECORD_TENTATIVE;
	make();
	assert_int_equal(nights[0].settled.ms, received[0].ms);
	live[0] = 0; /* history has its own time */
	make();
	assert_int_equal(nights[0].settled.ms, sessions[0].end.ms);
	assert_int_equal(nights[0].historical, 1);
}

static void
night_takes_no_more_records_than_there_is_room_for(void **state)
{
	(void)state;
	char from[32], to[32];
	for (int i = 0; i < SESSIONS_MAX; i++) { /* of two makers: they do not go on */
		snprintf(
			from, sizeof from, "2026-03-10T%02d:%02d:00Z", i / 2, i % 2 * 30);
		snprintf(to, sizeof to, "2026-03-10T%02d:%02d:00Z", i / 2,
			i % 2 * 30 + 10 + i);
		session(i % 2 ? "fitbit" : "oura", from, to);
	}
	assert_int_equal(make(), NIGHTS_MAX);
	assert_int_equal(nights[NIGHTS_MAX - 1].ordinal, NIGHTS_MAX - 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		T(night_of_a_record_has_its_makers_numbers),
		T(night_with_a_stated_latency_begins_after_it),
		T(night_that_was_not_measured_says_why),
		T(night_main_is_the_longest_and_naps_are_numbered),
		T(night_main_is_whatever_its_maker_calls_so),
		T(night_of_one_date_leaves_those_of_others_alone),
		T(night_of_two_makers_is_one),
		T(night_from_movement_is_where_rest_is),
		T(night_from_movement_gives_way_to_a_record),
		T(night_between_markers_is_scored_from_movement),
		T(night_is_open_until_its_sleeper_was_up_for_an_hour),
		T(night_that_nobody_saw_end_is_open_until_it_is_given_up),
		T(night_cut_short_by_an_empty_battery_has_no_numbers),
		T(night_that_its_maker_may_change_settles_when_it_arrived),
		T(night_takes_no_more_records_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
