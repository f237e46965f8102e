/* SPDX-License-Identifier: MIT */
/* Batches in flight: published and not yet covered by an ack of the hub. Decides what is
 * sent when, and what is sent again. One thread; time is an argument. */
#pragma once

#include "broker.h"
#include "job.h"
#include "link.h"
#include "spool.h"

#define FLIGHT_MAX            100  /* below what a broker queues for a hub that is slow */
#define FLIGHT_RESEND_MS      5000 /* of silence; doubled every time */
#define FLIGHT_RESEND_MAX_MS  40000
#define FLIGHT_CONNECT_MS     1000 /* between attempts; doubled every time */
#define FLIGHT_CONNECT_MAX_MS 30000

struct flying {
	int64_t id, device_id; /* in the spool */
	uint64_t seq;
	uint64_t order; /* of publishing: the broker keeps it */
};

struct flight_device {
	unsigned subscribed; /* on which connection */
	int silent;          /* the hub has not answered: others go first */
};

struct flight {
	struct job *job; /* borrowed */
	struct broker broker;
	struct spool *spool; /* owned, as is the link: flight_close */
	struct link *link;
	char status[128];
	char why[128]; /* of an error that errno does not tell */

	struct flying fly[FLIGHT_MAX];
	unsigned n;
	int64_t cursor; /* every batch up to this id has been published on this connection */
	uint64_t order;
	unsigned connected; /* number of the connection */
	int up;
	struct flight_device *devices; /* by their id in the spool */
	size_t cap_devices;

	int64_t progress_ms, heard_ms, resend_wait_ms, connect_ms;
	unsigned failed; /* attempts to connect, in a row */
	unsigned long puts, freed, resent;
	int said_full;
	int for_ever; /* a broker that refuses us is asked again, too; `why` says it */
};

/* Waits at most timeout_ms for news and acts on it. 0 or negative errno (then `why`). */
int flight_step(struct flight *f, int timeout_ms, int64_t now_ms) must_check;
/* The time at which the next step is due even without news. */
int64_t flight_due(const struct flight *f);
/* How long to wait before the next attempt to connect. */
int64_t flight_connect_wait(unsigned failed);

/* With f->job and f->broker set: opens the spool (one that is locked for --wait at most) and the
 * link, which connects with the first step. wake(ctx): see link.h. 0, or a complaint has been
 * printed. */
int flight_open(struct flight *f, void (*wake)(void *ctx), void *ctx) must_check;
void flight_close(struct flight *f);
/* A link by the options; link has all that they do not say. 0, or as above. */
int dial(const struct options *o, const struct broker *b, struct link_options *link,
	struct link **ret) must_check;

int64_t monotonic_ms(void);
