/* SPDX-License-Identifier: MIT */
/* Reads a recording: a file of length-delimited dozed.v1.Envelope (a varint, then that
 * many bytes). Knows the framing only; topics and payloads are judged by whoever asked.
 */
#pragma once

#include "base/base.h"
#include "base/clock.h"

/* Larger than any payload that the hub takes, so that an oversized one is still read and
 * can be refused with its reason. */
#define ENVELOPES_MESSAGE_MAX (1024 * 1024)

struct envelopes;

struct envelope {
	utc_ms received;
	const char *topic; /* borrowed until the next call */
	const void *payload;
	size_t size;
};

enum {
	ENVELOPES_E_END = 1, /* no more */
	ENVELOPES_E_DAMAGED, /* cut off, or no recording: nothing after it can be read */
};

/* "-" is standard input. -errno where the file cannot be opened. */
int envelopes_open(const char *path, struct envelopes **ret) must_check;
struct envelopes *envelopes_close(struct envelopes *r); /* returns NULL */
int envelopes_next(struct envelopes *r, struct envelope *ret) must_check;
/* Bytes read so far, and in all (-1 where that is not known): for progress and faults. */
int64_t envelopes_at(const struct envelopes *r);
int64_t envelopes_size(const struct envelopes *r);
