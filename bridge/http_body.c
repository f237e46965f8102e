/* SPDX-License-Identifier: MIT */
/* See http_body.h. */
#include "http_body.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FIRST_CAP 65536
#define GZIP_BITS (15 + 16) /* zlib: the largest window, a gzip header */

void
http_body_begin(
	struct http_body *b, struct http_budget *budget, size_t limit, int is_gzip)
{
	*b = (struct http_body){.budget = budget, .limit = limit};
	if (!is_gzip)
		return;
	z_stream *z = xcalloc(1, sizeof *z);
	b->inflating = z;
	if (inflateInit2(z, GZIP_BITS) != Z_OK)
		b->fault = BODY_NO_ROOM;
}

static void
drop(struct http_body *b)
{
	free(steal(&b->data));
	b->budget->used -= b->cap;
	b->n = b->cap = 0;
}

static void
fail(struct http_body *b, enum http_body_fault fault)
{
	b->fault = fault;
	drop(b);
}

/* Makes room for one byte more than there are and, at the end, a NUL. */
static int
grow(struct http_body *b)
{
	size_t most = b->limit + 2, cap = b->cap ? 2 * b->cap : FIRST_CAP;

	if (b->n + 2 <= b->cap)
		return 1;
	cap = cap < most ? cap : most;
	if (cap - b->cap > b->budget->max - b->budget->used) {
		fail(b, BODY_NO_ROOM);
		return 0;
	}
	b->budget->used += cap - b->cap;
	b->data = xrealloc(b->data, cap, 1);
	b->cap = cap;
	return 1;
}

static void
take_plain(struct http_body *b, const char *data, size_t n)
{
	while (n > 0 && grow(b)) {
		size_t room = b->cap - 1 - b->n, some = n < room ? n : room;
		memcpy(b->data + b->n, data, some);
		b->n += some;
		data += some;
		n -= some;
		if (b->n > b->limit) {
			fail(b, BODY_TOO_LONG);
			return;
		}
	}
}

static void
take_gzip(struct http_body *b, const char *data, size_t n)
{
	z_stream *z = b->inflating;

	z->next_in = (Bytef *)(uintptr_t)data; /* zlib does not write there */
	z->avail_in = (uInt)n;
	while (b->fault == BODY_FINE && grow(b)) {
		size_t room = b->cap - 1 - b->n;
		if (z->avail_in > 0 && b->is_between) { /* one more gzip behind it */
			b->is_between = 0;
			if (inflateReset(z) != Z_OK)
				fail(b, BODY_DAMAGED);
			continue;
		}
		z->next_out = (Bytef *)b->data + b->n;
		z->avail_out = (uInt)room;
		int r = inflate(z, Z_NO_FLUSH);
		b->n += room - z->avail_out;
		b->is_between = r == Z_STREAM_END;
		if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
			fail(b, BODY_DAMAGED);
		else if (b->n > b->limit)
			fail(b, BODY_TOO_LONG);
		else if (z->avail_in == 0 && z->avail_out > 0)
			return;
		else if (r == Z_STREAM_END && z->avail_in == 0)
			return;
	}
}

void
http_body_take(struct http_body *b, const char *data, size_t n)
{
	if (b->fault != BODY_FINE || n == 0)
		return;
	if (b->inflating)
		take_gzip(b, data, n);
	else
		take_plain(b, data, n);
}

void
http_body_end(struct http_body *b)
{
	if (b->fault != BODY_FINE)
		return;
	if (b->inflating && !b->is_between)
		fail(b, BODY_CUT);
	else if (b->data)
		b->data[b->n] = 0;
}

void
http_body_finish(struct http_body *b)
{
	if (b->inflating) {
		inflateEnd(b->inflating);
		free(steal(&b->inflating));
	}
	if (b->budget)
		drop(b);
}
