/* SPDX-License-Identifier: MIT */
/* What the readers of actigraphs share: a clock on the wrist that was set to local time once, at
 * the start, and runs on whatever the clocks on the wall do. What it shows is therefore no wall
 * time after a change of clocks: an instant is the start plus what it ran on. Times it shows are
 * "faces": milliseconds since 1970-01-01T00:00 of the clock itself. */
#pragma once

#include "vendor.h"

struct wrist_clock {
	int64_t face, instant; /* what it showed at the start, and when that was */
};

/* From the face alone: --zone says when it was. NULL, or why not: no --zone. */
const char *wrist_clock_set(
	const struct reading *g, int64_t face, struct wrist_clock *ret);
/* The instant of a face. NULL, or why it cannot be: in the future, before 1900. */
const char *wrist_clock_at(const struct reading *g, const struct wrist_clock *c,
	int64_t face, int64_t *ret) must_check;

/* Record ids of actigraphy: a person marks the nights on the computer, and may move an edge or
 * number them anew; what stays is the date on which a night ends and its rank among those that
 * end then, the longest first. */
struct wrist_night {
	int64_t end_face, length; /* length 0: none */
};

/* How many that end on the date of the i-th are longer, or as long and before it. */
unsigned wrist_rank(const struct wrist_night *v, size_t n, size_t i);
/* "serial.2026-03-29.0"; without a serial number "2026-03-29.0". */
void wrist_night_id(
	struct found_session *s, const char *serial, int64_t end_face, unsigned rank);
