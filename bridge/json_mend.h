/* SPDX-License-Identifier: MIT */
/* A JSON document of which a part is broken: what can be said to be one value's or one record's
 * fault is cut out of the text, so that the rest can be read. Nothing is guessed: a value becomes
 * empty, a record null, and every one of them is told. Knows text only. */
#pragma once

#include "base/base.h"

/* Told of everything that is cut out: where in the text it begins, and why. */
struct json_mending {
	void (*tell)(void *ctx, size_t at, const char *why);
	void *ctx;
	const char *why; /* of records */
	int closed;      /* the mender's: an end was put to the text before */
};

/* Values that no document may hold: bytes and code points that are no text become "?", numbers
 * beyond all range null, NaN an empty text. In place; 1 if there were any. */
int json_mend_values(char *text, size_t n, const struct json_mending *m);

/* The document of *n bytes cannot be read beyond `at`. The innermost object there that stands in a
 * list becomes null. Where its end cannot be told, all that follows goes, and with it the record of
 * the list `list` ("*": any; NULL, and always: the document itself) that the damage is in: a part
 * of a record is none. text has room for JSON_MEND_ROOM bytes more. 1: mended, try again; 0:
 * nothing of it is whole. */
#define JSON_MEND_ROOM 2100
int json_mend_record(
	char *text, size_t *n, size_t at, const char *list, struct json_mending *m);
