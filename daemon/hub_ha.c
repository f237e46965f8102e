/* SPDX-License-Identifier: MIT */
/* See hub_ha.h. For each person two sets of topics: `todo` is told, `empty` is emptied before
 * (what a broker retains of somebody who left, or of what is not retained any more). */
#include "hub_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "out/homeassistant.h"

#define HA_BIRTH_MIN_MS  100
#define HA_BIRTH_MAX_MS  1500
#define HA_RETRY_MS      SECOND_MS
#define HA_SAMPLE_GAP_MS (15 * MINUTE_MS) /* last_sample moves at most so often */

/* Home Assistant subscribes to what it discovers half a second later, and to a hundred new
 * entities some seconds later: so long after an announcement, one after the other, what is not
 * retained is told again. */
static const int64_t again_ms[] = {400, 1200, 4000};

static const struct config *
config(const struct hub *h)
{
	return h->setup.config;
}

/* --- who --------------------------------------------------------------------------------- */

static struct ha_person *
find(struct ha *a, const char *person)
{
	for (unsigned i = 0; i < a->n; i++)
		if (strcmp(a->people[i].id, person) == 0)
			return &a->people[i];
	return NULL;
}

static struct ha_person *
add(struct ha *a, const char *id, const struct person *who)
{
	a->people = xrealloc(a->people, a->n + 1, sizeof *a->people);
	struct ha_person *p = &a->people[a->n++];
	*p = (struct ha_person){.who = who};
	snprintf(p->id, sizeof p->id, "%s", id);
	return p;
}

/* Those who left are found in the table only. */
static int
note_announced(void *ctx, const char *person, uint64_t hash)
{
	struct ha *a = ctx;
	struct ha_person *p = find(a, person);

	if (!p)
		p = add(a, person, NULL);
	p->announced = 1;
	p->hash = hash;
	return 0;
}

static void
gather(struct hub *h)
{
	struct ha *a = &h->ha;
	const struct config *c = config(h);

	for (unsigned i = 0; i < c->n_people; i++)
		add(a, c->people[i].id, &c->people[i]);
	if (store_announced_each(h->store, note_announced, a) < 0)
		log_warning("who was announced to Home Assistant cannot be read");
	for (unsigned i = 0; i < a->n; i++)
		a->people[i].empty = ha_emptied(h, &a->people[i]);
}

/* --- on their way ------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *t);

static int64_t
some_ms(int64_t min, int64_t max)
{
	uint16_t r = 0;

	if (getrandom(&r, sizeof r, GRND_NONBLOCK) != sizeof r)
		r = 0;
	return min + (max - min) * r / UINT16_MAX;
}

static void
ring(struct hub *h, unsigned topics, int64_t ms)
{
	struct ha *a = &h->ha;

	a->due |= topics;
	if (!uv_is_active((uv_handle_t *)&a->timer) ||
		(int64_t)uv_timer_get_due_in(&a->timer) > ms)
		uv_timer_start(&a->timer, on_timer, (uint64_t)ms, 0);
}

static int
free_flight(const struct ha *a)
{
	for (int i = 0; i < HA_WINDOW; i++)
		if (a->flights[i].id == 0)
			return i;
	return -1;
}

/* 1: on its way, or there is nothing to say; 0: later. */
static int
publish(struct hub *h, struct ha_person *p, enum ha_topic topic, int empty)
{
	struct ha *a = &h->ha;
	char name[HOMEASSISTANT_TOPIC_LEN];
	int f = free_flight(a);
	struct bytes b = {NULL, 0};

	if (!empty && !(b = ha_bytes(h, p, topic)).data)
		return 1;
	ha_topic_name(config(h), p->id, topic, name);
	const struct publication pub = {.id = a->last_id - 1,
		.topic = name,
		.payload = b.data,
		.size = b.size,
		.qos = 1,
		.retain = empty || ha_is_retained(config(h), topic)};
	int ok = courier_publish(h->courier, &pub) == 0;
	free(b.data);
	if (!ok)
		return 0;
	a->flights[f].id = --a->last_id;
	a->flights[f].person = (unsigned)(p - a->people);
	a->flights[f].topic = topic;
	a->flights[f].emptied = empty;
	return 1;
}

/* The person's next topic, and whether it is emptied; -1: none that can be told now. What is of
 * a day waits until the hub knows which. */
static int
next_topic(const struct hub *h, const struct ha_person *p, int *ret_empty)
{
	unsigned todo = p->todo & ha_told(h, p);

	if (!h->ticker.trusted)
		todo &= HA_BIT(HA_CONFIG);
	*ret_empty = p->empty != 0;
	return __builtin_ffs((int)(p->empty ? p->empty : todo)) - 1;
}

static void
pump(struct hub *h)
{
	struct ha *a = &h->ha;
	unsigned idle = 0;

	if (h->link != BROKER_UP || h->stopping)
		return;
	while (idle < a->n && free_flight(a) >= 0) {
		struct ha_person *p = &a->people[a->next % a->n];
		int empty, topic = next_topic(h, p, &empty);
		if (topic < 0) {
			a->next++, idle++;
			continue;
		}
		idle = 0;
		if (!publish(h, p, (enum ha_topic)topic, empty)) {
			ring(h, 0, HA_RETRY_MS);
			return;
		}
		*(empty ? &p->empty : &p->todo) &= ~HA_BIT(topic);
	}
}

/* What the table says of a person follows what the broker has confirmed. */
static void
keep(struct hub *h, struct ha_person *p, enum ha_topic topic, int emptied)
{
	int told = (ha_told(h, p) & HA_BIT(HA_CONFIG)) != 0, r = 0;

	if (told && topic == HA_CONFIG && !emptied) {
		uint64_t hash = ha_hash(config(h), p->who);
		if (!p->announced || p->hash != hash)
			r = store_announced_put(h->store, p->id, hash);
		if (r == 0)
			p->announced = 1, p->hash = hash;
	} else if (!told && p->announced && p->empty == 0) {
		for (int i = 0; i < HA_WINDOW; i++)
			if (h->ha.flights[i].id && h->ha.flights[i].emptied &&
				&h->ha.people[h->ha.flights[i].person] == p)
				return;
		r = store_announced_drop(h->store, p->id);
		p->announced = r != 0;
	}
	if (r < 0)
		log_debug("what was announced is noted another time");
}

void
ha_ended(struct hub *h, int64_t id, int ok)
{
	struct ha *a = &h->ha;

	for (int i = 0; i < HA_WINDOW; i++) {
		if (a->flights[i].id != id)
			continue;
		struct ha_person *p = &a->people[a->flights[i].person];
		a->flights[i].id = 0;
		if (ok)
			keep(h, p, a->flights[i].topic, a->flights[i].emptied);
		else {
			*(a->flights[i].emptied ? &p->empty : &p->todo) |=
				HA_BIT(a->flights[i].topic);
			ring(h, 0, HA_RETRY_MS);
		}
		if (ok)
			pump(h);
		return;
	}
}

/* --- when --------------------------------------------------------------------------------- */

static void
tell(struct hub *h, unsigned topics)
{
	for (unsigned i = 0; i < h->ha.n; i++)
		h->ha.people[i].todo |= topics;
	pump(h);
}

static void
tell_again(struct hub *h)
{
	int64_t ms = again_ms[h->ha.again++];

	ring(h, ha_not_retained(config(h)), some_ms(ms, ms + ms / 4));
}

static void
announced(struct hub *h)
{
	h->ha.again = 0;
	tell_again(h);
}

static void
on_timer(uv_timer_t *t)
{
	struct hub *h = t->data;
	unsigned due = h->ha.due;

	h->ha.due = 0;
	ticker_look(&h->ticker);
	tell(h, due);
	if (due & HA_BIT(HA_CONFIG))
		announced(h);
	else if (due && h->ha.again < array_len(again_ms))
		tell_again(h);
}

void
ha_announce(struct hub *h, int link_is_new)
{
	if (!link_is_new) {
		ring(h, HA_ALL, some_ms(HA_BIRTH_MIN_MS, HA_BIRTH_MAX_MS));
		return;
	}
	/* what was on its way ended with the old connection, or ends unheeded */
	memset(h->ha.flights, 0, sizeof h->ha.flights);
	tell(h, HA_ALL);
	announced(h);
}

void
ha_heard(struct hub *h)
{
	struct inbox_counts counts;
	const struct inbox_news *n = &h->news;
	struct ha_person *p = NULL;

	inbox_counts(h->inbox, &counts);
	if (n->all_devices ||
		counts.taps != h->ha.taps) /* a tap does not say whose it is */
		for (unsigned i = 0; i < h->ha.n; i++)
			h->ha.people[i].heard = 1;
	h->ha.taps = counts.taps;
	for (unsigned i = 0; i < n->n_devices; i++) {
		if (!p || strcmp(p->id, n->devices[i].person) != 0)
			p = find(&h->ha, n->devices[i].person);
		if (p)
			p->heard = 1;
	}
}

/* Ratings and samples that came in. */
static void
look_at_inputs(struct hub *h, struct ha_person *p)
{
	int now[RATING_KINDS];

	p->heard = 0;
	if (ha_sliders(h, p->who, now) < 0) {
		p->heard = 1;
		return;
	}
	for (int k = 1; k < RATING_KINDS; k++)
		if (now[k] != p->slider[k])
			p->todo |= HA_BIT(HA_SLIDER + k);
	if (p->sample.ms == 0 ||
		ha_sample(h, p->id).ms >= p->sample.ms + HA_SAMPLE_GAP_MS)
		p->todo |= HA_BIT(HA_SAMPLE);
}

void
ha_look(struct hub *h)
{
	struct ha *a = &h->ha;

	if (h->link != BROKER_UP || !h->ticker.trusted)
		return; /* all of it is told when they are */
	for (unsigned i = 0; i < a->n; i++) {
		struct ha_person *p = &a->people[i];
		if (!p->who)
			continue;
		if (h->ticker.utc.ms >= p->state_until.ms)
			p->todo |= HA_BIT(HA_STATE);
		for (int k = 1; k < RATING_KINDS; k++)
			if (ha_slider_day(h, p->who, k).n != p->slider_day[k].n)
				p->todo |= HA_BIT(HA_SLIDER + k);
		if (p->heard)
			look_at_inputs(h, p);
	}
	pump(h);
}

/* --- life ---------------------------------------------------------------------------------- */

void
ha_open(struct hub *h)
{
	uv_timer_init(&h->loop, &h->ha.timer);
	h->ha.timer.data = h;
	gather(h);
}

void
ha_close(struct hub *h)
{
	uv_handle_t *timer = (uv_handle_t *)&h->ha.timer;

	if (h->ha.timer.data && !uv_is_closing(timer))
		uv_close(timer, NULL);
	free(h->ha.people);
	h->ha.people = NULL;
	h->ha.n = 0;
}

void
ha_reloaded(struct hub *h)
{
	struct ha *a = &h->ha;

	free(a->people);
	a->people = NULL;
	a->n = a->next = 0;
	memset(a->flights, 0, sizeof a->flights);
	gather(h);
	tell(h, HA_ALL);
	announced(h);
}
