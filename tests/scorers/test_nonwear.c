/* SPDX-License-Identifier: MIT */
/* nonwear on a table, on an arm, and at the borders of its rule. */
#include "scorers/accel.h"

#define HOUR_MS  3600000
#define START_MS 1350000 /* of the hour around the 15 min at this time */

static void
put_noise(struct accel *a, int axis, int limit)
{
	uint64_t seed = 11;
	for (uint32_t i = 0; i < a->n; i++)
		a->axis[axis][i] = 300 + chance_mg(&seed, limit);
}

static double
worn(struct rig *r, struct accel *a)
{
	assert_int_equal(score_accel(r, a, START_MS), SCORER_OK);
	assert_int_equal(r->out.n_values, 15);
	for (int m = 1; m < 15; m++) {
		assert_int_equal(r->values[m].t_ms, START_MS + m * 60000);
		assert_float_equal(r->values[m].value, r->values[0].value, 0);
	}
	assert_int_equal(r->values[0].t_ms, START_MS);
	return r->values[0].value;
}

static void
a_table_is_not_worn_and_an_arm_is(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(3600, 20);
	for (int k = 0; k < AXES; k++)
		put_noise(&a, k, 4);
	assert_float_equal(worn(r, &a), 0, 0);
	for (int k = 0; k < AXES; k++)
		put_noise(&a, k, 40);
	assert_float_equal(worn(r, &a), 1, 0);
	accel_free(&a);
}

static void
two_still_axes_decide(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(3600, 20);
	put_noise(&a, 0, 4);
	put_noise(&a, 1, 200);
	put_noise(&a, 2, 4);
	assert_float_equal(worn(r, &a), 0, 0);
	r->options[2] = 3;
	assert_float_equal(worn(r, &a), 1, 0);
	r->options[2] = 2;
	put_noise(&a, 2, 200);
	assert_float_equal(worn(r, &a), 1, 0);
	accel_free(&a);
}

static void
an_axis_is_still_below_13_mg_and_50_mg(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(3600, 20);
	for (int k = 0; k < AXES; k++)
		for (uint32_t i = 0; i < a.n; i++)
			a.axis[k][i] = i % 2 ? 12.9 : -12.9; /* SD 12.9 */
	assert_float_equal(worn(r, &a), 0, 0);
	for (int k = 0; k < AXES; k++)
		for (uint32_t i = 0; i < a.n; i++)
			a.axis[k][i] = i % 2 ? 13.1 : -13.1;
	assert_float_equal(worn(r, &a), 1, 0);
	for (int k = 0; k < AXES; k++) {
		put_noise(&a, k, 4);
		a.axis[k][7777] = 300 - 4 + 49;
	}
	assert_float_equal(worn(r, &a), 0, 0);
	a.axis[0][7777] = a.axis[2][7777] = 300 - 4 + 51; /* one knock */
	assert_float_equal(worn(r, &a), 1, 0);
	accel_free(&a);
}

static void
only_the_hour_around_counts(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(3 * 3600, 40);
	for (int k = 0; k < AXES; k++)
		put_noise(&a, k, 4);
	int first = (START_MS + HOUR_MS - 1350000) / 40, last = first + HOUR_MS / 40 - 1;
	for (int k = 0; k < AXES; k++)
		a.axis[k][first - 1] = a.axis[k][last + 1] = 2000;
	assert_int_equal(score_accel(r, &a, START_MS + HOUR_MS), SCORER_OK);
	assert_float_equal(r->values[0].value, 0, 0);
	for (int k = 0; k < AXES; k++)
		a.axis[k][last] = 2000;
	assert_int_equal(score_accel(r, &a, START_MS + HOUR_MS), SCORER_OK);
	assert_float_equal(r->values[0].value, 1, 0);
	accel_free(&a);
}

static void
less_than_half_an_hour_is_no_value(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(3600, 20);
	for (int k = 0; k < AXES; k++)
		put_noise(&a, k, 4);
	accel_lose(&a, 0, HOUR_MS / 2 - 100000);
	assert_float_equal(worn(r, &a), 0, 0);
	assert_float_equal(r->values[0].confidence, .5 + 100000. / HOUR_MS, 1e-9);
	accel_lose(&a, 0, HOUR_MS / 2 + 20);
	expect_no_score(r, &a, START_MS, "less than half of the hour was measured");
	accel_free(&a);
	a = accel_new(3600, 1000);
	expect_no_score(r, &a, START_MS, "acceleration is not of 25 to 200 Hz");
	accel_free(&a);
}

#define t(f) rig_test(f, "nonwear")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(a_table_is_not_worn_and_an_arm_is),
		t(two_still_axes_decide),
		t(an_axis_is_still_below_13_mg_and_50_mg),
		t(only_the_hour_around_counts),
		t(less_than_half_an_hour_is_no_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
