/* SPDX-License-Identifier: MIT */
/* oakley by hand, against Actiware's own labels, and against pyActigraphy. */
#include "scorers/epochs.h"

enum { ACTIWARE, PYACTIGRAPHY };

static void
index_is_the_weighted_sum(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, 10, 30, 20, 50};
	assert_int_equal(score_minute(r, counts, 5, 2), SCORER_OK);
	/* .04 * 150 + .2 * 30 + 30 */
	assert_float_equal(rig_value(r, "oakley.index"), 42, 0);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
	assert_int_equal(r->values[0].t_ms, 2 * MINUTE);
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
a_tie_is_exact_asleep_for_actiware_and_awake_for_pyactigraphy(void **state)
{
	struct rig *r = *state;
	/* all of them 1000 in twenty-fifths; with 0.04 and 0.2 two of them miss 40 */
	const double ties[][5] = {{0, 0, 40, 0, 0}, {1, 1, 39, 2, 9}, {3, 7, 37, 4, 17},
		{0, 199, 0, 0, 5}, {333, 66, 3, 41, 57}};
	for (unsigned i = 0; i < sizeof ties / sizeof *ties; i++) {
		r->options[1] = ACTIWARE;
		assert_int_equal(score_minute(r, ties[i], 5, 2), SCORER_OK);
		assert_float_equal(rig_value(r, "oakley.index"), 40, 0);
		assert_float_equal(rig_value(r, "asleep"), 1, 0);
		r->options[1] = PYACTIGRAPHY;
		assert_int_equal(score_minute(r, ties[i], 5, 2), SCORER_OK);
		assert_float_equal(rig_value(r, "asleep"), 0, 0);
	}
}

static void
threshold_is_where_sleep_ends(void **state)
{
	struct rig *r = *state;
	double counts[5] = {0};
	for (int threshold = 20; threshold <= 80; threshold *= 2) {
		r->options[0] = threshold;
		counts[2] = threshold;
		counts[4] = 0;
		assert_int_equal(score_minute(r, counts, 5, 2), SCORER_OK);
		assert_float_equal(rig_value(r, "asleep"), 1, 0);
		counts[4] = 1; /* .04 more */
		assert_int_equal(score_minute(r, counts, 5, 2), SCORER_OK);
		assert_float_equal(rig_value(r, "asleep"), 0, 0);
	}
}

static void
missing_neighbour_counts_as_no_movement(void **state)
{
	struct rig *r = *state;
	const double counts[] = {NAN, 10, 30, NAN, 50};
	assert_int_equal(score_minute(r, counts, 5, 2), SCORER_OK);
	assert_float_equal(rig_value(r, "oakley.index"), 34, 0);
	assert_float_equal(r->values[0].confidence, .6, 1e-12);
}

static void
missing_minute_and_other_epochs_get_no_score(void **state)
{
	struct rig *r = *state;
	const double counts[] = {0, 0, NAN, 0, 0};
	assert_int_equal(score_minute(r, counts, 5, 2), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no activity in this minute");
	assert_int_equal(r->out.n_values, 0);
	rig_view(r, 0, counts, 5, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
every_scored_epoch_equals_actiware(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	const char *path = "sleep/actiware/oracle/rpx_fr_60s_epochs.csv";
	struct rig *r = *state;
	int n = read_column(path, "activity", counts), scored = 0, ties = 0;
	assert_int_equal(n, 11581);
	assert_int_equal(read_column(path, "actiware_wake", label), n);
	for (int i = 0; i < n; i++) {
		label[i] = 1 - label[i]; /* 1 = wake there; NAN stays */
		scored += !isnan(label[i]);
		if (!isnan(label[i]) && score_minute(r, counts, n, i) == SCORER_OK)
			ties += rig_value(r, "oakley.index") == 40;
	}
	int differ = count_differing(r, counts, label, n, 0);
	print_message("Actiware, 60 s: %d of %d scored epochs equal, %d of them ties\n",
		scored - differ, scored, ties);
	assert_int_equal(differ, 0);
	assert_int_equal(scored, 11552);
	assert_int_equal(ties, 2);
}

static void
every_epoch_off_the_edges_equals_pyactigraphy(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	struct rig *r = *state;
	r->options[1] = PYACTIGRAPHY;
	for (int k = 1; k <= 3; k++) {
		char path[96], name[16];
		snprintf(path, sizeof path,
			"sleep/awd/oracle/example_0%d_epochs60_pyactigraphy.csv", k);
		int n = read_column(path, "activity", counts);
		for (int threshold = 20; threshold <= 80; threshold *= 2) {
			snprintf(name, sizeof name, "oakley%d", threshold);
			assert_int_equal(read_column(path, name, label), n);
			r->options[0] = threshold;
			int differ = count_differing(r, counts, label, n, 2);
			print_message(
				"AWD 0%d, threshold %d: pyActigraphy %d of %d equal\n", k,
				threshold, n - 4 - differ, n - 4);
			assert_int_equal(differ, 0);
		}
	}
}

/* The threshold that the manual says to compute, as pyActigraphy's column has it. */
static void
automatic_threshold_set_by_hand_equals_pyactigraphy(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	struct rig *r = *state;
	r->options[1] = PYACTIGRAPHY;
	for (int k = 1; k <= 3; k++) {
		char path[96];
		double sum = 0, mobile = 0;
		snprintf(path, sizeof path,
			"sleep/awd/oracle/example_0%d_epochs60_pyactigraphy.csv", k);
		int n = read_column(path, "activity", counts);
		assert_int_equal(read_column(path, "oakley_auto", label), n);
		for (int i = 0; i < n; i++) {
			sum += counts[i];
			mobile += counts[i] >= 4;
		}
		r->options[0] = .88888 * sum / mobile;
		int differ = count_differing(r, counts, label, n, 2);
		print_message(
			"AWD 0%d, threshold %.4f: pyActigraphy's auto %d of %d equal\n",
			k, r->options[0], n - 4 - differ, n - 4);
		assert_int_equal(differ, 0);
	}
}

#define t(f) rig_test(f, "oakley")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(index_is_the_weighted_sum),
		t(a_tie_is_exact_asleep_for_actiware_and_awake_for_pyactigraphy),
		t(threshold_is_where_sleep_ends),
		t(missing_neighbour_counts_as_no_movement),
		t(missing_minute_and_other_epochs_get_no_score),
		t(every_scored_epoch_equals_actiware),
		t(every_epoch_off_the_edges_equals_pyactigraphy),
		t(automatic_threshold_set_by_hand_equals_pyactigraphy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
