/* SPDX-License-Identifier: MIT */
/* Rows of the outbox for push channels: each channel its own, nothing twice, nothing late. */
#include "store_fixture.h"

#define HOURS(n) ((n)*HOUR_MS)

static int
put(struct store *s, const char *channel, const char *topic, int64_t created)
{
	struct outbox_row r = {.topic = topic,
		.payload = topic,
		.size = strlen(topic),
		.created = UTC(created),
		.expires = UTC(created + HOURS(9)),
		.channel = channel};
	return store_outbox_put(s, &r);
}

struct seen {
	int64_t id;
	int tries, n;
	utc_ms next;
	char topic[32], payload[32];
};

static int
see(void *ctx, const struct outbox_row *r)
{
	struct seen *x = ctx;
	x->id = r->id;
	x->tries = r->tries;
	x->next = r->next;
	x->n++;
	snprintf(x->topic, sizeof x->topic, "%s", r->topic);
	snprintf(x->payload, sizeof x->payload, "%.*s", (int)r->size,
		(const char *)r->payload);
	return 0;
}

static struct seen
next_of(struct store *s, const char *channel, int64_t now)
{
	struct seen x = {0};
	assert_int_equal(store_push_next(s, channel, UTC(now), see, &x), 0);
	return x;
}

static void
each_channel_has_its_own_rows_in_order(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	assert_int_equal(put(s, "phone", "a/1", 1000), 0);
	assert_int_equal(put(s, "desk", "a/1", 1000), 0);
	assert_int_equal(put(s, "", "dozed/anna/night", 1000), 0);
	assert_int_equal(put(s, "phone", "a/2", 2000), 0);
	struct seen x = next_of(s, "phone", 3000);
	assert_string_equal(x.topic, "a/1");
	assert_string_equal(x.payload, "a/1");
	assert_int_equal(store_outbox_sent(s, x.id, UTC(3000)), 0);
	assert_string_equal(next_of(s, "phone", 3000).topic, "a/2");
	assert_string_equal(next_of(s, "desk", 3000).topic, "a/1");
	assert_int_equal(next_of(s, "sofa", 3000).n, 0);
	struct seen mqtt = {0};
	assert_int_equal(store_outbox_each(s, UTC(3000), 9, see, &mqtt), 0);
	assert_int_equal(mqtt.n, 1);
	assert_string_equal(mqtt.topic, "dozed/anna/night");
}

static void
the_same_revision_goes_once_to_a_channel(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	assert_int_equal(put(s, "phone", "a/1", 1000), 0);
	assert_int_equal(put(s, "phone", "a/1", 1000), STORE_E_DUPLICATE);
	assert_int_equal(
		store_outbox_sent(s, next_of(s, "phone", 2000).id, UTC(2000)), 0);
	assert_int_equal(put(s, "phone", "a/1", 3000), STORE_E_DUPLICATE);
	/* a flood of other rows trims what was sent, but not this */
	for (int i = 0; i < 1200; i++)
		assert_int_equal(put(s, "", "dozed/anna/night", 4000), 0);
	assert_int_equal(put(s, "phone", "a/1", 5000), STORE_E_DUPLICATE);
	assert_int_equal(put(s, "phone", "a/2", 5000), 0);
	/* MQTT says the same as often as it likes */
	assert_int_equal(put(s, "", "a/2", 5000), 0);
}

static void
a_failure_counts_and_waits(void **state)
{
	struct place *p = *state;
	assert_int_equal(put(p->s, "phone", "a/1", 1000), 0);
	struct seen x = next_of(p->s, "phone", 2000);
	assert_int_equal(x.tries, 0);
	assert_int_equal(x.next.ms, 0);
	assert_int_equal(store_push_later(p->s, x.id, UTC(9000)), 0);
	reopened(p, STORE_WRITE);
	x = next_of(p->s, "phone", 3000);
	assert_int_equal(x.tries, 1);
	assert_int_equal(x.next.ms, 9000);
}

static void
nothing_waits_beyond_its_time(void **state)
{
	struct place *p = *state;
	assert_int_equal(put(p->s, "phone", "a/1", 0), 0);
	struct seen x = next_of(p->s, "phone", HOURS(9) - 1);
	assert_int_equal(x.n, 1);
	assert_int_equal(next_of(p->s, "phone", HOURS(9)).n, 0);
	assert_int_equal(store_push_later(p->s, x.id, UTC(HOURS(10))), STORE_E_NONE);
	assert_int_equal(store_outbox_sent(p->s, x.id, UTC(HOURS(10))), STORE_E_NONE);
	assert_int_equal(store_push_given_up(p->s, x.id, UTC(HOURS(10))), STORE_E_NONE);
	assert_int_equal(by_hand(p, "SELECT length(payload) FROM outbox"), 0);
	assert_int_equal(by_hand(p, "SELECT expired FROM outbox"), 1);
}

static int
keep_counts(void *ctx, const struct push_counts *c)
{
	struct push_counts *all = ctx;
	*all = *c;
	assert_string_equal(c->channel, "phone");
	return 0;
}

static void
each_end_is_counted(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct push_counts c = {0};
	assert_int_equal(put(s, "", "mqtt", 0), 0);
	assert_int_equal(store_push_each(s, keep_counts, &c), 0);
	assert_null(c.channel);
	assert_int_equal(put(s, "phone", "old/1", 0), 0);
	assert_int_equal(next_of(s, "phone", HOURS(9)).n, 0);
	assert_int_equal(put(s, "phone", "a/1", HOURS(9)), 0);
	assert_int_equal(put(s, "phone", "a/2", HOURS(9)), 0);
	assert_int_equal(put(s, "phone", "a/3", HOURS(9)), 0);
	assert_int_equal(
		store_push_later(s, next_of(s, "phone", HOURS(9)).id, UTC(HOURS(9) + 5)),
		0);
	assert_int_equal(
		store_outbox_sent(s, next_of(s, "phone", HOURS(9)).id, UTC(HOURS(10))),
		0);
	assert_int_equal(
		store_push_given_up(s, next_of(s, "phone", HOURS(9)).id, UTC(HOURS(11))),
		0);
	assert_int_equal(store_push_each(s, keep_counts, &c), 0);
	assert_int_equal(c.waiting, 1);
	assert_int_equal(c.sent, 1);
	assert_int_equal(c.expired, 1);
	assert_int_equal(c.given_up, 1);
	assert_int_equal(c.failures, 1);
	assert_int_equal(c.last_sent.ms, HOURS(10));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(each_channel_has_its_own_rows_in_order),
		T(the_same_revision_goes_once_to_a_channel),
		T(a_failure_counts_and_waits),
		T(nothing_waits_beyond_its_time),
		T(each_end_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
