/* SPDX-License-Identifier: MIT */
/* For scorers that say from minutes of activity whether the tracker was worn: their ports, and
 * how a minute is written. What tells a tracker on a table from a sleeper is theirs. */
#pragma once
#include "scorer.h"

#define MINUTE_MS 60000

enum { READ_ACTIVITY };
enum { WRITE_WORN };

static const struct scorer_port worn_reads[] = {{"activity", "counts", 0, 1e7, 1}, {0}};
static const struct scorer_port worn_writes[] = {{"worn", "0/1", 0, 1, 0}, {0}};

/* Minutes [from, to), but for those that were not recorded. */
static inline void
worn_put(const struct scorer_view *a, uint32_t from, uint32_t to, int worn,
	struct scorer_result *ret)
{
	for (uint32_t i = from; i < to; i++)
		if (!isnan(a->v[i]))
			scorer_put(ret, WRITE_WORN, a->t0_ms + (int64_t)i * MINUTE_MS,
				worn, 1);
}
