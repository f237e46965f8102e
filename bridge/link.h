/* SPDX-License-Identifier: MIT */
/* The connection to the broker: Paho's MQTTAsync, MQTT 3.1.1, persistent session, QoS 1.
 * Paho calls back on its own threads; those only note what happened under one mutex, and
 * the bridge's single thread waits for news here. That mutex is never held while calling
 * Paho. Knows topics and bytes, no spool. */
#pragma once

#include "base/base.h"

#define LINK_PAYLOAD_MAX 4096 /* of what comes in: acks */
#define LINK_HELD_MAX                                                                    \
	65536 /* acks not yet looked at; more are dropped, the hub repeats */

struct link;

struct link_options {
	const char *uri, *client_id, *user; /* user "" = none */
	const char *password, *ca_file;     /* NULL = none, the system's */
	const char *status_topic;           /* "online" and "offline" (Will), retained */
	int tls;
};

struct link_message {
	struct link_message *next;
	size_t size;
	char topic[256];
	unsigned char payload[];
};

struct link_news {
	unsigned
		connected; /* counts connections; a new number = everything may be lost */
	int up;
	int refused;                   /* the broker's CONNACK code (1-5), 0 = none */
	struct link_message *messages; /* owned by the taker, oldest first */
};

/* 0 or negative errno; does not connect yet. Strings are copied. */
int link_open(const struct link_options *o, struct link **ret) must_check;
/* Says offline, disconnects, frees; returns NULL. */
struct link *link_close(struct link *l);

/* Begins to connect unless it has; afterwards it reconnects by itself. */
int link_connect(struct link *l) must_check;
/* Returns when something is new, at the latest after timeout_ms. */
void link_wait(struct link *l, int timeout_ms, struct link_news *ret);

/* Waits for the broker's answer. -ENOTCONN, -ETIMEDOUT, -EACCES (refused). */
int link_subscribe(struct link *l, char *const *topics, int n) must_check;
/* Hands it to Paho. -ENOTCONN: not now. */
int link_publish(struct link *l, const char *topic, const void *payload, size_t n,
	int retained) must_check;
