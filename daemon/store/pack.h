/* SPDX-License-Identifier: MIT */
/* Bytes of fixed layout: little-endian, doubles bit for bit, texts with a length. Reading
 * never runs over the end: what is not there reads as 0 and is counted in `over`. */
#pragma once

#include "base/base.h"

struct pack {
	unsigned char *data; /* malloc'd; pack_finish */
	size_t size, cap;
	int failed; /* out of memory: everything since is void */
};

void pack_finish(struct pack *p);
void pack_u8(struct pack *p, unsigned v);
void pack_u32(struct pack *p, uint32_t v);
void pack_u64(struct pack *p, uint64_t v);
void pack_f64(struct pack *p, double v);
void pack_varint(struct pack *p, uint64_t v);
void pack_text(struct pack *p, const char *s); /* at most 65535 bytes */

struct unpack {
	const unsigned char *at, *end;
	unsigned over;
};

unsigned unpack_u8(struct unpack *u);
uint32_t unpack_u32(struct unpack *u);
uint64_t unpack_u64(struct unpack *u);
double unpack_f64(struct unpack *u);
uint64_t unpack_varint(struct unpack *u);
void unpack_text(struct unpack *u, char *ret, size_t size);
