/* SPDX-License-Identifier: MIT */
/* crespo on planted days, and against pyActigraphy's column for three recordings. */
#include "scorers/awd.h"

enum { PAPER, PYACTIGRAPHY };

#define DAY      1440
#define RECORDED (4 * DAY)

/* Days from noon: lively, but for a night [from, to) with a turn every ten minutes. */
static void
plant(double *counts, int from, int to)
{
	for (int i = 0; i < RECORDED; i++) {
		int at = i % DAY, night = at >= from && at < to;
		counts[i] = !night ? 100 + i * 37 % 90 : i % 10 ? 0 : 30;
	}
}

/* The minutes of rest within [from, to), which must be one piece. */
static int
rest_within(const double *rest, int from, int to, int *ret_first)
{
	int first = -1, last = -1, n = 0;
	for (int i = from; i < to; i++)
		if (rest[i] == 1) {
			first = first < 0 ? i : first;
			last = i;
			n++;
		}
	assert_true(n > 0);
	assert_int_equal(n, last - first + 1);
	*ret_first = first;
	return n;
}

/* A median turns where half of its window is night. */
static void
planted_nights_are_found(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140);
	for (int variant = PAPER; variant <= PYACTIGRAPHY; variant++) {
		r->options[0] = variant;
		assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
		assert_int_equal(r->out.n_values, RECORDED);
		written(r, "rest", rest);
		for (int day = 0; day < 4; day++) {
			int first = 0, noon = day * DAY + 61;
			int n = rest_within(rest, noon, noon + DAY - 122, &first);
			assert_in_range(first - day * DAY, 630, 690);
			assert_in_range(n, 420, 540);
		}
	}
}

static void
a_short_waking_is_part_of_the_night_and_a_nap_of_the_day(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	int first = 0;
	plant(counts, 660, 1140);
	for (int i = 0; i < 60; i++) {
		counts[DAY + 900 + i] = 150;
		counts[2 * DAY + 200 + i] = 0;
	}
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	assert_true(rest_within(rest, DAY + 61, 2 * DAY - 61, &first) > 400);
	assert_true(rest_within(rest, 2 * DAY + 61, 3 * DAY - 61, &first) > 400);
	assert_true(first > 2 * DAY + 600);
}

static void
a_tracker_taken_off_at_noon_is_not_the_night(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140);
	for (int i = 0; i < 180; i++) /* three hours of zeros by day */
		counts[DAY + 240 + i] = 0;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 200; i < 450; i++)
		assert_float_equal(rest[DAY + i], 0, 0);
}

static void
ends_are_what_they_touch_on_paper_and_rest_in_pyactigraphy(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140);
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 0; i < 60; i++) {
		assert_float_equal(rest[i], 0, 0);
		assert_float_equal(rest[RECORDED - 1 - i], 0, 0);
	}
	r->options[0] = PYACTIGRAPHY;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 1; i < 61; i++) {
		assert_float_equal(rest[i], (i < 60), 0);
		assert_float_equal(rest[RECORDED - 1 - i], (i < 60), 0);
	}
	assert_float_equal(rest[0], 0, 0);
	assert_float_equal(rest[RECORDED - 1], 0, 0);
}

static void
what_was_not_recorded_gets_no_value_and_is_no_stillness(void **state)
{
	static double counts[RECORDED], rest[RECORDED];
	struct rig *r = *state;
	plant(counts, 660, 1140);
	for (int i = 0; i < 240; i++)
		counts[DAY + 200 + i] = NAN;
	assert_int_equal(score_recording(r, counts, RECORDED, 60), SCORER_OK);
	written(r, "rest", rest);
	for (int i = 0; i < 240; i++)
		assert_true(isnan(rest[DAY + 200 + i]));
	for (int i = 62; i < 200; i++)
		assert_float_equal(rest[DAY + i], 0, 0);
	for (int i = 440; i < 600; i++)
		assert_float_equal(rest[DAY + i], 0, 0);
	assert_float_equal(r->values[0].confidence, 241 / 481., 1e-12);
	assert_float_equal(r->values[700].confidence, 1, 1e-12);
	assert_float_equal(r->values[DAY + 199].confidence, 241 / 481., 1e-12);
	assert_int_equal(score_recording(r, counts, DAY - 1, 60), SCORER_SKIP);
	assert_string_equal(r->out.skip, "too few hours of activity");
	rig_view(r, 0, counts, 4000, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
a_recording_of_nothing_but_zeros_has_no_fault(void **state)
{
	static double counts[2 * DAY];
	struct rig *r = *state;
	for (int variant = PAPER; variant <= PYACTIGRAPHY; variant++) {
		r->options[0] = variant;
		assert_int_equal(score_recording(r, counts, 2 * DAY, 60), SCORER_OK);
		assert_int_equal(r->out.n_values, 2 * DAY);
		assert_float_equal(r->values[DAY].value, 1, 0);
	}
}

static int
count_equal(struct rig *r, const double *label, int n, int *ret_edges)
{
	static double rest[EPOCHS_MAX];
	int equal = 0;
	*ret_edges = 0;
	written(r, "rest", rest);
	for (int i = 0; i < n; i++) {
		equal += rest[i] == 1 - label[i]; /* 1 = active there */
		if (i > 0 && label[i] != label[i - 1])
			*ret_edges += rest[i] == 1 - label[i] &&
				      rest[i - 1] == 1 - label[i - 1];
	}
	return equal;
}

static void
every_minute_and_edge_equals_pyactigraphy(void **state)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX];
	struct rig *r = *state;
	/* onsets and offsets of *_crespo_aot.csv */
	static const int edges_there[] = {28, 28, 30};
	/* so that the paper's wording changes only when it is meant to */
	static const int by_paper[] = {18151, 18210, 21247};
	for (int k = 1; k <= 3; k++) {
		int edges = 0, paper_edges = 0;
		int n = read_awd(k, "pyactigraphy", "activity", counts);
		assert_int_equal(read_awd(k, "pyactigraphy", "crespo", label), n);
		r->options[0] = PAPER;
		assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
		int paper = count_equal(r, label, n, &paper_edges);
		r->options[0] = PYACTIGRAPHY;
		assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
		int equal = count_equal(r, label, n, &edges);
		print_message("crespo, AWD 0%d: pyActigraphy %d of %d equal, %d edges; "
			      "as published %d, %d edges\n",
			k, equal, n, edges, paper, paper_edges);
		assert_int_equal(equal, n);
		assert_int_equal(edges, edges_there[k - 1]);
		assert_int_equal(paper, by_paper[k - 1]);
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Of those that are there, sorted on the way; NAN of less than `least`. */
static double
plain_quantile(const double *v, int n, double q, int least)
{
	static double in[RECORDED];
	int m = 0;
	for (int i = 0; i < n; i++)
		if (!isnan(v[i]))
			in[m++] = v[i];
	if (m < least)
		return NAN;
	qsort(in, (size_t)m, sizeof *in, by_value);
	double rank = (m - 1) * q, low = in[(int)rank];
	return rank == floor(rank)
		       ? low
		       : low + (rank - floor(rank)) * (in[(int)rank + 1] - low);
}

/* Active: the median of v, padded, above its own third. */
static void
plain_active(const double *v, int n, int pad, int least, int *ret)
{
	static double padded[RECORDED + 480], median[RECORDED];
	double greatest = 0;
	for (int i = 0; i < n; i++)
		greatest = fmax(greatest, v[i]);
	for (int i = 0; i < n + 2 * pad; i++)
		padded[i] = i >= pad && i < n + pad ? v[i - pad] : greatest;
	for (int i = 0; i < n; i++) {
		int half = 240, at = i + pad;
		half = at < half ? at : half;
		half = n + 2 * pad - 1 - at < half ? n + 2 * pad - 1 - at : half;
		median[i] = plain_quantile(padded + at - half, 2 * half + 1, .5, least);
	}
	double threshold = plain_quantile(median, n, 8. / 24, 1);
	for (int i = 0; i < n; i++)
		ret[i] = median[i] > threshold;
}

/* Dilation (value 1) or erosion (0) over `length` minutes; outside it is `border`. */
static void
spread(int *y, int n, int length, int value, int border)
{
	static int was[RECORDED];
	memcpy(was, y, (size_t)n * sizeof *y);
	for (int i = 0; i < n; i++)
		for (int k = i - length / 2; k <= i + length / 2; k++)
			if ((k < 0 || k >= n ? border : was[k]) == value)
				y[i] = value;
}

/* How long the zeros around minute i last, in its state. */
static int
still_for(const double *v, const int *y, int n, int i, int joined)
{
	int length = 1;
	for (int step = -1; step <= 1; step += 2)
		for (int k = i + step; k >= 0 && k < n; k += step) {
			if (y[k] != y[i] && joined)
				continue;
			if (y[k] != y[i] || v[k] != 0)
				break;
			length++;
		}
	return length;
}

static void
plain_crespo(const double *v, int n, int is_paper, int *ret_active)
{
	static double filled[RECORDED], left[RECORDED];
	static int same[RECORDED];
	double filler = plain_quantile(v, n, .33, 1);
	for (int i = 0; i < n; i++)
		filled[i] = v[i] == 0 && still_for(v, same, n, i, 0) > 15 ? filler : v[i];
	plain_active(filled, n, 240, 1, ret_active);
	spread(ret_active, n, 61, 1, 0);
	spread(ret_active, n, 61, 0, 1);
	if (is_paper) {
		spread(ret_active, n, 61, 0, 1);
		spread(ret_active, n, 61, 1, 0);
	}
	for (int i = 0; i < n; i++) {
		int most = (ret_active[i] ? 2 : 30) - !is_paper;
		left[i] = v[i] == 0 && still_for(v, ret_active, n, i, !is_paper) > most
				  ? NAN
				  : v[i];
	}
	plain_active(left, n, 60, 60, ret_active);
	spread(ret_active, n, 121, 1, 0);
	spread(ret_active, n, 121, 0, is_paper);
	spread(ret_active, n, 121, 0, is_paper);
	spread(ret_active, n, 121, 1, 0);
	if (!is_paper)
		ret_active[0] = ret_active[n - 1] = 1;
}

/* Wild days: moods of an hour or two, zeros and gaps now and then. */
static void
random_days_equal_the_plain_method(void **state)
{
	static double counts[2 * DAY], rest[2 * DAY];
	static int active[2 * DAY];
	struct rig *r = *state;
	uint64_t seed = 4;
	int n = 2 * DAY - 77, turns = 0;
	for (int days = 0; days < 20; days++) {
		int mood = 0, left = 0;
		for (int i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			unsigned dice = (unsigned)(seed >> 40);
			if (left-- == 0) {
				mood = dice % (days % 3 ? 4 : 3);
				left = (int)(dice / 8 % (mood == 3 ? 400 : 200));
			}
			counts[i] = mood == 3   ? (dice / 64 % 23 ? 0 : 9)
				    : mood == 0 ? dice / 64 % 12
						: dice / 64 % 4 * mood * 5. + days % 2;
			if (days % 4 == 3 && dice / 16 % 97 == 0)
				counts[i] = NAN;
		}
		for (int variant = PAPER; variant <= PYACTIGRAPHY; variant++) {
			r->options[0] = variant;
			assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
			written(r, "rest", rest);
			plain_crespo(counts, n, variant == PAPER, active);
			for (int i = 0; i < n; i++) {
				if (!isnan(counts[i]))
					assert_int_equal((int)rest[i], !active[i]);
				turns += i > 0 && active[i] != active[i - 1];
			}
		}
	}
	print_message("crespo: equal to the plain method, over %d turns\n", turns);
	assert_true(turns > 100);
}

#define t(f) rig_test(f, "crespo")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(planted_nights_are_found),
		t(a_short_waking_is_part_of_the_night_and_a_nap_of_the_day),
		t(a_tracker_taken_off_at_noon_is_not_the_night),
		t(ends_are_what_they_touch_on_paper_and_rest_in_pyactigraphy),
		t(what_was_not_recorded_gets_no_value_and_is_no_stillness),
		t(a_recording_of_nothing_but_zeros_has_no_fault),
		t(every_minute_and_edge_equals_pyactigraphy),
		t(random_days_equal_the_plain_method),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
