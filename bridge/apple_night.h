/* SPDX-License-Identifier: MIT */
/* Sleep as HealthKit keeps it: spans of an app or device, each with a value (in bed, asleep, core,
 * deep, REM, awake), in any order and without any id. Spans of one source that lie no further
 * than an hour apart are one night. Knows no file format. */
#pragma once

#include "reader.h"

#define APPLE_SPANS_MAX   (512 * 1024) /* two sources for twenty years; 16 MiB */
#define APPLE_SOURCES_MAX 256

struct apple_span {
	int64_t start, end;
	int16_t offset_start_min, offset_end_min;
	uint16_t source; /* index into names */
	uint8_t stage;   /* enum stage */
	/* Seconds of it that are stated where those are fewer than its length, + 1; 0: all. A
	 * night with such spans has totals and no timeline. */
	uint32_t stated;
	uint32_t order; /* of reading */
};

struct apple_nights {
	struct apple_span *v;
	size_t n, cap, n_names;
	char *names[APPLE_SOURCES_MAX]; /* owned */
	const char *kind;               /* of the families of its nights, see told.h */
	/* The whole of it was read (an export), not what a window of time let through. */
	int is_whole;
	int64_t revision; /* 0: not stated */
};

/* "HKCategoryValueSleepAnalysisAsleepCore", "Core", "3"; STAGE_UNSPECIFIED: none of Apple's. */
enum stage apple_stage(const char *value);

/* "2026-03-28 23:41:00 +0100", fast: a file has millions. NULL, or why not; text may be NULL. */
const char *apple_time(const struct reading *g, const char *text, int64_t *ret,
	int *ret_offset_min) must_check;

/* `span` without source and order; NULL, or why it cannot be taken. */
const char *apple_nights_add(struct apple_nights *a, const char *source,
	const struct apple_span *span) must_check;
/* Every night into the collection, each with its source as app; empties a. The record id is the
 * start and the source: "2026-03-28T22:30:00Z 1a2b3c4d", unless the night was told before under
 * another one. 0 or negative errno. */
int apple_nights_put(struct apple_nights *a, struct reading *g) must_check;
/* Of sources that were read as a whole: what was told before between their first and `until` and
 * is not there is withdrawn. Before apple_nights_put. */
int apple_nights_cover(
	struct apple_nights *a, const struct reading *g, int64_t until) must_check;
void apple_nights_finish(struct apple_nights *a);

/* The family of the nights of a source, for found_session. */
int apple_family(const struct reading *g, const char *kind, const char *source);
/* The record id: the text (of a start, of a day) and the source. */
void apple_record_id(struct found_session *s, const char *what, const char *source);
