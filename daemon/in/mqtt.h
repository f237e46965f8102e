/* SPDX-License-Identifier: MIT */
/* One MQTT 3.1.1 client (Paho MQTTAsync): persistent session, Will, TLS. Its verbs may
 * block as long as a message is being handled (Paho holds one lock meanwhile), so they
 * are called by the courier only, never by the loop. Events come in Paho's threads, with
 * that lock held: they must not call back. Knows no store, no person, no protobuf.
 *
 * Paho 1.3 acknowledges a QoS 1 message when the handler returns, whatever happened: the
 * handler must have stored it by then. It does not reconnect by itself here: whoever owns
 * it asks again, with one back-off for the first and every later attempt. (Paho's own
 * automatic reconnect only starts after a first success, and waits on the wall clock, so
 * a clock that is put back an hour would keep it waiting for an hour.) */
#pragma once

#include "base/base.h"

#define MQTT_IN_FLIGHT_MAX     64
#define MQTT_SUBSCRIPTIONS_MAX 8
#define MQTT_CONNECT_TIMEOUT_S 10

struct mqtt;

enum mqtt_link { MQTT_UP, MQTT_LOST, MQTT_FAILED };

struct mqtt_events {
	void *user; /* borrowed */
	void (*message)(void *user, const char *topic, size_t topic_len,
		const void *payload, size_t n);
	void (*link)(void *user, enum mqtt_link link, const char *why);
	/* A publication with an id != 0 ended; id 0: only failures are told. */
	void (*sent)(void *user, int64_t id, int ok);
};

struct mqtt_options { /* all borrowed for the call of mqtt_new */
	const char *host, *client_id, *username;
	int port, keep_alive_s, tls;
	const char *ca_file, *cert_file, *key_file; /* "" = not given */
	const char
		*status_topic; /* retained: Will "offline"; "online" after each connect */
	const char *subscriptions[MQTT_SUBSCRIPTIONS_MAX];
	unsigned n_subscriptions;
};

struct publication {
	int64_t id; /* 0: nobody waits for its end; < 0: hub_ha.c, > 0: a row of the outbox */
	const char *topic; /* borrowed for the call, as the payload */
	const void *payload;
	size_t size;
	int qos, retain;
};

enum { MQTT_E_OFFLINE = 1, MQTT_E_FULL };

int mqtt_new(const struct mqtt_options *o, const struct mqtt_events *events,
	struct mqtt **ret) must_check;
/* Stops Paho's threads; may take as long as its lock is held. Returns NULL. */
struct mqtt *mqtt_free(struct mqtt *m);

/* Begins an attempt; exactly one of MQTT_UP and MQTT_FAILED follows unless it returns <
 * 0. */
int mqtt_connect(struct mqtt *m, const char *password) must_check;
/* QoS 0 or 1. 0: `sent` follows; else it does not. */
int mqtt_publish(struct mqtt *m, const struct publication *p) must_check;
/* Says "offline", waits for its acknowledgement, disconnects. */
void mqtt_disconnect(struct mqtt *m, int timeout_ms);
