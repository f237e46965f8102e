/* SPDX-License-Identifier: MIT */
/* baseline by hand: medians, floors, what is too little, and the combination. */
#include "scorers/rig.h"

enum {
	TST,
	SE,
	WASO,
	SOL,
	AWAKENINGS,
	SCORE,
	RMSSD,
	HR_MIN,
	HR_DIP,
	RESP_RATE,
	MEASURES
};
#define NIGHTS 29 /* tonight is the last */
#define MAD_SD 1.4826

struct history {
	double v[MEASURES][NIGHTS];
};

/* Nobody provides anything. */
static struct rig *
fresh(void **state)
{
	struct rig *r = *state;
	memset(r->views, 0, sizeof r->views);
	r->options[0] = 14;
	return r;
}

/* set: usual, step, tonight. 28 nights 1 to 14 steps above and below the usual in turn: that is
 * their median, and the MAD lies between 7 and 8 steps. */
static double *
lend(struct rig *r, struct history *h, int port, const double set[3])
{
	double *v = h->v[port], usual = set[0], step = set[1];
	for (int i = 0; i < NIGHTS - 1; i++)
		v[i] = usual + (i % 2 ? -1 : 1) * step * (i / 2 + 1);
	v[NIGHTS - 1] = set[2];
	rig_view(r, (unsigned)port, v, NIGHTS, 0);
	return v;
}

#define expect(channel, value, within)                                                   \
	assert_float_equal(rig_value(r, "night." channel), value, within)

static void
z_is_the_distance_from_the_median_in_robust_deviations(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	lend(r, &h, TST, (double[]){420, 10, 345});
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_tst", -75 / (MAD_SD * 75), 1e-12);
	assert_int_equal(r->out.n_values, 1); /* one measure makes no z_all */
	assert_float_equal(r->values[0].confidence, 1, 0);
	h.v[TST][3] = 5000; /* one odd night changes next to nothing */
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(fabs(rig_value(r, "night.z_tst") - -1 / MAD_SD) < 0.15);
}

static void
tonight_is_not_in_its_own_baseline(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	double *v = lend(r, &h, TST, (double[]){420, 10, 420});
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_tst", 0, 0);
	for (int i = 14; i < NIGHTS - 1; i++)
		v[i] = NAN;
	v[NIGHTS - 1] = 1e3; /* would be the 15th */
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(r->values[0].confidence, .5, 0);
	double z = rig_value(r, "night.z_tst");
	v[NIGHTS - 1] = 990;
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(rig_value(r, "night.z_tst") < z);
	v[0] = NAN; /* thirteen */
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "too few nights to know what is usual");
}

static void
nights_before_the_28_are_forgotten(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	double longer[NIGHTS + 20];
	const double *v = lend(r, &h, TST, (double[]){420, 10, 345});
	for (int i = 0; i < 20; i++)
		longer[i] = 100;
	memcpy(longer + 20, v, sizeof h.v[TST]);
	rig_view(r, TST, longer, NIGHTS + 20, 0);
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_tst", -1 / MAD_SD, 1e-12);
}

static void
missing_tonight_has_no_z(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	lend(r, &h, TST, (double[]){420, 10, NAN});
	lend(r, &h, SE, (double[]){90, 1, 80});
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "night.z_tst")));
	assert_false(isnan(rig_value(r, "night.z_se")));
}

static void
like_nights_do_not_make_a_minute_unusual(void **state)
{
	static const double floors[MEASURES] = {15, 2, 10, 5, 2, 3, 3, 1, 1, 0.3};
	struct rig *r = fresh(state);
	struct history h;
	for (int port = 0; port < MEASURES; port++)
		lend(r, &h, port, (double[]){80, 0, 80 + floors[port]});
	assert_int_equal(rig_score(r), SCORER_OK);
	for (int port = 0; port < MEASURES; port++)
		assert_float_equal(r->values[port].value, 1 / MAD_SD, 1e-9);
	h.v[TST][NIGHTS - 1] = 2000;
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_tst", 10, 0);
}

static void
one_measure_does_not_decide(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	lend(r, &h, TST, (double[]){420, 10, 420});
	lend(r, &h, SE, (double[]){90, 1, 90});
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_true(isnan(rig_value(r, "night.z_all")));
	assert_int_equal(r->out.n_reasons, 0);
	lend(r, &h, WASO, (double[]){30, 2, 2000});
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_waso", 10, 0);
	expect("z_all", 3 / 3., 1e-12); /* counts as 3, a third of its kind */
}

static void
kinds_are_joined_by_stouffers_rule(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	double sd = MAD_SD * 7.5; /* of lend() with a step of 1 */
	lend(r, &h, TST, (double[]){420, 10, 420 - 10 * sd});         /* z -1: harder */
	lend(r, &h, WASO, (double[]){60, 2, 60 + 2 * sd * 2});        /* +2 */
	lend(r, &h, RMSSD, (double[]){60, 1, 60 - sd});               /* -1: harder */
	lend(r, &h, RESP_RATE, (double[]){15, .1, 15 - .1 * sd / 2}); /* -.5: easier */
	assert_int_equal(rig_score(r), SCORER_OK);
	expect("z_tst", -1, 1e-9);
	expect("z_waso", 2, 1e-9);
	expect("z_all", (1.5 + 1 - .5) / sqrt(3), 1e-9);
	assert_float_equal(r->values[r->out.n_values - 1].confidence, .4, 1e-12);
}

static void
reasons_are_the_three_that_moved_it_most(void **state)
{
	struct rig *r = fresh(state);
	struct history h;
	double sd = MAD_SD * 7.5;
	lend(r, &h, TST, (double[]){420, 10, 420 - 10 * sd});
	lend(r, &h, WASO, (double[]){60, 2, 60 + 2 * sd * 2});
	lend(r, &h, SOL, (double[]){20, 1, 20});
	lend(r, &h, RMSSD, (double[]){60, 1, 60 - sd});
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_int_equal(r->out.n_reasons, 3);
	assert_string_equal(r->reasons[0].code, "z_rmssd"); /* its kind for itself */
	assert_string_equal(r->reasons[1].code, "z_waso");
	assert_string_equal(r->reasons[2].code, "z_tst");
	assert_float_equal(r->reasons[1].value, 60 + 4 * sd, 1e-9);
	assert_float_equal(r->reasons[1].usual, 60, 1e-9);
	assert_float_equal(r->reasons[0].weight, 1 / sqrt(2), 1e-9);
	double sum = 0;
	for (int i = 0; i < 3; i++)
		sum += r->reasons[i].weight;
	expect("z_all", sum, 1e-9); /* SOL is as usual */
}

#define t(f) rig_test(f, "baseline")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(z_is_the_distance_from_the_median_in_robust_deviations),
		t(tonight_is_not_in_its_own_baseline),
		t(nights_before_the_28_are_forgotten),
		t(missing_tonight_has_no_z),
		t(like_nights_do_not_make_a_minute_unusual),
		t(one_measure_does_not_decide),
		t(kinds_are_joined_by_stouffers_rule),
		t(reasons_are_the_three_that_moved_it_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
