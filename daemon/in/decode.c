/* SPDX-License-Identifier: MIT */
/* The way of a payload: size, protobuf-c into the arena, then each part checked. protobuf-c
 * checks neither UTF-8 nor embedded NULs nor enum numbers nor whether two lengths agree, and
 * turns small messages into large ones; the arena's budget and this file are what stands
 * between it and a stranger. */
#include "in/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "in/decode_parts.h"

/* In front of each allocation stands its size: protobuf-c hands out strings as char *, so that
 * this is the only way to see a NUL inside of one. */
#define HEAD 16

static void *
pb_alloc(void *user, size_t n)
{
	unsigned char *p = arena_alloc(user, n + HEAD);
	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof n);
	return p + HEAD;
}

static void
pb_free(void *user, void *p)
{
	(void)user, (void)p; /* all at once, by the arena */
}

int
decode_refuse(struct decoding *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(d->why, DECODE_WHY_LEN, fmt, ap);
	va_end(ap);
	return DECODE_E_REFUSED;
}

void *
decode_alloc(struct decoding *d, size_t n, size_t size)
{
	void *p = arena_calloc(d->arena, n ? n : 1, size);
	if (p == NULL)
		(void)decode_refuse(
			d, "unpacks to more than %d bytes", DECODE_ARENA_SIZE);
	return p;
}

void *
decode_room(struct decoding *d, size_t n, size_t size)
{
	size_t bytes;
	void *p = __builtin_mul_overflow(n, size, &bytes) ? NULL
							  : arena_alloc(d->arena, bytes);
	if (p == NULL)
		(void)decode_refuse(
			d, "unpacks to more than %d bytes", DECODE_ARENA_SIZE);
	return p;
}

int
decode_check_time(struct decoding *d, const char *what, size_t i, int64_t ms)
{
	if (ms < DECODE_OLDEST_MS)
		return decode_refuse(d, "%s %zu lies before 1900", what, i + 1);
	if (ms > d->latest_ms)
		return decode_refuse(d,
			"%s %zu lies more than 5 minutes ahead of the hub's clock", what,
			i + 1);
	return 0;
}

void
decode_count_time(struct decoding *d, int64_t ms)
{
	if (!d->has_events || ms < d->b->first.ms)
		d->b->first = UTC(ms);
	if (!d->has_events || ms > d->b->last.ms)
		d->b->last = UTC(ms);
	d->has_events = 1;
}

int
decode_time(struct decoding *d, const char *what, size_t i, int64_t ms)
{
	int r = decode_check_time(d, what, i, ms);
	if (r == 0)
		decode_count_time(d, ms);
	return r;
}

/* Length of the valid UTF-8 character at s, or 0: no overlong forms, no surrogates, nothing
 * above U+10FFFF (RFC 3629). */
static int
utf8_len(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	int n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

	if (s[0] < 0xc2 || s[0] > 0xf4 || s[1] < low || s[1] > high)
		return 0;
	for (int i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

int
decode_text_len(const char *s)
{
	size_t len = strlen(s), size;
	int n;

	if (s == protobuf_c_empty_string)
		return 0;
	memcpy(&size, s - HEAD, sizeof size);
	if (size != len + 1)
		return -1;
	for (const char *at = s; *at; at += n)
		if ((n = utf8_len((const unsigned char *)at)) == 0)
			return -1;
	return (int)len;
}

static int
limit(struct decoding *d, const char *what, size_t n)
{
	if (n > DECODE_REPEATED_MAX)
		return decode_refuse(d, "more than %d %s", DECODE_REPEATED_MAX, what);
	return 0;
}

static int
check_head(struct decoding *d, const Dozed__V1__Batch *in)
{
	int r = 0;

	/* SQLite's integers are signed */
	if (in->epoch == 0 || in->epoch >= INT64_MAX)
		return decode_refuse(d, "epoch is 0 or beyond 63 bits");
	if (in->seq == 0 || in->seq >= INT64_MAX)
		return decode_refuse(d, "seq is 0 or beyond 63 bits");
	if (in->n_series + in->n_sessions + in->n_ratings + in->n_markers +
			in->n_feedback ==
		0)
		return decode_refuse(d, "holds nothing");
	if ((r = limit(d, "series", in->n_series)) ||
		(r = limit(d, "sessions", in->n_sessions)) ||
		(r = limit(d, "ratings", in->n_ratings)) ||
		(r = limit(d, "markers", in->n_markers)) ||
		(r = limit(d, "feedback", in->n_feedback)))
		return r;
	d->b->epoch = in->epoch;
	d->b->seq = in->seq;
	d->b->historical = in->historical != 0;
	return 0;
}

/* The lists differ only in their types. */
#define DECODE_LIST(d, in, list, type, one)                                              \
	({                                                                               \
		int r_ = 0;                                                              \
		struct type *v_ = decode_alloc(d, (in)->n_##list, sizeof *v_);           \
		for (size_t i_ = 0; v_ && r_ == 0 && i_ < (in)->n_##list; i_++)          \
			r_ = one(d, (in)->list[i_], i_, &v_[i_]);                        \
		(d)->b->list = v_;                                                       \
		(d)->b->n_##list = (uint32_t)(in)->n_##list;                             \
		v_ ? r_ : DECODE_E_REFUSED;                                              \
	})

static int
decode_parts(struct decoding *d, const Dozed__V1__Batch *in)
{
	int r = check_head(d, in);
	if (r)
		return r;
	d->b->series = decode_alloc(d, in->n_series, sizeof(struct series));
	if (d->b->series == NULL)
		return DECODE_E_REFUSED;
	for (size_t i = 0; i < in->n_series; i++)
		if ((r = decode_series(d, in->series[i], i)))
			return r;
	if ((r = DECODE_LIST(d, in, sessions, session, decode_session)))
		return r;
	if ((r = DECODE_LIST(d, in, ratings, rating, decode_rating)))
		return r;
	if ((r = DECODE_LIST(d, in, markers, marker, decode_marker)))
		return r;
	return DECODE_LIST(d, in, feedback, feedback, decode_feedback);
}

int
decode_batch(struct arena *a, const struct device_id *from, utc_ms received, utc_ms now,
	const void *payload, size_t n, struct batch *ret, char why[static DECODE_WHY_LEN])
{
	struct batch b = {.from = *from, .received = received};
	struct decoding d = {
		.arena = a, .b = &b, .why = why, .latest_ms = DECODE_NEWEST_MS};
	ProtobufCAllocator allocator = {pb_alloc, pb_free, a};

	arena_reset(a);
	if (n == 0)
		return decode_refuse(&d, "empty");
	if (n > DECODE_PAYLOAD_MAX)
		return decode_refuse(&d, "larger than %d bytes", DECODE_PAYLOAD_MAX);
	if (now.ms < DECODE_NEWEST_MS - DECODE_FUTURE_MS)
		d.latest_ms = now.ms + DECODE_FUTURE_MS;
	const Dozed__V1__Batch *in = dozed__v1__batch__unpack(&allocator, n, payload);
	if (in == NULL && a->refused > 0)
		return decode_refuse(&d, "unpacks to more than %zu bytes", a->size);
	if (in == NULL)
		return decode_refuse(&d, "not a dozed.v1.Batch");
	int r = decode_parts(&d, in);
	if (r == 0)
		*ret = b;
	return r;
}
