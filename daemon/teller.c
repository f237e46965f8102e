/* SPDX-License-Identifier: MIT */
/* See teller.h. Words and scores are others' business. */
#include "teller.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/night.h"
#include "out/encode.h"
#include "out/push_notice.h"

#define SILENT_DAYS 7 /* days after the last input that may still have a forecast */
#define TELLER_KEEP_MS                                                                   \
	(7 * DAY_MS) /* unsent results older than this are of no use to anyone */

/* Takes ownership of bytes. */
static int
post(struct teller *t, const char *topic, struct bytes bytes, int retain, utc_ms expires)
{
	struct outbox_row row = {.topic = topic,
		.payload = bytes.data,
		.size = bytes.size,
		.qos = 1,
		.retain = retain,
		.created = t->now,
		.expires = expires};
	int r = bytes.data ? store_outbox_put(t->store, &row) : -ENOMEM;
	free(bytes.data);
	return r;
}

static int
post_out(struct teller *t, const char *person, const char *what, struct bytes bytes,
	utc_ms expires)
{
	char topic[160];
	snprintf(topic, sizeof topic, "%s/v1/out/%s/%s", t->config->topic_root, person,
		what);
	return post(t, topic, bytes, 0, expires);
}

static int
post_json(struct teller *t, const char *person, const char *what, struct bytes bytes,
	int retain, utc_ms expires)
{
	char topic[160];
	snprintf(topic, sizeof topic, "%s/%s/%s", t->config->topic_root, person, what);
	return post(t, topic, bytes, retain, expires);
}

static int
stop_at_main(void *ctx, const struct night *n)
{
	(void)ctx;
	return n->kind == SLEEP_MAIN;
}

/* Whether a main sleep of a later date is stored: 1, 0 or negative errno. What is retained
 * speaks of the newest. */
static int
has_later_night(struct teller *t, const char *person, civil_day date)
{
	return store_nights_each(
		t->store, person, DAY(date.n + 1), DAY(INT32_MAX), stop_at_main, NULL);
}

/* Whether what was told on a later day stands there. */
static int
has_later_forecast(struct teller *t, const char *person, civil_day date)
{
	civil_day first, last;
	struct day days[SILENT_DAYS + 1];
	int r = store_days_span(t->store, person, &first, &last);
	if (r < 0)
		return r;
	int32_t end = (r == 0 && last.n > date.n ? last.n : date.n) + SILENT_DAYS;
	for (int32_t d = date.n + 1; d <= end; d += SILENT_DAYS + 1) {
		r = store_days_load(t->store, person, DAY(d), SILENT_DAYS + 1, days);
		for (int i = 0; i <= SILENT_DAYS && r == 0; i++)
			r = days[i].has_forecast && days[i].forecast.live;
		if (r)
			return r;
	}
	return 0;
}

/* dozed/<person>/state */
static int
post_state(struct teller *t, const char *person)
{
	struct bytes bytes;
	utc_ms until;
	int r = teller_state(t, person, &bytes, &until);
	return r < 0 ? r
		     : post_json(t, person, "state", bytes, t->config->retain_state,
			       UTC(t->now.ms + TELLER_KEEP_MS));
}

static void
state_changed(struct teller *t, const char *person, civil_day date)
{
	unsigned i = 0;
	while (i < t->n_states && strcmp(t->states[i].person, person) != 0)
		i++;
	if (i == t->n_states) {
		if (t->n_states == t->cap_states) {
			t->cap_states = t->cap_states ? 2 * t->cap_states : 8;
			t->states = xrealloc(t->states, t->cap_states, sizeof *t->states);
		}
		snprintf(t->states[i].person, sizeof t->states[i].person, "%s", person);
		t->states[i].date = date;
		t->n_states++;
	}
	if (date.n > t->states[i].date.n)
		t->states[i].date = date;
}

/* Night, forecast and alert of a morning change the state once. */
int
teller_states(struct teller *t)
{
	int r = 0;
	for (unsigned i = 0; i < t->n_states && r == 0; i++) {
		const struct state_due *q = &t->states[i];
		int later = has_later_night(t, q->person, q->date);
		if (later == 0)
			later = has_later_forecast(t, q->person, q->date);
		r = later < 0 ? later : later ? 0 : post_state(t, q->person);
	}
	t->n_states = 0;
	return r;
}

int
teller_night(struct teller *t, const struct night *n)
{
	utc_ms expires = UTC(t->now.ms + TELLER_KEEP_MS);
	int r = post_out(t, n->person, "night", encode_night(n), expires);
	if (r < 0 || n->kind != SLEEP_MAIN)
		return r;
	state_changed(t, n->person, n->date);
	r = has_later_night(t, n->person, n->date);
	if (r)
		return r < 0 ? r : 0;
	const struct person *who = config_person(t->config, n->person);
	return post_json(t, n->person, "night",
		encode_night_json(n, who->zone, who->language), t->config->retain_state,
		expires);
}

/* A morning's outlook is worth nothing in the evening. */
static utc_ms
outlook_expires(const struct teller *t, const struct forecast *f)
{
	return zone_instant(config_person(t->config, f->person)->zone, f->date,
		t->config->policy.expiry_min);
}

int
teller_forecast(struct teller *t, const struct forecast *f)
{
	state_changed(t, f->person, f->date);
	return post_out(
		t, f->person, "forecast", encode_forecast(f), outlook_expires(t, f));
}

int
teller_alert(struct teller *t, const struct alert *a, const struct forecast *f)
{
	state_changed(t, a->person, a->date);
	return post_out(t, a->person, "alert", encode_alert(a, f), outlook_expires(t, f));
}

/* --- what a person is told --------------------------------------------------------------- */

/* A row of the outbox for each push channel of the person. */
static int
post_push(struct teller *t, const struct person *who, const struct notice *n)
{
	struct outbox_row row = {.created = t->now, .expires = n->expires};
	char topic[sizeof n->id + 12];
	int r = 0;
	if (!who || who->n_push == 0)
		return 0;
	snprintf(topic, sizeof topic, "%s/%u", n->id, n->revision);
	struct bytes bytes = push_notice_encode(n, who->language);
	if (!bytes.data)
		return -ENOMEM;
	row.topic = topic, row.payload = bytes.data, row.size = bytes.size;
	for (unsigned i = 0; i < who->n_push && r >= 0; i++) {
		row.channel = who->push[i];
		r = store_outbox_put(t->store, &row); /* already there: told once */
	}
	free(bytes.data);
	return r < 0 ? r : 0;
}

int
teller_notice(struct teller *t, const struct notice *n, const struct forecast *f)
{
	const struct person *who = config_person(t->config, n->person);
	int r = post_json(t, n->person, "alert",
		encode_notice_json(n, f, who->zone, who->language), 0, n->expires);
	return r < 0 ? r : post_push(t, who, n);
}

void
teller_begin(
	struct teller *t, const struct config *config, struct store *store, utc_ms now)
{
	t->config = config, t->store = store, t->now = now;
	t->n_states = 0;
}

void
teller_finish(struct teller *t)
{
	free(t->states);
	*t = (struct teller){0};
}
