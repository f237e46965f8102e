/* SPDX-License-Identifier: MIT */
/* Little-endian bytes out of and into plain numbers and texts. Knows no record. */
#include "store/pack.h"

#include <stdlib.h>
#include <string.h>

static unsigned char *
room(struct pack *p, size_t n)
{
	if (p->size + n > p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 512;
		while (cap < p->size + n)
			cap *= 2;
		unsigned char *data = p->failed ? NULL : realloc(p->data, cap);
		if (data == NULL) {
			p->failed = 1;
			return NULL;
		}
		p->data = data;
		p->cap = cap;
	}
	p->size += n;
	return p->data + p->size - n;
}

void
pack_finish(struct pack *p)
{
	free(p->data);
	*p = (struct pack){0};
}

static void
put(struct pack *p, uint64_t v, size_t n)
{
	unsigned char *to = room(p, n);
	for (size_t i = 0; to && i < n; i++)
		to[i] = (unsigned char)(v >> (8 * i));
}

void
pack_u8(struct pack *p, unsigned v)
{
	put(p, v, 1);
}

void
pack_u32(struct pack *p, uint32_t v)
{
	put(p, v, 4);
}

void
pack_u64(struct pack *p, uint64_t v)
{
	put(p, v, 8);
}

void
pack_f64(struct pack *p, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	put(p, bits, 8);
}

void
pack_varint(struct pack *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		put(p, (v & 0x7f) | 0x80, 1);
	put(p, v, 1);
}

void
pack_text(struct pack *p, const char *s)
{
	size_t n = strnlen(s, UINT16_MAX);
	put(p, n, 2);
	unsigned char *to = room(p, n);
	if (to)
		memcpy(to, s, n);
}

static uint64_t
get(struct unpack *u, size_t n)
{
	uint64_t v = 0;
	if ((size_t)(u->end - u->at) < n) {
		u->over++;
		u->at = u->end;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)u->at[i] << (8 * i);
	u->at += n;
	return v;
}

unsigned
unpack_u8(struct unpack *u)
{
	return (unsigned)get(u, 1);
}

uint32_t
unpack_u32(struct unpack *u)
{
	return (uint32_t)get(u, 4);
}

uint64_t
unpack_u64(struct unpack *u)
{
	return get(u, 8);
}

double
unpack_f64(struct unpack *u)
{
	uint64_t bits = get(u, 8);
	double v;
	memcpy(&v, &bits, sizeof v);
	return v;
}

uint64_t
unpack_varint(struct unpack *u)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint64_t byte = get(u, 1);
		v |= (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return v;
	}
	u->over++;
	return v;
}

void
unpack_text(struct unpack *u, char *ret, size_t size)
{
	size_t n = get(u, 2);
	memset(ret, 0, size);
	if ((size_t)(u->end - u->at) < n) {
		u->over++;
		u->at = u->end;
		return;
	}
	if (n >= size)
		u->over++;
	memcpy(ret, u->at, n < size ? n : size - 1);
	u->at += n;
}
