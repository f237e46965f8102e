/* SPDX-License-Identifier: MIT */
/* The board: chains of SLIDING scorers give the same values wherever a stretch is cut. */
#include "unit/core_fixture.h"

#include "core/board_run.h"

#define MINUTES 400
#define T0      (INT64_C(29000000) * 60000)

/* The mean of the window, whatever it reads. */
static int
mean(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	double sum = 0;
	(void)options;
	for (uint32_t i = 0; i < v->n; i++) {
		if (isnan(v->v[i]))
			return scorer_skip(ret, "not whole");
		sum += v->v[i];
	}
	scorer_put(ret, 0, in->at_ms, sum / v->n, 1);
	return SCORER_OK;
}

#define PORT(name)                                                                       \
	{                                                                                \
		{name, "counts", 0, 1e7, 1},                                             \
		{                                                                        \
			0                                                                \
		}                                                                        \
	}
static const struct scorer_port activity[] = PORT("activity"), once[] = PORT("once"),
				twice[] = PORT("twice"), thrice[] = PORT("thrice");
static const struct scorer_option none[] = {{0}};
#define MEAN(n, from, to, minutes)                                                       \
	{                                                                                \
		SCORER_HEAD, n, "1", "", from, to,                                       \
			{SCORER_SLIDING, (minutes)*60, 60, (minutes) / 2 * 60, 0}, none, \
			0, 0, mean                                                       \
	}
static const struct scorer chain[] = {MEAN("third", twice, thrice, 7),
	MEAN("first", activity, once, 31), MEAN("second", once, twice, 11)};

static struct scorers set;

static void
open_board(struct board *b)
{
	char why[SCORERS_WHY_LEN];
	memset(&set, 0, sizeof set);
	for (unsigned i = 0; i < array_len(chain); i++)
		assert_int_equal(scorers_add(&set, &chain[i], why), 0);
	assert_int_equal(scorers_order(&set, why), 0);
	assert_int_equal(board_init(b, &set), 0);
}

/* Begins a job and lays counts out for it that are the same wherever it begins. */
static void
begin(struct board *b, int64_t from, int64_t to)
{
	board_begin(b, from, to);
	struct board_grid *g = &b->channels[board_find(b, "activity")].span;
	board_grid_cover(g, b->begin_ms, b->end_ms, 60000);
	for (uint32_t i = 0; i < g->n; i++)
		g->v[i] = (double)((g->t0_ms / 60000 + i) * 37 % 101);
}

static double
value_at(const struct board *b, const char *channel, int64_t t)
{
	const struct board_grid *g = &b->channels[board_find(b, channel)].span;
	int64_t i = (t - g->t0_ms) / g->interval_ms;
	assert_true(g->set && t >= g->t0_ms && i < g->n);
	return g->v[i];
}

static void
chain_gives_the_same_wherever_the_stretch_is_cut(void **state)
{
	(void)state;
	struct board whole, cut;
	open_board(&whole);
	open_board(&cut);
	assert_true(board_margin_min(&whole) >= 31 + 11 + 7);
	begin(&whole, T0, T0 + MINUTES * 60000);
	board_run(&whole, 0);
	for (int64_t from = T0; from + 20 * 60000 <= T0 + MINUTES * 60000;
		from += 20 * 60000) {
		begin(&cut, from, from + 20 * 60000);
		board_run(&cut, 0);
		for (int64_t t = from; t < from + 20 * 60000; t += 60000) {
			assert_false(isnan(value_at(&whole, "thrice", t)));
			assert_true(value_at(&cut, "thrice", t) ==
				    value_at(&whole, "thrice", t));
		}
	}
	board_finish(&whole);
	board_finish(&cut);
}

static void
board_benches_a_scorer_after_three_faults(void **state)
{
	(void)state;
	struct board b;
	open_board(&b);
	begin(&b, T0, T0 + MINUTES * 60000);
	struct board_grid *g = &b.channels[board_find(&b, "activity")].span;
	for (uint32_t i = 0; i < g->n; i++)
		g->v[i] = 1e8; /* its mean lies outside the declared range */
	board_run(&b, 0);
	assert_string_equal(b.scorers[0].scorer->desc->name, "first");
	assert_int_equal(b.scorers[0].faults, BOARD_FAULTS_MAX);
	assert_int_equal(b.scorers[0].calls, BOARD_FAULTS_MAX);
	assert_string_equal(
		b.scorers[0].last_fault, "a value outside its declared range");
	assert_true(isnan(value_at(&b, "once", T0 + 150 * 60000)));
	board_finish(&b);
}

/* Two beats, the second of them first. */
static int
backwards(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)options;
	scorer_put(ret, 0, in->end_ms, 1, 1);
	scorer_put(ret, 0, in->start_ms, 1, 1);
	return SCORER_OK;
}

static void
events_that_do_not_ascend_are_a_fault(void **state)
{
	(void)state;
	static const struct scorer_port beats[] = {
		{"beats", "ms", 0, 5000, 0, SCORER_EVENTS}, {0}};
	static const struct scorer d = {SCORER_HEAD, "backwards", "1", "", activity,
		beats, {.kind = SCORER_RECORDING}, none, 0, 0, backwards};
	char why[SCORERS_WHY_LEN];
	struct board b;
	memset(&set, 0, sizeof set);
	assert_int_equal(scorers_add(&set, &d, why), 0);
	assert_int_equal(board_init(&b, &set), 0);
	begin(&b, T0, T0 + MINUTES * 60000);
	board_run(&b, 0);
	assert_string_equal(b.scorers[0].last_fault, "events whose times do not ascend");
	assert_int_equal(b.channels[board_find(&b, "beats")].events.n, 0);
	board_finish(&b);
}

static void
events_are_kept_in_order_and_within_their_room(void **state)
{
	(void)state;
	struct board_events e = {0};
	assert_int_equal(board_events_view(&e, INT64_MIN, INT64_MAX).n, 0);
	board_events_set(&e, 3);
	assert_int_equal(board_events_add(&e, 10, 1), 0);
	assert_int_equal(board_events_add(&e, 10, 2), 1);
	assert_int_equal(board_events_add(&e, 20, 3), 0);
	assert_int_equal(board_events_add(&e, 30, 4), 0);
	assert_int_equal(board_events_add(&e, 40, 5), 1);
	struct scorer_view v = board_events_view(&e, 11, 30);
	assert_true(v.n == 1 && v.t_ms[0] == 20 && v.v[0] == 3);
	board_events_set(&e, 2);
	assert_true(e.n == 0 && e.cap == 3);
	free(e.t_ms);
	free(e.v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_gives_the_same_wherever_the_stretch_is_cut),
		cmocka_unit_test(board_benches_a_scorer_after_three_faults),
		cmocka_unit_test(events_that_do_not_ascend_are_a_fault),
		cmocka_unit_test(events_are_kept_in_order_and_within_their_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
