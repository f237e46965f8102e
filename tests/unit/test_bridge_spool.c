/* SPDX-License-Identifier: MIT */
/* The spool: numbers without gaps whatever happens, nothing freed too early. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "broker.h"
#include "spool.h"

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

#define LIMIT (1 << 20)

static const struct device_id anna = {"anna", "csv", "file"};
static char dir[64], why[SPOOL_WHY];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-spool-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	static const char *const files[] = {
		"spool.db", "spool.db-wal", "spool.db-shm", "lock"};
	char path[128];
	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		snprintf(path, sizeof path, "%s/deep/er/%s", dir, files[i]);
		unlink(path);
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/deep/er", dir);
	rmdir(path);
	snprintf(path, sizeof path, "%s/deep", dir);
	rmdir(path);
	return rmdir(dir);
}

static struct spool *
opened(const char *broker, int64_t limit)
{
	struct spool *s = NULL;
	int r = spool_open(
		&(struct spool_options){dir, broker, limit, UTC(1234567)}, &s, why);
	if (r)
		fail_msg("%s", why);
	return s;
}

static uint64_t
put(struct spool *s, const char *person)
{
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	Dozed__V1__Rating r = DOZED__V1__RATING__INIT, *rs = &r;
	struct device_id from = anna;
	snprintf(from.person, sizeof from.person, "%s", person);
	b.ratings = &rs;
	b.n_ratings = 1;
	assert_int_equal(spool_put(s, &from, &b, UTC(99)), 0);
	assert_int_equal(b.epoch, spool_epoch(s));
	assert_int_equal(b.sent_ms, 99);
	return b.seq;
}

/* Acks anna's device: contiguous, highest, and gaps as pairs. */
static unsigned
ack(struct spool *s, uint64_t epoch, uint64_t contiguous, uint64_t highest, size_t n,
	const uint64_t *pairs)
{
	Dozed__V1__Ack a = DOZED__V1__ACK__INIT;
	Dozed__V1__Gap gaps[80], *list[80];
	struct spool_freed freed;
	a.epoch = epoch;
	a.contiguous = contiguous;
	a.highest = highest;
	a.gaps = list;
	a.n_gaps = n;
	for (size_t i = 0; i < n; i++) {
		dozed__v1__gap__init(&gaps[i]);
		gaps[i].first = pairs[2 * i];
		gaps[i].last = pairs[2 * i + 1];
		list[i] = &gaps[i];
	}
	assert_int_equal(spool_ack(s, &anna, &a, UTC(5000), &freed), 0);
	return freed.batches;
}

/* The waiting seqs of a person, as "1 2 5". */
static const char *
waiting(struct spool *s, const char *person)
{
	static char text[4096];
	struct spooled row = {0};
	text[0] = 0;
	while (spool_next(s, row.id, &row) == 0)
		if (strcmp(row.from.person, person) == 0)
			sprintf(text + strlen(text), "%s%llu", *text ? " " : "",
				(unsigned long long)row.seq);
	return text;
}

static void
numbers_go_on_without_gaps_for_each_device(void **state)
{
	(void)state;
	struct spool *s = opened("hub:1883", LIMIT);
	uint64_t epoch = spool_epoch(s);
	char name[32];
	strcpy(name, spool_name(s));
	assert_int_equal(epoch, 1234567);
	assert_int_equal(put(s, "anna"), 1);
	assert_int_equal(put(s, "anna"), 2);
	assert_int_equal(put(s, "ben"), 1);
	assert_int_equal(ack(s, epoch, 2, 2, 0, NULL), 2);
	s = spool_close(s);
	s = opened("hub:1883", LIMIT);
	assert_int_equal(spool_epoch(s), epoch);
	assert_string_equal(spool_name(s), name);
	assert_int_equal(put(s, "anna"), 3); /* freed numbers never come again */
	assert_string_equal(waiting(s, "anna"), "3");
	assert_string_equal(waiting(s, "ben"), "1");
	assert_int_equal(spool_count(s), 2);
	s = spool_close(s);
	/* another broker counts for itself */
	s = opened("other:1883", LIMIT);
	assert_int_equal(spool_count(s), 0);
	assert_int_equal(put(s, "anna"), 1);
	spool_close(s);
}

static void
an_ack_frees_what_it_covers_and_nothing_else(void **state)
{
	(void)state;
	struct spool *s = opened("hub:1883", LIMIT);
	uint64_t e = spool_epoch(s);
	for (int i = 0; i < 12; i++)
		put(s, "anna");
	const uint64_t gaps[] = {3, 4, 7, 7};
	assert_int_equal(ack(s, e + 1, 12, 12, 0, NULL), 0); /* another epoch */
	assert_int_equal(ack(s, e, 9, 8, 0, NULL), 0);       /* contradicts itself */
	assert_int_equal(ack(s, e, 2, 6, 2, gaps), 0);       /* a gap above the highest */
	assert_int_equal(ack(s, e, 3, 9, 2, gaps), 0);       /* a gap below contiguous */
	assert_string_equal(waiting(s, "anna"), "1 2 3 4 5 6 7 8 9 10 11 12");
	assert_int_equal(ack(s, e, 2, 9, 2, gaps), 6);
	assert_string_equal(waiting(s, "anna"), "3 4 7 10 11 12");
	assert_int_equal(ack(s, e, 2, 9, 2, gaps), 0);
	assert_int_equal(ack(s, e, 0, 0, 0, NULL), 0);
	assert_int_equal(ack(s, e, 12, 12, 0, NULL), 6);
	assert_int_equal(spool_count(s), 0);
	spool_close(s);
}

static void
beyond_the_last_gap_that_fits_into_an_ack_nothing_is_known(void **state)
{
	uint64_t gaps[128];
	(void)state;
	struct spool *s = opened("hub:1883", LIMIT);
	for (int i = 0; i < 200; i++)
		put(s, "anna");
	for (uint64_t i = 0; i < 64; i++)
		gaps[2 * i] = gaps[2 * i + 1] = 2 + 2 * i;
	/* 1, 3, 5 ... 127 arrived; what follows gap 128 may hold more gaps */
	assert_int_equal(ack(s, spool_epoch(s), 1, 200, 64, gaps), 64);
	assert_int_equal(spool_count(s), 136);
	spool_close(s);
}

static void
a_full_spool_takes_no_more_until_some_is_freed(void **state)
{
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	uint64_t n = 0;
	int r;
	(void)state;
	struct spool *s = opened("hub:1883", 500);
	while ((r = spool_put(s, &anna, &b, UTC(99))) == 0)
		n++;
	assert_int_equal(r, SPOOL_E_FULL);
	assert_in_range(n, 20, 100);
	s = spool_close(s);
	s = opened("hub:1883", 500); /* it remembers */
	assert_int_equal(spool_put(s, &anna, &b, UTC(99)), SPOOL_E_FULL);
	assert_int_equal(ack(s, spool_epoch(s), 10, 10, 0, NULL), 10);
	assert_int_equal(put(s, "anna"), n + 1);
	spool_close(s);
}

static void
one_process_at_a_time(void **state)
{
	struct spool *other = NULL;
	(void)state;
	struct spool *s = opened("hub:1883", LIMIT);
	assert_int_equal(
		spool_open(&(struct spool_options){dir, "hub:1883", LIMIT, UTC(1)},
			&other, why),
		SPOOL_E_LOCKED);
	assert_non_null(strstr(why, "another dozed-bridge uses it"));
	spool_close(s);
	spool_close(opened("hub:1883", LIMIT));
}

static void
a_damaged_or_newer_spool_is_refused_with_a_sentence(void **state)
{
	char path[128], deep[128];
	struct spool *s = NULL;
	(void)state;
	snprintf(deep, sizeof deep, "%s/deep/er", dir); /* made on the way */
	assert_int_equal(
		spool_open(&(struct spool_options){deep, "hub:1883", LIMIT, UTC(1)}, &s,
			why),
		0);
	s = spool_close(s);
	snprintf(path, sizeof path, "%s/deep/er/spool.db", dir);
	FILE *f = fopen(path, "r+b");
	fseek(f, 60, SEEK_SET); /* user_version */
	fwrite("\0\0\0\x09", 1, 4, f);
	fclose(f);
	assert_true(spool_open(&(struct spool_options){deep, "hub:1883", LIMIT, UTC(1)},
			    &s, why) < 0);
	assert_non_null(strstr(why, "newer dozed-bridge"));
	f = fopen(path, "wb");
	for (int i = 0; i < 4096; i++)
		fputc(i, f);
	fclose(f);
	assert_true(spool_open(&(struct spool_options){deep, "hub:1883", LIMIT, UTC(1)},
			    &s, why) < 0);
	assert_non_null(strstr(why, "it is damaged"));
}

/* A child puts for as long as it lives; what it committed is told through a pipe. */
static void
kill_while_it_writes(int after)
{
	int pipes[2], status;
	uint64_t told = 0, seq;
	assert_int_equal(pipe(pipes), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct spool *s = NULL;
		struct spooled row;
		close(pipes[0]);
		if (spool_open(
			    &(struct spool_options){dir, "hub:1883", 100 * LIMIT, UTC(7)},
			    &s, why))
			_exit(1);
		for (;;) {
			Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
			if (spool_put(s, &anna, &b, UTC(9)) ||
				(b.seq % 5 == 0 && spool_next(s, 0, &row)) ||
				(b.seq % 5 == 0 && write(pipes[1], &b.seq, 8) != 8))
				_exit(1);
		}
	}
	close(pipes[1]);
	while (after-- > 0 && read(pipes[0], &seq, 8) == 8)
		told = seq;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(pipes[0], &seq, 8) == 8)
		told = seq;
	close(pipes[0]);
	struct spool *s = opened("hub:1883", 100 * LIMIT);
	struct spooled row = {0};
	uint64_t next = 1;
	while (spool_next(s, row.id, &row) == 0)
		assert_int_equal(row.seq, next++);
	assert_true(next > told);
	assert_int_equal(put(s, "anna"), next);
	spool_close(s);
}

static void
a_kill_takes_back_nothing_that_could_have_been_published(void **state)
{
	(void)state;
	for (int i = 1; i < 60; i += 9)
		kill_while_it_writes(i);
}

static void
the_brokers_address_is_read_or_refused(void **state)
{
	static const struct {
		const char *text, *uri, *user;
	} good[] = {
		{"mqtt://hub.local", "tcp://hub.local:1883", ""},
		{"mqtts://anna@hub:8884", "ssl://hub:8884", "anna"},
		{"mqtt://[::1]:1884", "tcp://[::1]:1884", ""},
	};
	static const char *const bad[] = {"hub", "http://hub", "mqtt://",
		"mqtt://u:p@hub", "mqtt://@hub", "mqtt://hub:0", "mqtt://hub:70000",
		"mqtt://hub:1883/x", "mqtt://hub:", "mqtt://[::1", "mqtt://a b"};
	struct broker b;
	(void)state;
	for (size_t i = 0; i < array_len(good); i++) {
		assert_null(broker_parse(good[i].text, &b));
		assert_string_equal(b.uri, good[i].uri);
		assert_string_equal(b.user, good[i].user);
	}
	for (size_t i = 0; i < array_len(bad); i++)
		if (!broker_parse(bad[i], &b))
			fail_msg("accepted: %s", bad[i]);
}

static void
what_belongs_together_is_committed_or_taken_back_together(void **state)
{
	(void)state;
	struct spool *s = opened("b", 20); /* full after one */
	assert_int_equal(put(s, "anna"), 1);
	assert_int_equal(spool_commit(s), 0);
	while (!spool_is_full(s))
		put(s, "anna");
	assert_int_equal(spool_commit(s), 0);
	unsigned long before = spool_count(s);
	spool_hold(s, 1);
	for (int i = 0; i < 2 * SPOOL_COMMIT_EVERY; i++)
		put(s, "anna"); /* no room, and yet it is taken */
	assert_int_equal(spool_count(s), before + 2 * SPOOL_COMMIT_EVERY);
	assert_int_equal(spool_rollback(s), 0);
	spool_hold(s, 0);
	assert_int_equal(spool_count(s), before);
	assert_int_equal(spool_rollback(s), 0); /* nothing to take back */
	/* the numbers go on as if nothing had been */
	spool_hold(s, 1);
	assert_int_equal(put(s, "anna"), before + 1);
	assert_int_equal(spool_commit(s), 0);
	spool_close(s);
	s = opened("b", 20);
	assert_int_equal(spool_count(s), before + 1);
	spool_close(s);
}

int
main(void)
{
#define SPOOL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		SPOOL_TEST(numbers_go_on_without_gaps_for_each_device),
		SPOOL_TEST(an_ack_frees_what_it_covers_and_nothing_else),
		SPOOL_TEST(beyond_the_last_gap_that_fits_into_an_ack_nothing_is_known),
		SPOOL_TEST(a_full_spool_takes_no_more_until_some_is_freed),
		SPOOL_TEST(one_process_at_a_time),
		SPOOL_TEST(a_damaged_or_newer_spool_is_refused_with_a_sentence),
		SPOOL_TEST(a_kill_takes_back_nothing_that_could_have_been_published),
		cmocka_unit_test(the_brokers_address_is_read_or_refused),
		cmocka_unit_test(
			what_belongs_together_is_committed_or_taken_back_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
