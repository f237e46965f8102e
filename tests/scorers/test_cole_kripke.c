/* SPDX-License-Identifier: MIT */
/* cole_kripke by hand and against ActiLife, actigraph.sleepr, pyActigraphy, GGIR,
 * and the nights of ten people. */
#include "scorers/awd.h"
#include "scorers/periods.h"

enum { DIVISOR, CAP, SCALING };
enum { OWN, OF_ACTILIFE, OF_PYACTIGRAPHY, OF_GGIR, OF_SKDH };

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
	expect_no_score(*state, 7, 4);
}

static void
scaling_by_name_takes_the_place_of_divisor_and_cap(void **state)
{
	struct rig *r = *state;
	const double counts[] = {0, 0, 0, 0, 60000, 0, 0};
	const double units[] = {5, 300, 2000, 10000};
	r->options[DIVISOR] = 1000;
	r->options[CAP] = 5;
	for (int scaling = OWN; scaling <= OF_GGIR; scaling++) {
		r->options[SCALING] = scaling;
		assert_int_equal(score_minute(r, counts, 7, 4), SCORER_OK);
		assert_float_equal(
			rig_value(r, "cole_kripke.index"), .23 * units[scaling], 1e-9);
	}
}

static void
skdh_reads_the_activity_index(void **state)
{
	struct rig *r = *state;
	const double counts[7] = {0}, index[] = {.01, .02, NAN, .01, .1, 0, .03};
	r->options[SCALING] = OF_SKDH;
	r->views[1] = (struct scorer_view){0};
	assert_int_equal(score_minute(r, counts, 7, 4), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity_index is not a series of minutes");
	rig_view(r, 1, index, 7, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "cole_kripke.index"),
		.243 * (.0464 + .1374 + .0507 + 1.619 + .12072), 1e-12);
	assert_float_equal(rig_value(r, "asleep"), 1, 0);
	assert_float_equal(r->values[0].confidence, 6.0 / 7, 1e-12);
	const double more[] = {0, 0, 0, 0, .128, 0, 0};
	rig_view(r, 1, more, 7, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "asleep"), 0, 0);
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
	print_message("cole_kripke, ActiLife: %d of %d equal\n", equal, n);
	print_message("cole_kripke, sleepr: index differs by at most %.2g\n", worst);
	assert_int_equal(equal, 1500);
	assert_true(worst < 1e-6);
}

/* Columns of AWD 01-03: pyActigraphy's off the edges; GGIR's, written three minutes late, but
 * for its first epoch, which that program scores as an edge (it differs in two of the three). */
static void
scalings_equal_their_programs(void **state)
{
	static double counts[EPOCHS_MAX], py[EPOCHS_MAX], ggir[EPOCHS_MAX];
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++) {
		int n = read_awd(k, "pyactigraphy", "activity", counts);
		assert_int_equal(read_awd(k, "pyactigraphy", "ck_mean_raw", py), n);
		assert_int_equal(read_late_ggir(k, "ggir_ColeKripke1992", 3, ggir), n);
		ggir[0] = NAN;
		r->options[SCALING] = OF_PYACTIGRAPHY;
		int off_py = count_differing(r, counts, py, n, 4);
		r->options[SCALING] = OF_GGIR;
		int off_ggir = count_differing(r, counts, ggir, n, 0);
		print_message("cole_kripke, AWD 0%d, pyActigraphy: %d of %d equal\n", k,
			n - 8 - off_py, n - 8);
		print_message("cole_kripke, AWD 0%d, GGIR: %d of %d equal\n", k,
			n - 4 - off_ggir, n - 4);
		assert_int_equal(off_py, 0);
		assert_int_equal(off_ggir, 0);
	}
}

/* "2020-01-02 03:57:00", with a T or a space: minutes since the month began. */
static int
month_minute(const char *time)
{
	int day = 0, hour = 0, minute = 0;
	assert_int_equal(sscanf(time, "2020-01-%d%*c%d:%d", &day, &hour, &minute), 3);
	return (day * 24 + hour) * 60 + minute;
}

/* A person's counts, scaled to whole minutes, and the label of each. Returns the minutes;
 * *ret_start = the first. */
static int
read_person(const char *user, double *counts, double *label, int *ret_start)
{
	char path[96];
	int n = 0;
	snprintf(path, sizeof path, "sleep/mmash/oracle/%s_epochs60.csv", user);
	struct table t = open_table(path);
	while (next_row(&t)) {
		if (n == 0)
			*ret_start = month_minute(t.cells[0]);
		assert_int_equal(month_minute(t.cells[0]), *ret_start + n);
		counts[n] = number(t.cells[7]);
		label[n++] = t.cells[8][0] == 'S';
	}
	return n;
}

/* Recordings with dropped seconds: ActiLife's own totals are met about, not exactly. */
static void
sleep_of_ten_nights_is_near_actilife(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	struct rig *r = *state;
	double error = 0;
	int nights = 0, minutes = 0, differ = 0;
	struct table t =
		open_table("sleep/mmash/oracle/night_summary_actilife_vs_formulas.csv");
	while (next_row(&t)) {
		int start = 0, tst = 0;
		int n = read_person(t.cells[0], counts, label, &start);
		int bed = month_minute(t.cells[1]) - start,
		    out = month_minute(t.cells[2]) - start;
		minutes += n;
		differ += count_differing(r, counts, label, n, 0);
		if (out > n)
			continue; /* user_9: the counts end before the night does */
		for (int i = bed; i < out; i++)
			if (score_minute(r, counts, n, i) == SCORER_OK)
				tst += rig_value(r, "asleep") == 1;
		error += fabs(tst - number(t.cells[7]));
		nights++;
	}
	print_message("cole_kripke, MMASH minutes: %d of %d equal\n", minutes - differ,
		minutes);
	print_message("cole_kripke, MMASH: mean error of TST %.1f min on %d nights\n",
		error / nights, nights);
	assert_int_equal(differ, 0);
	assert_int_equal(nights, 10);
	assert_true(error / nights <= 8.5);
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
		t(scaling_by_name_takes_the_place_of_divisor_and_cap),
		t(skdh_reads_the_activity_index),
		t(every_epoch_equals_actilife),
		t(scalings_equal_their_programs),
		t(sleep_of_ten_nights_is_near_actilife),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
