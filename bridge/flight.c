/* SPDX-License-Identifier: MIT */
/* What is sent when, and again; see flight.h. */
#include "flight.h"

#include "recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dozed/v1/ack.pb-c.h"

static int
publish(struct flight *f, const struct spooled *row)
{
	char topic[TOPIC_MAX];

	ingest_topic(topic, f->job->options->topic_root, &row->from);
	return link_publish(f->link, topic, row->payload, row->size, 0);
}

static struct flight_device *
device_of(struct flight *f, int64_t device_id)
{
	size_t id = (size_t)device_id;

	if (id >= f->cap_devices) {
		size_t cap = 2 * id + 16;
		f->devices = xrealloc(f->devices, cap, sizeof *f->devices);
		memset(f->devices + f->cap_devices, 0,
			(cap - f->cap_devices) * sizeof *f->devices);
		f->cap_devices = cap;
	}
	return &f->devices[id];
}

/* The hub's answer must find us before the question is asked. */
static int
subscribe(struct flight *f, const struct spooled *row, struct flight_device *d)
{
	char text[TOPIC_MAX], *topic = text;

	if (d->subscribed == f->connected)
		return 0;
	snprintf(text, sizeof text, "%s/v1/ack/%s/%s/%s", f->job->options->topic_root,
		row->from.person, row->from.source, row->from.device);
	int r = link_subscribe(f->link, &topic, 1);
	if (r == -EACCES)
		snprintf(f->why, sizeof f->why,
			"the broker does not let us hear dozed's answers "
			"(topic .../v1/ack/...): see its ACL");
	if (r == 0)
		d->subscribed = f->connected;
	return r;
}

static int
is_flying(const struct flight *f, int64_t id)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->fly[i].id == id)
			return 1;
	return 0;
}

static int
fill_up(struct flight *f)
{
	struct spooled row;
	int r = 0;

	while (f->up && f->n < FLIGHT_MAX &&
		(r = spool_next(f->spool, f->cursor, &row)) == 0) {
		struct flight_device *d = device_of(f, row.device_id);
		if (!d->silent && !is_flying(f, row.id)) {
			r = subscribe(f, &row, d);
			if (r == 0)
				r = publish(f, &row);
			if (r == -ENOTCONN || r == -ETIMEDOUT)
				return 0; /* the next connection begins anew */
			if (r < 0)
				return r;
			f->fly[f->n++] = (struct flying){
				row.id, row.device_id, row.seq, ++f->order};
		}
		f->cursor = row.id;
	}
	return r == SPOOL_E_NONE ? 0 : r;
}

static void
forgive(struct flight *f)
{
	for (size_t i = 0; i < f->cap_devices; i++)
		f->devices[i].silent = 0;
}

/* Publishes what has not been on this connection, as far as there is room; those to whom
 * the hub does not answer come last. */
static int
fill(struct flight *f)
{
	int r = fill_up(f);

	if (r == 0 && f->up && f->n == 0 && spool_count(f->spool) > 0) {
		forgive(f);
		f->cursor = 0;
		r = fill_up(f);
	}
	return r;
}

/* Everything that is left is published once more, oldest first. */
static void
begin_anew(struct flight *f, int64_t now_ms)
{
	f->resent += f->n;
	f->n = 0;
	f->cursor = 0;
	f->heard_ms = now_ms;
}

/* Takes what is covered out of the air. The broker keeps the order, so whatever of this
 * device was published before something that has arrived, and has not arrived, is lost. */
static int
land(struct flight *f, int64_t device_id, const Dozed__V1__Ack *ack)
{
	uint64_t arrived = 0;
	unsigned n = 0;
	int r = 0;

	for (unsigned i = 0; i < f->n; i++) {
		struct flying *x = &f->fly[i];
		if (x->device_id == device_id && ack_covers(ack, x->seq)) {
			arrived = x->order > arrived ? x->order : arrived;
			continue;
		}
		f->fly[n++] = *x;
	}
	f->n = n;
	for (unsigned i = 0; i < f->n && r == 0; i++) {
		struct flying *x = &f->fly[i];
		struct spooled row;
		if (x->device_id != device_id || x->order > arrived)
			continue;
		r = spool_get(f->spool, x->id, &row);
		if (r == 0)
			r = publish(f, &row);
		x->order = ++f->order;
		f->resent++;
	}
	return r == -ENOTCONN || r == SPOOL_E_NONE ? 0 : r;
}

/* Splits "<root>/v1/ack/<person>/<source>/<device>". */
static int
ack_topic(const char *root, const char *topic, struct device_id *ret)
{
	char *const part[3] = {ret->person, ret->source, ret->device};
	size_t n = strlen(root);

	if (strncmp(topic, root, n) != 0 || strncmp(topic + n, "/v1/ack/", 8) != 0)
		return 0;
	topic += n + 8;
	for (int i = 0; i < 3; i++) {
		size_t len = strcspn(topic, "/");
		if (len == 0 || len > ID_MAX)
			return 0;
		memcpy(part[i], topic, len);
		part[i][len] = 0;
		topic += len;
		if (i < 2 ? *topic++ != '/' : *topic != 0)
			return 0;
	}
	return 1;
}

/* By the wall: --now stands still. */
static utc_ms
present(const struct job *j)
{
	struct timespec t;

	if (j->options->now || clock_gettime(CLOCK_REALTIME, &t) != 0)
		return j->now;
	return UTC((int64_t)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000);
}

static int
heard(struct flight *f, const struct link_message *m, int64_t now_ms)
{
	struct device_id from;
	struct spool_freed freed;

	if (!ack_topic(f->job->options->topic_root, m->topic, &from))
		return 0;
	Dozed__V1__Ack *ack = dozed__v1__ack__unpack(NULL, m->size, m->payload);
	if (!ack)
		return 0;
	int r = spool_ack(f->spool, &from, ack, present(f->job), &freed);
	if (r == 0 && freed.device_id)
		r = land(f, freed.device_id, ack);
	if (r == 0 && freed.again) /* they lie before what is flying */
		f->cursor = 0;
	if (r == 0 && (freed.batches || freed.again)) {
		f->freed += freed.batches;
		f->progress_ms = f->heard_ms = now_ms;
		device_of(f, freed.device_id)->silent = 0;
		f->resend_wait_ms = FLIGHT_RESEND_MS;
	}
	dozed__v1__ack__free_unpacked(ack, NULL);
	return r;
}

int64_t
flight_connect_wait(unsigned failed)
{
	int64_t wait = FLIGHT_CONNECT_MS;

	while (failed-- > 1 && wait < FLIGHT_CONNECT_MAX_MS)
		wait *= 2;
	return wait < FLIGHT_CONNECT_MAX_MS ? wait : FLIGHT_CONNECT_MAX_MS;
}

int64_t
flight_due(const struct flight *f)
{
	if (!f->up)
		return f->connect_ms + flight_connect_wait(f->failed);
	return f->n > 0 ? f->heard_ms + f->resend_wait_ms : INT64_MAX;
}

static int
connection(struct flight *f, const struct link_news *news, int64_t now_ms)
{
	static const char *const refusals[] = {"", "it does not speak MQTT 3.1.1",
		"it refuses our client id", "it is not available",
		"it refuses the user or the password", "we are not authorised"};

	f->up = news->up;
	f->failed = news->failed;
	f->why[0] = 0;
	if (news->refused && news->refused != 3) {
		snprintf(
			f->why, sizeof f->why, "the broker: %s", refusals[news->refused]);
		if (!f->for_ever)
			return -EACCES;
	}
	if (news->connected != f->connected) {
		if (f->connected == 0)
			f->progress_ms = now_ms;
		f->connected = news->connected;
		f->resend_wait_ms = FLIGHT_RESEND_MS;
		forgive(f);
		begin_anew(f, now_ms);
		/* -ENOTCONN: gone again; the next connection says it */
		(void)!link_publish(f->link, f->status, "online", 6, 1);
	}
	if (!f->up && now_ms - f->connect_ms >= flight_connect_wait(f->failed)) {
		f->connect_ms = now_ms;
		(void)!link_connect(f->link); /* the next attempt is due all the same */
	}
	return 0;
}

int
flight_step(struct flight *f, int timeout_ms, int64_t now_ms)
{
	struct link_news news;
	struct link_message *m;

	link_wait(f->link, timeout_ms, &news);
	int r = connection(f, &news, now_ms);
	while ((m = news.messages)) {
		news.messages = m->next;
		if (r == 0)
			r = heard(f, m, now_ms);
		free(m);
	}
	if (r == 0)
		r = spool_commit(f->spool);
	if (f->n == 0)
		f->heard_ms = now_ms; /* silence begins with a question */
	if (r == 0 && f->up && f->n > 0 && now_ms - f->heard_ms >= f->resend_wait_ms) {
		for (unsigned i = 0; i < f->n; i++)
			device_of(f, f->fly[i].device_id)->silent = 1;
		begin_anew(f, now_ms);
		f->resend_wait_ms = 2 * f->resend_wait_ms < FLIGHT_RESEND_MAX_MS
					    ? 2 * f->resend_wait_ms
					    : FLIGHT_RESEND_MAX_MS;
	}
	return r == 0 ? fill(f) : r;
}
