// SPDX-License-Identifier: MIT
// Batches: stored once, found by time, damage seen.
#include "store_fixture.h"

#include <errno.h>
#include <time.h>

struct seen {
	int n, stop_after;
	int64_t rowid[64];
	uint64_t seq[64];
	size_t size;
	char text[16];
};

static int
see(void *ctx, const struct stored_batch *b)
{
	struct seen *c = ctx;
	if (c->n < 64) {
		c->rowid[c->n] = b->rowid;
		c->seq[c->n] = b->seq;
	}
	c->n++;
	c->size = b->size;
	snprintf(c->text, sizeof c->text, "%.*s", (int)b->size, (const char *)b->payload);
	return c->stop_after == c->n ? 42 : 0;
}

static void
a_batch_comes_back_as_it_went_in(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 7, 1);
	struct seen c = {0};

	b.historical = 1;
	put_ok(p->s, &b);
	reopened(p, STORE_WRITE);
	assert_int_equal(store_batches_unscored(p->s, 0, 10, see, &c), 0);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.text, "payload");
	assert_int_equal(by_hand(p, "SELECT historical FROM batch"), 1);
}

static void
the_second_copy_of_a_batch_changes_nothing(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 7, 1), other = b;

	put_ok(p->s, &b);
	other.payload = "changed";
	assert_int_equal(store_batch_put(p->s, &other), STORE_E_DUPLICATE);
	other.epoch = 8;
	put_ok(p->s, &other);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM batch"), 2);
	assert_int_equal(
		by_hand(p, "SELECT count(*) FROM batch WHERE epoch = 7 AND payload = "
			   "CAST('payload' AS BLOB)"),
		1);
}

static void
a_batch_that_cannot_be_is_refused(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 0, 1);

	assert_int_equal(store_batch_put(p->s, &b), -EINVAL);
	b.epoch = 1, b.seq = 0;
	assert_int_equal(store_batch_put(p->s, &b), -EINVAL);
	b.seq = 1, b.first = UTC(b.last.ms + 1);
	assert_int_equal(store_batch_put(p->s, &b), -EINVAL);
	b.first = UTC(INT64_MIN), b.last = UTC(INT64_MAX);
	assert_int_equal(store_batch_put(p->s, &b), -EINVAL);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM batch"), 0);
}

static void
unscored_batches_are_those_above_the_mark(void **state)
{
	struct place *p = *state;
	struct seen c = {0}, d = {0}, e = {.stop_after = 2};

	for (uint64_t i = 1; i <= 5; i++) {
		struct stored_batch b = a_batch("anna", 1, i);
		put_ok(p->s, &b);
	}
	assert_int_equal(store_unscored_count(p->s), 5);
	assert_int_equal(store_batches_unscored(p->s, 0, 2, see, &c), 0);
	assert_int_equal(c.n, 2);
	assert_int_equal(store_batches_scored(p->s, c.rowid[1]), 0);
	assert_int_equal(store_batches_scored(p->s, c.rowid[0]), 0); /* never back */
	assert_int_equal(store_unscored_count(p->s), 3);
	reopened(p, STORE_WRITE);
	assert_int_equal(store_batches_unscored(p->s, 0, 10, see, &d), 0);
	assert_int_equal(d.n, 3);
	assert_int_equal(d.seq[0], 3);
	assert_int_equal(store_batches_unscored(p->s, 0, 10, see, &e), 42);
	assert_int_equal(e.n, 2);
}

/* whoever forgets a person deletes rows, and their ids come again */
static void
a_new_batch_is_unscored_although_its_id_was_used_before(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);

	put_ok(p->s, &b);
	assert_int_equal(store_batches_scored(p->s, 1), 0);
	by_hand(p, "DELETE FROM batch");
	b.seq = 2;
	put_ok(p->s, &b);
	assert_int_equal(by_hand(p, "SELECT id FROM batch"), 1);
	assert_int_equal(store_unscored_count(p->s), 1);
}

static int
count_between(struct store *s, const char *person, int64_t from, int64_t to)
{
	struct seen c = {0};
	assert_int_equal(
		store_batches_between(s, person, UTC(from), UTC(to), see, &c), 0);
	for (int i = 1; i < c.n && i < 64; i++)
		assert_true(c.rowid[i] > c.rowid[i - 1]);
	return c.n;
}

static void
batches_are_found_by_every_moment_they_touch(void **state)
{
	struct place *p = *state;
	/* hours, days, months and a century, in one device */
	static const int64_t span[] = {
		0, MINUTES(59), 2 * DAY_MS, 31 * DAY_MS, 400 * DAY_MS, 36500 * DAY_MS};

	for (uint64_t i = 0; i < 6; i++) {
		struct stored_batch b = a_batch(i % 2 ? "anna" : "ben", 1, i + 1);
		b.first = UTC(-span[i] / 2);
		b.last = UTC(b.first.ms + span[i]);
		put_ok(p->s, &b);
	}
	assert_int_equal(count_between(p->s, NULL, 0, 1), 6);
	assert_int_equal(count_between(p->s, "anna", 0, 1), 3);
	assert_int_equal(count_between(p->s, NULL, 1, 2), 5);
	assert_int_equal(count_between(p->s, NULL, -1, 0), 5); /* [from, to) */
	assert_int_equal(
		count_between(p->s, NULL, DAY_MS, DAY_MS + 1), 4); /* last is in */
	assert_int_equal(count_between(p->s, NULL, DAY_MS + 1, DAY_MS + 2), 3);
	assert_int_equal(count_between(p->s, NULL, 201 * DAY_MS, INT64_MAX), 1);
	assert_int_equal(count_between(p->s, NULL, INT64_MIN, -18250 * DAY_MS), 0);
	assert_int_equal(count_between(p->s, NULL, INT64_MIN, -18250 * DAY_MS + 1), 1);
	assert_int_equal(count_between(p->s, "cleo", INT64_MIN, INT64_MAX), 0);
}

/* Debian's integrity_check finds about one flip in seven; the hash finds each. */
static void
a_flipped_bit_is_found_and_left_out(void **state)
{
	static const char *const flips[] = {
		"UPDATE batch SET payload = CAST('paylo`d' AS BLOB) WHERE seq = 2",
		"UPDATE batch SET last = last + 4096 WHERE seq = 4",
		"UPDATE batch SET received = received + 1 WHERE seq = 6",
		"UPDATE batch SET historical = 1 WHERE seq = 8",
	};
	struct place *p = *state;
	struct seen c = {0}, d = {0};
	struct store_counts n;

	for (uint64_t i = 1; i <= 9; i++) {
		struct stored_batch b = a_batch("anna", 1, i);
		put_ok(p->s, &b);
	}
	for (size_t i = 0; i < array_len(flips); i++)
		by_hand(p, flips[i]);
	/* a reader counts for itself, a writer for everybody; each row once */
	reopened(p, STORE_READ);
	for (int i = 0; i < 3; i++)
		assert_int_equal(store_batches_between(
					 p->s, NULL, UTC(0), UTC(INT64_MAX), see, &c),
			0);
	assert_int_equal(c.n, 15);
	assert_int_equal(store_counts(p->s, &n), 0);
	assert_int_equal(n.damaged, 4);
	reopened(p, STORE_WRITE);
	assert_int_equal(store_batches_unscored(p->s, 0, 5, see, &d), 0);
	assert_int_equal(d.n, 5); /* the limit counts what can be used */
	assert_int_equal(d.seq[4], 9);
	assert_int_equal(store_unscored_count(p->s), 5);
	reopened(p, STORE_READ);
	assert_int_equal(store_counts(p->s, &n), 0);
	assert_int_equal(n.damaged, 4);
}

static int
write_while_reading(void *ctx, const struct stored_batch *b)
{
	struct store *s = ctx;
	struct stored_batch more = a_batch("ben", 1, b->seq);
	struct seen c = {0};

	if (strcmp(b->from.person, "anna") == 0)
		put_ok(s, &more);
	/* the same list again, inside of itself */
	assert_int_equal(store_batches_unscored(s, 0, 2, see, &c), 0);
	assert_int_equal(c.n, 2);
	assert_int_equal(b->size, 7);
	assert_memory_equal(b->payload, "payload", 7);
	return 0;
}

static void
a_callback_may_call_the_store(void **state)
{
	struct place *p = *state;

	for (uint64_t i = 1; i <= 3; i++) {
		struct stored_batch b = a_batch("anna", 1, i);
		put_ok(p->s, &b);
	}
	assert_int_equal(
		store_batches_unscored(p->s, 0, 100, write_while_reading, p->s), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM batch"), 6);
}

static double
seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* printed, never judged */
static void
twenty_thousand_batches(void **state)
{
	enum { N = 20000 };
	struct place *p = *state;
	static char payload[2048];
	struct seen c = {0};
	double t0 = seconds();

	for (uint64_t i = 1; i <= N; i++) {
		struct stored_batch b = a_batch("anna", 1, i);
		b.payload = payload, b.size = sizeof payload;
		put_ok(p->s, &b);
	}
	double t1 = seconds();
	for (int64_t h = 0; h < 1000; h++)
		assert_int_equal(
			store_batches_between(p->s, "anna", UTC((10000 + h) * HOUR_MS),
				UTC((10000 + h + 12) * HOUR_MS), see, &c),
			0);
	assert_int_equal(c.n, 12000);
	double t2 = seconds();
	assert_int_equal(store_batches_unscored(p->s, 0, N, see, &c), 0);
	double t3 = seconds();
	assert_int_equal(c.n, 12000 + N);
	print_message("%d batches of 2 KiB, a commit each: %.1f us; a night of 12 of "
		      "them: %.1f "
		      "us; each read in order: %.1f us\n",
		N, (t1 - t0) / N * 1e6, (t2 - t1) / 1000 * 1e6, (t3 - t2) / N * 1e6);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_batch_comes_back_as_it_went_in),
		TEST(the_second_copy_of_a_batch_changes_nothing),
		TEST(a_batch_that_cannot_be_is_refused),
		TEST(unscored_batches_are_those_above_the_mark),
		TEST(a_new_batch_is_unscored_although_its_id_was_used_before),
		TEST(batches_are_found_by_every_moment_they_touch),
		TEST(a_flipped_bit_is_found_and_left_out),
		TEST(a_callback_may_call_the_store),
		TEST(twenty_thousand_batches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
