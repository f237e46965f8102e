/* SPDX-License-Identifier: MIT */
/* z_angle on known positions, and against a plain implementation that sorts every window, on
 * arms that lie, fidget, jump from end to end and lose samples. */
#include "scorers/accel.h"

#define EPOCH_MS 5000
#define HOP_MS   300000
#define DEGREES  (180 / 3.14159265358979323846)

static void
a_position_that_is_held_gives_its_angle_every_five_seconds(void **state)
{
	static const struct {
		double x, y, z, angle;
	} held[] = {{0, 0, 1000, 90}, {1000, 0, 0, 0}, {0, -1000, 0, 0},
		{0, 0, -1000, -90}, {0, 1000, 1000, 45}, {600, 800, -1000, -45},
		{866, 0, 500, 30.0007}};
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	for (unsigned i = 0; i < sizeof held / sizeof *held; i++) {
		accel_fill(&a, held[i].x, held[i].y, held[i].z);
		assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
		assert_int_equal(r->out.n_values, HOP_MS / EPOCH_MS);
		for (int t = 0; t < HOP_MS; t += EPOCH_MS) {
			double confidence = 0;
			assert_float_equal(
				value_at(r, t, &confidence), held[i].angle, 1e-3);
			assert_float_equal(confidence, 1, 1e-12);
		}
	}
	accel_free(&a);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
plain_median(const struct accel *a, int axis, int i)
{
	double in[1024];
	int half = 2500 / (int)a->interval_ms, n = 0;
	for (int k = i - half; k <= i + half; k++)
		if (k >= 0 && k < (int)a->n && !isnan(a->axis[axis][k]))
			in[n++] = a->axis[axis][k];
	qsort(in, (size_t)n, sizeof *in, by_value);
	return n > half ? (in[(n - 1) / 2] + in[n / 2]) / 2 : NAN;
}

/* The angle of the 5 s at t, every median found anew. */
static double
plain_angle(const struct accel *a, int64_t t, int *ret_n)
{
	double sum = 0;
	*ret_n = 0;
	for (int i = 0; i < (int)a->n; i++) {
		int64_t at = (int64_t)i * a->interval_ms;
		if (at < t || at >= t + EPOCH_MS)
			continue;
		double x = plain_median(a, 0, i), y = plain_median(a, 1, i);
		double z = plain_median(a, 2, i);
		if (isnan(x + y + z) || (x == 0 && y == 0 && z == 0))
			continue;
		sum += atan2(z, sqrt(x * x + y * y)) * DEGREES;
		++*ret_n;
	}
	return sum / *ret_n;
}

static void
equals_plain(struct rig *r, struct accel *a, const char *what)
{
	int compared = 0,
	    due = (EPOCH_MS + (int)a->interval_ms - 1) / (int)a->interval_ms;
	double worst = 0;
	for (int64_t at = 0; at < 2 * HOP_MS; at += HOP_MS) {
		score_accel(r, a, at);
		/* to sort every window takes long: the first and the last, and some */
		for (int64_t t = at; t < at + HOP_MS;
			t += t == at ? 9 * EPOCH_MS : 5 * EPOCH_MS) {
			int n = 0;
			double want = plain_angle(a, t, &n), got = value_at(r, t, NULL);
			assert_int_equal(isnan(got), 2 * n < due);
			if (isnan(got))
				continue;
			worst = fmax(worst, fabs(got - want));
			compared++;
		}
	}
	print_message("z_angle, %s, %u ms: %d values, largest difference %.1e deg\n",
		what, a->interval_ms, compared, worst);
	assert_true(worst < 1e-9);
	assert_true(compared >= 20);
}

static void
an_arm_of_any_kind_equals_the_plain_implementation(void **state)
{
	static const uint32_t intervals[] = {10, 20, 33, 40};
	uint64_t seed = 1;
	for (unsigned k = 0; k < sizeof intervals / sizeof *intervals; k++) {
		struct accel a = accel_new(605, intervals[k]);
		for (uint32_t i = 0; i < a.n; i++)
			accel_set(&a, i, chance_mg(&seed, 3), chance_mg(&seed, 3),
				1000 + chance_mg(&seed, 3));
		equals_plain(*state, &a, "lying");
		for (uint32_t i = 0; i < a.n; i++)
			accel_set(&a, i, chance_mg(&seed, 4000), chance_mg(&seed, 4000),
				chance_mg(&seed, 4000));
		equals_plain(*state, &a, "fidgeting");
		for (uint32_t i = 0; i < a.n; i++)
			accel_set(&a, i, i % 2 ? 12287 : -12288, i % 3 ? -12288 : 12287,
				chance(&seed) % 2 ? 64 : -64);
		equals_plain(*state, &a, "from end to end");
		for (uint32_t i = 0; i < a.n; i++)
			accel_set(&a, i, rint(900 * sin(i / 300.)), i / 5 % 2000, 500);
		equals_plain(*state, &a, "turning");
		accel_free(&a);
	}
}

static void
lost_samples_are_left_out_as_in_the_plain_implementation(void **state)
{
	uint64_t seed = 7;
	struct accel a = accel_new(605, 20);
	for (uint32_t i = 0; i < a.n; i++) {
		accel_set(&a, i, chance_mg(&seed, 900), chance_mg(&seed, 900),
			chance_mg(&seed, 900));
		if (chance(&seed) % 10 < 3) /* of one axis */
			a.axis[chance(&seed) % AXES][i] = NAN;
	}
	accel_lose(&a, 60000, 63100);
	accel_lose(&a, 100000, 120000);
	accel_lose(&a, 290000, 296000);
	equals_plain(*state, &a, "with gaps");
	accel_free(&a);
}

static void
a_knock_of_two_seconds_turns_nothing(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	accel_fill(&a, 0, 1000, 1000);
	for (int i = 5000; i < 5100; i++)
		accel_set(&a, (uint32_t)i, 8000, -8000, -8000);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	for (int t = 0; t < HOP_MS; t += EPOCH_MS)
		assert_float_equal(value_at(r, t, NULL), 45, 1e-9);
	for (int i = 5000; i < 5200; i++) /* four seconds: it was a movement */
		accel_set(&a, (uint32_t)i, 8000, -8000, -8000);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_true(value_at(r, 100000, NULL) < 40);
	accel_free(&a);
}

static void
five_seconds_mostly_lost_get_no_value(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	double confidence = 0;
	accel_fill(&a, 0, 0, 1000);
	accel_lose(&a, 20000, 25000);
	accel_lose(&a, 40000, 42000);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_true(isnan(value_at(r, 20000, NULL)));
	assert_float_equal(value_at(r, 40000, &confidence), 90, 1e-9);
	assert_float_equal(confidence, .6, 1e-12);
	accel_lose(&a, 62500, 70000);
	accel_lose(&a, 82480, 90000);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 60000, &confidence), 90, 1e-9);
	assert_float_equal(confidence, .5, 1e-12);
	assert_true(isnan(value_at(r, 80000, NULL))); /* a sample less */
	accel_lose(&a, 0, 310000);
	expect_no_score(r, &a, 0, "too little acceleration in these minutes");
	accel_free(&a);
}

static void
parts_of_a_mg_are_rounded(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	accel_fill(&a, .6, 0, .6);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 45, 1e-9);
	accel_fill(&a, -.4, 0, -.6);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), -90, 1e-9);
	accel_free(&a);
}

static void
a_sensor_that_is_off_has_no_angle(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	assert_int_equal(score_accel(r, &a, 0), SCORER_SKIP);
	accel_free(&a);
}

static void
slow_or_uneven_axes_are_refused(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(310, 20);
	accel_fill(&a, 0, 0, 1000);
	const char *why = "acceleration is not three axes of 25 to 200 Hz";
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	r->views[1].n--;
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, why);
	a.interval_ms = 100;
	assert_int_equal(score_accel(r, &a, 0), SCORER_SKIP);
	assert_string_equal(r->out.skip, why);
	accel_free(&a);
}

#define t(f) rig_test(f, "z_angle")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(a_position_that_is_held_gives_its_angle_every_five_seconds),
		t(an_arm_of_any_kind_equals_the_plain_implementation),
		t(lost_samples_are_left_out_as_in_the_plain_implementation),
		t(a_knock_of_two_seconds_turns_nothing),
		t(five_seconds_mostly_lost_get_no_value),
		t(parts_of_a_mg_are_rounded),
		t(a_sensor_that_is_off_has_no_angle),
		t(slow_or_uneven_axes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
