// SPDX-License-Identifier: MIT
// Topics: the exact split, and nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "in/decode.h"

static void
a_device_topic_names_person_source_and_device(void **state)
{
	const char *t = "dozed/v1/ingest/anna/sim/band-1";
	struct device_id id;

	(void)state;
	assert_int_equal(topic_device("dozed", t, strlen(t), &id), 1);
	assert_string_equal(id.person, "anna");
	assert_string_equal(id.source, "sim");
	assert_string_equal(id.device, "band-1");
	/* Paho gives a length, not a terminator */
	assert_int_equal(topic_device("dozed", t, strlen(t) - 2, &id), 1);
	assert_string_equal(id.device, "band");
	t = "p/17/dozed/v1/ingest/anna/sim/b";
	assert_int_equal(topic_device("p/17/dozed", t, strlen(t), &id), 1);
	assert_int_equal(topic_device("dozed", t, strlen(t), &id), 0);
}

static void
a_topic_of_another_shape_is_nobodys(void **state)
{
	static const char *const topics[] = {
		"",
		"/",
		"dozed",
		"dozed/",
		"dozed/v1",
		"dozed/v1/ingest",
		"dozed/v1/ingest/",
		"dozed/v1/ingest/anna",
		"dozed/v1/ingest/anna/sim",
		"dozed/v1/ingest/anna/sim/",
		"dozed/v1/ingest/anna//b",
		"dozed/v1/ingest//sim/b",
		"dozed/v1/ingest/anna/sim/b/",
		"dozed/v1/ingest/anna/sim/b/c",
		"/dozed/v1/ingest/anna/sim/b",
		"dozed//v1/ingest/anna/sim/b",
		"dozed/v2/ingest/anna/sim/b",
		"dozed/v1/ack/anna/sim/b",
		"Dozed/v1/ingest/anna/sim/b",
		"dozed/v1/ingest/Anna/sim/b",
		"dozed/v1/ingest/+/sim/b",
		"dozed/v1/ingest/#",
		"dozed/v1/ingest/../sim/b",
		"dozed/v1/ingest/anna/sim/b c",
		"dozedx/v1/ingest/a/b/c",
		"dozed/v1/ingest/anna/sim/\xc3\xa4",
		"dozed/v1/ingest/anna/sim/b;",
		"dozed/v1/ingestanna/sim/b",
		"$SYS/v1/ingest/anna/sim/b",
		"dozed/v1/ingest/123456789012345678901234567890123/sim/b",
		"dozed/v1/ingest/anna/%s/b",
		"dozed/v1/ingest/anna/'/b",
		"a/b/c/d/e/f/g/h/i/j",
	};
	struct device_id id = {"x", "y", "z"};

	(void)state;
	for (size_t i = 0; i < array_len(topics); i++)
		if (topic_device("dozed", topics[i], strlen(topics[i]), &id) != 0)
			fail_msg("\"%s\" was taken", topics[i]);
	assert_int_equal(topic_device("dozed", "dozed/v1/ingest/a\0b/sim/b", 25, &id), 0);
	assert_int_equal(topic_device("dozed", "dozed/v1/ingest/a/sim/b\0", 24, &id), 0);
	assert_string_equal(id.person, "x");
}

static void
every_rating_has_its_topic(void **state)
{
	char topic[64], person[ID_MAX + 1];
	enum rating_kind kind;

	(void)state;
	for (int k = 1; k < RATING_KINDS; k++) {
		snprintf(topic, sizeof topic, "dozed/anna/%s/set", rating_names[k]);
		assert_int_equal(
			topic_rating("dozed", topic, strlen(topic), person, &kind), 1);
		assert_string_equal(person, "anna");
		assert_int_equal(kind, k);
		assert_int_equal(
			topic_rating("dozed", topic, strlen(topic) - 1, person, &kind),
			0);
	}
	static const char *const bad[] = {"dozed/anna/pain/set", "dozed/anna/pain_day",
		"dozed/anna/pain_day/set/", "dozed/anna/pain_day/state",
		"dozed//pain_day/set"};
	for (size_t i = 0; i < array_len(bad); i++)
		assert_int_equal(
			topic_rating("dozed", bad[i], strlen(bad[i]), person, &kind), 0);
}

static void
commands_have_one_too(void **state)
{
	char person[ID_MAX + 1];

	(void)state;
	assert_int_equal(topic_cmd("dozed", "dozed/anna/cmd", 14, person), 1);
	assert_string_equal(person, "anna");
	assert_int_equal(topic_cmd("dozed", "dozed/anna/cmd/", 15, person), 0);
	assert_int_equal(topic_cmd("dozed", "dozed/anna/cmdx", 15, person), 0);
	assert_int_equal(topic_cmd("dozed", "dozed/cmd", 9, person), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_topic_names_person_source_and_device),
		cmocka_unit_test(a_topic_of_another_shape_is_nobodys),
		cmocka_unit_test(every_rating_has_its_topic),
		cmocka_unit_test(commands_have_one_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
