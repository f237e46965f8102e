/* SPDX-License-Identifier: MIT */
/* A record's story in a test: the same night in several files, one written after the other. */
#pragma once

#include "bridge_vendors.h"

#include <fcntl.h>
#include <sys/stat.h>

#define STORY_MS                                                                         \
	INT64_C(1774785600000) /* 2026-03-29T12:00Z: when the first was written */

/* Adds a file that was written so many hours after the first one. */
static inline void
story_add(struct run *r, const char *name, const char *text, int hours)
{
	struct timespec at = {.tv_sec = (time_t)(STORY_MS / SECOND_MS) + 3600L * hours};

	run_add(r, name, text, strlen(text));
	assert_int_equal(utimensat(AT_FDCWD, r->path[r->o.n_paths - 1],
				 (const struct timespec[]){at, at}, 0),
		0);
}

/* Two files, the second written an hour later, read in either order. */
static inline void
story_two(struct run *r, const char *first, const char *second, int turned)
{
	story_add(r, turned ? "b" : "a", turned ? second : first, turned ? 1 : 0);
	story_add(r, turned ? "a" : "b", turned ? first : second, turned ? 0 : 1);
	run_go(r);
}

/* How many sessions are not deleted. */
static inline size_t
living(const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < nights(r); i++)
		n += (int)night(r, i)->origin->status != RECORD_DELETED;
	return n;
}
