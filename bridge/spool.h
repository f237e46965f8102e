/* SPDX-License-Identifier: MIT */
/* Batches on their way, in one SQLite file: each is there before it is published and until
 * the hub has said that it is stored. Gives every batch its (epoch, seq), which is never
 * given twice, whatever is killed when. Bounded. One process at a time. Knows no MQTT. */
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "core/batch.h"

#define SPOOL_LIMIT_DEFAULT (256LL * 1024 * 1024) /* payload bytes */
#define SPOOL_COMMIT_EVERY  64                    /* puts */
/* A hub whose power is cut may lose what it has acked, as far back as its machine writes late. So
 * what an ack covers stays until another one, this much later, covers it as well; within the
 * limit, and no longer than a day. */
#define SPOOL_KEEP_MS     (2 * MINUTE_MS)
#define SPOOL_KEEP_MAX_MS DAY_MS
#define SPOOL_WHY         256

struct Dozed__V1__Batch;
struct Dozed__V1__Ack;
struct spool;

enum {
	SPOOL_E_FULL = 1, /* nothing was put: wait for acks */
	SPOOL_E_NONE,     /* no more */
	SPOOL_E_LOCKED,   /* another bridge uses it */
};

struct spool_options {
	const char *dir;    /* NULL: the default */
	const char *broker; /* whose batches this run is about, "host:port/root" */
	int64_t limit;      /* payload bytes */
	utc_ms now;         /* becomes the epoch of a new spool */
};

/* Where it lies: dir, NULL for the default. -ENOENT: neither HOME nor XDG_STATE_HOME is set. */
int spool_directory(const char *dir, char *ret, size_t size) must_check;
/* Creates what is missing, readable for this user only. */
int spool_open(const struct spool_options *o, struct spool **ret,
	char why[static SPOOL_WHY]) must_check;
/* Commits; NULL is fine; returns NULL. */
struct spool *spool_close(struct spool *s);

/* Its directory. */
const char *spool_path(const struct spool *s);
/* "a1b2c3d4": this spool's name for ever, for client id and status topic. */
const char *spool_name(const struct spool *s);

/* Sets epoch, seq and sent_ms of b and keeps it. Committed at the latest by spool_commit. */
int spool_put(struct spool *s, const struct device_id *from, struct Dozed__V1__Batch *b,
	utc_ms now) must_check;
int spool_commit(struct spool *s) must_check;
/* Puts until the next call belong together: neither committed by themselves nor refused for want
 * of room. */
void spool_hold(struct spool *s, int on);
/* Takes back what has been put since the last commit. */
int spool_rollback(struct spool *s) must_check;
int spool_is_full(const struct spool *s);

struct spooled {
	int64_t id; /* ascending */
	int64_t device_id;
	uint64_t seq;
	struct device_id from;
	const void *payload; /* borrowed until the next call on this spool */
	size_t size;
};
/* The first committed batch of this broker behind `after` (0 = from the start). */
int spool_next(struct spool *s, int64_t after, struct spooled *ret) must_check;
/* The batch with this id. */
int spool_get(struct spool *s, int64_t id, struct spooled *ret) must_check;

/* Frees what the ack covers: every seq <= highest that lies in no gap. What an earlier one covered
 * and this one does not waits again. An ack of another epoch, or one that contradicts itself,
 * changes nothing. */
struct spool_freed {
	int64_t device_id; /* 0: not a device of this spool, or another epoch */
	unsigned batches;
	unsigned
		again; /* wait again: their ids are older than what was published since */
};
/* now: when it came, for whoever asks how things stand (spool_look.h). */
int spool_ack(struct spool *s, const struct device_id *from,
	const struct Dozed__V1__Ack *ack, utc_ms now, struct spool_freed *ret) must_check;
/* 1 if the ack covers seq. */
int ack_covers(const struct Dozed__V1__Ack *ack, uint64_t seq);

/* Batches of this broker that wait. */
unsigned long spool_count(const struct spool *s);
uint64_t spool_epoch(const struct spool *s);
