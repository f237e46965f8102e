/* SPDX-License-Identifier: MIT */
/* The interface of a reader: one file each, a name, what it carries, how to recognise a
 * file of its kind, and how to read one into the collection. A reader decides what a byte
 * means; it knows no broker, no batches and no other reader. */
#pragma once

#include "collect.h"
#include "fidelity.h"
#include "input.h"
#include "report.h"

struct marks;

struct reading {
	struct collect *to;
	struct report *report;
	const struct zone *zone; /* NULL: naive local times are refused */
	const struct zone *utc;
	const char *person; /* NULL: the file must name them */
	const char *path;   /* borrowed for as long as `to` lives */
	utc_ms now;         /* what lies more than 5 minutes beyond it is refused */
	struct fidelity *fidelity; /* NULL unless --explain */
	struct marks *marks;       /* how far was read before; NULL: read everything */
	const char *whose;         /* "person/source/device", for marks */
	unsigned long used;        /* rows or records taken */
};

/* What becomes of a field of the format; for --explain, `formats` and the guide. */
struct field {
	const char *
		path; /* "levels.data.seconds", "SLEEP_STAGE_SAMPLE.STAGE", "Record@value" */
	const char *to;   /* "stage", "night.latency", "heart_rate"; NULL: not taken */
	const char *note; /* how, rounding, or why not; NULL: nothing to say */
};

struct reader {
	const char *name, *carries, *example;
	const struct field *fields; /* ends with path == NULL; NULL: none described */
	/* 1 if the first bytes of a file (at most INPUT_SNIFF, unzipped) look like its
	 * kind */
	int (*sniff)(const char *head, size_t n);
	/* Reads to the end. Bad rows are reported and passed over; 0, or negative errno
	 * when the rest of the file cannot be read. */
	int (*read)(struct input *in, struct reading *reading);
};

extern const struct reader reader_actigraph, reader_actiwatch, reader_apple, reader_fit,
	reader_hae;
extern const struct reader reader_csv, reader_fitbit, reader_gadgetbridge, reader_garmin,
	reader_google_health, reader_health_connect, reader_open_mhealth, reader_oura,
	reader_polar, reader_sleep_as_android, reader_whoop, reader_withings;

/* All readers; ends with NULL. */
extern const struct reader *const readers[];
const struct reader *reader_by_name(const char *name);
const struct reader *reader_by_sniff(const char *head, size_t n);

/* What refused a time; NULL if it is fine. Sets *ret. naive_is_utc: the column says so.
 */
const char *reading_time(
	const struct reading *reading, const char *text, int naive_is_utc, int64_t *ret);
