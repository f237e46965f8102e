/* SPDX-License-Identifier: MIT */
/* NIGHT scorers that look beyond the night, and what they write in steps and as events. */
#include "unit/nights_rig.h"

#define ANY(name, unit, step)                                                            \
	{                                                                                \
		name, unit, -1e9, 1e9, 0, step                                           \
	}

/* two hours before in bed, one after out of bed */
static int
around(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	(void)options;
	if (v->n == 0)
		return scorer_skip(ret, "nothing there");
	uint32_t there = 0;
	for (uint32_t i = 0; i < v->n; i++)
		there += !isnan(v->v[i]);
	scorer_put(ret, 0, in->at_ms, there, 1);
	scorer_put(ret, 1, in->at_ms, (double)(v->t0_ms - in->start_ms) / MINUTE_MS, 1);
	scorer_put(ret, 2, in->at_ms, (double)(in->end_ms - in->start_ms) / MINUTE_MS, 1);
	scorer_put(ret, 3, in->at_ms, in->offset_s, 1);
	for (uint32_t i = 0; i + 30 <= v->n; i += 30) /* each half hour, 7 min past it */
		scorer_put(ret, 4, v->t0_ms + (i + 7) * MINUTE_MS, i, 1);
	scorer_put(ret, 5, in->start_ms + 1, 11, 1);
	scorer_put(ret, 5, in->start_ms + 777, 22, 1);
	scorer_put(ret, 5, in->end_ms + HOUR_MS / 2, 33, 1);
	scorer_put(ret, 6, v->t0_ms + 3 * MINUTE_MS, 3, 1);
	return SCORER_OK;
}

/* reads what the one above wrote, in the night alone */
static int
inside(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *step = &in->views[0], *events = &in->views[1],
				 *own = &in->views[2];
	(void)options;
	scorer_put(ret, 0, in->at_ms, step->interval_ms / 1000.0, 1);
	scorer_put(ret, 1, in->at_ms, step->n, 1);
	scorer_put(ret, 2, in->at_ms, step->v[0], 1);
	scorer_put(ret, 3, in->at_ms, events->n, 1);
	scorer_put(ret, 4, in->at_ms,
		events->t_ms ? (double)(events->t_ms[1] - in->start_ms) : NAN, 1);
	scorer_put(ret, 5, in->at_ms, own->interval_ms / 1000.0, 1);
	return SCORER_OK;
}

static const struct scorer_port
	around_reads[] = {{"activity", "counts", 0, 1e7, 1, 0}, {0}},
	around_writes[] = {ANY("night.n", "count", 0), ANY("night.first", "min", 0),
		ANY("night.long", "min", 0), ANY("night.offset", "s", 0),
		ANY("halves", "count", 30 * MINUTE_MS),
		ANY("marks", "count", SCORER_EVENTS), ANY("own", "count", 0), {0}},
	inside_reads[] = {{"halves", "count", -1e9, 1e9, 1, 0},
		{"marks", "count", -1e9, 1e9, 0, SCORER_EVENTS},
		{"own", "count", -1e9, 1e9, 0, 0}, {0}},
	inside_writes[] = {ANY("night.step", "s", 0), ANY("night.steps", "count", 0),
		ANY("night.half", "count", 0), ANY("night.marks", "count", 0),
		ANY("night.mark", "ms", 0), ANY("night.own", "s", 0), {0}};
static const struct scorer night_scorers[] = {
	{SCORER_HEAD, "inside", "1", "", inside_reads, inside_writes,
		{SCORER_NIGHT, 0, 0, 0, 0}, NULL, 0, 0, inside},
	{SCORER_HEAD, "around", "1", "", around_reads, around_writes,
		{SCORER_NIGHT, 3600, 0, 7200, 0}, NULL, 0, 0, around},
};

RIG_GROUP(night_scorers)

static void
three_days(void)
{
	for (int i = 2; i <= 5; i++)
		day_of(i);
	sleep_of(4);
}

static void
night_views_reach_as_far_as_the_scorer_asks(void **state)
{
	(void)state;
	three_days();
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.n") == 120 + SLEEP_MIN + 4 + 60);
	assert_true(value(4, "night.first") == -120);
	assert_true(
		value(4, "night.long") == SLEEP_MIN + 4); /* the night stays the night */
	assert_true(value(4, "night.offset") == 3600);
}

static void
night_views_are_missing_where_data_are(void **state)
{
	(void)state;
	day_of(4); /* from midnight on, an hour after in bed */
	sleep_of(4);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.n") == SLEEP_MIN + 4 - 60 + 60);
	assert_true(value(4, "night.first") == -120);
}

static void
night_writes_have_their_ports_step(void **state)
{
	(void)state;
	three_days();
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.step") == 1800);
	/* cells begin 7 min past the half hours: the one under way at in bed and all after */
	assert_true(value(4, "night.steps") == (SLEEP_MIN + 4 + 23 + 29) / 30);
	assert_true(value(4, "night.half") == 90);
	assert_true(value(4, "night.own") == 60);
}

static void
night_events_are_read_as_events_in_the_night(void **state)
{
	(void)state;
	three_days();
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.marks") == 2); /* the third lies after the night */
	assert_true(value(4, "night.mark") == 777);
}

static void
night_is_made_again_when_what_lies_around_it_comes(void **state)
{
	(void)state;
	day_of(3);
	sleep_of(4);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.n") == 120 + 60); /* until midnight */
	day_of(4);
	run(PIPELINE_HISTORY, UTC(0));
	assert_true(value(4, "night.n") == 120 + SLEEP_MIN + 4 + 60);
}

/* Minutes of another source. */
static struct batch
other_source(struct series *q, const double *v, int day, int from, uint32_t n)
{
	struct batch b = minutes(q, "ring", "activity", clock_of(day, from), v, n);
	snprintf(b.from.source, sizeof b.from.source, "abc");
	return b;
}

static void
night_names_the_sources_whose_samples_counted(void **state)
{
	(void)state;
	struct series series_of[2];
	static double v[60];
	sleep_of(4);
	run(PIPELINE_HISTORY, UTC(0));
	assert_string_equal(night_of(4)->sources, "fitbit");
	/* an hour of the night that the watch measured as well: the ring is shadowed */
	struct batch shadowed = other_source(&series_of[0], v, 4, 120, 60);
	m->batches[m->n_batches++] = &shadowed;
	three_days();
	run(PIPELINE_HISTORY, UTC(0));
	assert_string_equal(night_of(4)->sources, "csv,fitbit");
	/* an hour after it */
	struct batch outside = other_source(&series_of[1], v, 6, 0, 60);
	m->batches[m->n_batches++] = &outside;
	pipeline_push(line, &outside);
	run(PIPELINE_HISTORY, UTC(0));
	assert_string_equal(night_of(4)->sources, "csv,fitbit");
	/* the watch was off for an hour of it */
	for (int i = 120; i < 180; i++)
		counts[4][i] = NAN;
	pipeline_push(line, &shadowed);
	run(PIPELINE_HISTORY, UTC(0));
	assert_string_equal(night_of(4)->sources, "abc,csv,fitbit");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(night_views_reach_as_far_as_the_scorer_asks),
		T(night_views_are_missing_where_data_are),
		T(night_writes_have_their_ports_step),
		T(night_events_are_read_as_events_in_the_night),
		T(night_names_the_sources_whose_samples_counted),
		T(night_is_made_again_when_what_lies_around_it_comes),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
