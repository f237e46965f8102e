/* SPDX-License-Identifier: MIT */
/* What the parts of the decoder share. Only decode*.c include this file. */
#pragma once

#include <dozed/v1/batch.pb-c.h>

#include "in/decode.h"

struct decoding {
	struct arena *arena;
	struct batch *b;
	int64_t latest_ms; /* nothing may lie beyond */
	int has_events;    /* first and last are set */
	char *why;         /* DECODE_WHY_LEN */
};

/* Each returns 0 or DECODE_E_REFUSED with the reason written. `i`, `k` count from 1 in texts. */
int decode_refuse(struct decoding *d, const char *fmt, ...) printf_like(2, 3);
int decode_series(struct decoding *d, const Dozed__V1__Series *in, size_t i) must_check;
int decode_session(struct decoding *d, const Dozed__V1__Session *in, size_t i,
	struct session *ret) must_check;
int decode_rating(struct decoding *d, const Dozed__V1__Rating *in, size_t i,
	struct rating *ret) must_check;
int decode_marker(struct decoding *d, const Dozed__V1__Marker *in, size_t i,
	struct marker *ret) must_check;
int decode_feedback(struct decoding *d, const Dozed__V1__Feedback *in, size_t i,
	struct feedback *ret) must_check;

/* Checks an event time; lets it count for [first, last]; both. */
int decode_check_time(
	struct decoding *d, const char *what, size_t i, int64_t ms) must_check;
void decode_count_time(struct decoding *d, int64_t ms);
int decode_time(struct decoding *d, const char *what, size_t i, int64_t ms) must_check;
/* n zeroed elements; NULL with the reason written. */
void *decode_alloc(struct decoding *d, size_t n, size_t size);
/* The same, for who writes every byte of it. */
void *decode_room(struct decoding *d, size_t n, size_t size);
/* Bytes of a string that protobuf-c made, or -1 if it holds a NUL or is no valid UTF-8. */
int decode_text_len(const char *s);
