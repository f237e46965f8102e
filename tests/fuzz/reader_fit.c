// SPDX-License-Identifier: MIT
// Small FIT files of a night's sleep levels, byte by byte, and the check sums of mutated ones.
#include <string.h>

#include "reader_cases.h"

#define ZERO    INT64_C(631065600)  /* of FIT's time, in Unix time */
#define BED     INT64_C(1777500000) /* 2026-04-29T22:00Z */
#define HEAD    14
#define SUM     2
#define STEP_S  1800
#define ENUM    0
#define UINT8   2
#define UINT16  0x84
#define UINT32  0x86
#define UINT32Z 0x8c

static void
put(struct blob *to, uint64_t v, int size)
{
	for (; size > 0; size--, v >>= 8)
		blob_add(to, &(unsigned char){(unsigned char)v}, 1);
}

static uint16_t
sum_of(const unsigned char *p, size_t n)
{
	uint16_t crc = 0;

	while (n-- > 0) {
		crc = (uint16_t)(crc ^ *p++);
		for (int i = 0; i < 8; i++)
			crc = (uint16_t)((crc >> 1) ^ (crc & 1 ? 0xa001 : 0));
	}
	return crc;
}

static void
put_time(struct blob *to, int64_t s)
{
	put(to, (uint64_t)(s - ZERO), 4);
}

/* A definition: the number, size and type of each of n fields. */
static void
define(struct blob *to, int local, int message, const unsigned char (*fields)[3], int n)
{
	put(to, 0x40 | (unsigned)local, 1);
	put(to, 0, 2);
	put(to, (unsigned)message, 2);
	put(to, (unsigned)n, 1);
	blob_add(to, fields, 3 * (size_t)n);
}

#define DEFINE(to, local, message, ...)                                                  \
	do {                                                                             \
		static const unsigned char fields_[][3] = {__VA_ARGS__};                 \
		define(to, local, message, fields_, (int)array_len(fields_));            \
	} while (0)

static void
put_levels(struct blob *to, int n, int without, int harm, uint64_t *seed)
{
	DEFINE(to, 2, 275, {253, 4, UINT32}, {0, 1, ENUM});
	for (int i = 0; i < n; i++) {
		if (i == without)
			continue;
		int wrong = i == harm ? 1 + (int)case_below(seed, 2) : 0;
		put(to, 2, 1);
		if (wrong == 1) /* in 2058 */
			put(to, 0x80000000u + case_below(seed, 0x10000000), 4);
		else
			put_time(to, BED + i * STEP_S);
		put(to, wrong == 2 ? 5 + case_below(seed, 200) : 1 + (unsigned)i % 4, 1);
	}
}

void
fit_make(struct blob *to, int n, int without, int harm, uint64_t *seed)
{
	static const unsigned char head[HEAD] = {
		HEAD, 0x20, 2100 & 0xff, 2100 >> 8, 0, 0, 0, 0, '.', 'F', 'I', 'T'};

	to->n = 0;
	blob_add(to, head, sizeof head);
	DEFINE(to, 0, 0, {0, 1, ENUM}, {3, 4, UINT32Z}, {2, 2, UINT16}, {4, 4, UINT32});
	put(to, 0, 1);
	put(to, 49, 1);
	put(to, 4711, 4);
	put(to, 3290, 2);
	put_time(to, BED + 12 * 3600);
	DEFINE(to, 1, 273, {253, 4, UINT32}, {1, 2, UINT16}, {2, 4, UINT32});
	put(to, 1, 1);
	put_time(to, BED);
	put(to, 60, 2);
	put_time(to, BED + 7200);
	DEFINE(to, 3, 21, {253, 4, UINT32}, {0, 1, ENUM}, {1, 1, ENUM});
	put_levels(to, n, without, harm, seed);
	put(to, 3, 1); /* waking */
	put_time(to, BED + n * STEP_S);
	put(to, 74 | 1 << 8, 2);
	DEFINE(to, 4, 346, {6, 1, UINT8}, {11, 1, UINT8}, {0, 1, UINT8});
	put(to, 4, 1);
	put(to, 77 | 3 << 8 | 80 << 16, 3);
	put(to, 0, SUM);
	fit_mend(to);
}

void
fit_mend(struct blob *b)
{
	if (b->n < HEAD + SUM)
		return;
	size_t size = b->n - HEAD - SUM;
	for (int i = 0; i < 4; i++)
		b->data[4 + i] = (unsigned char)(size >> 8 * i);
	uint16_t head = sum_of(b->data, HEAD - SUM);
	memcpy(b->data + HEAD - SUM,
		&(unsigned char[]){head & 0xff, (unsigned char)(head >> 8)}, SUM);
	uint16_t all = sum_of(b->data, b->n - SUM);
	memcpy(b->data + b->n - SUM,
		&(unsigned char[]){all & 0xff, (unsigned char)(all >> 8)}, SUM);
}
