/* SPDX-License-Identifier: MIT */
/* vendor_stages: every stage to asleep, awake or nothing. */
#include "scorers/rig.h"

static const int64_t IN_BED_MS = 1577836800000;

static int
score_stages(struct rig *r, const double *stages, uint32_t n, uint32_t interval_s)
{
	r->in.start_ms = r->in.at_ms = IN_BED_MS;
	r->in.end_ms = IN_BED_MS + (int64_t)n * interval_s * 1000;
	rig_view(r, 0, stages, n, interval_s);
	return rig_score(r);
}

/* asleep of epoch i, NAN = not written */
static double
asleep_at(const struct rig *r, uint32_t i, uint32_t interval_s)
{
	for (uint32_t k = 0; k < r->out.n_values; k++)
		if (r->values[k].port == 0 &&
			r->values[k].t_ms == IN_BED_MS + (int64_t)i * interval_s * 1000)
			return r->values[k].value;
	return NAN;
}

static void
each_stage_is_asleep_awake_or_nothing(void **state)
{
	struct rig *r = *state;
	const double stages[] = {NAN, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	const double expected[] = {NAN, 0, 1, 0, 1, 1, 1, 0, NAN, 0, NAN};
	assert_int_equal(score_stages(r, stages, 11, 30), SCORER_OK);
	for (uint32_t i = 0; i < 11; i++) {
		double got = asleep_at(r, i, 30);
		if (isnan(expected[i]) ? !isnan(got) : got != expected[i])
			fail_msg("stage %g gives %g", stages[i], got);
	}
}

static void
restless_can_be_asleep(void **state)
{
	struct rig *r = *state;
	const double stages[] = {9, 2};
	r->options[0] = 1; /* awake|asleep */
	assert_int_equal(score_stages(r, stages, 2, 60), SCORER_OK);
	assert_float_equal(asleep_at(r, 0, 60), 1, 0);
}

static void
epoch_without_a_verdict_gets_none(void **state)
{
	struct rig *r = *state;
	const double stages[] = {1, 4, NAN, 8, 2};
	assert_int_equal(score_stages(r, stages, 5, 30), SCORER_OK);
	assert_int_equal(r->out.n_values, 3);
	assert_true(r->values[2].t_ms == IN_BED_MS + 4 * 30000);
	assert_float_equal(r->values[2].confidence, 1, 0);
}

static void
night_that_says_nothing_is_skipped(void **state)
{
	struct rig *r = *state;
	const double stages[] = {8, 10, NAN, 0, 99, -3};
	assert_int_equal(score_stages(r, stages, 6, 60), SCORER_SKIP);
	assert_string_equal(r->out.skip, "the tracker's record says nothing about sleep");
	assert_int_equal(score_stages(r, NULL, 0, 60), SCORER_SKIP);
}

#define t(f) rig_test(f, "vendor_stages")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(each_stage_is_asleep_awake_or_nothing),
		t(restless_can_be_asleep),
		t(epoch_without_a_verdict_gets_none),
		t(night_that_says_nothing_is_skipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
