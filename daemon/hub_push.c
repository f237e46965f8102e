/* SPDX-License-Identifier: MIT */
/* The hub's side of push: its clock and its timer. */
#include "hub_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "out/push_notice.h"
#include "pusher.h"

#define TEST_LIFE_MS (10 * MINUTE_MS)

struct hub_push {
	struct hub *h; /* borrowed */
	uv_timer_t timer;
	struct pusher *pusher;
};

static void on_turn(uv_timer_t *t);

static void
turn_in(struct hub_push *p, int64_t ms)
{
	if (pusher_queue(p->pusher)->n > 0 && !p->h->stopping)
		uv_timer_start(&p->timer, on_turn, (uint64_t)(ms > 0 ? ms : 0), 0);
}

static void
on_turn(uv_timer_t *t)
{
	struct hub_push *p = t->data;
	struct hub *h = p->h;
	ticker_look(&h->ticker);
	if (h->stopping || !h->ticker.trusted) /* what has expired is not known */
		return;
	utc_ms due = pusher_turn(p->pusher, h->ticker.utc);
	if (due.ms == INT64_MAX)
		return; /* hub_push_look comes at least every minute */
	int64_t in = due.ms - h->ticker.utc.ms;
	turn_in(p, in < HUB_LOOK_MS ? in : HUB_LOOK_MS);
}

static utc_ms
now(void *user)
{
	struct hub_push *p = user;
	ticker_look(&p->h->ticker);
	return p->h->ticker.utc;
}

static void
on_ended(void *user)
{
	turn_in(user, 0);
}

void
hub_push_look(struct hub *h)
{
	turn_in(h->push, 0);
}

void
hub_push_reload(struct hub *h)
{
	pusher_configure(h->push->pusher, h->setup.config);
	hub_push_look(h);
}

void
hub_push_open(struct hub *h)
{
	struct hub_push *p = xcalloc(1, sizeof *p);
	const struct pusher_owner owner = {p, now, on_ended};
	p->h = h;
	p->pusher = pusher_new(&h->loop, h->store, &owner);
	uv_timer_init(&h->loop, &p->timer);
	p->timer.data = p;
	h->push = p;
	hub_push_reload(h);
}

void
hub_push_close(struct hub *h)
{
	struct hub_push *p = h->push;
	if (!p)
		return;
	pusher_close(p->pusher);
	if (!uv_is_closing((uv_handle_t *)&p->timer))
		uv_close((uv_handle_t *)&p->timer, NULL);
}

void
hub_push_free(struct hub *h)
{
	if (h->push)
		h->push->pusher = pusher_free(h->push->pusher);
	free(h->push);
	h->push = NULL;
}

/* --- what is told of it ------------------------------------------------------------------- */

void
hub_push_status(struct hub *h, json_t *list)
{
	const struct push_queue *s = pusher_queue(h->push->pusher);
	json_t *row;
	size_t i;
	json_array_foreach(list, i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		for (unsigned k = 0; k < s->n; k++) {
			const struct push_queue_channel *c = &s->channels[k];
			if (strcmp(c->name, name) != 0)
				continue;
			json_object_set_new(row, "trouble", json_string(c->trouble));
			json_object_set_new(row, "attempts",
				json_integer(
					(json_int_t)(c->sent + c->failed + c->refused)));
			json_object_set_new(row, "sending",
				json_boolean(c->state == PUSH_QUEUE_SENDING));
		}
	}
}

/* Nobody's notice: as discreet as can be, so that a test tells nothing. */
char *
hub_push_test(struct hub *h, const char *channel)
{
	struct notice n = {.kind = NOTICE_NO_DATA, .revision = 1};
	struct outbox_row row = {.channel = channel};
	char topic[sizeof n.id + 2];
	ticker_look(&h->ticker);
	if (!config_push(h->setup.config, channel))
		return xstrdup(
			"{\"error\":\"the running daemon has no such push section; "
			"reload it\"}");
	if (!h->ticker.trusted)
		return xstrdup("{\"error\":\"the clock is not set: nothing is sent\"}");
	n.issued = row.created = h->ticker.utc;
	n.expires = row.expires = UTC(h->ticker.utc.ms + TEST_LIFE_MS);
	snprintf(n.id, sizeof n.id, "test-%" PRId64, n.issued.ms);
	snprintf(n.tag, sizeof n.tag, "test");
	snprintf(n.discreet_title, sizeof n.discreet_title, "dozed");
	snprintf(n.discreet_text, sizeof n.discreet_text,
		"This is a test: notices arrive here.");
	snprintf(topic, sizeof topic, "%s/1", n.id);
	struct bytes bytes = push_notice_encode(&n, LANGUAGE_EN);
	row.topic = topic;
	row.payload = bytes.data;
	row.size = bytes.size;
	int r = bytes.data ? store_outbox_put(h->store, &row) : -1;
	free(bytes.data);
	if (r != 0)
		return xstrdup("{\"error\":\"it cannot be stored now\"}");
	hub_push_look(h);
	return xstrdup("{}");
}
