/* SPDX-License-Identifier: MIT */
/* What people tap: what is taken, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "in/batch_key.h"
#include "in/decode.h"
#include "in/taps.h"
#include "core/day.h"

#define NOW INT64_C(1793000000000)

static struct tap_said said;
static char why[TAPS_WHY_LEN];
static struct zone *berlin;

static int
parse(const char *text)
{
	memset(&said, 0x5a, sizeof said);
	return taps_parse(text, strlen(text), RATING_PAIN_DAY, &said, why);
}

static utc_ms
at(const char *text)
{
	utc_ms t;
	assert_true(civil_time_parse(text, berlin, &t, NULL));
	return t;
}

/* What is dated as of that local time; ms in *ret_at. */
static int
dated(const char *text, enum rating_kind kind, const char *now, struct rating *ret)
{
	ret->kind = kind;
	assert_int_equal(parse(text), 0);
	return taps_date(&said, berlin, at(now), ret, why);
}

static void
refused(const char *text, const char *reason)
{
	assert_int_equal(parse(text), TAPS_E_REFUSED);
	assert_string_equal(why, reason);
}

static void
plain_whole_numbers_are_taken(void **state)
{
	static const struct {
		const char *text;
		int value;
	} good[] = {{"0", 0}, {"7", 7}, {"10", 10}, {" 7\n", 7}, {"7.0", 7}, {"07", 7},
		{"{\"value\": 7}", 7}, {"{\"value\": 7.0}", 7}, {"{\"value\": \"7\"}", 7},
		{"{\"value\": \"7.0\"}", 7},
		{"{\"value\": 7, \"source\": \"phone\"}", 7}};

	(void)state;
	for (size_t i = 0; i < array_len(good); i++) {
		assert_int_equal(parse(good[i].text), 0);
		assert_int_equal(said.value, good[i].value);
		assert_int_equal(said.when, TAP_NOW);
	}
}

static void
anything_else_is_refused_without_repeating_it(void **state)
{
	static const char *const bad[] = {"", " ", "11", "-1", "7.5", "7.", "1e1", "0x5",
		"inf", "nan", "seven", "7 8", "100", "{\"value\": 11}",
		"{\"value\": 7.5}", "{\"value\": true}", "{\"value\": \"8.5\"}",
		"{\"value\": -1}", "{\"value\": []}"};
	char long_text[TAPS_PAYLOAD_MAX + 1];

	(void)state;
	for (size_t i = 0; i < array_len(bad); i++)
		refused(bad[i], "pain is a whole number from 0 to 10");
	assert_int_equal(
		taps_parse("x", 1, RATING_SLEEP_QUALITY, &said, why), TAPS_E_REFUSED);
	assert_string_equal(why, "sleep quality is a whole number from 0 to 10");
	refused("{\"value\": 7", "neither a plain number nor JSON");
	assert_int_equal(
		taps_parse("7\0junk", 6, RATING_PAIN_DAY, &said, why), TAPS_E_REFUSED);
	memset(long_text, ' ', sizeof long_text);
	assert_int_equal(
		taps_parse(long_text, sizeof long_text, RATING_PAIN_DAY, &said, why),
		TAPS_E_REFUSED);
	assert_string_equal(why, "too long for a rating");
	refused("{}", "there is no \"value\" in it");
	refused("{\"value\": 7, \"tiem\": 1793000000}",
		"the keys of a rating are value, time, date and source");
}

static void
what_a_dashboard_sends_for_nothing_is_nothing(void **state)
{
	static const char *const nothing[] = {"None", "none", "unknown", "unavailable",
		"null", "{\"value\": null}", "{\"value\": \"unknown\"}"};

	(void)state;
	for (size_t i = 0; i < array_len(nothing); i++)
		assert_int_equal(parse(nothing[i]), TAPS_E_NOTHING);
}

static void
json_may_carry_its_own_time(void **state)
{
	static const char *const same[] = {
		"{\"value\": 4, \"time\": \"2026-03-29T07:12:00+02:00\"}",
		"{\"value\": \"4\", \"time\": 1774761120}",
		"{\"value\": 4, \"time\": 1774761120000}"};

	(void)state;
	for (size_t i = 0; i < array_len(same); i++) {
		assert_int_equal(parse(same[i]), 0);
		assert_int_equal(said.when, TAP_AT);
		assert_int_equal(said.at.ms, INT64_C(1774761120000));
	}
	refused("{\"value\": 4, \"time\": \"2026-03-29T07:12:00\"}",
		"its time is not ISO 8601 with a zone, nor epoch seconds or ms");
}

static void
json_may_name_the_date(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"value\": 6, \"date\": \"2026-03-29\"}"), 0);
	assert_int_equal(said.when, TAP_OF);
	assert_int_equal(said.date.n, civil_from_ymd(2026, 3, 29).n);
	refused("{\"value\": 6, \"date\": \"29.3.2026\"}",
		"its date is not written as 2026-03-29");
	refused("{\"value\": 6, \"date\": 20260329}",
		"its date is not written as 2026-03-29");
	refused("{\"value\": 6, \"date\": \"2026-03-29\", \"time\": 1774761120}",
		"it has a time and a date; one of them is enough");
}

static void
a_rating_can_be_withdrawn(void **state)
{
	(void)state;
	assert_int_equal(parse("withdraw"), 0);
	assert_int_equal(said.value, RATING_WITHDRAWN);
	assert_int_equal(parse("{\"value\": \"withdraw\", \"date\": \"2026-03-29\"}"), 0);
	assert_int_equal(said.value, RATING_WITHDRAWN);
	assert_int_equal(said.when, TAP_OF);
}

static void
a_plain_rating_is_of_now(void **state)
{
	struct rating r;

	(void)state;
	assert_int_equal(dated("7", RATING_PAIN_DAY, "2026-03-29T21:00:00", &r), 0);
	assert_int_equal(r.at.ms, at("2026-03-29T21:00:00").ms);
	assert_int_equal(r.value, 7);
	assert_int_equal(r.kind, RATING_PAIN_DAY);
}

static void
a_date_that_is_over_is_rated_in_its_last_millisecond(void **state)
{
	struct rating r;

	(void)state;
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-28\"}",
				 RATING_SLEEP_QUALITY, "2026-03-29T09:00:00", &r),
		0);
	assert_int_equal(r.at.ms, at("2026-03-29T00:00:00").ms - 1);
	/* a day's pain may be rated until 04:00, on the shortest day as well */
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-28\"}",
				 RATING_PAIN_DAY, "2026-03-29T09:00:00", &r),
		0);
	assert_int_equal(r.at.ms, at("2026-03-29T04:00:00").ms - 1);
	assert_int_equal(rating_date(berlin, &r).n, civil_from_ymd(2026, 3, 28).n);
	/* and the day that is not over, now */
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-28\"}",
				 RATING_PAIN_DAY, "2026-03-29T03:30:00", &r),
		0);
	assert_int_equal(r.at.ms, at("2026-03-29T03:30:00").ms);
}

static void
a_day_that_has_not_begun_is_not_rated(void **state)
{
	struct rating r = {.value = -7};

	(void)state;
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-30\"}",
				 RATING_SLEEP_QUALITY, "2026-03-29T23:59:59", &r),
		TAPS_E_REFUSED);
	assert_string_equal(why, "that day has not begun yet");
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-30\"}",
				 RATING_PAIN_DAY, "2026-03-30T03:59:00", &r),
		TAPS_E_REFUSED);
	assert_int_equal(dated("{\"value\": 4, \"time\": \"2026-03-29T10:06:00+02:00\"}",
				 RATING_PAIN_DAY, "2026-03-29T10:00:00", &r),
		TAPS_E_REFUSED);
	assert_string_equal(why, "its time lies in the future");
	assert_int_equal(r.value, -7);
}

static void
a_day_can_be_rated_for_48_hours_after_its_end(void **state)
{
	static const char late[] =
		"a day can be rated until 48 hours after its end; this "
		"one is over for longer";
	struct rating r;

	(void)state;
	/* the 27th ends at midnight, two real days before 01:00 of a shorter one */
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-27\"}",
				 RATING_SLEEP_QUALITY, "2026-03-30T01:00:00", &r),
		0);
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-27\"}",
				 RATING_SLEEP_QUALITY, "2026-03-30T01:00:01", &r),
		TAPS_E_REFUSED);
	assert_string_equal(why, late);
	assert_int_equal(dated("{\"value\": 6, \"date\": \"2026-03-27\"}",
				 RATING_PAIN_DAY, "2026-03-30T04:00:00", &r),
		0);
	assert_int_equal(dated("{\"value\": 6, \"time\": \"2026-03-27T08:00:00+01:00\"}",
				 RATING_SLEEP_QUALITY, "2026-03-30T00:59:00", &r),
		0);
	assert_int_equal(dated("{\"value\": 6, \"time\": \"2026-03-27T08:00:00+01:00\"}",
				 RATING_SLEEP_QUALITY, "2026-03-30T02:00:00", &r),
		TAPS_E_REFUSED);
	assert_string_equal(why, late);
}

static void
without_a_clock_only_a_rating_with_a_time_is_dated(void **state)
{
	struct rating r = {.kind = RATING_PAIN_DAY};

	(void)state;
	assert_int_equal(parse("4"), 0);
	assert_int_equal(
		taps_date(&said, berlin, UTC(INT64_MAX), &r, why), TAPS_E_REFUSED);
	assert_string_equal(
		why, "the hub's clock is not set yet, and there is no time with it");
	assert_int_equal(parse("{\"value\": 4, \"date\": \"2026-03-27\"}"), 0);
	assert_int_equal(
		taps_date(&said, berlin, UTC(INT64_MAX), &r, why), TAPS_E_REFUSED);
	assert_int_equal(parse("{\"value\": 4, \"time\": 1774761120}"), 0);
	assert_int_equal(taps_date(&said, berlin, UTC(INT64_MAX), &r, why), 0);
	assert_int_equal(r.at.ms, INT64_C(1774761120000));
}

static int
command(const char *text, utc_ms now, struct feedback *ret)
{
	return taps_command(text, strlen(text), now, ret, why);
}

static void
an_answer_is_a_word_or_json(void **state)
{
	static const struct {
		const char *text;
		enum feedback_kind kind;
	} good[] = {{"ack", FEEDBACK_ACK}, {" snooze\n", FEEDBACK_SNOOZE},
		{"false_alarm", FEEDBACK_FALSE_ALARM},
		{"{\"cmd\": \"snooze\"}", FEEDBACK_SNOOZE}};
	struct feedback f;

	(void)state;
	for (size_t i = 0; i < array_len(good); i++) {
		assert_int_equal(command(good[i].text, UTC(NOW), &f), 0);
		assert_int_equal(f.kind, good[i].kind);
		assert_int_equal(f.at.ms, NOW);
	}
	assert_int_equal(
		command("{\"cmd\": \"ack\", \"time\": 1774761120}", UTC(NOW), &f), 0);
	assert_int_equal(f.at.ms, INT64_C(1774761120000));
	assert_int_equal(command("recompute", UTC(NOW), &f), TAPS_E_RECOMPUTE);
	assert_int_equal(command("ack", UTC(INT64_MAX), &f), TAPS_E_REFUSED);
	assert_int_equal(
		command("{\"cmd\": \"ack\", \"time\": 1774761120}", UTC(INT64_MAX), &f),
		0);
}

static void
any_other_command_is_refused(void **state)
{
	static const char *const bad[] = {"", "dance", "ack snooze", "ACK", "{}",
		"{\"cmd\": 3}", "{\"cmd\": \"dance\"}"};
	struct feedback f = {0};

	(void)state;
	for (size_t i = 0; i < array_len(bad); i++) {
		assert_int_equal(command(bad[i], UTC(NOW), &f), TAPS_E_REFUSED);
		assert_string_equal(
			why, "a command is one of: ack, snooze, false_alarm, recompute");
	}
	assert_int_equal(command("{\"cmd\": \"ack\"", UTC(NOW), &f), TAPS_E_REFUSED);
	assert_int_equal(command("{\"cmd\": \"ack\", \"time\": 1793000000}",
				 UTC(NOW - 10 * MINUTE_MS), &f),
		TAPS_E_REFUSED);
	assert_string_equal(why, "its time lies in the future");
	assert_int_equal(f.kind, 0);
}

static void
an_answer_is_a_batch_without_a_rating(void **state)
{
	const struct tap tap = {.feedback = {FEEDBACK_ACK, UTC(NOW)},
		.epoch = 9,
		.seq = 4,
		.sent = UTC(NOW)};
	const struct device_id from = {"anna", TAPS_SOURCE, "mqtt"};
	void *memory = malloc(DECODE_ARENA_SIZE);
	unsigned char bytes[TAPS_BATCH_MAX];
	struct arena arena;
	struct batch b;

	(void)state;
	arena_init(&arena, memory, DECODE_ARENA_SIZE);
	size_t n = taps_encode(&tap, bytes);
	assert_int_equal(
		decode_batch(&arena, &from, UTC(NOW), UTC(NOW), bytes, n, &b, why), 0);
	assert_int_equal(b.n_ratings, 0);
	assert_int_equal(b.n_feedback, 1);
	assert_int_equal(b.feedback[0].kind, FEEDBACK_ACK);
	assert_int_equal(b.feedback[0].at.ms, NOW);
	free(memory);
}

static void
a_tap_is_a_batch_like_any_other(void **state)
{
	const struct tap tap = {.rating = {RATING_SLEEP_QUALITY, UTC(NOW), 6, NOW},
		.epoch = 9,
		.seq = 3,
		.sent = UTC(NOW)};
	const struct device_id from = {"anna", TAPS_SOURCE, "mqtt"};
	void *memory = malloc(DECODE_ARENA_SIZE);
	unsigned char bytes[TAPS_BATCH_MAX];
	uint64_t epoch, seq;
	struct arena arena;
	struct batch b;
	size_t n;

	(void)state;
	arena_init(&arena, memory, DECODE_ARENA_SIZE);
	n = taps_encode(&tap, bytes);
	assert_int_equal(
		decode_batch(&arena, &from, UTC(NOW), UTC(NOW), bytes, n, &b, why), 0);
	assert_int_equal(b.n_ratings, 1);
	assert_int_equal(b.ratings[0].kind, RATING_SLEEP_QUALITY);
	assert_int_equal(b.ratings[0].value, 6);
	assert_int_equal(b.ratings[0].at.ms, NOW);
	assert_int_equal(b.ratings[0].revision, NOW);
	assert_false(b.historical);
	struct tap withdrawn = tap;
	withdrawn.rating.value = RATING_WITHDRAWN;
	size_t m = taps_encode(&withdrawn, bytes);
	assert_int_equal(
		decode_batch(&arena, &from, UTC(NOW), UTC(NOW), bytes, m, &b, why), 0);
	assert_int_equal(b.ratings[0].value, RATING_WITHDRAWN);
	n = taps_encode(&tap, bytes);
	assert_true(batch_key(bytes, n, &epoch, &seq));
	assert_int_equal(epoch, 9);
	assert_int_equal(seq, 3);
	free(memory);
}

int
main(void)
{
	if (zone_open("Europe/Berlin", &berlin) != 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_whole_numbers_are_taken),
		cmocka_unit_test(anything_else_is_refused_without_repeating_it),
		cmocka_unit_test(what_a_dashboard_sends_for_nothing_is_nothing),
		cmocka_unit_test(json_may_carry_its_own_time),
		cmocka_unit_test(json_may_name_the_date),
		cmocka_unit_test(a_rating_can_be_withdrawn),
		cmocka_unit_test(a_plain_rating_is_of_now),
		cmocka_unit_test(a_date_that_is_over_is_rated_in_its_last_millisecond),
		cmocka_unit_test(a_day_that_has_not_begun_is_not_rated),
		cmocka_unit_test(a_day_can_be_rated_for_48_hours_after_its_end),
		cmocka_unit_test(without_a_clock_only_a_rating_with_a_time_is_dated),
		cmocka_unit_test(an_answer_is_a_word_or_json),
		cmocka_unit_test(any_other_command_is_refused),
		cmocka_unit_test(an_answer_is_a_batch_without_a_rating),
		cmocka_unit_test(a_tap_is_a_batch_like_any_other),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	zone_free(berlin);
	return failed;
}
