/* SPDX-License-Identifier: MIT */
/* The connection to the broker: Paho's MQTTAsync, MQTT 3.1.1, persistent session, QoS 1.
 * Paho calls back on its own threads; those only note what happened under one mutex, and
 * the bridge's single thread waits for news here. That mutex is never held while calling
 * Paho. Knows topics and bytes, no spool. It does not connect again by itself: whoever owns it
 * asks, with one back-off for the first and every later attempt.
 *
 * Paho 1.3.12 acknowledges a QoS 1 message to the broker as soon as the callback has returned,
 * whatever it returns (0 only makes it keep a copy in memory): take() must have the message safe
 * by then, or not return. */
#pragma once

#include "base/base.h"

#define LINK_PAYLOAD_MAX 4096 /* of what comes in: acks */
#define LINK_HELD_MAX                                                                    \
	65536 /* acks not yet looked at; more are dropped, the hub repeats */

struct link;

struct link_options {
	const char *uri, *client_id, *user; /* user "" = none */
	const char *password, *ca_file;     /* NULL = none, the system's */
	const char
		*status_topic; /* "online" and "offline" (Will), retained; NULL = none */
	int tls;
	/* Called on Paho's threads. wake: there is news; may be NULL. take: every message, instead
	 * of keeping it as news; NULL: those up to LINK_PAYLOAD_MAX are kept. */
	void (*wake)(void *ctx);
	void (*take)(void *ctx, const char *topic, const void *payload, size_t n);
	void *ctx;
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
	unsigned failed;               /* attempts to connect, in a row */
	struct link_message *messages; /* owned by the taker, oldest first */
};

/* 0 or negative errno; does not connect yet. Strings are copied. */
int link_open(const struct link_options *o, struct link **ret) must_check;
/* Says offline, disconnects, frees; returns NULL. */
struct link *link_close(struct link *l);

/* Begins to connect unless it is connected or at it. */
int link_connect(struct link *l) must_check;
/* Ends the connection; the broker keeps the session and what comes for it. */
void link_disconnect(struct link *l);
/* Returns when something is new, at the latest after timeout_ms. */
void link_wait(struct link *l, int timeout_ms, struct link_news *ret);

/* Waits for the broker's answer. -ENOTCONN, -ETIMEDOUT, -EACCES (refused). */
int link_subscribe(struct link *l, char *const *topics, int n) must_check;
/* Hands it to Paho. -ENOTCONN: not now. */
int link_publish(struct link *l, const char *topic, const void *payload, size_t n,
	int retained) must_check;
