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
	BATCH_DROP,
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
/* Brings the schema to what it is today, in the transaction that is open afterwards; what fails
 * half-way is not kept. -EPROTO: it was made by a newer one. */
int spool_migrate(struct spool *s) must_check;
