/* SPDX-License-Identifier: MIT */
/* Makers' own records of one date: which of two of the same sleep is kept, and which follow each
 * other so closely that they are one sleep. The rules for people: docs/nights.md, "The same
 * night from two roads". Part of core/bed. */
#pragma once

#include "core/bed.h"

/* Two records are of the same sleep if they have more than this in common, or half of the shorter
 * one: makers do not see its ends at the same minute. */
#define NIGHT_EDGE_MS (30 * MINUTE_MS)

/* Asleep or not, the time that the records cover: without what lies between two parts. */
int64_t bed_length_ms(const struct bed_time *p);
int64_t bed_common_ms(const struct bed_time *a, const struct bed_time *b);
/* At most NIGHTS_MAX, by start; the shortest go. Returns how many. */
unsigned bed_records(
	const struct night_input *in, struct bed_time ret[static NIGHTS_MAX]);
