/* SPDX-License-Identifier: MIT */
/* sleep_wake by hand and on made-up nights. */
#include "scorers/sleep_wake_night.h"

#define NIGHT   960 /* epochs: 8 h */
#define NIGHT_S (NIGHT * STEP_S)

struct made {
	double counts[NIGHT], heart[NIGHT];
};

/* A night by second: in bed awake for 20 min, asleep with a stir now and then, awake from
 * 3:00 to 3:20 h. */
static int
is_awake(int s)
{
	return s < 1200 || (s >= 10800 && s < 12000);
}

static double
movement(int s)
{
	if (is_awake(s))
		return 20 + 15 * sin(s / 7.) + 10 * sin(s / 61.);
	return s % 2400 < 20 ? 4 : 0;
}

static double
pulse(int s)
{
	double wave = 2 * sin(s / 400.) + sin(s / 1500.);
	return is_awake(s) ? 72 + 6 * sin(s / 90.) + wave : 55 + wave;
}

static struct made
made_night(void)
{
	struct made m = {0};
	for (int s = 0; s < NIGHT_S; s++) {
		m.counts[s / STEP_S] += movement(s);
		m.heart[s / STEP_S] += pulse(s) / STEP_S;
	}
	return m;
}

static double
greatest_difference(const double *a, const double *b, int from, int to)
{
	double most = 0;
	for (int i = from; i < to; i++) {
		assert_false(isnan(a[i]) || isnan(b[i]));
		most = fmax(most, fabs(a[i] - b[i]));
	}
	return most;
}

static void
lying_awake_is_wake_and_a_still_night_with_stirs_is_sleep(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double asleep[NIGHT];
	int wake = 0, sleep = 0;
	lend(r, m.counts, m.heart, NIGHT);
	assert_int_equal(rig_score(r), SCORER_OK);
	written(r, "asleep", asleep);
	for (int i = 0; i < NIGHT; i++) {
		int awake = is_awake(i * STEP_S);
		wake += awake && asleep[i] == 0;
		sleep += !awake && asleep[i] == 1;
	}
	print_message("made-up night: %d of 80 wake, %d of 880 sleep\n", wake, sleep);
	assert_true(wake >= 76);
	assert_true(sleep >= .93 * 880); /* what the threshold is chosen for */
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
a_night_that_begins_asleep_loses_its_first_minutes_only(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double asleep[NIGHT];
	int wake = 0;
	memcpy(m.heart, m.heart + 80, sizeof(double) * 60);
	memset(m.counts, 0, sizeof(double) * 60);
	lend(r, m.counts, m.heart, NIGHT);
	assert_int_equal(rig_score(r), SCORER_OK);
	written(r, "asleep", asleep);
	for (int i = 0; i < 60; i++)
		wake += asleep[i] == 0;
	print_message("begins asleep: %d of 60 epochs are called wake\n", wake);
	assert_in_range(wake, 1, 12);
}

static void
one_epoch_equals_the_formula(void **state)
{
	struct rig *r = *state;
	double nothing[100], count[100], heart[100], p[100];
	const double *w = sleep_wake_whole, *v = sleep_wake_counts;
	for (int i = 0; i < 100; i++) {
		nothing[i] = NAN;
		count[i] = 5;
		heart[i] = .3;
	}
	heart[99] = NAN;
	lend(r, nothing, NULL, 100);
	rig_view(r, WALCH_COUNT, count, 100, STEP_S);
	rig_view(r, WALCH_HEART, heart, 100, STEP_S);
	score_p(r, p);
	/* every count at the night's mean: c = ln 11; every SD at the median: h = 0 */
	double z = w[0], y = v[0], hours = 60 / 120., last = 99 / 120.;
	for (int k = 1; k <= SLEEP_WAKE_COUNT_WINDOWS; k++) {
		z += w[k] * log(11);
		y += v[k] * log(11);
	}
	z += w[13] * cos(2 * M_PI * (hours + 7) / 24) + w[14] * exp(-hours * 3);
	y += v[8] * cos(2 * M_PI * (last + 7) / 24) + v[9] * exp(-last * 3);
	assert_float_equal(p[60], 1 / (1 + exp(-z)), 1e-12);
	assert_float_equal(p[99], 1 / (1 + exp(-y)), 1e-12);
}

static void
scale_of_counts_does_not_matter(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double p[NIGHT], other[NIGHT];
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, p);
	for (int i = 0; i < NIGHT; i++)
		m.counts[i] *= 37.5;
	score_p(r, other);
	assert_true(greatest_difference(p, other, 0, NIGHT) < 1e-12);
}

static void
minutes_on_the_grid_are_enough(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double p[NIGHT], other[NIGHT];
	int differ = 0;
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, p);
	for (int i = 0; i < NIGHT; i += 2) {
		m.counts[i] += m.counts[i + 1];
		m.counts[i + 1] = m.heart[i + 1] = NAN;
	}
	score_p(r, other);
	for (int i = 0; i < NIGHT; i++)
		differ += (p[i] >= .8) != (other[i] >= .8);
	print_message(
		"minutes for half minutes: %d of %d epochs differ\n", differ, NIGHT);
	assert_true(differ <= 20);
}

/* Gaussian mean of a made-up signal by second, as Walch has it. */
static double
by_second(double (*f)(int), int at, double sigma, int reach)
{
	double sum = 0, weight = 0;
	for (int s = at - reach; s <= at + reach; s++) {
		double w = exp(-.5 * ((s - at) / sigma) * ((s - at) / sigma));
		if (s < 0 || s >= NIGHT_S)
			continue;
		sum += w * f(s);
		weight += w;
	}
	return sum / weight;
}

static void
half_minutes_come_close_to_features_made_by_second(void **state)
{
	static double fast[NIGHT_S / 10];
	struct rig *r = *state;
	struct made m = made_night();
	double p[NIGHT], other[NIGHT], count[NIGHT], heart[NIGHT];
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, p);
	for (int k = 0; k < NIGHT_S / 10; k++)
		fast[k] = by_second(pulse, 10 * k, 120, 1800) -
			  .75 * by_second(pulse, 10 * k, 600, 1800);
	for (int i = 0; i < NIGHT; i++) {
		double n = 0, sum = 0, squares = 0;
		int middle = i * STEP_S + STEP_S / 2;
		count[i] = by_second(movement, middle, 50, 285);
		for (int s = middle - 285; s <= middle + 285; s += 10)
			if (s >= 0 && s < NIGHT_S) {
				n++;
				sum += fast[s / 10];
				squares += fast[s / 10] * fast[s / 10];
			}
		heart[i] = sqrt(fmax(0, squares / n - sum / n * sum / n));
	}
	rig_view(r, WALCH_COUNT, count, NIGHT, STEP_S);
	rig_view(r, WALCH_HEART, heart, NIGHT, STEP_S);
	score_p(r, other);
	double most = greatest_difference(p, other, 0, NIGHT), mean = 0;
	for (int i = 0; i < NIGHT; i++)
		mean += fabs(p[i] - other[i]) / NIGHT;
	print_message(
		"features by second: p differs by %.4f on average, by %.3f at most\n",
		mean, most);
	assert_true(most > 0); /* the lent features are the ones that are used */
	assert_true(mean < .005);
}

static void
without_a_heart_rate_the_other_weights_decide(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double whole[NIGHT], counts[NIGHT], other[NIGHT];
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, whole);
	lend(r, m.counts, NULL, NIGHT);
	score_p(r, counts);
	assert_true(greatest_difference(whole, counts, 0, NIGHT) > .05);
	for (int i = 0; i < NIGHT; i++) /* 20 minutes are too few to know the night */
		if (i < 200 || i >= 240)
			m.heart[i] = NAN;
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, other);
	assert_true(greatest_difference(counts, other, 0, NIGHT) == 0);
	for (int i = 0; i < NIGHT; i++)
		m.heart[i] = 60; /* nobody's heart beats like that: a broken sensor */
	score_p(r, other);
	assert_true(greatest_difference(counts, other, 0, NIGHT) < 1e-12);
}

static void
a_gap_in_the_heart_rate_falls_back_there_only(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double whole[NIGHT], counts[NIGHT], other[NIGHT];
	lend(r, m.counts, NULL, NIGHT);
	score_p(r, counts);
	lend(r, m.counts, m.heart, NIGHT);
	score_p(r, whole);
	for (int i = 500; i < 700; i++)
		m.heart[i] = NAN;
	score_p(r, other);
	assert_true(greatest_difference(counts, other, 520, 680) == 0);
	assert_true(greatest_difference(counts, other, 0, 480) > .05);
	assert_true(greatest_difference(whole, other, 0, 400) < .05);
}

static void
an_epoch_without_movement_data_gets_no_value(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double p[NIGHT];
	lend(r, m.counts, m.heart, NIGHT);
	for (int i = 500; i < 560; i++)
		m.counts[i] = NAN;
	score_p(r, p);
	for (int i = 510; i < 550; i++)
		assert_true(isnan(p[i]));
	assert_false(isnan(p[490]) || isnan(p[570]));
	for (uint32_t i = 0; i < r->out.n_values; i++) {
		int64_t at = (r->values[i].t_ms - r->in.start_ms) / STEP_MS;
		if (at == 490 || at == 570)
			assert_in_range(r->values[i].confidence * 100, 50, 75);
	}
}

static void
what_cannot_be_scored_is_skipped_with_the_reason(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	const double still[NIGHT] = {0};
	lend(r, m.counts, m.heart, NIGHT);
	rig_view(r, ACTIVITY, m.counts, NIGHT, 60);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of 30 s");
	lend(r, m.counts, m.heart, 59);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "less than half an hour of movement data");
	lend(r, still, m.heart, NIGHT);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "nothing moved all night: not worn");
	assert_int_equal(r->out.n_values, 0);
}

static void
threshold_decides_what_is_called_sleep(void **state)
{
	struct rig *r = *state;
	struct made m = made_night();
	double asleep[NIGHT], p[NIGHT];
	const double thresholds[] = {.2, SLEEP_WAKE_THRESHOLD, .95};
	lend(r, m.counts, m.heart, NIGHT);
	assert_float_equal(r->options[0], SLEEP_WAKE_THRESHOLD, 0);
	for (int k = 0; k < 3; k++) {
		r->options[0] = thresholds[k];
		score_p(r, p);
		written(r, "asleep", asleep);
		for (int i = 0; i < NIGHT; i++)
			assert_int_equal(asleep[i], p[i] >= thresholds[k]);
	}
}

#define t(f) rig_test(f, "sleep_wake")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(lying_awake_is_wake_and_a_still_night_with_stirs_is_sleep),
		t(a_night_that_begins_asleep_loses_its_first_minutes_only),
		t(one_epoch_equals_the_formula),
		t(scale_of_counts_does_not_matter),
		t(minutes_on_the_grid_are_enough),
		t(half_minutes_come_close_to_features_made_by_second),
		t(without_a_heart_rate_the_other_weights_decide),
		t(a_gap_in_the_heart_rate_falls_back_there_only),
		t(an_epoch_without_movement_data_gets_no_value),
		t(what_cannot_be_scored_is_skipped_with_the_reason),
		t(threshold_decides_what_is_called_sleep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
