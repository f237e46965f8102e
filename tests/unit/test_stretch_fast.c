/* SPDX-License-Identifier: MIT */
/* Fast channels, hour by hour; and that whoever goes over a stretch again needs no more memory. */
#include "unit/stretch_rig.h"

static double
sum_of(int64_t from, int64_t to)
{
	double sum = 0;
	for (int64_t i = (from - T0) / 100; i < (to - T0) / 100; i++)
		sum += mg[i];
	return sum;
}

static void
fast_channels_are_seen_hour_by_hour_as_if_at_once(void **state)
{
	(void)state;
	make_fast();
	open_all();
	load(T0 + 90 * MINUTE_MS, T0 + 4 * HOUR_MS);
	assert_int_equal(span_of("f")->interval_ms, 5000);
	for (int64_t t = T0 + 90 * MINUTE_MS; t < T0 + 4 * HOUR_MS; t += 5000) {
		assert_true(value_at("f", t) == sum_of(t - 3000, t + 8000));
		assert_true(value_at("f_n", t) == 110);
	}
	int64_t t = T0 + 2 * HOUR_MS; /* its window lies in two hours */
	assert_true(value_at("g", t) == sum_of(t - 900000, t + 900000));
	assert_true(
		isnan(value_at("g", t + 60000))); /* one value of a minute in each hop */
	assert_true(value_at("h_n", t) == 24);
	assert_false(board.layouts[0].grid.set);
	assert_true(longest_ms <= BOARD_HOUR_MS + 1800000 + 11000);
	assert_in_range(fetches, 4, 8);
}

static void
fast_channels_give_the_same_wherever_the_stretch_is_cut(void **state)
{
	static double f[HOURS * 720], h[HOURS * 60];
	(void)state;
	make_fast();
	open_all();
	load(T0 + HOUR_MS, T0 + 5 * HOUR_MS);
	for (int i = 720; i < 5 * 720; i++)
		f[i] = value_at("f", T0 + i * 5000);
	for (int i = 60; i < 5 * 60; i++)
		h[i] = value_at("h", T0 + i * 60000);
	for (int from = 60; from + 37 < 5 * 60; from += 37) {
		load(T0 + from * MINUTE_MS, T0 + (from + 37) * MINUTE_MS);
		for (int i = from; i < from + 37; i++) {
			assert_true(h[i] == value_at("h", T0 + i * 60000));
			assert_true(f[i * 12] == value_at("f", T0 + i * 60000));
		}
	}
}

static void
fast_scorers_wait_for_what_they_read(void **state)
{
	static double v[120];
	(void)state;
	make_fast();
	input("activity", T0, 60000, v, 120);
	make("last", (struct scorer_span){SCORER_SLIDING, 120, 60, 0, 0},
		port("accel_x", SCORER_AS_RECORDED), port("l", 0), "l_n");
	ports[2 * (n_made - 1)][1] = port("calm", 0);
	make("first", (struct scorer_span){SCORER_SLIDING, 300, 60, 60, 0},
		port("activity", 0), port("calm", 0), "calm_n");
	open_all();
	load(T0, T0 + HOUR_MS);
	assert_int_equal(board.n_passes, 2);
	assert_true(value_at("l_n", T0 + 30 * MINUTE_MS) == 1200 * 1000 + 2);
	assert_true(value_at("f_n", T0 + 30 * MINUTE_MS) == 110);
}

static void
nobody_fetches_hours_without_fast_samples(void **state)
{
	(void)state;
	make_fast();
	open_all();
	n_inputs = 1; /* the first quarter of an hour */
	load(T0, T0 + 5 * HOUR_MS);
	assert_int_equal(
		fetches, 3); /* the stretch, its hour, and the margin before it */
	n_inputs = 0;
	load(T0, T0 + 5 * HOUR_MS);
	assert_int_equal(fetches, 1);
}

/* --- hours that are kept --------------------------------------------------------------------- */

#define CELLS_MAX (2 * HOURS * 3600)

/* Every cell and every device of a load, one after the other. */
struct laid_out {
	unsigned n;
	double v[CELLS_MAX];
	unsigned n_seen;
	struct stretch_seen seen[16];
};

static uint64_t
fast_calls(void)
{
	uint64_t n = 0;
	for (unsigned i = 0; i < board.n_scorers; i++)
		n += board.scorers[i].fast ? board.scorers[i].calls : 0;
	return n;
}

static void
write_down(struct laid_out *o)
{
	memset(o, 0, sizeof *o);
	for (unsigned c = 0; c < board.n_channels; c++) {
		const struct board_grid *g = &board.channels[c].span;
		assert_true(!g->set || o->n + g->n + 3 <= CELLS_MAX);
		if (!g->set)
			continue;
		o->v[o->n++] = c, o->v[o->n++] = (double)g->t0_ms;
		o->v[o->n++] = g->interval_ms;
		memcpy(o->v + o->n, g->v, g->n * sizeof *g->v);
		o->n += g->n;
	}
	assert_in_range(stretch.n_seen, 0, 16);
	o->n_seen = stretch.n_seen;
	for (unsigned i = 0; i < stretch.n_seen; i++) {
		o->seen[i].channel = stretch.seen[i].channel;
		o->seen[i].from_ms = stretch.seen[i].from_ms;
		o->seen[i].to_ms = stretch.seen[i].to_ms;
		snprintf(o->seen[i].device, sizeof o->seen[i].device, "%s",
			stretch.seen[i].device);
	}
}

static struct laid_out fresh, again;

static void
a_stretch_over_hours_that_are_kept_equals_a_fresh_one(void **state)
{
	static const int64_t spans[][2] = {{0, HOURS}, {0, HOURS}, {2, HOURS}, {1, 5}};
	(void)state;
	make_fast();
	snprintf(inputs[7].from.device, sizeof inputs[7].from.device, "other");
	open_all();
	for (int half = 0; half <= 1; half++) /* on the hour, and beside it */
		for (unsigned i = 0; i < sizeof spans / sizeof *spans; i++) {
			int64_t from = T0 + spans[i][0] * HOUR_MS + half * 1723000,
				to = T0 + spans[i][1] * HOUR_MS - half * 555000;
			stretch_forget(&stretch);
			uint64_t before = fast_calls();
			load(from, to);
			uint64_t calls = fast_calls() - before;
			write_down(&fresh);
			stretch_keep(&stretch, "anna");
			load(T0 + HOUR_MS, T0 + HOURS * HOUR_MS);
			before = fast_calls();
			load(from, to);
			assert_true(fast_calls() - before < calls / 2);
			write_down(&again);
			assert_true(fresh.n > 3600);
			assert_memory_equal(&again, &fresh, sizeof fresh);
		}
}

static void
what_came_between_two_runs_is_seen(void **state)
{
	(void)state;
	make_fast();
	open_all();
	int64_t t = T0 + 2 * HOUR_MS + 30 * MINUTE_MS;
	stretch_keep(&stretch, "anna");
	load(T0, T0 + HOURS * HOUR_MS);
	double before = value_at("f", t);
	for (int i = 0; i < MG; i++)
		mg[i] += 1;
	stretch_forget(&stretch);
	load(T0, T0 + HOURS * HOUR_MS);
	assert_true(value_at("f", t) == before + 110);
	for (int i = 0; i < MG; i++)
		mg[i] += 1;
	stretch_keep(&stretch, "anna"); /* a new run begins where the last did not end */
	load(T0, T0 + HOURS * HOUR_MS);
	assert_true(value_at("f", t) == before + 220);
	for (int i = 0; i < MG; i++)
		mg[i] += 1;
	stretch_keep(&stretch, "anna");
	load(T0, T0 + HOURS * HOUR_MS);
	assert_true(value_at("f", t) == before + 330);
}

static void
hours_of_one_person_are_not_another_s(void **state)
{
	(void)state;
	make_fast();
	open_all();
	stretch_keep(&stretch, "ben"); /* load() is anna's */
	load(T0, T0 + HOURS * HOUR_MS);
	uint64_t first = fast_calls();
	load(T0, T0 + HOURS * HOUR_MS);
	assert_true(fast_calls() == 2 * first);
}

static void
second_time_over_a_stretch_allocates_nothing(void **state)
{
	static double v[HOURS * 60];
	(void)state;
	make_fast();
	input("activity", T0, 60000, v, HOURS * 60);
	input("activity", T0, 60000, v, HOURS * 30); /* twice: sorted out as a list */
	make_mixed();
	made[3].name = "other", made[4].name = "ninety", made[5].name = "quarter";
	open_all();
	stretch_keep(&stretch, "anna");
	load(T0, T0 + HOURS * HOUR_MS);
	stretch_keep(&stretch, "anna");
	uint64_t before = base_allocations();
	load(T0, T0 + HOURS * HOUR_MS);
	assert_int_equal(base_allocations(), before);
}

static int
count_epoch(void *ctx, const char *channel, utc_ms t, double value)
{
	unsigned *counts = ctx; /* f, h */
	assert_true(t.ms >= T0 - DAY_MS && t.ms < T0 + 2 * DAY_MS && !isnan(value));
	counts[0] += strcmp(channel, "f") == 0;
	counts[1] += strcmp(channel, "h") == 0;
	return 0;
}

static void
epochs_of_fast_channels_can_be_listed_day_by_day(void **state)
{
	static struct memory m;
	struct policy policy = fixture_policy();
	struct person anna = fixture_person("anna", "Europe/Berlin");
	struct pipeline *p = NULL;
	struct line_io io = memory_io(&m);
	(void)state;
	make_fast();
	open_all();
	io.samples = samples;
	assert_int_equal(pipeline_new(&set, &policy, &anna, 1, &io, &p), 0);
	for (int round = 0; round < 2; round++) {
		unsigned counts[2] = {0};
		assert_int_equal(pipeline_epochs(p, "anna", UTC(T0 - DAY_MS),
					 UTC(T0 + 2 * DAY_MS), count_epoch, counts),
			0);
		assert_in_range(counts[0], HOURS * 720, HOURS * 720 + 3);
		assert_in_range(counts[1], HOURS * 60, HOURS * 60 + 3);
	}
	pipeline_free(p);
	zone_free(anna.zone);
}

static void
second_time_over_a_person_s_nights_allocates_nothing(void **state)
{
	static double v[4 * 1440];
	static struct memory m;
	struct policy policy = fixture_policy();
	struct person anna = fixture_person("anna", "Europe/Berlin");
	struct pipeline *p = NULL;
	struct bundled b;
	(void)state;
	for (int i = 0; i < 4 * 1440; i++)
		v[i] = i % 1440 < 420 ? (i % 17 == 0) * 60 : 1500 + i % 100;
	input("activity", T0, 60000, v, 4 * 1440);
	memset(&m, 0, sizeof m);
	m.first = DAY((int32_t)(T0 / DAY_MS) - 10);
	snprintf(m.people[0].id, sizeof m.people[0].id, "anna");
	for (int i = 0; i < MEMORY_DAYS; i++)
		memory_empty_day(&m.people[0].days[i], DAY(m.first.n + i));
	struct line_io io = memory_io(&m);
	io.samples = samples;
	bundled_open(&b);
	assert_int_equal(pipeline_new(&b.set, &policy, &anna, 1, &io, &p), 0);
	uint64_t before = 0;
	for (int round = 0; round < 2; round++) {
		before = base_allocations();
		pipeline_push(p, &inputs[0]);
		assert_int_equal(
			pipeline_run(p, UTC(T0 + 10 * DAY_MS), PIPELINE_HISTORY), 0);
	}
	assert_int_equal(base_allocations(), before);
	assert_true(m.people[0].has_night[11] && m.people[0].has_night[12]);
	pipeline_free(p);
	bundled_close(&b);
	zone_free(anna.zone);
	open_all(); /* for the teardown */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		stretch_test(fast_channels_are_seen_hour_by_hour_as_if_at_once),
		stretch_test(fast_channels_give_the_same_wherever_the_stretch_is_cut),
		stretch_test(fast_scorers_wait_for_what_they_read),
		stretch_test(nobody_fetches_hours_without_fast_samples),
		stretch_test(a_stretch_over_hours_that_are_kept_equals_a_fresh_one),
		stretch_test(what_came_between_two_runs_is_seen),
		stretch_test(hours_of_one_person_are_not_another_s),
		stretch_test(second_time_over_a_stretch_allocates_nothing),
		stretch_test(epochs_of_fast_channels_can_be_listed_day_by_day),
		stretch_test(second_time_over_a_person_s_nights_allocates_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
