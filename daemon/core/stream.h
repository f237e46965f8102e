/* SPDX-License-Identifier: MIT */
/* Streams: the samples of one person and one channel over a stretch of time, from any number
 * of devices and batches in any order, made into one series in the order of time, and that
 * into grids of whatever step is asked for.
 *
 * Rules, none of which depends on the order of arrival:
 * - the same (device, time) twice: the higher revision wins; at the same revision a value
 *   beats a hole, and of two different values the larger one wins;
 * - devices are ranked by their samples in the stretch, ties by source and device name. A
 *   sample of a regular series covers [t, t + interval): the first device's samples all count,
 *   then the next one's where nothing of what they cover is covered already, but for
 *   STREAM_SLACK_MS or a quarter of their interval on either side, whichever is less: clocks
 *   wander. So one recording that came by two devices, each sample by either, is the same as by
 *   one, and what two devices both measured is never mixed;
 * - a sample of an irregular series covers its whole minute, and counts where no earlier device
 *   covers any of it: in a minute, beats are one device's;
 * - only then is folded: samples finer than the grid are summed or averaged by their channel
 *   (struct channel.fold); one that is coarser lies in the cell in which it begins.
 * A hole is NAN. Memory is kept between uses: after warm-up nothing is allocated. */
#pragma once

#include "core/batch.h"

#define STREAM_STEP_MS  MINUTE_MS
#define STREAM_SLACK_MS 500
/* Of a stretch of one channel. Beyond either, whole devices are left out, the last by name first. */
#define STREAM_SAMPLES_MAX 2000000
#define STREAM_DEVICES_MAX 64
/* What the recorded interval is rounded to: a fast channel is shown finer (struct channel.fast) */
#define STREAM_RECORDED_MIN_MS  1000
#define STREAM_RECORDED_FAST_MS 5
#define STREAM_RECORDED_MAX_MS  60000
#define STREAM_INTERVALS_MAX    16 /* different ones that are counted: the first in time */

/* [start, start + n minutes). v[i] is the minute that starts at start + i * STREAM_STEP_MS. */
struct grid {
	utc_ms start;
	uint32_t n;
	double *v; /* owned by the stream */
};

#define STREAM_KEY_LEN (2 * ID_MAX + 2) /* "source/device" */

/* Regular samples: i lies at start + i * interval_ms and has values[at + i]. */
struct stream_run {
	int64_t start, revision;
	uint32_t interval_ms, n, device;
	size_t at;
};

struct stream_sample {
	int64_t t, revision;
	double v;
	uint32_t interval_ms, device; /* interval_ms = 0: irregular */
};

struct stream_cover {
	int64_t from, to;
};

struct stream {
	const struct channel *channel; /* borrowed: the static table */
	struct grid grid;
	uint32_t grid_cap;
	uint32_t n_samples; /* different (device, time), once settled */
	uint32_t n_runs, cap_runs, n_values, cap_values, n_single, cap_single, cap_spare;
	struct stream_run *runs;
	double *values;
	/* irregular ones; once settled, if as_runs is 0, all that count, by time */
	struct stream_sample *single, *spare;
	struct stream_cover *cover, *cover_spare;
	uint32_t cap_cover;
	int settled;
	int as_runs; /* settled: the runs follow each other and all of them count */
	uint32_t n_devices;
	char devices[STREAM_DEVICES_MAX][STREAM_KEY_LEN];
	uint32_t per_device
		[STREAM_DEVICES_MAX]; /* what came; once settled, what is different */
	char beyond
		[STREAM_KEY_LEN]; /* this device and those after it are left out; "" = none */
	uint64_t dropped;         /* samples of such */
	int live;                 /* a sample came from a batch that is not historical */
};

/* Zeroed memory is a valid stream. */
void stream_finish(struct stream *s);
/* Empties it for [from, to), both rounded outwards to whole minutes. */
void stream_reset(
	struct stream *s, const struct channel *channel, utc_ms from, utc_ms to);
/* Takes the samples of the channel in the stretch; others are passed over. */
void stream_push(struct stream *s, const struct batch *b);
/* Applies the rules, once. After it the devices are ranked: devices[0] has the most samples. */
void stream_settle(struct stream *s);
/* Settles it and makes the grid of minutes. */
void stream_close(struct stream *s);

/* Of a settled stream: n cells of step_ms from t0_ms on. */
void stream_fold(
	const struct stream *s, int64_t t0_ms, uint32_t step_ms, uint32_t n, double *ret);
/* The recording's own interval: the most frequent one among the samples that count (ties: the
 * shorter); of irregular series the median spacing, in whole seconds. Between the limits
 * above. 0: it has no value. */
uint32_t stream_interval_ms(const struct stream *s);
/* The samples that count, by time: no more than n_samples, of the rest none is there twice.
 * Returns how many. */
uint32_t stream_events(const struct stream *s, int64_t *ret_t_ms, double *ret_v);

/* Index of the minute that holds t, clamped to [0, n]. */
uint32_t grid_index(const struct grid *g, utc_ms t);
utc_ms grid_time(const struct grid *g, uint32_t i);
/* The last multiple of step at or before t. */
static inline int64_t
grid_floor(int64_t t, int64_t step)
{
	int64_t r = t % step;
	return t - (r < 0 ? r + step : r);
}
