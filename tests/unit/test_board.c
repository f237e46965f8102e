/* SPDX-License-Identifier: MIT */
/* The board: chains of SLIDING scorers give the same values wherever a stretch is cut. */
#include "unit/core_fixture.h"

#include "core/board.h"

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
	struct board_grid *g = &b->channels[board_find(b, "activity")].span;
	board_grid_set(g, T0, 60000, MINUTES);
	for (uint32_t i = 0; i < MINUTES; i++)
		g->v[i] = (i * 37) % 101;
}

static void
chain_gives_the_same_wherever_the_stretch_is_cut(void **state)
{
	(void)state;
	struct board whole, cut;
	open_board(&whole);
	open_board(&cut);
	uint32_t margin = board_margin_min(&whole);
	assert_true(margin >= 31 + 11 + 7);
	board_slide(&whole, margin, MINUTES - margin);
	const struct board_grid *w = &whole.channels[board_find(&whole, "thrice")].span;
	for (uint32_t from = margin; from + 20 <= MINUTES - margin; from += 20) {
		for (unsigned c = 0; c < cut.n_channels; c++)
			if (strcmp(cut.channels[c].name, "activity") != 0)
				cut.channels[c].span.set = 0;
		board_slide(&cut, from, from + 20);
		const struct board_grid *g =
			&cut.channels[board_find(&cut, "thrice")].span;
		for (uint32_t i = from; i < from + 20; i++) {
			assert_false(isnan(w->v[i]));
			assert_true(g->v[i] == w->v[i]);
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
	struct board_grid *g = &b.channels[board_find(&b, "activity")].span;
	for (uint32_t i = 0; i < MINUTES; i++)
		g->v[i] = 1e8; /* its mean lies outside the declared range */
	board_slide(&b, 100, 200);
	assert_string_equal(b.scorers[0].scorer->desc->name, "first");
	assert_int_equal(b.scorers[0].faults, BOARD_FAULTS_MAX);
	assert_int_equal(b.scorers[0].calls, BOARD_FAULTS_MAX);
	assert_string_equal(
		b.scorers[0].last_fault, "a value outside its declared range");
	assert_true(isnan(b.channels[board_find(&b, "once")].span.v[150]));
	board_finish(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_gives_the_same_wherever_the_stretch_is_cut),
		cmocka_unit_test(board_benches_a_scorer_after_three_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
