/* SPDX-License-Identifier: MIT */
/* scripps by hand, against pyActigraphy, and in whole numbers. */
#include "scorers/awd.h"

enum { DIVISOR, VARIANT };
enum { MINUTES, PAPER };

static const double weights[13] = {.0064, .0074, .0112, .0112, .0118, .0118, .0128, .0188,
	.0280, .0664, .0300, .0112, .0100};

/* D and the label of epoch 10 of 13 */
static double
index_of(struct rig *r, const double counts[13], double *ret_asleep)
{
	double d[13], asleep[13];
	assert_int_equal(score_recording(r, counts, 13, 60), SCORER_OK);
	written(r, "scripps.index", d);
	written(r, "asleep", asleep);
	*ret_asleep = asleep[10];
	return d[10];
}

static void
each_minute_has_its_weight(void **state)
{
	struct rig *r = *state;
	for (int i = 0; i < 13; i++) {
		double counts[13] = {0}, asleep;
		counts[i] = 500;
		assert_float_equal(
			index_of(r, counts, &asleep), .204 * 500 * weights[i], 1e-12);
		assert_int_equal(r->values[2 * 10].t_ms, 10 * MINUTE);
		assert_float_equal(r->values[2 * 10].confidence, 1, 0);
	}
}

static void
one_is_awake_and_just_below_is_asleep(void **state)
{
	struct rig *r = *state;
	double counts[13] = {0}, asleep;
	counts[10] = 163;
	assert_float_equal(index_of(r, counts, &asleep), .99756, 1e-12);
	assert_float_equal(asleep, 1, 0);
	counts[10] = 164;
	assert_float_equal(index_of(r, counts, &asleep), 1.00368, 1e-12);
	assert_float_equal(asleep, 0, 0);
	r->options[DIVISOR] = 204; /* .0100 * 20400 / 204 * .204 = .204 */
	counts[10] = 0, counts[12] = 20400;
	assert_float_equal(index_of(r, counts, &asleep), .204, 1e-12);
	counts[12] = 100000;
	assert_float_equal(index_of(r, counts, &asleep), 1, 1e-12);
}

static void
missing_neighbour_counts_as_no_movement(void **state)
{
	struct rig *r = *state;
	const double counts[] = {NAN, 100, 0, 0, 0, 0, 0, 0, 0, NAN, 200, NAN, NAN};
	double asleep, got[13];
	assert_float_equal(
		index_of(r, counts, &asleep), .204 * (100 * .0074 + 200 * .03), 1e-12);
	assert_int_equal(r->values[2 * 8].t_ms, 10 * MINUTE);
	assert_float_equal(r->values[2 * 8].confidence, 9.0 / 13, 1e-12);
	written(r, "asleep", got);
	assert_true(isnan(got[0]) && isnan(got[9]) && !isnan(got[8]));
}

static void
steps_that_make_no_epoch_are_skipped_with_the_reason(void **state)
{
	struct rig *r = *state;
	const double counts[13] = {0};
	assert_int_equal(score_recording(r, counts, 13, 40), SCORER_SKIP);
	assert_string_equal(r->out.skip, "the recorded steps do not fill an epoch");
	assert_int_equal(score_recording(r, counts, 13, 90), SCORER_SKIP);
	assert_string_equal(
		r->out.skip, "activity is recorded in longer steps than the epoch");
	r->options[VARIANT] = PAPER;
	assert_int_equal(score_recording(r, counts, 13, 60), SCORER_SKIP);
	assert_string_equal(
		r->out.skip, "activity is recorded in longer steps than the epoch");
}

static void
finer_recording_is_summed_to_epochs_of_the_clock(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, 200, 400, 0}; /* from 00:00:30 on */
	double d[4];
	r->in.start_ms = 30000;
	assert_int_equal(score_recording(r, counts, 4, 30), SCORER_OK);
	written(r, "scripps.index", d);
	assert_float_equal(d[0], .204 * (.03 * 100 + .0112 * 600), 1e-12);
	assert_float_equal(d[1], .204 * (.0664 * 100 + .03 * 600), 1e-12);
	assert_float_equal(d[2], d[1], 0);
	assert_float_equal(r->values[0].confidence, 4.0 / 26, 1e-12);
}

/* The formula once more, in whole numbers from end to end: 1e7 is D = 1. */
static int
is_asleep(const double *counts, int n, int at)
{
	static const int64_t whole[] = {
		64, 74, 112, 112, 118, 118, 128, 188, 280, 664, 300, 112, 100};
	int64_t sum = 0;
	for (int k = 0; k < 13; k++)
		if (at - 10 + k >= 0 && at - 10 + k < n)
			sum += whole[k] * (int64_t)counts[at - 10 + k];
	return 204 * sum < 10000000;
}

static void
half_minutes_and_finer_recordings_equal_whole_numbers(void **state)
{
	enum { N = 600 };
	struct rig *r = *state;
	double fine[2 * N], sums[N] = {0}, got[2 * N];
	uint32_t seed = 7;
	for (int i = 0; i < 2 * N; i++) {
		seed = seed * 1664525u + 1013904223u;
		fine[i] = (seed >> 28) % 3 ? 0 : (seed >> 8) % 64;
		sums[i / 2] += fine[i];
	}
	for (int variant = MINUTES; variant <= PAPER; variant++) {
		uint32_t epoch_s = variant == PAPER ? 30 : 60;
		int asleep = 0, equal = 0;
		r->options[VARIANT] = variant;
		assert_int_equal(score_recording(r, sums, N, epoch_s), SCORER_OK);
		written(r, "asleep", got);
		for (int i = 0; i < N; i++) {
			equal += got[i] == is_asleep(sums, N, i);
			asleep += got[i] == 1;
		}
		assert_int_equal(equal, N);
		assert_true(asleep > N / 10 && asleep < N - N / 10);
		/* twice as fine: both halves get the score of their epoch */
		assert_int_equal(score_recording(r, fine, 2 * N, epoch_s / 2), SCORER_OK);
		written(r, "asleep", got);
		for (int i = 0; i < 2 * N; i++)
			equal += got[i] == is_asleep(sums, N, i / 2);
		print_message(
			"scripps, whole numbers, %u s and half of it: %d of %d equal\n",
			epoch_s, equal, 3 * N);
		assert_int_equal(equal, 3 * N);
	}
}

static void
every_epoch_off_the_edges_equals_pyactigraphy(void **state)
{
	for (int k = 1; k <= 3; k++)
		expect_awd(*state, k,
			&(struct awd_labels){
				"pyactigraphy", "scripps", "pyActigraphy", 10});
}

#define t(f) rig_test(f, "scripps")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(each_minute_has_its_weight),
		t(one_is_awake_and_just_below_is_asleep),
		t(missing_neighbour_counts_as_no_movement),
		t(steps_that_make_no_epoch_are_skipped_with_the_reason),
		t(finer_recording_is_summed_to_epochs_of_the_clock),
		t(half_minutes_and_finer_recordings_equal_whole_numbers),
		t(every_epoch_off_the_edges_equals_pyactigraphy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
