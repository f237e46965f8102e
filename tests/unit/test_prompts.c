/* SPDX-License-Identifier: MIT */
/* Prompts: when a person is asked, and when not. A minute-by-minute hub without a store. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "unit/core_fixture.h"

#include "core/day.h"
#include "core/prompts.h"

#define DAYS 400

static struct person who;
static struct due due;
static struct policy policy;
static civil_day first;
static double ratings[DAYS][RATING_KINDS];
static struct notice notices[2 * DAYS];
static int n_notices, fails;
static utc_ms now;

static int
io_days(void *user, const char *person, civil_day from, int n, struct day *days)
{
	(void)user;
	assert_string_equal(person, "anna");
	for (int i = 0; i < n; i++) {
		int at = from.n + i - first.n;
		memset(&days[i], 0, sizeof days[i]);
		days[i].date = DAY(from.n + i);
		for (int k = 0; k < RATING_KINDS; k++)
			days[i].rating[k] = at < 0 || at >= DAYS ? NAN : ratings[at][k];
	}
	return fails ? -EIO : 0;
}

static int
io_notices(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx)
{
	int r = 0;
	(void)user, (void)person;
	for (int i = 0; i < n_notices && r == 0; i++)
		if (notices[i].date.n >= from.n && notices[i].date.n <= to.n)
			r = each(ctx, &notices[i]);
	return r;
}

static int
io_notice_put(void *user, const struct notice *n, const struct forecast *f, int *ret_told)
{
	(void)user;
	assert_null(f);
	for (int i = 0; i < n_notices; i++)
		assert_string_not_equal(notices[i].id, n->id);
	assert_true(n_notices < (int)array_len(notices));
	notices[n_notices++] = *n;
	*ret_told = 1;
	return 0;
}

static const struct line_io io = {
	.days = io_days, .notices = io_notices, .notice_put = io_notice_put};

/* The local time on the first day or, "+3 20:30", days after it. */
static utc_ms
local(const char *text)
{
	char *end;
	int days = *text == '+' ? (int)strtol(text, &end, 10) : 0, h, m;
	if (*text == '+')
		text = end + 1;
	assert_int_equal(sscanf(text, "%d:%d", &h, &m), 2);
	return zone_instant(who.zone, DAY(first.n + days), 60 * h + m);
}

static void
look(void)
{
	due.then = UTC(INT64_MAX);
	assert_int_equal(prompts_make(&io, &policy, &due, now), 0);
	assert_true(due.then.ms > now.ms);
}

/* As the hub does: looks now, then whenever it is told to. */
static void
live_until(const char *text)
{
	utc_ms end = local(text);
	for (look(); due.then.ms <= end.ms; look())
		now = due.then;
	now = end;
	look();
}

/* The hub comes up. */
static void
up_at(const char *text)
{
	now = due.since = local(text);
	look();
}

static void
expect_none(void)
{
	assert_int_equal(n_notices, 0);
}

/* Takes the first of the notices. */
static void
expect(enum notice_kind kind, const char *date_and_time, const char *expires)
{
	assert_true(n_notices > 0);
	assert_int_equal(notices[0].kind, kind);
	assert_int_equal(notices[0].issued.ms, local(date_and_time).ms);
	assert_int_equal(notices[0].expires.ms, local(expires).ms);
	memmove(notices, notices + 1, (size_t)--n_notices * sizeof *notices);
}

static int
begin_in(const char *zone, const char *date)
{
	who = fixture_person("anna", zone);
	who.sleep_prompt_min = 8 * 60 + 30, who.pain_prompt_min = 20 * 60 + 30;
	who.quiet_from_min = 22 * 60, who.quiet_until_min = 6 * 60;
	policy = (struct policy){.settle_ms = 30 * MINUTE_MS};
	due_init(&due, &who, 0);
	assert_true(civil_date_parse(date, &first));
	n_notices = fails = 0;
	for (int i = 0; i < DAYS; i++)
		for (int k = 0; k < RATING_KINDS; k++)
			ratings[i][k] = NAN;
	return 0;
}

static int
begin(void **state)
{
	(void)state;
	return begin_in("Europe/Berlin", "2026-03-09");
}

static int
end(void **state)
{
	(void)state;
	due_finish(&due);
	who.zone = zone_free(who.zone);
	return 0;
}

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
