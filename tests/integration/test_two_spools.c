/* SPDX-License-Identifier: MIT */
/* Two real bridges with a spool each feed one device of a real daemon: both are told what is
 * stored, the one with the older epoch too. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "rig.h"

static struct rig rig;
static char program[512];

static int
setup(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_config(&rig, "person \"person_00\" { timezone = \"Europe/Berlin\" }\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

/* A bridge to our broker that uses the spool of this name; seed NULL: what waits in it. */
static pid_t
start_bridge(const char *spool, const char *seed, const char *wait)
{
	char dir[96], url[64];
	const char *argv[16] = {program, seed ? "sim" : "send", "--to", url, "--spool",
		dir, "--wait", wait};

	snprintf(dir, sizeof(dir), "%s/%s", rig.dir, spool);
	snprintf(url, sizeof(url), "mqtt://127.0.0.1:%d", rig.port);
	if (seed) {
		argv[8] = "--nights";
		argv[9] = "40";
		argv[10] = "--seed";
		argv[11] = seed;
	}
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(program, (char *const *)argv);
		_exit(127);
	}
	return pid;
}

static int
ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
two_spools_of_one_device_are_both_acknowledged(void **state)
{
	pid_t older, newer;

	(void)state;
	/* nobody is there yet: what it has waits under the older epoch */
	assert_int_equal(ended(start_bridge("older", "1", "0")), 1);
	rig_broker_start(&rig);
	rig_start_ready(&rig);
	assert_int_equal(ended(start_bridge("newer", "2", "30")), 0);
	int64_t first = rig_number(&rig, "store.batches");
	assert_true(first > 30);

	rig_end(&rig, SIGKILL, NULL);
	rig_start_ready(&rig);
	older = start_bridge("older", NULL, "30");
	newer = start_bridge("newer", "3", "30");
	assert_int_equal(ended(older), 0);
	assert_int_equal(ended(newer), 0);
	assert_true(rig_number(&rig, "store.batches") > first + 60);
	assert_int_equal(rig_number(&rig, "counters.refused"), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(two_spools_of_one_device_are_both_acknowledged),
	};
	const char *build = getenv("DOZED_BUILD");

	snprintf(program, sizeof(program), "%s/bridge/dozed-bridge", build ? build : ".");
	if (access(program, X_OK) != 0) {
		printf("SKIP: %s not found\n", program);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
