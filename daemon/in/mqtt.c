/* SPDX-License-Identifier: MIT */
/* Paho MQTTAsync behind six verbs. Known traps that this file walks around: callbacks run
 * under Paho's lock (nothing is called there but subscribe, send and free); isConnected
 * in a callback unlocks that lock (never used); MQTTAsync_connect touches options without
 * the lock (one attempt at a time, a second after the last at the earliest); the 5.0
 * parser reads out of bounds (3.1.1 only). */
#include "in/mqtt.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <MQTTAsync.h>

#define SETTLE_MS 20

struct slot {
	struct mqtt *mqtt; /* borrowed */
	int64_t id;
	atomic_int used;
};

struct mqtt {
	MQTTAsync client;
	struct mqtt_events events;
	char *username, *ca_file, *cert_file, *key_file, *status_topic;
	char *subscriptions[MQTT_SUBSCRIPTIONS_MAX];
	int n_subscriptions, keep_alive_s, tls;
	char tls_why[96]; /* Paho's threads only */
	atomic_int up;
	int done_fd; /* eventfd: what mqtt_disconnect waits for has happened */
	struct slot slots[MQTT_IN_FLIGHT_MAX];
};

static const char *
connect_failure(const struct mqtt *m, int code, const char *message)
{
	switch (code) {
	case 1:
		return "it does not speak MQTT 3.1.1";
	case 2:
		return "it refuses the client id";
	case 3:
		return "it is not available";
	case 4:
		return "it refuses the user name or password";
	case 5:
		return "it does not authorise this client";
	case MQTTASYNC_FAILURE:
		return m->tls_why[0] ? m->tls_why : "no connection";
	}
	return m->tls_why[0] ? m->tls_why : message ? message : "no connection";
}

static void
on_connect_failure(void *context, MQTTAsync_failureData *data)
{
	struct mqtt *m = context;
	const char *why =
		connect_failure(m, data ? data->code : 0, data ? data->message : NULL);

	m->events.link(m->events.user, MQTT_FAILED, why);
	m->tls_why[0] = '\0';
}

static void
on_subscribed(void *context, MQTTAsync_successData *data)
{
	struct mqtt *m = context;
	const int *granted = m->n_subscriptions > 1 ? data->alt.qosList : &data->alt.qos;
	const char *why = "";

	for (int i = 0; granted && i < m->n_subscriptions; i++)
		if (granted[i] > 1)
			why = "the broker refuses a subscription: see its access list";
	m->events.link(m->events.user, MQTT_UP, why);
}

static void
on_not_subscribed(void *context, MQTTAsync_failureData *data)
{
	struct mqtt *m = context;

	(void)data;
	m->events.link(m->events.user, MQTT_UP, "could not subscribe");
}

/* Up is told when the subscriptions stand: a broker that lost its sessions drops what comes
 * before. Allowed here: subscribe and send. The session is persistent, so on a reconnect both
 * only repeat what the broker knows. */
static void
on_connected(void *context, MQTTAsync_successData *data)
{
	struct mqtt *m = context;
	MQTTAsync_responseOptions sub = MQTTAsync_responseOptions_initializer;
	int qos[MQTT_SUBSCRIPTIONS_MAX];

	(void)data;
	for (int i = 0; i < m->n_subscriptions; i++)
		qos[i] = 1;
	sub.onSuccess = on_subscribed;
	sub.onFailure = on_not_subscribed;
	sub.context = m;
	if (MQTTAsync_subscribeMany(m->client, m->n_subscriptions, m->subscriptions, qos,
		    &sub) != MQTTASYNC_SUCCESS)
		m->events.link(m->events.user, MQTT_UP, "could not subscribe");
	(void)MQTTAsync_send(m->client, m->status_topic, 6, "online", 1, 1, NULL);
	m->tls_why[0] = '\0';
	atomic_store(&m->up, 1);
}

static void
on_lost(void *context, char *cause)
{
	struct mqtt *m = context;

	atomic_store(&m->up, 0);
	m->events.link(m->events.user, MQTT_LOST, cause ? cause : "the connection broke");
}

/* Paho acknowledges when this returns, and also where it returns 0: so never 0. */
static int
on_message(void *context, char *topic, int topic_len, MQTTAsync_message *message)
{
	struct mqtt *m = context;
	size_t len = topic_len > 0 ? (size_t)topic_len : strlen(topic);
	size_t n = message->payloadlen > 0 ? (size_t)message->payloadlen : 0;

	m->events.message(m->events.user, topic, len, message->payload, n);
	MQTTAsync_freeMessage(&message);
	MQTTAsync_free(topic);
	return 1;
}

static int
on_tls_error(const char *text, size_t len, void *context)
{
	struct mqtt *m = context;

	snprintf(m->tls_why, sizeof(m->tls_why), "TLS: %.*s", (int)len, text);
	m->tls_why[strcspn(m->tls_why, "\n")] = '\0';
	return 1;
}

static char *
copy_or_null(const char *s)
{
	return s && s[0] ? xstrdup(s) : NULL;
}

static struct mqtt *
mqtt_alloc(const struct mqtt_options *o, const struct mqtt_events *events)
{
	struct mqtt *m = xcalloc(1, sizeof(*m));

	m->events = *events;
	m->username = copy_or_null(o->username);
	m->ca_file = copy_or_null(o->ca_file);
	m->cert_file = copy_or_null(o->cert_file);
	m->key_file = copy_or_null(o->key_file);
	m->status_topic = xstrdup(o->status_topic);
	assert(o->n_subscriptions > 0 && o->n_subscriptions <= MQTT_SUBSCRIPTIONS_MAX);
	m->n_subscriptions = (int)o->n_subscriptions;
	for (int i = 0; i < m->n_subscriptions; i++)
		m->subscriptions[i] = xstrdup(o->subscriptions[i]);
	m->keep_alive_s = o->keep_alive_s;
	m->tls = o->tls;
	for (size_t i = 0; i < MQTT_IN_FLIGHT_MAX; i++)
		m->slots[i].mqtt = m;
	m->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return m;
}

int
mqtt_new(
	const struct mqtt_options *o, const struct mqtt_events *events, struct mqtt **ret)
{
	struct mqtt *m = mqtt_alloc(o, events);
	int v6 = strchr(o->host, ':') != NULL;
	char uri[320];

	snprintf(uri, sizeof(uri), "%s://%s%s%s:%d", o->tls ? "ssl" : "tcp",
		v6 ? "[" : "", o->host, v6 ? "]" : "", o->port);
	MQTTAsync_setTraceLevel(
		MQTTASYNC_TRACE_ERROR); /* a fifth of its time goes into traces */
	if (m->done_fd < 0 ||
		MQTTAsync_create(&m->client, uri, o->client_id,
			MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTASYNC_SUCCESS ||
		MQTTAsync_setCallbacks(m->client, m, on_lost, on_message, NULL) !=
			MQTTASYNC_SUCCESS) {
		mqtt_free(m);
		return -EINVAL;
	}
	*ret = m;
	return 0;
}

struct mqtt *
mqtt_free(struct mqtt *m)
{
	if (!m)
		return NULL;
	if (m->client)
		MQTTAsync_destroy(&m->client);
	if (m->done_fd >= 0)
		close(m->done_fd);
	for (int i = 0; i < m->n_subscriptions; i++)
		free(m->subscriptions[i]);
	free(m->username);
	free(m->ca_file);
	free(m->cert_file);
	free(m->key_file);
	free(m->status_topic);
	free(m);
	return NULL;
}

static MQTTAsync_SSLOptions
tls_options(struct mqtt *m)
{
	MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;

	ssl.trustStore = m->ca_file; /* NULL: the system's */
	ssl.keyStore = m->cert_file;
	ssl.privateKey = m->key_file;
	ssl.enableServerCertAuth = 1;
	ssl.verify = 1; /* and the host name in it */
	ssl.sslVersion = MQTT_SSL_VERSION_TLS_1_2;
	ssl.ssl_error_cb = on_tls_error;
	ssl.ssl_error_context = m;
	return ssl;
}

int
mqtt_connect(struct mqtt *m, const char *password)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
	MQTTAsync_SSLOptions ssl;

	will.topicName = m->status_topic;
	will.message = "offline";
	will.qos = 1;
	will.retained = 1;
	o.will = &will;
	o.MQTTVersion = MQTTVERSION_3_1_1;
	o.cleansession = 0;
	o.keepAliveInterval = m->keep_alive_s;
	o.connectTimeout = MQTT_CONNECT_TIMEOUT_S;
	o.username = m->username;
	o.password = password;
	o.onSuccess = on_connected;
	o.onFailure = on_connect_failure;
	o.context = m;
	if (m->tls) {
		ssl = tls_options(m);
		o.ssl = &ssl;
	}
	return MQTTAsync_connect(m->client, &o) == MQTTASYNC_SUCCESS ? 0 : -EINVAL;
}

static void
slot_done(struct slot *s, int ok)
{
	struct mqtt *m = s->mqtt;
	int64_t id = s->id;

	atomic_store(&s->used, 0);
	if (id != 0 || !ok)
		m->events.sent(m->events.user, id, ok);
}

static void
on_sent(void *context, MQTTAsync_successData *data)
{
	(void)data;
	slot_done(context, 1);
}

static void
on_not_sent(void *context, MQTTAsync_failureData *data)
{
	(void)data;
	slot_done(context, 0);
}

int
mqtt_publish(struct mqtt *m, const struct publication *p)
{
	MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;
	struct slot *s = NULL;

	for (size_t i = 0; i < MQTT_IN_FLIGHT_MAX && !s; i++)
		if (!atomic_load(&m->slots[i].used))
			s = &m->slots[i];
	if (!s)
		return MQTT_E_FULL;
	if (!atomic_load(&m->up))
		return MQTT_E_OFFLINE;
	s->id = p->id;
	atomic_store(&s->used, 1);
	r.onSuccess = on_sent;
	r.onFailure = on_not_sent;
	r.context = s;
	if (MQTTAsync_send(m->client, p->topic, (int)p->size, p->payload, p->qos,
		    p->retain, &r) == MQTTASYNC_SUCCESS)
		return 0;
	atomic_store(&s->used, 0);
	return MQTT_E_OFFLINE;
}

static void
tell_done(struct mqtt *m)
{
	uint64_t one = 1;
	ssize_t n = write(m->done_fd, &one, sizeof(one));

	(void)n; /* full = told already */
}

static void
on_done(void *context, MQTTAsync_successData *data)
{
	(void)data;
	tell_done(context);
}

static void
on_not_done(void *context, MQTTAsync_failureData *data)
{
	(void)data;
	tell_done(context);
}

static void
wait_done(struct mqtt *m, int timeout_ms)
{
	struct pollfd p = {.fd = m->done_fd, .events = POLLIN};
	uint64_t n;

	if (poll(&p, 1, timeout_ms) > 0 && read(m->done_fd, &n, sizeof(n)) < 0)
		return;
}

void
mqtt_disconnect(struct mqtt *m, int timeout_ms)
{
	MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;
	MQTTAsync_disconnectOptions d = MQTTAsync_disconnectOptions_initializer;

	if (!atomic_load(&m->up))
		return;
	r.onSuccess = on_done;
	r.onFailure = on_not_done;
	r.context = m;
	if (MQTTAsync_send(m->client, m->status_topic, 7, "offline", 1, 1, &r) ==
		MQTTASYNC_SUCCESS)
		wait_done(m, timeout_ms);
	d.timeout = 0;
	d.onSuccess = on_done;
	d.onFailure = on_not_done;
	d.context = m;
	if (MQTTAsync_disconnect(m->client, &d) == MQTTASYNC_SUCCESS)
		wait_done(m, timeout_ms);
	atomic_store(&m->up, 0);
	/* Paho's send thread tells us before it goes back to its wait; a destroy in that gap
	 * loses the signal that ends it, and costs a second (measured: one stop in fifteen) */
	(void)poll(NULL, 0, SETTLE_MS);
}
