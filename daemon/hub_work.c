/* SPDX-License-Identifier: MIT */
/* The hub's daily work: what the inbox tells is scored, acknowledged to its bridge, and the
 * results are sent. Turns of the line are spaced, acks are summed up: a backlog of 10 000
 * batches costs a few dozen turns and acks, not 10 000. */
#include "hub_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dozed/v1/ack.pb-c.h>

#include "base/log.h"
#include "in/taps.h"

static void on_take(uv_timer_t *t);
static void on_ack(uv_timer_t *t);

static int64_t
since(mono_ms t)
{
	return t.ms ? ticker_mono().ms - t.ms : INT64_MAX / 2;
}

/* --- the line --------------------------------------------------------------------------- */

static void
take_in(struct hub *h, int64_t delay_ms)
{
	int64_t at = ticker_mono().ms + delay_ms;

	if (uv_is_active((uv_handle_t *)&h->take) && h->take_at.ms <= at)
		return;
	h->take_at.ms = at;
	uv_timer_start(&h->take, on_take, (uint64_t)delay_ms, 0);
}

static void
look_at_clocks(struct hub *h)
{
	int was = h->ticker.trusted;

	if (ticker_look(&h->ticker))
		log_warning("the clock was put %s by %lld s",
			h->ticker.jump_ms > 0 ? "forward" : "back",
			(long long)(llabs(h->ticker.jump_ms) / SECOND_MS));
	inbox_trust_clock(h->inbox, h->ticker.trusted);
	if (h->ticker.trusted == was)
		return;
	if (h->ticker.trusted)
		log_info("the clock is believed from now on");
	else
		log_warning("the clock is not believed: inputs are stored, nothing is "
			    "scored");
}

static void send_outbox(struct hub *h);

static int64_t
next_look_ms(struct hub *h)
{
	utc_ms due = line_due(h->line);
	int64_t in = due.ms == INT64_MAX ? HUB_LOOK_MS : due.ms - h->ticker.utc.ms;

	/* monotonic timers and the wall drift apart: look every minute at least */
	if (in > HUB_LOOK_MS)
		return HUB_LOOK_MS;
	return in > HUB_TAKE_GAP_MS ? in : HUB_TAKE_GAP_MS;
}

static void
take_failed(struct hub *h, int rc)
{
	if (!h->take_failed)
		log_error("scoring failed (%s); trying again until it works",
			strerror(rc < 0 ? -rc : EPROTO));
	h->take_failed = 1;
	h->take_delay_ms = h->take_delay_ms ? h->take_delay_ms * 2 : SECOND_MS;
	if (h->take_delay_ms > HUB_RETRY_MAX_MS)
		h->take_delay_ms = HUB_RETRY_MAX_MS;
	take_in(h, h->take_delay_ms);
}

static void
on_take(uv_timer_t *t)
{
	struct hub *h = t->data;
	int rc;

	look_at_clocks(h);
	if (!h->ticker.trusted) {
		take_in(h, HUB_LOOK_SOON_MS);
		hub_tell_status(h);
		return;
	}
	rc = line_take(h->line, h->ticker.utc, PIPELINE_LIVE, &h->more);
	h->taken = ticker_mono();
	if (rc != 0) {
		take_failed(h, rc);
		return;
	}
	if (h->take_failed)
		log_info("scoring works again");
	h->take_failed = 0;
	h->take_delay_ms = 0;
	take_in(h, h->more ? 1 : next_look_ms(h));
	hub_push_look(h);
	send_outbox(h);
	if (!h->more)
		ha_look(h);
	if (since(h->told) >= HUB_STATUS_MS)
		hub_tell_status(h);
}

static void
take_soon(struct hub *h)
{
	int64_t ago = since(h->taken);

	if (h->ticker.trusted && !h->take_failed)
		take_in(h, ago >= HUB_TAKE_GAP_MS ? 0 : HUB_TAKE_GAP_MS - ago);
}

/* --- acks --------------------------------------------------------------------------------- */

static void
acks_note(struct hub *h, const struct device_id *id)
{
	if (strcmp(id->source, TAPS_SOURCE) == 0)
		return; /* nobody listens for those */
	for (unsigned i = 0; i < h->n_acks; i++)
		if (inbox_same_device(&h->acks[i], id))
			return;
	if (h->n_acks == HUB_ACKS_MAX)
		return; /* the bridge will ask again */
	h->acks = xrealloc(h->acks, h->n_acks + 1, sizeof(*id));
	h->acks[h->n_acks++] = *id;
}

static int
note_each(void *ctx, const struct device_state *d)
{
	acks_note(ctx, &d->id);
	return 0;
}

static size_t
ack_bytes(const struct device_state *d, unsigned char *ret)
{
	Dozed__V1__Ack ack = DOZED__V1__ACK__INIT;
	Dozed__V1__Gap gaps[array_len(d->gaps)], *list[array_len(d->gaps)];

	ack.epoch = d->epoch;
	ack.contiguous = d->contiguous;
	ack.highest = d->highest;
	for (unsigned i = 0; i < d->n_gaps; i++) {
		dozed__v1__gap__init(&gaps[i]);
		gaps[i].first = d->gaps[i].first;
		gaps[i].last = d->gaps[i].last;
		list[i] = &gaps[i];
	}
	ack.n_gaps = d->n_gaps;
	ack.gaps = list;
	return dozed__v1__ack__pack(&ack, ret);
}

/* Not 0: the courier is full. */
static int
ack_epoch(void *ctx, const struct device_state *d)
{
	unsigned char bytes[64 + 64 * 24];
	char topic[300];
	struct publication p = {.topic = topic, .payload = bytes, .qos = 1};
	struct hub *h = ctx;

	p.size = ack_bytes(d, bytes);
	/* the prefix is what a partitioning broker puts before what we subscribe to; what
	 * we publish has none */
	snprintf(topic, sizeof(topic), "%s/v1/ack/%s/%s/%s", h->setup.config->topic_root,
		d->id.person, d->id.source, d->id.device);
	if (courier_publish(h->courier, &p) != 0)
		return 1;
	h->acks_sent++;
	return 0;
}

/* One ack for each epoch: a device may be read by more than one bridge, or by one whose
 * spool is older than a recording that was imported. 1: sent, or there is nothing to say;
 * 0: the courier is full, later. */
static int
ack_device(struct hub *h, const struct device_id *id)
{
	return store_device_epochs(h->store, id, ack_epoch, h) <= 0;
}

static void
on_ack(uv_timer_t *t)
{
	struct hub *h = t->data;

	if (h->link != BROKER_UP) /* link_up asks again */
		return;
	if (h->acks_all && store_devices_each(h->store, NULL, note_each, h) == 0)
		h->acks_all = 0;
	while (h->n_acks > 0 && ack_device(h, &h->acks[h->n_acks - 1]))
		h->n_acks--;
	h->acked = ticker_mono();
	if (h->n_acks > 0 || h->acks_all)
		uv_timer_start(&h->ack, on_ack, SECOND_MS, 0);
}

static void
ack_soon(struct hub *h)
{
	int64_t ago = since(h->acked);

	if ((h->n_acks == 0 && !h->acks_all) || h->link != BROKER_UP ||
		uv_is_active((uv_handle_t *)&h->ack))
		return;
	uv_timer_start(&h->ack, on_ack,
		ago >= HUB_ACK_GAP_MS ? 0 : (uint64_t)(HUB_ACK_GAP_MS - ago), 0);
}

/* --- the outbox ------------------------------------------------------------------------- */

static int
send_row(void *ctx, const struct outbox_row *r)
{
	struct hub *h = ctx;
	const struct publication p = {.id = r->id,
		.topic = r->topic,
		.payload = r->payload,
		.size = r->size,
		.qos = r->qos,
		.retain = r->retain};

	if (outbox_take(&h->outbox, r->id) && courier_publish(h->courier, &p) != 0)
		outbox_ended(&h->outbox, r->id, 0);
	return 0;
}

static void
mark_sent(struct hub *h)
{
	int64_t id;

	while ((id = outbox_to_mark(&h->outbox)) != 0) {
		if (store_outbox_sent(h->store, id, h->ticker.utc) != 0)
			return; /* stays in the window, so it is not sent twice */
		outbox_marked(&h->outbox, id);
	}
}

static void
send_outbox(struct hub *h)
{
	mark_sent(h);
	if (h->link != BROKER_UP || h->stopping)
		return;
	if (store_outbox_each(h->store, h->ticker.utc, OUTBOX_WINDOW, send_row, h) < 0)
		log_debug("the outbox cannot be read now");
}

/* --- news ------------------------------------------------------------------------------- */

void
work_wake(struct hub *h)
{
	struct inbox_news *n = &h->news;
	unsigned sent = 0, unsent = 0;

	inbox_take(h->inbox, n);
	for (unsigned i = 0; i < n->n_devices; i++)
		acks_note(h, &n->devices[i]);
	h->acks_all |= n->all_devices;
	for (unsigned i = 0; i < n->n_sent; i++) {
		if (n->sent[i].id < 0) {
			ha_ended(h, n->sent[i].id, n->sent[i].ok);
			continue;
		}
		outbox_ended(&h->outbox, n->sent[i].id, n->sent[i].ok);
		*(n->sent[i].ok ? &sent : &unsent) += 1;
	}
	if (n->link != LINK_NONE)
		link_changed(h, n->link, n->why);
	if (h->stopping)
		return;
	if (n->link == LINK_UP || n->birth)
		ha_announce(h, n->link == LINK_UP);
	if (n->stored)
		ha_heard(h);
	for (unsigned i = 0; i < n->n_commands; i++)
		if (strcmp(n->commands[i].what, "recompute") == 0)
			work_recompute(h, n->commands[i].person);
	if (n->stored)
		take_soon(h);
	if (sent > 0 || n->link == LINK_UP)
		send_outbox(h);
	if (unsent > 0)
		take_in(h, SECOND_MS); /* which looks at the outbox again */
	ack_soon(h);
}

void
work_look(struct hub *h)
{
	take_soon(h);
}

void
work_recompute(struct hub *h, const char *person)
{
	pipeline_touch(line_pipeline(h->line), person, DAY(0));
	take_soon(h);
}

static int
newest_each(void *ctx, const struct device_state *d)
{
	utc_ms *newest = ctx;

	if (d->received.ms > newest->ms)
		*newest = d->received;
	return 0;
}

void
work_open(struct hub *h)
{
	utc_ms newest = {0};

	if (store_devices_each(h->store, NULL, newest_each, &newest) != 0)
		newest = UTC(0);
	ticker_init(&h->ticker, newest);
	uv_timer_init(&h->loop, &h->take);
	uv_timer_init(&h->loop, &h->ack);
	h->take.data = h;
	h->ack.data = h;
	ticker_look(&h->ticker);
	inbox_trust_clock(h->inbox, h->ticker.trusted);
	if (!h->ticker.trusted)
		log_warning("the clock is not believed: inputs are stored, nothing is "
			    "scored");
	take_in(h, 0); /* what the last run left */
}

void
work_close(struct hub *h)
{
	uv_timer_stop(&h->take);
	uv_timer_stop(&h->ack);
	mark_sent(h);
	free(h->acks);
	h->acks = NULL;
	h->n_acks = 0;
}
