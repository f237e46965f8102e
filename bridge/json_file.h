/* SPDX-License-Identifier: MIT */
/* A JSON file for a reader: one document, or one a line (ndjson), as jansson values; and the
 * forms in which vendors write numbers and texts. Knows no vendor. */
#pragma once

#include <jansson.h>

#include "reader.h"

#define JSON_FILE_MAX (256 * 1024 * 1024)

/* Calls each() for the document, or for every line where there are several; o is borrowed. What is
 * broken is refused with its line, and the rest read (json_mend.h). each() != 0 stops and is
 * returned. */
int json_file_each(struct input *in, struct reading *g,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx) must_check;
/* The same of documents that hold their records in the member `list` ("*": in any), each whole by
 * itself: of one that is cut off those before the end are read. */
int json_file_list(struct input *in, struct reading *g, const char *list,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx) must_check;

/* o may be NULL or of any kind; path is "a.b.c". NULL: not there, or null. */
const json_t *json_at(const json_t *o, const char *path);
/* The text, or NULL. */
const char *json_text(const json_t *o, const char *path);
/* A number, or the digits of one as text (Google writes int64 so); NAN: neither. */
double json_num(const json_t *o, const char *path);
/* The same as a whole number of at most 2^53; 0: there is none. */
int json_whole(const json_t *o, const char *path, int64_t *ret);
/* 1 true, 0 false, -1 neither. */
int json_flag(const json_t *o, const char *path);
