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

struct spool_channel {
	char name[ID_MAX + 1];
	int wanted; /* still in the configuration */
	int hurry;  /* the configuration is new: what failed need not wait */
	enum { SPOOL_IDLE, SPOOL_SENDING, SPOOL_ENDED } state;
	int64_t id;                     /* of the row, unless idle */
	int tries;                      /* failures before this attempt */
	struct push_result result;      /* SPOOL_ENDED: to be written down */
	utc_ms until;                   /* with it: when the next attempt may be */
	uint64_t sent, failed, refused; /* since the start */
	char trouble[sizeof((struct push_result *)0)->why]; /* since the last success */
	utc_ms trouble_at;
};

/* What is to be sent; borrowed for the call. */
struct spool_item {
	const char *channel;
	const void *payload;
	size_t size;
	utc_ms expires;
};

struct spool {
	struct store *store; /* borrowed */
	/* Starts to send; spool_ended comes later, or *ret says at once why not (then not 0). */
	int (*send)(void *user, const struct spool_item *item, struct push_result *ret);
	void *user;
	unsigned n;
	struct spool_channel *channels; /* owned */
};

/* store, send and user are set, all else is zero. Takes the channels' names; what is known of
 * those that stay, stays. */
void spool_configure(struct spool *s, const struct push_config *push, unsigned n);
void spool_finish(struct spool *s);
/* Starts what can go now. Returns when to call again though nothing happens; INT64_MAX: not
 * before something is told. random: 0 ... UINT16_MAX. */
utc_ms spool_turn(struct spool *s, utc_ms now, uint16_t random);
/* How it ended; call spool_turn soon. */
void spool_ended(struct spool *s, const char *channel, const struct push_result *r,
	utc_ms now, uint16_t random);
