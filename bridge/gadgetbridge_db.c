/* SPDX-License-Identifier: MIT */
/* A Gadgetbridge database: whole, at rest, and only read; tables and columns by name, since
 * every version has others. */
#include "gadgetbridge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define HEAD_SIZE  100 /* of an SQLite file */
#define QUERY_MAX  2048
#define COLUMN_MAX (1 << 20) /* bytes of a value */
#define OLDEST_MS                                                                        \
	INT64_C(946684800000) /* 2000: before it is a watch that lost its clock */
#define FUTURE_MS (5 * MINUTE_MS)

static uint32_t
big_endian(const char *p, int n)
{
	uint32_t x = 0;
	while (n-- > 0)
		x = x << 8 | (unsigned char)*p++;
	return x;
}

/* NULL, or why the file cannot be opened: an export in the making is shorter than its header
 * says, a database in use has a journal beside it. */
static const char *
fault(const struct input *in)
{
	static const char *const journal[] = {"-wal", "-journal"};
	const char *head = in->buf + in->start;
	struct stat st;
	char beside[4096];

	const char *path = in->file;

	if (in->written_ms == 0 || !path)
		return "a database cannot come through standard input or a pipe: name "
		       "its "
		       "file";
	if (!gzdirect(in->gz))
		return "a packed database: unpack it first";
	if (stat(path, &st) < 0)
		return "it is gone";
	uint32_t page = in->end - in->start < HEAD_SIZE ? 0 : big_endian(head + 16, 2);
	page = page == 1 ? 65536 : page;
	if (page < 512 || memcmp(head, "SQLite format 3", 16) != 0)
		return "not an SQLite database, or only its beginning";
	if (st.st_size % page ||
		(uint64_t)st.st_size < (uint64_t)page * big_endian(head + 28, 4))
		return "it is cut off, or still being written: try again when it is "
		       "whole";
	for (size_t i = 0; i < array_len(journal); i++) {
		struct stat j;
		if (snprintf(beside, sizeof beside, "%s%s", path, journal[i]) <
				(int)sizeof beside &&
			stat(beside, &j) == 0 && j.st_size > 0)
			return "it is in use (a journal lies beside it): export it in "
			       "Gadgetbridge and name the export";
	}
	return NULL;
}

int
gb_unchanged(const struct input *in)
{
	struct stat st;

	return stat(in->file, &st) == 0 &&
	       (int64_t)st.st_mtim.tv_sec * SECOND_MS + st.st_mtim.tv_nsec / 1000000 ==
		       in->written_ms;
}

/* "file:" and the path with everything special as %XX; the caller frees it. */
static char *
uri_of(const char *path)
{
	static const char head[] = "file:", tail[] = "?mode=ro&immutable=1",
			  hex[] = "0123456789ABCDEF";
	size_t n = 0;
	char *uri = xcalloc(3 * strlen(path) + sizeof head + sizeof tail, 1);

	for (const char *p = head; *p; p++)
		uri[n++] = *p;
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;
		if (c != '%' && c != '?' && c != '#') {
			uri[n++] = *path;
			continue;
		}
		uri[n++] = '%';
		uri[n++] = hex[c >> 4];
		uri[n++] = hex[c & 15];
	}
	memcpy(uri + n, tail, sizeof tail);
	return uri;
}

static void
list_tables(struct gb *gb)
{
	sqlite3_stmt *q = NULL;
	/* a view or a virtual table would run what the file says */
	static const char text[] =
		"SELECT name FROM sqlite_master WHERE type = 'table' AND"
		" sql LIKE 'CREATE TABLE%' AND name LIKE '%_SAMPLE'"
		" ORDER BY name";

	if (sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) != SQLITE_OK) {
		gb->damaged = 1;
		report_refuse(gb->g->report, 0, "damaged: %s", sqlite3_errmsg(gb->db));
		return;
	}
	while (gb->n_tables < GB_TABLES_MAX && gb_step(gb, "the list of tables", q)) {
		const char *name = (const char *)sqlite3_column_text(q, 0);
		size_t n = name ? strlen(name) : 0;
		if (n == 0 || n > GB_NAME_MAX ||
			strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != n ||
			!gb_has(gb, name, "TIMESTAMP") || !gb_has(gb, name, "DEVICE_ID"))
			continue;
		memcpy(gb->table[gb->n_tables++], name, n + 1);
	}
	sqlite3_finalize(q);
}

static void
list_devices(struct gb *gb)
{
	sqlite3_stmt *q = NULL;
	char text[160];

	snprintf(text, sizeof text,
		"SELECT _id, NAME, IDENTIFIER, %s FROM DEVICE ORDER BY _id",
		gb_has(gb, "DEVICE", "ALIAS") ? "ALIAS" : "NULL");
	if (gb->damaged || sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) != SQLITE_OK)
		return; /* without names, then */
	while (gb_step(gb, "DEVICE", q)) {
		struct gb_device *d = gb_device(gb, sqlite3_column_int64(q, 0));
		const char *name = (const char *)sqlite3_column_text(q, 1),
			   *id = (const char *)sqlite3_column_text(q, 2),
			   *alias = (const char *)sqlite3_column_text(q, 3);
		if (!d)
			break;
		snprintf(d->name, sizeof d->name, "%s",
			alias && *alias ? alias
			: name          ? name
					: "");
		if (id)
			snprintf(d->identifier, sizeof d->identifier, "%s", id);
	}
	sqlite3_finalize(q);
}

int
gb_open(struct gb *gb, struct input *in)
{
	const char *why = fault(in);
	char *uri = why ? NULL : uri_of(in->file);

	if (!why && sqlite3_open_v2(uri, &gb->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
			    NULL) != SQLITE_OK)
		why = "it cannot be opened";
	free(uri);
	if (why) {
		report_refuse(gb->g->report, 0, "%s", why);
		return 1;
	}
	sqlite3_db_config(gb->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(gb->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(gb->db, SQLITE_LIMIT_LENGTH, COLUMN_MAX);
	list_tables(gb);
	list_devices(gb);
	return gb->damaged;
}

void
gb_close(struct gb *gb)
{
	sqlite3_close(gb->db);
	gb->db = NULL;
	marks_finish(&gb->done);
}

int
gb_has_table(const struct gb *gb, const char *table)
{
	for (size_t i = 0; i < gb->n_tables; i++)
		if (strcmp(gb->table[i], table) == 0)
			return 1;
	return 0;
}

int
gb_has(const struct gb *gb, const char *table, const char *column)
{
	sqlite3_stmt *q = NULL;
	int found = 0;

	if (sqlite3_prepare_v2(gb->db,
		    "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", -1, &q,
		    NULL) != SQLITE_OK)
		return 0;
	sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, column, -1, SQLITE_STATIC);
	found = sqlite3_step(q) == SQLITE_ROW;
	sqlite3_finalize(q);
	return found;
}

sqlite3_stmt *
gb_select(struct gb *gb, const char *table, const char *const *columns, int one)
{
	char text[QUERY_MAX];
	sqlite3_stmt *q = NULL;
	int n = snprintf(text, sizeof text, "SELECT TIMESTAMP, DEVICE_ID");

	for (; *columns; columns++)
		n += snprintf(text + n, sizeof text - (size_t)n, ", %s",
			gb_has(gb, table, *columns) ? *columns : "NULL");
	snprintf(text + n, sizeof text - (size_t)n,
		" FROM \"%s\" WHERE TIMESTAMP >= ?1%s ORDER BY TIMESTAMP", table,
		one ? " AND DEVICE_ID = ?2" : "");
	if (sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) == SQLITE_OK)
		return q;
	report_refuse(gb->g->report, 0, "%s: %s", table, sqlite3_errmsg(gb->db));
	return NULL;
}

int
gb_step(struct gb *gb, const char *table, sqlite3_stmt *q)
{
	int r = sqlite3_step(q);

	if (r == SQLITE_ROW || r == SQLITE_DONE)
		return r == SQLITE_ROW;
	report_refuse(gb->g->report, 0, "damaged: %s: %s", table, sqlite3_errmsg(gb->db));
	gb->damaged = 1;
	return 0;
}

int64_t
gb_unit(const char *table)
{
	static const char in_seconds[] = "_ACTIVITY_SAMPLE";
	size_t n = strlen(table), k = sizeof in_seconds - 1;

	return n > k && strcmp(table + n - k, in_seconds) == 0 ? SECOND_MS : 1;
}

int
gb_time(struct gb *gb, const char *table, int64_t stamp, int64_t *ret)
{
	int64_t unit = gb_unit(table), latest = gb->g->now.ms + FUTURE_MS;

	if (stamp >= OLDEST_MS / unit && stamp <= latest / unit) {
		*ret = stamp * unit;
		return 1;
	}
	report_refuse(gb->g->report, 0, "%s: TIMESTAMP %lld lies %s", table,
		(long long)stamp,
		stamp < OLDEST_MS / unit ? "before 2000" : "in the future");
	return 0;
}

struct gb_device *
gb_device(struct gb *gb, int64_t id)
{
	for (size_t i = 0; i < gb->n_devices; i++)
		if (gb->device[i].id == id)
			return &gb->device[i];
	if (gb->n_devices == GB_DEVICES_MAX)
		return NULL;
	struct gb_device *d = &gb->device[gb->n_devices++];
	*d = (struct gb_device){.id = id, .from = INT64_MIN, .last = INT64_MIN};
	snprintf(d->identifier, sizeof d->identifier, "%lld", (long long)id);
	return d;
}

/* The least or greatest TIMESTAMP in ms; INT64_MIN: there is no row. */
static int64_t
edge(const struct gb *gb, const char *table, const char *which)
{
	char text[QUERY_MAX];
	sqlite3_stmt *q = NULL;
	int64_t ret = INT64_MIN, unit = gb_unit(table);

	snprintf(text, sizeof text, "SELECT %s(TIMESTAMP) FROM \"%s\"", which, table);
	if (sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) == SQLITE_OK &&
		sqlite3_step(q) == SQLITE_ROW &&
		sqlite3_column_type(q, 0) == SQLITE_INTEGER) {
		ret = sqlite3_column_int64(q, 0);
		ret = ret < -INT64_MAX / SECOND_MS || ret > INT64_MAX / SECOND_MS
			      ? INT64_MIN
			      : ret * unit;
	}
	sqlite3_finalize(q);
	return ret;
}

/* From the root; of an entry of a zip, the zip's path from the root and its name in there. */
static void
whole_path(const char *path, char ret[static 4097])
{
	char front[4097];
	size_t n = strlen(path);

	while (n > 0 && n < sizeof front) {
		memcpy(front, path, n);
		front[n] = 0;
		if (realpath(front, ret)) {
			size_t at = strlen(ret);
			snprintf(ret + at, 4097 - at, "%s", path + n);
			return;
		}
		while (n > 0 && path[--n] != '/')
			;
	}
	snprintf(ret, 4097, "%s", path);
}

static void
key_of(const struct gb *gb, const char *table, const char *what, char ret[static 4608])
{
	char whole[4097];

	whole_path(gb->g->path, whole);
	snprintf(ret, 4608, "%s|%s|%s|%s", gb->g->whose ? gb->g->whose : "", whole, table,
		what);
}

/* A table that begins earlier than before is another one, or was added to: all of it. */
int64_t
gb_begin(struct gb *gb, const char *table, int64_t back_ms)
{
	char key[4608];
	int64_t first = edge(gb, table, "min"), least = INT64_MAX, unit = gb_unit(table);

	key_of(gb, table, "first", key);
	int64_t before = marks_get(gb->g->marks, key);
	int same = before != MARKS_NONE && before <= first;
	for (size_t i = 0; i < gb->n_devices; i++) {
		struct gb_device *d = &gb->device[i];
		key_of(gb, table, d->identifier, key);
		int64_t mark = same ? marks_get(gb->g->marks, key) : MARKS_NONE;
		d->last = INT64_MIN;
		d->from = mark == MARKS_NONE ? INT64_MIN : mark - GB_OVERLAP_MS;
		least = d->from < least ? d->from : least;
	}
	if (least == INT64_MIN || least == INT64_MAX)
		return INT64_MIN;
	return (least - back_ms) / unit;
}

void
gb_done(struct gb *gb, const char *table)
{
	char key[4608];
	int64_t first = edge(gb, table, "min"), held = edge(gb, table, "max");

	/* of a table that ends in what is no time nobody knows how far it goes */
	if (gb->damaged || first == INT64_MIN || held < OLDEST_MS)
		return;
	held = (held > gb->g->now.ms ? gb->g->now.ms : held) - GB_HELD_MS;
	key_of(gb, table, "first", key);
	marks_set(&gb->done, key, first);
	for (size_t i = 0; i < gb->n_devices; i++) {
		const struct gb_device *d = &gb->device[i];
		key_of(gb, table, d->identifier, key);
		marks_set(&gb->done, key, d->last > held ? d->last : held);
	}
}
