/* SPDX-License-Identifier: MIT */
/* Small valid batches to send. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "peer.h"

#define BATCH_BYTES_MAX 4096

/* An hour of minute activity from start_ms on; every value differs from the next. */
size_t batch_activity(unsigned char ret[static BATCH_BYTES_MAX], uint64_t epoch,
	uint64_t seq, int64_t start_ms);
/* A vendor's night [start_ms, start_ms + minutes): FINAL, light sleep with ten minutes awake in
 * the middle. */
size_t batch_night(unsigned char ret[static BATCH_BYTES_MAX], uint64_t epoch,
	uint64_t seq, int64_t start_ms, int minutes);
/* Publishes an hour of yesterday, by its seq: nothing of it lies in the future. */
void batch_publish(struct peer *p, const char *topic, uint64_t epoch, uint64_t seq);
