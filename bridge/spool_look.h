/* SPDX-License-Identifier: MIT */
/* What a spool holds, looked at from outside: read-only, also beside the bridge that uses it, whose
 * writing it does not hold up. */
#pragma once

#include "spool.h"

struct spool_device {
	char *broker; /* "host:port/root"; owned */
	struct device_id of;
	unsigned long waiting; /* batches */
	int64_t bytes;         /* of them */
	utc_ms since;          /* when the oldest of them was put */
	uint64_t last_seq;     /* given so far */
	uint64_t acked_seq;    /* the highest that an ack covered; 0 none, or not known */
	utc_ms acked;          /* when that came */
};

struct spool_mark {
	char *broker, *key; /* owned */
	int64_t value;
};

struct spool_look {
	char name[17];
	uint64_t epoch;
	int64_t bytes, limit; /* limit 0: not known */
	unsigned long waiting;
	int64_t kept; /* bytes that dozed has stored and may yet ask for again (SPOOL_KEEP_MS) */
	int is_used;                  /* a bridge has it open */
	struct spool_device *devices; /* by broker, person, source, device */
	size_t n_devices;
	struct spool_mark *marks; /* by broker, key */
	size_t n_marks;
};

/* 0, SPOOL_E_NONE (there is none at dir), or negative errno with a sentence in why. */
int spool_look(
	const char *dir, struct spool_look *ret, char why[static SPOOL_WHY]) must_check;
void spool_look_finish(struct spool_look *l);
