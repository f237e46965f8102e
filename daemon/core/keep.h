/* SPDX-License-Identifier: MIT */
/* What is stored is made equal to what was made: compares, writes what differs, and decides
 * what is news. Knows no scorer and no zone. All return 0 or what io returned. */
#pragma once

#include "core/line_io.h"
#include "core/night.h"

/* The nights of a date as they come out now. */
struct nights {
	civil_day date;
	unsigned n;
	int open; /* a rest is under way */
	/* names of values that depend on earlier nights as well, ends with NULL; or NULL */
	const char *const *across; /* borrowed */
	struct night list[NIGHTS_MAX];
};

/* Revisions count what was told. A night is told for the first time while it is live and young; from then on
 * every change of its own is told, however late, and so is that it disappeared. What only
 * follows from a change of an earlier night (`across`) is told while the night is young.
 * now = INT64_MAX: history, nothing is young. *ret_changed = 1 if a stored night changed.
 * A live forecast of the date is marked if its night came or changed after it. */
int keep_nights(const struct line_io *io, const char *person, struct nights *made,
	utc_ms now, int *ret_changed) must_check;
/* f NULL: the day has none. q is what is stored of the day; it follows. a NULL: no alert. */
int keep_forecast(const struct line_io *io, const char *person, struct day *q,
	const struct forecast *f) must_check;
/* f: what the alert rests on; told where that is live. */
int keep_alert(const struct line_io *io, const char *person, struct day *q,
	const struct alert *a, const struct forecast *f) must_check;
