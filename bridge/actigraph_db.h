/* SPDX-License-Identifier: MIT */
/* The parts of the actigraph reader: the database as a container (actigraph_db.c), its epochs
 * (actigraph.c) and its nights (actigraph_nights.c). */
#pragma once

#include "cell.h"
#include "wrist.h"

#include <sqlite3.h>

#define AGD_SIZE_MAX (256L * 1024 * 1024) /* a month of seconds takes two thirds */
#define AGD_ROWS_MAX 20000000             /* a damaged tree could go round for ever */

struct agd {
	struct reading *g; /* borrowed */
	sqlite3 *db;
	char *bytes; /* the whole file: it may be packed, or come through a pipe */
	unsigned long rows;
	int damaged; /* what is left of it cannot be read */
};

/* Reads everything and opens it for reading alone. 0; 1: refused, and said why; or negative
 * errno. */
int agd_open(struct agd *a, struct input *in) must_check;
void agd_close(struct agd *a);

/* SELECT the columns (NULL where the table lacks one; the list ends with NULL) of a table, with
 * `where` (NULL: all rows). The caller finalizes it; NULL: there is no such table, or it was
 * reported. */
sqlite3_stmt *agd_select(
	struct agd *a, const char *table, const char *const *columns, const char *where);
/* 1: a row, 0: no more, or damaged, which is reported. */
int agd_step(struct agd *a, const char *table, sqlite3_stmt *q);
/* The value of a setting, or "". */
void agd_setting(struct agd *a, const char *name, char *ret, size_t size);

/* Tells --explain every column of the tables that are read, and the rows of the others. */
void agd_explain(struct agd *a);

struct recording {
	struct agd db;
	struct wrist_clock clock;
	char device[64], serial[48];
};

/* NULL, or why the column holds no time; and the same as an instant. */
const char *agd_face(sqlite3_stmt *q, int column, int64_t *ret);
const char *agd_time(struct recording *r, sqlite3_stmt *q, int column, int64_t *ret_face,
	int64_t *ret);
/* Hands on all nights. 0 or negative errno. */
int agd_nights(struct recording *r) must_check;
