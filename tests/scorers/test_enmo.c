/* SPDX-License-Identifier: MIT */
/* enmo on arms whose value is known by hand. */
#include "scorers/accel.h"

#define EPOCH_MS 5000
#define HOP_MS   60000
#define PI       3.14159265358979323846

static void
gravity_alone_is_nothing_whichever_way_it_points(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(60, 20);
	accel_fill(&a, 600, 0, -800);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_int_equal(r->out.n_values, HOP_MS / EPOCH_MS);
	for (int t = 0; t < HOP_MS; t += EPOCH_MS)
		assert_float_equal(value_at(r, t, NULL), 0, 1e-9);
	accel_free(&a);
}

static void
what_is_below_gravity_counts_as_nothing_sample_by_sample(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(60, 20);
	for (uint32_t i = 0; i < a.n; i++)
		accel_set(&a, i, 0, i % 2 ? 1100 : 900, 0);
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 25000, NULL), 50, 1e-9); /* the mean norm is 1 g */
	accel_free(&a);
}

static void
a_sine_of_amplitude_a_gives_a_by_pi(void **state)
{
	static const uint32_t intervals[] = {10, 20, 33, 40};
	struct rig *r = *state;
	for (unsigned k = 0; k < sizeof intervals / sizeof *intervals; k++) {
		struct accel a = accel_new(61, intervals[k]);
		for (uint32_t i = 0; i < a.n; i++) {
			double s = i * a.interval_ms / 1000.;
			accel_set(&a, i, 0, 0, 1000 + 300 * sin(2 * PI * 0.8 * s));
		}
		assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
		for (int t = 0; t < HOP_MS; t += EPOCH_MS)
			assert_float_equal(value_at(r, t, NULL), 300 / PI, .5);
		accel_free(&a);
	}
}

static void
each_five_seconds_have_their_own_value(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(120, 20);
	for (uint32_t i = 0; i < a.n; i++)
		accel_set(&a, i, 1000 + 10 * (i * 20 / EPOCH_MS), 0, 0);
	for (int at = 0; at <= HOP_MS; at += HOP_MS) {
		assert_int_equal(score_accel(r, &a, at), SCORER_OK);
		for (int t = at; t < at + HOP_MS; t += EPOCH_MS)
			assert_float_equal(
				value_at(r, t, NULL), 10. * t / EPOCH_MS, 1e-9);
	}
	accel_free(&a);
}

static void
gravity_is_what_the_sensor_reads_at_rest(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(60, 20);
	accel_fill(&a, 0, 0, 1015);
	r->options[0] = 1015;
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 0, 1e-9);
	r->options[0] = 1000;
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 15, 1e-9);
	accel_free(&a);
}

static void
lost_samples_are_left_out_and_half_lost_is_no_value(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(60, 20);
	double confidence = 0;
	accel_fill(&a, 0, 0, 1100);
	accel_lose(&a, 5000, 7500);
	accel_lose(&a, 10000, 12520);
	a.axis[0][0] = NAN; /* one axis of one sample */
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, &confidence), 100, 1e-9);
	assert_float_equal(confidence, 249 / 250., 1e-12);
	assert_float_equal(value_at(r, 5000, &confidence), 100, 1e-9);
	assert_float_equal(confidence, .5, 1e-12);
	assert_true(isnan(value_at(r, 10000, NULL)));
	accel_lose(&a, 0, 60000);
	expect_no_score(r, &a, 0, "too little acceleration in this minute");
	a.interval_ms = 1000;
	expect_no_score(r, &a, 0, "acceleration is not three axes of 25 to 200 Hz");
	accel_free(&a);
}

#define t(f) rig_test(f, "enmo")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(gravity_alone_is_nothing_whichever_way_it_points),
		t(what_is_below_gravity_counts_as_nothing_sample_by_sample),
		t(a_sine_of_amplitude_a_gives_a_by_pi),
		t(each_five_seconds_have_their_own_value),
		t(gravity_is_what_the_sensor_reads_at_rest),
		t(lost_samples_are_left_out_and_half_lost_is_no_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
