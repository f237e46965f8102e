/* SPDX-License-Identifier: MIT */
/* rr_clean on beats made by hand, and against biopeaks and hrv-analysis on shared series.
 * */
#include "scorers/beats.h"

enum { METHOD, GAP, TOLERANCE, MIN_BEATS };
enum { LIPPONEN, BIOPEAKS, RANGE_MALIK, RANGE_KAMATH, RANGE_KARLSSON, NONE };
enum { NORMAL, ECTOPIC, MISSED, EXTRA, LONG_SHORT };

static struct beats in, clean, class;

/* Around 900 ms, with breathing; what happens in between is the test's. */
static double
calm(uint32_t i)
{
	uint64_t seed = i;
	beats_chance(&seed);
	return round(900 + 10 * sin(i * 1.6) + 30 * beats_chance(&seed));
}

static void
add_calm(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		beats_next(&in, calm(in.n));
}

static int
run(struct rig *r)
{
	beats_lend(r, &in);
	int code = rig_score(r);
	beats_written(r, "rr.clean", &clean);
	beats_written(r, "rr.class", &class);
	return code;
}

static uint32_t
count_class(int c)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < class.n; i++)
		n += class.v[i] == c;
	return n;
}

static void
calm_beats_pass_unchanged(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(120);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, in.n);
	assert_memory_equal(clean.v, in.v, in.n * sizeof *in.v);
	assert_memory_equal(clean.t, in.t, in.n * sizeof *in.t);
	assert_int_equal(count_class(NORMAL), in.n);
	assert_float_equal(rig_value(r, "night.rr_artifact_pct"), 0, 0);
}

static void
a_beat_of_two_milliseconds_more_is_no_artefact(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	for (int i = 0; i < 120; i++)
		beats_next(&in, i == 60 ? 902 : 900);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(count_class(NORMAL), 120);
	in.v[60] += 200;
	for (uint32_t i = 60; i < in.n; i++)
		in.t[i] += 200;
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(count_class(NORMAL), 119);
}

static void
missed_beat_comes_in_halfway(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(60);
	beats_next(&in, 1810);
	add_calm(60);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(class.v[60], MISSED);
	assert_int_equal(count_class(NORMAL), 120);
	assert_int_equal(clean.n, 122);
	assert_int_equal(clean.v[60], 905);
	assert_int_equal(clean.v[61], 905);
	assert_int_equal(clean.t[61], in.t[60]);
	assert_float_equal(rig_value(r, "night.rr_artifact_pct"), 100 / 121.0, 1e-9);
}

static void
extra_beat_goes(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(60);
	beats_next(&in, 350);
	beats_next(&in, 560);
	add_calm(60);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(class.v[60], EXTRA);
	assert_int_equal(
		class.v[61], LONG_SHORT); /* its interval began at the extra one */
	assert_int_equal(count_class(NORMAL), 120);
	assert_int_equal(clean.n, 121);
	for (uint32_t i = 0; i < clean.n; i++)
		assert_in_range(clean.v[i], 885, 945);
}

/* One pass leaves a part of it: the beat itself is long or short, the pause ectopic. */
static void
premature_beat_with_its_pause_is_drawn_in(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(60);
	beats_next(&in, 600);
	beats_next(&in, 1200);
	add_calm(60);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(class.v[60], LONG_SHORT);
	assert_int_equal(class.v[61], ECTOPIC);
	assert_int_equal(clean.n, 122);
	for (uint32_t i = 0; i < clean.n; i++)
		assert_in_range(clean.v[i], 820, 1055);
	assert_int_equal(clean.t[121], in.t[121]);
}

static void
gaps_part_the_beats_before_anything_is_judged(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(60);
	beats_next(&in, 2001); /* a gap of its own */
	add_calm(60);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, 120);
	assert_int_equal(count_class(NORMAL), 120);
	assert_int_equal(clean.t[60], in.t[61]);

	in.n = 0;
	add_calm(60);
	beats_add(&in, in.t[59] + 60000, 900); /* a minute of beats lacks */
	add_calm(60);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, 121);
	assert_memory_equal(clean.t, in.t, in.n * sizeof *in.t);
	assert_float_equal(r->values[r->out.n_values - 1].confidence,
		(double)(in.t[120] - 59100) / (double)in.t[120], 1e-3);

	r->options[GAP] = 60000; /* the same as one series of intervals */
	in.v[60] = 60000;
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(class.v[60], LONG_SHORT);
}

static void
stamps_of_whole_seconds_are_no_gaps(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(120);
	for (uint32_t i = 1; i < in.n; i++)
		in.t[i] -= in.t[i] % 1000 - (in.t[i] / 1000 == in.t[i - 1] / 1000);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, 120);
	assert_memory_equal(clean.v, in.v, in.n * sizeof *in.v);
}

static void
series_that_overlap_are_parted_and_come_out_in_order(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	add_calm(60);
	for (int i = 0; i < 6; i++) /* six beats too many for the time that passed */
		beats_add(&in, in.t[in.n - 1] + 500, 1000);
	add_calm(60);
	r->options[MIN_BEATS] = 12;
	assert_int_equal(run(r), SCORER_OK); /* beats_written checks the order */
	assert_in_range(clean.n, 115, 125);
}

static void
short_runs_are_left_out(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	for (int i = 0; i < 10; i++) {
		add_calm(45);
		beats_next(&in, 9000);
	}
	assert_int_equal(run(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no 46 beats without a gap");
	assert_int_equal(r->out.n_values, 0);
	add_calm(46);
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, 46);
	in.n = 0;
	assert_int_equal(run(r), SCORER_SKIP);
}

/* The rig holds every value against its range, beats_written the order of the times. */
static void
whatever_comes_in_comes_out_in_order_and_in_range(void **state)
{
	struct rig *r = *state;
	uint64_t seed = 1;
	for (int night = 0; night < 300; night++) {
		in.n = 0;
		while (in.n < 400) {
			double odd = beats_chance(&seed),
			       rr = 900 + 30 * beats_normal(&seed);
			int64_t t = in.n ? in.t[in.n - 1] : 5000;
			rr *= odd < 0.05 ? 2 : odd < 0.1 ? 0.3 : odd < 0.12 ? 6 : 1;
			t += odd > 0.99 ? 1 + llround(9000 * beats_chance(&seed))
					: llround(rr);
			beats_add(&in, t, odd > 0.985 && odd < 0.99 ? NAN : rr);
		}
		r->options[METHOD] = night % (NONE + 1);
		r->options[GAP] = night % 3 ? 2000 : 60000;
		r->options[MIN_BEATS] = 12;
		run(r);
		assert_true(clean.n <= 2 * in.n && class.n <= in.n);
	}
}

static void
range_filters_replace_but_never_extrapolate(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	beats_next(&in, 250); /* out of range at the end: nothing to interpolate from */
	add_calm(60);
	beats_next(&in, 2500);
	add_calm(60);
	r->options[GAP] = 3000;
	for (int method = RANGE_MALIK; method <= RANGE_KARLSSON; method++) {
		r->options[METHOD] = method;
		assert_int_equal(run(r), SCORER_OK);
		assert_int_equal(clean.n, 121);
		assert_int_equal(count_class(LONG_SHORT), 2);
		assert_float_equal(clean.v[60], (in.v[60] + in.v[62]) / 2, 1e-9);
	}
	in.v[30] = 1300;
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(class.v[30], ECTOPIC);
	r->options[METHOD] = NONE;
	assert_int_equal(run(r), SCORER_OK);
	assert_int_equal(clean.n, in.n);
	assert_int_equal(count_class(NORMAL), in.n);
}

/* The oracle's classes, peak 0 being the start of the series; -1 = no such file. */
static int
read_classes(const char *series, uint8_t *ret)
{
	static const char *const names[] = {
		"", "ectopic", "missed", "extra", "longshort"};
	char path[256], line[64], *c[2];
	int n = 0;
	snprintf(path, sizeof path,
		"sleep/hrv_rr/oracle/%s_lipponen_singlepass_artifacts.csv", series);
	FILE *f = shared_data(path);
	assert_non_null(f);
	memset(ret, 0, BEATS_MAX);
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f) && split(line, c, 2) == 2)
		for (int k = 1; k <= LONG_SHORT; k++)
			if (strcmp(c[0], names[k]) == 0) {
				ret[(int)number(c[1])] = (uint8_t)k;
				n++;
			}
	fclose(f);
	return n;
}

/* The oracle's corrected peaks, less the two times that it repeats. */
static uint32_t
read_peaks(const char *series, int64_t *ret)
{
	char path[256], line[64];
	uint32_t n = 0;
	snprintf(path, sizeof path,
		"sleep/hrv_rr/oracle/%s_lipponen_singlepass_clean_peaks_ms.txt", series);
	FILE *f = shared_data(path);
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		int64_t t = llround(number(line));
		int is_repeated = strcmp(series, "mmash_user_10_sleep") == 0 &&
				  (t == 7136279 || t == 7440335) && n && ret[n - 1] == t;
		if (!is_repeated)
			ret[n++] = t;
	}
	fclose(f);
	return n;
}

/* As if the beats ran without a gap, as the oracle has them. */
static void
run_whole(struct rig *r, const char *series, int method)
{
	beats_read(&in, series);
	r->options[METHOD] = method;
	r->options[GAP] = r->options[TOLERANCE] = 60000;
	assert_int_equal(run(r), SCORER_OK);
}

static void
classes_equal_the_oracle_on_4_series(void **state)
{
	static uint8_t want[BEATS_MAX];
	for (size_t s = 0; s < array_len(beats_series); s++) {
		run_whole(*state, beats_series[s], LIPPONEN);
		int n = read_classes(beats_series[s], want), equal = 0;
		uint32_t same = 0;
		for (uint32_t i = 0; i < class.n; i++) {
			same += class.v[i] == want[i + 1];
			equal += want[i + 1] && class.v[i] == want[i + 1];
		}
		print_message("%s: %d of %d artefacts, %u of %u beats\n", beats_series[s],
			equal, n, same, class.n);
		assert_int_equal(equal, n);
		assert_int_equal(same, in.n);
	}
}

/* How many corrected peaks are not the oracle's: only within four beats
 * after an extra one. */
static uint32_t
count_moved(struct rig *r, const char *series, int method)
{
	static int64_t want[BEATS_MAX];
	run_whole(r, series, method);
	uint32_t n = read_peaks(series, want), differ = 0;
	assert_int_equal(clean.n + 1, n);
	for (uint32_t i = 0, k = 0; i < clean.n; i++) {
		if (clean.t[i] == want[i + 1])
			continue;
		while (class.t[k] < want[i + 1])
			k++;
		int after = 1;
		while (after < 4 && class.v[k - after] != EXTRA)
			after++;
		assert_int_equal(class.v[k - after], EXTRA);
		differ++;
	}
	print_message("%s, %s: %u of %u corrected peaks, RMSSD %.2f ms\n", series,
		method == LIPPONEN ? "lipponen" : "biopeaks", n - differ, n,
		beats_rmssd(&clean));
	return differ;
}

/* Where a long or short beat follows an extra one that is not the series' first, biopeaks
 * moves the beat after it in its stead,
 * and so on with those that follow. */
static void
corrected_peaks_equal_the_oracle_on_4_series(void **state)
{
	static const uint32_t off[] = {0, 0, 3, 6};
	for (size_t s = 0; s < array_len(beats_series); s++) {
		assert_int_equal(count_moved(*state, beats_series[s], BIOPEAKS), 0);
		assert_int_equal(count_moved(*state, beats_series[s], LIPPONEN), off[s]);
	}
}

/* RMSSD of a row of the oracle's table. */
static double
oracle_rmssd(const char *series, const char *variant)
{
	char line[1024], *c[20];
	double rmssd = NAN;
	FILE *f = shared_data("sleep/hrv_rr/oracle/time_domain_hrvanalysis.csv");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (split(line, c, 20) == 20 && strcmp(c[0], series) == 0 &&
			strstr(c[2], variant))
			rmssd = number(c[10]);
	fclose(f);
	return rmssd;
}

/* hrv-analysis repeats the last good interval in place of a bad end; so does this for it.
 * */
static void
range_filters_give_the_documented_rmssd(void **state)
{
	static const char *const rules[] = {
		[RANGE_MALIK] = "malik", "kamath", "karlsson", "raw"};
	for (size_t s = 0; s < array_len(beats_series); s++) {
		for (int method = RANGE_MALIK; method <= NONE; method++) {
			run_whole(*state, beats_series[s], method);
			double want = oracle_rmssd(beats_series[s], rules[method]);
			if (clean.t[clean.n - 1] < in.t[in.n - 1])
				beats_next(&clean, clean.v[clean.n - 1]);
			double got = beats_rmssd(&clean);
			print_message("%s %s: %.4f, oracle %.4f ms\n", beats_series[s],
				rules[method], got, want);
			assert_int_equal(clean.n, in.n);
			assert_float_equal(got, want, 1e-3);
		}
	}
}

#define t(f) rig_test(f, "rr_clean")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(calm_beats_pass_unchanged),
		t(a_beat_of_two_milliseconds_more_is_no_artefact),
		t(missed_beat_comes_in_halfway),
		t(extra_beat_goes),
		t(premature_beat_with_its_pause_is_drawn_in),
		t(gaps_part_the_beats_before_anything_is_judged),
		t(stamps_of_whole_seconds_are_no_gaps),
		t(series_that_overlap_are_parted_and_come_out_in_order),
		t(short_runs_are_left_out),
		t(whatever_comes_in_comes_out_in_order_and_in_range),
		t(range_filters_replace_but_never_extrapolate),
		t(classes_equal_the_oracle_on_4_series),
		t(corrected_peaks_equal_the_oracle_on_4_series),
		t(range_filters_give_the_documented_rmssd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
