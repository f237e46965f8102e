/* SPDX-License-Identifier: MIT */
/* Rows of the outbox that go to a phone: one channel each, in order, again after a failure. */
#include "store/db.h"

int
store_push_next(struct store *s, const char *channel, utc_ms now,
	int (*each)(void *ctx, const struct outbox_row *), void *ctx)
{
	sqlite3_stmt *st = NULL;
	int row = 0, r = store_outbox_expire(s, now);
	if (r == 0)
		r = db_open(s, SQL_PUSH_NEXT, ARGS(T(channel), I(now.ms)), &st);
	if (r < 0)
		return r;
	row = db_step(s, st);
	if (row > 0) {
		struct outbox_row v = {
			.id = sqlite3_column_int64(st, 0),
			.topic = (const char *)sqlite3_column_text(st, 1),
			.payload = sqlite3_column_blob(st, 2),
			.size = (size_t)sqlite3_column_bytes(st, 2),
			.created = UTC(sqlite3_column_int64(st, 3)),
			.expires = UTC(sqlite3_column_int64(st, 4)),
			.channel = channel,
			.tries = sqlite3_column_int(st, 5),
			.next = UTC(sqlite3_column_int64(st, 6)),
		};
		r = each(ctx, &v);
	}
	return db_close(s, SQL_PUSH_NEXT, st, r, row);
}

static int
change(struct store *s, enum sql sql, int64_t id, utc_ms when)
{
	int changed = 0;
	int r = db_run(s, sql, ARGS(I(id), I(when.ms)), &changed);
	return r == 0 && changed == 0 ? STORE_E_NONE : r;
}

int
store_push_later(struct store *s, int64_t id, utc_ms next)
{
	return change(s, SQL_PUSH_LATER, id, next);
}

int
store_push_given_up(struct store *s, int64_t id, utc_ms when)
{
	return change(s, SQL_PUSH_GIVEN_UP, id, when);
}

int
store_push_each(
	struct store *s, int (*each)(void *ctx, const struct push_counts *), void *ctx)
{
	sqlite3_stmt *st;
	int row = 0, r = db_open(s, SQL_PUSH_COUNTS, NO_ARGS, &st);
	while (r == 0 && (row = db_step(s, st)) > 0) {
		struct push_counts c = {
			.channel = (const char *)sqlite3_column_text(st, 0),
			.waiting = sqlite3_column_int64(st, 1),
			.sent = sqlite3_column_int64(st, 2),
			.expired = sqlite3_column_int64(st, 3),
			.given_up = sqlite3_column_int64(st, 4),
			.failures = sqlite3_column_int64(st, 5),
			.last_sent = UTC(sqlite3_column_int64(st, 6)),
		};
		r = each(ctx, &c);
	}
	return db_close(s, SQL_PUSH_COUNTS, st, r, row);
}
