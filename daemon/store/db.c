/* SPDX-License-Identifier: MIT */
/* Statements, transactions and errors of one connection. Knows no table. */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
db_errno(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_TOOBIG:
		return -EFBIG;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_MISUSE:
		return -EINVAL;
	default:
		return rc == SQLITE_IOERR_NOMEM ? -ENOMEM : -EIO;
	}
}

int
db_fail(struct store *s, int rc)
{
	int r = db_errno(rc);
	if (r < 0)
		snprintf(s->error, sizeof s->error, "%s", sqlite3_errmsg(s->db));
	return r;
}

const char *
store_error(const struct store *s)
{
	return s->error;
}

static int
bind(sqlite3_stmt *st, int at, const struct arg *a)
{
	switch (a->kind) {
	case ARG_INT:
		return sqlite3_bind_int64(st, at, a->i);
	case ARG_TEXT:
		return sqlite3_bind_text(st, at, a->p, -1, SQLITE_STATIC);
	case ARG_BLOB:
		/* a NULL pointer would bind NULL where an empty payload is meant */
		return sqlite3_bind_blob64(
			st, at, a->p ? a->p : "", (uint64_t)a->i, SQLITE_STATIC);
	case ARG_END:
		break;
	}
	return SQLITE_MISUSE;
}

int
db_open(struct store *s, enum sql sql, const struct arg *args, sqlite3_stmt **ret)
{
	sqlite3_stmt *st = s->stmts[sql];
	int rc = SQLITE_OK;

	if (st == NULL) {
		rc = sqlite3_prepare_v3(
			s->db, schema_sql[sql], -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
		s->stmts[sql] = st;
	} else if (sqlite3_stmt_busy(st)) {
		rc = sqlite3_prepare_v2(s->db, schema_sql[sql], -1, &st, NULL);
	}
	*ret = NULL;
	if (rc != SQLITE_OK)
		return db_fail(s, rc);
	for (int i = 0; args[i].kind != ARG_END && rc == SQLITE_OK; i++)
		rc = bind(st, i + 1, &args[i]);
	if (rc != SQLITE_OK) {
		int r = db_fail(s, rc);
		return db_close(s, sql, st, r, 0);
	}
	*ret = st;
	return 0;
}

int
db_step(struct store *s, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : db_fail(s, rc);
}

int
db_close(struct store *s, enum sql sql, sqlite3_stmt *st, int r, int row)
{
	if (st != NULL && st == s->stmts[sql])
		(void)sqlite3_reset(st);
	else
		(void)sqlite3_finalize(st);
	return r != 0 ? r : row < 0 ? row : 0;
}

int
db_run(struct store *s, enum sql sql, const struct arg *args, int *ret_changed)
{
	sqlite3_stmt *st;
	int r = db_open(s, sql, args, &st);
	if (r < 0)
		return r;
	r = db_step(s, st);
	assert(r <= 0);
	if (r == 0 && ret_changed)
		*ret_changed = sqlite3_changes(s->db);
	return db_close(s, sql, st, r, 0);
}

int
db_int(struct store *s, enum sql sql, const struct arg *args, int64_t *ret)
{
	sqlite3_stmt *st;
	int r = db_open(s, sql, args, &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0 && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*ret = sqlite3_column_int64(st, 0);
	return db_close(s, sql, st, 0, row);
}

int
store_begin(struct store *s)
{
	return db_run(s, s->access == STORE_WRITE ? SQL_BEGIN_WRITE : SQL_BEGIN_READ,
		NO_ARGS, NULL);
}

int
store_commit(struct store *s)
{
	int r = db_run(s, SQL_COMMIT, NO_ARGS, NULL);
	if (r < 0)
		store_rollback(s);
	return r;
}

void
store_rollback(struct store *s)
{
	char kept[STORE_ERROR_LEN];

	/* SQLite rolls back by itself when the disk is full or fails */
	if (sqlite3_get_autocommit(s->db))
		return;
	memcpy(kept, s->error, sizeof kept);
	int r = db_run(s, SQL_ROLLBACK, NO_ARGS, NULL);
	(void)r; /* there is nothing left to undo */
	memcpy(s->error, kept, sizeof kept);
}

int
db_enter(struct store *s, int *ret_own)
{
	*ret_own = sqlite3_get_autocommit(s->db);
	return *ret_own ? store_begin(s) : 0;
}

int
db_leave(struct store *s, int own, int r)
{
	if (!own)
		return r;
	if (r == 0)
		return store_commit(s);
	store_rollback(s);
	return r;
}

void
db_text(sqlite3_stmt *st, int col, char *ret, size_t size)
{
	const unsigned char *text = sqlite3_column_text(st, col);
	snprintf(ret, size, "%s", text ? (const char *)text : "");
}
