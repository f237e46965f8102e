/* SPDX-License-Identifier: MIT */
/* activity_index on sines, whose way through the filter is known, and against the filter run
 * over a whole recording in another form. */
#include "scorers/accel.h"

enum { SKDH, BAI };

#define MINUTE_MS 60000
#define HOP_MS    300000
#define PI        3.14159265358979323846

static void
put_sine(struct accel *a, int axis, double hz, double amplitude)
{
	for (uint32_t i = 0; i < a->n; i++)
		a->axis[axis][i] +=
			amplitude * sin(2 * PI * hz * i * a->interval_ms / 1000. + 1);
}

static void
an_arm_that_lies_gives_nothing(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(330, 20);
	accel_fill(&a, 300, -800, 520);
	for (int variant = SKDH; variant <= BAI; variant++) {
		r->options[0] = variant;
		assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
		assert_int_equal(r->out.n_values, HOP_MS / MINUTE_MS);
		for (int t = 0; t < HOP_MS; t += MINUTE_MS)
			assert_float_equal(value_at(r, t, NULL), 0, 1e-9);
	}
	accel_free(&a);
}

/* |H|^2 of the filter: once forwards, once backwards is its gain. */
static double
gain(double hz, uint32_t interval_ms)
{
	double w =
		tan(PI * hz * interval_ms / 1000.) / tan(PI * .25 * interval_ms / 1000.);
	return pow(w, 6) / (1 + pow(w, 6));
}

static void
a_sine_passes_with_the_gain_of_the_filter(void **state)
{
	static const double hz[] = {.1, .2, .25, .3, .5, 1, 3, 5};
	static const uint32_t intervals[] = {10, 20, 40};
	struct rig *r = *state;
	assert_float_equal(gain(.25, 20), .5, 1e-12);
	for (unsigned k = 0; k < sizeof intervals / sizeof *intervals; k++)
		for (unsigned i = 0; i < sizeof hz / sizeof *hz; i++) {
			struct accel a = accel_new(900, intervals[k]);
			accel_fill(&a, 0, 0, 1000);
			put_sine(&a, 1, hz[i], 120);
			/* the variance of a sine is half its square; of three axes one */
			double want = gain(hz[i], a.interval_ms) * .12 / sqrt(6);
			assert_int_equal(score_accel(r, &a, HOP_MS), SCORER_OK);
			for (int t = HOP_MS; t < 2 * HOP_MS; t += MINUTE_MS)
				assert_float_equal(
					value_at(r, t, NULL), want, 2e-6 + want * 1e-4);
			accel_free(&a);
		}
}

/* One pass of the filter as first and second order, one behind the other: the prototype is
 * (s / (s + 1)) (s^2 / (s^2 + s + 1)). */
static void
plain_pass(double *v, int n, int step, double interval_ms)
{
	double k = tan(PI * .25 * interval_ms / 1000), d = 1 + k + k * k;
	double was = v[0], now, first = 0, one[2] = {0}, two[2] = {0};
	for (int i = 0; i < n; i++, v += step) {
		now = *v;
		first = (now - was - (k - 1) * first) / (1 + k);
		was = now;
		double y = (first - 2 * one[0] + one[1] - (2 * k * k - 2) * two[0] -
				   (1 - k + k * k) * two[1]) /
			   d;
		one[1] = one[0], one[0] = first;
		two[1] = two[0], two[0] = y;
		*v = y;
	}
}

static void
minutes_equal_the_filter_run_over_the_whole_recording(void **state)
{
	struct rig *r = *state;
	uint64_t seed = 3;
	struct accel a = accel_new(1200, 20), b = accel_new(1200, 20);
	double worst = 0;
	for (uint32_t i = 0; i < a.n; i++) {
		double tilt = sin(i / 900.) * 700, arm = i / 5000 % 2 ? 300 : 8;
		accel_set(&a, i, tilt + chance_mg(&seed, (int)arm),
			chance_mg(&seed, (int)arm), 700 + chance_mg(&seed, (int)arm));
	}
	for (int k = 0; k < AXES; k++) {
		memcpy(b.axis[k], a.axis[k], a.n * sizeof **a.axis);
		plain_pass(b.axis[k], (int)b.n, 1, 20);
		plain_pass(b.axis[k] + b.n - 1, (int)b.n, -1, 20);
	}
	for (int at = HOP_MS; at < 3 * HOP_MS; at += HOP_MS) {
		assert_int_equal(score_accel(r, &a, at), SCORER_OK);
		for (int t = at; t < at + HOP_MS; t += MINUTE_MS) {
			double variance = 0;
			for (int k = 0; k < AXES; k++) {
				double sum = 0, squares = 0, *v = b.axis[k] + t / 20;
				for (int i = 0; i < 3000; i++) {
					sum += v[i];
					squares += v[i] * v[i];
				}
				variance += squares / 3000 - sum * sum / 9e6;
			}
			double want = sqrt(variance / 3) / 1000;
			worst = fmax(worst, fabs(value_at(r, t, NULL) / want - 1));
		}
	}
	print_message("activity_index: largest relative difference %.1e\n", worst);
	assert_true(worst < 1e-5);
	accel_free(&a);
	accel_free(&b);
}

static void
bai_adds_up_the_seconds_and_takes_the_noise_away(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(330, 20);
	accel_fill(&a, 0, 0, 1000);
	put_sine(&a, 0, 5, 200);
	put_sine(&a, 1, 5, 100);
	/* 50 samples a second: the variance is by 49 */
	double variance = (.2 * .2 + .1 * .1) / 2 * 50 / 49 / 3;
	r->options[0] = BAI;
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 60 * sqrt(variance), 1e-9);
	r->options[1] = .05;
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 60 * sqrt(variance - .0025), 1e-9);
	r->options[1] = .5;
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 0, NULL), 0, 0);
	accel_free(&a);
}

static void
a_gap_is_no_movement(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(330, 20);
	double confidence = 0;
	for (uint32_t i = 0; i < a.n; i++) /* turned over while nothing was recorded */
		accel_set(&a, i, i < 4000 ? 1000 : -1000, 0, 0);
	accel_lose(&a, 75000, 85000);
	accel_lose(&a, 180000, 211000);
	for (int variant = SKDH; variant <= BAI; variant++) {
		r->options[0] = variant;
		assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
		/* the two sides differ by 2 g, but neither moves */
		assert_float_equal(value_at(r, 60000, &confidence), 0, 1e-9);
		assert_float_equal(confidence, 50 / 60., 1e-12);
		assert_true(isnan(value_at(r, 180000, NULL)));
	}
	accel_free(&a);
}

static void
what_moves_behind_a_gap_counts(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(330, 20);
	accel_fill(&a, 0, 0, 1000);
	put_sine(&a, 2, 2, 90);
	accel_lose(&a, 45000, 50000);
	accel_lose(&a, 170000, 170020); /* one sample */
	assert_int_equal(score_accel(r, &a, 0), SCORER_OK);
	assert_float_equal(value_at(r, 60000, NULL), .09 / sqrt(6), 1e-4);
	assert_float_equal(value_at(r, 240000, NULL), .09 / sqrt(6), 1e-6);
	accel_free(&a);
}

static void
too_few_samples_are_no_value(void **state)
{
	struct rig *r = *state;
	struct accel a = accel_new(330, 20);
	uint64_t seed = 5;
	accel_lose(&a, 0, 330000);
	expect_no_score(r, &a, 0, "too little acceleration in these minutes");
	for (uint32_t i = 0; i < a.n; i += 3) /* a third of them */
		accel_set(&a, i, chance_mg(&seed, 90), 0, 1000);
	assert_int_equal(score_accel(r, &a, 0), SCORER_SKIP);
	a.interval_ms = 50;
	expect_no_score(r, &a, 0, "acceleration is not three axes of 25 to 200 Hz");
	accel_free(&a);
}

#define t(f) rig_test(f, "activity_index")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(an_arm_that_lies_gives_nothing),
		t(a_sine_passes_with_the_gain_of_the_filter),
		t(minutes_equal_the_filter_run_over_the_whole_recording),
		t(bai_adds_up_the_seconds_and_takes_the_noise_away),
		t(a_gap_is_no_movement),
		t(what_moves_behind_a_gap_counts),
		t(too_few_samples_are_no_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
