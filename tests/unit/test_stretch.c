/* SPDX-License-Identifier: MIT */
/* A stretch laid out from batches: steps, recorded intervals and events of the wire, SLIDING and
 * RECORDING scorers in any mixture, wherever it is cut. */
#include "unit/stretch_rig.h"

static void
ports_see_a_channel_in_the_steps_that_they_ask_for(void **state)
{
	static double v[240];
	(void)state;
	for (int i = 0; i < 240; i++)
		v[i] = i;
	input("activity", T0, 15000, v, 240);
	struct scorer_span hourly = {SCORER_SLIDING, 3600, 3600, 0, 0};
	make("minutes", hourly, port("activity", 0), port("a", 0), "a_n");
	make("given", hourly, port("activity", 30000), port("b", 0), "b_n");
	make("recorded", hourly, port("activity", SCORER_AS_RECORDED), port("c", 0),
		"c_n");
	make("events", hourly, port("activity", SCORER_EVENTS), port("d", 0), "d_n");
	open_all();
	load(T0, T0 + HOUR_MS);
	assert_true(value_at("a_n", T0) == 60 && value_at("b_n", T0) == 120);
	assert_true(value_at("c_n", T0) == 240 && value_at("d_n", T0) == 240);
	assert_true(value_at("a", T0) == 239 * 120 && value_at("b", T0) == 239 * 120);
	assert_true(value_at("c", T0) == 239 * 120 && value_at("d", T0) == 239 * 120);
}

static void
required_channels_without_a_value_keep_a_window_from_being_scored(void **state)
{
	double v[120];
	(void)state;
	for (int i = 0; i < 120; i++)
		v[i] = i < 60 ? 1 : NAN;
	input("activity", T0, 60000, v, 120);
	make("hourly", (struct scorer_span){SCORER_SLIDING, 3600, 3600, 0, 0},
		port("activity", 0), port("a", 0), "a_n");
	open_all();
	load(T0, T0 + 3 * HOUR_MS);
	assert_true(value_at("a", T0) == 60);
	assert_true(isnan(value_at("a", T0 + HOUR_MS)));
	assert_int_equal(board.scorers[0].calls, 1);
}

static void
mixed_steps_give_the_same_wherever_the_stretch_is_cut(void **state)
{
	static double v[HOURS * 720], whole[HOURS * 3600];
	(void)state;
	for (int i = 0; i < HOURS * 720; i++)
		v[i] = i * 37 % 101;
	input("activity", T0, 5000, v, HOURS * 720);
	make_mixed();
	open_all();
	load(T0 + HOUR_MS, T0 + (HOURS - 1) * HOUR_MS);
	assert_int_equal(span_of("p")->interval_ms, 7000);
	assert_int_equal(span_of("q")->interval_ms, 90000);
	assert_int_equal(span_of("r")->interval_ms, 300000);
	for (int i = 3600; i < (HOURS - 1) * 3600; i++) {
		whole[i] =
			value_at("r", T0 + i * 1000) * 1e6 + value_at("p", T0 + i * 1000);
		assert_false(isnan(whole[i]));
	}
	for (int from = 3600; from + 1260 < (HOURS - 1) * 3600; from += 1260) {
		load(T0 + from * 1000, T0 + (from + 1260) * 1000);
		for (int i = from; i < from + 1260; i++)
			assert_true(whole[i] == value_at("r", T0 + i * 1000) * 1e6 +
							value_at("p", T0 + i * 1000));
	}
}

static void
coarser_writer_fills_all_cells_of_its_hop(void **state)
{
	static double v[240];
	(void)state;
	for (int i = 0; i < 240; i++)
		v[i] = 1;
	input("activity", T0, 60000, v, 240);
	make("fine", (struct scorer_span){SCORER_SLIDING, 60, 20, 0, 0},
		port("activity", 0), port("w", 0), "w_n");
	make("coarse", (struct scorer_span){SCORER_SLIDING, 600, 300, 0, 0},
		port("activity", 0), port("w", 0), "w_n");
	open_all();
	load(T0 + HOUR_MS, T0 + 2 * HOUR_MS);
	assert_int_equal(span_of("w")->interval_ms, 20000);
	for (int i = 0; i < 180; i++) /* the later one, everywhere */
		assert_true(value_at("w", T0 + HOUR_MS + i * 20000) == 10);
}

static void
recording_sees_everything_and_feeds_windows(void **state)
{
	static double v[720];
	(void)state;
	for (int i = 0; i < 720; i++)
		v[i] = i;
	input("activity", T0, 30000, v, 720);
	make("windows", (struct scorer_span){SCORER_SLIDING, 300, 60, 0, 0},
		port("plus", 0), port("s", 0), "s_n");
	make("whole", (struct scorer_span){.kind = SCORER_RECORDING},
		port("activity", SCORER_AS_RECORDED), port("plus", 0), NULL);
	open_all();
	for (int round = 0; round < 2; round++) {
		load(T0 + HOUR_MS, T0 + 2 * HOUR_MS);
		assert_int_equal(span_of("plus")->interval_ms, 30000);
		assert_true(span_of("plus")->t0_ms <= T0 + HOUR_MS - 300000);
		assert_true(value_at("plus", T0 + HOUR_MS) == 121);
		assert_true(value_at("s_n", T0 + HOUR_MS) == 10);
		assert_true(value_at("s", T0 + HOUR_MS) == 10 * 121 + 45);
	}
	assert_int_equal(set.list[0].desc->window.kind, SCORER_RECORDING);
}

static void
recording_writes_events_that_others_read(void **state)
{
	static const int64_t t[] = {T0 + 100, T0 + 1000, T0 + 61500};
	static const double v[] = {900, 901, 902};
	(void)state;
	input("rr", T0, 60000, v, 3);
	series[0].t = t, series[0].interval_ms = 0;
	make("clean", (struct scorer_span){.kind = SCORER_RECORDING},
		port("rr", SCORER_EVENTS), port("rr.plus", SCORER_EVENTS), NULL);
	make("count", (struct scorer_span){SCORER_SLIDING, 60, 60, 0, 0},
		port("rr.plus", SCORER_EVENTS), port("sum", 0), "n");
	open_all();
	load(T0, T0 + HOUR_MS);
	const struct board_events *e =
		&board.channels[board_find(&board, "rr.plus")].events;
	assert_true(e->set && e->n == 3 && e->t_ms[2] == T0 + 61500 && e->v[2] == 903);
	assert_true(value_at("n", T0) == 2 && value_at("sum", T0) == 901 + 902);
	assert_true(value_at("n", T0 + 60000) == 1 && isnan(value_at("n", T0 + 120000)));
	struct scorer_view some =
		board_view(&board, &board.scorers[1], 0, T0 + 101, T0 + 61500);
	assert_true(some.n == 1 && some.t_ms[0] == T0 + 1000 && some.v[0] == 902);
}

static void
night_scorers_have_their_streams_too(void **state)
{
	static double v[60];
	(void)state;
	for (int i = 0; i < 60; i++)
		v[i] = 60 + i;
	input("heart_rate", T0, 5000, v, 60);
	make("pulse", (struct scorer_span){.kind = SCORER_NIGHT},
		port("heart_rate", SCORER_AS_RECORDED), port("night.x", 0), NULL);
	open_all();
	load(T0, T0 + HOUR_MS);
	struct scorer_view v1 =
		board_view(&board, &board.scorers[0], 0, T0 + 12000, T0 + 21000);
	assert_true(v1.n == 3 && v1.interval_ms == 5000 && v1.t0_ms == T0 + 10000);
	assert_true(v1.v[0] == 62 && value_at("heart_rate", T0) == 65.5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		stretch_test(ports_see_a_channel_in_the_steps_that_they_ask_for),
		stretch_test(
			required_channels_without_a_value_keep_a_window_from_being_scored),
		stretch_test(mixed_steps_give_the_same_wherever_the_stretch_is_cut),
		stretch_test(coarser_writer_fills_all_cells_of_its_hop),
		stretch_test(recording_sees_everything_and_feeds_windows),
		stretch_test(recording_writes_events_that_others_read),
		stretch_test(night_scorers_have_their_streams_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
