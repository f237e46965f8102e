/* SPDX-License-Identifier: MIT */
/* Rest: where in a plot of movement a person would see the night. */
#include "unit/core_fixture.h"

#include "core/rest.h"

#define DAY_MIN 1440
#define LEN     (2 * DAY_MIN)
#define BED     (DAY_MIN + 23 * 60)

static double v[LEN + DAY_MIN];
static double sums[2 * (LEN + DAY_MIN + 1)];
static unsigned char worn[LEN + DAY_MIN];
static struct rest_period found[REST_PERIODS_MAX];
static const struct grid grid = {{0}, LEN + DAY_MIN, v};

/* Two days of waking at about `level`; what sleeps is written over it. */
static void
waking(double level)
{
	for (int i = 0; i < LEN + DAY_MIN; i++)
		v[i] = level * (0.5 + i % 7 / 6.0);
}

static void
still(int from, int to, int stir_every)
{
	for (int i = from; i < to; i++)
		v[i] = stir_every && (i - from) % stir_every == stir_every - 1 ? 40 : 0;
}

static unsigned
find(void)
{
	rest_worn(&grid, worn);
	return rest_find(&grid, worn, 0, grid.n, 0, DAY_MIN, sums, found);
}

static void
assert_night(unsigned i, int from, int to)
{
	assert_in_range(found[i].first, from - 5, from + 5);
	assert_in_range(found[i].last, to - 5, to + 5);
}

static void
rest_is_the_night_between_two_days(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 480, 17);
	assert_int_equal(find(), 1);
	assert_night(0, BED, BED + 480);
}

static void
rest_needs_no_scale_of_counts(void **state)
{
	(void)state;
	for (double scale = 0.1; scale < 2000; scale *= 10) {
		waking(300);
		still(BED, BED + 480, 17);
		for (unsigned i = 0; i < grid.n; i++)
			v[i] *= scale;
		assert_int_equal(find(), 1);
		assert_night(0, BED, BED + 480);
	}
}

static void
rest_survives_a_hole_at_three(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 480, 17);
	for (int i = BED + 240; i < BED + 400; i++)
		v[i] = NAN;
	assert_int_equal(find(), 1);
	assert_night(0, BED, BED + 480);
}

static void
rest_does_not_bridge_a_hole_of_half_a_day(void **state)
{
	(void)state;
	waking(300);
	still(BED - 600, BED + 480, 17);
	for (int i = BED - 400; i < BED; i++)
		v[i] = NAN;
	assert_int_equal(find(), 2);
	assert_night(0, BED - 600, BED - 400);
	assert_night(1, BED, BED + 480);
}

static void
rest_of_a_still_sleeper_is_no_device_on_a_table(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 480,
		40); /* a minute's stir every 40: Choi's rule alone calls it not worn */
	assert_int_equal(find(), 1);
	assert_night(0, BED, BED + 480);
}

static void
rest_ends_where_the_device_is_put_down(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 240, 17);
	still(BED + 240, BED + 480, 0);
	assert_int_equal(find(), 1);
	assert_night(0, BED, BED + 238);
	still(BED, BED + 480, 0);
	assert_int_equal(find(), 0);
}

static void
rest_worn_takes_two_hours_of_zeros(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 119, 0);
	rest_worn(&grid, worn);
	assert_int_equal(worn[BED + 60], 1);
	still(BED, BED + 120, 0);
	rest_worn(&grid, worn);
	assert_int_equal(worn[BED + 60], 0);
	assert_int_equal(worn[BED - 1], 1);
	assert_int_equal(worn[BED + 120], 1);
	still(BED, BED + 300, 0);
	v[BED + 150] = 500; /* somebody bumps the table once */
	rest_worn(&grid, worn);
	assert_int_equal(worn[BED + 150], 0);
	assert_int_equal(worn[BED + 299], 0);
}

static void
rest_before_a_burst_is_the_sofa(void **state)
{
	(void)state;
	waking(300);
	still(BED - 300, BED - 40, 17);
	still(BED, BED + 480, 17); /* between: 40 lively minutes */
	assert_int_equal(find(), 2);
	assert_night(0, BED - 300, BED - 40);
	assert_night(1, BED, BED + 480);
}

static void
rest_goes_on_after_a_quiet_hour_of_waking(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 480, 17);
	for (int i = BED + 200; i < BED + 280; i++)
		v[i] = 45; /* 0.15 of the level: lying awake, reading */
	assert_int_equal(find(), 1);
	assert_night(0, BED, BED + 480);
}

static void
rest_of_less_than_three_hours_is_not_reported(void **state)
{
	(void)state;
	waking(300);
	still(BED, BED + 170, 17);
	assert_int_equal(find(), 0);
	still(BED, BED + 200, 17);
	assert_int_equal(find(), 1);
}

static void
rest_says_nothing_of_one_who_never_moved(void **state)
{
	(void)state;
	still(0, LEN + DAY_MIN, 0);
	assert_int_equal(find(), 0);
	for (unsigned i = 0; i < grid.n; i++)
		v[i] = NAN;
	assert_int_equal(find(), 0);
}

static void
rest_keeps_the_limit_of_periods(void **state)
{
	(void)state;
	waking(300);
	for (int i = 0; i + 260 < LEN + DAY_MIN; i += 260)
		still(i + 70, i + 260, 17);
	unsigned n = find();
	assert_in_range(n, 14, REST_PERIODS_MAX);
	for (unsigned i = 1; i < n; i++)
		assert_true(found[i - 1].last <= found[i].first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rest_is_the_night_between_two_days),
		cmocka_unit_test(rest_needs_no_scale_of_counts),
		cmocka_unit_test(rest_survives_a_hole_at_three),
		cmocka_unit_test(rest_does_not_bridge_a_hole_of_half_a_day),
		cmocka_unit_test(rest_of_a_still_sleeper_is_no_device_on_a_table),
		cmocka_unit_test(rest_ends_where_the_device_is_put_down),
		cmocka_unit_test(rest_worn_takes_two_hours_of_zeros),
		cmocka_unit_test(rest_before_a_burst_is_the_sofa),
		cmocka_unit_test(rest_goes_on_after_a_quiet_hour_of_waking),
		cmocka_unit_test(rest_of_less_than_three_hours_is_not_reported),
		cmocka_unit_test(rest_says_nothing_of_one_who_never_moved),
		cmocka_unit_test(rest_keeps_the_limit_of_periods),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
