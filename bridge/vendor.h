/* SPDX-License-Identifier: MIT */
/* What the readers of the vendors' JSON records share: times with their offsets, stated
 * totals, samples, and handing a session on. What is null or missing is left out, never
 * zero. Knows no vendor. */
#pragma once

#include "json_file.h"
#include "timeline.h"

#include "dozed/v1/batch.pb-c.h"

#define VENDOR_PLACE_LEN 64

/* 1 if the bytes begin like JSON and hold every one of the texts; ends with NULL. */
int vendor_sniff(const char *head, size_t n, const char *const *texts);

/* Both: NULL, or why the time cannot be used. text may be NULL. *ret_offset_min (NULL
 * allowed): what the text says, else --zone at that time, else 0. */
const char *vendor_time(const struct reading *g, const char *text, int64_t *ret,
	int *ret_offset_min) must_check;
const char *vendor_epoch(const struct reading *g, int64_t ms, int64_t *ret) must_check;
/* o's whole number of seconds since 1970 at path. */
const char *vendor_seconds(const struct reading *g, const json_t *o, const char *path,
	int64_t *ret) must_check;
/* A text without a zone that is UTC by the format's definition. */
const char *vendor_gmt(
	const struct reading *g, const char *text, int64_t *ret) must_check;

/* The offset by --zone at t; `otherwise` without one. */
int vendor_offset(const struct reading *g, int64_t t, int otherwise);
/* The vendor states the offset at the start only: --zone, where it says the same there,
 * knows whether the clocks changed. */
void vendor_offsets(const struct reading *g, struct found_session *s, int start_min);
/* The same, stated of the end. */
void vendor_offsets_end(const struct reading *g, struct found_session *s, int end_min);
/* "+02:00" in minutes. */
int vendor_offset_text(const char *text, int *ret);

/* Of a value that is not there (NAN), cannot be, or is there already, nothing is kept. */
void vendor_metric(struct found_session *s, int metric, double value);
/* o's number at each path, times scale. The table ends with path NULL. */
struct vendor_total {
	const char *path;
	int metric;
	double scale;
};
void vendor_totals(
	struct found_session *s, const json_t *o, const struct vendor_total *table);
/* Where no total sleep is stated but its stages are: their sum. */
void vendor_sum_sleep(struct found_session *s);

/* Of a vendor who does not state when a record changed: when its file was written, and of
 * two equally old ones that of the higher rank counts. */
void vendor_rank(const struct reading *g, struct found_session *s, int rank);

void vendor_app(struct found_session *s, const char *text);
/* NULL, or why the text is no record id. */
const char *vendor_id(struct found_session *s, const char *text) must_check;

/* Of NAN nothing comes; what is not plausible is refused. 0 or negative errno. */
int vendor_sample(struct reading *g, const char *channel, int64_t t, double v) must_check;

/* Hands the session on, with the stages of t (NULL or empty: none), or refuses it: with
 * `why`, where that is not NULL, else for what is wrong with it. 0 or negative errno. */
int vendor_session(struct reading *g, struct found_session *s, struct timeline *t,
	const char *place, const char *why) must_check;

/* Calls one() for every record of the file: the elements of the array at `list` (NULL: none), or of a
 * document that is an array itself; else the document. Refuses a file that is nobody's.
 * one() != 0 stops and is returned. */
int vendor_records(struct input *in, struct reading *g, const char *list,
	int (*one)(struct reading *g, const json_t *o, void *ctx), void *ctx) must_check;
