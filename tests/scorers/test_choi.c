/* SPDX-License-Identifier: MIT */
/* choi by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/wear.h"

enum { MIN_WINDOW = 1, SPIKE };

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
	small(*state);
	expect_long_stillness_alone(*state);
}

static void
spike_with_clear_minutes_on_both_sides_is_passed_over(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_worn(r, "x000xx000x", "1000000001");
	expect_worn(r, "x000xxx000x", "11111111111");
	expect_worn(r, "x00xx0000x", "1111111111");
	/* stillness inside a spike is part of it */
	expect_worn(r, "x000xx0x000x", "111111111111");
	r->options[SPIKE] = 4;
	expect_worn(r, "x000xx0x000x", "100000000001");
	/* long enough for itself and not clear: nothing is joined to it */
	r->options[MIN_PERIOD] = 2;
	r->options[SPIKE] = 2;
	expect_worn(r, "x00xx000x00x", "100110001001");
	r->options[MIN_PERIOD] = 6;
	/* a run that is not clear joins nothing, not even the end */
	expect_worn(r, "x000000x00", "1000000111");
}

static void
missing_minute_ends_a_run_and_gets_no_value(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_worn(r, ".x000xx000x", ".1000000001");
	expect_worn(r, "......", "......");
	expect_missing_minutes_to_end_it(r);
}

static void
still_is_what_the_option_says(void **state)
{
	struct rig *r = *state;
	small(r);
	expect_still_to_be_an_option(r);
}

static void
set_options(struct rig *r, char **cells)
{
	for (int o = MIN_PERIOD; o <= SPIKE; o++)
		r->options[o] = number(cells[5 + o]);
}

static void
every_minute_equals_actilife(void **state)
{
	expect_actilife(*state, "sleep/actilife/GT3XPlus-RawData-Day01-Choi-periods.csv",
		set_options, 17, 3);
}

static void
defaults_equal_sleepr(void **state)
{
	expect_sleepr(*state, "Choi");
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
