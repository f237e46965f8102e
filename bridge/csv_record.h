/* SPDX-License-Identifier: MIT */
/* Records of a CSV file by RFC 4180: commas, quotes, doubled quotes, line breaks within
 * quotes; CRLF, a byte order mark and blank lines are passed over. Knows no columns. */
#pragma once

#include "input.h"

#define CSV_FIELDS_MAX 4096 /* Sleep as Android has a column a few minutes */
#define CSV_RECORD_MAX (64 * 1024)

struct csv_record {
	unsigned long line; /* where it begins; from 1 */
	unsigned n;
	char *field[CSV_FIELDS_MAX]; /* NUL-terminated, in the input's buffer, until the
					next call */
};

struct csv_stream {
	struct input *in; /* borrowed */
	unsigned long line;
};

enum {
	CSV_E_END = 1, /* no more */
	CSV_E_QUOTE,   /* a quote never closed: its first line is passed over */
	CSV_E_LONG,    /* too long a record or too many fields: passed over */
	CSV_E_NUL,     /* a zero byte: passed over */
};

/* ret->line is set with every outcome but CSV_E_END. */
int csv_next(struct csv_stream *s, struct csv_record *ret) must_check;
