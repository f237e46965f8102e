/* SPDX-License-Identifier: MIT */
/* An .agd file as a database in memory, only read; tables and columns by name, since devices
 * keep different ones. */
#include "actigraph_db.h"

#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEAD_SIZE    100 /* of an SQLite file */
#define QUERY_MAX    1024
#define COLUMN_MAX   (1 << 20) /* bytes of a value */
#define EXPLAIN_ROWS 2000000

static uint32_t
big_endian(const char *p, int n)
{
	uint32_t x = 0;
	while (n-- > 0)
		x = x << 8 | (unsigned char)*p++;
	return x;
}

/* A database in use has a part of its content beside it. */
static int
has_journal(const char *path)
{
	static const char *const journal[] = {"-wal", "-journal"};
	char beside[4096];
	struct stat st;

	for (size_t i = 0; i < array_len(journal); i++)
		if (snprintf(beside, sizeof beside, "%s%s", path, journal[i]) <
				(int)sizeof beside &&
			stat(beside, &st) == 0 && st.st_size > 0)
			return 1;
	return 0;
}

/* NULL, or why these bytes are no whole database. */
static const char *
fault(const struct agd *a, size_t n)
{
	const char *head = a->bytes;
	uint32_t page = n < HEAD_SIZE ? 0 : big_endian(head + 16, 2);

	page = page == 1 ? 65536 : page;
	if (page < 512 || memcmp(head, "SQLite format 3", 16) != 0)
		return "not an SQLite database, or only its beginning";
	if (n % page || n < (uint64_t)page * big_endian(head + 28, 4))
		return "it is cut off, or still being written: try again when it is "
		       "whole";
	if (has_journal(a->g->path))
		return "it is in use (a journal lies beside it): close it in ActiLife "
		       "first";
	return NULL;
}

static const char *
attach(struct agd *a, size_t n)
{
	if (sqlite3_open_v2(":memory:", &a->db, SQLITE_OPEN_READWRITE, NULL) !=
			SQLITE_OK ||
		sqlite3_deserialize(a->db, "main", (unsigned char *)a->bytes,
			(sqlite3_int64)n, (sqlite3_int64)n,
			SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
		return "it cannot be opened";
	sqlite3_db_config(a->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(a->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(a->db, SQLITE_LIMIT_LENGTH, COLUMN_MAX);
	if (sqlite3_exec(a->db, "PRAGMA cell_size_check = 1", NULL, NULL, NULL) !=
		SQLITE_OK)
		return "damaged: its tables cannot be read";
	return NULL;
}

int
agd_open(struct agd *a, struct input *in)
{
	size_t n;
	int r = input_slurp(in, AGD_SIZE_MAX, &a->bytes, &n);

	if (r < 0)
		return r;
	const char *why = fault(a, n);
	if (!why) {
		/* one that was written ahead of a log that is gone is whole without it */
		a->bytes[18] = a->bytes[19] = 1;
		why = attach(a, n);
	}
	if (why)
		report_refuse(a->g->report, 0, "%s", why);
	return why != NULL;
}

void
agd_close(struct agd *a)
{
	sqlite3_close(a->db);
	free(a->bytes);
	a->db = NULL;
	a->bytes = NULL;
}

/* A view or a virtual table would run what the file says. */
static int
has_table(struct agd *a, const char *table)
{
	sqlite3_stmt *q = NULL;
	int found = 0;

	if (sqlite3_prepare_v2(a->db,
		    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 "
		    "COLLATE NOCASE AND sql LIKE 'CREATE TABLE%'",
		    -1, &q, NULL) == SQLITE_OK) {
		sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
		found = agd_step(a, "the list of tables", q);
	} else {
		a->damaged = 1;
		report_refuse(a->g->report, 0, "damaged: %s", sqlite3_errmsg(a->db));
	}
	sqlite3_finalize(q);
	return found;
}

static int
has_column(struct agd *a, const char *table, const char *column)
{
	sqlite3_stmt *q = NULL;
	int found = 0;

	if (sqlite3_prepare_v2(a->db,
		    "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE",
		    -1, &q, NULL) != SQLITE_OK)
		return 0;
	sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, column, -1, SQLITE_STATIC);
	found = sqlite3_step(q) == SQLITE_ROW;
	sqlite3_finalize(q);
	return found;
}

sqlite3_stmt *
agd_select(
	struct agd *a, const char *table, const char *const *columns, const char *where)
{
	char text[QUERY_MAX];
	sqlite3_stmt *q = NULL;
	int n = snprintf(text, sizeof text, "SELECT ");

	if (a->damaged || !has_table(a, table))
		return NULL;
	for (size_t i = 0; columns[i]; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%s%s", i ? ", " : "",
			has_column(a, table, columns[i]) ? columns[i] : "NULL");
	snprintf(text + n, sizeof text - (size_t)n, " FROM \"%s\" NOT INDEXED %s", table,
		where ? where : "");
	if (sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK)
		return q;
	report_refuse(a->g->report, 0, "%s: %s", table, sqlite3_errmsg(a->db));
	a->damaged = 1;
	return NULL;
}

int
agd_step(struct agd *a, const char *table, sqlite3_stmt *q)
{
	int r = sqlite3_step(q);

	if (r == SQLITE_ROW && ++a->rows <= AGD_ROWS_MAX)
		return 1;
	if (r == SQLITE_DONE)
		return 0;
	report_refuse(a->g->report, 0, "damaged: %s: %s", table,
		r == SQLITE_ROW ? "more rows than a device can hold"
				: sqlite3_errmsg(a->db));
	a->damaged = 1;
	return 0;
}

void
agd_setting(struct agd *a, const char *name, char *ret, size_t size)
{
	static const char *const columns[] = {"settingValue", NULL};
	sqlite3_stmt *q = agd_select(
		a, "settings", columns, "WHERE settingName = ?1 COLLATE NOCASE");

	snprintf(ret, size, "%s", "");
	if (q && sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
		agd_step(a, "settings", q) && sqlite3_column_text(q, 0))
		utf8_copy(ret, size, (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
}

/* --- explain ---------------------------------------------------------------------------- */

static void
explain_settings(struct agd *a)
{
	static const char *const columns[] = {"settingName", "settingValue", NULL};
	sqlite3_stmt *q = agd_select(a, "settings", columns, NULL);
	char path[FIDELITY_PATH_MAX];

	while (q && agd_step(a, "settings", q)) {
		const char *name = (const char *)sqlite3_column_text(q, 0);
		snprintf(path, sizeof path, "settings.%.60s", name ? name : "");
		fidelity_saw(
			a->g->fidelity, path, (const char *)sqlite3_column_text(q, 1));
	}
	sqlite3_finalize(q);
}

static void
explain_table(struct agd *a, const char *table)
{
	static const char *const by_column[] = {"data", "sleep", "awakenings"};
	char path[FIDELITY_PATH_MAX], text[QUERY_MAX];
	sqlite3_stmt *q = NULL;
	int whole = 1;

	for (size_t i = 0; i < array_len(by_column); i++)
		whole &= strcmp(table, by_column[i]) != 0;
	snprintf(text, sizeof text, "SELECT * FROM \"%s\" NOT INDEXED LIMIT %d", table,
		EXPLAIN_ROWS);
	if (sqlite3_prepare_v2(a->db, text, -1, &q, NULL) != SQLITE_OK)
		return;
	while (agd_step(a, table, q)) {
		if (whole)
			fidelity_saw(a->g->fidelity, table, "a row");
		for (int c = 0; c < sqlite3_column_count(q) && !whole; c++) {
			snprintf(path, sizeof path, "%s.%.60s", table,
				sqlite3_column_name(q, c));
			fidelity_saw(a->g->fidelity, path,
				(const char *)sqlite3_column_text(q, c));
		}
	}
	sqlite3_finalize(q);
}

void
agd_explain(struct agd *a)
{
	sqlite3_stmt *q = NULL;
	static const char text[] =
		"SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE "
		"'CREATE TABLE%' AND name NOT IN ('settings', 'sqlite_sequence')";

	if (!a->g->fidelity || a->damaged)
		return;
	explain_settings(a);
	if (sqlite3_prepare_v2(a->db, text, -1, &q, NULL) != SQLITE_OK)
		return;
	while (agd_step(a, "the list of tables", q)) {
		const char *name = (const char *)sqlite3_column_text(q, 0);
		if (name && strlen(name) < 60 && !strchr(name, '"'))
			explain_table(a, name);
	}
	sqlite3_finalize(q);
}
