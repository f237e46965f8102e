/* SPDX-License-Identifier: MIT */
/* The spool's inside, for the files spool_*.c alone. */
#pragma once

#include "spool.h"

#include <sqlite3.h>

#define SPOOL_SCHEMA 2

enum statement {
	DEVICE_GET,
	DEVICE_ADD,
	DEVICE_COUNT,
	BATCH_ADD,
	BATCH_NEXT,
	BATCH_GET,
	KEPT_ADD,
	KEPT_AGAIN,
	KEPT_CONFIRM_BATCH,
	KEPT_CONFIRM,
	KEPT_FIRST,
	KEPT_DROP_BATCH,
	KEPT_DROP,
	KEPT_SIZES,
	BATCH_SIZES,
	BATCH_OF_BROKER,
	DEVICE_ACKED,
	META_GET,
	META_SET,
	STATEMENTS
};

struct spool {
	sqlite3 *db;
	sqlite3_stmt *stmt[STATEMENTS];
	int lock;
	char *broker, *path;
	char name[17];
	uint64_t epoch;
	int64_t bytes, limit; /* of what waits */
	int64_t kept;         /* bytes that were acked and may be asked for again */
	unsigned long count;
	unsigned open_puts; /* in the open transaction */
	int in_transaction, hold;
	int failed; /* a put broke half-way: the open transaction must not be kept */
};

/* An SQLite result as 0 or negative errno. */
int spool_code(int r);
/* The statement, reset and without bindings. */
sqlite3_stmt *spool_statement(struct spool *s, enum statement which);
/* Begins a transaction unless one is open. */
int spool_begin(struct spool *s) must_check;
/* Brings the schema to what it is today, in the transaction that is open afterwards; what fails
 * half-way is not kept. -EPROTO: it was made by a newer one. */
int spool_migrate(struct spool *s) must_check;

/* --- spool_kept.c: what an ack has covered --------------------------------------------------- */

struct seqs {
	int64_t device_id;
	uint64_t first, last; /* last < first: none */
};
/* What of them waits does so no longer, and is kept. */
int spool_keep(struct spool *s, struct seqs x, utc_ms now, unsigned *freed) must_check;
/* What of them is kept waits again. */
int spool_ask_again(struct spool *s, struct seqs x, unsigned *again) must_check;
/* All of them that are kept are covered now: what has been for SPOOL_KEEP_MS goes. */
int spool_confirm(struct spool *s, struct seqs x, utc_ms now, unsigned *gone) must_check;
/* Kept batches, oldest first, make room for those that wait. */
int spool_make_room(struct spool *s) must_check;
/* What nobody has asked for in SPOOL_KEEP_MAX_MS goes. */
int spool_forget_old(struct spool *s, utc_ms now) must_check;
