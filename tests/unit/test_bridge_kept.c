/* SPDX-License-Identifier: MIT */
/* What an ack has covered stays in the spool for a while: a hub whose power was cut asks for it
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"
#include "spool_look.h"

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

static const struct device_id anna = {"anna", "csv", "file"},
			      ben = {"ben", "csv", "file"};
static const utc_ms noon = {1774267200000};
static char dir[64], why[SPOOL_WHY];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-kept-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static struct spool *
opened(int64_t limit, utc_ms now)
{
	struct spool *s = NULL;
	if (spool_open(
		    &(struct spool_options){dir, "hub:1883/dozed", limit, now}, &s, why))
		fail_msg("%s", why);
	return s;
}

static void
put(struct spool *s, const struct device_id *from, int n)
{
	for (int i = 0; i < n; i++) {
		Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
		assert_int_equal(spool_put(s, from, &b, noon), 0);
	}
}

/* Acks with at most one gap, first 0 = none. Minutes after noon. */
static struct spool_freed
ack(struct spool *s, const struct device_id *from, uint64_t highest, uint64_t first,
	uint64_t last, int minute)
{
	Dozed__V1__Ack a = DOZED__V1__ACK__INIT;
	Dozed__V1__Gap g = DOZED__V1__GAP__INIT, *gaps = &g;
	struct spool_freed freed;
	a.epoch = spool_epoch(s);
	a.highest = highest;
	a.contiguous = first ? first - 1 : highest;
	g.first = first;
	g.last = last;
	a.gaps = &gaps;
	a.n_gaps = first != 0;
	assert_int_equal(
		spool_ack(s, from, &a, UTC(noon.ms + minute * MINUTE_MS), &freed), 0);
	return freed;
}

static const char *
waiting(struct spool *s)
{
	static char text[1024];
	struct spooled row = {0};
	text[0] = 0;
	while (spool_next(s, row.id, &row) == 0)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.1s%d",
			*text ? " " : "", row.from.person, (int)row.seq);
	return text;
}

/* Batches in the file, waiting or kept. */
static int64_t
kept(struct spool *s)
{
	struct spool_look l;
	assert_int_equal(spool_commit(s), 0);
	assert_int_equal(spool_look(dir, &l, why), 0);
	int64_t bytes = l.kept;
	spool_look_finish(&l);
	return bytes;
}

static void
a_hub_that_forgot_gets_what_it_forgot(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 6);
	put(s, &ben, 2);
	assert_int_equal(ack(s, &anna, 5, 0, 0, 0).batches, 5);
	assert_int_equal(ack(s, &ben, 2, 0, 0, 0).batches, 2);
	assert_string_equal(waiting(s), "a6");
	assert_int_equal(spool_count(s), 1);
	/* the power was cut; it has 1 and 2, and 6 came */
	struct spool_freed f = ack(s, &anna, 6, 3, 5, 1);
	assert_int_equal(f.batches, 1);
	assert_int_equal(f.again, 3);
	assert_string_equal(waiting(s), "a3 a4 a5");
	assert_int_equal(spool_count(s), 3);
	f = ack(s, &anna, 6, 0, 0, 1);
	assert_int_equal(f.batches, 3);
	assert_int_equal(f.again, 0);
	assert_string_equal(waiting(s), "");
	spool_close(s);
}

static void
what_lies_beyond_its_highest_is_forgotten_too(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 6);
	assert_int_equal(ack(s, &anna, 6, 0, 0, 0).batches, 6);
	assert_int_equal(ack(s, &anna, 2, 0, 0, 1).again, 4);
	assert_string_equal(waiting(s), "a3 a4 a5 a6");
	assert_int_equal(spool_commit(s), 0);
	spool_close(s); /* it survives an end */
	s = opened(1 << 20, noon);
	assert_int_equal(spool_count(s), 4);
	assert_string_equal(waiting(s), "a3 a4 a5 a6");
	spool_close(s);
}

static void
a_second_answer_later_ends_it(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 4);
	put(s, &ben, 1);
	ack(s, &ben, 1, 0, 0, 0);
	ack(s, &anna, 3, 0, 0, 0);
	int64_t all = kept(s);
	ack(s, &anna, 3, 0, 0, 1); /* too early */
	assert_int_equal(kept(s), all);
	ack(s, &anna, 4, 2, 2, 2); /* 1 and 3 are confirmed, 2 is asked for */
	assert_int_equal(kept(s) * 4, all * 2); /* ben's, and anna's 4 */
	assert_string_equal(waiting(s), "a2");
	assert_int_equal(ack(s, &anna, 4, 1, 3, 3).again, 0); /* 1 and 3 are gone */
	assert_string_equal(waiting(s), "a2");
	ack(s, &anna, 4, 0, 0, 3);
	ack(s, &anna, 4, 0, 0, 9);
	ack(s, &ben, 1, 0, 0, 9);
	assert_int_equal(kept(s), 0);
	spool_close(s);
}

static void
what_waits_comes_before_what_is_kept(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 10);
	ack(s, &anna, 10, 0, 0, 0);
	int64_t ten = kept(s);
	spool_close(s);
	s = opened(ten, noon); /* just full of what is kept */
	for (int i = 0; i < 4; i++)
		put(s, &anna, 1);
	assert_int_equal(kept(s), ten * 6 / 10);
	assert_int_equal(ack(s, &anna, 14, 1, 10, 1).again, 6); /* the newest six */
	assert_string_equal(waiting(s), "a5 a6 a7 a8 a9 a10");
	put(s, &anna, 4);
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	assert_int_equal(spool_put(s, &anna, &b, noon), SPOOL_E_FULL);
	spool_close(s);
}

static void
after_a_day_nobody_asks_any_more(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 2);
	ack(s, &anna, 1, 0, 0, 0);
	spool_close(s);
	s = opened(1 << 20, UTC(noon.ms + DAY_MS));
	assert_true(kept(s) > 0);
	spool_close(s);
	s = opened(1 << 20, UTC(noon.ms + DAY_MS + 1));
	assert_int_equal(kept(s), 0);
	assert_string_equal(waiting(s), "a2");
	spool_close(s);
}

static void
an_answer_beyond_all_numbers_changes_nothing(void **state)
{
	(void)state;
	struct spool *s = opened(1 << 20, noon);
	put(s, &anna, 3);
	assert_int_equal(ack(s, &anna, UINT64_MAX, 2, UINT64_MAX, 0).batches, 0);
	assert_int_equal(ack(s, &anna, UINT64_MAX, 0, 0, 0).batches, 0);
	assert_string_equal(waiting(s), "a1 a2 a3");
	spool_close(s);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_hub_that_forgot_gets_what_it_forgot),
		T(what_lies_beyond_its_highest_is_forgotten_too),
		T(a_second_answer_later_ends_it),
		T(what_waits_comes_before_what_is_kept),
		T(after_a_day_nobody_asks_any_more),
		T(an_answer_beyond_all_numbers_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
