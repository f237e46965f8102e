/* SPDX-License-Identifier: MIT */
/* When push notices go out: a real store, a simulated clock, and a sender that does what the
 * test says. */
#include "store_fixture.h"

#include "push_queue.h"

#define HOURS(n) ((n)*HOUR_MS)
#define START    INT64_C(1795420800000)

/* A server: what it answers now, and everything that it was asked. */
struct server {
	struct push_queue *spool;
	struct push_result answer;
	int is_slow; /* does not answer until told */
	unsigned n;
	int64_t now, at[4096];
	char said[4096][24];
	utc_ms expires[4096];
	char slow[ID_MAX + 1];
};

static int
answer(void *user, const struct push_queue_item *item, struct push_result *ret)
{
	struct server *s = user;
	assert_true(s->n < array_len(s->at));
	s->at[s->n] = s->now;
	s->expires[s->n] = item->expires;
	snprintf(s->said[s->n++], sizeof s->said[0], "%s:%.*s", item->channel,
		(int)item->size, (const char *)item->payload);
	if (s->is_slow) {
		snprintf(s->slow, sizeof s->slow, "%s", item->channel);
		return 0;
	}
	*ret = s->answer;
	return 1;
}

struct rig {
	struct place *place;
	struct push_queue spool;
	struct server *server;
	struct push_config push[2];
};

static void
rig_open(struct rig *g, struct place *p)
{
	*g = (struct rig){.place = p, .server = calloc(1, sizeof *g->server)};
	g->spool = (struct push_queue){.store = p->s, .send = answer, .user = g->server};
	snprintf(g->push[0].name, sizeof g->push[0].name, "phone");
	snprintf(g->push[1].name, sizeof g->push[1].name, "desk");
	push_queue_configure(&g->spool, g->push, 2);
	g->server->spool = &g->spool;
	g->server->now = START;
}

static void
rig_close(struct rig *g)
{
	push_queue_finish(&g->spool);
	free(g->server);
}

static void
put(struct rig *g, const char *channel, const char *what, int64_t expires)
{
	struct outbox_row r = {.topic = what,
		.payload = what,
		.size = strlen(what),
		.created = UTC(g->server->now),
		.expires = UTC(expires),
		.channel = channel};
	int rc = store_outbox_put(g->place->s, &r);
	assert_true(rc == 0 || rc == STORE_E_DUPLICATE);
}

/* Lets time run to `until`, turning whenever the spool wants it. */
static void
run_until(struct rig *g, int64_t until)
{
	for (unsigned guard = 0; guard < 100000; guard++) {
		utc_ms due =
			push_queue_turn(&g->spool, UTC(g->server->now), UINT16_MAX / 2);
		if (due.ms > until || due.ms == INT64_MAX) {
			g->server->now = until;
			return;
		}
		assert_true(due.ms > g->server->now);
		g->server->now = due.ms;
	}
	fail_msg("the spool turns without end");
}

static const struct push_result again = {PUSH_AGAIN, 0, "no route"},
				refused = {PUSH_REFUSED, 0, "the server answered 400"};

static void
notices_go_once_in_order_and_channels_do_not_wait(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	put(&g, "phone", "a/1", START + HOURS(9));
	put(&g, "phone", "a/2", START + HOURS(9));
	put(&g, "desk", "a/1", START + HOURS(9));
	put(&g, "gone", "a/1", START + HOURS(9));
	run_until(&g, START + HOURS(1));
	assert_int_equal(g.server->n, 3);
	assert_string_equal(g.server->said[0], "phone:a/1");
	assert_string_equal(g.server->said[1], "desk:a/1");
	assert_string_equal(g.server->said[2], "phone:a/2");
	run_until(&g, START + HOURS(10));
	put(&g, "phone", "a/2", START + HOURS(9));
	assert_int_equal(g.server->n, 3);
	rig_close(&g);
}

static void
one_is_on_its_way_at_a_time(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->is_slow = 1;
	put(&g, "phone", "a/1", START + HOURS(9));
	put(&g, "phone", "a/2", START + HOURS(9));
	for (int i = 0; i < 5; i++)
		run_until(&g, START + i * MINUTE_MS);
	assert_int_equal(g.server->n, 1);
	g.server->is_slow = 0;
	push_queue_ended(&g.spool, "phone", &g.server->answer, UTC(g.server->now), 0);
	run_until(&g, START + HOURS(1));
	assert_int_equal(g.server->n, 2);
	rig_close(&g);
}

static void
a_server_that_is_down_for_three_hours_gets_each_notice_once(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->answer = again;
	put(&g, "phone", "a/1", START + HOURS(9));
	put(&g, "phone", "a/2", START + HOURS(9));
	run_until(&g, START + HOURS(3));
	unsigned asked = g.server->n;
	/* 5 s doubling to 10 min */
	for (unsigned i = 1; i < asked; i++) {
		int64_t gap = g.server->at[i] - g.server->at[i - 1], want = 5000;
		for (unsigned k = 1; k < i && want < PUSH_WAIT_MAX_MS; k++)
			want *= 2;
		want = want < PUSH_WAIT_MAX_MS ? want : PUSH_WAIT_MAX_MS;
		assert_true(gap >= want * 79 / 100 && gap <= want * 121 / 100);
	}
	print_message("3 h down: %u attempts\n", asked);
	assert_in_range(asked, 20, 30);
	g.server->answer = (struct push_result){.outcome = PUSH_DONE};
	run_until(&g, START + HOURS(3) + 12 * MINUTE_MS);
	assert_int_equal(g.server->n, asked + 2);
	assert_string_equal(g.server->said[asked], "phone:a/1");
	assert_string_equal(g.server->said[asked + 1], "phone:a/2");
	run_until(&g, START + HOURS(12));
	assert_int_equal(g.server->n, asked + 2);
	rig_close(&g);
}

static void
nothing_goes_out_from_its_expiry_on(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->answer = again;
	put(&g, "phone", "a/1", START + HOURS(3));
	run_until(&g, START + HOURS(5));
	assert_true(g.server->at[g.server->n - 1] < START + HOURS(3));
	unsigned n = g.server->n;
	g.server->answer = (struct push_result){.outcome = PUSH_DONE};
	put(&g, "phone", "b/1", START + HOURS(9));
	run_until(&g, START + HOURS(6));
	assert_int_equal(g.server->n, n + 1);
	assert_string_equal(g.server->said[n], "phone:b/1");
	assert_int_equal(
		by_hand(g.place, "SELECT count(*) FROM outbox WHERE expired = 1"), 1);
	rig_close(&g);
}

static void
a_refusal_is_final_and_the_next_one_goes(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->answer = refused;
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, START + MINUTE_MS);
	assert_int_equal(g.server->n, 1);
	assert_string_equal(g.spool.channels[0].trouble, "the server answered 400");
	g.server->answer = (struct push_result){.outcome = PUSH_DONE};
	put(&g, "phone", "a/2", START + HOURS(9));
	run_until(&g, START + HOURS(2));
	assert_int_equal(g.server->n, 2);
	assert_string_equal(g.spool.channels[0].trouble, "");
	assert_int_equal(
		by_hand(g.place, "SELECT count(*) FROM outbox WHERE expired = 2"), 1);
	rig_close(&g);
}

static void
a_server_may_ask_for_more_patience_up_to_an_hour(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	push_judge(429, 600, &g.server->answer);
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, START + 599 * SECOND_MS);
	assert_int_equal(g.server->n, 1);
	run_until(&g, START + 601 * SECOND_MS);
	assert_int_equal(g.server->n, 2);
	push_judge(503, 86400 * 365, &g.server->answer);
	assert_int_equal(g.server->answer.retry_after_ms, HOUR_MS);
	rig_close(&g);
}

/* What was told before a kill stays told; what had failed goes on waiting. */
static void
a_restart_forgets_nothing(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, START + SECOND_MS);
	assert_int_equal(g.server->n, 1);
	g.server->answer = again;
	put(&g, "phone", "a/2", START + HOURS(9));
	run_until(&g, START + HOURS(1));
	unsigned n = g.server->n;
	int64_t last = g.server->at[n - 1];
	push_queue_finish(&g.spool);
	g.spool.store = reopened(g.place, STORE_WRITE);
	push_queue_configure(&g.spool, g.push, 2);
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, last + 7 * MINUTE_MS); /* not at once: it waits its ten minutes */
	assert_int_equal(g.server->n, n);
	g.server->answer = (struct push_result){.outcome = PUSH_DONE};
	run_until(&g, last + 13 * MINUTE_MS);
	assert_int_equal(g.server->n, n + 1);
	assert_string_equal(g.server->said[n], "phone:a/2");
	rig_close(&g);
}

static void
a_clock_that_is_put_back_makes_nobody_wait_for_years(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->answer = again;
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, START + HOURS(1));
	unsigned n = g.server->n;
	g.server->now = START - HOURS(24 * 30);
	(void)push_queue_turn(&g.spool, UTC(g.server->now), 0); /* writes down */
	g.server->now += MINUTE_MS;
	(void)push_queue_turn(&g.spool, UTC(g.server->now), 0);
	assert_true(g.server->n > n);
	rig_close(&g);
}

/* A section that goes while it sends ends in peace; one that comes is served. */
static void
a_reload_changes_channels(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->is_slow = 1;
	put(&g, "phone", "a/1", START + HOURS(9));
	put(&g, "desk", "a/1", START + HOURS(9));
	(void)push_queue_turn(&g.spool, UTC(START), 0);
	push_queue_configure(&g.spool, &g.push[1], 1);
	assert_int_equal(g.spool.n, 2);
	g.server->is_slow = 0;
	push_queue_ended(&g.spool, "phone", &g.server->answer, UTC(START), 0);
	push_queue_ended(&g.spool, "desk", &g.server->answer, UTC(START), 0);
	put(&g, "phone", "a/2", START + HOURS(9));
	put(&g, "desk", "a/2", START + HOURS(9));
	run_until(&g, START + HOURS(1));
	assert_int_equal(g.server->n, 3);
	assert_string_equal(g.server->said[2], "desk:a/2");
	push_queue_configure(&g.spool, g.push, 2);
	run_until(&g, START + HOURS(2));
	assert_string_equal(g.server->said[3], "phone:a/2");
	rig_close(&g);
}

/* After a failure somebody mends the section and reloads: it goes at once. */
static void
a_reload_does_not_wait_out_a_failure(void **state)
{
	struct rig g;
	rig_open(&g, *state);
	g.server->answer = again;
	put(&g, "phone", "a/1", START + HOURS(9));
	run_until(&g, START + HOURS(1));
	unsigned n = g.server->n;
	g.server->answer = (struct push_result){.outcome = PUSH_DONE};
	push_queue_configure(&g.spool, g.push, 2);
	(void)push_queue_turn(&g.spool, UTC(g.server->now), 0);
	assert_int_equal(g.server->n, n + 1);
	rig_close(&g);
}

static void
each_status_means_what_it_means(void **state)
{
	static const struct {
		int status;
		enum push_outcome outcome;
	} rows[] = {{200, PUSH_DONE}, {202, PUSH_DONE}, {204, PUSH_DONE},
		{301, PUSH_AGAIN}, {307, PUSH_AGAIN}, {400, PUSH_REFUSED},
		{401, PUSH_REFUSED}, {403, PUSH_REFUSED}, {404, PUSH_REFUSED},
		{408, PUSH_AGAIN}, {413, PUSH_REFUSED}, {425, PUSH_AGAIN},
		{429, PUSH_AGAIN}, {500, PUSH_AGAIN}, {502, PUSH_AGAIN},
		{503, PUSH_AGAIN}, {507, PUSH_AGAIN}};
	struct push_result r;
	(void)state;
	for (size_t i = 0; i < array_len(rows); i++) {
		push_judge(rows[i].status, 0, &r);
		assert_int_equal(r.outcome, rows[i].outcome);
		assert_int_equal(r.why[0] == '\0', r.outcome == PUSH_DONE);
	}
	assert_int_equal(push_wait_ms(1, 0, 0), 4000);
	assert_int_equal(push_wait_ms(1, 0, UINT16_MAX), 6000);
	assert_int_equal(push_wait_ms(1000000, 0, UINT16_MAX), 12 * MINUTE_MS);
	assert_int_equal(push_wait_ms(1, 30000, UINT16_MAX), 30000);
	assert_int_equal(push_wait_ms(1, INT64_MAX, 0), HOUR_MS);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(notices_go_once_in_order_and_channels_do_not_wait),
		T(one_is_on_its_way_at_a_time),
		T(a_server_that_is_down_for_three_hours_gets_each_notice_once),
		T(nothing_goes_out_from_its_expiry_on),
		T(a_refusal_is_final_and_the_next_one_goes),
		T(a_server_may_ask_for_more_patience_up_to_an_hour),
		T(a_restart_forgets_nothing),
		T(a_clock_that_is_put_back_makes_nobody_wait_for_years),
		T(a_reload_changes_channels),
		T(a_reload_does_not_wait_out_a_failure),
		cmocka_unit_test(each_status_means_what_it_means),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
