/* SPDX-License-Identifier: MIT */
/* troiano by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/wear.h"

enum { SPIKES = 1, STOP, SPIKES_ARE = 4 };
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
	small(*state);
	expect_long_stillness_alone(*state);
}

static void
movement_is_passed_over_unless_it_is_too_much(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_worn(r, "x0055000x", "100000001");
	expect_worn(r, "x00555000x", "1111111111");
	expect_worn(r, "x00x0000x", "111111111"); /* stop */
	/* it ends with the last still minute, not with the movement behind */
	expect_worn(r, "x00000055", "100000011");
}

static void
spikes_in_all_start_again_with_the_next_still_minute(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_worn(r, "x0505050000x", "100000000001");
	r->options[SPIKES_ARE] = IN_ALL;
	expect_worn(r, "x0505050000x", "111000000001");
}

static void
missing_minute_ends_it_and_gets_no_value(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_missing_minutes_to_end_it(r);
}

static void
still_is_what_the_option_says(void **state)
{
	struct rig *r = *state;
	small(r);
	r->options[SPIKES] = 0;
	expect_still_to_be_an_option(r);
}

static void
set_options(struct rig *r, char **cells)
{
	r->options[MIN_PERIOD] = number(cells[5]);
	r->options[SPIKES] = number(cells[7]);
	r->options[STOP] = number(cells[8]);
	r->options[STILL] = number(cells[9]);
	r->options[SPIKES_ARE] = cells[11][0] == 'T' ? IN_A_ROW : IN_ALL;
}

static void
every_minute_equals_actilife(void **state)
{
	expect_actilife(*state,
		"sleep/actilife/GT3XPlus-RawData-Day01-Troiano-periods.csv", set_options,
		68, 6);
}

static void
defaults_equal_sleepr(void **state)
{
	expect_sleepr(*state, "Troiano");
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
