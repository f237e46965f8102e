/* SPDX-License-Identifier: MIT */
/* See spool_look.h. One read transaction: the numbers fit together. */
#include "spool_look.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "dozed/v1/batch.pb-c.h"
#include "spool_db.h"

#define BUSY_MS 5000

/* %s: the two columns of the acks, and `waits`, as far as the spool's version has them */
#define DEVICES                                                                          \
	"SELECT d.broker, d.person, d.source, d.device, d.seq, %s, count(b.id),"         \
	" coalesce(sum(length(b.payload)), 0),"                                          \
	" (SELECT payload FROM batch b WHERE b.device = d.id%s ORDER BY seq LIMIT 1)"    \
	" FROM device d LEFT JOIN batch b ON b.device = d.id%s GROUP BY d.id"            \
	" ORDER BY 1, 2, 3, 4"
#define WAITS " AND NOT EXISTS(SELECT 1 FROM kept k WHERE k.id = b.id)"

static char *
text_of(sqlite3_stmt *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q, column);
	return xstrdup(text ? text : "");
}

static void
id_of(sqlite3_stmt *q, int column, char ret[static ID_MAX + 1])
{
	const char *text = (const char *)sqlite3_column_text(q, column);
	snprintf(ret, ID_MAX + 1, "%s", text ? text : "");
}

/* When a batch was put: it says so itself. */
static utc_ms
sent_of(sqlite3_stmt *q, int column)
{
	const void *bytes = sqlite3_column_blob(q, column);
	size_t n = (size_t)sqlite3_column_bytes(q, column);
	Dozed__V1__Batch *b = n ? dozed__v1__batch__unpack(NULL, n, bytes) : NULL;
	utc_ms at = UTC(b ? b->sent_ms : 0);

	dozed__v1__batch__free_unpacked(b, NULL);
	return at;
}

static void
add_device(struct spool_look *l, sqlite3_stmt *q)
{
	l->devices = xrealloc(l->devices, l->n_devices + 1, sizeof *l->devices);
	struct spool_device *d = &l->devices[l->n_devices++];
	*d = (struct spool_device){.broker = text_of(q, 0),
		.last_seq = (uint64_t)sqlite3_column_int64(q, 4),
		.acked_seq = (uint64_t)sqlite3_column_int64(q, 5),
		.acked = UTC(sqlite3_column_int64(q, 6)),
		.waiting = (unsigned long)sqlite3_column_int64(q, 7),
		.bytes = sqlite3_column_int64(q, 8),
		.since = sent_of(q, 9)};
	id_of(q, 1, d->of.person);
	id_of(q, 2, d->of.source);
	id_of(q, 3, d->of.device);
	l->waiting += d->waiting;
	l->bytes += d->bytes;
}

static void
add_mark(struct spool_look *l, sqlite3_stmt *q)
{
	l->marks = xrealloc(l->marks, l->n_marks + 1, sizeof *l->marks);
	l->marks[l->n_marks++] = (struct spool_mark){
		text_of(q, 0), text_of(q, 1), sqlite3_column_int64(q, 2)};
}

static void
add_meta(struct spool_look *l, sqlite3_stmt *q)
{
	const char *key = (const char *)sqlite3_column_text(q, 0);
	const char *value = (const char *)sqlite3_column_text(q, 1);

	if (strcmp(key, "name") == 0)
		snprintf(l->name, sizeof l->name, "%s", value);
	else if (strcmp(key, "epoch") == 0)
		l->epoch = strtoull(value, NULL, 10);
	else if (strcmp(key, "limit") == 0)
		l->limit = strtoll(value, NULL, 10);
}

static int
each(sqlite3 *db, const char *sql, void (*row)(struct spool_look *, sqlite3_stmt *),
	struct spool_look *l)
{
	sqlite3_stmt *q = NULL;
	int r = spool_code(sqlite3_prepare_v2(db, sql, -1, &q, NULL));
	int step = SQLITE_DONE;

	while (r == 0 && (step = sqlite3_step(q)) == SQLITE_ROW)
		row(l, q);
	sqlite3_finalize(q);
	return r == 0 ? spool_code(step) : r;
}

/* A single whole number. */
static int
number(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *q = NULL;
	int r = spool_code(sqlite3_prepare_v2(db, sql, -1, &q, NULL));
	int step = r == 0 ? sqlite3_step(q) : SQLITE_OK;

	*ret = step == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
	sqlite3_finalize(q);
	return r == 0 ? spool_code(step) : r;
}

static int
read_all(sqlite3 *db, struct spool_look *l)
{
	char devices[sizeof DEVICES + 2 * sizeof WAITS + 64];
	const char *waits = "";
	int64_t version = 0, has_marks = 0;
	int r = spool_code(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));

	if (r == 0)
		r = number(db, "PRAGMA user_version", &version);
	if (r == 0 && version > SPOOL_SCHEMA)
		r = -EPROTO;
	if (r < 0 || version == 0) /* 0: a bridge is making it just now */
		return r;
	if (version >= 2) {
		waits = WAITS;
		r = number(db, "SELECT coalesce(sum(size), 0) FROM kept", &l->kept);
	}
	snprintf(devices, sizeof devices, DEVICES,
		version >= 2 ? "d.acked_seq, d.acked_ms" : "0, 0", waits, waits);
	if (r == 0)
		r = each(db, devices, add_device, l);
	if (r == 0)
		r = each(db, "SELECT key, value FROM meta", add_meta, l);
	if (r == 0)
		r = number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'mark'",
			&has_marks);
	if (r == 0 && has_marks)
		r = each(db, "SELECT broker, key, value FROM mark ORDER BY 1, 2",
			add_mark, l);
	return r;
}

/* A lock taken for a moment does no harm: a bridge that meets it tries again. */
static int
is_locked(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/lock", dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	if (fd >= 0)
		close(fd);
	return locked;
}

static const char *
fault(int r)
{
	switch (r) {
	case -EUCLEAN:
		return "it is damaged: move it away; what waited in it must be read "
		       "again";
	case -EPROTO:
		return "it was made by a newer dozed-bridge";
	case -EACCES:
		return "it belongs to another user; ask as that user (sudo -u USER)";
	}
	return strerror(-r);
}

int
spool_look(const char *dir, struct spool_look *ret, char why[static SPOOL_WHY])
{
	struct spool_look l = {.is_used = is_locked(dir)};
	char path[PATH_MAX];
	sqlite3 *db = NULL;

	snprintf(path, sizeof path, "%s/spool.db", dir);
	int r = access(path, R_OK | W_OK) == 0 ? 0
					       : -errno; /* W_OK: to wait for a lock */
	if (r == -ENOENT)
		return SPOOL_E_NONE;
	if (r == 0)
		r = spool_code(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL));
	if (r == 0) {
		sqlite3_busy_timeout(db, BUSY_MS);
		r = read_all(db, &l);
	}
	sqlite3_close(db);
	if (r < 0) {
		snprintf(why, SPOOL_WHY, "the spool %.150s: %s", dir, fault(r));
		spool_look_finish(&l);
		return r;
	}
	*ret = l;
	return 0;
}

void
spool_look_finish(struct spool_look *l)
{
	for (size_t i = 0; i < l->n_devices; i++)
		free(l->devices[i].broker);
	for (size_t i = 0; i < l->n_marks; i++) {
		free(l->marks[i].broker);
		free(l->marks[i].key);
	}
	free(l->devices);
	free(l->marks);
	*l = (struct spool_look){0};
}
