/* SPDX-License-Identifier: MIT */
/* The spool's tables, and the steps from what an older dozed-bridge made. */
#include <errno.h>
#include <stdio.h>

#include "spool_db.h"

static const char schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE device(id INTEGER PRIMARY KEY, broker TEXT NOT NULL, person TEXT "
	"NOT NULL,"
	" source TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,"
	" UNIQUE(broker, person, source, device));"
	"CREATE TABLE batch(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" device INTEGER NOT NULL REFERENCES device(id), seq INTEGER NOT NULL,"
	" payload BLOB NOT NULL, UNIQUE(device, seq));";

/* steps[n] leads from version n to n + 1. */
static const char *const steps[SPOOL_SCHEMA] = {
	schema,
	/* what an ack last covered, and when; every seq up to `done` was covered once; what was
	 * covered is kept for a while: a batch waits if it is not in `kept` */
	"ALTER TABLE device ADD COLUMN acked_seq INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE device ADD COLUMN acked_ms INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE device ADD COLUMN done INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE kept(id INTEGER PRIMARY KEY REFERENCES batch(id),"
	" device INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
	" size INTEGER NOT NULL, UNIQUE(device, seq));"
	"CREATE INDEX kept_at ON kept(device, at);",
};

static int
version_of(struct spool *s)
{
	sqlite3_stmt *q = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &q, NULL) == SQLITE_OK &&
		sqlite3_step(q) == SQLITE_ROW)
		version = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return version;
}

int
spool_migrate(struct spool *s)
{
	char done[48];
	int version = version_of(s);

	if (version > SPOOL_SCHEMA)
		return -EPROTO;
	int r = version < 0 ? -EIO : spool_begin(s);
	if (r < 0 || version == SPOOL_SCHEMA)
		return r;
	for (; version < SPOOL_SCHEMA && r == 0; version++)
		r = spool_code(sqlite3_exec(s->db, steps[version], NULL, NULL, NULL));
	snprintf(done, sizeof done, "PRAGMA user_version = %d", SPOOL_SCHEMA);
	if (r == 0)
		r = spool_code(sqlite3_exec(s->db, done, NULL, NULL, NULL));
	s->failed |= r < 0; /* half a step must not be kept */
	return r;
}
