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

#define NOW INT64_C(1793000000000)

static int
parse(const char *text, utc_ms now, struct rating *ret, char *why)
{
	return taps_parse(text, strlen(text), RATING_PAIN_DAY, now, ret, why);
}

static void
plain_whole_numbers_are_taken(void **state)
{
	static const struct {
		const char *text;
		int value;
	} good[] = {{"0", 0}, {"7", 7}, {"10", 10}, {" 7\n", 7}, {"7.0", 7}, {"07", 7}};
	char why[TAPS_WHY_LEN];
	struct rating r;

	(void)state;
	for (size_t i = 0; i < array_len(good); i++) {
		assert_int_equal(parse(good[i].text, UTC(NOW), &r, why), 0);
		assert_int_equal(r.value, good[i].value);
		assert_int_equal(r.at.ms, NOW);
		assert_int_equal(r.kind, RATING_PAIN_DAY);
	}
}

static void
anything_else_is_refused_without_repeating_it(void **state)
{
	static const char *const bad[] = {"", " ", "11", "-1", "7.5", "7.", "1e1", "0x5",
		"inf", "nan", "None", "seven", "7 8", "100", "{\"value\": 11}",
		"{\"value\": 7.5}", "{\"value\": null}", "{}", "{\"value\": \"8.5\"}"};
	char why[TAPS_WHY_LEN];
	struct rating r = {.value = -1};

	(void)state;
	for (size_t i = 0; i < array_len(bad); i++) {
		assert_int_equal(parse(bad[i], UTC(NOW), &r, why), TAPS_E_REFUSED);
		assert_string_equal(why, "pain is a whole number from 0 to 10");
	}
	assert_int_equal(r.value, -1);
	assert_int_equal(taps_parse("x", 1, RATING_SLEEP_QUALITY, UTC(NOW), &r, why),
		TAPS_E_REFUSED);
	assert_string_equal(why, "sleep quality is a whole number from 0 to 10");
	assert_int_equal(parse("{\"value\": 7", UTC(NOW), &r, why), TAPS_E_REFUSED);
}

static void
json_may_carry_its_own_time(void **state)
{
	char why[TAPS_WHY_LEN];
	struct rating r;

	(void)state;
	assert_int_equal(parse("{\"value\": 4, \"time\": \"2026-03-29T07:12:00+02:00\"}",
				 UTC(NOW), &r, why),
		0);
	assert_int_equal(r.at.ms, INT64_C(1774761120000));
	assert_int_equal(
		parse("{\"value\": \"4\", \"time\": 1774761120}", UTC(NOW), &r, why), 0);
	assert_int_equal(r.at.ms, INT64_C(1774761120000));
	assert_int_equal(
		parse("{\"value\": 4, \"time\": 1774761120000}", UTC(NOW), &r, why), 0);
	assert_int_equal(r.at.ms, INT64_C(1774761120000));
	assert_int_equal(parse("{\"value\": 4, \"time\": \"2026-03-29T07:12:00\"}",
				 UTC(NOW), &r, why),
		TAPS_E_REFUSED);
	assert_int_equal(parse("{\"value\": 4, \"time\": 1793000000}",
				 UTC(NOW - 10 * MINUTE_MS), &r, why),
		TAPS_E_REFUSED);
	assert_string_equal(why, "its time lies in the future");
}

static void
without_a_clock_only_a_rating_with_a_time_is_dated(void **state)
{
	char why[TAPS_WHY_LEN];
	struct rating r;

	(void)state;
	assert_int_equal(parse("4", UTC(INT64_MAX), &r, why), TAPS_E_REFUSED);
	assert_int_equal(
		parse("{\"value\": 4, \"time\": 1774761120}", UTC(INT64_MAX), &r, why),
		0);
}

static int
command(const char *text, utc_ms now, struct feedback *ret, char *why)
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
	char why[TAPS_WHY_LEN];
	struct feedback f;

	(void)state;
	for (size_t i = 0; i < array_len(good); i++) {
		assert_int_equal(command(good[i].text, UTC(NOW), &f, why), 0);
		assert_int_equal(f.kind, good[i].kind);
		assert_int_equal(f.at.ms, NOW);
	}
	assert_int_equal(
		command("{\"cmd\": \"ack\", \"time\": 1774761120}", UTC(NOW), &f, why),
		0);
	assert_int_equal(f.at.ms, INT64_C(1774761120000));
	assert_int_equal(command("recompute", UTC(NOW), &f, why), TAPS_E_RECOMPUTE);
	assert_int_equal(command("ack", UTC(INT64_MAX), &f, why), TAPS_E_REFUSED);
	assert_int_equal(command("{\"cmd\": \"ack\", \"time\": 1774761120}",
				 UTC(INT64_MAX), &f, why),
		0);
}

static void
any_other_command_is_refused(void **state)
{
	static const char *const bad[] = {"", "dance", "ack snooze", "ACK", "{}",
		"{\"cmd\": 3}", "{\"cmd\": \"dance\"}"};
	char why[TAPS_WHY_LEN];
	struct feedback f = {0};

	(void)state;
	for (size_t i = 0; i < array_len(bad); i++) {
		assert_int_equal(command(bad[i], UTC(NOW), &f, why), TAPS_E_REFUSED);
		assert_string_equal(
			why, "a command is one of: ack, snooze, false_alarm, recompute");
	}
	assert_int_equal(command("{\"cmd\": \"ack\"", UTC(NOW), &f, why), TAPS_E_REFUSED);
	assert_int_equal(command("{\"cmd\": \"ack\", \"time\": 1793000000}",
				 UTC(NOW - 10 * MINUTE_MS), &f, why),
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
	const struct device_id from = {"anna", TAPS_SOURCE, TAPS_DEVICE};
	void *memory = malloc(DECODE_ARENA_SIZE);
	unsigned char bytes[TAPS_BATCH_MAX];
	char why[DECODE_WHY_LEN];
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
	const struct device_id from = {"anna", TAPS_SOURCE, TAPS_DEVICE};
	void *memory = malloc(DECODE_ARENA_SIZE);
	unsigned char bytes[TAPS_BATCH_MAX];
	char why[DECODE_WHY_LEN];
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
	assert_true(batch_key(bytes, n, &epoch, &seq));
	assert_int_equal(epoch, 9);
	assert_int_equal(seq, 3);
	free(memory);
}

static void
a_key_is_read_from_what_cannot_be_decoded(void **state)
{
	static const unsigned char cut[] = {
		0x08, 0x96, 0x01, 0x10, 0x05, 0x2a, 0x7f, 0x00};
	static const unsigned char no_seq[] = {0x08, 0x01, 0x18, 0x02};
	static const unsigned char zero[] = {0x08, 0x00, 0x10, 0x05};
	static const unsigned char endless[] = {
		0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint64_t epoch = 0, seq = 0;

	(void)state;
	assert_true(
		batch_key(cut, sizeof(cut), &epoch, &seq)); /* its series is cut short */
	assert_int_equal(epoch, 150);
	assert_int_equal(seq, 5);
	assert_false(batch_key(no_seq, sizeof(no_seq), &epoch, &seq));
	assert_false(batch_key(zero, sizeof(zero), &epoch, &seq));
	assert_false(batch_key(endless, sizeof(endless), &epoch, &seq));
	assert_false(batch_key("", 0, &epoch, &seq));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_whole_numbers_are_taken),
		cmocka_unit_test(anything_else_is_refused_without_repeating_it),
		cmocka_unit_test(json_may_carry_its_own_time),
		cmocka_unit_test(without_a_clock_only_a_rating_with_a_time_is_dated),
		cmocka_unit_test(an_answer_is_a_word_or_json),
		cmocka_unit_test(any_other_command_is_refused),
		cmocka_unit_test(an_answer_is_a_batch_without_a_rating),
		cmocka_unit_test(a_tap_is_a_batch_like_any_other),
		cmocka_unit_test(a_key_is_read_from_what_cannot_be_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
