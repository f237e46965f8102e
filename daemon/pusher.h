/* SPDX-License-Identifier: MIT */
/* Sends what waits on the push channels: the queue's rows, the configuration's secrets and
 * templates, the poster or the program. What is sent is made at the last moment, so that a
 * new secret, template or wish for discretion holds for what waits as well. Reads no clock. */
#pragma once

#include <uv.h>

#include "config.h"
#include "push_queue.h"

struct pusher;

/* What the owner is asked and told. */
struct pusher_owner {
	void *user;
	utc_ms (*now)(void *user); /* when one has ended */
	void (*ended)(void *user); /* one has: call pusher_turn soon */
};

/* Borrowed: loop, store. */
struct pusher *pusher_new(
	uv_loop_t *loop, struct store *store, const struct pusher_owner *o) must_check;
/* Borrowed until the next call. */
void pusher_configure(struct pusher *p, const struct config *c);
/* Starts what can go; as push_queue_turn. */
utc_ms pusher_turn(struct pusher *p, utc_ms now);
/* Ends what is on its way without a word and closes every handle. */
void pusher_close(struct pusher *p);
struct pusher *pusher_free(struct pusher *p); /* when they have closed; returns NULL */
const struct push_queue *pusher_queue(const struct pusher *p);
