/* SPDX-License-Identifier: MIT */
/* choi by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/periods.h"

enum { MIN_PERIOD, MIN_WINDOW, SPIKE, STILL };

static void
small(struct rig *r)
{
	r->options[MIN_PERIOD] = 6;
	r->options[MIN_WINDOW] = 3;
	r->options[SPIKE] = 2;
}

static void
stillness_is_not_worn_once_it_is_long_enough(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "xx000000xx", "worn"), "1100000011");
	assert_string_equal(scored(r, "xx00000xx", "worn"), "111111111");
	assert_string_equal(scored(r, "000000", "worn"), "000000");
}

static void
spike_with_clear_minutes_on_both_sides_is_passed_over(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x000xx000x", "worn"), "1000000001");
	assert_string_equal(scored(r, "x000xxx000x", "worn"), "11111111111");
	assert_string_equal(scored(r, "x00xx0000x", "worn"), "1111111111");
	/* stillness inside a spike is part of it */
	assert_string_equal(scored(r, "x000xx0x000x", "worn"), "111111111111");
	r->options[SPIKE] = 4;
	assert_string_equal(scored(r, "x000xx0x000x", "worn"), "100000000001");
	/* long enough for itself and not clear: nothing is joined to it */
	r->options[MIN_PERIOD] = 2;
	r->options[SPIKE] = 2;
	assert_string_equal(scored(r, "x00xx000x00x", "worn"), "100110001001");
	r->options[MIN_PERIOD] = 6;
	/* a run that is not clear joins nothing, not even the end */
	assert_string_equal(scored(r, "x000000x00", "worn"), "1000000111");
}

static void
missing_minute_ends_a_run_and_gets_no_value(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x0000.0000x", "worn"), "11111.11111");
	assert_string_equal(scored(r, "x000000.000", "worn"), "1000000.111");
	assert_string_equal(scored(r, ".x000xx000x", "worn"), ".1000000001");
	assert_string_equal(scored(r, "......", "worn"), "......");
	rig_view(r, 0, (double[]){0, 0}, 2, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
still_is_what_the_option_says(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x010201x", "worn"), "11111111");
	r->options[STILL] = 2;
	assert_string_equal(scored(r, "x010201x", "worn"), "10000001");
}

static void
every_minute_equals_actilife(void **state)
{
	static double counts[EPOCHS_MAX], worn[EPOCHS_MAX], got[EPOCHS_MAX];
	struct rig *r = *state;
	assert_int_equal(
		read_column(ACTIGRAPH_EPOCHS, "axis1", counts), ACTIGRAPH_MINUTES);
	struct table t =
		open_table("sleep/actilife/GT3XPlus-RawData-Day01-Choi-periods.csv");
	char name[96];
	int sets = 0, rows = 0, n = 0;
	assert_int_equal(next_row(&t), 1);
	for (; t.n > 0; sets++) {
		for (int o = MIN_PERIOD; o <= SPIKE; o++)
			r->options[o] = number(t.cells[5 + o]);
		n = read_wear(&t, worn, name, 4);
		rows += n;
		assert_int_equal(
			score_recording(r, counts, ACTIGRAPH_MINUTES, 60), SCORER_OK);
		written(r, "worn", got);
		assert_int_equal(print_equal(name, got, worn, ACTIGRAPH_MINUTES, 0), 0);
	}
	print_message("choi, ActiLife: %d rows in %d sets of parameters\n", rows, sets);
	assert_int_equal(rows, 17);
	assert_int_equal(sets, 3);
}

static void
defaults_equal_sleepr(void **state)
{
	static double counts[EPOCHS_MAX], worn[EPOCHS_MAX], got[EPOCHS_MAX];
	struct rig *r = *state;
	assert_int_equal(
		read_column(ACTIGRAPH_EPOCHS, "axis1", counts), ACTIGRAPH_MINUTES);
	struct table t = open_table("sleep/actilife/oracle/nonwear_sleepr.csv");
	for (int i = 0; i < ACTIGRAPH_MINUTES; i++)
		worn[i] = 1;
	while (next_row(&t))
		for (int i = minute_of(t.cells[2]);
			i < minute_of(t.cells[3]) && strcmp(t.cells[1], "Choi") == 0; i++)
			worn[i] = 0;
	assert_int_equal(score_recording(r, counts, ACTIGRAPH_MINUTES, 60), SCORER_OK);
	written(r, "worn", got);
	assert_int_equal(print_equal("choi, sleepr", got, worn, ACTIGRAPH_MINUTES, 0), 0);
}

#define t(f) rig_test(f, "choi")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(stillness_is_not_worn_once_it_is_long_enough),
		t(spike_with_clear_minutes_on_both_sides_is_passed_over),
		t(missing_minute_ends_a_run_and_gets_no_value),
		t(still_is_what_the_option_says),
		t(every_minute_equals_actilife),
		t(defaults_equal_sleepr),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
