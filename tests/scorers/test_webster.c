/* SPDX-License-Identifier: MIT */
/* webster by hand and against two programs' own rescoring of the same minutes. */
#include "scorers/periods.h"

enum { PYACTIGRAPHY, SKDH };

/* Scores a text of S and W; the result as such a text. */
static const char *
rescored_at(struct rig *r, const char *text, uint32_t interval_s)
{
	static char ret[512];
	double v[512], got[512];
	int n = spell(text, v);
	assert_int_equal(score_recording(r, v, n, interval_s), SCORER_OK);
	written(r, "asleep.webster", got);
	for (int i = 0; i < n; i++)
		ret[i] = isnan(got[i]) ? '.' : got[i] > 0 ? 'S' : 'W';
	ret[n] = 0;
	return ret;
}

static const char *
rescored(struct rig *r, const char *text)
{
	return rescored_at(r, text, 60);
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
#define W19 "WWWWWWWWWWWWWWWWWWW"
	assert_string_equal(
		rescored(r, "W" W19 "SSSSSSSSSS" W19 "W"), "W" W19 "WWWWWWWWWW" W19 "W");
	assert_string_equal(rescored(r, "W" W19 "SSSSSSSSSSS" W19 "W"),
		"W" W19 "WWWWSSSSSSS" W19 "W");
	assert_string_equal(
		rescored(r, "W" W19 "SSSSSSSSSS" W19), "W" W19 "WWWWSSSSSS" W19);
}

static void
minute_without_a_score_gets_none_and_ends_a_run(void **state)
{
	struct rig *r = *state;
	assert_string_equal(rescored(r, "WW.WWSSSS"), "WW.WWSSSS");
	assert_string_equal(
		rescored(r, "WWWWWWWWWWSS.SSSWWWWWWWWWW"), "WWWWWWWWWWWW.WWWWWWWWWWWWW");
}

/* Each letter of a text twice. */
static const char *
twice(const char *text)
{
	static char ret[512];
	int n = 0;
	for (; *text; text++)
		ret[n++] = *text, ret[n++] = *text;
	ret[n] = 0;
	return ret;
}

static void
rules_are_in_minutes_whatever_the_epoch(void **state)
{
	struct rig *r = *state;
	static const char *const texts[] = {"SSSSSWWWSSSSSS", "SSSSSWWWWSSSSS",
		"WWWWWWWWWWSSSSS", "WWWWWWWWWWWWWWWSSSSSS", "WWWWWWWWWWSSSSSSWWWWWWWWWW",
		"WWWWWWWWWWSSSSSSSWWWWWWWWWW", "WW.WWSSSS"};
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
		char expected[512];
		snprintf(expected, sizeof expected, "%s", twice(rescored(r, texts[i])));
		assert_string_equal(rescored_at(r, twice(texts[i]), 30), expected);
	}
	/* seven half minutes awake are not four minutes */
	assert_string_equal(rescored_at(r, "WWWWWWWSSSS", 30), "WWWWWWWSSSS");
	assert_string_equal(rescored_at(r, "WWWWWWWWSSSS", 30), "WWWWWWWWWWSS");
	rig_view(r, 0, (double[]){0, 1}, 2, 120);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "asleep is not a series of minutes, or finer");
}

static void
confidence_is_the_share_within_twenty_nine_minutes(void **state)
{
	struct rig *r = *state;
	double v[100];
	for (int i = 0; i < 100; i++)
		v[i] = i == 40 || i == 41 ? NAN : 1;
	assert_int_equal(score_recording(r, v, 100, 60), SCORER_OK);
	assert_float_equal(r->values[0].confidence, 30.0 / 59, 1e-12);
	assert_float_equal(r->values[10].confidence, 40.0 / 59, 1e-12);
	assert_float_equal(r->values[12].confidence, 40.0 / 59, 1e-12); /* to 41 */
	assert_float_equal(r->values[39].confidence, 57.0 / 59, 1e-12);
	assert_int_equal(r->values[69].t_ms, 71 * (int64_t)MINUTE);
	assert_float_equal(r->values[69].confidence, 58.0 / 59, 1e-12);
}

static void
skdh_works_in_place_and_takes_brief_sleep(void **state)
{
	struct rig *r = *state;
	r->options[0] = SKDH;
	assert_string_equal(rescored(r, "SSSSSWWWSSSSSS"), "SSSSSWWWSSSSSS");
	assert_string_equal(rescored(r, "SSSSSWWWWSSSSS"), "SSSSSWWWWWSSSS");
	/* three lost, of which two count, and two more: the next run loses its first */
	assert_string_equal(rescored(r, "WWWWWWWWWWSSSWWSSSSS"), "WWWWWWWWWWWWWWWWSSSS");
#define S10 "SSSSSSSSSS"
	assert_string_equal(rescored(r, S10 "WSSSSSSW" S10), S10 "WWWWWWWW" S10);
	assert_string_equal(rescored(r, S10 "WSSSSSSSW" S10), S10 "WSSSSSSSW" S10);
	assert_string_equal(rescored(r, "SSSSSSSSWSSSSSSW" S10),
		"SSSSSSSSWSSSSSSW" S10); /* too near the beginning */
	assert_string_equal(rescored(r, "WWW.WSSSSSSS"), "WWW.WSSSSSSS");
	assert_string_equal(rescored(r, "WWWWWWWWWWS.WWWSSSS"), "WWWWWWWWWWW.WWWSSSS");
}

static void
every_epoch_equals_its_program(void **state)
{
	static double before[EPOCHS_MAX], after[EPOCHS_MAX], got[EPOCHS_MAX];
	static const char *const columns[] = {"webster_pyactigraphy", "webster_skdh"};
	struct rig *r = *state;
	for (int k = 1; k <= 3; k++)
		for (int variant = PYACTIGRAPHY; variant <= SKDH; variant++) {
			char path[96], name[48];
			snprintf(path, sizeof path,
				"sleep/awd/oracle/example_0%d_webster_variants.csv", k);
			int n = read_column(path, "ck_mean_raw_sleep", before);
			assert_int_equal(read_column(path, columns[variant], after), n);
			r->options[0] = variant;
			assert_int_equal(score_recording(r, before, n, 60), SCORER_OK);
			written(r, "asleep.webster", got);
			snprintf(name, sizeof name, "webster, AWD 0%d, %s", k,
				columns[variant]);
			assert_int_equal(print_equal(name, got, after, n, 0), 0);
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
		t(rules_are_in_minutes_whatever_the_epoch),
		t(confidence_is_the_share_within_twenty_nine_minutes),
		t(skdh_works_in_place_and_takes_brief_sleep),
		t(every_epoch_equals_its_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
