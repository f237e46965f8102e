/* SPDX-License-Identifier: MIT */
/* The spool in SQLite, see spool.h. WAL with synchronous = FULL: after a power cut a seq
 * that was published must not be given to another batch. */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool_db.h"

#define BUSY_MS 5000

#define BATCH_COLUMNS                                                                    \
	"SELECT b.id, b.device, b.seq, d.person, d.source, d.device, b.payload FROM "    \
	"batch b"                                                                        \
	" JOIN device d ON d.id = b.device WHERE "

static const char *const texts[STATEMENTS] = {
	[DEVICE_GET] =
		"SELECT id, seq, done FROM device WHERE broker = ?1 AND person = ?2 AND"
		" source = ?3 AND device = ?4",
	[DEVICE_ADD] = "INSERT INTO device(broker, person, source, device, seq)"
		       " VALUES(?1, ?2, ?3, ?4, 0)",
	[DEVICE_COUNT] = "UPDATE device SET seq = ?2 WHERE id = ?1",
	[BATCH_ADD] = "INSERT INTO batch(device, seq, payload) VALUES(?1, ?2, ?3)",
	[BATCH_NEXT] =
		BATCH_COLUMNS "b.id > ?1 AND d.broker = ?2"
			      " AND NOT EXISTS(SELECT 1 FROM kept WHERE kept.id = b.id)"
			      " ORDER BY b.id LIMIT 1",
	[BATCH_GET] = BATCH_COLUMNS "b.id = ?1",
	[BATCH_SIZES] = "SELECT coalesce(sum(length(payload)), 0)"
			" - (SELECT coalesce(sum(size), 0) FROM kept) FROM batch",
	[BATCH_OF_BROKER] =
		"SELECT count(*) FROM batch b JOIN device d ON d.id = b.device"
		" WHERE d.broker = ?1"
		" AND NOT EXISTS(SELECT 1 FROM kept WHERE kept.id = b.id)",
	[KEPT_SIZES] = "SELECT coalesce(sum(size), 0) FROM kept",
	[KEPT_ADD] = "INSERT INTO kept(id, device, seq, at, size)"
		     " SELECT id, device, seq, ?4, length(payload) FROM batch"
		     " WHERE device = ?1 AND seq BETWEEN ?2 AND ?3"
		     " AND NOT EXISTS(SELECT 1 FROM kept WHERE kept.id = batch.id)"
		     " RETURNING size",
	[KEPT_AGAIN] = "DELETE FROM kept WHERE device = ?1 AND seq BETWEEN ?2 AND ?3"
		       " RETURNING size",
	[KEPT_CONFIRM_BATCH] =
		"DELETE FROM batch WHERE id IN (SELECT id FROM kept"
		" WHERE device = ?1 AND seq BETWEEN ?2 AND ?3 AND at <= ?4)",
	[KEPT_CONFIRM] = "DELETE FROM kept WHERE device = ?1 AND seq BETWEEN ?2 AND ?3"
			 " AND at <= ?4 RETURNING size",
	[KEPT_FIRST] = "SELECT id, size FROM kept ORDER BY id LIMIT 1",
	[KEPT_DROP_BATCH] = "DELETE FROM batch WHERE id = ?1",
	[KEPT_DROP] = "DELETE FROM kept WHERE id = ?1",
	[DEVICE_ACKED] = "UPDATE device SET acked_seq = ?2, acked_ms = ?3, done = ?4 "
			 "WHERE id = ?1",
	[META_GET] = "SELECT value FROM meta WHERE key = ?1",
	[META_SET] = "INSERT INTO meta(key, value) VALUES(?1, ?2)"
		     " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
};

/* What SQLite says, as errno. */
int
spool_code(int r)
{
	switch (r & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return -EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	}
	return -EIO;
}

sqlite3_stmt *
spool_statement(struct spool *s, enum statement which)
{
	sqlite3_reset(s->stmt[which]);
	sqlite3_clear_bindings(s->stmt[which]);
	return s->stmt[which];
}

int
spool_begin(struct spool *s)
{
	if (s->in_transaction)
		return 0;
	int r = spool_code(sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	s->in_transaction = r == 0;
	return r;
}

int
spool_commit(struct spool *s)
{
	if (!s->in_transaction)
		return 0;
	/* a SELECT that stands on its row would keep the WAL from being folded back */
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_reset(s->stmt[i]);
	int r = s->failed ? -EIO
			  : spool_code(sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL));
	if (r == 0)
		s->in_transaction = 0;
	s->open_puts = 0;
	return r;
}

void
spool_hold(struct spool *s, int on)
{
	s->hold = on;
}

static int64_t
number_of(struct spool *s, enum statement which)
{
	sqlite3_stmt *q = spool_statement(s, which);

	if (which == BATCH_OF_BROKER)
		sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC);
	int64_t n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
	sqlite3_reset(q);
	return n;
}

static void
count(struct spool *s)
{
	s->bytes = number_of(s, BATCH_SIZES);
	s->kept = number_of(s, KEPT_SIZES);
	s->count = (unsigned long)number_of(s, BATCH_OF_BROKER);
}

int
spool_rollback(struct spool *s)
{
	if (!s->in_transaction)
		return 0;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_reset(s->stmt[i]);
	/* after some errors SQLite has done it by itself */
	int r = sqlite3_get_autocommit(s->db)
			? 0
			: spool_code(sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL));
	if (r == 0)
		s->in_transaction = s->failed = 0;
	s->open_puts = 0;
	count(s);
	return r;
}

static int
meta_set(struct spool *s, const char *key, const char *value)
{
	sqlite3_stmt *q = spool_statement(s, META_SET);

	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, value, -1, SQLITE_STATIC);
	return spool_code(sqlite3_step(q));
}

/* The value kept under key; the first time, `value` is kept. */
static int
meta(struct spool *s, const char *key, const char *value, char *ret, size_t size)
{
	sqlite3_stmt *q = spool_statement(s, META_GET);

	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	int r = sqlite3_step(q);
	snprintf(ret, size, "%s",
		r == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : value);
	sqlite3_reset(q);
	if (r != SQLITE_DONE)
		return spool_code(r);
	return meta_set(s, key, value);
}

/* What status says it against. */
static int
note_limit(struct spool *s)
{
	char before[24], now[24];

	snprintf(now, sizeof now, "%lld", (long long)s->limit);
	int r = meta(s, "limit", now, before, sizeof before);
	return r == 0 && strcmp(before, now) != 0 ? meta_set(s, "limit", now) : r;
}

static int
make_directory(const char *dir)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof path, "%s", dir) >= sizeof path)
		return -ENAMETOOLONG;
	for (char *p = path + 1; *p; p++)
		if (*p == '/') {
			*p = 0;
			if (mkdir(path, 0700) != 0 && errno != EEXIST)
				return -errno;
			*p = '/';
		}
	return mkdir(path, 0700) != 0 && errno != EEXIST ? -errno : 0;
}

int
spool_directory(const char *dir, char *ret, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (dir)
		snprintf(ret, size, "%s", dir);
	else if (state && state[0] == '/')
		snprintf(ret, size, "%s/dozed-bridge", state);
	else if (home && home[0] == '/')
		snprintf(ret, size, "%s/.local/state/dozed-bridge", home);
	else
		return -ENOENT;
	return 0;
}

static int
open_database(struct spool *s, const char *dir)
{
	char path[PATH_MAX];
	mode_t old = umask(077);

	snprintf(path, sizeof path, "%s/spool.db", dir);
	int r = spool_code(sqlite3_open_v2(
		path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
	umask(old);
	if (r == 0) {
		sqlite3_busy_timeout(s->db, BUSY_MS);
		r = spool_code(sqlite3_exec(s->db,
			"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
			"PRAGMA synchronous = FULL; PRAGMA secure_delete = ON",
			NULL, NULL, NULL));
	}
	if (r == 0)
		r = spool_migrate(s);
	for (int i = 0; i < STATEMENTS && r == 0; i++)
		r = spool_code(sqlite3_prepare_v3(s->db, texts[i], -1,
			SQLITE_PREPARE_PERSISTENT, &s->stmt[i], NULL));
	return r;
}

/* Who this spool is, for ever: made up the first time. */
static int
identify(struct spool *s, utc_ms now)
{
	char number[24], random[17], text[24];
	unsigned char bytes[8];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return -EIO;
	for (int i = 0; i < 8; i++)
		snprintf(random + 2 * i, 3, "%02x", bytes[i]);
	snprintf(number, sizeof number, "%lld", (long long)(now.ms > 0 ? now.ms : 1));
	int r = meta(s, "epoch", number, text, sizeof text);
	s->epoch = strtoull(text, NULL, 10);
	if (r == 0)
		r = meta(s, "name", random, s->name, sizeof s->name);
	if (r == 0)
		r = note_limit(s);
	if (r == 0)
		r = spool_forget_old(s, now);
	return r == 0 ? spool_commit(s) : r;
}

static const char *
open_fault(int r)
{
	switch (r) {
	case -EUCLEAN:
		return "it is damaged: move it away; what waited in it must be read "
		       "again";
	case -EPROTO:
		return "it was made by a newer dozed-bridge";
	case -ENOENT:
		return "neither HOME nor XDG_STATE_HOME is set: say --spool DIR";
	}
	return strerror(-r);
}

static int
take_lock(struct spool *s, const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/lock", dir);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return -errno;
	if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? SPOOL_E_LOCKED : -errno;
	return 0;
}

int
spool_open(const struct spool_options *o, struct spool **ret, char why[static SPOOL_WHY])
{
	struct spool *s = xcalloc(1, sizeof *s);
	char path[PATH_MAX - 16] = "";
	int r = spool_directory(o->dir, path, sizeof path);

	s->lock = -1;
	s->broker = xstrdup(o->broker);
	s->limit = o->limit;
	if (r == 0)
		r = make_directory(path);
	if (r == 0)
		r = take_lock(s, path);
	if (r == 0)
		r = open_database(s, path);
	if (r == 0)
		r = identify(s, o->now);
	if (r != 0) {
		snprintf(why, SPOOL_WHY, "the spool %.150s: %s", path,
			r == SPOOL_E_LOCKED ? "another dozed-bridge uses it"
					    : open_fault(r));
		spool_close(s);
		return r;
	}
	count(s);
	s->path = xstrdup(path);
	*ret = s;
	return 0;
}

struct spool *
spool_close(struct spool *s)
{
	if (!s)
		return NULL;
	if (s->db && s->in_transaction && spool_commit(s) < 0)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->stmt[i]);
	if (s->db)
		sqlite3_exec(s->db, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free(s->broker);
	free(s->path);
	free(s);
	return NULL;
}

const char *
spool_path(const struct spool *s)
{
	return s->path;
}

int
spool_is_full(const struct spool *s)
{
	return s->bytes >= s->limit;
}

const char *
spool_name(const struct spool *s)
{
	return s->name;
}

unsigned long
spool_count(const struct spool *s)
{
	return s->count;
}

uint64_t
spool_epoch(const struct spool *s)
{
	return s->epoch;
}
