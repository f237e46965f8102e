/* SPDX-License-Identifier: MIT */
/* The reading half of line_io over a store: stored batches decoded, sessions, markers, days,
 * nights. The line reads through it, and `export` and `explain` beside a daemon; it writes
 * nothing. */
#pragma once

#include "config.h"
#include "core/pipeline.h"
#include "in/decode.h"

struct reader {
	struct store *store; /* borrowed */
	const struct config
		*config; /* borrowed: whose retention holds; NULL: all is read */
	struct arena arena;
	void *memory;       /* owned */
	struct line_io io;  /* user = the reader; the writing half is NULL */
	int64_t unreadable; /* batches that no longer decode */
};

void reader_init(struct reader *r, struct store *store);
/* A stored row as a batch, valid until the next one. 0, or DECODE_E_REFUSED and counted: an
 * older build took it, or it is damaged. */
int reader_decode(
	struct reader *r, const struct stored_batch *row, struct batch *ret) must_check;
void reader_finish(struct reader *r);
/* Decoded batches of a person that touch [from, to). each() != 0 stops and is returned. */
int reader_batches(struct reader *r, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct batch *), void *ctx) must_check;
/* [first, last] of all of a person's batches; 1 if there is none. */
int reader_span(struct reader *r, const char *person, utc_ms *ret_first,
	utc_ms *ret_last) must_check;
