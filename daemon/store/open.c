/* SPDX-License-Identifier: MIT */
/* Opening, closing and locking the store. Every failure ends in a sentence that says what
 * to do. Never opens the database file by itself once it exists: closing such a
 * descriptor would drop the locks that SQLite holds on it for other connections of this
 * process. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 10000
#define PATH_LEN        4096

/* 1 MiB of pages a connection: a night of one person is 50 of them (half of SQLite's default costs an
 * import of a year nothing that can be measured) */
static const char setup_both[] = "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
				 "PRAGMA cache_size = -1024;"
				 "PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = ON;"
				 "PRAGMA trusted_schema = OFF;";
/* a WAL of 2000 pages of 8 KiB is kept and used again, one that grew beyond is cut */
static const char setup_write[] = "PRAGMA wal_autocheckpoint = 2000;"
				  "PRAGMA journal_size_limit = 33554432;";

static int printf_like(3, 4) refuse(char why[static 256], int r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, 256, fmt, ap);
	va_end(ap);
	return r;
}

/* Makes the file with its mode in one step, or narrows the mode of one that is there. */
static int
make_private(const char *path, char why[static 256])
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno != EEXIST) {
		int e = errno;
		return refuse(why, -e, "cannot create %.120s: %s%s", path, strerror(e),
			e == ENOENT ? " (make the state directory first)" : "");
	}
	if (lstat(path, &st) < 0)
		return refuse(
			why, -errno, "cannot look at %.120s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(why, -EINVAL, "%.120s is not a regular file", path);
	if ((st.st_mode & 077) != 0 && chmod(path, st.st_mode & 0700) < 0)
		return refuse(why, -errno,
			"%.120s can be read by others and its mode cannot be changed: %s",
			path, strerror(errno));
	return 0;
}

/* What a reader or writer meets who may not do what SQLite needs. */
static int
explain(struct store *s, const char *path, int rc, char why[static 256])
{
	int r = db_errno(rc);
	const char *doing = s->access == STORE_READ ? "read" : "open";

	switch (rc & 0xff) {
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		if (access(path, R_OK) < 0)
			return refuse(why, -errno, "cannot %s %.120s: %s", doing, path,
				strerror(errno));
		if (s->access == STORE_READ)
			return refuse(why, -EACCES,
				"cannot read %.100s: dozed is not running and this user "
				"may not write to "
				"its directory, which SQLite needs; run this as the "
				"owner of the file",
				path);
		return refuse(why, -EROFS,
			"cannot write to %.120s: the file, its directory or the disk is "
			"read-only",
			path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return refuse(why, r,
			"%.120s is damaged or no SQLite database; move it away, or put a "
			"copy back",
			path);
	case SQLITE_FULL:
		return refuse(why, r, "no space left on the disk of %.120s", path);
	case SQLITE_BUSY:
		return refuse(why, r,
			"%.120s is in use by another program that does not let go", path);
	default:
		return refuse(why, r < 0 ? r : -EIO, "cannot %s %.100s: %.100s", doing,
			path, sqlite3_errmsg(s->db));
	}
}

/* 0, or what speaks against using the file, before anything in it is touched. */
static int
check_version(struct store *s, const char *path, char why[static 256])
{
	int rc, rc2, rc3;
	int64_t version = schema_pragma(s->db, "PRAGMA user_version", &rc);
	int64_t app = schema_pragma(s->db, "PRAGMA application_id", &rc2);
	int64_t tables = schema_pragma(s->db, "SELECT count(*) FROM sqlite_schema", &rc3);

	rc = rc != SQLITE_OK ? rc : rc2 != SQLITE_OK ? rc2 : rc3;
	if (rc != SQLITE_OK)
		return explain(s, path, rc, why);
	if (app != SCHEMA_APPLICATION_ID && (app != 0 || version != 0 || tables != 0))
		return refuse(why, -EINVAL,
			"%.120s is a database of another program, not of dozed", path);
	if (version > schema_version)
		return refuse(why, STORE_E_NEWER,
			"%.100s was made by a newer dozed (schema %d, this one knows "
			"%d); "
			"it was not touched: install that version again",
			path, (int)version, schema_version);
	if (s->access == STORE_READ && version < schema_version)
		return refuse(why, STORE_E_OLDER,
			"%.100s is of an older dozed (schema %d, needed %d); "
			"start dozed once, which brings it up to date",
			path, (int)version, schema_version);
	return 0;
}

static int
set_up_writer(struct store *s, const char *path, enum store_durability durability,
	char why[static 256])
{
	/* before journal_mode: it counts only while the file is empty */
	int rc = sqlite3_exec(s->db, "PRAGMA page_size = 8192", NULL, NULL, NULL);
	sqlite3_stmt *st = NULL;
	int is_wal = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(
			s->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const unsigned char *mode = sqlite3_column_text(st, 0);
		is_wal = mode && strcmp((const char *)mode, "wal") == 0;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (rc == SQLITE_OK && !is_wal)
		return refuse(why, -EROFS,
			"cannot switch %.120s to WAL: the file system lacks "
			"shared memory, or the file is read-only",
			path);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, setup_write, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db,
			durability == STORE_POWER ? "PRAGMA synchronous = FULL"
						  : "PRAGMA synchronous = NORMAL",
			NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = schema_migrate(s->db, schema_steps, schema_version);
	return rc == SQLITE_OK ? 0 : explain(s, path, rc, why);
}

static int
set_up(struct store *s, const char *path, enum store_durability durability,
	char why[static 256])
{
	int flags =
		s->access == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (s->db == NULL)
		return refuse(why, -ENOMEM, "out of memory");
	if (rc != SQLITE_OK)
		return explain(s, path, rc, why);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	rc = sqlite3_exec(s->db, setup_both, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return explain(s, path, rc, why);
	int r = check_version(s, path, why);
	if (r == 0 && s->access == STORE_WRITE)
		r = set_up_writer(s, path, durability, why);
	return r;
}

int
store_open(const char *dir, enum store_access access, enum store_durability durability,
	struct store **ret, char why[static 256])
{
	char path[PATH_LEN];
	struct stat st;
	int r = 0;

	if (snprintf(path, sizeof path, "%s/dozed.db", dir) >= (int)sizeof path)
		return refuse(why, -ENAMETOOLONG,
			"the path of the state directory is too long");
	if (access == STORE_WRITE)
		r = make_private(path, why);
	else if (stat(path, &st) < 0)
		r = refuse(why, -errno, "cannot read %.120s: %s", path,
			errno == ENOENT ? "it is not there yet; dozed has not run with "
					  "this state "
					  "directory"
					: strerror(errno));
	if (r != 0)
		return r;
	struct store *s = xcalloc(1, sizeof *s);
	s->access = access;
	s->lock_fd = -1;
	s->dir = xstrdup(dir);
	r = set_up(s, path, durability, why);
	if (r != 0) {
		store_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct store *
store_close(struct store *s)
{
	if (s == NULL)
		return NULL;
	for (unsigned i = 0; i < array_len(s->stmts); i++)
		sqlite3_finalize(s->stmts[i]);
	int rc = sqlite3_close(s->db);
	assert(rc == SQLITE_OK); /* else somebody still holds a statement */
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s->dir);
	free(s);
	return NULL;
}

int
store_lock(struct store *s)
{
	char path[PATH_LEN];

	if (s->lock_fd >= 0)
		return 0;
	snprintf(path, sizeof path, "%s/dozed.lock", s->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		int e = errno;
		snprintf(s->error, sizeof s->error, "cannot open %.180s: %s", path,
			strerror(e));
		return -e;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int e = errno;
		close(fd);
		return e == EWOULDBLOCK ? STORE_E_LOCKED : -e;
	}
	s->lock_fd = fd;
	return 0;
}
