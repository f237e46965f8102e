/* SPDX-License-Identifier: MIT */
/* `dozed run` as its broker, its service manager and its people see it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include <dozed/v1/ack.pb-c.h>

#include "batches.h"
#include "peer.h"
#include "rig.h"
#include "store/store.h"

#define INGEST "dozed/v1/ingest/anna/csv/watch"
#define ACK    "dozed/v1/ack/anna/csv/watch"
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

/* Yesterday's first hours: nothing of it lies in the future. */
static int64_t
hour_ms(unsigned i)
{
	return ((int64_t)time(NULL) / 3600 - 30 + i % 24) * 3600000;
}

static void
expect_text(struct peer *p, const char *topic, const char *text)
{
	char heard[64] = "";

	peer_expect(p, topic, heard, sizeof(heard) - 1);
	assert_string_equal(heard, text);
}

/* Takes acks until one covers seq. */
static void
expect_ack(struct peer *p, uint64_t seq)
{
	unsigned char bytes[4096];
	uint64_t contiguous = 0;

	while (contiguous < seq) {
		size_t n = peer_expect(p, ACK, bytes, sizeof(bytes));
		Dozed__V1__Ack *ack = dozed__v1__ack__unpack(NULL, n, bytes);

		assert_non_null(ack);
		assert_int_equal(ack->epoch, EPOCH);
		contiguous = ack->contiguous;
		dozed__v1__ack__free_unpacked(ack, NULL);
	}
	assert_int_equal(contiguous, seq);
}

static void
tells_ready_and_says_online(void **state)
{
	const char *const filters[] = {"dozed/status", NULL};
	struct peer *p;
	int64_t ms;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "listener", filters);
	expect_text(p, "dozed/status", "online");
	assert_int_equal(rig_end(&rig, SIGTERM, &ms), 0);
	expect_text(p, "dozed/status", "offline");
	print_message("stopped in %lld ms\n", (long long)ms);
	assert_true(ms < 3000); /* the bar is 1 s; sanitizers and shared cores */
	peer_close(p);
}

static void
pings_the_watchdog(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", "200000", 1);
	rig_start(&rig);
	unsetenv("WATCHDOG_USEC");
	rig_told(&rig, "READY=1");
	rig_told(&rig, "WATCHDOG=1");
	rig_told(&rig, "WATCHDOG=1");
	kill(rig.daemon, SIGTERM);
	rig_told(&rig, "STOPPING=1");
	assert_int_equal(rig_end(&rig, SIGTERM, NULL), 0);
}

static void
kill_is_told_by_the_will(void **state)
{
	const char *const filters[] = {"dozed/status", NULL};
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "listener", filters);
	expect_text(p, "dozed/status", "online");
	rig_end(&rig, SIGKILL, NULL);
	expect_text(p, "dozed/status", "offline");
	peer_close(p);
}

static void
stores_scores_and_acknowledges(void **state)
{
	const char *const filters[] = {ACK, NULL};
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", filters);
	for (uint64_t seq = 1; seq <= 20; seq++)
		batch_publish(p, INGEST, EPOCH, seq);
	expect_ack(p, 20);
	batch_publish(p, INGEST, EPOCH, 20); /* the bridge missed the ack */
	expect_ack(p, 20);
	rig_until(&rig, "counters.duplicates", '=', 1);
	assert_int_equal(rig_number(&rig, "counters.stored"), 20);
	assert_int_equal(rig_number(&rig, "store.batches"), 20);
	assert_true(rig_number(&rig, "counters.acks") <= 21);
	peer_close(p);
}

static void
acks_name_the_gaps(void **state)
{
	const char *const filters[] = {ACK, NULL};
	unsigned char bytes[4096];
	Dozed__V1__Ack *ack = NULL;
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", filters);
	batch_publish(p, INGEST, EPOCH, 1);
	batch_publish(p, INGEST, EPOCH, 2);
	batch_publish(p, INGEST, EPOCH, 5);
	do {
		dozed__v1__ack__free_unpacked(ack, NULL);
		ack = dozed__v1__ack__unpack(
			NULL, peer_expect(p, ACK, bytes, sizeof(bytes)), bytes);
	} while (ack->highest < 5);
	assert_int_equal(ack->contiguous, 2);
	assert_int_equal(ack->n_gaps, 1);
	assert_int_equal(ack->gaps[0]->first, 3);
	assert_int_equal(ack->gaps[0]->last, 4);
	dozed__v1__ack__free_unpacked(ack, NULL);
	peer_close(p);
}

static void
finds_a_broker_that_comes_later_and_again(void **state)
{
	const char *const filters[] = {ACK, NULL};
	struct peer *p;

	(void)state;
	rig_broker_end(&rig, SIGTERM);
	rig_start(&rig);
	rig_told(&rig, "READY=1"); /* not kept waiting */
	rig_until_text(&rig, "broker.why", "no connection");
	rig_broker_start(&rig);
	rig_until_text(&rig, "broker.state", "connected");
	for (int signum = SIGTERM; signum; signum = signum == SIGTERM ? SIGKILL : 0) {
		rig_broker_end(&rig, signum);
		rig_until_text(&rig, "broker.state", "waiting");
		rig_broker_start(&rig);
		rig_until_text(&rig, "broker.state", "connected");
	}
	p = peer_open(rig.port, "bridge", filters);
	batch_publish(p, INGEST, EPOCH, 1);
	expect_ack(p, 1);
	peer_close(p);
}

static void
messages_wait_at_the_broker_while_it_is_away(void **state)
{
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	rig_end(&rig, SIGTERM, NULL);
	p = peer_open(rig.port, "bridge", NULL);
	for (uint64_t seq = 1; seq <= 50; seq++)
		batch_publish(p, INGEST, EPOCH, seq);
	rig_start_ready(&rig);
	rig_until(&rig, "store.batches", '=', 50);
	rig_until(&rig, "to_score", '=', 0);
	peer_close(p);
}

static int64_t
letters(const char *reason)
{
	json_t *root = rig_status(&rig), *row;
	int64_t n = 0;
	size_t i;

	json_array_foreach(json_object_get(root, "dead_letters"), i,
		row) if (strstr(json_string_value(json_object_get(row, "reason")),
				 reason)) n +=
		json_integer_value(json_object_get(row, "times"));
	json_decref(root);
	return n;
}

static void
refuses_with_a_reason_what_is_not_sound(void **state)
{
	const char *const filters[] = {ACK, NULL};
	unsigned char bytes[BATCH_BYTES_MAX], *big = calloc(1, 70000);
	struct peer *p;
	size_t n;

	(void)state;
	rig_config(&rig, "person \"anna\" { timezone = \"Europe/Berlin\" devices = "
			 "{\"csv/*\"} }\n");
	rig_start_ready(&rig);
	p = peer_open(rig.port, "bridge", filters);
	peer_publish(p, INGEST, "rubbish", 7);
	peer_publish(p, INGEST, big, 70000);
	n = batch_activity(bytes, EPOCH, 1, hour_ms(0));
	peer_publish(p, "dozed/v1/ingest/bob/csv/watch", bytes, n);
	peer_publish(p, "dozed/v1/ingest/anna/fitbit/watch", bytes, n);
	n = batch_activity(bytes, EPOCH, 1, ((int64_t)time(NULL) + 3600) * 1000);
	peer_publish(
		p, INGEST, bytes, n); /* the future: refused for good, so acknowledged */
	rig_until(&rig, "counters.refused", '=', 5);
	assert_int_equal(letters("not in the configuration"), 1);
	assert_int_equal(letters("not in the person's list"), 1);
	assert_int_equal(rig_number(&rig, "store.dead_letters"), 5);
	assert_int_equal(rig_number(&rig, "store.batches"), 0);
	batch_publish(p, INGEST, EPOCH, 2);
	expect_ack(p, 2);
	peer_close(p);
	free(big);
}

struct found {
	int n;
	struct rating last;
};

static int
each_rating(void *ctx, const char *person, civil_day date, const struct rating *r)
{
	struct found *f = ctx;

	(void)date;
	assert_string_equal(person, "anna");
	f->n++;
	f->last = *r;
	return 0;
}

static int
each_answer(void *ctx, const struct feedback *f)
{
	*(int *)ctx += f->kind;
	return 0;
}

static void
keeps_what_people_tap(void **state)
{
	struct found found = {0};
	int answered = 0;
	struct store *s;
	char why[256], dir[96], text[128];
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "phone", NULL);
	peer_publish(p, "dozed/anna/pain_day/set", "7", 1);
	snprintf(text, sizeof(text), "{\"value\": 4, \"time\": %lld}",
		(long long)time(NULL) - 3600);
	peer_publish(p, "dozed/anna/sleep_quality/set", text, strlen(text));
	peer_publish(p, "dozed/anna/cmd", "snooze", 6);
	rig_until(&rig, "counters.taps", '=', 3);
	peer_publish(p, "dozed/anna/pain_day/set", "11", 2);
	peer_publish(p, "dozed/bob/pain_day/set", "3", 1);
	peer_publish(p, "dozed/anna/cmd", "dance", 5);
	rig_until(&rig, "counters.refused", '=', 3);
	assert_int_equal(letters("pain is a whole number from 0 to 10"), 1);
	rig_until(&rig, "to_score", '=', 0);
	rig_end(&rig, SIGTERM, NULL);
	snprintf(dir, sizeof(dir), "%s/state", rig.dir);
	assert_int_equal(store_open(dir, STORE_READ, STORE_PROCESS, &s, why), 0);
	assert_int_equal(store_ratings_each(s, NULL, each_rating, &found), 0);
	assert_int_equal(found.n, 2);
	assert_int_equal(store_feedback_between(s, "anna", UTC(0), UTC(INT64_MAX),
				 each_answer, &answered),
		0);
	assert_int_equal(answered, FEEDBACK_SNOOZE);
	store_close(s);
	peer_close(p);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(tells_ready_and_says_online),
		T(pings_the_watchdog),
		T(kill_is_told_by_the_will),
		T(stores_scores_and_acknowledges),
		T(acks_name_the_gaps),
		T(finds_a_broker_that_comes_later_and_again),
		T(messages_wait_at_the_broker_while_it_is_away),
		T(refuses_with_a_reason_what_is_not_sound),
		T(keeps_what_people_tap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
