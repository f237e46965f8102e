/* SPDX-License-Identifier: MIT */
/* oakley by hand, against Actiware's own labels, pyActigraphy, and whole numbers. */
#include "scorers/awd.h"

enum { THRESHOLD, VARIANT, EPOCH, AUTO };
enum { ACTIWARE, PYACTIGRAPHY };
enum { RECORDED, OF_15, OF_30, OF_60, OF_120 };

#define STEPS 400

/* The value of step i after score() on n steps; NAN = none. */
static double
value_at(struct rig *r, const char *channel, const double *counts, int n, int i)
{
	double got[STEPS];
	assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
	written(r, channel, got);
	return got[i];
}

static void
index_is_the_weighted_sum(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, 10, 30, 20, 50};
	/* .04 * 150 + .2 * 30 + 30 */
	assert_float_equal(value_at(r, "oakley.index", counts, 5, 2), 42, 0);
	assert_float_equal(value_at(r, "asleep", counts, 5, 2), 0, 0);
	assert_int_equal(r->out.n_values, 10);
	assert_int_equal(r->values[4].t_ms, 2 * MINUTE);
	assert_float_equal(r->values[4].confidence, 1, 0);
	assert_float_equal(r->values[0].confidence, .6, 1e-12); /* nothing before it */
}

static void
a_tie_is_exact_asleep_for_actiware_and_awake_for_pyactigraphy(void **state)
{
	struct rig *r = *state;
	/* all of them 1000 in twenty-fifths; with 0.04 and 0.2 two of them miss 40 */
	const double ties[][5] = {{0, 0, 40, 0, 0}, {1, 1, 39, 2, 9}, {3, 7, 37, 4, 17},
		{0, 199, 0, 0, 5}, {333, 66, 3, 41, 57}};
	for (unsigned i = 0; i < sizeof ties / sizeof *ties; i++) {
		r->options[VARIANT] = ACTIWARE;
		assert_float_equal(value_at(r, "oakley.index", ties[i], 5, 2), 40, 0);
		assert_float_equal(value_at(r, "asleep", ties[i], 5, 2), 1, 0);
		r->options[VARIANT] = PYACTIGRAPHY;
		assert_float_equal(value_at(r, "asleep", ties[i], 5, 2), 0, 0);
	}
}

static void
threshold_is_where_sleep_ends(void **state)
{
	struct rig *r = *state;
	double counts[5] = {0};
	for (int threshold = 20; threshold <= 80; threshold *= 2) {
		r->options[THRESHOLD] = threshold;
		counts[2] = threshold;
		counts[4] = 0;
		assert_float_equal(value_at(r, "asleep", counts, 5, 2), 1, 0);
		counts[4] = 1; /* .04 more */
		assert_float_equal(value_at(r, "asleep", counts, 5, 2), 0, 0);
	}
}

static void
missing_step_counts_as_no_movement_and_gets_no_score(void **state)
{
	struct rig *r = *state;
	const double counts[] = {NAN, 10, 30, NAN, 50};
	assert_float_equal(value_at(r, "oakley.index", counts, 5, 2), 34, 0);
	assert_float_equal(r->values[2].confidence, .6, 1e-12);
	assert_true(isnan(value_at(r, "asleep", counts, 5, 3)));
	assert_int_equal(r->out.n_values, 6);
}

static void
steps_that_make_no_epoch_are_skipped_with_the_reason(void **state)
{
	struct rig *r = *state;
	const double counts[8] = {0};
	const struct {
		int epoch, interval_s;
		const char *why;
	} bad[] = {
		{RECORDED, 10, "steps are not 15, 30, 60 or 120 s: set epoch_s"},
		{RECORDED, 300, "activity is recorded in longer steps than the epoch"},
		{OF_30, 60, "activity is recorded in longer steps than the epoch"},
		{OF_30, 20, "the recorded steps do not fill an epoch"},
	};
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		r->options[EPOCH] = bad[i].epoch;
		assert_int_equal(
			score_recording(r, counts, 8, (uint32_t)bad[i].interval_s),
			SCORER_SKIP);
		assert_string_equal(r->out.skip, bad[i].why);
	}
	r->options[EPOCH] = RECORDED;
	r->options[AUTO] = 1;
	assert_int_equal(score_recording(r, counts, 8, 60), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no movement to take a threshold from");
}

/* Each kernel once more, written out and in whole numbers from end to end. */
static const struct plain {
	int epoch_s, taps, whole, w[17];
} plain[] = {
	{15, 17, 25, {1, 1, 1, 1, 5, 5, 5, 5, 100, 5, 5, 5, 5, 1, 1, 1, 1}},
	{30, 9, 25, {1, 1, 5, 5, 50, 5, 5, 1, 1}},
	{60, 5, 25, {1, 5, 25, 5, 1}},
	{120, 3, 8, {1, 4, 1}},
};

/* Counts that land on and about the threshold; always the same. */
static void
make_counts(double *counts, int n, unsigned most)
{
	uint32_t seed = 12345;
	for (int i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		counts[i] = (seed >> 28) % 3 ? 0 : (seed >> 8) % most;
	}
}

static void
every_epoch_length_equals_whole_numbers(void **state)
{
	struct rig *r = *state;
	double counts[STEPS], got[STEPS], index[STEPS];
	for (unsigned p = 0; p < 4; p++) {
		const struct plain *k = &plain[p];
		int differ = 0, ties = 0, asleep = 0;
		make_counts(counts, STEPS, k->epoch_s == 15 ? 30 : 120);
		counts[200] = 40 * k->whole / k->w[k->taps / 2];
		for (int d = 1; d <= 8; d++) /* one tie at least */
			counts[200 + d] = counts[200 - d] = 0;
		assert_int_equal(score_recording(r, counts, STEPS, (uint32_t)k->epoch_s),
			SCORER_OK);
		written(r, "asleep", got);
		written(r, "oakley.index", index);
		for (int i = 0; i < STEPS; i++) {
			int64_t total = 0;
			for (int d = 0; d < k->taps; d++) {
				int at = i + d - k->taps / 2;
				if (at >= 0 && at < STEPS)
					total += k->w[d] * (int64_t)counts[at];
			}
			differ += (got[i] == 1) != (total <= 40 * k->whole) ||
				  index[i] != (double)total / k->whole;
			ties += total == 40 * k->whole;
			asleep += got[i] == 1;
		}
		print_message("oakley, whole numbers, %d s: %d of %d equal, %d ties, %d "
			      "asleep\n",
			k->epoch_s, STEPS - differ, STEPS, ties, asleep);
		assert_int_equal(differ, 0);
		assert_true(ties > 0 && asleep > 20 && asleep < STEPS - 20);
	}
}

/* Mobile: a count for every 15 s. 88 a mobile minute make 78.22144. */
static void
automatic_threshold_is_of_the_mobile_minutes(void **state)
{
	struct rig *r = *state;
	const double centre[] = {4, 2, 1, .5}; /* weight of the epoch itself */
	r->options[AUTO] = 1;
	for (int k = 0; k < 4; k++) {
		int quarters = 1 << k; /* 15 s in an epoch */
		uint32_t epoch_s = 15 * (uint32_t)quarters;
		double counts[60] = {0}, got[60], at_limit = .88888 * 88 / centre[k];
		for (int above = 0; above <= 1; above++) {
			counts[10] = at_limit + (above ? .001 : -.001);
			counts[30] = quarters;      /* just mobile */
			counts[45] = quarters - .5; /* not quite */
			counts[59] = 3 * 88 * quarters / 4.0 - counts[10] - counts[30] -
				     counts[45];
			assert_int_equal(
				score_recording(r, counts, 60, epoch_s), SCORER_OK);
			written(r, "asleep", got);
			assert_float_equal(got[10], !above, 0);
		}
	}
}

static void
pyactigraphy_has_other_weights_at_two_minutes(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, 50, 100};
	double got[3];
	assert_int_equal(score_recording(r, counts, 3, 120), SCORER_OK);
	written(r, "oakley.index", got);
	assert_float_equal(got[1], 50, 0);
	r->options[VARIANT] = PYACTIGRAPHY;
	assert_int_equal(score_recording(r, counts, 3, 120), SCORER_OK);
	written(r, "oakley.index", got);
	assert_float_equal(got[1], 49, 0);
}

static void
finer_recording_is_summed_to_epochs_of_the_clock(void **state)
{
	struct rig *r = *state;
	/* 10-s steps from 00:00:20 on: the first minute has four of them, one missing */
	const double counts[] = {5, 5, NAN, 5, 9, 9, 9, 1, 1, 1, 100};
	double index[11];
	r->options[EPOCH] = OF_60;
	r->in.start_ms = 20000;
	assert_int_equal(score_recording(r, counts, 11, 10), SCORER_OK);
	written(r, "oakley.index", index);
	assert_float_equal(index[0], 15 + 6 + 4, 1e-12);
	assert_float_equal(index[3], 15 + 6 + 4, 1e-12);
	assert_true(isnan(index[2]));
	for (int i = 4; i < 10; i++)
		assert_float_equal(index[i], 30 + 3 + 20, 1e-12);
	assert_float_equal(index[10], 100 + 6 + .6, 1e-12);
	/* three of the first minute, six, one: of 5 times six steps */
	assert_float_equal(r->values[0].confidence, 10.0 / 30, 1e-12);
}

static void
every_scored_epoch_equals_actiware(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX], index[EPOCHS_MAX];
	const struct {
		const char *path;
		int interval_s, n, scored, ties;
	} files[] = {
		{"sleep/actiware/oracle/rpx_eng_30s_epochs.csv", 30, 20160, 20156, 4},
		{"sleep/actiware/oracle/rpx_fr_60s_epochs.csv", 60, 11581, 11552, 2},
	};
	struct rig *r = *state;
	for (int k = 0; k < 2; k++) {
		static double got[EPOCHS_MAX];
		char name[48];
		int n = read_column(files[k].path, "activity", counts), ties = 0,
		    scored = 0;
		assert_int_equal(n, files[k].n);
		assert_int_equal(read_column(files[k].path, "actiware_wake", label), n);
		assert_int_equal(
			score_recording(r, counts, n, (uint32_t)files[k].interval_s),
			SCORER_OK);
		written(r, "asleep", got);
		written(r, "oakley.index", index);
		for (int i = 0; i < n; i++) {
			label[i] = 1 - label[i]; /* 1 = wake there; NAN stays */
			scored += !isnan(label[i]);
			ties += !isnan(label[i]) && index[i] == 40;
		}
		snprintf(name, sizeof name, "oakley, Actiware %d s", files[k].interval_s);
		assert_int_equal(print_equal(name, got, label, n, 0), 0);
		print_message("%s: %d exact ties, all of them asleep\n", name, ties);
		assert_int_equal(scored, files[k].scored);
		assert_int_equal(ties, files[k].ties);
	}
}

static void
every_epoch_off_the_edges_equals_pyactigraphy(void **state)
{
	static const char *const columns[] = {
		"oakley20", "oakley40", "oakley80", "oakley_auto"};
	struct rig *r = *state;
	r->options[VARIANT] = PYACTIGRAPHY;
	for (int k = 1; k <= 3; k++)
		for (int c = 0; c < 4; c++) {
			r->options[THRESHOLD] = 20 << c;
			r->options[AUTO] = c == 3;
			expect_awd(r, k,
				&(struct awd_labels){
					"pyactigraphy", columns[c], columns[c], 2});
		}
}

/* The maker's rule; of that program's columns this one is aligned in time. */
static void
every_epoch_of_forty_equals_ggir(void **state)
{
	for (int k = 1; k <= 3; k++)
		expect_awd(*state, k,
			&(struct awd_labels){"ggir_hasib", "ggir_Oakley1997", "GGIR", 2});
}

#define t(f) rig_test(f, "oakley")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(index_is_the_weighted_sum),
		t(a_tie_is_exact_asleep_for_actiware_and_awake_for_pyactigraphy),
		t(threshold_is_where_sleep_ends),
		t(missing_step_counts_as_no_movement_and_gets_no_score),
		t(steps_that_make_no_epoch_are_skipped_with_the_reason),
		t(every_epoch_length_equals_whole_numbers),
		t(automatic_threshold_is_of_the_mobile_minutes),
		t(pyactigraphy_has_other_weights_at_two_minutes),
		t(finer_recording_is_summed_to_epochs_of_the_clock),
		t(every_scored_epoch_equals_actiware),
		t(every_epoch_off_the_edges_equals_pyactigraphy),
		t(every_epoch_of_forty_equals_ggir),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
