/* SPDX-License-Identifier: MIT */
/* hdcza on planted nights, and against the method written plainly. */
#include "scorers/rig.h"

#include <math.h>

enum { PAPER, SKDH };

#define EPOCH_MS  5000
#define HOUR      720 /* epochs */
#define MINUTE    12
#define DAY       (24 * HOUR)
#define HOUR_MS   3600000LL
#define MINUTE_MS 60000
#define NOON_MS   (20000LL * 24 * HOUR_MS + 12 * HOUR_MS) /* some day, UTC */

static uint64_t seed = 9;

static double
chance(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed % 20001) / 10000 - 1;
}

/* An arm that turns by up to +-30 deg every 5 s. */
static void
awake(double *z, int from, int to)
{
	for (int i = from; i < to; i++)
		z[i] = 30 * chance();
}

/* One that lies, within +-0.02 deg. */
static void
lying(double *z, int from, int to)
{
	for (int i = from; i < to; i++)
		z[i] = -20 + .02 * chance();
}

static int
score_angles(struct rig *r, const double *z, int n, int64_t t0)
{
	r->in.start_ms = t0;
	r->in.end_ms = r->in.at_ms = t0 + (int64_t)n * EPOCH_MS;
	rig_view(r, 0, z, (uint32_t)n, EPOCH_MS / 1000);
	return rig_score(r);
}

/* The value of the minute at t; NAN without one. */
static double
rest_at(const struct rig *r, int64_t t)
{
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (r->values[i].t_ms == t)
			return r->values[i].value;
	return NAN;
}

/* The first and the last minute of rest from t on, as hours after t; the count between. */
static void
assert_rest(const struct rig *r, int64_t t, int hours, double begin, double end)
{
	int first = -1, last = -1, n = 0;
	for (int m = 0; m < hours * 60; m++)
		if (rest_at(r, t + m * (int64_t)MINUTE_MS) == 1) {
			first = first < 0 ? m : first;
			last = m;
			n++;
		}
	assert_int_equal(n, first < 0 ? 0 : last - first + 1); /* one piece */
	assert_float_equal(first / 60., begin, 3 / 60.);
	assert_float_equal((last + 1) / 60., end, 3 / 60.);
}

static void
a_planted_night_is_found_to_a_few_minutes(void **state)
{
	static double z[DAY];
	awake(z, 0, DAY);
	lying(z, 11 * HOUR, 18 * HOUR);
	assert_int_equal(score_angles(*state, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(*state, NOON_MS, 24, 11, 18);
	assert_int_equal(((struct rig *)*state)->out.n_values, 24 * 60);
}

static void
two_days_give_both_nights(void **state)
{
	static double z[2 * DAY + 6 * HOUR];
	struct rig *r = *state;
	awake(z, 0, 2 * DAY + 6 * HOUR);
	lying(z, 9 * HOUR, 15 * HOUR);
	lying(z, DAY + 13 * HOUR, DAY + 17 * HOUR);
	lying(z, 2 * DAY + HOUR, 2 * DAY + 4 * HOUR); /* an evening, six hours seen */
	assert_int_equal(score_angles(r, z, 2 * DAY + 6 * HOUR, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 9, 15);
	assert_rest(r, NOON_MS + 24 * HOUR_MS, 24, 13, 17);
	assert_true(isnan(rest_at(r, NOON_MS + 49 * HOUR_MS)));
}

static void
days_change_at_local_noon(void **state)
{
	static double z[2 * DAY];
	struct rig *r = *state;
	awake(z, 0, 2 * DAY);
	/* noon UTC is 23:00 in +11: one sleep there, across the first noon UTC */
	lying(z, DAY - 2 * HOUR, DAY + 5 * HOUR);
	lying(z, DAY - 8 * HOUR, DAY - 5 * HOUR); /* and a shorter one before */
	r->in.offset_s = 11 * 3600;
	assert_int_equal(score_angles(r, z, 2 * DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS + 13 * HOUR_MS, 24, 9, 16);
	r->in.offset_s = 0; /* noon cuts it: what is left is shorter than the other */
	assert_int_equal(score_angles(r, z, 2 * DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 16, 19);
	assert_rest(r, NOON_MS + 24 * HOUR_MS, 24, 0, 5);
}

static void
an_hour_up_divides_and_less_does_not(void **state)
{
	static double z[DAY];
	awake(z, 0, DAY);
	lying(z, 10 * HOUR, 18 * HOUR);
	awake(z, 12 * HOUR, 12 * HOUR + 50 * MINUTE);
	assert_int_equal(score_angles(*state, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(*state, NOON_MS, 24, 10, 18);
	awake(z, 12 * HOUR, 12 * HOUR + 70 * MINUTE);
	assert_int_equal(score_angles(*state, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(*state, NOON_MS, 24, 13 + 10 / 60., 18);
}

static void
half_an_hour_on_the_sofa_is_no_block(void **state)
{
	static double z[DAY];
	struct rig *r = *state;
	awake(z, 0, DAY);
	lying(z, 8 * HOUR, 8 * HOUR + 29 * MINUTE);
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	for (uint32_t i = 0; i < r->out.n_values; i++)
		assert_float_equal(r->values[i].value, 0, 0);
	lying(z, 8 * HOUR, 8 * HOUR + 36 * MINUTE);
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 8, 8.6);
}

/* Lying for n epochs makes n - 1 of them still: x is the middle of 59 changes. */
static void
limits_are_more_than_30_min_and_less_than_60(void **state)
{
	static double z[DAY];
	struct rig *r = *state;
	for (int n = 361; n <= 362; n++) {
		for (int i = 0; i < DAY; i++)
			z[i] = i >= 8 * HOUR && i < 8 * HOUR + n ? 0 : i % 2 ? 10 : -10;
		assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
		assert_float_equal(rest_at(r, NOON_MS + 8 * HOUR_MS + 15 * MINUTE_MS),
			(n == 362), 0);
	}
	for (int gap = 718; gap <= 719; gap++) {
		for (int i = 0; i < DAY; i++)
			z[i] = i < 8 * HOUR || i >= 14 * HOUR ||
					       (i >= 10 * HOUR && i < 10 * HOUR + gap)
				       ? (i % 2 ? 10 : -10)
				       : 0;
		assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
		assert_float_equal(rest_at(r, NOON_MS + 9 * HOUR_MS), (gap == 718), 0);
		assert_float_equal(rest_at(r, NOON_MS + 13 * HOUR_MS), 1, 0);
	}
}

/* All day changes of 0.12 deg: above 0.10, below 0.13. */
static void
variant_sets_the_lower_limit(void **state)
{
	static double z[DAY];
	struct rig *r = *state;
	for (int i = 0; i < DAY; i++)
		z[i] = i % 2 ? .12 : 0;
	for (int i = 0; i < 3 * HOUR; i++)
		z[i] = 0; /* the 10th percentile is 0: the limit holds */
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 0, 24);
	r->options[0] = SKDH;
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 0, 3);
	r->options[0] = PAPER; /* at the limit itself: not below */
	for (int i = 3 * HOUR; i < DAY; i++)
		z[i] = i % 2 ? .13 : 0;
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 0, 3);
}

static void
a_watch_on_the_table_is_left_out_where_it_is_known(void **state)
{
	static double z[DAY], worn[24 * 60];
	struct rig *r = *state;
	awake(z, 0, DAY);
	lying(z, 2 * HOUR, 10 * HOUR); /* on the table */
	lying(z, 12 * HOUR, 18 * HOUR);
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 2, 10);
	for (int m = 0; m < 24 * 60; m++)
		worn[m] = m < 2 * 60 || m >= 10 * 60;
	r->in.start_ms = NOON_MS;
	rig_view(r, 1, worn, 24 * 60, 60);
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 12, 18);
	assert_true(isnan(rest_at(r, NOON_MS + 5 * HOUR_MS)));
}

static void
gaps_get_no_value_and_end_a_block(void **state)
{
	static double z[DAY];
	struct rig *r = *state;
	awake(z, 0, DAY);
	lying(z, 10 * HOUR, 18 * HOUR);
	for (int i = 14 * HOUR; i < 14 * HOUR + 20 * MINUTE; i++)
		z[i] = NAN; /* charging: the rest goes on behind it */
	for (int i = 9; i < 12; i++)
		z[10 * HOUR + i] = NAN;
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_true(isnan(rest_at(r, NOON_MS + 14 * HOUR_MS + 5 * MINUTE_MS)));
	assert_float_equal(rest_at(r, NOON_MS + 15 * HOUR_MS), 1, 0);
	assert_float_equal(rest_at(r, NOON_MS + 11 * HOUR_MS), 1, 0);
	assert_float_equal(r->values[600].confidence, .75, 1e-12);
	for (int i = 14 * HOUR; i < 16 * HOUR; i++)
		z[i] = NAN;
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
	assert_rest(r, NOON_MS, 24, 10, 14);
	for (int i = 0; i < 13 * HOUR; i++)
		z[i] = NAN;
	assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no day from noon to noon with enough angles");
	rig_view(r, 0, z, DAY, 60);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "angle_z is not one of every 5 s");
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The day as the paper tells it, every median sorted anew. */
static void
plain_rest(const double *z, int8_t *ret_rest)
{
	static double x[DAY], sorted[DAY];
	int n = 0, best = 0, best_at = 0;
	for (int i = 0; i < DAY; i++) {
		double in[60];
		int k = 0;
		for (int j = i - 29; j <= i + 29; j++)
			if (j > 0 && j < DAY && !isnan(z[j]) && !isnan(z[j - 1]))
				in[k++] = fabs(z[j] - z[j - 1]);
		qsort(in, (size_t)k, sizeof *in, by_value);
		x[i] = k >= 30 ? (in[(k - 1) / 2] + in[k / 2]) / 2 : NAN;
		if (!isnan(x[i]))
			sorted[n++] = x[i];
	}
	qsort(sorted, (size_t)n, sizeof *sorted, by_value);
	double rank = .1 * (n - 1), low = sorted[(int)rank];
	double p10 = low + (rank - (int)rank) * (sorted[(int)rank + 1] - low);
	double threshold = fmin(fmax(15 * p10, .13), .5);
	for (int i = 0; i < DAY; i++)
		ret_rest[i] = x[i] < threshold;
	for (int value = 1; value >= 0; value--) /* short blocks away, short gaps shut */
		for (int i = 0, j; i < DAY; i = j) {
			for (j = i; j < DAY && ret_rest[j] == ret_rest[i]; j++)
				;
			int is_short = value ? j - i <= 360 : j - i < 720 && i && j < DAY;
			if (ret_rest[i] == value && is_short)
				memset(ret_rest + i, !value, (size_t)(j - i));
		}
	for (int i = 0, j; i < DAY; i = j) {
		for (j = i; j < DAY && ret_rest[j] == ret_rest[i]; j++)
			;
		if (ret_rest[i] && j - i > best) {
			best = j - i;
			best_at = i;
		}
	}
	for (int i = 0; i < DAY; i++)
		ret_rest[i] = i >= best_at && i < best_at + best;
}

static void
random_days_equal_the_plain_method(void **state)
{
	static double z[DAY];
	static int8_t rest[DAY];
	struct rig *r = *state;
	int minutes = 0, resting = 0;
	for (int day = 0; day < 8; day++) {
		double size = 1;
		for (int i = 0; i < DAY; i++) {
			if (i % (15 * MINUTE) == 0) /* a mood a quarter of an hour */
				size = pow(10, 1.6 * chance() - .3) *
				       (i > 9 * HOUR && i < 17 * HOUR ? .1 : 1);
			z[i] = fabs(chance()) < .01 + day % 3 * .14 ? NAN
								    : 4 * size * chance();
		}
		plain_rest(z, rest);
		assert_int_equal(score_angles(r, z, DAY, NOON_MS), SCORER_OK);
		for (uint32_t i = 0; i < r->out.n_values; i++) {
			int at = (int)((r->values[i].t_ms - NOON_MS) / EPOCH_MS), n = 0;
			for (int k = at; k < at + MINUTE; k++)
				n += rest[k];
			assert_int_equal((int)r->values[i].value, 2 * n >= MINUTE);
			minutes++;
			resting += 2 * n >= MINUTE;
		}
	}
	print_message("hdcza: %d minutes equal, %d of them rest\n", minutes, resting);
	assert_true(resting > 500);
}

#define t(f) rig_test(f, "hdcza")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(a_planted_night_is_found_to_a_few_minutes),
		t(two_days_give_both_nights),
		t(days_change_at_local_noon),
		t(an_hour_up_divides_and_less_does_not),
		t(half_an_hour_on_the_sofa_is_no_block),
		t(limits_are_more_than_30_min_and_less_than_60),
		t(variant_sets_the_lower_limit),
		t(a_watch_on_the_table_is_left_out_where_it_is_known),
		t(gaps_get_no_value_and_end_a_block),
		t(random_days_equal_the_plain_method),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
