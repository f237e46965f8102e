/* SPDX-License-Identifier: MIT */
/* A file to read, plain or gzip, or standard input ("-"). Knows bytes only; what they
 * mean is the readers' business. The first bytes can be looked at without being consumed.
 */
#pragma once

#include "base/base.h"

#define INPUT_BUFFER (256 * 1024)
#define INPUT_SNIFF  4096 /* how many bytes a reader may judge a file by */

struct input {
	void *gz; /* gzFile; NULL: more() */
	/* Up to n > 0 further bytes; 0 = the end, or negative errno. */
	int (*more)(void *from, char *ret, size_t n);
	void *from;
	const char
		*file; /* borrowed: what holds these bytes, unless gzip; NULL: a pipe, or
			   * an entry of a zip */
	char *buf;
	size_t start, end; /* unread bytes are buf[start, end) */
	int eof;
	int64_t written_ms; /* when the file was last changed; 0 = not a file */
	int fault;          /* negative errno: what is unread is all that could be had */
};

/* 0 or negative errno. The path is borrowed. */
int input_open(struct input *in, const char *path) must_check;
/* Bytes from elsewhere (a zip entry), which stays the caller's. */
void input_from(
	struct input *in, int (*more)(void *from, char *ret, size_t n), void *from);
void input_close(struct input *in);

/* Makes at least `want` (<= INPUT_BUFFER) unread bytes available, fewer only at the end.
 * 0, or, once everything before it has been taken, negative errno: -EBADMSG = damaged or
 * cut-off gzip or zip entry, -E2BIG = a zip entry that grows without end. */
int input_fill(struct input *in, size_t want) must_check;

/* Reads everything into one NUL-terminated block. -EFBIG beyond `max`. */
int input_slurp(struct input *in, size_t max, char **ret, size_t *ret_size) must_check;
