/* SPDX-License-Identifier: MIT */
/* What the tests of stretches share: batches as inputs, scorers that are made for a test, and what
 * lies on the board after a load. */
#pragma once

#include "unit/memory_io.h"

#include "core/pipeline.h"
#include "core/stretch.h"

#define T0    (INT64_C(20000) * DAY_MS)
#define HOURS 6
#define MG    (HOURS * 3600 * 10) /* of an axis at 10 Hz */

static struct batch inputs[64];
static struct series series[64];
static unsigned n_inputs, fetches;
static int64_t longest_ms;

static inline int
samples(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct batch *), void *ctx)
{
	int r = 0;
	(void)user, (void)person;
	fetches++;
	longest_ms = to.ms - from.ms;
	for (unsigned i = 0; i < n_inputs && r == 0; i++)
		if (inputs[i].first.ms < to.ms && inputs[i].last.ms >= from.ms)
			r = each(ctx, &inputs[i]);
	return r;
}

static inline void
input(const char *channel, int64_t t, uint32_t interval_ms, const double *v, uint32_t n)
{
	struct batch *b = &inputs[n_inputs];
	*b = minutes(&series[n_inputs], "band", channel, UTC(t), v, n);
	series[n_inputs++].interval_ms = interval_ms;
	b->last = UTC(t + (int64_t)(n - 1) * interval_ms);
}

/* --- scorers that are made for it ----------------------------------------------------------- */

/* The sum of the first view, NAN left out, and how many cells every view has: at in->at_ms. */
static inline int
look(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double sum = 0, cells = 0;
	(void)options;
	for (uint32_t i = 0; i < in->n_views; i++)
		cells = cells * 1000 + in->views[i].n;
	for (uint32_t i = 0; i < in->views[0].n; i++)
		sum += isnan(in->views[0].v[i]) ? 0 : in->views[0].v[i];
	scorer_put(ret, 0, in->at_ms, sum, 1);
	scorer_put(ret, 1, in->at_ms, cells, 1);
	return SCORER_OK;
}

/* Each element of the first view, plus 1, where it lies; scratch must be zero, and enough. */
static inline int
echo(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	double *copy = in->scratch;
	(void)options;
	if (in->scratch_size != 8 + 8 * (size_t)v->n)
		return -1;
	for (uint32_t i = 0; i <= v->n; i++)
		if (copy[i] != 0)
			return -1;
		else
			copy[i] = 1;
	for (uint32_t i = 0; i < v->n; i++)
		if (!isnan(v->v[i]))
			scorer_put(ret, 0,
				v->t_ms ? v->t_ms[i]
					: v->t0_ms + (int64_t)i * v->interval_ms,
				v->v[i] + 1, 1);
	return SCORER_OK;
}

static struct scorers set;
static struct scorer made[8];
static struct scorer_port ports[16][4];
static unsigned n_made;

static inline struct scorer_port
port(const char *channel, int32_t step_ms)
{
	const struct channel *c = channel_by_name(channel);
	return (struct scorer_port){channel, c ? c->unit : "u", -1e12, 1e12, 1, step_ms};
}

static inline void
make(const char *name, struct scorer_span span, struct scorer_port reads,
	struct scorer_port writes, const char *cells)
{
	struct scorer_port *r = ports[2 * n_made], *w = ports[2 * n_made + 1];
	memset(r, 0, sizeof ports[0]);
	memset(w, 0, sizeof ports[0]);
	r[0] = reads, w[0] = writes;
	if (cells)
		w[1] = port(cells, writes.step_ms);
	made[n_made] = (struct scorer){SCORER_HEAD, name, "1", "", r, w, span, NULL,
		cells ? 0 : 8, cells ? 0 : 8, cells ? look : echo};
	n_made++;
}

static struct board board;
static struct stretch stretch;

static inline void
open_all(void)
{
	char why[SCORERS_WHY_LEN] = "";
	for (unsigned i = 0; i < n_made; i++)
		if (scorers_add(&set, &made[i], why))
			fail_msg("%s", why);
	if (scorers_order(&set, why))
		fail_msg("%s", why);
	assert_int_equal(board_init(&board, &set), 0);
	assert_int_equal(stretch_init(&stretch, &board), 0);
}

static inline void
load(int64_t from, int64_t to)
{
	static struct memory m;
	struct line_io io = memory_io(&m);
	io.samples = samples;
	fetches = 0;
	assert_int_equal(stretch_load(&stretch, &io, "anna", UTC(from), UTC(to)), 0);
	for (unsigned i = 0; i < board.n_scorers; i++)
		assert_string_equal(board.scorers[i].last_fault, "");
}

static inline const struct board_grid *
span_of(const char *channel)
{
	const struct board_grid *g = &board.channels[board_find(&board, channel)].span;
	assert_true(g->set);
	return g;
}

static inline double
value_at(const char *channel, int64_t t)
{
	const struct board_grid *g = span_of(channel);
	int64_t i = (t - g->t0_ms) / g->interval_ms;
	assert_true(t >= g->t0_ms && i < g->n);
	return g->v[i];
}

static inline int
setup(void **state)
{
	(void)state;
	memset(&set, 0, sizeof set);
	n_inputs = n_made = 0;
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	stretch_finish(&stretch);
	board_finish(&board);
	return 0;
}

/* Hops and steps that fit neither each other nor a minute, one of them read as recorded. */
static inline void
make_mixed(void)
{
	make("seven", (struct scorer_span){SCORER_SLIDING, 21, 7, 21, 0},
		port("activity", SCORER_AS_RECORDED), port("p", 0), "p_n");
	make("ninety", (struct scorer_span){SCORER_SLIDING, 270, 90, 270, 0},
		port("p", 0), port("q", 0), "q_n");
	make("five", (struct scorer_span){SCORER_SLIDING, 600, 300, 600, 0}, port("q", 0),
		port("r", 0), "r_n");
}

static double mg[MG];

static inline void
make_fast(void)
{
	for (int i = 0; i < MG; i++)
		mg[i] = i % 1009;
	for (int i = 0; i < MG; i += 9000) /* a quarter of an hour each */
		input("accel_x", T0 + i * 100LL, 100, mg + i, 9000);
	make("five", (struct scorer_span){SCORER_SLIDING, 11, 5, 3, 0},
		port("accel_x", SCORER_AS_RECORDED), port("f", 0), "f_n");
	make("epochs", (struct scorer_span){SCORER_SLIDING, 1800, 900, 900, 0},
		port("accel_x", SCORER_AS_RECORDED), port("g", 60000), "g_n");
	make("minute", (struct scorer_span){SCORER_SLIDING, 120, 60, 0, 0}, port("f", 0),
		port("h", 0), "h_n");
}

#define stretch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
