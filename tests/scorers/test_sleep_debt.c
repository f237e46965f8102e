/* SPDX-License-Identifier: MIT */
/* sleep_debt by hand. */
#include "scorers/rig.h"

enum { OPTION_NEED, OPTION_FORM, OPTION_MIN_NIGHTS };
#define NIGHTS 42

static double tst[NIGHTS];

/* All nights of `usual` minutes but the last `n`, which are given. */
static int
score_nights(struct rig *r, double usual, const double *last, int n)
{
	for (int i = 0; i < NIGHTS; i++)
		tst[i] = i < NIGHTS - n ? usual : last[i - (NIGHTS - n)];
	rig_view(r, 0, tst, NIGHTS, 0);
	return rig_score(r);
}

static struct rig *
needing(void **state, double hours)
{
	struct rig *r = *state;
	for (int i = 0; r->desc->options[i].name; i++)
		r->options[i] = r->desc->options[i].def;
	r->options[OPTION_NEED] = hours;
	return r;
}

#define expect(channel, value)                                                           \
	assert_float_equal(rig_value(r, "night." channel), value, 1e-9)

static void
debt_adds_up_what_was_lacking_in_two_weeks(void **state)
{
	struct rig *r = needing(state, 8);
	assert_int_equal(score_nights(r, 480, (double[]){420, 600, 450}, 3), SCORER_OK);
	expect("debt", 60 + 30);
	expect("need", 480);
	assert_int_equal(score_nights(r, 360, NULL, 0), SCORER_OK);
	expect("debt", 14 * 120); /* what lies further back is no debt any more */
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
long_nights_can_pay_back(void **state)
{
	struct rig *r = needing(state, 8);
	r->options[OPTION_FORM] = 1;
	assert_int_equal(score_nights(r, 480, (double[]){420, 510, 450}, 3), SCORER_OK);
	expect("debt", 60);
	/* never into credit */
	assert_int_equal(score_nights(r, 480, (double[]){420, 900, 450}, 3), SCORER_OK);
	expect("debt", 30);
}

static void
missing_night_is_no_sleepless_one(void **state)
{
	struct rig *r = needing(state, 8);
	const double last[] = {420, NAN, NAN, NAN, NAN, 420};
	assert_int_equal(score_nights(r, 480, last, 6), SCORER_OK);
	expect("debt", 120);
	assert_float_equal(r->values[0].confidence, 10 / 14., 1e-12);
	const double more[] = {NAN, NAN, NAN, NAN, NAN, 420};
	assert_int_equal(score_nights(r, 480, more, 6), SCORER_SKIP);
	assert_string_equal(r->out.skip, "too few of the last 14 nights are known");
}

static void
own_need_is_the_third_quartile_of_own_nights(void **state)
{
	struct rig *r = needing(state, 0);
	for (int i = 0; i < NIGHTS; i++) /* 400, 404 … 564, in some order */
		tst[i] = 400 + 4 * (i * 11 % NIGHTS);
	tst[0] = NAN, tst[NIGHTS - 11] = NAN; /* 40 are left */
	rig_view(r, 0, tst, NIGHTS, 0);
	assert_int_equal(rig_score(r), SCORER_OK);
	double v[NIGHTS];
	int n = 0;
	for (double t = 400; t <= 564; t += 4) {
		int there = 0;
		for (int i = 0; i < NIGHTS; i++)
			there |= tst[i] == t;
		if (there)
			v[n++] = t;
	}
	assert_int_equal(n, 40);
	expect("need", v[29] + .25 * (v[30] - v[29]));
}

static void
own_need_stays_within_what_is_advised(void **state)
{
	struct rig *r = needing(state, 0);
	assert_int_equal(score_nights(r, 330, NULL, 0), SCORER_OK);
	expect("need", 420);
	expect("debt", 14 * 90);
	assert_int_equal(score_nights(r, 640, NULL, 0), SCORER_OK);
	expect("need", 540);
	expect("debt", 0);
}

static void
need_of_a_newcomer_is_not_known(void **state)
{
	struct rig *r = needing(state, 0);
	double last[] = {450, 450, 450, 450, 450, 450, 450, 450, 450, 450, 450, 450, 450};
	assert_int_equal(score_nights(r, NAN, last, 13), SCORER_SKIP);
	assert_string_equal(
		r->out.skip, "too few nights to know how much sleep is needed");
	r->options[OPTION_NEED] = 8;
	assert_int_equal(score_nights(r, NAN, last, 13), SCORER_OK);
	expect("debt", 13 * 30);
}

#define t(f) rig_test(f, "sleep_debt")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(debt_adds_up_what_was_lacking_in_two_weeks),
		t(long_nights_can_pay_back),
		t(missing_night_is_no_sleepless_one),
		t(own_need_is_the_third_quartile_of_own_nights),
		t(own_need_stays_within_what_is_advised),
		t(need_of_a_newcomer_is_not_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
