/* SPDX-License-Identifier: MIT */
/* A notice of a person becomes a row for each of their push channels, once. */
#include "store_fixture.h"

#include "out/push_notice.h"
#include "teller.h"

static struct push_config sections[] = {{.name = "phone"}, {.name = "desk"}};

static struct config
household(struct person *people)
{
	struct config c = {.topic_root = "dozed", .n_people = 2, .people = people};
	snprintf(people[0].id, sizeof people[0].id, "anna");
	snprintf(people[1].id, sizeof people[1].id, "bob");
	people[0].n_push = 2;
	snprintf(people[0].push[0], sizeof people[0].push[0], "phone");
	snprintf(people[0].push[1], sizeof people[0].push[1], "desk");
	c.n_push = 2;
	c.push = sections;
	return c;
}

static void
tell(struct place *p, const struct config *c, const char *who, uint32_t revision)
{
	struct teller t = {0};
	struct notice n;
	notice_init(&n, who, DAY(20780), NOTICE_PAIN_DAY);
	n.revision = revision;
	n.issued = UTC(1000);
	n.expires = UTC(1000 + 9 * HOUR_MS);
	snprintf(n.title, sizeof n.title, "T");
	snprintf(n.text, sizeof n.text, "\xc3\xa4 \"x\"");
	teller_begin(&t, c, p->s, UTC(1000));
	assert_int_equal(teller_notice(&t, &n, NULL), 0);
	teller_finish(&t);
}

static int
look(void *ctx, const struct outbox_row *r)
{
	struct push_notice n;
	int *expected = ctx;
	assert_string_equal(r->topic, "anna-2026-11-23-pain_day_expected/1");
	assert_int_equal(r->expires.ms, 1000 + 9 * HOUR_MS);
	assert_int_equal(push_notice_read(r->payload, r->size, 0, &n), 0);
	assert_string_equal(n.text, "\xc3\xa4 \"x\"");
	push_notice_finish(&n);
	++*expected;
	return 0;
}

static void
a_notice_goes_to_each_channel_of_its_person_once(void **state)
{
	struct place *p = *state;
	struct person people[2] = {0};
	const struct config c = household(people);
	int seen = 0;
	tell(p, &c, "anna", 1);
	tell(p, &c, "anna", 1);
	assert_int_equal(store_push_next(p->s, "phone", UTC(2000), look, &seen), 0);
	assert_int_equal(store_push_next(p->s, "desk", UTC(2000), look, &seen), 0);
	assert_int_equal(seen, 2);
	assert_int_equal(
		by_hand(p, "SELECT count(*) FROM outbox WHERE channel <> ''"), 2);
	tell(p, &c, "anna", 2);
	assert_int_equal(
		by_hand(p, "SELECT count(*) FROM outbox WHERE channel <> ''"), 4);
}

static void
nobody_is_pushed_to_who_did_not_ask(void **state)
{
	struct place *p = *state;
	struct person people[2] = {0};
	const struct config c = household(people);
	tell(p, &c, "bob", 1);
	assert_int_equal(
		by_hand(p, "SELECT count(*) FROM outbox WHERE channel <> ''"), 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM outbox"), 1); /* its event */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_notice_goes_to_each_channel_of_its_person_once),
		T(nobody_is_pushed_to_who_did_not_ask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
