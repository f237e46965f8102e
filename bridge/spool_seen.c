/* SPDX-License-Identifier: MIT */
/* Files that were read, in the spool's database, see seen.h. The table comes with the first use. */
#include "seen.h"
#include "spool_db.h"

static const char table[] =
	"CREATE TABLE IF NOT EXISTS seen(broker TEXT NOT NULL, whose TEXT NOT NULL,"
	" path TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
	" inode INTEGER NOT NULL, hash INTEGER NOT NULL, whole INTEGER NOT NULL,"
	" PRIMARY KEY(broker, whose, path)) WITHOUT ROWID";

int
spool_seen_each(struct spool *s, const char *whose,
	int (*each)(void *ctx, const char *path, const struct seen *seen), void *ctx)
{
	sqlite3_stmt *q = NULL;
	int r = spool_code(sqlite3_exec(s->db, table, NULL, NULL, NULL)), row = 0;

	if (r == 0)
		r = spool_code(sqlite3_prepare_v2(s->db,
			"SELECT path, size, mtime_ns, inode, hash, whole FROM seen"
			" WHERE broker = ?1 AND whose = ?2 ORDER BY path",
			-1, &q, NULL));
	if (r < 0)
		return r;
	sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, whose, -1, SQLITE_STATIC);
	while (r == 0 && (row = sqlite3_step(q)) == SQLITE_ROW) {
		struct seen seen = {
			{sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
				sqlite3_column_int64(q, 3)},
			(uint64_t)sqlite3_column_int64(q, 4), sqlite3_column_int(q, 5)};
		r = each(ctx, (const char *)sqlite3_column_text(q, 0), &seen);
	}
	sqlite3_finalize(q);
	return r ? r : spool_code(row);
}

static int
run(struct spool *s, sqlite3_stmt *q, const char *whose, const char *path,
	const struct seen *seen)
{
	sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, whose, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, path, -1, SQLITE_STATIC);
	if (seen) {
		sqlite3_bind_int64(q, 4, seen->stamp.size);
		sqlite3_bind_int64(q, 5, seen->stamp.mtime_ns);
		sqlite3_bind_int64(q, 6, seen->stamp.inode);
		sqlite3_bind_int64(q, 7, (int64_t)seen->hash);
		sqlite3_bind_int(q, 8, seen->whole);
	}
	return spool_code(sqlite3_step(q));
}

int
spool_seen_set(
	struct spool *s, const char *whose, const char *path, const struct seen *seen)
{
	sqlite3_stmt *q = NULL;
	int r = spool_begin(s);

	if (r == 0)
		r = spool_code(sqlite3_prepare_v2(s->db,
			seen ? "INSERT OR REPLACE INTO seen(broker, whose, path, size, "
			       "mtime_ns,"
			       " inode, hash, whole) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
			       "?8)"
			     : "DELETE FROM seen WHERE broker = ?1 AND whose = ?2 AND "
			       "path = ?3",
			-1, &q, NULL));
	if (r == 0)
		r = run(s, q, whose, path, seen);
	sqlite3_finalize(q);
	return r;
}
