/* SPDX-License-Identifier: MIT */
/* regularity against pyActigraphy, nparACT and the SRI script of mengelhard, on their own
 * recordings: whole recordings are lent in the place of two weeks. */
#include "scorers/awd.h"
#include "scorers/regularity.h"

#define RECORDINGS 3

static double values[EPOCHS_MAX];

/* The recording as from minute `start` of a day; returns the channel. */
static double
scored(struct rig *r, unsigned port, int n, int start_min, const char *channel)
{
	r->in.start_ms = (int64_t)start_min * MINUTE;
	rig_view(r, port, values, (uint32_t)n, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	return rig_value(r, channel);
}

/* Row k of a table, by the name of the column; "03:03:22.5" and "13:58:00" in minutes. */
static double
cell(const char *path, int k, const char *column)
{
	FILE *f = shared_data(path);
	char head[1024], row[1024], *heads[32], *cells[32];
	if (!f)
		skip();
	assert_non_null(fgets(head, sizeof head, f));
	for (int i = 0; i < k; i++)
		assert_non_null(fgets(row, sizeof row, f));
	fclose(f);
	unsigned n = split(head, heads, 32), at = 0;
	assert_int_equal(split(row, cells, 32), n);
	while (at < n && !is_named(heads[at], column))
		at++;
	assert_true(at < n);
	const char *clock = strchr(cells[at], ':');
	if (!clock)
		return number(cells[at]);
	double h = 0, m = 0, s = 0;
	assert_int_equal(sscanf(clock - 2, "%lf:%lf:%lf", &h, &m, &s), 3);
	return 60 * h + m + s / 60;
}

/* Prints "regularity, <program> <what>: <equal> of <all> equal"; fails unless all are. */
static void
report(const char *what, int equal, int all)
{
	print_message("regularity, %s: %d of %d equal\n", what, equal, all);
	assert_int_equal(equal, all);
}

#define SUMMARY   "sleep/awd/oracle/summary_pyactigraphy.csv"
#define TOLERANCE 1e-6

static void
rhythm_equals_pyactigraphy(void **state)
{
	static const struct {
		const char *channel, *raw, *bin4;
	} parts[] = {{"night.is", "IS_1h_raw", "IS_1h_bin4"},
		{"night.iv", "IV_1h_raw", "IV_1h_bin4"},
		{"night.ra", "RA_raw", "RA_bin4"}, {"night.l5", "L5_raw", "L5_bin4"},
		{"night.m10", "M10_raw", "M10_bin4"}};
	struct rig *r = fresh(state);
	r->options[OPTION_IS_IV] = 1;
	for (unsigned p = 0; p < array_len(parts); p++)
		for (int bin4 = 0; bin4 < 2; bin4++) {
			const char *name = bin4 ? parts[p].bin4 : parts[p].raw;
			int equal = 0;
			char what[64];
			r->options[OPTION_ACTIVITY] = bin4;
			for (int k = 1; k <= RECORDINGS; k++) {
				int n = read_awd(k, "pyactigraphy", "activity", values);
				double ours = scored(r, ACTIVITY, n,
					(int)cell(SUMMARY, k, "start"), parts[p].channel);
				equal += fabs(ours - cell(SUMMARY, k, name)) <= TOLERANCE;
			}
			snprintf(what, sizeof what, "pyActigraphy %s", name);
			report(what, equal, RECORDINGS);
		}
}

static void
sri_and_midpoint_equal_pyactigraphy(void **state)
{
	struct rig *r = fresh(state);
	int roenneberg = 0, sadeh = 0, midpoint = 0;
	r->options[OPTION_SRI] = PER_MINUTE;
	r->options[OPTION_MIDPOINT] = 1;
	for (int k = 1; k <= RECORDINGS; k++) {
		int start = (int)cell(SUMMARY, k, "start"),
		    n = read_awd(k, "pyactigraphy", "sadeh", values);
		double sri = scored(r, PERIOD, n, start, "night.sri");
		sadeh += fabs(sri - cell(SUMMARY, k, "SRI_sadeh")) <= TOLERANCE;
		n = read_awd(k, "pyactigraphy", "roenneberg", values);
		sri = scored(r, PERIOD, n, start, "night.sri");
		roenneberg += fabs(sri - cell(SUMMARY, k, "SRI_roenneberg")) <= TOLERANCE;
		midpoint += fabs(rig_value(r, "night.midpoint_mean") -
				    cell(SUMMARY, k, "SMP_roenneberg")) <= TOLERANCE;
	}
	report("pyActigraphy SRI_sadeh", sadeh, RECORDINGS);
	report("pyActigraphy SRI_roenneberg", roenneberg, RECORDINGS);
	report("pyActigraphy SMP_roenneberg", midpoint, RECORDINGS);
}

static int
same_at_two_digits(double ours, double theirs)
{
	return fabs(ours - theirs) <= 0.005 + 1e-9;
}

/* Of the seven columns how many are equal: two digits, start times within a minute. What
 * nparACT computes from `n` minutes: IS without the last hour (`is_n`), the average day
 * without the last minute (`day_n`), IV from all. */
static int
equal_to_nparact(struct rig *r, const char *path, int row, const int n[3], int start_min)
{
	double is = scored(r, ACTIVITY, n[0], start_min, "night.is");
	double iv = scored(r, ACTIVITY, n[1], start_min, "night.iv");
	double ra = scored(r, ACTIVITY, n[2], start_min, "night.ra");
	return same_at_two_digits(is, cell(path, row, "IS")) +
	       same_at_two_digits(iv, cell(path, row, "IV")) +
	       same_at_two_digits(ra, cell(path, row, "RA")) +
	       same_at_two_digits(rig_value(r, "night.l5"), cell(path, row, "L5")) +
	       same_at_two_digits(rig_value(r, "night.m10"), cell(path, row, "M10")) +
	       (fabs(rig_value(r, "night.l5_start") - cell(path, row, "L5_starttime")) <=
		       1) +
	       (fabs(rig_value(r, "night.m10_start") -
			cell(path, row, "M10_starttime")) <= 1);
}

static void
rhythm_equals_nparact(void **state)
{
	struct rig *r = fresh(state);
	int equal = 0;
	for (int k = 1; k <= RECORDINGS; k++) {
		char path[80];
		snprintf(path, sizeof path,
			"sleep/circadian/oracle/nparACT_base_awd_example_0%d.csv", k);
		int all = read_awd(k, "pyactigraphy", "activity", values) / DAY * DAY;
		equal += equal_to_nparact(r, path, 1, (int[]){all - 60, all, all - 1},
			(int)cell(SUMMARY, k, "start"));
	}
	report("nparACT AWD 01-03", equal, 7 * RECORDINGS);
}

/* Rows of 15 s, in the order of the rows, as minutes. */
static int
read_sleepstudy(void)
{
	int n = read_column("sleep/circadian/sleepstudy.csv", "V2", values) / 4;
	for (int i = 0; i < n; i++)
		values[i] = (values[4 * i] + values[4 * i + 1] + values[4 * i + 2] +
				    values[4 * i + 3]) /
			    4;
	return n;
}

static void
rhythm_of_the_sleep_study_equals_nparact(void **state)
{
	static const char whole[] = "sleep/circadian/oracle/nparACT_base_sleepstudy.csv",
			  rows[] = "sleep/circadian/oracle/"
				   "nparACT_base_sleepstudy_fulldaysFALSE.csv";
	struct rig *r = fresh(state);
	int all = read_sleepstudy(), days = all / DAY * DAY, start = 20 * 60;
	r->options[OPTION_MIN_DAYS] = 2;
	report("nparACT sleep study, whole days",
		equal_to_nparact(r, whole, 1, (int[]){days - 60, days, days}, start), 7);
	report("nparACT sleep study, all rows",
		equal_to_nparact(r, rows, 1, (int[]){all, all, all}, start), 7);
}

/* The published figures have two digits; the whole days are what the script looks at. */
static void
sri_with_missing_epochs_is_dropped_or_mismatched(void **state)
{
	struct rig *r = fresh(state);
	int n = read_column("sleep/circadian/sri_test.csv", "sleep", values), equal = 0;
	static const double expected[] = {[PAIRS] = 80.81, [MISMATCH] = 80.69};
	rig_view(r, PERIOD, values, (uint32_t)(n / (2 * DAY) * (2 * DAY)), 30);
	for (int form = PAIRS; form <= MISMATCH; form += MISMATCH - PAIRS) {
		r->options[OPTION_SRI] = form;
		assert_int_equal(rig_score(r), SCORER_OK);
		equal += same_at_two_digits(rig_value(r, "night.sri"), expected[form]);
	}
	report("mengelhard/sri, missing epochs as mismatch and dropped", equal, 2);
}

#define t(f) rig_test(f, "regularity")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(rhythm_equals_pyactigraphy),
		t(sri_and_midpoint_equal_pyactigraphy),
		t(rhythm_equals_nparact),
		t(rhythm_of_the_sleep_study_equals_nparact),
		t(sri_with_missing_epochs_is_dropped_or_mismatched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
