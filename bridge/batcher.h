/* SPDX-License-Identifier: MIT */
/* Cuts a sorted collection into batches: a local day each, everyone's Monday before
 * anyone's Tuesday, smaller where a day does not fit; and hands them to an outlet. */
#pragma once

#include "pack.h"

/* Where batches go: a recording or a spool. put() sets epoch, seq and sent_ms, and keeps
 * what it needs before it returns. 0 or negative errno. */
struct outlet {
	int (*put)(void *ctx, struct wearer *w, struct Dozed__V1__Batch *b);
	void *ctx;
};

/* zone NULL: days are cut at UTC midnight. 0, what put() returned, or -EMSGSIZE (a record
 * that fits in no batch: cannot happen within the limits of collect.h). */
int batcher_run(const struct collect *c, const struct zone *zone, utc_ms now,
	unsigned parts, const struct outlet *to) must_check;
