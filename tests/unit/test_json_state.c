/* SPDX-License-Identifier: MIT */
/* dozed/<person>/state: what it says of how often the outlook was right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out/encode.h"

static json_t *
state_with(const struct track_record *t)
{
	struct zone *utc = NULL;
	assert_int_equal(zone_open("Etc/UTC", &utc), 0);
	struct state_facts facts = {.record = t, .zone = utc};
	struct bytes b = encode_state_json(&facts);
	json_t *j = json_loadb((const char *)b.data, b.size, 0, NULL);
	assert_non_null(j);
	free(b.data);
	zone_free(utc);
	return j;
}

static double
number_of(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);
	if (!json_is_number(v))
		fail_msg("%s is no number", key);
	return json_number_value(v);
}

static void
state_says_how_far_the_learning_is(void **state)
{
	(void)state;
	struct track_record t = {.nights = 12,
		.rated_days = 9,
		.min_rated_days = 14,
		.base_rate = 2.6 / 19,
		.skill = NAN,
		.skill_low = NAN,
		.skill_high = NAN};
	json_t *j = state_with(&t);
	assert_string_equal(json_string_value(json_object_get(j, "learning")),
		"learning, 9 of 14 days");
	assert_true(number_of(j, "nights") == 12);
	assert_true(number_of(j, "rated_days") == 9);
	assert_true(number_of(j, "base_rate") == .137);
	const char *const unknown[] = {"hit_rate", "false_alarm_share", "alerts_per_week",
		"brier_skill", "brier_skill_low", "brier_skill_high"};
	for (unsigned i = 0; i < array_len(unknown); i++)
		if (!json_is_null(json_object_get(j, unknown[i])))
			fail_msg("%s is known", unknown[i]);
	assert_string_equal(
		json_string_value(json_object_get(j, "skill_claimed")), "OFF");
	json_decref(j);
}

static void
state_says_how_often_notices_were_right(void **state)
{
	(void)state;
	struct track_record t = {.nights = 150,
		.rated_days = 120,
		.min_rated_days = 14,
		.base_rate = .1615,
		.mornings = 140,
		.judged = 106,
		.high = 18,
		.told = {14, 11, 4},
		.skill = .0614,
		.skill_low = -.0449,
		.skill_high = .1677,
		.skill_claimed = 0};
	json_t *j = state_with(&t);
	assert_true(json_is_null(json_object_get(j, "learning")));
	assert_true(number_of(j, "hit_rate") == .222);          /* 4 of 18 */
	assert_true(number_of(j, "false_alarm_share") == .636); /* 7 of 11 */
	assert_true(number_of(j, "alerts_per_week") == .7);     /* 14 in 20 weeks */
	assert_true(number_of(j, "brier_skill") == .061);
	assert_true(number_of(j, "brier_skill_low") == -.045);
	assert_true(number_of(j, "brier_skill_high") == .168);
	assert_string_equal(
		json_string_value(json_object_get(j, "skill_claimed")), "OFF");
	json_decref(j);
	t.skill_claimed = 1;
	j = state_with(&t);
	assert_string_equal(json_string_value(json_object_get(j, "skill_claimed")), "ON");
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_says_how_far_the_learning_is),
		cmocka_unit_test(state_says_how_often_notices_were_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
