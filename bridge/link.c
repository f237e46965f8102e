/* SPDX-License-Identifier: MIT */
/* Paho, see link.h. */
#include "link.h"

#include <MQTTAsync.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KEEP_ALIVE_S      30
#define CONNECT_TIMEOUT_S 10
#define ANSWER_MS         15000
#define GOODBYE_MS        2000
#define CA_SYSTEM         "/etc/ssl/certs/ca-certificates.crt"

struct link {
	MQTTAsync client;
	char *uri, *id, *user, *password, *ca_file, *status;
	int tls;
	void (*wake)(void *ctx);
	void (*take)(void *ctx, const char *topic, const void *payload, size_t n);
	void *ctx;

	pthread_mutex_t mutex;
	pthread_cond_t news;
	/* under the mutex, written by Paho's threads */
	unsigned connected, failed;
	int up, trying, refused, fresh;
	int asked, answered, answer; /* of the one outstanding request */
	unsigned held;
	struct link_message *first, **last;
};

static void
note(struct link *l)
{
	l->fresh = 1;
	pthread_cond_signal(&l->news);
	if (l->wake)
		l->wake(l->ctx);
}

static void
on_connected(void *ctx, char *cause)
{
	struct link *l = ctx;

	(void)cause;
	pthread_mutex_lock(&l->mutex);
	l->connected++;
	l->up = 1;
	l->trying = l->refused = 0;
	l->failed = 0;
	note(l);
	pthread_mutex_unlock(&l->mutex);
}

static void
on_lost(void *ctx, char *cause)
{
	struct link *l = ctx;

	(void)cause;
	pthread_mutex_lock(&l->mutex);
	l->up = 0;
	note(l);
	pthread_mutex_unlock(&l->mutex);
}

static void
on_connect_failed(void *ctx, MQTTAsync_failureData *data)
{
	struct link *l = ctx;

	pthread_mutex_lock(&l->mutex);
	l->failed++;
	l->trying = 0;
	l->refused = data && data->code >= 1 && data->code <= 5 ? data->code : 0;
	note(l);
	pthread_mutex_unlock(&l->mutex);
}

static void
keep(struct link *l, const char *topic, size_t n, const MQTTAsync_message *m)
{
	size_t size = (size_t)m->payloadlen;
	struct link_message *copy = NULL;

	if (n < sizeof copy->topic && size <= LINK_PAYLOAD_MAX)
		copy = calloc(1, sizeof *copy + size);
	if (!copy)
		return;
	memcpy(copy->topic, topic, n);
	memcpy(copy->payload, m->payload, size);
	copy->size = size;
	pthread_mutex_lock(&l->mutex);
	if (l->held < LINK_HELD_MAX) {
		*l->last = steal(&copy);
		l->last = &(*l->last)->next;
		l->held++;
		note(l);
	}
	pthread_mutex_unlock(&l->mutex);
	free(copy);
}

/* Always 1: 0 would not hold anything back, it would only lose it. */
static int
on_message(void *ctx, char *topic, int topic_len, MQTTAsync_message *m)
{
	struct link *l = ctx;
	size_t n = topic_len ? (size_t)topic_len : strlen(topic);

	if (m->payloadlen >= 0 && !l->take)
		keep(l, topic, n, m);
	else if (m->payloadlen >= 0 && strlen(topic) == n) /* no NUL amid a topic */
		l->take(l->ctx, topic, m->payload, (size_t)m->payloadlen);
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static void
answer(struct link *l, int value)
{
	pthread_mutex_lock(&l->mutex);
	l->answered = 1;
	l->answer = value;
	pthread_cond_signal(&l->news);
	pthread_mutex_unlock(&l->mutex);
}

/* The granted QoS stands in one place for one topic and in another for many. */
static void
on_subscribed(void *ctx, MQTTAsync_successData *data)
{
	struct link *l = ctx;
	int refused = 0;

	for (int i = 0; data && i < l->asked; i++) {
		int qos = l->asked == 1 ? data->alt.qos : data->alt.qosList[i];
		refused |= qos == MQTT_BAD_SUBSCRIBE;
	}
	answer(l, refused ? -EACCES : 0);
}

static void
on_done(void *ctx, MQTTAsync_successData *data)
{
	(void)data;
	answer(ctx, 0);
}

static void
on_refused(void *ctx, MQTTAsync_failureData *data)
{
	answer(ctx, data && data->code == MQTT_BAD_SUBSCRIBE ? -EACCES : -ENOTCONN);
}

static struct timespec
in_ms(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return t;
}

/* Before the one request whose answer is waited for. */
static void
ask(struct link *l, int n)
{
	pthread_mutex_lock(&l->mutex);
	l->answered = 0;
	l->asked = n;
	pthread_mutex_unlock(&l->mutex);
}

static int
wait_answer(struct link *l, int timeout_ms)
{
	struct timespec until = in_ms(timeout_ms);

	pthread_mutex_lock(&l->mutex);
	while (!l->answered && pthread_cond_timedwait(&l->news, &l->mutex, &until) == 0)
		;
	int r = l->answered ? l->answer : -ETIMEDOUT;
	pthread_mutex_unlock(&l->mutex);
	return r;
}

static char *
copy(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

int
link_open(const struct link_options *o, struct link **ret)
{
	MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer;
	pthread_condattr_t attr;
	struct link *l = xcalloc(1, sizeof *l);

	create.MQTTVersion = MQTTVERSION_3_1_1;
	create.sendWhileDisconnected = 0; /* the spool keeps what waits, not Paho */
	l->last = &l->first;
	l->tls = o->tls;
	l->uri = xstrdup(o->uri);
	l->id = xstrdup(o->client_id);
	l->status = copy(o->status_topic);
	l->wake = o->wake;
	l->take = o->take;
	l->ctx = o->ctx;
	l->user = copy(o->user);
	l->password = copy(o->password);
	l->ca_file = copy(o->ca_file);
	pthread_mutex_init(&l->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->news, &attr);
	pthread_condattr_destroy(&attr);
	if (MQTTAsync_createWithOptions(&l->client, l->uri, l->id,
		    MQTTCLIENT_PERSISTENCE_NONE, NULL, &create) != MQTTASYNC_SUCCESS ||
		MQTTAsync_setCallbacks(l->client, l, on_lost, on_message, NULL) !=
			MQTTASYNC_SUCCESS ||
		MQTTAsync_setConnected(l->client, l, on_connected) != MQTTASYNC_SUCCESS) {
		link_close(l);
		return -ENOTCONN;
	}
	*ret = l;
	return 0;
}

int
link_connect(struct link *l)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;
	MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;

	pthread_mutex_lock(&l->mutex);
	int busy = l->up || l->trying;
	l->trying = 1;
	pthread_mutex_unlock(&l->mutex);
	if (busy)
		return 0;
	o.MQTTVersion = MQTTVERSION_3_1_1;
	o.cleansession = 0;
	o.keepAliveInterval = KEEP_ALIVE_S;
	o.connectTimeout = CONNECT_TIMEOUT_S;
	o.maxInflight = 1000;
	o.username = l->user;
	o.password = l->password;
	o.onFailure = on_connect_failed;
	o.context = l;
	will.topicName = l->status;
	will.message = "offline";
	will.retained = 1;
	will.qos = 1;
	if (l->status)
		o.will = &will;
	if (l->tls) {
		ssl.trustStore = l->ca_file ? l->ca_file : CA_SYSTEM;
		ssl.enableServerCertAuth = 1;
		ssl.verify = 1;
		o.ssl = &ssl;
	}
	if (MQTTAsync_connect(l->client, &o) == MQTTASYNC_SUCCESS)
		return 0;
	pthread_mutex_lock(&l->mutex);
	l->trying = 0;
	pthread_mutex_unlock(&l->mutex);
	return -ENOTCONN;
}

void
link_wait(struct link *l, int timeout_ms, struct link_news *ret)
{
	struct timespec until = in_ms(timeout_ms);

	pthread_mutex_lock(&l->mutex);
	while (!l->fresh && pthread_cond_timedwait(&l->news, &l->mutex, &until) == 0)
		;
	l->fresh = 0;
	*ret = (struct link_news){l->connected, l->up, l->refused, l->failed, l->first};
	l->first = NULL;
	l->last = &l->first;
	l->held = 0;
	pthread_mutex_unlock(&l->mutex);
}

int
link_subscribe(struct link *l, char *const *topics, int n)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;
	int *qos = xcalloc((size_t)n, sizeof *qos);

	for (int i = 0; i < n; i++)
		qos[i] = 1;
	ask(l, n);
	o.onSuccess = on_subscribed;
	o.onFailure = on_refused;
	o.context = l;
	int sent = n == 1 ? MQTTAsync_subscribe(l->client, topics[0], 1, &o)
			  : MQTTAsync_subscribeMany(l->client, n, topics, qos, &o);
	free(qos);
	return sent == MQTTASYNC_SUCCESS ? wait_answer(l, ANSWER_MS) : -ENOTCONN;
}

int
link_publish(
	struct link *l, const char *topic, const void *payload, size_t n, int retained)
{
	MQTTAsync_message m = MQTTAsync_message_initializer;

	m.payload = (void *)payload;
	m.payloadlen = (int)n;
	m.qos = 1;
	m.retained = retained;
	return MQTTAsync_sendMessage(l->client, topic, &m, NULL) == MQTTASYNC_SUCCESS
		       ? 0
		       : -ENOTCONN;
}

/* The last "offline", for a moment only: the Will says it, too. */
static void
say_goodbye(struct link *l)
{
	static char offline[] = "offline";
	MQTTAsync_message m = MQTTAsync_message_initializer;
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;

	m.payload = offline;
	m.payloadlen = sizeof offline - 1;
	m.qos = 1;
	m.retained = 1;
	o.onSuccess = on_done; /* MQTTAsync_waitForCompletion looks every 100 ms only */
	o.onFailure = on_refused;
	o.context = l;
	ask(l, 0);
	if (MQTTAsync_sendMessage(l->client, l->status, &m, &o) == MQTTASYNC_SUCCESS)
		(void)wait_answer(l, GOODBYE_MS);
}

void
link_disconnect(struct link *l)
{
	MQTTAsync_disconnectOptions bye = MQTTAsync_disconnectOptions_initializer;

	if (!MQTTAsync_isConnected(l->client))
		return;
	if (l->status)
		say_goodbye(l);
	ask(l, 0);
	bye.timeout = GOODBYE_MS;
	bye.onSuccess = on_done;
	bye.onFailure = on_refused;
	bye.context = l;
	if (MQTTAsync_disconnect(l->client, &bye) == MQTTASYNC_SUCCESS)
		(void)wait_answer(l, 2 * GOODBYE_MS);
	pthread_mutex_lock(&l->mutex);
	l->up = 0;
	pthread_mutex_unlock(&l->mutex);
}

struct link *
link_close(struct link *l)
{
	struct link_message *m;

	if (!l)
		return NULL;
	if (l->client) {
		link_disconnect(l);
		MQTTAsync_destroy(&l->client);
	}
	while ((m = l->first)) {
		l->first = m->next;
		free(m);
	}
	pthread_cond_destroy(&l->news);
	pthread_mutex_destroy(&l->mutex);
	free(l->uri);
	free(l->id);
	free(l->user);
	free(l->password);
	free(l->ca_file);
	free(l->status);
	free(l);
	return NULL;
}
