/* SPDX-License-Identifier: MIT */
/* A second MQTT client, in the test itself: publishes at QoS 1 and knows what was
 * acknowledged; collects what it hears. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct peer;

/* filters: NULL-terminated, NULL = hears nothing. Connects, subscribes, waits for both. */
struct peer *peer_open(int port, const char *client_id, const char *const *filters);
void peer_close(struct peer *p);

/* Asynchronous; number is given to peer_acked. 0, or -1 when not connected or 50 are in flight. */
int peer_send(
	struct peer *p, const char *topic, const void *bytes, size_t n, uint32_t number);
/* Sends and waits for the broker's acknowledgement. */
void peer_publish(struct peer *p, const char *topic, const void *bytes, size_t n);
int peer_is_acked(struct peer *p, uint32_t number); /* number < PEER_NUMBERS */
#define PEER_NUMBERS (1u << 20)

/* The next message on exactly this topic that was not taken yet; waits for it. Returns its
 * size; the bytes are cut to `size`. */
size_t peer_expect(struct peer *p, const char *topic, void *ret, size_t size);
/* How many messages with this topic wait to be taken. */
unsigned peer_count(struct peer *p, const char *topic);
