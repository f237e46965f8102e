/* SPDX-License-Identifier: MIT */
/* A recording: a file of length-delimited dozed.v1.Envelope, as `dozed import` reads it.
 * It is written beside its name and moved there when it is complete. */
#pragma once

#include "batcher.h"
#include "options.h"

#include <stdio.h>

struct recording {
	FILE *file;
	char *path, *temp; /* temp NULL: written in place (a pipe, a device, "-") */
	const struct options *options; /* borrowed: root, source, device */
	uint64_t epoch;
	utc_ms now;
	unsigned long batches;
	struct recorded_device {
		struct device_id id;
		uint64_t seq; /* the last one given */
	} * devices;
	size_t n_devices, cap_devices, last;
};

int recording_open(struct recording *r, const char *path, utc_ms now) must_check;
/* An outlet's put(); ctx = struct recording. */
int recording_put(void *ctx, struct wearer *w, struct Dozed__V1__Batch *b);
/* Syncs and moves into place. */
int recording_close(struct recording *r) must_check;
void recording_abandon(struct recording *r);

/* Whose batch of which device it is, by the options. */
void outlet_device(
	struct device_id *ret, const struct wearer *w, const struct options *o);

/* "<root>/v1/ingest/<person>/<source>/<device>" */
#define TOPIC_MAX 256
const char *ingest_topic(
	char ret[static TOPIC_MAX], const char *root, const struct device_id *from);
