/* SPDX-License-Identifier: MIT */
/* Which notice goes to which push channel when: one on its way on a channel, in the order in
 * which they were told; channels do not wait for each other. What fails waits longer each
 * time until it expires; how each ends is written down before the next one starts. Time and
 * chance are arguments; how something is sent is the owner's business.
 *
 * What arrives twice, and what never: a row is marked when its server has said yes. If the
 * daemon is killed between the two, or the answer is lost on the way, the same notice is sent
 * again, with the same id and tag: ntfy and Home Assistant put it in the place of the first.
 * Nothing is sent from its expiry on, and nothing is dropped before that without a refusal. */
#pragma once

#include "out/push_config.h"
#include "out/push_pace.h"
#include "store/store.h"

struct push_queue_channel {
	char name[ID_MAX + 1];
	int wanted; /* still in the configuration */
	int hurry;  /* the configuration is new: what failed need not wait */
	enum { PUSH_QUEUE_IDLE, PUSH_QUEUE_SENDING, PUSH_QUEUE_ENDED } state;
	int64_t id;                     /* of the row, unless idle */
	int tries;                      /* failures before this attempt */
	struct push_result result;      /* PUSH_QUEUE_ENDED: to be written down */
	utc_ms until;                   /* with it: when the next attempt may be */
	uint64_t sent, failed, refused; /* since the start */
	char trouble[sizeof((struct push_result *)0)->why]; /* since the last success */
	utc_ms trouble_at;
};

/* What is to be sent; borrowed for the call. */
struct push_queue_item {
	const char *channel;
	const void *payload;
	size_t size;
	utc_ms expires;
};

struct push_queue {
	struct store *store; /* borrowed */
	/* Starts to send; push_queue_ended comes later, or *ret says at once why not (then not 0). */
	int (*send)(
		void *user, const struct push_queue_item *item, struct push_result *ret);
	void *user;
	unsigned n;
	struct push_queue_channel *channels; /* owned */
};

/* store, send and user are set, all else is zero. Takes the channels' names; what is known of
 * those that stay, stays. */
void push_queue_configure(
	struct push_queue *s, const struct push_config *push, unsigned n);
void push_queue_finish(struct push_queue *s);
/* Starts what can go now. Returns when to call again though nothing happens; INT64_MAX: not
 * before something is told. random: 0 ... UINT16_MAX. */
utc_ms push_queue_turn(struct push_queue *s, utc_ms now, uint16_t random);
/* How it ended; call push_queue_turn soon. */
void push_queue_ended(struct push_queue *s, const char *channel,
	const struct push_result *r, utc_ms now, uint16_t random);
