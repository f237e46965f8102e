/* SPDX-License-Identifier: MIT */
/* What `export --what epochs` shows: what the nights saw, every hour once. */
#include "unit/nights_rig.h"

#include "unit/core_scorers.h"

#define RECORDED_FROM_H 30 /* a RECORDING scorer that wants more than a day and a night */

/* 1 where so many hours are there, and local midnight's minute is where the offset says */
static int
long_view(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[0];
	uint32_t there = 0;
	(void)options;
	for (uint32_t i = 0; i < v->n; i++)
		there += !isnan(v->v[i]);
	if (there < RECORDED_FROM_H * 60)
		return scorer_skip(ret, "too few hours");
	for (uint32_t i = 0; i < v->n; i++)
		scorer_put(ret, 0, v->t0_ms + i * (int64_t)v->interval_ms,
			in->offset_s / 3600.0, 1);
	scorer_put(ret, 1, in->start_ms + HOUR_MS, in->date, 1);
	return SCORER_OK;
}

/* every 30 s of the night, in a channel of its own and in one of minutes; one event a night */
static int
of_the_night(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)options;
	for (int64_t t = in->start_ms; t < in->end_ms; t += 30000) {
		scorer_put(ret, 0, t, 0.5, 1);
		scorer_put(ret, 2, t, 2, 1);
	}
	scorer_put(ret, 1, in->start_ms + 1234, 7, 1);
	return SCORER_OK;
}

static const struct scorer_port counts_in[] = {{"activity", "counts", 0, 1e9, 1, 0}, {0}},
				long_out[] = {{"long_view", "h", -24, 24, 0, 0},
					{"long_event", "d", 0, 1e6, 0, SCORER_EVENTS},
					{0}},
				night_out[] = {{"asleep", "0/1", 0, 1, 0, 30000},
					{"night_event", "x", 0, 10, 0, SCORER_EVENTS},
					{"half_minutes", "x", 0, 10, 0, 30000}, {0}};
static const struct scorer list[] = {
	{SCORER_HEAD, "long_view", "1", "", counts_in, long_out,
		{SCORER_RECORDING, 0, 0, 0, 0}, NULL, 0, 0, long_view},
	{SCORER_HEAD, "of_the_night", "1", "", counts_in, night_out,
		{SCORER_NIGHT, 0, 0, 0, 0}, NULL, 0, 0, of_the_night},
};

static int
open_all(void **state)
{
	(void)state;
	rig_open(list, array_len(list));
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	rig_close();
	return 0;
}

#define SHOWN_MAX 60000

struct shown {
	int n;
	struct {
		char channel[NAME_LEN];
		int64_t t;
		double v;
	} list[SHOWN_MAX];
};
static struct shown shown;

static int
keep(void *ctx, const char *channel, utc_ms t, double value)
{
	struct shown *s = ctx;
	assert_true(s->n < SHOWN_MAX);
	snprintf(s->list[s->n].channel, NAME_LEN, "%s", channel);
	s->list[s->n].t = t.ms, s->list[s->n++].v = value;
	return 0;
}

static void
show(utc_ms from, utc_ms to)
{
	shown.n = 0;
	assert_int_equal(pipeline_epochs(line, "anna", from, to, keep, &shown), 0);
}

/* Values of a channel in [from, to); each instant once. */
static int
count(const char *channel, utc_ms from, utc_ms to)
{
	static unsigned char seen[MEMORY_DAYS * 2880];
	int n = 0;
	memset(seen, 0, sizeof seen);
	for (int i = 0; i < shown.n; i++) {
		int64_t t = shown.list[i].t;
		if (strcmp(shown.list[i].channel, channel) != 0 || t < from.ms ||
			t >= to.ms)
			continue;
		int64_t cell = (t - m->first.n * DAY_MS) / 30000 + 2880;
		assert_int_equal(seen[cell]++, 0);
		n++;
	}
	return n;
}

static void
epochs_are_what_the_nights_saw_once_each(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		day_of(i);
	utc_ms from = clock_of(2, 0), to = clock_of(4, 0);
	show(from, to);
	/* of one UTC day alone this scorer had given nothing */
	assert_int_equal(count("long_view", from, to), 2 * 1440);
	assert_int_equal(count("activity", from, to), 2 * 1440);
	assert_int_equal(count("long_view", UTC(INT64_MIN), UTC(INT64_MAX)), 2 * 1440);
	for (int i = 0; i < shown.n; i++)
		if (strcmp(shown.list[i].channel, "long_view") == 0)
			assert_true(shown.list[i].v == 1); /* Berlin in winter */
}

/* The event lies in the evening two days before: it belongs to another date's hours. */
static void
epochs_of_an_hour_come_from_its_own_date(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		day_of(i);
	show(clock_of(1, 0), clock_of(6, 0));
	assert_int_equal(count("long_event", UTC(INT64_MIN), UTC(INT64_MAX)), 0);
}

static void
epochs_of_a_night_stand_in_the_place_of_the_stretchs(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		day_of(i);
	sleep_of(3); /* 23:00 to 07:03 */
	utc_ms bed = clock_of(3, -60), up = UTC(bed.ms + (SLEEP_MIN + 3) * MINUTE_MS);
	show(clock_of(2, 0), clock_of(5, 0));
	assert_int_equal(count("asleep", bed, up), SLEEP_MIN + 3);
	assert_int_equal(count("half_minutes", UTC(INT64_MIN), UTC(INT64_MAX)),
		2 * (SLEEP_MIN + 3));
	for (int i = 0; i < shown.n; i++)
		if (strcmp(shown.list[i].channel, "asleep") == 0 &&
			shown.list[i].t >= bed.ms && shown.list[i].t < up.ms)
			assert_true(shown.list[i].v == 0.5);
	/* before and after it cole_kripke's minutes */
	assert_int_equal(count("asleep", clock_of(2, 0), bed), 1440 - 60);
	assert_int_equal(
		count("asleep", up, clock_of(4, 0)), 1440 - (SLEEP_MIN + 3 - 60));
	assert_int_equal(count("night_event", UTC(INT64_MIN), UTC(INT64_MAX)), 1);
	assert_int_equal(count("vendor_stage", UTC(INT64_MIN), UTC(INT64_MAX)), 0);
}

static int
stop(void *ctx, const char *channel, utc_ms t, double value)
{
	(void)channel, (void)t, (void)value;
	return ++*(int *)ctx == 3 ? -EPIPE : 0;
}

static void
epochs_end_where_their_reader_does(void **state)
{
	(void)state;
	int n = 0;
	for (int i = 0; i < 6; i++)
		day_of(i);
	assert_int_equal(
		pipeline_epochs(line, "anna", clock_of(1, 0), clock_of(6, 0), stop, &n),
		-EPIPE);
	assert_int_equal(n, 3);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(epochs_are_what_the_nights_saw_once_each),
		T(epochs_of_an_hour_come_from_its_own_date),
		T(epochs_of_a_night_stand_in_the_place_of_the_stretchs),
		T(epochs_end_where_their_reader_does),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
