/* SPDX-License-Identifier: MIT */
/* Marks in the spool's database, see marks.h. The table comes with the first use: a spool
 * without it is as good. */
#include "marks.h"
#include "spool_db.h"

static const char table[] =
	"CREATE TABLE IF NOT EXISTS mark(broker TEXT NOT NULL, key TEXT NOT NULL,"
	" value INTEGER NOT NULL, PRIMARY KEY(broker, key)) WITHOUT ROWID";

int
spool_marks_load(struct spool *s, struct marks *m)
{
	sqlite3_stmt *q = NULL;
	int r = spool_code(sqlite3_exec(s->db, table, NULL, NULL, NULL));

	if (r == 0)
		r = spool_code(sqlite3_prepare_v2(s->db,
			"SELECT key, value FROM mark WHERE broker = ?1", -1, &q, NULL));
	if (r < 0)
		return r;
	sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC);
	while ((r = sqlite3_step(q)) == SQLITE_ROW)
		marks_set(m, (const char *)sqlite3_column_text(q, 0),
			sqlite3_column_int64(q, 1));
	sqlite3_finalize(q);
	return spool_code(r);
}

int
spool_marks_save(struct spool *s, const struct marks *m)
{
	sqlite3_stmt *q = NULL;
	int r = spool_begin(s);

	if (r == 0)
		r = spool_code(sqlite3_prepare_v2(s->db,
			"INSERT INTO mark(broker, key, value) VALUES(?1, ?2, ?3)"
			" ON CONFLICT(broker, key) DO UPDATE SET value = excluded.value",
			-1, &q, NULL));
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		sqlite3_reset(q);
		sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 2, m->v[i].key, -1, SQLITE_STATIC);
		sqlite3_bind_int64(q, 3, m->v[i].value);
		r = spool_code(sqlite3_step(q));
	}
	sqlite3_finalize(q);
	return r;
}
