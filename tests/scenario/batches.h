/* SPDX-License-Identifier: MIT */
/* A set of batches, packed and in the order of their events: what a month of bridges would
 * send as history. Made up by seed, or read from the shared recordings where they are. */
#pragma once

#include "core/batch.h"

struct packed {
	struct device_id from;
	uint64_t seq;
	utc_ms last; /* its newest event: the order */
	unsigned char *payload;
	size_t size;
};

enum batches_split { SPLIT_NONE, SPLIT_BATCHES, SPLIT_SAMPLES, SPLIT_COUNT };

struct batches {
	struct packed *list;
	unsigned n, cap;
	int one_wrist; /* who is made up wears one tracker */
	/* the device whose batches, or samples, come by two: which of them an event takes depends on
	 * its own time and the salt, so that a corrected one comes the way of the first */
	enum batches_split split;
	char split_device[ID_MAX + 1];
	uint64_t salt;
	int live;             /* not marked as history */
	const char *source;   /* all of it comes from this one; NULL: as it is */
	int64_t clock_off_ms; /* of whoever sends it */
};

void batches_finish(struct batches *b);
/* Copies and packs; the device's next seq, marked as history. */
void batches_add(struct batches *b, struct batch *one, utc_ms last);
void batches_sort(struct batches *b);

struct zone;
/* A made-up person: movement from two wrists with holes, a maker's records with revisions, deletions
 * and naps, taps with corrections, bed markers, and days without anything. */
void batches_make_up(struct batches *b, const char *person, const struct zone *z,
	civil_day first, int days, uint64_t seed);

/* The directory of the shared recordings, or NULL (said why on stdout). */
const char *shared_data(char ret[static 256]);
/* sleep/awd/example_<nr>.AWD as activity of the person, its clock taken as UTC. 0, or 1: not
 * there. */
int batches_awd(struct batches *b, const char *person, int nr);
/* The minutes of an .AWD file: malloc'd, *ret_n of them from *ret_start. NULL: not there. */
double *awd_read(int nr, utc_ms *ret_start, uint32_t *ret_n);
/* pain/e2e, world `central`: the first `people` of its people for `days` days. 0, or 1. */
int batches_diary(struct batches *b, int people, int days);
