/* SPDX-License-Identifier: MIT */
/* Batches in flight: published and not yet covered by an ack of the hub. Decides what is
 * sent when, and what is sent again. One thread; time is an argument. */
#pragma once

#include "broker.h"
#include "job.h"
#include "link.h"
#include "spool.h"

#define FLIGHT_MAX           100  /* below what a broker queues for a hub that is slow */
#define FLIGHT_RESEND_MS     5000 /* of silence; doubled every time */
#define FLIGHT_RESEND_MAX_MS 40000

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
	struct spool *spool; /* owned by publish_job, as is the link */
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
	unsigned long puts, freed, resent;
	int said_full;
};

/* Waits at most timeout_ms for news and acts on it. 0 or negative errno (then `why`). */
int flight_step(struct flight *f, int timeout_ms, int64_t now_ms) must_check;
void flight_finish(struct flight *f);
