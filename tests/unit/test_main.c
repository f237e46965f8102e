/* SPDX-License-Identifier: MIT */
/* The real `dozed` as a person types it: help, exit codes, a refused configuration. */
#include "config_fixture.h"

/* The exit code; what was printed, both streams, to out. */
static int
dozed(const char *args, char out[static 8192])
{
	char command[512];
	snprintf(command, sizeof command, "%s/daemon/dozed %s 2>&1",
		getenv("DOZED_BUILD"), args);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	out[fread(out, 1, 8191, p)] = '\0';
	int status = pclose(p);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
help_names_every_command(void **state)
{
	(void)state;
	char out[8192];
	static const char *const names[] = {"run", "check", "status", "nights", "explain",
		"import", "replay", "export"};
	assert_int_equal(dozed("--help", out), 0);
	for (size_t i = 0; i < array_len(names); i++) {
		char line[32], args[64], help[8192];
		snprintf(line, sizeof line, "\n  %s ", names[i]);
		assert_non_null(strstr(out, line));
		/* also where there is no configuration */
		snprintf(args, sizeof args, "-c /nonexistent %s --help", names[i]);
		assert_int_equal(dozed(args, help), 0);
		assert_non_null(strstr(help, names[i]));
	}
	assert_int_equal(dozed("--version", out), 0);
	assert_string_equal(out, "dozed " DOZED_VERSION "\n");
}

static void
what_is_not_understood_is_usage(void **state)
{
	(void)state;
	char out[8192];
	assert_int_equal(dozed("", out), 2);
	assert_int_equal(dozed("--nope", out), 2);
	assert_int_equal(dozed("-c", out), 2);
	assert_int_equal(dozed("chekc", out), 2);
	assert_string_equal(out, "dozed: chekc: no such command; did you mean check?\n");
	assert_int_equal(dozed("check --nope", out), 2);
}

static void
a_bad_configuration_is_refused_by_every_command(void **state)
{
	struct fixture *f = *state;
	static const char bad[] = "# x\nlog_level = loud\n";
	static const char *const names[] = {"run", "check", "status", "nights", "export"};
	fixture_write(f, "bad.conf", bad, sizeof bad - 1);
	for (size_t i = 0; i < array_len(names); i++) {
		char args[160], out[8192];
		snprintf(args, sizeof args, "-c %s/bad.conf %s", f->dir, names[i]);
		assert_int_equal(dozed(args, out), 78);
		assert_non_null(strstr(out, "bad.conf:2: log_level = \"loud\": one of"));
	}
}

static void
check_tells_what_it_read(void **state)
{
	struct fixture *f = *state;
	static const char good[] = "person \"anna\" { timezone = \"Europe/Berlin\" }\n"
				   "scorer \"cole_kripke\" { divisor = 30 }\n";
	char args[160], out[8192];
	fixture_write(f, "good.conf", good, sizeof good - 1);
	snprintf(args, sizeof args, "-c %s/good.conf check", f->dir);
	assert_int_equal(dozed(args, out), 0);
	static const char *const want[] = {"127.0.0.1:1883", "anna", "Europe/Berlin",
		"any device", "cole_kripke 1.0", "divisor = 30 (default 100)",
		"reads  activity", "no fault found"};
	for (size_t i = 0; i < array_len(want); i++)
		if (!strstr(out, want[i]))
			fail_msg("no \"%s\" in\n%s", want[i], out);
	assert_true(strstr(out, "cole_kripke ") < strstr(out, "sleep_stats "));
}

static void
check_refuses_a_password_that_everybody_can_read(void **state)
{
	struct fixture *f = *state;
	char text[256], args[160], out[8192];
	snprintf(text, sizeof text,
		"broker {\n username = x\n password_file = \"%s/pw\"\n}\n", f->dir);
	fixture_write(f, "pw.conf", text, strlen(text));
	fixture_write(f, "pw", "geheim\n", 7);
	snprintf(args, sizeof args, "%s/pw", f->dir);
	assert_int_equal(chmod(args, 0644), 0);
	snprintf(args, sizeof args, "-c %s/pw.conf check", f->dir);
	assert_int_equal(dozed(args, out), 78);
	assert_non_null(strstr(out, "pw.conf:3: password_file "));
	assert_non_null(strstr(out, "can be read by everybody"));
	assert_null(strstr(out, "geheim"));
}

static int
open_if_built(void **state)
{
	char path[512];
	snprintf(path, sizeof path, "%s/daemon/dozed", getenv("DOZED_BUILD"));
	if (access(path, X_OK) != 0) {
		print_message("SKIP: %s not found\n", path);
		exit(77);
	}
	return fixture_open(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_names_every_command),
		cmocka_unit_test(what_is_not_understood_is_usage),
		cmocka_unit_test(a_bad_configuration_is_refused_by_every_command),
		cmocka_unit_test(check_tells_what_it_read),
		cmocka_unit_test(check_refuses_a_password_that_everybody_can_read),
	};
	return cmocka_run_group_tests(tests, open_if_built, fixture_close);
}
