/* SPDX-License-Identifier: MIT */
/* The real daemon, killed while it pushes. A notice may come twice only where it was killed
 * between the server's answer and its own mark; none is lost, and none comes late. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
// clang-format off
#include "push_bench.h"
#include "rig.h"
#include <cmocka.h>
// clang-format on

#define NOTICES 30
#define KILLS   8

static struct rig rig;
static struct http server;
static struct store *store;

static int
setup(void **state)
{
	char dir[96], why[256];

	(void)state;
	rig_open(&rig);
	snprintf(dir, sizeof(dir), "%s/state", rig.dir);
	assert_int_equal(store_open(dir, STORE_WRITE, STORE_PROCESS, &store, why), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	http_stop(&server);
	store_close(store);
	rig_close(&rig);
	return 0;
}

static void
configure(int port)
{
	snprintf(rig.options, sizeof(rig.options),
		"push \"phone\" { kind = ntfy topic = t url = \"http://127.0.0.1:%d\" "
		"}\n",
		port);
	rig_config(&rig,
		"person \"anna\" { timezone = \"Europe/Berlin\" discreet = false "
		"push = {\"phone\"} }\n");
}

/* What the killed one had said must not be taken for the next one's. */
static void
kill_it(void)
{
	rig_end(&rig, SIGKILL, NULL);
	rig_hear(&rig);
	rig.n_told = 0;
}

static utc_ms
from_now(int64_t ms)
{
	return UTC((int64_t)time(NULL) * 1000 + ms);
}

static void
wait_for_requests(unsigned n)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	while (http_count(&server) < n) {
		if (rig_ms() > end)
			rig_fail(&rig, "the server was not asked");
		rig_nap();
	}
}

static int64_t
sent(void)
{
	json_t *root = rig_status(&rig);
	int64_t n = json_integer_value(json_object_get(
		json_array_get(json_object_get(root, "push"), 0), "sent"));

	json_decref(root);
	return n;
}

static void
wait_for_sent(int64_t n)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	while (sent() < n) {
		if (rig_ms() > end)
			rig_fail(&rig, "not all were sent");
		rig_nap();
	}
}

/* Which notice request i was. */
static unsigned
number_of(unsigned i)
{
	json_t *r = http_request(&server, i);
	const char *body = json_string_value(json_object_get(r, "body")),
		   *at = body ? strstr(body, "secret text ") : NULL;
	unsigned n = at ? (unsigned)strtoul(at + 12, NULL, 10) : 0;

	json_decref(r);
	return n;
}

static void
killed_before_the_mark_it_sends_the_same_again_once(void **state)
{
	json_t *a, *z;

	(void)state;
	http_start(&server, rig.dir, "http", "hang");
	configure(server.port);
	store_notice(store, "phone", 1, from_now(0), from_now(HOUR_MS));
	rig_start(&rig);
	wait_for_requests(1);
	kill_it();
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	wait_for_sent(1);
	rig_end(&rig, SIGTERM, NULL);
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	assert_int_equal(sent(), 1);
	assert_int_equal(http_count(&server), 2);
	a = http_request(&server, 0);
	z = http_request(&server, 1);
	/* ntfy puts the second in the place of the first: it has the same sequence id */
	assert_string_equal(json_string_value(json_object_get(a, "body")),
		json_string_value(json_object_get(z, "body")));
	assert_non_null(
		strstr(json_string_value(json_object_get(a, "body")), "\"sequence_id\""));
	json_decref(a);
	json_decref(z);
}

static void
kills_at_any_moment_lose_nothing(void **state)
{
	unsigned times[NOTICES + 1] = {0}, highest = 0, twice = 0, n;

	(void)state;
	http_start(&server, rig.dir, "http", "");
	configure(server.port);
	store_notice(store, "phone", 99, from_now(-HOUR_MS), from_now(-1));
	for (unsigned i = 1; i <= NOTICES; i++)
		store_notice(store, "phone", i, from_now(0), from_now(HOUR_MS));
	for (unsigned k = 0; k < KILLS; k++) {
		unsigned before = http_count(&server);

		rig_start(&rig);
		wait_for_requests(
			before + 1 + k % 3 < NOTICES ? before + 1 + k % 3 : before);
		kill_it();
	}
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	wait_for_sent(NOTICES);
	n = http_count(&server);
	for (unsigned i = 0; i < n; i++) {
		unsigned number = number_of(i);

		assert_in_range(number, 1, NOTICES); /* 99 had expired */
		assert_true(number >= highest); /* in order; only the last is repeated */
		highest = number;
		times[number]++;
	}
	for (unsigned i = 1; i <= NOTICES; i++) {
		assert_true(times[i] >= 1);
		twice += times[i] - 1;
	}
	print_message("%d kills: %u of %d notices came again\n", KILLS, twice, NOTICES);
	assert_true(twice <= KILLS);
}

static void
a_new_address_needs_no_restart(void **state)
{
	(void)state;
	http_start(&server, rig.dir, "http", "");
	configure(1); /* nobody is there */
	store_notice(store, "phone", 1, from_now(0), from_now(HOUR_MS));
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	configure(server.port);
	kill(rig.daemon, SIGHUP);
	rig_told(&rig, "RELOADING=1");
	wait_for_sent(1);
	assert_int_equal(http_count(&server), 1);
}

static void
notify_test_says_how_it_ended(void **state)
{
	const char *const test[] = {"notify-test", "--channel", "phone", NULL},
			  *const other[] = {"notify-test", "--channel", "fone", NULL};
	char out[1024];
	json_t *r;

	(void)state;
	http_start(&server, rig.dir, "http", "200 401");
	configure(server.port);
	assert_int_equal(rig_dozed(&rig, other, out, sizeof(out)), 2);
	assert_int_equal(rig_dozed(&rig, test, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "dozed is not running"));
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	assert_int_equal(rig_dozed(&rig, test, out, sizeof(out)), 0);
	assert_string_equal(out, "sent\n");
	r = http_request(&server, 0);
	assert_non_null(
		strstr(json_string_value(json_object_get(r, "body")), "This is a test"));
	json_decref(r);
	assert_int_equal(rig_dozed(&rig, test, out, sizeof(out)), 1);
	assert_non_null(
		strstr(out, "not sent: the server answered 401: look at the token"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(killed_before_the_mark_it_sends_the_same_again_once),
		T(kills_at_any_moment_lose_nothing),
		T(a_new_address_needs_no_restart),
		T(notify_test_says_how_it_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
