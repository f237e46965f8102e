// SPDX-License-Identifier: MIT
// What an ack says: right whatever the order, over restarts, for each of the last epochs.
#include "store_fixture.h"

#include <errno.h>

#include "store/db.h"

struct epochs {
	int n;
	uint64_t epoch[2 * STORE_EPOCHS_MAX];
};

static int
see_epoch(void *ctx, const struct device_state *d)
{
	struct epochs *e = ctx;

	assert_true(e->n < 2 * STORE_EPOCHS_MAX);
	e->epoch[e->n++] = d->epoch;
	return 0;
}

static struct epochs
epochs_of(struct store *s, const struct stored_batch *b)
{
	struct epochs e = {0};

	assert_int_equal(store_device_epochs(s, &b->from, see_epoch, &e), 0);
	return e;
}

static void
a_gap_stays_until_it_is_filled(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 3);

	put_ok(p->s, &b);
	struct device_state d = state_of(p->s, &b);
	assert_int_equal(d.contiguous, 0);
	assert_int_equal(d.highest, 3);
	assert_int_equal(d.n_gaps, 1);
	assert_int_equal(d.gaps[0].first, 1);
	assert_int_equal(d.gaps[0].last, 2);
	b.seq = 1;
	put_ok(p->s, &b);
	assert_int_equal(state_of(p->s, &b).contiguous, 1);
	b.seq = 2;
	put_ok(p->s, &b);
	d = state_of(p->s, &b);
	assert_int_equal(d.contiguous, 3);
	assert_int_equal(d.n_gaps, 0);
	assert_int_equal(d.batches, 3);
	assert_int_equal(d.newest.ms, 3 * MINUTES(60) + MINUTES(59));
}

/* the plain definition, from the set of what arrived */
static void
check_against_set(
	struct store *s, const struct stored_batch *b, const char *here, int top)
{
	struct device_state d = kept_of(s, b);
	int contiguous = 0, gaps = 0;

	while (contiguous < top && here[contiguous + 1])
		contiguous++;
	assert_int_equal(d.epoch, b->epoch);
	assert_int_equal(d.contiguous, contiguous);
	assert_int_equal(d.highest, top);
	for (int i = contiguous + 1; i <= top; i++) {
		if (here[i])
			continue;
		assert_int_equal(d.gaps[gaps].first, i);
		while (!here[i + 1])
			i++;
		assert_int_equal(d.gaps[gaps].last, i);
		gaps++;
	}
	assert_int_equal(d.n_gaps, gaps);
}

static void
the_ack_is_right_whatever_the_order_and_over_restarts(void **state)
{
	struct place *p = *state;
	uint64_t seed = 20260329;
	char name[ID_MAX + 1], here[62];
	int order[60];

	for (int round = 0; round < 12; round++) {
		snprintf(name, sizeof name, "p%d", round);
		memset(here, 0, sizeof here);
		for (int i = 0; i < 60; i++)
			order[i] = i + 1;
		shuffle(order, 60, &seed);
		for (int i = 0, top = 0; i < 60; i++) {
			struct stored_batch b = a_batch(name, 5, (uint64_t)order[i]);
			/* some are dead letters; they are settled all the same */
			if (order[i] % 7 == 0)
				assert_int_equal(store_device_refused(
							 p->s, &b.from, b.epoch, b.seq),
					0);
			else
				put_ok(p->s, &b);
			here[order[i]] = 1;
			top = order[i] > top ? order[i] : top;
			if (i == 30)
				reopened(p, STORE_WRITE);
			check_against_set(p->s, &b, here, top);
		}
	}
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap"), 0);
}

static void
more_gaps_than_an_ack_holds_promise_nothing_beyond(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);

	for (uint64_t i = 1; i <= 201; i += 2) {
		b.seq = i;
		put_ok(p->s, &b);
	}
	struct device_state d = state_of(p->s, &b);
	assert_int_equal(d.contiguous, 1);
	assert_int_equal(d.n_gaps, 64);
	assert_int_equal(d.gaps[63].last, 128);
	assert_int_equal(d.highest, 129); /* 130 is missing and not told */
	for (uint64_t i = 2; i <= 200; i += 2) {
		b.seq = i;
		put_ok(p->s, &b);
	}
	assert_int_equal(state_of(p->s, &b).contiguous, 201);
}

/* Three spools of one device at once: whatever the order, each has its own ack. */
static void
epochs_of_one_device_do_not_disturb_each_other(void **state)
{
	enum { EPOCHS = 3, N = 40 };
	static const uint64_t epoch[EPOCHS] = {200, 100, 300};
	struct place *p = *state;
	char here[EPOCHS][N + 2] = {0};
	int order[EPOCHS * N], top[EPOCHS] = {0};
	uint64_t seed = 20261025;

	for (int i = 0; i < EPOCHS * N; i++)
		order[i] = i;
	shuffle(order, EPOCHS * N, &seed);
	for (int i = 0; i < EPOCHS * N; i++) {
		int e = order[i] / N, seq = order[i] % N + 1;
		struct stored_batch b = a_batch("anna", epoch[e], (uint64_t)seq);
		if (seq % 7 == 0)
			assert_int_equal(
				store_device_refused(p->s, &b.from, b.epoch, b.seq), 0);
		else
			put_ok(p->s, &b);
		here[e][seq] = 1;
		top[e] = seq > top[e] ? seq : top[e];
		if (i % 50 == 0)
			reopened(p, STORE_WRITE);
		for (int k = 0; k < EPOCHS; k++) {
			b.epoch = epoch[k];
			if (top[k] > 0)
				check_against_set(p->s, &b, here[k], top[k]);
		}
	}
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap"), 0);
}

static void
an_older_epoch_is_acknowledged_although_a_newer_one_was_first(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 200, 1);

	put_ok(p->s, &b);
	b = a_batch("anna", 100, 5);
	put_ok(p->s, &b);
	struct device_state d = kept_of(p->s, &b);
	assert_int_equal(d.epoch, 100);
	assert_int_equal(d.highest, 5);
	assert_int_equal(d.n_gaps, 1);
	assert_int_equal(d.gaps[0].last, 4);
	assert_int_equal(d.batches, 2);
	assert_int_equal(store_device_refused(p->s, &b.from, 100, 4), 0);
	b.seq = 6;
	put_ok(p->s, &b);
	d = kept_of(p->s, &b);
	assert_int_equal(d.highest, 6);
	assert_int_equal(d.gaps[0].last, 3);
	/* for people, the newest */
	d = state_of(p->s, &b);
	assert_int_equal(d.epoch, 200);
	assert_int_equal(d.contiguous, 1);
	assert_int_equal(d.highest, 1);
	assert_int_equal(d.n_gaps, 0);
	assert_int_equal(d.batches, 3);
}

static void
the_epochs_that_delivered_last_are_kept(void **state)
{
	struct place *p = *state;
	struct stored_batch b;

	/* 1000, 900, ... 300, each with a gap; then 1000 once more */
	for (uint64_t i = 0; i < STORE_EPOCHS_MAX; i++) {
		b = a_batch("anna", 1000 - 100 * i, 3);
		put_ok(p->s, &b);
	}
	b = a_batch("anna", 1000, 2);
	put_ok(p->s, &b);
	b = a_batch("ben", 5, 3); /* somebody else's count for themselves */
	put_ok(p->s, &b);
	assert_int_equal(epochs_of(p->s, &b).n, 1);
	b = a_batch("anna", 50, 1);
	put_ok(p->s, &b);
	struct epochs e = epochs_of(p->s, &b);
	assert_int_equal(e.n, STORE_EPOCHS_MAX);
	assert_int_equal(e.epoch[0], 50); /* who delivered last comes first */
	assert_int_equal(e.epoch[1], 1000);
	assert_int_equal(e.epoch[2], 300);
	assert_int_equal(e.epoch[7], 800); /* 900 has made room */
	b.epoch = 900;
	assert_int_equal(kept_of(p->s, &b).epoch, 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap WHERE epoch = 900"), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM batch WHERE epoch = 900"), 1);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap"), STORE_EPOCHS_MAX);
	assert_int_equal(state_of(p->s, &b).batches, STORE_EPOCHS_MAX + 2);
}

/* its bridge has 3 and 5 still, and has never had an ack for them */
static void
a_forgotten_epoch_is_acknowledged_when_it_comes_again(void **state)
{
	struct place *p = *state;
	struct stored_batch b;

	for (uint64_t seq = 1; seq <= 5; seq++) {
		b = a_batch("anna", 1, seq);
		put_ok(p->s, &b);
	}
	for (uint64_t i = 0; i < STORE_EPOCHS_MAX; i++) {
		b = a_batch("anna", 2 + i, 1);
		put_ok(p->s, &b);
	}
	b = a_batch("anna", 1, 5);
	assert_int_equal(kept_of(p->s, &b).epoch, 0);
	assert_int_equal(store_batch_put(p->s, &b), STORE_E_DUPLICATE);
	reopened(p, STORE_WRITE);
	struct device_state d = kept_of(p->s, &b);
	assert_int_equal(d.contiguous, 0);
	assert_int_equal(d.highest, 5);
	assert_int_equal(d.n_gaps, 1);
	b.seq = 3;
	assert_int_equal(store_batch_put(p->s, &b), STORE_E_DUPLICATE);
	d = kept_of(p->s, &b);
	assert_int_equal(d.n_gaps, 2);
	assert_int_equal(d.gaps[0].last, 2);
	assert_int_equal(d.gaps[1].first, 4);
	assert_int_equal(d.gaps[1].last, 4);
	assert_int_equal(d.batches, 5 + STORE_EPOCHS_MAX);
	assert_int_equal(epochs_of(p->s, &b).n, STORE_EPOCHS_MAX);
}

static void
a_second_copy_that_is_acknowledged_writes_nothing(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);

	put_ok(p->s, &b);
	b.seq = 4;
	put_ok(p->s, &b);
	int changes = sqlite3_total_changes(p->s->db);
	assert_int_equal(store_batch_put(p->s, &b), STORE_E_DUPLICATE);
	b.seq = 1;
	assert_int_equal(store_batch_put(p->s, &b), STORE_E_DUPLICATE);
	assert_int_equal(sqlite3_total_changes(p->s->db), changes);
}

static void
junk_cannot_make_gaps_without_end(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);

	assert_int_equal(store_begin(p->s), 0);
	for (uint64_t i = 1; i < 3000; i++)
		assert_int_equal(store_device_refused(p->s, &b.from, 1, 2 * i), 0);
	/* from inside of one gap as well, and in any number of epochs */
	assert_int_equal(store_device_refused(p->s, &b.from, 2, 1000000), 0);
	for (uint64_t i = 1; i < 3000; i++)
		assert_int_equal(store_device_refused(p->s, &b.from, 2, 2 * i), 0);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap WHERE epoch = 1"), 1024);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap WHERE epoch = 2"), 1024);
	/* what makes no gap counts still */
	assert_int_equal(store_device_refused(p->s, &b.from, 2, 1), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap WHERE epoch = 2"), 1023);
	for (uint64_t epoch = 3; epoch < 30; epoch++)
		assert_int_equal(store_device_refused(p->s, &b.from, epoch, 9), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM gap"), STORE_EPOCHS_MAX);
	assert_int_equal(store_device_refused(p->s, &b.from, 1, 0), -EINVAL);
}

static void
a_device_that_never_sent_has_no_state(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	struct device_state d;

	assert_int_equal(store_device_get(p->s, &b.from, &d), STORE_E_NONE);
	assert_int_equal(epochs_of(p->s, &b).n, 0);
}

static int
count_device(void *ctx, const struct device_state *d)
{
	(void)d;
	++*(int *)ctx;
	return 0;
}

static void
devices_are_listed_by_person(void **state)
{
	struct place *p = *state;
	int all = 0, of_ben = 0;
	static const char *const people[] = {"ben", "anna", "cleo"};

	for (int i = 0; i < 3; i++) {
		struct stored_batch b = a_batch(people[i], 1, 1);
		put_ok(p->s, &b);
		strcpy(b.from.device, "watch");
		put_ok(p->s, &b);
	}
	assert_int_equal(store_devices_each(p->s, NULL, count_device, &all), 0);
	assert_int_equal(all, 6);
	assert_int_equal(store_devices_each(p->s, "ben", count_device, &of_ben), 0);
	assert_int_equal(of_ben, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_gap_stays_until_it_is_filled),
		TEST(the_ack_is_right_whatever_the_order_and_over_restarts),
		TEST(more_gaps_than_an_ack_holds_promise_nothing_beyond),
		TEST(epochs_of_one_device_do_not_disturb_each_other),
		TEST(an_older_epoch_is_acknowledged_although_a_newer_one_was_first),
		TEST(the_epochs_that_delivered_last_are_kept),
		TEST(a_forgotten_epoch_is_acknowledged_when_it_comes_again),
		TEST(a_second_copy_that_is_acknowledged_writes_nothing),
		TEST(junk_cannot_make_gaps_without_end),
		TEST(a_device_that_never_sent_has_no_state),
		TEST(devices_are_listed_by_person),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
