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
/* The instant of a face. NULL, or why it cannot be: in the future, before 1970. */
const char *wrist_clock_at(const struct reading *g, const struct wrist_clock *c,
	int64_t face, int64_t *ret) must_check;
