/* SPDX-License-Identifier: MIT */
/* troiano by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/periods.h"

enum { MIN_PERIOD, SPIKES, STOP, STILL, SPIKES_ARE };
enum { IN_A_ROW, IN_ALL };

static void
small(struct rig *r)
{
	r->options[MIN_PERIOD] = 6;
	r->options[SPIKES] = 2;
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
movement_is_passed_over_unless_it_is_too_much(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x0055000x", "worn"), "100000001");
	assert_string_equal(scored(r, "x00555000x", "worn"), "1111111111");
	assert_string_equal(scored(r, "x00x0000x", "worn"), "111111111"); /* stop */
	/* it ends with the last still minute, not with the movement behind */
	assert_string_equal(scored(r, "x00000055", "worn"), "100000011");
}

static void
spikes_in_all_start_again_with_the_next_still_minute(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x0505050000x", "worn"), "100000000001");
	r->options[SPIKES_ARE] = IN_ALL;
	assert_string_equal(scored(r, "x0505050000x", "worn"), "111000000001");
}

static void
missing_minute_ends_it_and_gets_no_value(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "x0000.0000x", "worn"), "11111.11111");
	assert_string_equal(scored(r, "x000000.000", "worn"), "1000000.111");
	rig_view(r, 0, (double[]){0, 0}, 2, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static void
still_is_what_the_option_says(void **state)
{
	struct rig *r = *state;
	small(r);
	r->options[SPIKES] = 0;
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
		open_table("sleep/actilife/GT3XPlus-RawData-Day01-Troiano-periods.csv");
	char name[96];
	int sets = 0, rows = 0;
	assert_int_equal(next_row(&t), 1);
	for (; t.n > 0; sets++) {
		r->options[MIN_PERIOD] = number(t.cells[5]);
		r->options[SPIKES] = number(t.cells[7]);
		r->options[STOP] = number(t.cells[8]);
		r->options[STILL] = number(t.cells[9]);
		r->options[SPIKES_ARE] = t.cells[11][0] == 'T' ? IN_A_ROW : IN_ALL;
		rows += read_wear(&t, worn, name, 4);
		assert_int_equal(
			score_recording(r, counts, ACTIGRAPH_MINUTES, 60), SCORER_OK);
		written(r, "worn", got);
		assert_int_equal(print_equal(name, got, worn, ACTIGRAPH_MINUTES, 0), 0);
	}
	print_message(
		"troiano, ActiLife: %d rows in %d sets of parameters\n", rows, sets);
	assert_int_equal(rows, 68);
	assert_int_equal(sets, 6);
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
			i < minute_of(t.cells[3]) && strcmp(t.cells[1], "Troiano") == 0;
			i++)
			worn[i] = 0;
	assert_int_equal(score_recording(r, counts, ACTIGRAPH_MINUTES, 60), SCORER_OK);
	written(r, "worn", got);
	assert_int_equal(
		print_equal("troiano, sleepr", got, worn, ACTIGRAPH_MINUTES, 0), 0);
}

#define t(f) rig_test(f, "troiano")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(stillness_is_not_worn_once_it_is_long_enough),
		t(movement_is_passed_over_unless_it_is_too_much),
		t(spikes_in_all_start_again_with_the_next_still_minute),
		t(missing_minute_ends_it_and_gets_no_value),
		t(still_is_what_the_option_says),
		t(every_minute_equals_actilife),
		t(defaults_equal_sleepr),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
