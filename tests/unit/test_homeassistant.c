/* SPDX-License-Identifier: MIT */
/* The announcement itself; whether Home Assistant takes it is for tests/integration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/words.h"
#include "out/homeassistant.h"

static json_t *
announce(const char *root, const struct person *who)
{
	struct bytes b = homeassistant_config(root, who);
	json_t *j =
		json_loadb((const char *)b.data, b.size, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(j);
	assert_int_equal(b.size, strlen((const char *)b.data));
	free(b.data);
	return j;
}

static const char *
text(json_t *o, const char *a, const char *b)
{
	const char *s = json_string_value(json_object_get(json_object_get(o, a), b));

	if (!s)
		fail_msg("%s.%s is not there", a, b);
	return s;
}

static const struct person anna = {.id = "anna", .name = "Anna"};

static void
the_message_has_only_keys_that_do_not_reject_it(void **state)
{
	static const char *const allowed[] = {"dev", "o", "availability_topic",
		"payload_available", "payload_not_available", "qos", "cmps"};
	json_t *j = announce("dozed", &anna);
	char topic[HOMEASSISTANT_TOPIC_LEN];

	(void)state;
	assert_int_equal(json_object_size(j), array_len(allowed));
	for (size_t i = 0; i < array_len(allowed); i++)
		assert_non_null(json_object_get(j, allowed[i]));
	assert_string_equal(homeassistant_topic("homeassistant", "anna", topic),
		"homeassistant/device/dozed_anna/config");
	json_decref(j);
}

/* dozed_<person>_<key>: were one key the tail of another, "anna" and "anna_pain" could meet. */
static void
no_two_people_can_share_an_id(void **state)
{
	json_t *j = announce("dozed", &anna), *c, *other_c;
	const char *key, *other;

	(void)state;
	json_object_foreach(json_object_get(j, "cmps"), key, c)
	{
		assert_memory_equal(json_string_value(json_object_get(c, "unique_id")),
			"dozed_anna_", 11);
		assert_string_equal(
			json_string_value(json_object_get(c, "unique_id")) + 11, key);
		json_object_foreach(json_object_get(j, "cmps"), other, other_c)
		{
			size_t n = strlen(key), m = strlen(other);
			if (n > m + 1 && key[n - m - 1] == '_')
				assert_string_not_equal(key + n - m, other);
		}
	}
	json_decref(j);
}

static void
expect_words(json_t *list, const char *const *words, unsigned from, unsigned n)
{
	assert_int_equal(json_array_size(list), n - from);
	for (unsigned i = from; i < n; i++)
		assert_string_equal(
			json_string_value(json_array_get(list, i - from)), words[i]);
}

static void
words_are_those_of_the_code(void **state)
{
	json_t *j = announce("dozed", &anna), *c = json_object_get(j, "cmps");
	struct night night = {.gone = 0};

	(void)state;
	expect_words(json_object_get(json_object_get(c, "outlook_level"), "options"),
		outlook_names, 0, OUTLOOKS);
	expect_words(json_object_get(json_object_get(c, "night_status"), "options"),
		night_status_names, 0, NIGHT_STATUSES);
	expect_words(json_object_get(json_object_get(c, "alert"), "event_types"),
		notice_names, 1, NOTICE_KINDS);
	assert_string_equal(night_status_names[night_status_of(NULL)], "none");
	assert_string_equal(night_status_names[night_status_of(&night)], "final");
	night.insufficient[0] = 'x';
	assert_string_equal(night_status_names[night_status_of(&night)], "insufficient");
	night.gone = 1;
	assert_string_equal(night_status_names[night_status_of(&night)], "deleted");
	json_decref(j);
}

static void
names_are_in_the_persons_language(void **state)
{
	const struct person ben = {.id = "ben-2", .language = LANGUAGE_DE};
	json_t *j = announce("home/dozed", &ben), *c = json_object_get(j, "cmps"), *e;
	json_t *english = announce("home/dozed", &anna);
	const char *key;

	(void)state;
	assert_string_equal(text(j, "dev", "name"), "Schlaf und Befinden (ben-2)");
	assert_string_equal(text(english, "dev", "name"), "Sleep and comfort (Anna)");
	assert_string_equal(text(c, "sleep_quality", "name"), "Schlafqualität (0-10)");
	assert_string_equal(text(c, "sleep_quality", "default_entity_id"),
		"number.ben_2_sleep_quality");
	assert_string_equal(
		text(c, "pain_day", "command_topic"), "home/dozed/ben-2/pain_day/set");
	assert_string_equal(json_string_value(json_object_get(j, "availability_topic")),
		"home/dozed/status");
	json_object_foreach(c, key, e)
	{
		assert_string_not_equal(json_string_value(json_object_get(e, "name")),
			text(json_object_get(english, "cmps"), key, "name"));
	}
	json_decref(j);
	json_decref(english);
}

static void
nothing_looks_like_an_alarm(void **state)
{
	json_t *j = announce("dozed", &anna), *c = json_object_get(j, "cmps");

	(void)state;
	assert_null(json_object_get(json_object_get(c, "outlook_high"), "device_class"));
	assert_null(json_object_get(json_object_get(c, "alert"), "device_class"));
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_message_has_only_keys_that_do_not_reject_it),
		cmocka_unit_test(no_two_people_can_share_an_id),
		cmocka_unit_test(words_are_those_of_the_code),
		cmocka_unit_test(names_are_in_the_persons_language),
		cmocka_unit_test(nothing_looks_like_an_alarm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
