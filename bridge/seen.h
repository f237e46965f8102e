/* SPDX-License-Identifier: MIT */
/* Which files were read before, and as what: kept in the spool's database, in one transaction with
 * the batches that came of them, so that neither a restart nor a touch reads a file twice. */
#pragma once

#include "base/base.h"

#define SEEN_HASH_MAX                                                                    \
	(4 * 1024 * 1024) /* bytes: larger files are told apart by their times */

struct stamp {
	int64_t size, mtime_ns, inode;
};

struct seen {
	struct stamp stamp;
	uint64_t hash; /* of the content; 0: too large to tell */
	int whole;     /* it was read to its end; 0: to be tried again */
};

struct spool;
/* whose: "person/source/device" that files are read for. each() != 0 stops and is returned. */
int spool_seen_each(struct spool *s, const char *whose,
	int (*each)(void *ctx, const char *path, const struct seen *seen),
	void *ctx) must_check;
/* Committed with the batches that were put last. seen NULL: forget the path. */
int spool_seen_set(struct spool *s, const char *whose, const char *path,
	const struct seen *seen) must_check;
