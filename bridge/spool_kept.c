/* SPDX-License-Identifier: MIT */
/* Batches that an ack has covered: gone for everybody but a hub that takes its word back. */
#include <stdio.h>

#include "spool_db.h"

static sqlite3_stmt *
about(struct spool *s, enum statement which, struct seqs x)
{
	sqlite3_stmt *q = spool_statement(s, which);

	sqlite3_bind_int64(q, 1, x.device_id);
	sqlite3_bind_int64(q, 2, (int64_t)x.first);
	sqlite3_bind_int64(q, 3, (int64_t)x.last);
	return q;
}

/* Runs it; what it returned: how many sizes, and their sum. */
static int
sum(sqlite3_stmt *q, unsigned *ret_n, int64_t *ret_bytes)
{
	int r;

	*ret_n = 0;
	*ret_bytes = 0;
	while ((r = sqlite3_step(q)) == SQLITE_ROW) {
		++*ret_n;
		*ret_bytes += sqlite3_column_int64(q, 0);
	}
	sqlite3_reset(q);
	return spool_code(r);
}

int
spool_keep(struct spool *s, struct seqs x, utc_ms now, unsigned *freed)
{
	int64_t bytes;
	unsigned n;

	if (x.first > x.last)
		return 0;
	sqlite3_stmt *q = about(s, KEPT_ADD, x);
	sqlite3_bind_int64(q, 4, now.ms);
	int r = sum(q, &n, &bytes);
	s->bytes -= bytes;
	s->kept += bytes;
	s->count -= n;
	*freed += n;
	return r;
}

int
spool_ask_again(struct spool *s, struct seqs x, unsigned *again)
{
	int64_t bytes;
	unsigned n;
	int r = sum(about(s, KEPT_AGAIN, x), &n, &bytes);

	s->bytes += bytes;
	s->kept -= bytes;
	s->count += n;
	*again += n;
	return r;
}

int
spool_confirm(struct spool *s, struct seqs x, utc_ms now, unsigned *gone)
{
	int64_t bytes = 0;
	sqlite3_stmt *q = about(s, KEPT_CONFIRM_BATCH, x);

	sqlite3_bind_int64(q, 4, now.ms - SPOOL_KEEP_MS);
	int r = spool_code(sqlite3_step(q));
	sqlite3_reset(q);
	if (r < 0)
		return r;
	q = about(s, KEPT_CONFIRM, x);
	sqlite3_bind_int64(q, 4, now.ms - SPOOL_KEEP_MS);
	r = sum(q, gone, &bytes);
	s->kept -= bytes;
	return r;
}

int
spool_make_room(struct spool *s)
{
	int r = 0;

	while (r == 0 && s->kept > 0 && s->bytes + s->kept > s->limit) {
		sqlite3_stmt *q = spool_statement(s, KEPT_FIRST);
		int found = sqlite3_step(q) == SQLITE_ROW;
		int64_t id = found ? sqlite3_column_int64(q, 0) : 0;
		int64_t size = found ? sqlite3_column_int64(q, 1) : s->kept;
		sqlite3_reset(q);
		s->kept -= size;
		for (int i = 0; i < 2 && r == 0 && found; i++) {
			q = spool_statement(s, i ? KEPT_DROP : KEPT_DROP_BATCH);
			sqlite3_bind_int64(q, 1, id);
			r = spool_code(sqlite3_step(q));
			sqlite3_reset(q);
		}
	}
	return r;
}

int
spool_forget_old(struct spool *s, utc_ms now)
{
	char sql[256];

	snprintf(sql, sizeof sql,
		"DELETE FROM batch WHERE id IN (SELECT id FROM kept WHERE at < %lld);"
		"DELETE FROM kept WHERE at < %lld",
		(long long)(now.ms - SPOOL_KEEP_MAX_MS),
		(long long)(now.ms - SPOOL_KEEP_MAX_MS));
	return spool_code(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}
