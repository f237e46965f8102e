/* SPDX-License-Identifier: MIT */
/* webster by hand and against pyActigraphy's own rescoring of the same minutes. */
#include "scorers/epochs.h"

/* Scores every minute of a text of S and W; the result as such a text. */
static const char *
rescored(struct rig *r, const char *text)
{
	static char ret[128];
	double v[128];
	int n = (int)strlen(text);
	for (int i = 0; i < n; i++)
		v[i] = text[i] == 'S' ? 1 : text[i] == 'W' ? 0 : NAN;
	for (int i = 0; i < n; i++) {
		int got = score_minute(r, v, n, i);
		ret[i] = got != SCORER_OK                      ? '.'
			 : rig_value(r, "asleep.webster") == 1 ? 'S'
							       : 'W';
	}
	ret[n] = 0;
	return ret;
}

static void
sleep_after_longer_waking_loses_its_first_minutes(void **state)
{
	struct rig *r = *state;
	assert_string_equal(rescored(r, "SSSSSWWWSSSSSS"), "SSSSSWWWSSSSSS");
	assert_string_equal(rescored(r, "SSSSSWWWWSSSSS"), "SSSSSWWWWWSSSS");
	assert_string_equal(rescored(r, "WWWWWWWWWWSSSSS"), "WWWWWWWWWWWWWSS");
	assert_string_equal(
		rescored(r, "WWWWWWWWWWWWWWWSSSSSS"), "WWWWWWWWWWWWWWWWWWWSS");
}

static void
short_sleep_between_long_waking_is_waking(void **state)
{
	struct rig *r = *state;
	assert_string_equal(
		rescored(r, "WWWWWWWWWWSSSSSSWWWWWWWWWW"), "WWWWWWWWWWWWWWWWWWWWWWWWWW");
	assert_string_equal(rescored(r, "WWWWWWWWWWSSSSSSSWWWWWWWWWW"),
		"WWWWWWWWWWWWWSSSSWWWWWWWWWW");
	assert_string_equal(
		rescored(r, "WWWWWWWWWSSSSSSWWWWWWWWWW"), "WWWWWWWWWWSSSSSWWWWWWWWWW");
}

static void
minute_without_a_score_gets_none_and_ends_a_run(void **state)
{
	struct rig *r = *state;
	assert_string_equal(rescored(r, "WW.WWSSSS"), "WW.WWSSSS");
	assert_int_equal(score_minute(r, (double[]){NAN}, 1, 0), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no score of this minute");
}

static void
every_epoch_equals_pyactigraphy(void **state)
{
	static double before[EPOCHS_MAX], after[EPOCHS_MAX];
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++) {
		char path[96];
		int differ = 0, changed = 0;
		snprintf(path, sizeof path,
			"sleep/awd/oracle/example_0%d_webster_variants.csv", k);
		int n = read_column(path, "ck_mean_raw_sleep", before);
		assert_int_equal(read_column(path, "webster_pyactigraphy", after), n);
		for (int i = 0; i < n; i++) {
			assert_int_equal(score_minute(r, before, n, i), SCORER_OK);
			differ += rig_value(r, "asleep.webster") != after[i];
			changed += before[i] != after[i];
		}
		print_message("AWD 0%d: pyActigraphy %d of %d equal, %d rescored\n", k,
			n - differ, n, changed);
		assert_int_equal(differ, 0);
	}
}

#define t(f) rig_test(f, "webster")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(sleep_after_longer_waking_loses_its_first_minutes),
		t(short_sleep_between_long_waking_is_waking),
		t(minute_without_a_score_gets_none_and_ends_a_run),
		t(every_epoch_equals_pyactigraphy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
