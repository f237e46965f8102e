/* SPDX-License-Identifier: MIT */
/* See push_queue.h. */
#include "push_queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define STORE_AGAIN_MS (5 * SECOND_MS) /* when the store could not be asked or told */

static struct push_queue_channel *
find(struct push_queue *s, const char *name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->channels[i].name, name) == 0)
			return &s->channels[i];
	return NULL;
}

void
push_queue_configure(struct push_queue *s, const struct push_config *push, unsigned n)
{
	for (unsigned i = 0; i < s->n; i++)
		s->channels[i].wanted = 0;
	for (unsigned i = 0; i < n; i++) {
		struct push_queue_channel *c = find(s, push[i].name);
		if (c) {
			c->hurry = 1;
		} else {
			s->channels =
				xrealloc(s->channels, s->n + 1, sizeof *s->channels);
			c = &s->channels[s->n++];
			*c = (struct push_queue_channel){.state = PUSH_QUEUE_IDLE};
			snprintf(c->name, sizeof c->name, "%s", push[i].name);
		}
		c->wanted = 1;
	}
	/* one that is gone stays until what it sends has ended */
	for (unsigned i = 0; i < s->n;)
		if (!s->channels[i].wanted && s->channels[i].state == PUSH_QUEUE_IDLE)
			s->channels[i] = s->channels[--s->n];
		else
			i++;
}

void
push_queue_finish(struct push_queue *s)
{
	free(s->channels);
	s->channels = NULL;
	s->n = 0;
}

/* --- how it ended ------------------------------------------------------------------------ */

static void
note(struct push_queue_channel *c, utc_ms now)
{
	const char *why = c->result.why;
	if (c->result.outcome == PUSH_DONE) {
		c->sent++;
		if (c->trouble[0])
			log_info("push \"%s\": works again", c->name);
		c->trouble[0] = '\0';
		return;
	}
	/* said once, not at each attempt */
	if (c->result.outcome == PUSH_REFUSED)
		log_warning("push \"%s\": given up: %s", c->name, why);
	else if (strcmp(c->trouble, why) != 0)
		log_warning("push \"%s\": %s; trying again", c->name, why);
	c->refused += c->result.outcome == PUSH_REFUSED;
	c->failed += c->result.outcome == PUSH_AGAIN;
	snprintf(c->trouble, sizeof c->trouble, "%s", why);
	c->trouble_at = now;
}

static void
end(struct push_queue_channel *c, const struct push_result *r, utc_ms now,
	uint16_t random)
{
	c->state = PUSH_QUEUE_ENDED;
	c->result = *r;
	c->until = UTC(now.ms + push_wait_ms(c->tries + 1, r->retry_after_ms, random));
	note(c, now);
}

void
push_queue_ended(struct push_queue *s, const char *channel, const struct push_result *r,
	utc_ms now, uint16_t random)
{
	struct push_queue_channel *c = find(s, channel);
	if (c && c->state == PUSH_QUEUE_SENDING)
		end(c, r, now, random);
}

/* STORE_E_NONE: it has expired meanwhile. */
static int
write_down(struct push_queue *s, struct push_queue_channel *c, utc_ms now)
{
	int r = 0;
	switch (c->result.outcome) {
	case PUSH_DONE:
		r = store_outbox_sent(s->store, c->id, now);
		break;
	case PUSH_AGAIN:
		r = store_push_later(s->store, c->id, c->until);
		break;
	case PUSH_REFUSED:
		r = store_push_given_up(s->store, c->id, now);
		break;
	}
	if (r >= 0)
		c->state = PUSH_QUEUE_IDLE;
	return r < 0 ? r : 0;
}

/* --- what goes next ------------------------------------------------------------------------ */

struct row {
	int64_t id;
	int tries;
	utc_ms next, expires;
	void *payload; /* owned */
	size_t size;
};

static int
take_row(void *ctx, const struct outbox_row *r)
{
	struct row *row = ctx;
	*row = (struct row){r->id, r->tries, r->next, r->expires, NULL, r->size};
	row->payload = xcalloc(r->size + 1, 1);
	memcpy(row->payload, r->payload, r->size);
	return 0;
}

static void
start(struct push_queue *s, struct push_queue_channel *c, const struct row *row,
	utc_ms now, uint16_t random)
{
	const struct push_queue_item item = {
		c->name, row->payload, row->size, row->expires};
	struct push_result r;
	c->state = PUSH_QUEUE_SENDING;
	c->hurry = 0;
	c->id = row->id;
	c->tries = row->tries;
	if (s->send(s->user, &item, &r) != 0)
		end(c, &r, now, random);
}

/* When to look at the channel again. */
static int64_t
turn(struct push_queue *s, struct push_queue_channel *c, utc_ms now, uint16_t random)
{
	struct row row = {.id = 0};
	if (c->state == PUSH_QUEUE_SENDING)
		return INT64_MAX;
	if (c->state == PUSH_QUEUE_ENDED && write_down(s, c, now) < 0)
		return now.ms + STORE_AGAIN_MS;
	if (!c->wanted)
		return INT64_MAX;
	int r = store_push_next(s->store, c->name, now, take_row, &row);
	/* so long no failure waits: the clock was put back */
	int is_far = row.next.ms - now.ms > PUSH_RETRY_AFTER_MAX_MS;
	if (r == 0 && row.id != 0 && (row.next.ms <= now.ms || is_far || c->hurry))
		start(s, c, &row, now, random);
	free(row.payload);
	if (r < 0 || c->state == PUSH_QUEUE_ENDED)
		return now.ms + (r < 0 ? STORE_AGAIN_MS : 1);
	return row.id != 0 && c->state == PUSH_QUEUE_IDLE ? row.next.ms : INT64_MAX;
}

utc_ms
push_queue_turn(struct push_queue *s, utc_ms now, uint16_t random)
{
	int64_t due = INT64_MAX;
	for (unsigned i = 0; i < s->n; i++) {
		int64_t at = turn(s, &s->channels[i], now, random);
		due = at < due ? at : due;
	}
	return UTC(due);
}
