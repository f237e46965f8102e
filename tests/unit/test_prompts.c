/* SPDX-License-Identifier: MIT */
/* Prompts: when a person is asked, and when not. */
#include "unit/prompts_rig.h"

static void
each_question_comes_once_a_day_at_its_time(void **state)
{
	(void)state;
	up_at("00:10");
	live_until("+2 00:00");
	expect(NOTICE_SLEEP_PROMPT, "08:30", "12:30");
	expect(NOTICE_PAIN_PROMPT, "20:30", "+1 04:00");
	expect(NOTICE_SLEEP_PROMPT, "+1 08:30", "+1 12:30");
	expect(NOTICE_PAIN_PROMPT, "+1 20:30", "+2 04:00");
	expect_none();
}

static void
a_notice_has_its_id_tag_and_date(void **state)
{
	(void)state;
	up_at("07:00");
	live_until("21:00");
	assert_string_equal(notices[0].id, "anna-2026-03-09-sleep_prompt");
	assert_string_equal(notices[0].tag, "anna-2026-03-09-sleep");
	assert_int_equal(notices[0].revision, 1);
	assert_string_equal(notices[1].tag, "anna-2026-03-09-pain");
	assert_int_equal(notices[1].date.n, first.n);
}

static void
what_is_rated_is_not_asked(void **state)
{
	(void)state;
	ratings[0][RATING_SLEEP_QUALITY] = 6;
	ratings[0][RATING_PAIN_MORNING] = 3; /* another question */
	ratings[1][RATING_PAIN_DAY] = 0;
	up_at("00:10");
	live_until("+2 00:00");
	expect(NOTICE_PAIN_PROMPT, "20:30", "+1 04:00");
	expect(NOTICE_SLEEP_PROMPT, "+1 08:30", "+1 12:30");
	expect_none();
}

static void
a_rating_after_the_question_ends_it(void **state)
{
	(void)state;
	up_at("07:00");
	live_until("08:35");
	expect(NOTICE_SLEEP_PROMPT, "08:30", "12:30");
	ratings[0][RATING_SLEEP_QUALITY] = 4;
	look();
	live_until("20:00");
	expect_none();
}

static void
a_question_that_is_off_is_never_asked(void **state)
{
	(void)state;
	who.sleep_prompt_min = -1;
	up_at("00:10");
	live_until("+1 00:00");
	expect(NOTICE_PAIN_PROMPT, "20:30", "+1 04:00");
	expect_none();
	who.pain_prompt_min = -1;
	due.then = UTC(77);
	assert_int_equal(prompts_make(&io, &policy, &due, now), 0);
	assert_int_equal(due.then.ms, 77);
}

static void
an_earlier_look_is_not_put_off(void **state)
{
	(void)state;
	now = due.since = local("07:00");
	due.then = local("07:20");
	assert_int_equal(prompts_make(&io, &policy, &due, now), 0);
	assert_int_equal(due.then.ms, local("07:20").ms);
	due.then = local("09:00");
	assert_int_equal(prompts_make(&io, &policy, &due, now), 0);
	assert_int_equal(due.then.ms, local("08:30").ms);
}

static void
a_hub_that_comes_up_late_asks_within_four_hours(void **state)
{
	(void)state;
	up_at("12:28");
	live_until("20:00");
	expect(NOTICE_SLEEP_PROMPT, "12:29", "12:30");
	up_at("+1 12:29");
	live_until("+1 20:00");
	expect_none();
	up_at("+2 08:00");
	live_until("+2 09:00");
	expect(NOTICE_SLEEP_PROMPT, "+2 08:30", "+2 12:30");
}

/* The broker delivers what it has kept first: perhaps the rating. */
static void
a_hub_that_has_just_come_up_waits_a_minute(void **state)
{
	(void)state;
	up_at("08:40");
	expect_none();
	assert_int_equal(due.then.ms, local("08:41").ms);
	ratings[0][RATING_SLEEP_QUALITY] = 4;
	live_until("12:00");
	expect_none();
	up_at("+1 08:29");
	live_until("+1 09:00");
	expect(NOTICE_SLEEP_PROMPT, "+1 08:30", "+1 12:30");
	policy.settle_ms = 0;
	up_at("+2 09:00");
	expect(NOTICE_SLEEP_PROMPT, "+2 09:00", "+2 12:30");
}

static void
an_early_question_is_worth_reading_until_noon(void **state)
{
	(void)state;
	who.sleep_prompt_min = 6 * 60 + 30, who.pain_prompt_min = -1;
	up_at("00:10");
	live_until("+1 00:00");
	expect(NOTICE_SLEEP_PROMPT, "06:30", "12:00");
	up_at("+1 10:40"); /* but not asked any more */
	live_until("+1 12:00");
	expect_none();
}

static void
quiet_hours_are_waited_for(void **state)
{
	(void)state;
	who.quiet_from_min = 21 * 60, who.quiet_until_min = 9 * 60;
	who.pain_prompt_min = 21 * 60 + 30;
	up_at("00:10");
	live_until("+2 00:00");
	expect(NOTICE_SLEEP_PROMPT, "09:00", "12:30");
	expect(NOTICE_SLEEP_PROMPT, "+1 09:00", "+1 12:30");
	expect_none(); /* at nine the day is over of which it would ask */
}

static void
a_hub_that_wakes_in_quiet_hours_says_nothing(void **state)
{
	(void)state;
	who.sleep_prompt_min = -1;
	up_at("12:00");
	now = local("22:10"); /* suspended at 12:00 */
	look();
	expect_none();
	live_until("+1 12:00");
	expect_none();
}

static void
after_midnight_the_question_is_of_the_day_before(void **state)
{
	(void)state;
	who.sleep_prompt_min = -1, who.pain_prompt_min = 60;
	who.quiet_from_min = who.quiet_until_min = 0;
	up_at("12:00");
	live_until("+1 12:00");
	assert_int_equal(notices[0].date.n, first.n);
	expect(NOTICE_PAIN_PROMPT, "+1 01:00", "+1 04:00");
	expect_none();
}

static void
the_times_are_local_when_clocks_change(void **state)
{
	static const struct {
		const char *zone, *date;
	} changes[] = {{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"},
		{"Australia/Lord_Howe", "2026-04-05"},
		{"Africa/Casablanca", "2026-02-15"}};
	for (size_t i = 0; i < array_len(changes); i++) {
		end(state);
		begin_in(changes[i].zone, changes[i].date);
		up_at("00:10");
		live_until("+1 12:00");
		expect(NOTICE_SLEEP_PROMPT, "08:30", "12:30");
		expect(NOTICE_PAIN_PROMPT, "20:30", "+1 04:00");
		expect(NOTICE_SLEEP_PROMPT, "+1 08:30", "+1 12:30");
		expect_none();
	}
	/* skipped: the hour after; repeated: once */
	end(state);
	begin_in("Europe/Berlin", "2026-03-29");
	who.quiet_from_min = who.quiet_until_min = 0;
	who.sleep_prompt_min = 150, who.pain_prompt_min = -1;
	up_at("00:10");
	live_until("06:00");
	expect(NOTICE_SLEEP_PROMPT, "03:00", "12:00");
	end(state);
	begin_in("Europe/Berlin", "2026-10-25");
	who.quiet_from_min = who.quiet_until_min = 0;
	who.sleep_prompt_min = 150, who.pain_prompt_min = -1;
	up_at("00:10");
	live_until("06:00");
	expect(NOTICE_SLEEP_PROMPT, "02:30", "12:00");
	expect_none();
}

static int
count(enum notice_kind kind, int from, int to)
{
	int n = 0;
	for (int i = 0; i < n_notices; i++)
		n += notices[i].kind == kind && notices[i].date.n >= first.n + from &&
		     notices[i].date.n < first.n + to;
	return n;
}

static void
who_does_not_answer_is_asked_once_a_week(void **state)
{
	(void)state;
	for (int i = 0; i < DAYS; i++)
		if (i < 3 || i % 5 == 0 || i == 201)
			ratings[i][RATING_PAIN_DAY] = 5; /* but this one is answered */
	ratings[200][RATING_SLEEP_QUALITY] = 5;
	up_at("00:10");
	live_until("+300 00:00");
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 0, 14), 14);
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 14, 20), 0);
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 20, 21), 1);
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 14, 200), 26); /* every seventh day */
	/* one answer, and it is asked every day again */
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 201, 215), 14);
	assert_int_equal(count(NOTICE_SLEEP_PROMPT, 215, 221), 0);
	assert_int_equal(count(NOTICE_PAIN_PROMPT, 0, 300), 300 - 63);
}

static void
a_failing_store_is_passed_on(void **state)
{
	(void)state;
	now = local("08:30");
	due.since = local("00:00");
	fails = 1;
	assert_int_equal(prompts_make(&io, &policy, &due, now), -EIO);
	expect_none();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_question_comes_once_a_day_at_its_time),
		TEST(a_notice_has_its_id_tag_and_date),
		TEST(what_is_rated_is_not_asked),
		TEST(a_rating_after_the_question_ends_it),
		TEST(a_question_that_is_off_is_never_asked),
		TEST(an_earlier_look_is_not_put_off),
		TEST(a_hub_that_comes_up_late_asks_within_four_hours),
		TEST(a_hub_that_has_just_come_up_waits_a_minute),
		TEST(an_early_question_is_worth_reading_until_noon),
		TEST(quiet_hours_are_waited_for),
		TEST(a_hub_that_wakes_in_quiet_hours_says_nothing),
		TEST(after_midnight_the_question_is_of_the_day_before),
		TEST(the_times_are_local_when_clocks_change),
		TEST(who_does_not_answer_is_asked_once_a_week),
		TEST(a_failing_store_is_passed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
