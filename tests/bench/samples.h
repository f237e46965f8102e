/* SPDX-License-Identifier: MIT */
/* A line_io whose one person has samples and nothing else. */
#pragma once

#include "core/stretch.h"

static inline int
no_sessions(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct session *, utc_ms, int), void *ctx)
{
	(void)user, (void)person, (void)from, (void)to, (void)each, (void)ctx;
	return 0;
}

static inline int
no_markers(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct marker *), void *ctx)
{
	(void)user, (void)person, (void)from, (void)to, (void)each, (void)ctx;
	return 0;
}

#define SAMPLES_ALONE(f)                                                                 \
	{                                                                                \
		.samples = f, .sessions = no_sessions, .markers = no_markers             \
	}
