/* SPDX-License-Identifier: MIT */
/* Paho MQTTAsync in a test's hands. */
#include "peer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <MQTTAsync.h>

#include "rig.h"

#define HEARD_MAX  4096
#define FLIGHT_MAX 50

struct heard {
	char topic[160];
	unsigned char *bytes;
	size_t size;
	int taken;
};

struct peer {
	MQTTAsync client;
	pthread_mutex_t lock;
	struct heard heard[HEARD_MAX];
	unsigned n_heard;
	unsigned char *acked; /* by number */
	atomic_int up, subscribed, flying;
};

struct flight {
	struct peer *peer;
	uint32_t number;
};

static void
give_up(const char *what)
{
	fprintf(stderr, "gave up: %s\n", what);
	exit(1);
}

static int
on_message(void *context, char *topic, int len, MQTTAsync_message *m)
{
	struct peer *p = context;
	struct heard *h;

	(void)len;
	pthread_mutex_lock(&p->lock);
	if (p->n_heard < HEARD_MAX) {
		h = &p->heard[p->n_heard++];
		snprintf(h->topic, sizeof(h->topic), "%s", topic);
		h->size = (size_t)m->payloadlen;
		h->bytes = malloc(h->size + 1);
		memcpy(h->bytes, m->payload, h->size);
	}
	pthread_mutex_unlock(&p->lock);
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static void
on_connected(void *context, char *cause)
{
	struct peer *p = context;

	(void)cause;
	atomic_store(&p->up, 1);
}

static void
on_lost(void *context, char *cause)
{
	struct peer *p = context;

	(void)cause;
	atomic_store(&p->up, 0);
}

static void
on_subscribed(void *context, MQTTAsync_successData *d)
{
	struct peer *p = context;

	(void)d;
	atomic_fetch_add(&p->subscribed, 1);
}

static void
wait_for(atomic_int *what, int value, const char *name)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	while (atomic_load(what) < value) {
		if (rig_ms() > end)
			give_up(name);
		rig_nap();
	}
}

struct peer *
peer_open(int port, const char *client_id, const char *const *filters)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;
	struct peer *p = calloc(1, sizeof(*p));
	char uri[64];
	int n = 0;

	p->acked = calloc(1, PEER_NUMBERS);
	pthread_mutex_init(&p->lock, NULL);
	snprintf(uri, sizeof(uri), "tcp://127.0.0.1:%d", port);
	MQTTAsync_create(&p->client, uri, client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL);
	MQTTAsync_setCallbacks(p->client, p, on_lost, on_message, NULL);
	MQTTAsync_setConnected(p->client, p, on_connected);
	o.MQTTVersion = MQTTVERSION_3_1_1;
	o.cleansession = 0;
	o.automaticReconnect = 1;
	o.minRetryInterval = 1;
	o.maxRetryInterval = 1;
	if (MQTTAsync_connect(p->client, &o) != MQTTASYNC_SUCCESS)
		give_up("connect");
	wait_for(&p->up, 1, "the peer's connection");
	r.onSuccess = on_subscribed;
	r.context = p;
	for (; filters && filters[n]; n++)
		MQTTAsync_subscribe(p->client, filters[n], 1, &r);
	wait_for(&p->subscribed, n, "the peer's subscriptions");
	return p;
}

void
peer_close(struct peer *p)
{
	MQTTAsync_disconnectOptions d = MQTTAsync_disconnectOptions_initializer;

	d.timeout = 100;
	(void)MQTTAsync_disconnect(p->client, &d);
	MQTTAsync_destroy(&p->client);
	for (unsigned i = 0; i < p->n_heard; i++)
		free(p->heard[i].bytes);
	pthread_mutex_destroy(&p->lock);
	free(p->acked);
	free(p);
}

static void
on_acked(void *context, MQTTAsync_successData *d)
{
	struct flight *f = context;

	(void)d;
	pthread_mutex_lock(&f->peer->lock);
	f->peer->acked[f->number] = 1;
	pthread_mutex_unlock(&f->peer->lock);
	atomic_fetch_sub(&f->peer->flying, 1);
	free(f);
}

static void
on_failed(void *context, MQTTAsync_failureData *d)
{
	struct flight *f = context;

	(void)d;
	atomic_fetch_sub(&f->peer->flying, 1);
	free(f);
}

int
peer_send(struct peer *p, const char *topic, const void *bytes, size_t n, uint32_t number)
{
	MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;
	struct flight *f;

	if (!atomic_load(&p->up) || atomic_load(&p->flying) >= FLIGHT_MAX)
		return -1;
	f = malloc(sizeof(*f));
	*f = (struct flight){p, number};
	atomic_fetch_add(&p->flying, 1);
	r.onSuccess = on_acked;
	r.onFailure = on_failed;
	r.context = f;
	if (MQTTAsync_send(p->client, topic, (int)n, bytes, 1, 0, &r) ==
		MQTTASYNC_SUCCESS)
		return 0;
	atomic_fetch_sub(&p->flying, 1);
	free(f);
	return -1;
}

int
peer_is_acked(struct peer *p, uint32_t number)
{
	int ret;

	pthread_mutex_lock(&p->lock);
	ret = p->acked[number];
	pthread_mutex_unlock(&p->lock);
	return ret;
}

void
peer_publish(struct peer *p, const char *topic, const void *bytes, size_t n)
{
	uint32_t number = PEER_NUMBERS - 1;
	int64_t end = rig_ms() + RIG_PATIENCE_MS;
	int sent = -1;

	pthread_mutex_lock(&p->lock);
	p->acked[number] = 0;
	pthread_mutex_unlock(&p->lock);
	while (sent != 0 || !peer_is_acked(p, number)) {
		if (sent != 0)
			sent = peer_send(p, topic, bytes, n, number);
		if (rig_ms() > end)
			give_up("the broker does not acknowledge");
		rig_nap();
	}
}

static struct heard *
find(struct peer *p, const char *topic)
{
	for (unsigned i = 0; i < p->n_heard; i++)
		if (!p->heard[i].taken && strcmp(p->heard[i].topic, topic) == 0)
			return &p->heard[i];
	return NULL;
}

size_t
peer_expect(struct peer *p, const char *topic, void *ret, size_t size)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;
	struct heard *h = NULL;
	size_t n = 0;

	while (!h) {
		pthread_mutex_lock(&p->lock);
		h = find(p, topic);
		if (h) {
			h->taken = 1;
			n = h->size < size ? h->size : size;
			memcpy(ret, h->bytes, n);
		}
		pthread_mutex_unlock(&p->lock);
		if (!h && rig_ms() > end)
			give_up(topic);
		if (!h)
			rig_nap();
	}
	return n;
}

unsigned
peer_count(struct peer *p, const char *topic)
{
	unsigned n = 0;

	pthread_mutex_lock(&p->lock);
	for (unsigned i = 0; i < p->n_heard; i++)
		n += !p->heard[i].taken && strcmp(p->heard[i].topic, topic) == 0;
	pthread_mutex_unlock(&p->lock);
	return n;
}
