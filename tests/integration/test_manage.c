/* SPDX-License-Identifier: MIT */
/* Whoever looks after the daemon: reload, status, a second one by mistake. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "batches.h"
#include "peer.h"
#include "rig.h"

#define INGEST "dozed/v1/ingest/anna/csv/watch"
#define EPOCH  7

static struct rig rig;

static int
setup(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_broker_start(&rig);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

static void
reloads_a_good_file_and_keeps_the_old_one_else(void **state)
{
	unsigned char bytes[BATCH_BYTES_MAX];
	size_t n = batch_activity(
		bytes, EPOCH, 1, ((int64_t)time(NULL) / 3600 - 30) * 3600000);
	struct peer *p;
	pid_t pid;

	(void)state;
	rig_start_ready(&rig);
	pid = rig.daemon;
	p = peer_open(rig.port, "bridge", NULL);
	peer_publish(p, "dozed/v1/ingest/bob/csv/watch", bytes, n);
	rig_until(&rig, "counters.refused", '=', 1);
	rig_config(&rig, "person \"anna\" { timezone = \"Europe/Berlin\" }\n"
			 "person \"bob\" { timezone = \"Europe/London\" }\n");
	kill(pid, SIGHUP);
	rig_told(&rig, "RELOADING=1");
	rig_told(&rig, "READY=1");
	rig_until(&rig, "people", '=', 2);
	peer_publish(p, "dozed/v1/ingest/bob/csv/watch", bytes, n);
	rig_until(&rig, "counters.stored", '=', 1);

	rig_config(
		&rig, "person \"anna\" { timezone = \"Europe/Atlantis\" }\nperson { }\n");
	kill(pid, SIGHUP);
	rig_told(&rig, "STATUS=online; 2 people, 0 nights; new configuration refused");
	assert_int_equal(rig_number(&rig, "people"), 2);

	snprintf(rig.options, sizeof(rig.options), "topic_root = \"other\"\n");
	rig_config(&rig, "person \"anna\" { timezone = \"Europe/Berlin\" }\n");
	kill(pid, SIGHUP);
	rig_told(&rig, "READY=1");
	rig_until_text(&rig, "reload_refused", "topic_root needs a restart");
	assert_int_equal(rig_number(&rig, "people"), 2);

	rig.options[0] = '\0';
	assert_int_equal(pid, rig.daemon);
	peer_close(p);
}

static int
hold_socket(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/state/control.sock", rig.dir);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

/* Descriptors are not the same from one reload to the next while clients come and go. */
static void
reloads_again_and_again(void **state)
{
	char persons[256];
	int held[5];

	(void)state;
	rig_start_ready(&rig);
	for (int i = 0; i < 5; i++) {
		held[i] = hold_socket();
		snprintf(persons, sizeof(persons),
			"person \"anna\" { timezone = \"Europe/Berlin\" }\n%s",
			i % 2 ? "" : "person \"bob\" { timezone = \"Europe/London\" }\n");
		rig_config(&rig, persons);
		kill(rig.daemon, SIGHUP);
		rig_until(&rig, "people", '=', i % 2 ? 1 : 2);
		rig_until_text(&rig, "reload_refused", "");
	}
	for (int i = 0; i < 5; i++)
		close(held[i]);
}

static void
status_tells_whether_it_runs_and_waits_until_all_is_scored(void **state)
{
	const char *const status[] = {"status", NULL},
			  *const json[] = {"status", "--format", "json", NULL},
			  *const wait[] = {"status", "--wait", "20", NULL},
			  *const no_wait[] = {"status", "--wait", "0", NULL};
	char out[16384];
	json_t *root;
	struct peer *p;

	(void)state;
	assert_int_equal(rig_dozed(&rig, status, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "dozed is not running"));
	assert_int_equal(rig_dozed(&rig, no_wait, out, sizeof(out)), 1);
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", NULL);
	for (uint64_t seq = 1; seq <= 5; seq++)
		batch_publish(p, INGEST, EPOCH, seq);
	rig_until(&rig, "counters.stored", '=', 5);
	assert_int_equal(rig_dozed(&rig, wait, out, sizeof(out)), 0);
	assert_string_equal(out, "");
	assert_int_equal(rig_dozed(&rig, status, out, sizeof(out)), 0);
	assert_non_null(strstr(out, "connected since"));
	assert_non_null(strstr(out, "watch"));
	assert_int_equal(rig_dozed(&rig, json, out, sizeof(out)), 0);
	root = json_loads(out, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "to_score")), 0);
	assert_int_equal(json_array_size(json_object_get(root, "scorers")), 14);
	json_decref(root);
	rig_end(&rig, SIGTERM, NULL);
	assert_int_equal(rig_dozed(&rig, json, out, sizeof(out)), 1);
	root = json_loads(out, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(root, "store"), "batches")),
		5);
	json_decref(root);
	peer_close(p);
}

static void
a_second_daemon_on_the_same_store_is_refused(void **state)
{
	const char *const run[] = {"run", NULL};
	char out[4096];

	(void)state;
	rig_start_ready(&rig);
	assert_int_equal(rig_dozed(&rig, run, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "in use"));
	assert_int_equal(
		rig_number(&rig, "people"), 1); /* the first one has its socket still */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(reloads_a_good_file_and_keeps_the_old_one_else),
		T(reloads_again_and_again),
		T(status_tells_whether_it_runs_and_waits_until_all_is_scored),
		T(a_second_daemon_on_the_same_store_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
