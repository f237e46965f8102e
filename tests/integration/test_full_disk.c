/* SPDX-License-Identifier: MIT */
/* A store that cannot write: nothing is acknowledged that is not stored. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "batches.h"
#include "peer.h"
#include "rig.h"

#define INGEST "dozed/v1/ingest/anna/csv/watch"

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
waits_for_space_and_loses_nothing(void **state)
{
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", NULL);
	batch_publish(p, INGEST, 7, 1);
	rig_until(&rig, "counters.stored", '=', 1);
	rig_until(&rig, "to_score", '=', 0);
	rig_limit_files(&rig, 1);
	for (uint64_t seq = 2; seq <= 10; seq++)
		batch_publish(p, INGEST, 7, seq); /* the broker takes them */
	rig_until(&rig, "counters.store_errors", '>', 2);
	assert_int_equal(rig_number(&rig, "counters.stored"), 1);
	assert_int_equal(rig_number(&rig, "counters.refused"), 0);
	rig_limit_files(&rig, 0);
	rig_until(&rig, "counters.stored", '=', 10);
	rig_until(&rig, "to_score", '=', 0);
	peer_close(p);
}

static void
stops_at_once_without_acknowledging(void **state)
{
	struct peer *p;
	int64_t ms;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", NULL);
	rig_limit_files(&rig, 1);
	batch_publish(p, INGEST, 7, 1);
	batch_publish(p, INGEST, 7, 2);
	rig_until(&rig, "counters.store_errors", '>', 1);
	assert_int_equal(rig_end(&rig, SIGTERM, &ms), 0);
	print_message("stopped in %lld ms\n", (long long)ms);
	assert_true(ms < 3000); /* the bar is 1 s */
	rig_start_ready(&rig);
	rig_until(&rig, "store.batches", '=', 2); /* the broker had kept both */
	assert_int_equal(rig_number(&rig, "counters.stored"), 2);
	peer_close(p);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(waits_for_space_and_loses_nothing),
		T(stops_at_once_without_acknowledging),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
