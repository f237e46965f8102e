/* SPDX-License-Identifier: MIT */
/* What is done with a good configuration: secrets, scorers, and what a reload may change. */
#include "config_fixture.h"
#include "sys/loader.h"

#define SECRET_ROOM 10

static int
secret_of(struct fixture *f, const char *text, size_t n, mode_t mode,
	char ret[static SECRET_ROOM])
{
	char path[160];
	snprintf(path, sizeof path, "%s/secret", f->dir);
	fixture_write(f, "secret", text, n);
	assert_int_equal(chmod(path, mode), 0);
	memcpy(ret, "old", 4);
	return config_secret(path, "broker-password", ret, SECRET_ROOM);
}

static void
a_secret_loses_its_newline_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text, *want;
	} rows[] = {{"geheim\n", "geheim"}, {"geheim", "geheim"},
		{"geheim\r\n", "geheim"}, {" ge heim \n", " ge heim "}, {"x\n\n", "x\n"},
		{"123456789", "123456789"}};
	for (size_t i = 0; i < array_len(rows); i++) {
		char got[SECRET_ROOM];
		assert_int_equal(
			secret_of(f, rows[i].text, strlen(rows[i].text), 0600, got), 0);
		assert_string_equal(got, rows[i].want);
	}
}

static void
a_secret_that_is_none_is_refused_and_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	char got[SECRET_ROOM];
	assert_int_equal(secret_of(f, "geheim\n", 7, 0604, got), -EPERM);
	assert_int_equal(secret_of(f, "geheim\n", 7, 0644, got), -EPERM);
	assert_int_equal(secret_of(f, "geheim\n", 7, 0640, got), 0);
	assert_int_equal(secret_of(f, "", 0, 0600, got), -EMSGSIZE);
	assert_int_equal(secret_of(f, "\n", 1, 0600, got), -EMSGSIZE);
	assert_int_equal(secret_of(f, "a\0b", 3, 0600, got), -EMSGSIZE);
	assert_int_equal(secret_of(f, "1234567890", 10, 0600, got), -EMSGSIZE);
	assert_string_equal(got, "old");
	assert_int_equal(config_secret(f->dir, "x", got, sizeof got), -EINVAL);
	assert_int_equal(config_secret("/nonexistent", "x", got, sizeof got), -ENOENT);
}

static void
a_secret_may_be_systemds_credential(void **state)
{
	struct fixture *f = *state;
	char got[SECRET_ROOM];
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(config_secret("", "broker-password", got, sizeof got), -ENOENT);
	setenv("CREDENTIALS_DIRECTORY", f->dir, 1);
	assert_int_equal(config_secret("", "broker-password", got, sizeof got), -ENOENT);
	fixture_write(f, "broker-password", "geheim\n", 7);
	assert_int_equal(config_secret("", "broker-password", got, sizeof got), 0);
	assert_string_equal(got, "geheim");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void
a_reload_may_change_all_but_what_is_open(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text, *restart;
	} rows[] = {
		{"", NULL},
		{"log_level = debug", NULL},
		{"alert { threshold = 0.5 settle = \"1 min\" }", NULL},
		{"scorers = {\"cole_kripke\"}", NULL},
		{"person \"a\" { timezone = UTC }", NULL},
		{"broker { port = 1884 }", "broker.port"},
		{"broker { host = localhost }", "broker.host"},
		{"broker { keep_alive = \"61 s\" }", "broker.keep_alive"},
		{"topic_root = \"x\"", "topic_root"},
		{"state_dir = \"/x\"", "state_dir"},
		{"durability = power", "durability"},
	};
	struct config *old =
		fixture_good(f, "state_dir = \"/s\"\nruntime_dir = \"/r\"\n");
	for (size_t i = 0; i < array_len(rows); i++) {
		char text[256], why[128] = "";
		snprintf(text, sizeof text, "%sruntime_dir = \"/r\"\n%s",
			strstr(rows[i].text, "state_dir") ? "" : "state_dir = \"/s\"\n",
			rows[i].text);
		struct config *c = fixture_good(f, text);
		assert_int_equal(
			config_needs_restart(old, c, why), rows[i].restart != NULL);
		assert_string_equal(why, rows[i].restart ? rows[i].restart : "");
		config_free(c);
	}
	config_free(old);
}

static void
scorers_are_loaded_set_and_ordered(void **state)
{
	struct fixture *f = *state;
	static struct scorers s;
	struct loader *loader = NULL;
	struct config *c = fixture_good(f,
		"scorers = {\"pain_forecast\", \"sleep_stats\", \"cole_kripke\"}\n"
		"scorer \"cole_kripke\" { divisor = 6 }\n");
	assert_int_equal(config_scorers(c, fixture_complain, f, &s, &loader), 0);
	assert_int_equal(f->n, 0);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.list[0].desc->name, "cole_kripke");
	assert_string_equal(s.list[2].desc->name, "pain_forecast");
	assert_true(s.list[0].options[0] == 6);
	loader_free(loader);
	config_free(c);
}

static void
faults_of_scorers_have_their_place(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text, *place, *why;
	} rows[] = {
		{"\nscorers = {\"cole_kripke\",\n \"nope\"}", "dozed.conf:3: ", "nope"},
		{"scorer \"cole_kripke\" {\n divisr = 6\n}",
			"dozed.conf:2: ", "did you mean divisor?"},
		{"scorer \"cole_kripke\" {\n divisor = 0\n}",
			"dozed.conf:2: ", "divisor"},
		{"scorer \"cole_kripke\" {\n divisor = six\n}",
			"dozed.conf:2: ", "divisor"},
		{"scorers = {\"sleep_stats\"}", "dozed.conf:1: ", "asleep"},
		{"scorer_dir = \"/nonexistent\"", "dozed.conf:1: ", "/nonexistent"},
	};
	for (size_t i = 0; i < array_len(rows); i++) {
		static struct scorers s;
		struct loader *loader = NULL;
		struct config *c = fixture_good(f, rows[i].text);
		assert_true(config_scorers(c, fixture_complain, f, &s, &loader) < 0);
		assert_null(loader);
		if (f->n != 1 ||
			strncmp(f->faults[0], rows[i].place, strlen(rows[i].place)) !=
				0 ||
			!strstr(f->faults[0], rows[i].why))
			fail_msg("%s\n%s", rows[i].text, f->faults[0]);
		config_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_loses_its_newline_and_nothing_else),
		cmocka_unit_test(a_secret_that_is_none_is_refused_and_leaves_no_trace),
		cmocka_unit_test(a_secret_may_be_systemds_credential),
		cmocka_unit_test(a_reload_may_change_all_but_what_is_open),
		cmocka_unit_test(scorers_are_loaded_set_and_ordered),
		cmocka_unit_test(faults_of_scorers_have_their_place),
	};
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
