/* SPDX-License-Identifier: MIT */
/* Streams below a minute: one recording by two devices, clocks that wander, beats, the recorded
 * interval, limits. */
#include "unit/core_fixture.h"

#include "core/stream.h"

#define T0 (INT64_C(29000000) * 60000)

static struct stream s;

#define PIECES 400
#define FINE   4000

static unsigned seed = 7;

static unsigned
chance(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

/* Regular samples of one device, FINE of them at most in all. */
static struct batch
piece(struct series *q, const char *device, int64_t t, uint32_t interval_ms,
	const double *v, uint32_t n)
{
	struct batch b = minutes(q, device, "activity", UTC(t), v, n);
	q->interval_ms = interval_ms;
	return b;
}

static void
push_all(const struct batch *list, unsigned n, const char *channel, int64_t from,
	int64_t to)
{
	stream_reset(&s, channel_by_name(channel), UTC(from), UTC(to));
	for (unsigned i = 0; i < n; i++)
		stream_push(&s, &list[i]);
	stream_settle(&s);
}

/* Any cut, any device, 30 % twice, in any order: each sample comes by one of them at least. */
static unsigned
scatter(struct series q[static PIECES], struct batch b[static PIECES], const double *v,
	uint32_t interval_ms)
{
	unsigned n = 0;
	for (uint32_t at = 0; at < FINE;) {
		uint32_t len = 1 + chance(FINE / 60);
		len = at + len > FINE || n > PIECES / 2 ? FINE - at : len;
		for (int again = 0; again < 1 + (chance(10) < 3); again++, n++)
			b[n] = piece(&q[n], chance(2) ? "left" : "right",
				T0 + (int64_t)at * interval_ms, interval_ms, v + at, len);
		at += len;
		if (chance(4) == 0 &&
			at > 3) /* the next one repeats the end of this one */
			at -= 3;
	}
	for (unsigned i = n; i-- > 1;) {
		unsigned k = chance(i + 1);
		struct batch t = b[i];
		b[i] = b[k], b[k] = t;
	}
	return n;
}

static void
stream_of_two_devices_that_share_a_recording_is_as_of_one(void **state)
{
	static const uint32_t steps[] = {20, 100, 1000, 10000, 30000};
	static double v[FINE], once[FINE], often[FINE];
	static struct series q[PIECES];
	static struct batch b[PIECES];
	(void)state;
	for (int i = 0; i < FINE; i++)
		v[i] = i % 53 == 7 ? NAN : (i * 37 % 101) / 7.;
	for (unsigned round = 0; round < 500; round++) {
		uint32_t step = steps[round % array_len(steps)];
		int64_t to = T0 + (int64_t)FINE * step;
		b[0] = piece(&q[0], "left", T0, step, v, FINE);
		push_all(b, 1, "activity", T0, to);
		stream_fold(&s, T0, step, FINE, once);
		stream_close(&s);
		uint32_t n = s.grid.n;
		double *minute = malloc(n * sizeof *minute);
		memcpy(minute, s.grid.v, n * sizeof *minute);
		assert_int_equal(stream_interval_ms(&s), step < 1000 ? 1000 : step);
		unsigned pieces = scatter(q, b, v, step);
		push_all(b, pieces, "activity", T0, to);
		stream_fold(&s, T0, step, FINE, often);
		stream_close(&s);
		assert_memory_equal(once, often, sizeof once);
		assert_memory_equal(minute, s.grid.v, n * sizeof *minute);
		assert_int_equal(stream_interval_ms(&s), step < 1000 ? 1000 : step);
		free(minute);
	}
}

static void
stream_takes_of_the_next_device_only_what_the_first_lacks(void **state)
{
	(void)state;
	double watch[] = {1, 1, NAN, 1, 1, 1, 1, 1, 1, NAN}, phone[20], cells[20];
	struct series q[2];
	for (int i = 0; i < 20; i++)
		phone[i] =
			i < 8 ? 9 : NAN; /* fewer samples in 10 s, so it comes second */
	struct batch b[] = {piece(&q[0], "phone", T0, 10000, phone, 8),
		piece(&q[1], "watch", T0, 10000, watch, 10)};
	push_all(b, 2, "activity", T0, T0 + 200000);
	stream_fold(&s, T0, 10000, 20, cells);
	for (int i = 0; i < 10; i++)
		assert_true(i == 9 ? isnan(cells[i]) : cells[i] == (i == 2 ? 9 : 1));
	stream_close(&s);
	assert_true(s.grid.v[0] == 14 && s.grid.v[1] == 3);
}

static void
stream_bears_clocks_that_wander_but_mixes_no_measurements(void **state)
{
	(void)state;
	double a[] = {1, 1, 1, 1, 1}, b1[] = {2};
	static const struct {
		int64_t from;
		uint32_t interval_ms;
		int counts;
	} cases[] = {{5000, 1000, 1}, {4800, 1000, 1}, {4700, 1000, 0}, {2000, 1000, 0},
		{-800, 1000, 1}, {-700, 1000, 0},
		{4400, 60000, 0}, /* at most half a second, however long it is */
		{4500, 60000, 1}};
	for (size_t i = 0; i < array_len(cases); i++) {
		struct series q[2];
		struct batch b[] = {piece(&q[0], "watch", T0, 1000, a, 5),
			piece(&q[1], "phone", T0 + cases[i].from, cases[i].interval_ms,
				b1, 1)};
		int64_t t[8];
		double v[8];
		push_all(b, 2, "activity", T0 - 60000, T0 + 120000);
		assert_int_equal(stream_events(&s, t, v), 5 + cases[i].counts);
	}
}

static struct batch
beats(struct series *q, const char *device, const int64_t *t, const double *v, uint32_t n)
{
	struct batch b = minutes(q, device, "rr", UTC(t[0]), v, n);
	q->t = t, q->interval_ms = 0;
	return b;
}

static void
stream_of_beats_is_one_device_s_in_a_minute(void **state)
{
	(void)state;
	int64_t chest[] = {T0 + 1000, T0 + 1900, T0 + 2800, T0 + 130000, T0 + 1900},
		watch[] = {T0 + 30000, T0 + 61000, T0 + 62000, T0 + 130500}, t[9];
	double v1[] = {900, 901, 902, 903, 901}, v2[] = {800, 801, 802, 803}, v[9];
	static const double expect[] = {900, 901, 902, 801, 802, 903};
	struct series q[2];
	struct batch b[] = {
		beats(&q[0], "watch", watch, v2, 4), beats(&q[1], "chest", chest, v1, 5)};
	for (int round = 0; round < 2; round++) {
		push_all(b, 2, "rr", T0, T0 + 180000);
		/* as many beats each: by name, the chest's come first */
		assert_string_equal(s.devices[0], "csv/chest");
		assert_int_equal(stream_events(&s, t, v), array_len(expect));
		for (size_t i = 0; i < array_len(expect); i++)
			assert_true(v[i] == expect[i] && (i == 0 || t[i] > t[i - 1]));
		struct batch swap = b[0];
		b[0] = b[1], b[1] = swap;
	}
}

static void
stream_minute_of_beats_keeps_others_regular_samples_out(void **state)
{
	(void)state;
	int64_t chest[] = {T0 + 61000, T0 + 62000, T0 + 63000, T0 + 64000}, t[9];
	double v1[] = {900, 901, 902, 903}, v2[] = {1, 2, 3}, v[9];
	struct series q[2];
	struct batch b[] = {beats(&q[0], "chest", chest, v1, 4),
		minutes(&q[1], "watch", "rr", UTC(T0), v2, 3)};
	push_all(b, 2, "rr", T0, T0 + 180000);
	assert_int_equal(stream_events(&s, t, v), 6);
	assert_true(v[0] == 1 && v[1] == 900 && v[4] == 903 && v[5] == 3);
}

static void
stream_interval_is_the_most_frequent_one(void **state)
{
	(void)state;
	static double v[2000];
	int64_t t[41];
	struct series q[3];
	for (int i = 0; i < 2000; i++)
		v[i] = i;
	struct batch b[] = {piece(&q[0], "a", T0, 30000, v, 10),
		piece(&q[1], "a", T0 + 600000, 15000, v, 10)};
	push_all(b, 2, "activity", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 15000); /* as many: the shorter */
	q[0].n = 11;
	push_all(b, 2, "activity", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 30000);
	v[9] = v[8] = NAN; /* holes do not count */
	q[1].n = 2000;
	push_all(b, 1, "activity", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 30000);
	q[0].interval_ms = 300000;
	push_all(b, 1, "activity", T0, T0 + 3600000);
	assert_int_equal(
		stream_interval_ms(&s), 60000); /* longer than a minute: a minute */
	for (int i = 0; i < 41; i++)
		t[i] = T0 + i * 4600 + i % 7;
	struct batch irregular = beats(&q[2], "a", t, v + 20, 41);
	push_all(&irregular, 1, "rr", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 5000);
	push_all(&irregular, 0, "rr", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 0);
	struct batch raw = piece(&q[2], "a", T0, 20, v, 2000);
	q[2].channel = channel_by_name("accel_x");
	push_all(&raw, 1, "accel_x", T0, T0 + 3600000);
	assert_int_equal(stream_interval_ms(&s), 20);
}

static void
stream_folds_runs_and_samples_alike(void **state)
{
	(void)state;
	/* pieces whose clocks are a few ms apart: two samples in one cell, and a hole */
	double v[] = {1, 2, 3, 4, 5, 6, 7, 8}, runs[12], list[12];
	struct series q[4];
	struct batch b[] = {piece(&q[0], "a", T0 + 1, 20, v, 4),
		piece(&q[1], "a", T0 + 79, 20, v + 4, 4),
		piece(&q[2], "a", T0 + 200, 20, v, 1),
		piece(&q[3], "a", T0 + 200, 20, v, 2)};
	for (int i = 0; i < 3; i++)
		q[i].channel = channel_by_name("accel_x");
	q[3].channel = q[0].channel;
	push_all(b, 3, "accel_x", T0, T0 + 60000);
	assert_true(s.as_runs);
	stream_fold(&s, T0, 20, 12, runs);
	static const double expect[] = {1, 2, 3, 4.5, 6, 7, 8, NAN, NAN, NAN, 1, NAN};
	for (int i = 0; i < 12; i++)
		assert_true(isnan(expect[i]) ? isnan(runs[i]) : runs[i] == expect[i]);
	push_all(b + 1, 3, "accel_x", T0, T0 + 60000);
	assert_false(s.as_runs); /* one sample came in two pieces */
	push_all(b, 4, "accel_x", T0, T0 + 60000);
	stream_fold(&s, T0, 20, 12, list);
	assert_memory_equal(runs, list, 11 * sizeof *runs);
	assert_true(list[11] == 2);
}

static void
stream_sample_coarser_than_the_grid_lies_where_it_begins(void **state)
{
	(void)state;
	double v[] = {1, 2}, cells[8];
	struct series q;
	struct batch b = minutes(&q, "a", "activity", UTC(T0), v, 2);
	push_all(&b, 1, "activity", T0, T0 + 120000);
	stream_fold(&s, T0, 15000, 8, cells);
	for (int i = 0; i < 8; i++)
		assert_true(i % 4 ? isnan(cells[i]) : cells[i] == i / 4 + 1);
}

/* --- limits ---------------------------------------------------------------------------- */

static void
stream_beyond_its_limit_leaves_out_whole_devices_by_name(void **state)
{
	(void)state;
	enum { N = STREAM_SAMPLES_MAX / 2 - 1000 };
	static const unsigned orders[][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	static const char *const names[] = {"a", "b", "c"};
	double *v = calloc(N, sizeof *v);
	assert_non_null(v);
	for (size_t i = 0; i < array_len(orders); i++) {
		struct series q[6];
		struct batch b[6];
		for (int k = 0; k < 6;
			k++) /* each in two pieces, so that some come late */
			b[k] = piece(&q[k], names[orders[i][k % 3]],
				T0 + (k / 3) * (N / 2), 1, v, N / 2);
		push_all(b, 6, "activity", T0, T0 + N + 1000);
		assert_int_equal(s.n_devices, 2);
		assert_string_equal(s.devices[0], "csv/a");
		assert_string_equal(s.devices[1], "csv/b");
		assert_int_equal(s.n_samples, 4 * (N / 2));
	}
	free(v);
}

static void
stream_of_too_many_devices_keeps_the_first_by_name(void **state)
{
	(void)state;
	static struct series q[STREAM_DEVICES_MAX + 8];
	static struct batch b[STREAM_DEVICES_MAX + 8];
	char name[8];
	double v = 3;
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < array_len(b); i++) {
			unsigned k = round ? (unsigned)array_len(b) - 1 - i : i;
			snprintf(name, sizeof name, "d%02u", k);
			b[i] = minutes(&q[i], name, "activity",
				UTC(T0 + (int64_t)(k / 8) * 60000), &v, 1);
		}
		push_all(b, array_len(b), "activity", T0, T0 + 600000);
		assert_int_equal(s.n_devices, STREAM_DEVICES_MAX);
		assert_string_equal(s.devices[0], "csv/d00");
		assert_string_equal(s.devices[STREAM_DEVICES_MAX - 1], "csv/d63");
		stream_close(&s);
		assert_true(s.grid.v[7] == 3 && isnan(s.grid.v[8]));
	}
}

static void
stream_allocates_nothing_the_second_time(void **state)
{
	static double v[FINE];
	static struct series q[PIECES];
	static struct batch b[PIECES];
	(void)state;
	unsigned n = scatter(q, b, v, 1000);
	uint64_t before = 0;
	for (int round = 0; round < 2; round++) {
		before = base_allocations();
		push_all(b, n, "activity", T0, T0 + FINE * 1000);
		stream_close(&s);
	}
	assert_false(s.as_runs);
	assert_int_equal(base_allocations(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			stream_of_two_devices_that_share_a_recording_is_as_of_one),
		cmocka_unit_test(
			stream_takes_of_the_next_device_only_what_the_first_lacks),
		cmocka_unit_test(
			stream_bears_clocks_that_wander_but_mixes_no_measurements),
		cmocka_unit_test(stream_of_beats_is_one_device_s_in_a_minute),
		cmocka_unit_test(stream_minute_of_beats_keeps_others_regular_samples_out),
		cmocka_unit_test(stream_interval_is_the_most_frequent_one),
		cmocka_unit_test(stream_folds_runs_and_samples_alike),
		cmocka_unit_test(
			stream_sample_coarser_than_the_grid_lies_where_it_begins),
		cmocka_unit_test(
			stream_beyond_its_limit_leaves_out_whole_devices_by_name),
		cmocka_unit_test(stream_of_too_many_devices_keeps_the_first_by_name),
		cmocka_unit_test(stream_allocates_nothing_the_second_time),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	stream_finish(&s);
	return r;
}
