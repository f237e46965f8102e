/* SPDX-License-Identifier: MIT */
/* Streams: the samples of one person and one channel over a stretch of time, from any number
 * of devices and batches in any order, made into one ordered grid of minutes.
 *
 * Rules, none of which depends on the order of arrival:
 * - the same (device, time) twice: the higher revision wins; at the same revision a value
 *   beats a hole, and of two different values the larger one wins;
 * - samples finer than a minute are summed or averaged by their channel (struct channel.fold);
 * - several devices: minute by minute the device with the most samples in the stretch that
 *   has a value there (ties: by source and device name). Values of two devices are never mixed.
 * A hole is NAN. Memory is kept between uses: after warm-up nothing is allocated. */
#pragma once

#include "core/batch.h"

#define STREAM_STEP_MS MINUTE_MS
#define STREAM_SAMPLES_MAX                                                               \
	400000 /* a stretch of one channel; beyond it samples are counted, not used */
#define STREAM_DEVICES_MAX 64

/* [start, start + n minutes). v[i] is the minute that starts at start + i * STREAM_STEP_MS. */
struct grid {
	utc_ms start;
	uint32_t n;
	double *v; /* owned by the stream */
};

struct stream_sample {
	int64_t t, revision;
	double v;
	uint32_t device;
};

struct stream {
	const struct channel *channel; /* borrowed: the static table */
	struct grid grid;
	uint32_t grid_cap;
	struct stream_sample *samples;
	uint32_t n_samples, cap_samples;
	uint32_t n_devices;
	char devices[STREAM_DEVICES_MAX][2 * ID_MAX + 2]; /* "source/device" */
	uint32_t per_device[STREAM_DEVICES_MAX];
	uint64_t dropped; /* beyond the limits above */
	int live;         /* a sample came from a batch that is not historical */
};

/* Zeroed memory is a valid stream. */
void stream_finish(struct stream *s);
/* Empties it for [from, to), both rounded outwards to whole minutes. */
void stream_reset(
	struct stream *s, const struct channel *channel, utc_ms from, utc_ms to);
/* Takes the samples of the channel in the stretch; others are passed over. */
void stream_push(struct stream *s, const struct batch *b);
/* Makes the grid. After it the devices are ranked: devices[0] has the most samples. */
void stream_close(struct stream *s);

/* Index of the minute that holds t, clamped to [0, n]. */
uint32_t grid_index(const struct grid *g, utc_ms t);
utc_ms grid_time(const struct grid *g, uint32_t i);
