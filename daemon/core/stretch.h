/* SPDX-License-Identifier: MIT */
/* A stretch: everything known of one person over some hours, fetched through line_io and
 * laid out on the board: streams in every step that somebody reads, what SLIDING and RECORDING
 * scorers make of them, sessions and markers as lists. The same for a live night, a late one
 * and a replay. Fast channels (acceleration) are fetched hour by hour, where there are any, and
 * never held longer; what was made of an hour may be kept for the next stretch. */
#pragma once

#include "core/board_run.h"
#include "core/line_io.h"
#include "core/night.h"

#define STRETCH_FAST_MAX 3

/* A device that had samples of a fast channel in these hours. */
struct stretch_seen {
	uint16_t channel;
	char device[STREAM_KEY_LEN];
	int64_t from_ms, to_ms;
};

struct stretch {
	struct board *board; /* borrowed: the pipeline */
	utc_ms from,
		to; /* what was asked for; grids reach a margin further on both sides */
	unsigned n_streams;
	struct stream streams[SCORER_PORTS_MAX];
	uint16_t stream_channels[SCORER_PORTS_MAX]; /* on the board */
	unsigned char as_events[SCORER_PORTS_MAX];  /* somebody reads it so */
	int activity;                               /* index into streams */
	unsigned n_fast;
	struct stream fast[STRETCH_FAST_MAX];
	uint16_t fast_channels[STRETCH_FAST_MAX];
	struct stretch_seen *seen;
	unsigned n_seen, cap_seen;
	unsigned char *hours; /* since begin_hour: 1 = has samples of fast channels */
	uint32_t cap_hours, n_hours;
	int64_t begin_hour_ms;
	struct kept_hours kept;
	int has_samples;
	unsigned char *worn;
	double *sums;
	uint32_t cap_minutes;
	unsigned n_sessions, n_markers;
	struct session sessions[NIGHT_SESSIONS_MAX];
	unsigned char session_live[NIGHT_SESSIONS_MAX];
	utc_ms session_received[NIGHT_SESSIONS_MAX];
	struct stage_span *spans; /* NIGHT_SPANS_MAX */
	uint32_t n_spans;
	struct marker markers[NIGHT_MARKERS_MAX];
};

/* Streams for `activity` and for every channel of the wire that a scorer reads, but for DAYS
 * scorers. -E2BIG: more than fit. */
int stretch_init(struct stretch *s, struct board *b) must_check;
void stretch_finish(struct stretch *s);
/* From here on what fast scorers make of an hour is made once for all stretches of the person: to
 * be called only where his inputs do not change until stretch_forget(), as within a transaction.
 * Without it every load makes everything anew. */
void stretch_keep(struct stretch *s, const char *person);
void stretch_forget(struct stretch *s);
/* Fetches and lays out [from, to). 0 or what io returned. */
int stretch_load(struct stretch *s, const struct line_io *io, const char *person,
	utc_ms from, utc_ms to) must_check;
