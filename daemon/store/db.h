/* SPDX-License-Identifier: MIT */
/* One connection and its prepared statements, for the other files of this folder.
 * Statements are prepared when first used; one that is still being read by an outer
 * caller is prepared a second time, so that callbacks may call the store again. */
#pragma once

#include "store/schema.h"
#include "store/store.h"

#define STORE_ERROR_LEN 256
#define DAMAGED_SEEN    64

struct store {
	sqlite3 *db;
	sqlite3_stmt *stmts[SQL_COUNT];
	enum store_access access;
	char *dir;
	int lock_fd;
	char error[STORE_ERROR_LEN];
	/* readers cannot write down what they found damaged */
	int64_t damaged_seen[DAMAGED_SEEN];
	unsigned n_damaged_seen;
	int64_t damaged_results; /* nights, forecasts, alerts that could not be read: as
				    if absent */
};

/* Arguments of a statement, bound to ?1, ?2, ... Borrowed until db_close. */
struct arg {
	enum { ARG_END, ARG_INT, ARG_TEXT, ARG_BLOB } kind;
	int64_t i; /* the number, or a blob's size */
	const void *p;
};
#define I(x)      ((struct arg){ARG_INT, (int64_t)(x), NULL})
#define T(x)      ((struct arg){ARG_TEXT, 0, (x)}) /* NULL allowed */
#define B(x, n)   ((struct arg){ARG_BLOB, (int64_t)(n), (x)})
#define ARGS(...) ((const struct arg[]){__VA_ARGS__, {ARG_END, 0, NULL}})
#define NO_ARGS   ((const struct arg[]){{ARG_END, 0, NULL}})

/* A person, or everyone where NULL, as bounds of BETWEEN. Ids are [a-z0-9_-]. */
#define PERSON_LOW(p)  T((p) ? (p) : "")
#define PERSON_HIGH(p) T((p) ? (p) : "\x7f")

/* SQLite's result code as a negative errno. */
int db_errno(int rc);
/* Remembers what SQLite says and returns db_errno(rc). */
int db_fail(struct store *s, int rc);

int db_open(struct store *s, enum sql sql, const struct arg *args,
	sqlite3_stmt **ret) must_check;
/* 1 a row, 0 no more, or negative errno. */
int db_step(struct store *s, sqlite3_stmt *st) must_check;
/* Gives the statement back. Returns r unless that is 0 and `row` is an error. NULL st
 * allowed. */
int db_close(struct store *s, enum sql sql, sqlite3_stmt *st, int r, int row);
/* Runs a statement that gives no rows; *ret_changed (NULL allowed): rows that it touched.
 */
int db_run(struct store *s, enum sql sql, const struct arg *args,
	int *ret_changed) must_check;
/* One row with one integer; *ret stays as it is where there is no row or a NULL. */
int db_int(
	struct store *s, enum sql sql, const struct arg *args, int64_t *ret) must_check;

/* Opens a transaction unless one is open; db_leave ends what db_enter opened: committed
 * where r == 0, else rolled back. Returns r, or why the commit failed. */
int db_enter(struct store *s, int *ret_own) must_check;
int db_leave(struct store *s, int own, int r) must_check;

/* device.c, for batch.c: what a device has delivered in one epoch. */
struct device_row {
	int64_t id, epoch, contiguous, highest;
	int is_kept; /* else nothing is known of this epoch, or no longer */
};
/* Finds the device, or makes its row. */
int device_row(struct store *s, const struct device_id *id, int64_t epoch,
	struct device_row *ret) must_check;
/* Notes seq as received; may_add 0: not if that makes one more gap. */
int device_note(
	struct store *s, struct device_row *d, int64_t seq, int may_add) must_check;

/* Copies a text column into a fixed buffer, cut at its size. */
void db_text(sqlite3_stmt *st, int col, char *ret, size_t size);
