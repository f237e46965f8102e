/* SPDX-License-Identifier: MIT */
/* One mutex around one struct. uv_async_send coalesces, therefore inbox_take empties all;
 * the mutex is also the fence that libuv 1.44's relaxed read in uv_async_send asks for.
 */
#include "in/inbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inbox {
	pthread_mutex_t lock;
	void (*wake)(void *user);
	void *user; /* borrowed */
	struct inbox_news news;
	struct inbox_counts counts;
	struct person *people; /* owned; with zones of their own */
	unsigned n_people;
	inbox_has_device has_device;
	mono_ms beat; /* 0 = no message in hand */
	int trusted, stopping, pending;
};

static void
lock(struct inbox *in)
{
	int rc = pthread_mutex_lock(&in->lock);

	assert(rc == 0);
}

static void
unlock(struct inbox *in)
{
	int rc = pthread_mutex_unlock(&in->lock);

	assert(rc == 0);
}

static void
unlock_and_wake(struct inbox *in)
{
	in->pending = 1;
	unlock(in);
	in->wake(in->user);
}

struct inbox *
inbox_new(void (*wake)(void *user), void *user)
{
	struct inbox *in = xcalloc(1, sizeof(*in));
	int rc = pthread_mutex_init(&in->lock, NULL);

	assert(rc == 0);
	in->wake = wake;
	in->user = user;
	return in;
}

static void
free_people(struct person *people, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		zone_free(people[i].zone);
	free(people);
}

struct inbox *
inbox_free(struct inbox *in)
{
	if (!in)
		return NULL;
	pthread_mutex_destroy(&in->lock);
	free_people(in->people, in->n_people);
	free(in);
	return NULL;
}

void
inbox_take(struct inbox *in, struct inbox_news *ret)
{
	lock(in);
	*ret = in->news;
	memset(&in->news, 0, sizeof(in->news));
	in->pending = 0;
	unlock(in);
}

void
inbox_counts(struct inbox *in, struct inbox_counts *ret)
{
	lock(in);
	*ret = in->counts;
	unlock(in);
}

void
inbox_admit(struct inbox *in, const struct person *people, unsigned n,
	inbox_has_device has_device)
{
	struct person *copy = xcalloc(n, sizeof(*copy)), *old;
	unsigned n_old;

	for (unsigned i = 0; i < n; i++) {
		copy[i] = people[i];
		copy[i].zone = zone_copy(people[i].zone);
	}
	lock(in);
	old = in->people;
	n_old = in->n_people;
	in->people = copy;
	in->n_people = n;
	in->has_device = has_device;
	unlock(in);
	free_people(old, n_old);
}

void
inbox_trust_clock(struct inbox *in, int trusted)
{
	lock(in);
	in->trusted = trusted;
	unlock(in);
}

void
inbox_stop(struct inbox *in)
{
	lock(in);
	in->stopping = 1;
	unlock(in);
}

int64_t
inbox_stuck_ms(struct inbox *in, mono_ms now)
{
	int64_t ret;

	lock(in);
	ret = in->beat.ms ? now.ms - in->beat.ms : 0;
	unlock(in);
	return ret;
}

int
inbox_is_idle(struct inbox *in)
{
	int ret;

	lock(in);
	ret = !in->pending && in->beat.ms == 0;
	unlock(in);
	return ret;
}

enum inbox_admission
inbox_admits(struct inbox *in, const char *person, const char *source, const char *device)
{
	enum inbox_admission ret = ADMIT_NO_PERSON;

	lock(in);
	for (unsigned i = 0; i < in->n_people; i++) {
		if (strcmp(in->people[i].id, person) != 0)
			continue;
		ret = !source || in->has_device(&in->people[i], source, device)
			      ? ADMITTED
			      : ADMIT_NO_DEVICE;
		break;
	}
	unlock(in);
	return ret;
}

int
inbox_person(struct inbox *in, const char *id, struct person *ret)
{
	int found = 0;

	lock(in);
	for (unsigned i = 0; i < in->n_people && !found; i++)
		if (strcmp(in->people[i].id, id) == 0) {
			*ret = in->people[i];
			ret->zone = zone_copy(ret->zone);
			found = 1;
		}
	unlock(in);
	return found;
}

int
inbox_clock_is_trusted(struct inbox *in)
{
	int ret;

	lock(in);
	ret = in->trusted;
	unlock(in);
	return ret;
}

int
inbox_is_stopping(struct inbox *in)
{
	int ret;

	lock(in);
	ret = in->stopping;
	unlock(in);
	return ret;
}

void
inbox_beat(struct inbox *in, mono_ms now)
{
	lock(in);
	in->beat = now;
	unlock(in);
}

void
inbox_received(struct inbox *in)
{
	lock(in);
	in->counts.received++;
	unlock(in);
}

void
inbox_store_error(struct inbox *in)
{
	lock(in);
	in->counts.store_errors++;
	unlock(in);
}

int
inbox_same_device(const struct device_id *a, const struct device_id *b)
{
	return strcmp(a->device, b->device) == 0 && strcmp(a->source, b->source) == 0 &&
	       strcmp(a->person, b->person) == 0;
}

static void
note_device(struct inbox_news *n, const struct device_id *from)
{
	for (unsigned i = n->n_devices;
		i-- > 0;) /* the newest first: bursts are of one device */
		if (inbox_same_device(&n->devices[i], from))
			return;
	if (n->n_devices < INBOX_DEVICES_MAX)
		n->devices[n->n_devices++] = *from;
	else
		n->all_devices = 1;
}

void
inbox_put(struct inbox *in, const struct device_id *from, enum inbox_outcome outcome)
{
	lock(in);
	switch (outcome) {
	case INBOX_STORED:
		in->counts.stored++;
		in->news.stored = 1;
		break;
	case INBOX_DUPLICATE:
		in->counts.duplicates++;
		break;
	case INBOX_REFUSED:
		in->counts.refused++;
		break;
	}
	if (from)
		note_device(&in->news, from);
	unlock_and_wake(in);
}

void
inbox_put_tap(struct inbox *in)
{
	lock(in);
	in->counts.taps++;
	in->news.stored = 1;
	unlock_and_wake(in);
}

void
inbox_put_ignored(struct inbox *in)
{
	lock(in);
	in->counts.ignored++;
	unlock(in);
}

void
inbox_put_command(struct inbox *in, const char *person, const char *what)
{
	struct inbox_news *n = &in->news;

	lock(in);
	in->counts.commands++;
	if (n->n_commands <
		INBOX_COMMANDS_MAX) { /* pressing a button 17 times adds nothing */
		snprintf(n->commands[n->n_commands].person, sizeof(n->commands[0].person),
			"%s", person);
		snprintf(n->commands[n->n_commands].what, sizeof(n->commands[0].what),
			"%s", what);
		n->n_commands++;
	}
	unlock_and_wake(in);
}

void
inbox_put_birth(struct inbox *in)
{
	lock(in);
	in->news.birth = 1;
	unlock_and_wake(in);
}

void
inbox_put_link(struct inbox *in, enum inbox_link link, const char *why)
{
	lock(in);
	in->news.link = link;
	snprintf(in->news.why, sizeof(in->news.why), "%s", why ? why : "");
	unlock_and_wake(in);
}

void
inbox_put_sent(struct inbox *in, int64_t id, int ok)
{
	struct inbox_news *n = &in->news;

	lock(in);
	if (id >= 0 && ok)
		in->counts.published++;
	else if (id >= 0)
		in->counts.publish_failed++;
	if (id == 0 && !ok)
		n->all_devices = 1; /* an ack that nobody got: all of them again */
	if (id != 0) {
		assert(n->n_sent < INBOX_SENT_MAX); /* in flight <= MQTT_IN_FLIGHT_MAX */
		n->sent[n->n_sent].id = id;
		n->sent[n->n_sent].ok = ok;
		n->n_sent++;
	}
	unlock_and_wake(in);
}
