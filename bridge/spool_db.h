/* SPDX-License-Identifier: MIT */
/* The spool's inside, for spool.c (opening, schema) and spool_batch.c (rows) alone. */
#pragma once

#include "spool.h"

#include <sqlite3.h>

enum statement {
	DEVICE_GET,
	DEVICE_ADD,
	DEVICE_COUNT,
	BATCH_ADD,
	BATCH_NEXT,
	BATCH_GET,
	BATCH_DROP,
	BATCH_SIZES,
	BATCH_OF_BROKER,
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
	int64_t bytes, limit;
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
