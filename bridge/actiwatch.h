/* SPDX-License-Identifier: MIT */
/* The parts of the actiwatch reader: text in rows and dates as they are written somewhere in the
 * world (actiwatch_text.c), .AWD files (actiwatch_awd.c), Actiware's exports (actiware.c,
 * actiware_nights.c) and what tells them apart (actiwatch.c). */
#pragma once

#include "wrist.h"

#define ACTIWATCH_SIZE_MAX   (128L * 1024 * 1024)
#define ACTIWATCH_EPOCHS_MAX 4000000 /* half a minute each: nearly four years */
#define ACTIWATCH_FIELDS_MAX 64
#define ACTIWATCH_LINE_MAX   4096
#define ACTIWATCH_NIGHTS_MAX 4000

/* --- text --------------------------------------------------------------------------------- */

/* UTF-8 of what may be UTF-8, UTF-16 or Latin-1, with or without a byte order mark. Takes the
 * bytes (n of them, one zero behind them); the caller frees what it returns. */
char *actiwatch_utf8(char *bytes, size_t n);

struct rows {
	const char *p; /* borrowed: what is left */
	unsigned long line;
	char separator; /* 0: a row is one field */
};

struct row {
	unsigned long line; /* from 1 */
	unsigned n;         /* 0: longer than a line may be */
	char *field
		[ACTIWATCH_FIELDS_MAX]; /* trimmed, without their quotes; more are cut off */
	char text[ACTIWATCH_LINE_MAX];
};

/* The next line that is not blank: 1, or 0: no more. */
int rows_next(struct rows *r, struct row *ret);

/* A decimal number, its point a point or a comma; NAN: none. */
double number_of(const char *s);
/* A whole number not below 0; -1: none. */
long whole_of(const char *s);

enum date_order { DATE_DMY, DATE_MDY, DATE_YMD, DATE_ORDERS };
/* "4/02/2015", "2015-02-04", "04.02.15" as three numbers. 1 or 0. */
int date_numbers(const char *s, int ret[static 3]);
/* The face of midnight, if there is such a day in that order. 1 or 0. */
int date_face(const int v[static 3], enum date_order order, int64_t *ret);
/* "9:45", "21:05:30", "9:45:00 PM" in ms since midnight. 1 or 0. */
int clock_face(const char *s, int64_t *ret);

/* --- the two kinds of file ---------------------------------------------------------------- */

/* Both: the text of the whole file. 0 or negative errno. */
int awd_read(struct reading *g, const char *text) must_check;
int actiware_read(struct reading *g, const char *text) must_check;

/* 1 if the beginning of the text is one. */
int awd_sniff(const char *text);

/* Keeps a value of an epoch; what is not plausible is refused with the line. */
int actiwatch_sample(struct reading *g, const char *channel, int64_t t, double v,
	unsigned long line) must_check;
