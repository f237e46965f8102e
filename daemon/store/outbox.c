/* SPDX-License-Identifier: MIT */
/* What waits to be sent, what was refused, and how much of everything there is. A sent
 * row keeps no payload; the last few stay for `status`. */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <xxhash.h>

#define OUTBOX_DONE_KEPT 1000

int
store_outbox_put(struct store *s, const struct outbox_row *r)
{
	const char *channel = r->channel ? r->channel : "";
	int64_t has = 0;
	int own;
	int err = db_enter(s, &own);
	if (err < 0)
		return err;
	if (channel[0])
		err = db_int(s, SQL_PUSH_HAS, ARGS(T(channel), T(r->topic)), &has);
	if (err == 0 && !has)
		err = db_run(s, SQL_OUTBOX_PUT,
			ARGS(T(r->topic), B(r->payload, r->size), I(r->qos), I(r->retain),
				I(r->created.ms), I(r->expires.ms), T(channel)),
			NULL);
	if (err == 0 && !has)
		err = db_run(s, SQL_OUTBOX_TRIM,
			ARGS(I(sqlite3_last_insert_rowid(s->db)), I(OUTBOX_DONE_KEPT),
				I(r->created.ms)),
			NULL);
	err = db_leave(s, own, err);
	return err == 0 && has ? STORE_E_DUPLICATE : err;
}

int
store_outbox_expire(struct store *s, utc_ms now)
{
	int64_t n = 0;

	if (s->access == STORE_READ)
		return 0;
	int r = db_int(s, SQL_OUTBOX_EXPIRED, ARGS(I(now.ms)), &n);
	/* asked first, because even an UPDATE that meets no row takes the write lock */
	return r == 0 && n > 0 ? db_run(s, SQL_OUTBOX_EXPIRE, ARGS(I(now.ms)), NULL) : r;
}

int
store_outbox_each(struct store *s, utc_ms now, int limit,
	int (*each)(void *ctx, const struct outbox_row *), void *ctx)
{
	int64_t after = 0;
	int row = 1;
	int r = store_outbox_expire(s, now);

	/* one look-up a row: each() may mark rows as sent */
	while (r == 0 && row > 0 && limit-- > 0) {
		sqlite3_stmt *st;
		r = db_open(s, SQL_OUTBOX_NEXT, ARGS(I(after), I(now.ms)), &st);
		if (r < 0)
			break;
		row = db_step(s, st);
		if (row > 0) {
			struct outbox_row v = {
				.id = sqlite3_column_int64(st, 0),
				.topic = (const char *)sqlite3_column_text(st, 1),
				.payload = sqlite3_column_blob(st, 2),
				.size = (size_t)sqlite3_column_bytes(st, 2),
				.qos = sqlite3_column_int(st, 3),
				.retain = sqlite3_column_int(st, 4),
				.created = UTC(sqlite3_column_int64(st, 5)),
				.expires = UTC(sqlite3_column_int64(st, 6)),
			};
			after = v.id;
			r = each(ctx, &v);
		}
		r = db_close(s, SQL_OUTBOX_NEXT, st, r, row);
	}
	return r;
}

int
store_outbox_sent(struct store *s, int64_t id, utc_ms when)
{
	int changed = 0;
	int r = db_run(s, SQL_OUTBOX_SENT, ARGS(I(id), I(when.ms)), &changed);
	return r == 0 && changed == 0 ? STORE_E_NONE : r;
}

int64_t
store_outbox_waiting(struct store *s)
{
	int64_t n = 0;
	int r = db_int(s, SQL_OUTBOX_WAITING, NO_ARGS, &n);
	return r < 0 ? r : n;
}

static int
bury(struct store *s, utc_ms received, const char *where, const char *reason,
	const void *payload, size_t size)
{
	int64_t hash = (int64_t)XXH64(payload ? payload : "", size, 0);
	int r = db_run(s, SQL_DEAD_PUT,
		ARGS(I(received.ms), T(where), T(reason), I(hash), I(size)), NULL);
	if (r == 0)
		r = db_run(s, SQL_DEAD_TRIM, ARGS(I(STORE_DEAD_LETTERS_MAX)), NULL);
	return r == 0 ? db_run(s, SQL_FACT_ADD, ARGS(T("dead_letters"), I(1)), NULL) : r;
}

int
store_dead_letter_put(struct store *s, utc_ms received, const char *where,
	const char *reason, const void *payload, size_t size)
{
	int own;
	int r = db_enter(s, &own);
	if (r < 0)
		return r;
	return db_leave(s, own, bury(s, received, where, reason, payload, size));
}

int
store_dead_letters_each(struct store *s, int limit,
	int (*each)(void *ctx, utc_ms received, const char *where, const char *reason,
		int64_t size, int64_t times),
	void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_DEAD, ARGS(I(limit)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0)
		r = each(ctx, UTC(sqlite3_column_int64(st, 0)),
			(const char *)sqlite3_column_text(st, 1),
			(const char *)sqlite3_column_text(st, 2),
			sqlite3_column_int64(st, 3), sqlite3_column_int64(st, 4));
	return db_close(s, SQL_DEAD, st, r, row);
}

static int64_t
file_bytes(const char *dir)
{
	static const char *const names[] = {"dozed.db", "dozed.db-wal"};
	char path[4096];
	struct stat st;
	int64_t sum = 0;

	for (size_t i = 0; i < array_len(names); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if (stat(path, &st) == 0)
			sum += st.st_size;
	}
	return sum;
}

int
store_counts(struct store *s, struct store_counts *ret)
{
	sqlite3_stmt *st;
	struct store_counts c = {0};
	int64_t *const columns[] = {&c.batches, &c.sessions, &c.ratings, &c.nights,
		&c.forecasts, &c.alerts, &c.outbox, &c.dead_letters, &c.damaged};
	int r = db_open(s, SQL_COUNTS, NO_ARGS, &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	for (size_t i = 0; row > 0 && i < array_len(columns); i++)
		*columns[i] = sqlite3_column_int64(st, (int)i);
	r = db_close(s, SQL_COUNTS, st, 0, row);
	if (r < 0)
		return r;
	c.unscored = store_unscored_count(s);
	if (c.unscored < 0)
		return (int)c.unscored;
	c.damaged += s->n_damaged_seen + s->damaged_results;
	c.file_bytes = file_bytes(s->dir);
	*ret = c;
	return 0;
}
