/* SPDX-License-Identifier: MIT */
/* Inputs of a store that is open for reading, decoded: what `export` and `explain` show of
 * samples and epochs. Runs beside a daemon; writes nothing. */
#pragma once

#include "config.h"
#include "core/pipeline.h"
#include "in/decode.h"

struct reader {
	struct store *store; /* borrowed */
	struct arena arena;
	void *memory; /* owned */
	struct line_io io;
	int64_t unreadable; /* batches that no longer decode */
};

void reader_init(struct reader *r, struct store *store);
void reader_finish(struct reader *r);
/* Decoded batches of a person that touch [from, to). each() != 0 stops and is returned. */
int reader_batches(struct reader *r, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct batch *), void *ctx) must_check;
/* [first, last] of all of a person's batches; 1 if there is none. */
int reader_span(struct reader *r, const char *person, utc_ms *ret_first,
	utc_ms *ret_last) must_check;
