/* SPDX-License-Identifier: MIT */
/* sadeh by hand and against ActiLife, actigraph.sleepr, GGIR and pyActigraphy. */
#include "scorers/awd.h"

enum { ACTILIFE, PAPER, GGIR, PYACTIGRAPHY };

static void
index_is_the_formula(void **state)
{
	struct rig *r = *state;
	/* minutes t-5..t+5; mean 64, NAT 3 (50, 99, 60), SD of the first six sqrt(1400) */
	const double counts[] = {0, 50, 99, 0, 60, 1, 100, 0, 394, 0, 0};
	double mean = 704.0 - 94, six = 210.0 / 6, squares = 0; /* 394 is capped to 300 */
	for (int i = 0; i < 6; i++)
		squares += pow(counts[i] - six, 2);
	assert_int_equal(score_minute(r, counts, 11, 5), SCORER_OK);
	assert_float_equal(rig_value(r, "sadeh.index"),
		7.601 - .065 * mean / 11 - 1.08 * 3 - .056 * sqrt(squares / 5) -
			.703 * log(2),
		1e-12);
	assert_float_equal(rig_value(r, "asleep"), 1, 0);
	assert_int_equal(r->values[0].t_ms, 5 * MINUTE);
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
stillness_is_the_constant_and_a_storm_is_awake(void **state)
{
	struct rig *r = *state;
	double still[11] = {0}, storm[11];
	for (int i = 0; i < 11; i++)
		storm[i] = 5000;
	assert_int_equal(score_minute(r, still, 11, 5), SCORER_OK);
	assert_float_equal(rig_value(r, "sadeh.index"), 7.601, 1e-12);
	assert_int_equal(score_minute(r, storm, 11, 5), SCORER_OK);
	assert_float_equal(
		rig_value(r, "sadeh.index"), 7.601 - .065 * 300 - .703 * log(301), 1e-12);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
	r->options[0] = PAPER; /* no cap */
	assert_int_equal(score_minute(r, storm, 11, 5), SCORER_OK);
	assert_float_equal(rig_value(r, "sadeh.index"),
		7.601 - .065 * 5000 - .703 * log(5001), 1e-9);
}

static void
variants_differ_in_threshold_fifty_and_logarithm(void **state)
{
	struct rig *r = *state;
	const double fifty[] = {50, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0};
	const double quiet = 7.601 - .065 * 59 / 11 - .056 * 50 / sqrt(6);
	const double index[] = {
		quiet - 1.08, quiet - 1.08, quiet, quiet - .703 * log(10)};
	for (int v = ACTILIFE; v <= PYACTIGRAPHY; v++) {
		r->options[0] = v;
		assert_int_equal(score_minute(r, fifty, 11, 5), SCORER_OK);
		assert_float_equal(rig_value(r, "sadeh.index"), index[v], 1e-12);
	}
	/* PS between -4 and 0: asleep for ActiLife alone */
	const double between[] = {60, 60, 60, 60, 60, 60, 0, 0, 0, 0, 0};
	for (int v = ACTILIFE; v <= PYACTIGRAPHY; v++) {
		r->options[0] = v;
		assert_int_equal(score_minute(r, between, 11, 5), SCORER_OK);
		assert_true(rig_value(r, "sadeh.index") > -4);
		assert_true(rig_value(r, "sadeh.index") < 0 || v == PYACTIGRAPHY);
		assert_float_equal(rig_value(r, "asleep"),
			rig_value(r, "sadeh.index") > (v == ACTILIFE ? -4 : 0), 0);
	}
}

static void
actilife_sleeps_down_to_minus_four(void **state)
{
	struct rig *r = *state;
	double counts[11];
	for (int c = 126; c <= 127; c++) { /* PS -3.994, -4.065 */
		for (int i = 0; i < 11; i++)
			counts[i] = c;
		assert_int_equal(score_minute(r, counts, 11, 5), SCORER_OK);
		assert_float_equal(rig_value(r, "sadeh.index"),
			7.601 - .065 * c - .703 * log(c + 1), 1e-12);
		assert_float_equal(rig_value(r, "asleep"), c == 126, 0);
	}
}

static void
divisor_comes_before_the_cap(void **state)
{
	struct rig *r = *state;
	double counts[11] = {0};
	counts[5] = 40000;
	r->options[1] = 100;
	assert_int_equal(score_minute(r, counts, 11, 5), SCORER_OK);
	assert_float_equal(rig_value(r, "sadeh.index"),
		7.601 - .065 * 300 / 11 - .056 * 300 / sqrt(6) - .703 * log(301), 1e-12);
}

static void
missing_neighbour_counts_as_no_movement(void **state)
{
	struct rig *r = *state;
	const double with[] = {9, 0, 20, 70, 0, 3, 0, 0, 80, 0, 1};
	const double gaps[] = {9, NAN, 20, 70, NAN, 3, 0, 0, 80, NAN, 1};
	assert_int_equal(score_minute(r, with, 11, 5), SCORER_OK);
	double index = rig_value(r, "sadeh.index");
	assert_int_equal(score_minute(r, gaps, 11, 5), SCORER_OK);
	assert_float_equal(rig_value(r, "sadeh.index"), index, 0);
	assert_float_equal(r->values[0].confidence, 8.0 / 11, 1e-12);
}

static void
missing_minute_gets_no_score(void **state)
{
	expect_no_score(*state, 11, 5);
}

static void
every_epoch_equals_actilife(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX], index[EPOCHS_MAX];
	const char *vendor = "sleep/actilife/GT3XPlus-RawData-Day01-sleep-awake.csv";
	struct rig *r = *state;
	double worst = 0;
	int n = read_column(vendor, "axis1", counts);
	assert_int_equal(n, 1500);
	assert_int_equal(read_column(vendor, "sadeh", label), n);
	assert_int_equal(read_column("sleep/actilife/oracle/GT3XPlus_epochs60_sleepr.csv",
				 "sadeh_si", index),
		n);
	int differ = count_differing(r, counts, label, n, 0);
	for (int i = 0; i < n; i++) {
		assert_int_equal(score_minute(r, counts, n, i), SCORER_OK);
		worst = fmax(worst, fabs(rig_value(r, "sadeh.index") - index[i]));
	}
	print_message("sadeh, ActiLife: %d of %d equal\n", n - differ, n);
	print_message("sadeh, sleepr: index differs by at most %.2g\n", worst);
	assert_int_equal(differ, 0);
	assert_true(worst < 1e-6);
}

static void
variants_equal_their_programs_off_the_edges(void **state)
{
	static double counts[EPOCHS_MAX], py[EPOCHS_MAX], ggir[EPOCHS_MAX];
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++) {
		int n = read_awd(k, "pyactigraphy", "activity", counts);
		read_awd(k, "pyactigraphy", "sadeh", py);
		assert_int_equal(read_late_ggir(k, "ggir_Sadeh1994", 5, ggir), n);
		r->options[0] = PYACTIGRAPHY;
		int differ_py = count_differing(r, counts, py, n, 5);
		r->options[0] = GGIR;
		int differ_ggir = count_differing(r, counts, ggir, n, 0);
		print_message("sadeh, AWD 0%d, pyActigraphy: %d of %d equal\n", k,
			n - 10 - differ_py, n - 10);
		print_message("sadeh, AWD 0%d, GGIR: %d of %d equal\n", k,
			n - 5 - differ_ggir, n - 5);
		assert_int_equal(differ_py, 0);
		assert_int_equal(differ_ggir, 0);
	}
}

#define t(f) rig_test(f, "sadeh")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(index_is_the_formula),
		t(stillness_is_the_constant_and_a_storm_is_awake),
		t(variants_differ_in_threshold_fifty_and_logarithm),
		t(actilife_sleeps_down_to_minus_four),
		t(divisor_comes_before_the_cap),
		t(missing_neighbour_counts_as_no_movement),
		t(missing_minute_gets_no_score),
		t(every_epoch_equals_actilife),
		t(variants_equal_their_programs_off_the_edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
