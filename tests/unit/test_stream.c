/* SPDX-License-Identifier: MIT */
/* Streams: duplicates, revisions, devices, order. */
#include "unit/core_fixture.h"

#include "core/stream.h"

#define T0 (INT64_C(29000000) * 60000)

static struct stream s;

static void
fill(struct batch *list, unsigned n)
{
	stream_reset(&s, channel_by_name("activity"), UTC(T0), UTC(T0 + 10 * 60000));
	for (unsigned i = 0; i < n; i++)
		stream_push(&s, &list[i]);
	stream_close(&s);
}

static void
stream_drops_duplicates(void **state)
{
	(void)state;
	double v[] = {1, 2, 3};
	struct series q[2];
	struct batch b[] = {minutes(&q[0], "band", "activity", UTC(T0), v, 3),
		minutes(&q[1], "band", "activity", UTC(T0), v, 3)};
	fill(b, 2);
	assert_true(s.grid.v[0] == 1 && s.grid.v[1] == 2 && s.grid.v[2] == 3);
	assert_true(isnan(s.grid.v[3]));
}

static void
stream_sums_samples_finer_than_a_minute_once(void **state)
{
	(void)state;
	double v[] = {1, 2, 3, 4, 5, 6, 100, 1};
	struct series q[2];
	struct batch b[] = {minutes(&q[0], "band", "activity", UTC(T0), v, 8),
		minutes(&q[1], "band", "activity", UTC(T0), v, 8)};
	q[0].interval_ms = q[1].interval_ms = 10000;
	fill(b, 2);
	assert_true(s.grid.v[0] == 21);
	assert_true(s.grid.v[1] ==
		    101); /* a minute that is not complete is what there is of it */
}

static void
stream_takes_the_higher_revision_whichever_comes_first(void **state)
{
	(void)state;
	double old[] = {1, 1}, new_[] = {7, NAN};
	for (int first = 0; first < 2; first++) {
		struct series q[2];
		struct batch b[] = {minutes(&q[0], "band", "activity", UTC(T0),
					    first ? old : new_, 2),
			minutes(&q[1], "band", "activity", UTC(T0), first ? new_ : old,
				2)};
		q[first].revision = 5;
		fill(b, 2);
		assert_true(s.grid.v[0] == 7);
		assert_true(
			isnan(s.grid.v[1])); /* a revision may also take a value back */
	}
}

static void
stream_never_mixes_two_devices_in_a_minute(void **state)
{
	(void)state;
	double watch[] = {5, 5, NAN, 5}, phone[] = {9, 9, 9, NAN};
	struct series q[2];
	struct batch b[] = {minutes(&q[0], "phone", "activity", UTC(T0), phone, 3),
		minutes(&q[1], "watch", "activity", UTC(T0), watch, 4)};
	fill(b, 2);
	assert_string_equal(s.devices[0], "csv/watch");
	double expect[] = {5, 5, 9, 5};
	for (int i = 0; i < 4; i++)
		assert_true(s.grid.v[i] == expect[i]);
}

static void
stream_is_the_same_whatever_the_order(void **state)
{
	(void)state;
	double v[200];
	struct series q[50];
	struct batch b[50];
	unsigned seed = 7;
	for (int i = 0; i < 200; i++)
		v[i] = (i * 37) % 101;
	for (int i = 0; i < 50; i++) { /* overlapping pieces of two devices */
		b[i] = minutes(&q[i], i % 2 ? "left" : "right", "activity",
			UTC(T0 + (i * 4 % 190) * 10000), v + i * 3, 10);
		q[i].interval_ms = 10000;
		q[i].revision = i % 3;
	}
	fill(b, 50);
	double first[10];
	memcpy(first, s.grid.v, sizeof first);
	for (int round = 0; round < 200; round++) {
		for (int i = 49; i > 0; i--) {
			seed = seed * 1103515245u + 12345u;
			int k = (int)(seed >> 16) % (i + 1);
			struct batch t = b[i];
			b[i] = b[k], b[k] = t;
		}
		fill(b, 50);
		assert_memory_equal(first, s.grid.v, sizeof first);
	}
}

static void
stream_rounds_a_stretch_outwards_before_1970_too(void **state)
{
	(void)state;
	stream_reset(&s, channel_by_name("activity"), UTC(-90001), UTC(-1));
	assert_int_equal(s.grid.start.ms, -120000);
	assert_int_equal(s.grid.n, 2);
	assert_int_equal(grid_index(&s.grid, UTC(-60000)), 1);
	assert_int_equal(grid_index(&s.grid, UTC(5)), 2);
	stream_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_drops_duplicates),
		cmocka_unit_test(stream_sums_samples_finer_than_a_minute_once),
		cmocka_unit_test(stream_takes_the_higher_revision_whichever_comes_first),
		cmocka_unit_test(stream_never_mixes_two_devices_in_a_minute),
		cmocka_unit_test(stream_is_the_same_whatever_the_order),
		cmocka_unit_test(stream_rounds_a_stretch_outwards_before_1970_too),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	stream_finish(&s);
	return r;
}
