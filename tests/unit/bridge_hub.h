/* SPDX-License-Identifier: MIT */
/* A tiny hub: notes which (epoch, seq) came and acks, can be deaf for some and mute for all. */
#pragma once

#include "bridge_rig.h"

#include <MQTTAsync.h>
#include <pthread.h>

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

#define SEQ_MAX    512
#define PEOPLE_MAX 8
#define PATIENCE_S 60

static struct hub {
	MQTTAsync client;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int ready, deaf_every, mute;
	const char *stranger; /* is never answered */
	unsigned distinct, repeats, heard;
	char online[16];
	struct person {
		char name[40];
		uint64_t epoch;
		uint64_t digest[SEQ_MAX]; /* of the first with this seq; 0 = none */
		int missed[SEQ_MAX];
		uint64_t highest;
	} person[PEOPLE_MAX];
} hub = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static struct person *
person_of(const char *name)
{
	for (int i = 0; i < PEOPLE_MAX; i++) {
		if (!hub.person[i].name[0])
			snprintf(hub.person[i].name, sizeof hub.person[i].name, "%s",
				name);
		if (strcmp(hub.person[i].name, name) == 0)
			return &hub.person[i];
	}
	abort();
}

static void
send_ack(const struct person *p)
{
	Dozed__V1__Ack a = DOZED__V1__ACK__INIT;
	Dozed__V1__Gap gaps[64], *list[64];
	uint8_t bytes[4096];
	char topic[128];

	a.epoch = p->epoch;
	a.highest = p->highest;
	a.gaps = list;
	while (a.contiguous < p->highest && p->digest[a.contiguous + 1])
		a.contiguous++;
	for (uint64_t s = a.contiguous + 1; s <= p->highest && a.n_gaps < 64; s++) {
		if (p->digest[s])
			continue;
		dozed__v1__gap__init(&gaps[a.n_gaps]);
		gaps[a.n_gaps].first = s;
		while (s < p->highest && !p->digest[s + 1])
			s++;
		gaps[a.n_gaps].last = s;
		list[a.n_gaps] = &gaps[a.n_gaps];
		a.n_gaps++;
	}
	snprintf(topic, sizeof topic, "dozed/v1/ack/%s/sim/file", p->name);
	MQTTAsync_send(hub.client, topic, (int)dozed__v1__ack__pack(&a, bytes), bytes, 1,
		0, NULL);
}

static uint64_t
digest(const void *bytes, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
	return h | 1;
}

static void
take(const char *name, const MQTTAsync_message *m)
{
	Dozed__V1__Batch *b =
		dozed__v1__batch__unpack(NULL, (size_t)m->payloadlen, m->payload);
	struct person *p = person_of(name);

	if (!b || b->seq == 0 || b->seq >= SEQ_MAX || (p->epoch && p->epoch != b->epoch))
		abort();
	p->epoch = b->epoch;
	hub.heard++;
	/* what a broker drops: the first of these never get here */
	if (hub.deaf_every && b->seq % (unsigned)hub.deaf_every == 0 &&
		!p->missed[b->seq]) {
		p->missed[b->seq] = 1;
	} else {
		uint64_t d = digest(m->payload, (size_t)m->payloadlen);
		if (p->digest[b->seq] && p->digest[b->seq] != d)
			abort(); /* one (epoch, seq), two batches */
		hub.repeats += p->digest[b->seq] != 0;
		hub.distinct += p->digest[b->seq] == 0;
		p->digest[b->seq] = d;
		p->highest = b->seq > p->highest ? b->seq : p->highest;
		if (!hub.mute && !(hub.stranger && strcmp(name, hub.stranger) == 0))
			send_ack(p);
	}
	dozed__v1__batch__free_unpacked(b, NULL);
}

static int
on_message(void *ctx, char *topic, int len, MQTTAsync_message *m)
{
	char name[40];
	(void)ctx;
	(void)len;
	pthread_mutex_lock(&hub.mutex);
	if (sscanf(topic, "dozed/v1/ingest/%39[^/]/sim/file", name) == 1)
		take(name, m);
	else if (strncmp(topic, "dozed/v1/bridge/", 16) == 0)
		snprintf(hub.online, sizeof hub.online, "%.*s", m->payloadlen,
			(char *)m->payload);
	pthread_cond_broadcast(&hub.changed);
	pthread_mutex_unlock(&hub.mutex);
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static void
on_ready(void *ctx, MQTTAsync_successData *data)
{
	(void)ctx;
	(void)data;
	pthread_mutex_lock(&hub.mutex);
	hub.ready = 1;
	pthread_cond_broadcast(&hub.changed);
	pthread_mutex_unlock(&hub.mutex);
}

static void
on_connected(void *ctx, MQTTAsync_successData *data)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;
	static char *topics[] = {
		(char *)"dozed/v1/ingest/#", (char *)"dozed/v1/bridge/#"};
	static int qos[] = {1, 1};
	(void)ctx;
	(void)data;
	o.onSuccess = on_ready;
	MQTTAsync_subscribeMany(hub.client, 2, topics, qos, &o);
}

/* Under the mutex: waits for a number to be reached. */
static void
await(const unsigned *n, unsigned at_least)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&hub.mutex);
	while (*n < at_least &&
		pthread_cond_timedwait(&hub.changed, &hub.mutex, &until) == 0)
		;
	unsigned reached = *n;
	pthread_mutex_unlock(&hub.mutex);
	if (reached < at_least)
		fail_msg("%u of %u", reached, at_least);
}

static void
start_hub(int deaf_every, int mute)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	char uri[64];

	memset(hub.person, 0, sizeof hub.person);
	hub.ready = 0;
	hub.distinct = hub.repeats = hub.heard = 0;
	hub.deaf_every = deaf_every;
	hub.mute = mute;
	hub.online[0] = 0;
	hub.stranger = NULL;
	snprintf(uri, sizeof uri, "tcp://127.0.0.1:%d", port);
	assert_int_equal(MQTTAsync_create(&hub.client, uri, "hub",
				 MQTTCLIENT_PERSISTENCE_NONE, NULL),
		0);
	MQTTAsync_setCallbacks(hub.client, NULL, NULL, on_message, NULL);
	o.MQTTVersion = MQTTVERSION_3_1_1;
	o.cleansession = 1;
	o.onSuccess = on_connected;
	assert_int_equal(MQTTAsync_connect(hub.client, &o), 0);
	await((const unsigned *)&hub.ready, 1);
}

static void
stop_hub(void)
{
	if (hub.client)
		MQTTAsync_destroy(&hub.client);
	hub.client = NULL;
}

static void
assert_no_holes(unsigned expected)
{
	unsigned n = 0;
	for (int i = 0; i < PEOPLE_MAX; i++)
		for (uint64_t s = 1; s <= hub.person[i].highest; s++, n++)
			if (!hub.person[i].digest[s])
				fail_msg("%s: %llu is missing", hub.person[i].name,
					(unsigned long long)s);
	assert_int_equal(n, hub.distinct);
	assert_true(n >= expected);
}

/* After a test: nothing runs, nothing lies about. */
static inline int
teardown(void **state)
{
	char command[128];
	(void)state;
	stop_hub();
	stop_broker();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}
