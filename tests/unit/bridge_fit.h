/* SPDX-License-Identifier: MIT */
/* Writes FIT files, byte by byte. */
#pragma once

#include "bridge_wrist.h"

#define FIT_ZERO 631065600 /* of FIT's time, in Unix time */

enum {
	ENUM = 0,
	SINT8 = 1,
	UINT8 = 2,
	STRING = 7,
	BYTE = 13,
	SINT16 = 0x83,
	UINT16 = 0x84,
	SINT32 = 0x85,
	UINT32 = 0x86,
	FLOAT32 = 0x88,
	UINT32Z = 0x8c
};

struct fit_file {
	unsigned char b[1 << 17];
	size_t n, begin; /* of the FIT that is written */
	int big;         /* numbers from here on: the high byte first */
};

static inline uint16_t
fit_crc(const unsigned char *p, size_t n)
{
	uint16_t crc = 0;
	while (n--) {
		crc = (uint16_t)(crc ^ *p++);
		for (int i = 0; i < 8; i++)
			crc = (uint16_t)((crc >> 1) ^ (crc & 1 ? 0xa001 : 0));
	}
	return crc;
}

static inline void
fit_put(struct fit_file *f, uint64_t v, int size)
{
	for (int i = 0; i < size; i++) {
		int byte = f->big ? size - 1 - i : i;
		f->b[f->n++] = (unsigned char)(byte < 8 ? v >> 8 * byte : 0);
	}
}

static inline void
fit_begin(struct fit_file *f)
{
	int big = f->big;
	f->big = 0;
	f->begin = f->n;
	fit_put(f, 14, 1);
	fit_put(f, 0x20, 1);
	fit_put(f, 2100, 2);
	fit_put(f, 0, 4);
	memcpy(f->b + f->n, ".FIT", 4);
	f->n += 4;
	fit_put(f, 0, 2);
	f->big = big;
}

/* Sets the size and both check sums. */
static inline void
fit_end(struct fit_file *f)
{
	unsigned char *h = f->b + f->begin;
	size_t size = f->n - f->begin - 14;
	int big = f->big;
	for (int i = 0; i < 4; i++)
		h[4 + i] = (unsigned char)(size >> 8 * i);
	uint16_t crc = fit_crc(h, 12);
	h[12] = (unsigned char)crc;
	h[13] = (unsigned char)(crc >> 8);
	f->big = 0;
	fit_put(f, fit_crc(h, f->n - f->begin), 2);
	f->big = big;
}

/* A definition: number, size, type of each of n fields. */
static inline void
fit_define(struct fit_file *f, int local, int message, int n, const int (*fields)[3])
{
	fit_put(f, 0x40 | (unsigned)local, 1);
	fit_put(f, 0, 1);
	fit_put(f, (unsigned)f->big, 1);
	fit_put(f, (unsigned)message, 2);
	fit_put(f, (unsigned)n, 1);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 3; k++)
			fit_put(f, (unsigned)fields[i][k], 1);
}

#define DEFINE(f, local, message, ...)                                                   \
	do {                                                                             \
		static const int fields_[][3] = {__VA_ARGS__};                           \
		fit_define(f, local, message, (int)array_len(fields_), fields_);         \
	} while (0)

/* Seconds of FIT's time at ms of Unix time. */
static inline uint32_t
fit_time(int64_t ms)
{
	return (uint32_t)(ms / 1000 - FIT_ZERO);
}

/* --- what the tests write ---------------------------------------------------------------- */

#define BED INT64_C(1774737660000) /* 2026-03-28T22:41Z; clocks change in the night */

static struct fit_file file; /* the one that is written */

static inline void
begin(struct run *r)
{
	run_init(r, "fit");
	memset(&file, 0, sizeof file);
}

static inline void
go(struct run *r)
{
	run_add(r, "in.fit", file.b, file.n);
	run_go(r);
}

/* 0: who it is and when it was written, `version` seconds after ten o'clock. */
static inline void
put_id(int version)
{
	DEFINE(&file, 0, 0, {0, 1, ENUM}, {3, 4, UINT32Z}, {2, 2, UINT16},
		{4, 4, UINT32});
	fit_put(&file, 0, 1);
	fit_put(&file, 49, 1);
	fit_put(&file, 4711, 4);
	fit_put(&file, 3290, 2);
	fit_put(&file, fit_time(BED + 12 * HOUR_MS) + (unsigned)version, 4);
}

/* 1: the local time at ms. */
static inline void
put_offset(int64_t ms, int minutes)
{
	DEFINE(&file, 1, 273, {253, 4, UINT32}, {1, 2, UINT16}, {2, 4, UINT32});
	fit_put(&file, 1, 1);
	fit_put(&file, fit_time(ms), 4);
	fit_put(&file, 60, 2);
	fit_put(&file, fit_time(ms) + (unsigned)(60 * minutes), 4);
}

/* 3: event 74. */
static inline void
put_event(int64_t ms, int type)
{
	DEFINE(&file, 3, 21, {253, 4, UINT32}, {0, 1, ENUM}, {1, 1, ENUM});
	fit_put(&file, 3, 1);
	fit_put(&file, fit_time(ms), 4);
	fit_put(&file, 74, 1);
	fit_put(&file, (unsigned)type, 1);
}

static inline void
define_levels(void)
{
	DEFINE(&file, 2, 275, {253, 4, UINT32}, {0, 1, ENUM});
}

/* 2 */
static inline void
put_level(int64_t ms, int level)
{
	fit_put(&file, 2, 1);
	fit_put(&file, fit_time(ms), 4);
	fit_put(&file, (unsigned)level, 1);
}

/* Light 30 min, deep 60, awake 10, REM 80, light 60, unmeasurable 20; 4 hours 20. */
static inline void
put_changes(int64_t from)
{
	static const int v[][2] = {
		{0, 2}, {30, 3}, {90, 1}, {100, 4}, {180, 2}, {240, 0}};
	define_levels();
	for (size_t i = 0; i < array_len(v); i++)
		put_level(from + v[i][0] * MINUTE_MS, v[i][1]);
}

static inline void
put_assessment(int score, int awakenings)
{
	DEFINE(&file, 4, 346, {6, 1, UINT8}, {11, 1, UINT8}, {0, 1, UINT8});
	fit_put(&file, 4, 1);
	fit_put(&file, (unsigned)score, 1);
	fit_put(&file, (unsigned)awakenings, 1);
	fit_put(&file, 80, 1);
}

static inline void
put_night(int version, int64_t from)
{
	fit_begin(&file);
	put_id(version);
	put_offset(from, 60);
	put_event(from, 0);
	put_changes(from);
	put_event(from + 260 * MINUTE_MS, 1);
	put_assessment(77, 3);
	fit_end(&file);
}

static inline void
put_nap(int minutes, int is_deleted, int64_t changed)
{
	fit_put(&file, 6, 1);
	fit_put(&file, fit_time(BED + 15 * HOUR_MS), 4);
	fit_put(&file, 120, 2);
	fit_put(&file, fit_time(BED + 15 * HOUR_MS + minutes * MINUTE_MS), 4);
	fit_put(&file, 120, 2);
	fit_put(&file, (unsigned)is_deleted, 1);
	fit_put(&file, fit_time(changed), 4);
}

static inline void
define_naps(void)
{
	DEFINE(&file, 6, 412, {0, 4, UINT32}, {1, 2, SINT16}, {2, 4, UINT32},
		{3, 2, SINT16}, {5, 1, ENUM}, {7, 4, UINT32});
}
