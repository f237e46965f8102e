/* SPDX-License-Identifier: MIT */
/* See fit_decode.h. */
#include "fit_decode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_LEAST 12
#define HEADER_CRC   14 /* a header of this length has a check sum of its own */
#define LOCAL_TYPES  16

/* Bits of a record's first byte. */
#define COMPRESSED 0x80 /* a time of five bits, and then two of type */
#define DEFINES    0x40
#define DEVELOPER  0x20 /* a definition with developer fields */

static uint64_t
bytes_as(const unsigned char *p, unsigned size, int big)
{
	uint64_t x = 0;

	for (unsigned i = 0; i < size; i++)
		x = x << 8 | p[big ? i : size - 1 - i];
	return x;
}

/* CRC-16 with the polynomial 0x8005, bits from the low end, as FIT has it. */
static uint16_t
crc16(const unsigned char *p, size_t n)
{
	uint16_t crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc = (uint16_t)(crc ^ p[i]);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1);
	}
	return crc;
}

int
fit_begins(const unsigned char *p, size_t n)
{
	return n >= HEADER_LEAST && p[0] >= HEADER_LEAST && memcmp(p + 8, ".FIT", 4) == 0;
}

/* --- values ------------------------------------------------------------------------------ */

/* By the low five bits of a base type. */
static const struct {
	unsigned char size, is_signed, is_float;
	uint64_t invalid;
} types[] = {
	[0] = {1, 0, 0, 0xff},                          /* enum */
	[1] = {1, 1, 0, 0x7f},                          /* sint8 */
	[2] = {1, 0, 0, 0xff},                          /* uint8 */
	[3] = {2, 1, 0, 0x7fff},                        /* sint16 */
	[4] = {2, 0, 0, 0xffff},                        /* uint16 */
	[5] = {4, 1, 0, 0x7fffffff},                    /* sint32 */
	[6] = {4, 0, 0, 0xffffffff},                    /* uint32 */
	[7] = {0},                                      /* string */
	[8] = {4, 0, 1, 0xffffffff},                    /* float32 */
	[9] = {8, 0, 1, UINT64_C(0xffffffffffffffff)},  /* float64 */
	[10] = {1, 0, 0, 0},                            /* uint8z */
	[11] = {2, 0, 0, 0},                            /* uint16z */
	[12] = {4, 0, 0, 0},                            /* uint32z */
	[13] = {1, 0, 0, 0xff},                         /* byte */
	[14] = {8, 1, 0, UINT64_C(0x7fffffffffffffff)}, /* sint64 */
	[15] = {8, 0, 0, UINT64_C(0xffffffffffffffff)}, /* uint64 */
	[16] = {8, 0, 0, 0},                            /* uint64z */
};

static double
value_of(const unsigned char *p, unsigned type, int big)
{
	unsigned size = types[type].size;
	uint64_t x = bytes_as(p, size, big);

	if (x == types[type].invalid)
		return NAN;
	if (types[type].is_float && size == 4) {
		uint32_t bits = (uint32_t)x;
		float v;
		memcpy(&v, &bits, sizeof v);
		return isfinite(v) ? (double)v : NAN;
	}
	if (types[type].is_float) {
		double v;
		memcpy(&v, &x, sizeof v);
		return isfinite(v) ? v : NAN;
	}
	if (types[type].is_signed && x >> (8 * size - 1))
		return -(double)((~x & (UINT64_MAX >> (64 - 8 * size))) + 1);
	return (double)x;
}

/* NULL, or the first byte of the field. */
static const unsigned char *
find(const struct fit_message *m, int number, const struct fit_field **ret)
{
	const unsigned char *p = m->bytes;

	for (unsigned i = 0; i < m->def->n; p += m->def->field[i++].size)
		if (m->def->field[i].number == number) {
			*ret = &m->def->field[i];
			return p;
		}
	return NULL;
}

static unsigned
type_of(const struct fit_field *f)
{
	unsigned type = f->type & 0x1f;

	return type < array_len(types) && types[type].size &&
			       f->size % types[type].size == 0
		       ? type
		       : array_len(types);
}

unsigned
fit_count(const struct fit_message *m, int number)
{
	const struct fit_field *f;
	unsigned type = find(m, number, &f) ? type_of(f) : array_len(types);

	return type < array_len(types) ? f->size / types[type].size : 0;
}

double
fit_element(const struct fit_message *m, int number, unsigned i)
{
	const struct fit_field *f;
	const unsigned char *p = find(m, number, &f);
	unsigned type = p ? type_of(f) : array_len(types);

	if (type == array_len(types) || (i + 1) * types[type].size > f->size)
		return NAN;
	return value_of(p + i * types[type].size, type, m->def->big_endian);
}

double
fit_number(const struct fit_message *m, int number)
{
	return fit_element(m, number, 0);
}

/* --- records ----------------------------------------------------------------------------- */

struct stream {
	const unsigned char *bytes;
	size_t at, end;
	int64_t last;
	struct fit_definition *local; /* LOCAL_TYPES of them */
};

/* NULL, or why the rest cannot be read. */
static const char *
define(struct stream *s, unsigned head)
{
	struct fit_definition *d = &s->local[head & (LOCAL_TYPES - 1)];
	const unsigned char *p = s->bytes + s->at;
	size_t left = s->end - s->at, n;

	d->known = 0;
	if (left < 5)
		return "a definition that is cut off";
	d->big_endian = p[1] == 1;
	d->message = (unsigned)bytes_as(p + 2, 2, d->big_endian);
	d->n = d->size = 0;
	n = 5 + 3 * (size_t)p[4];
	if (left < n + !!(head & DEVELOPER))
		return "a definition that is cut off";
	for (unsigned i = 0; i < p[4]; i++) {
		const unsigned char *f = p + 5 + 3 * (size_t)i;
		d->size += f[1];
		if (f[1]) /* one of no size holds nothing, and costs nothing */
			d->field[d->n++] = (struct fit_field){f[0], f[1], f[2]};
	}
	if (head & DEVELOPER) {
		unsigned more = p[n++];
		if (left < n + 3 * (size_t)more)
			return "a definition that is cut off";
		for (unsigned i = 0; i < more; i++, n += 3)
			d->size += p[n + 1];
	}
	s->at += n;
	d->known = 1;
	return NULL;
}

/* The five bits count on from the last time. */
static int64_t
compressed_time(const struct stream *s, unsigned head)
{
	if (s->last < 0)
		return -1;
	return s->last + ((head - (unsigned)(s->last & 0x1f)) & 0x1f);
}

/* NULL, or why the rest cannot be read. */
static const char *
data(struct stream *s, unsigned head, struct fit_message *ret)
{
	unsigned type = head & COMPRESSED ? head >> 5 & 3 : head & (LOCAL_TYPES - 1);
	const struct fit_definition *d = &s->local[type];

	if (!d->known)
		return "a message that nothing defines";
	if (s->end - s->at < d->size)
		return "a message that is cut off";
	ret->def = d;
	ret->bytes = s->bytes + s->at;
	double own = fit_number(ret, FIT_TIMESTAMP);
	ret->time = own >= FIT_TIME_LEAST && own <= UINT32_MAX ? (int64_t)own : -1;
	if (head & COMPRESSED)
		ret->time = compressed_time(s, head);
	if (ret->time >= 0)
		s->last = ret->time;
	ret->last = s->last;
	s->at += d->size;
	return NULL;
}

static int
records(struct stream *s, struct report *report,
	int (*one)(void *ctx, struct fit_message *m), void *ctx)
{
	int r = 0;

	while (r == 0 && s->at < s->end) {
		size_t at = s->at;
		unsigned head = s->bytes[s->at++];
		struct fit_message m = {.at = at};
		int defines = !(head & COMPRESSED) && head & DEFINES;
		const char *why = defines ? define(s, head) : data(s, head, &m);
		if (why) {
			report_refuse(report, 0, "byte %zu: %s: the rest cannot be read",
				at, why);
			return 0;
		}
		if (!defines)
			r = one(ctx, &m);
		if (m.last > s->last) /* the caller found a shorter time in it */
			s->last = m.last;
	}
	return r;
}

/* NULL, or why nothing of it can be trusted; *ret_end is where its records end. */
static const char *
check(struct fit_part *part, struct report *report, size_t *ret_end)
{
	const unsigned char *p = part->bytes + part->at;
	size_t left = part->n - part->at, size = p[0];
	size_t whole = size + (size_t)bytes_as(p + 4, 4, 0);

	if (size >= HEADER_CRC && left >= HEADER_CRC && (p[12] || p[13]) &&
		bytes_as(p + 12, 2, 0) != crc16(p, 12))
		return "the check sum of the header is wrong";
	part->cut = left < whole + 2;
	*ret_end = part->at + (left < whole ? left : whole);
	if (left < size)
		return "the header is cut off";
	if (part->cut)
		report_refuse(report, 0,
			"byte %zu: it is cut off: what came before is read, as tentative",
			part->n);
	else if (bytes_as(p + whole, 2, 0) != crc16(p, whole))
		return "the check sum is wrong: it was damaged on its way; copy it again";
	return NULL;
}

int
fit_each(struct fit_part *part, struct report *report,
	int (*one)(void *ctx, struct fit_message *m), void *ctx)
{
	size_t end = part->n, begin = part->at;
	const char *why = check(part, report, &end);
	struct stream s = {part->bytes, begin + part->bytes[begin], end, -1, NULL};
	int r = 0;

	if (why)
		report_refuse(report, 0, "byte %zu: %s", begin, why);
	part->at = part->cut || end + 2 > part->n ? part->n : end + 2;
	if (why)
		return 0;
	s.local = xcalloc(LOCAL_TYPES, sizeof *s.local);
	r = records(&s, report, one, ctx);
	free(s.local);
	return r;
}
