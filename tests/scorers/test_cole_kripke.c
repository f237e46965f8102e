/* SPDX-License-Identifier: MIT */
/* cole_kripke by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/rig.h"
#include "scorers/shared.h"

#define MINUTE 60000

/* Window t-4..t+2 around minute i of a recording, as the host cuts it. */
static int
score_minute(struct rig *r, const double *counts, int n, int i)
{
	double window[7];
	for (int k = 0; k < 7; k++)
		window[k] = i - 4 + k >= 0 && i - 4 + k < n ? counts[i - 4 + k] : NAN;
	r->in.at_ms = (int64_t)i * MINUTE;
	r->in.start_ms = r->in.at_ms - 4 * MINUTE;
	r->in.end_ms = r->in.at_ms + 3 * MINUTE;
	rig_view(r, 0, window, 7, 60);
	return rig_score(r);
}

static void
index_is_the_weighted_sum(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, 200, 300, 400, 500, 600, 700};
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	/* .001 (106*1 + 54*2 + 58*3 + 76*4 + 230*5 + 74*6 + 67*7) */
	assert_float_equal(rig_value(r, "cole_kripke.index"), 2.755, 1e-12);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
	assert_int_equal(r->values[0].t_ms, 4 * MINUTE);
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
one_is_awake_and_just_below_is_asleep(void **state)
{
	struct rig *r = *state;
	double counts[7] = {0};
	r->options[0] = 1;
	r->options[1] = 0;
	counts[4] = 4; /* D = .92 */
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	assert_float_equal(rig_value(r, "asleep"), 1, 0);
	counts[4] = 1000.0 / 230 + 1e-9;
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
}

static void
cap_holds_after_the_division_and_zero_means_none(void **state)
{
	struct rig *r = *state;
	const double counts[] = {0, 0, 0, 0, 60000, 0, 0};
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	assert_float_equal(rig_value(r, "cole_kripke.index"), .23 * 300, 1e-9);
	r->options[0] = 30;
	r->options[1] = 0;
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	assert_float_equal(rig_value(r, "cole_kripke.index"), .23 * 2000, 1e-9);
}

static void
missing_neighbour_counts_as_no_movement(void **state)
{
	struct rig *r = *state;
	const double counts[] = {100, NAN, 300, 400, 500, NAN, 700};
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
	assert_float_equal(rig_value(r, "cole_kripke.index"), 2.755 - .108 - .444, 1e-12);
	assert_float_equal(r->values[0].confidence, 5.0 / 7, 1e-12);
}

static void
missing_minute_gets_no_score(void **state)
{
	struct rig *r = *state;
	const double counts[] = {0, 0, 0, 0, NAN, 0, 0};
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no activity in this minute");
	assert_int_equal(r->out.n_values, 0);
	rig_view(r, 0, counts, 7, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
}

static int
read_actilife(double *counts, double *index, char *label, int max)
{
	FILE *vendor =
		shared_data("sleep/actilife/GT3XPlus-RawData-Day01-sleep-awake.csv");
	FILE *oracle = shared_data("sleep/actilife/oracle/GT3XPlus_epochs60_sleepr.csv");
	char a[512], b[512], *f[16];
	int n = -1;
	if (!vendor || !oracle)
		skip();
	for (; n < max && fgets(a, sizeof a, vendor) && fgets(b, sizeof b, oracle); n++) {
		if (n < 0)
			continue; /* heads */
		assert_int_equal(split(a, f, 16), 6);
		counts[n] = number(f[1]);
		label[n] = f[5][0];
		assert_int_equal(split(b, f, 16), 9);
		index[n] = number(f[7]);
	}
	fclose(vendor);
	fclose(oracle);
	return n;
}

static void
every_epoch_equals_actilife(void **state)
{
	static double counts[2000], index[2000];
	static char label[2000];
	struct rig *r = *state;
	int n = read_actilife(counts, index, label, 2000), equal = 0;
	double worst = 0;
	assert_int_equal(n, 1500);
	for (int i = 0; i < n; i++) {
		assert_int_equal(score_minute(r, counts, n, i), SCORER_OK);
		equal += (rig_value(r, "asleep") > 0) == (label[i] == 'S');
		worst = fmax(worst, fabs(rig_value(r, "cole_kripke.index") - index[i]));
	}
	print_message("ActiLife labels equal: %d of %d (expected 1500 of 1500); "
		      "index differs from sleepr's by at most %.2g (expected 1e-6)\n",
		equal, n, worst);
	assert_int_equal(equal, 1500);
	assert_true(worst < 1e-6);
}

#define t(f) rig_test(f, "cole_kripke")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(index_is_the_weighted_sum),
		t(one_is_awake_and_just_below_is_asleep),
		t(cap_holds_after_the_division_and_zero_means_none),
		t(missing_neighbour_counts_as_no_movement),
		t(missing_minute_gets_no_score),
		t(every_epoch_equals_actilife),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
