/* SPDX-License-Identifier: MIT */
/* Whose entities Home Assistant keeps, with a hash of what it was last told. */
#include "store/db.h"

int
store_announced_put(struct store *s, const char *person, uint64_t hash)
{
	return db_run(s, SQL_ANNOUNCED_PUT, ARGS(T(person), I(hash)), NULL);
}

int
store_announced_drop(struct store *s, const char *person)
{
	return db_run(s, SQL_ANNOUNCED_DROP, ARGS(T(person)), NULL);
}

int
store_announced_each(struct store *s,
	int (*each)(void *ctx, const char *person, uint64_t hash), void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_ANNOUNCED, NO_ARGS, &st);

	while (r == 0 && (row = db_step(s, st)) > 0)
		r = each(ctx, (const char *)sqlite3_column_text(st, 0),
			(uint64_t)sqlite3_column_int64(st, 1));
	return db_close(s, SQL_ANNOUNCED, st, r, row);
}
