/* SPDX-License-Identifier: MIT */
/* Push by a program: what it is given, and what its end means. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include "push_bench.h"
#include <cmocka.h>
// clang-format on

static struct bench b;

static int
setup(void **state)
{
	(void)state;
	bench_open(&b);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bench_close(&b);
	return 0;
}

/* The program is this script, in the bench's directory, with two arguments. */
static void
configure(const char *script)
{
	char path[96], text[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/hook", b.dir);
	f = fopen(path, "w");
	fprintf(f, "#!/bin/sh\ncd %s || exit 1\n%s\n", b.dir, script);
	fclose(f);
	chmod(path, 0700);
	snprintf(text, sizeof(text),
		"person \"anna\" { timezone = \"Europe/Berlin\" discreet = false push = "
		"{\"prog\"} }\npush \"prog\" { kind = exec timeout = \"1 s\" command = "
		"{\"%s\", \"--to\", \"a b; $(touch evil)\"} }\n",
		path);
	bench_configure(&b, text);
}

static char *
content(const char *name, char ret[static 4096])
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", b.dir, name);
	f = fopen(path, "r");
	ret[0] = '\0';
	if (f) {
		ret[fread(ret, 1, 4095, f)] = '\0';
		fclose(f);
	}
	return ret;
}

static void
the_program_gets_json_and_little_else(void **state)
{
	char text[4096];
	json_t *o;

	(void)state;
	setenv("SECRET_OF_THE_DAEMON", "x", 1);
	configure("cat >in; env >env; echo \"$1|$2\" >args; pwd >cwd; ls /proc/self/fd "
		  ">fds");
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "sent"), 1);
	o = json_loads(content("in", text), 0, NULL);
	assert_non_null(o);
	assert_string_equal(
		json_string_value(json_object_get(o, "text")), "secret text 1");
	assert_string_equal(
		json_string_value(json_object_get(o, "event_type")), "pain_day_expected");
	json_decref(o);
	assert_string_equal(content("args", text), "--to|a b; $(touch evil)\n");
	assert_string_equal(content("evil", text), "");
	assert_null(strstr(content("env", text), "SECRET_OF_THE_DAEMON"));
	assert_non_null(strstr(text, "LANG=C.UTF-8"));
	content("fds", text); /* ls opens one more for itself */
	assert_string_equal(text, "0\n1\n2\n3\n");
	unsetenv("SECRET_OF_THE_DAEMON");
}

static void
seventy_five_means_later(void **state)
{
	(void)state;
	configure("echo >>ran; [ -e ok ] || { touch ok; exit 75; }");
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + SECOND_MS);
	assert_int_equal(bench_count(&b, "prog", "waiting"), 1);
	assert_non_null(strstr(bench_trouble(&b, "prog"), "later (75)"));
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "sent"), 1);
	assert_int_equal(bench_count(&b, "prog", "failures"), 1);
}

static void
any_other_status_is_a_refusal(void **state)
{
	(void)state;
	configure("exit 3");
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "given_up"), 1);
	assert_string_equal(bench_trouble(&b, "prog"), "the program ended with 3");
}

/* It and what it started are ended; the notice is not lost. */
static void
one_that_takes_too_long_is_ended_and_tried_again(void **state)
{
	char text[4096];
	pid_t pid;

	(void)state;
	configure("[ -e pid ] && exit 0; sleep 1000 & echo $! >pid; wait");
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + SECOND_MS);
	assert_string_equal(bench_trouble(&b, "prog"), "the program took too long");
	pid = (pid_t)strtol(content("pid", text), NULL, 10);
	assert_true(pid > 1);
	snprintf(text, sizeof(text), "/proc/%d/cmdline", (int)pid);
	for (int i = 0; i < 1000 && access(text, F_OK) == 0; i++)
		usleep(1000); /* a zombie of somebody else's until it is waited for */
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "sent"), 1);
}

static void
a_missing_program_loses_nothing(void **state)
{
	char path[96];

	(void)state;
	configure("cat >in");
	snprintf(path, sizeof(path), "%s/hook", b.dir);
	unlink(path);
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "waiting"), 1);
	assert_non_null(strstr(bench_trouble(&b, "prog"),
		"cannot be started: no such file or directory"));
	configure("cat >in");
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "sent"), 1);
}

static void
one_that_prints_without_end_or_does_not_read_is_no_trouble(void **state)
{
	(void)state;
	configure("exec <&-; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; "
		  "exit 0");
	bench_put(&b, "prog", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(bench_count(&b, "prog", "sent"), 1);
}

/* The teardown ends it while it runs: no process and no handle stays. */
static void
stopping_ends_what_runs(void **state)
{
	(void)state;
	configure("sleep 1000");
	bench_put(&b, "prog", 1);
	(void)pusher_turn(b.pusher, UTC(b.now));
	uv_run(&b.loop, UV_RUN_NOWAIT);
	assert_int_equal(bench_count(&b, "prog", "waiting"), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_program_gets_json_and_little_else),
		T(seventy_five_means_later),
		T(any_other_status_is_a_refusal),
		T(one_that_takes_too_long_is_ended_and_tried_again),
		T(a_missing_program_loses_nothing),
		T(one_that_prints_without_end_or_does_not_read_is_no_trouble),
		T(stopping_ends_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
