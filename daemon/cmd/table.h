/* SPDX-License-Identifier: MIT */
/* Rows for `--format table|csv|json`, one shape for every command that lists something.
 * Cells are given left to right; the row ends by itself after the last column. Knows
 * nothing of what it prints.
 *   table: aligned, numbers to the right, held back until table_end; control bytes as '?'
 *   csv:   a header line, then RFC 4180 quoting with '\n' line ends; empty = nothing
 *   json:  one object a line, numbers as numbers, empty = null */
#pragma once

#include <stdio.h>

#include "base/base.h"

enum table_format { TABLE_TABLE, TABLE_CSV, TABLE_JSON };

struct table;

/* 1 and *ret set if s is "table", "csv" or "json", else 0. */
int table_format_parse(const char *s, enum table_format *ret) must_check;

/* columns: "person,date,score", also the names in CSV and JSON. out is borrowed. */
struct table *table_new(
	FILE *out, enum table_format format, const char *columns) must_check;

/* Text; NULL is empty, "" is an empty text (null in JSON for both). */
void table_text(struct table *t, const char *s);
void table_textf(struct table *t, const char *fmt, ...) printf_like(2, 3);
/* NAN and infinities are empty. decimals < 0: the shortest that reads back the same. */
void table_number(struct table *t, double v, int decimals);
void table_integer(struct table *t, int64_t v);
void table_empty(struct table *t);

/* Writes what is held back and frees t. 0, or negative errno where writing failed. Ending
 * amid a row is a broken invariant. */
int table_end(struct table *t) must_check;
