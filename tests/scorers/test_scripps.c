/* SPDX-License-Identifier: MIT */
/* scripps by hand and against pyActigraphy. */
#include "scorers/epochs.h"

static const double weights[13] = {.0064, .0074, .0112, .0112, .0118, .0118, .0128, .0188,
	.0280, .0664, .0300, .0112, .0100};

static void
each_minute_has_its_weight(void **state)
{
	struct rig *r = *state;
	for (int i = 0; i < 13; i++) {
		double counts[13] = {0};
		counts[i] = 500;
		assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
		assert_float_equal(
			rig_value(r, "scripps.index"), .204 * 500 * weights[i], 1e-12);
		assert_int_equal(r->values[0].t_ms, 10 * MINUTE);
		assert_float_equal(r->values[0].confidence, 1, 0);
	}
}

static void
one_is_awake_and_just_below_is_asleep(void **state)
{
	struct rig *r = *state;
	double counts[13] = {0};
	counts[10] = 163; /* D = .99756 */
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
	assert_float_equal(rig_value(r, "asleep"), 1, 0);
	counts[10] = 164; /* D = 1.00368 */
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
	r->options[0] = 204; /* .0100 * 20400 / 204 * .204 = .204 */
	counts[10] = 0, counts[12] = 20400;
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
	assert_float_equal(rig_value(r, "scripps.index"), .204, 1e-12);
	counts[12] = 100000; /* 1 */
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
	assert_float_equal(rig_value(r, "scripps.index"), 1, 1e-12);
}

static void
missing_neighbour_counts_as_no_movement(void **state)
{
	struct rig *r = *state;
	const double counts[] = {NAN, 100, 0, 0, 0, 0, 0, 0, 0, NAN, 200, NAN, NAN};
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_OK);
	assert_float_equal(
		rig_value(r, "scripps.index"), .204 * (100 * .0074 + 200 * .03), 1e-12);
	assert_float_equal(r->values[0].confidence, 9.0 / 13, 1e-12);
}

static void
missing_minute_gets_no_score(void **state)
{
	struct rig *r = *state;
	double counts[13] = {0};
	counts[10] = NAN;
	assert_int_equal(score_minute(r, counts, 13, 10), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no activity in this minute");
	assert_int_equal(r->out.n_values, 0);
	rig_view(r, 0, counts, 13, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
every_epoch_off_the_edges_equals_pyactigraphy(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++) {
		char path[96];
		snprintf(path, sizeof path,
			"sleep/awd/oracle/example_0%d_epochs60_pyactigraphy.csv", k);
		int n = read_column(path, "activity", counts);
		assert_int_equal(read_column(path, "scripps", label), n);
		int differ = count_differing(r, counts, label, n, 10);
		print_message("AWD 0%d: pyActigraphy %d of %d equal\n", k,
			n - 20 - differ, n - 20);
		assert_int_equal(differ, 0);
	}
}

#define t(f) rig_test(f, "scripps")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(each_minute_has_its_weight),
		t(one_is_awake_and_just_below_is_asleep),
		t(missing_neighbour_counts_as_no_movement),
		t(missing_minute_gets_no_score),
		t(every_epoch_off_the_edges_equals_pyactigraphy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
