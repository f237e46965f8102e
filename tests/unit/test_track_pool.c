/* SPDX-License-Identifier: MIT */
/* Records of several people taken together, by hand. */
#include "unit/core_fixture.h"

#include "core/track_pool.h"

#define PEOPLE   6
#define MORNINGS 4

static const struct policy policy = {.threshold = 0.25, .min_rated_days = 14};
static struct track_morning mornings[PEOPLE][MORNINGS];
static struct pool_person people[PEOPLE];

static void
person_is(int i, const double p[MORNINGS], const int outcome[MORNINGS], double base)
{
	for (int k = 0; k < MORNINGS; k++)
		mornings[i][k] = (struct track_morning){
			DAY(20000 + k), p[k], base, (signed char)outcome[k], p[k] >= .5};
	people[i] = (struct pool_person){.mornings = mornings[i]};
	track_record_judge(mornings[i], MORNINGS, &policy, &people[i].t);
}

static void
close_to(double got, double want)
{
	if (!(fabs(got - want) < 1e-12))
		fail_msg("%.15g is not %.15g", got, want);
}

static void
two_people(void)
{
	person_is(0, (const double[]){.1, .3, .6, .2}, (const int[]){0, 1, 1, -1}, .2);
	person_is(1, (const double[]){.1, .2, .1, .5}, (const int[]){1, 0, 0, 0}, .3);
}

static void
pooled_auc_ranks_days_of_one_against_those_of_another(void **state)
{
	(void)state;
	struct track_pool q;
	two_people();
	track_pool_make(people, 2, &q);
	/* high .3 .6 .1, not .1 .2 .1 .5: .3 beats 3, .6 beats 4, .1 ties 2 */
	close_to(q.value[POOL_AUC], 8 / 12.);
	/* 1 and: .1 against .2 .1 .5, one tie of three */
	close_to(q.value[POOL_WITHIN], (1 + .5 / 3) / 2);
	assert_true(isnan(q.low[POOL_AUC])); /* two people say nothing of a third */
}

static void
sums_are_over_everybody(void **state)
{
	(void)state;
	struct track_pool q;
	two_people();
	track_pool_make(people, 2, &q);
	assert_int_equal(q.people, 2);
	assert_int_equal(q.sum.mornings, 8);
	assert_int_equal(q.sum.judged, 7);
	assert_int_equal(q.sum.high, 3);
	/* .01 .49 .16 and .81 .04 .01 .25 against .04 .64 .64 and .49 .09 .09 .09 */
	close_to(q.value[POOL_SKILL], 1 - 1.77 / 2.08);
	close_to(q.value[POOL_OVER_WEEK], 7 * 3 / 8.); /* .3 .6 .5 */
	close_to(q.value[POOL_OVER_PPV], 2 / 3.);
	close_to(q.value[POOL_OVER_HIT], 2 / 3.);
	close_to(q.value[POOL_TOLD_WEEK], 7 * 2 / 8.); /* .6 .5 */
	close_to(q.value[POOL_TOLD_PPV], 1 / 2.);
	close_to(q.value[POOL_TOLD_HIT], 1 / 3.);
	/* bins .1: three, one high; .2: one; .3: one, high; .5: one; .6: one, high */
	close_to(q.value[POOL_ECE], (.7 + .2 + .7 + .5 + .4) / 7);
}

static void
intervals_hold_the_figure_and_come_out_again(void **state)
{
	(void)state;
	struct track_pool q, again;
	for (int i = 0; i < PEOPLE; i++)
		person_is(i, (const double[]){.1, .2 + .05 * i, .4, .3},
			(const int[]){0, i % 2, 1, 0}, .2);
	track_pool_make(people, PEOPLE, &q);
	track_pool_make(people, PEOPLE, &again);
	for (int f = 0; f < POOL_FIGURES; f++) {
		if (isnan(q.value[f]) || isnan(q.low[f]))
			continue;
		assert_true(q.low[f] <= q.high[f]);
		assert_true(q.low[f] == again.low[f] && q.high[f] == again.high[f]);
	}
	assert_true(q.low[POOL_AUC] < q.value[POOL_AUC]);
	assert_true(q.high[POOL_AUC] > q.value[POOL_AUC]);
	/* people who are all the same leave nothing open */
	for (int i = 0; i < PEOPLE; i++)
		person_is(i, (const double[]){.1, .2, .4, .3}, (const int[]){0, 1, 1, 0},
			.2);
	track_pool_make(people, PEOPLE, &q);
	close_to(q.low[POOL_AUC], .75);
	close_to(q.high[POOL_AUC], .75);
	close_to(q.high[POOL_SKILL], q.low[POOL_SKILL]);
}

static void
nobody_is_no_figure(void **state)
{
	(void)state;
	struct track_pool q;
	track_pool_make(people, 0, &q);
	for (int f = 0; f < POOL_FIGURES; f++)
		assert_true(isnan(q.value[f]) && isnan(q.low[f]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pooled_auc_ranks_days_of_one_against_those_of_another),
		cmocka_unit_test(sums_are_over_everybody),
		cmocka_unit_test(intervals_hold_the_figure_and_come_out_again),
		cmocka_unit_test(nobody_is_no_figure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
