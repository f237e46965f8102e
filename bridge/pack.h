/* SPDX-License-Identifier: MIT */
/* A stretch of one person's time as a dozed.v1.Batch: columnar series on their grids,
 * sessions by their end, ratings, markers. Knows the wire schema and its limits, no topics. */
#pragma once

#include "base/arena.h"
#include "collect.h"

#define PACK_PAYLOAD_MAX   (48 * 1024)       /* the hub takes 64 KiB */
#define PACK_SAMPLES_MAX   32768             /* a series */
#define PACK_REPEATED_MAX  2048              /* series, ratings, markers a batch */
#define PACK_ARENA_SIZE    (8 * 1024 * 1024) /* far more than a full payload needs */
#define PACK_HISTORICAL_MS (48 * HOUR_MS)    /* older than this at sending: backfill */

enum pack_parts {
	PACK_SERIES = 1,
	PACK_SESSIONS = 2,
	PACK_RATINGS = 4,
	PACK_MARKERS = 8,
	PACK_ALL = 15
};

enum {
	PACK_E_EMPTY = 1, /* nothing of the person in [from, to) */
	PACK_E_BIG,       /* more than fits: cut the stretch */
};

struct Dozed__V1__Batch;

/* What to pack: the events of w in [from, to), of these parts. */
struct pack_stretch {
	const struct wearer *w;
	int64_t from, to;
	unsigned parts;
};

/* *ret lives in the arena, which is reset first; epoch, seq and sent_ms are left to the
 * outlet, which must keep to PACK_PAYLOAD_MAX by adding nothing else. */
int pack_range(struct arena *a, const struct pack_stretch *s, utc_ms now,
	struct Dozed__V1__Batch **ret) must_check;
/* Packs the i-th session of w alone. */
int pack_session(struct arena *a, const struct wearer *w, size_t i, utc_ms now,
	struct Dozed__V1__Batch **ret) must_check;

/* The first event of the person at or after t; INT64_MAX = none. */
int64_t pack_next_event(const struct wearer *w, int64_t t, unsigned parts);
