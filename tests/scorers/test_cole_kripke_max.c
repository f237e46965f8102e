/* SPDX-License-Identifier: MIT */
/* cole_kripke_max by hand and against the formula in whole numbers. */
#include "scorers/epochs.h"

enum { VARIANT, DIVISOR, CAP };
enum { MAX30, MAX10, MAX10_OVERLAP };

/* D of the minute that begins at minute `at` of the clock; NAN = none. */
static double
index_at(const struct rig *r, int64_t at)
{
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (r->values[i].port == 1 && r->values[i].t_ms == at * MINUTE)
			return r->values[i].value;
	return NAN;
}

static void
a_minute_counts_as_its_greatest_piece(void **state)
{
	struct rig *r = *state;
	/* one minute of 5-s steps: 30 s 21, 29; 10 s 3 7 11 15 11 3; overlapping also 19 */
	const double counts[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 0, 0, 3};
	const double most[] = {29, 15, 19}, weight[] = {121e-4, 1736e-5, 1408e-5};
	for (int v = MAX30; v <= MAX10_OVERLAP; v++) {
		r->options[VARIANT] = v;
		assert_int_equal(score_recording(r, counts, 12, 5), SCORER_OK);
		assert_int_equal(r->out.n_values, 2);
		assert_float_equal(index_at(r, 0), most[v] * weight[v], 1e-12);
		assert_float_equal(r->values[0].confidence, 1.0 / 7, 1e-12);
	}
}

static void
divisor_comes_before_the_cap(void **state)
{
	struct rig *r = *state;
	const double counts[] = {800, 0};
	r->options[DIVISOR] = 4;
	assert_int_equal(score_recording(r, counts, 2, 30), SCORER_OK);
	assert_float_equal(index_at(r, 0), 200 * .0121, 1e-12);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
	r->options[CAP] = 80;
	assert_int_equal(score_recording(r, counts, 2, 30), SCORER_OK);
	assert_float_equal(index_at(r, 0), 80 * .0121, 1e-12);
	assert_float_equal(rig_value(r, "asleep"), 1, 0);
}

static void
minutes_are_those_of_the_clock_and_holes_are_no_movement(void **state)
{
	struct rig *r = *state;
	/* from 00:00:40 on, in 10-s steps: 2, then a minute without anything, then 3 */
	const double counts[] = {10, 30, NAN, NAN, NAN, NAN, NAN, NAN, 20, NAN, 40};
	r->options[VARIANT] = MAX10;
	r->in.start_ms = 40000;
	assert_int_equal(score_recording(r, counts, 11, 10), SCORER_OK);
	assert_int_equal(r->out.n_values, 4);
	assert_float_equal(index_at(r, 0), 1e-5 * (1736 * 30 + 309 * 40), 1e-12);
	assert_true(isnan(index_at(r, 1)));
	assert_float_equal(index_at(r, 2), 1e-5 * (413 * 30 + 1736 * 40), 1e-12);
	assert_float_equal(r->values[0].confidence, 4.0 / 42, 1e-12);
}

static void
steps_that_make_no_piece_are_skipped_with_the_reason(void **state)
{
	struct rig *r = *state;
	const double counts[8] = {0};
	const struct {
		int variant, interval_s;
		const char *why;
	} bad[] = {
		{MAX30, 60, "activity is recorded in too long steps for this form"},
		{MAX30, 20, "the recorded steps do not fill 10 or 30 s"},
		{MAX10, 30, "activity is recorded in too long steps for this form"},
		{MAX10, 4, "the recorded steps do not fill 10 or 30 s"},
		{MAX10_OVERLAP, 10,
			"activity is recorded in too long steps for this form"},
	};
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		r->options[VARIANT] = bad[i].variant;
		assert_int_equal(
			score_recording(r, counts, 8, (uint32_t)bad[i].interval_s),
			SCORER_SKIP);
		assert_string_equal(r->out.skip, bad[i].why);
	}
}

/* The forms once more, in whole numbers from end to end, over seconds. */
static const struct plain {
	int piece, stride, one; /* one: what makes D = 1 */
	int w[7];
} plain[] = {
	{30, 30, 10000, {50, 30, 14, 28, 121, 8, 50}},
	{10, 10, 100000, {550, 378, 413, 699, 1736, 287, 309}},
	{10, 1, 100000, {404, 598, 326, 441, 1408, 508, 350}},
};

#define SECONDS 6000

static void
every_form_equals_whole_numbers(void **state)
{
	static double counts[SECONDS];
	struct rig *r = *state;
	uint32_t seed = 99;
	for (int i = 0; i < SECONDS; i++) {
		seed = seed * 1664525u + 1013904223u;
		counts[i] = (seed >> 28) % 4 || i / 60 % 9 < 3 ? 0 : (seed >> 8) % 14;
	}
	for (int v = MAX30; v <= MAX10_OVERLAP; v++) {
		const struct plain *p = &plain[v];
		int64_t most[SECONDS / 60] = {0};
		int equal = 0, asleep = 0;
		for (int i = 0; i < SECONDS; i++) {
			int64_t sum = 0;
			if (i % 60 % p->stride || i % 60 + p->piece > 60)
				continue;
			for (int k = i; k < i + p->piece; k++)
				sum += (int64_t)counts[k];
			most[i / 60] = sum > most[i / 60] ? sum : most[i / 60];
		}
		r->options[VARIANT] = v;
		assert_int_equal(score_recording(r, counts, SECONDS, 1), SCORER_OK);
		for (int m = 0; m < SECONDS / 60; m++) {
			int64_t sum = 0;
			for (int k = 0; k < 7; k++)
				if (m - 4 + k >= 0 && m - 4 + k < SECONDS / 60)
					sum += p->w[k] * most[m - 4 + k];
			assert_float_equal(index_at(r, m), (double)sum / p->one, 1e-9);
			equal += r->values[2 * m].value == (sum < p->one);
			asleep += sum < p->one;
		}
		print_message("cole_kripke_max, whole numbers, form %d: %d of %d equal, "
			      "%d asleep\n",
			v, equal, SECONDS / 60, asleep);
		assert_int_equal(equal, SECONDS / 60);
		assert_true(asleep > 5 && asleep < 95);
	}
}

#define t(f) rig_test(f, "cole_kripke_max")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(a_minute_counts_as_its_greatest_piece),
		t(divisor_comes_before_the_cap),
		t(minutes_are_those_of_the_clock_and_holes_are_no_movement),
		t(steps_that_make_no_piece_are_skipped_with_the_reason),
		t(every_form_equals_whole_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
