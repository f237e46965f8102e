/* SPDX-License-Identifier: MIT */
/* Reads a recording: a file of length-delimited dozed.v1.Envelope (a varint, then that
 * many bytes). Knows the framing only; topics and payloads are judged by whoever asked.
 */
#pragma once

#include "base/base.h"
#include "base/clock.h"

/* Larger than any payload that the hub takes, so that an oversized one is still read and
 * can be refused with its reason. */
#define RECORDING_MESSAGE_MAX (1024 * 1024)

struct recording;

struct envelope {
	utc_ms received;
	const char *topic; /* borrowed until the next call */
	const void *payload;
	size_t size;
};

enum {
	RECORDING_E_END = 1, /* no more */
	RECORDING_E_DAMAGED, /* cut off, or no recording: nothing after it can be read */
};

/* "-" is standard input. -errno where the file cannot be opened. */
int recording_open(const char *path, struct recording **ret) must_check;
struct recording *recording_close(struct recording *r); /* returns NULL */
int recording_next(struct recording *r, struct envelope *ret) must_check;
/* Bytes read so far, and in all (-1 where that is not known): for progress and faults. */
int64_t recording_at(const struct recording *r);
int64_t recording_size(const struct recording *r);
