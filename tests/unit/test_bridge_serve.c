/* SPDX-License-Identifier: MIT */
/* The bridge as a service before a tiny hub: each batch is sent once where nothing is lost, what is
 * lost is sent again, and it ends when it is told to, whatever it waits for. */
#include "bridge_hub.h"

#include <sys/stat.h>

#include "flight.h"

#define FOLLOW "csv --person anna --source sim --settle 0 --to %%U --spool %%S --follow "

static char drop[80];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-serve-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(drop, sizeof drop, "%s/drop", dir);
	start_broker("allow_anonymous true");
	return mkdir(drop, 0700);
}

/* A file of an hour, moved to where it is followed. */
static void
drop_hour(int hour)
{
	char beside[96], there[112];
	snprintf(beside, sizeof beside, "%s/beside", dir);
	snprintf(there, sizeof there, "%s/%d.csv", drop, hour);
	FILE *f = fopen(beside, "w");
	fprintf(f, "time,activity\n");
	for (int i = 0; i < 60; i++)
		fprintf(f, "%d,%d\n", 1767225600 + 3600 * hour + 60 * i, i);
	fclose(f);
	assert_int_equal(rename(beside, there), 0);
}

static pid_t
serve(const char *more)
{
	char words[256];
	snprintf(words, sizeof words, FOLLOW "%s %s", more, drop);
	return start_bridge(words);
}

static int
told_to_end(pid_t pid)
{
	kill(pid, SIGTERM);
	return ended(pid);
}

static void
await_online(const char *what)
{
	pthread_mutex_lock(&hub.mutex);
	while (strcmp(hub.online, what) != 0)
		pthread_cond_wait(&hub.changed, &hub.mutex);
	pthread_mutex_unlock(&hub.mutex);
}

static void
what_nothing_happens_to_is_sent_once(void **state)
{
	(void)state;
	start_hub(0, 0);
	pid_t pid = serve("");
	for (unsigned i = 1; i <= 20; i++) {
		drop_hour((int)i);
		await(&hub.distinct, i);
	}
	assert_int_equal(told_to_end(pid), 0);
	await_online("offline");
	assert_no_holes(20);
	assert_int_equal(hub.repeats, 0);
	assert_string_equal(said, "");
	/* what was read is not read again: that would be more batches */
	pid = serve("");
	drop_hour(21);
	await(&hub.distinct, 21);
	assert_int_equal(told_to_end(pid), 0);
	assert_int_equal(hub.distinct, 21);
}

static void
what_a_broker_drops_is_sent_again(void **state)
{
	(void)state;
	start_hub(5, 0);
	for (int i = 0; i < 40; i++)
		drop_hour(i);
	pid_t pid = serve("");
	await(&hub.distinct, 40);
	assert_int_equal(told_to_end(pid), 0);
	assert_no_holes(40);
}

static void
a_mute_hub_is_said_once_and_does_not_keep_it_from_ending(void **state)
{
	(void)state;
	start_hub(0, 1);
	for (int i = 0; i < 10; i++)
		drop_hour(i);
	pid_t pid = serve("--wait 1");
	await(&hub.distinct, 10);
	await(&hub.repeats, 10); /* after five seconds of silence */
	assert_int_equal(told_to_end(pid), 0);
	const char *first = strstr(said, "no answer from dozed");
	assert_non_null(first);
	assert_null(strstr(first + 1, "no answer from dozed"));
	/* everything is there for the next start */
	pthread_mutex_lock(&hub.mutex);
	hub.mute = 0;
	pthread_mutex_unlock(&hub.mutex);
	assert_exit(0, start_bridge("send --to %U --spool %S --wait 30"));
	assert_no_holes(10);
}

static void
a_kill_while_it_reads_reads_again(void **state)
{
	(void)state;
	start_hub(0, 0);
	for (int i = 0; i < 60; i++)
		drop_hour(i);
	for (unsigned i = 0; i < 6; i++) {
		pid_t pid = serve("");
		await(&hub.heard, 10 * i);
		kill(pid, SIGKILL);
		assert_int_equal(ended(pid), -1);
	}
	pid_t pid = serve("");
	drop_hour(60);
	await(&hub.distinct, 61);
	assert_int_equal(told_to_end(pid), 0);
	assert_no_holes(61);
	/* one batch a file: none was put twice, a file and its batch are committed as one */
	assert_int_equal(hub.distinct, 61);
}

static void
a_broker_that_refuses_is_asked_again(void **state)
{
	(void)state;
	stop_broker();
	start_broker("allow_anonymous false");
	drop_hour(0);
	pid_t pid = serve("");
	char path[96], text[256] = "";
	snprintf(path, sizeof path, "%s/said", dir);
	while (!strstr(text, "no connection to")) {
		FILE *f = fopen(path, "r");
		if (f) {
			text[fread(text, 1, sizeof text - 1, f)] = 0;
			fclose(f);
		}
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	}
	assert_int_equal(told_to_end(pid), 0);
	assert_non_null(strstr(said, "we are not authorised: what is read waits"));
}

/* The flight alone, an hour of simulated time after its last question. */
static void
silence_is_counted_from_the_question(void **state)
{
	char spool[96];
	int64_t now = 1000;
	(void)state;
	snprintf(spool, sizeof spool, "%s/spool", dir);
	struct options o = {.topic_root = "dozed", .spool = spool, .spool_mib = 1};
	struct job j = {.options = &o, .now = UTC(1)};
	struct flight f = {.job = &j};
	struct device_id from = {"anna", "sim", "file"};
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	assert_null(broker_parse(url, &f.broker));
	assert_int_equal(flight_open(&f, NULL, NULL), 0);
	while (!f.up)
		assert_int_equal(flight_step(&f, 50, now += 50), 0);
	now += 3600000;
	assert_int_equal(spool_put(f.spool, &from, &b, j.now), 0);
	assert_int_equal(flight_step(&f, 0, now), 0);
	assert_int_equal(f.n, 1);
	assert_int_equal(flight_step(&f, 0, now + FLIGHT_RESEND_MS - 1), 0);
	assert_int_equal(f.resent, 0);
	assert_int_equal(flight_due(&f), now + FLIGHT_RESEND_MS);
	assert_int_equal(flight_step(&f, 0, now + FLIGHT_RESEND_MS), 0);
	assert_int_equal(f.resent, 1);
	flight_close(&f);
}

static void
what_makes_no_service_is_said(void **state)
{
	static const struct {
		const char *words, *why;
	} cases[] = {
		{"csv --follow --out x.rec a.csv", "a service needs --to"},
		{"csv --follow --to %U --spool %S", "--follow: which paths?"},
		{"sim --follow --to %U --spool %S a",
			"a service reads files or messages"},
		{"csv --topic a/# --to %U --spool %S a.csv",
			"reads paths with --follow only"},
		{"csv --follow --all --to %U --spool %S a.csv", "--all is for one run"},
		{"csv --listen 0 --to %U --spool %S", "--listen needs --token-file"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		assert_exit(2, start_bridge(cases[i].words));
		if (!strstr(said, cases[i].why))
			fail_msg("%s: %s", cases[i].words, said);
	}
	assert_exit(1, start_bridge("csv --topic a#b --to %U --spool %S"));
	assert_non_null(strstr(said, "--topic \"a#b\": a # stands at the end"));
}

int
main(void)
{
#define SERVE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		SERVE_TEST(what_nothing_happens_to_is_sent_once),
		SERVE_TEST(what_a_broker_drops_is_sent_again),
		SERVE_TEST(a_mute_hub_is_said_once_and_does_not_keep_it_from_ending),
		SERVE_TEST(a_kill_while_it_reads_reads_again),
		SERVE_TEST(a_broker_that_refuses_is_asked_again),
		SERVE_TEST(silence_is_counted_from_the_question),
		SERVE_TEST(what_makes_no_service_is_said),
	};
	if (system("mosquitto -h >/dev/null 2>&1; [ $? -ne 127 ] || [ -x "
		   "/usr/sbin/mosquitto ]")) {
		puts("SKIP: mosquitto not found");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
