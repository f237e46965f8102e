/* SPDX-License-Identifier: MIT */
/* Makers' own records of one date: which of two that overlap is kept, and which follow each
 * other so closely that they are one sleep. Part of core/bed. */
#pragma once

#include "core/bed.h"

/* Asleep or not, the time that the records cover: without what lies between two parts. */
int64_t bed_length_ms(const struct bed_time *p);
/* At most NIGHTS_MAX, by start; the shortest go. Returns how many. */
unsigned bed_records(
	const struct night_input *in, struct bed_time ret[static NIGHTS_MAX]);
