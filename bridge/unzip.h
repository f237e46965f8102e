/* SPDX-License-Identifier: MIT */
/* A zip file as a directory of streams: nothing is unpacked but what is being read, and no
 * entry is held. Names in it are names for messages; nothing is ever written under one. Not
 * taken: what is encrypted, and what could be a bomb: an entry that grows beyond
 * UNZIP_RATIO_MAX, entries that lie over each other, directories larger than any export's.
 * Entries whose names begin with a dot are passed over, as in a directory. */
#pragma once

#include "base/clock.h"
#include "input.h"

#define UNZIP_NAME_MAX      512
#define UNZIP_DIRECTORY_MAX (16 * 1024 * 1024) /* bytes; 100 000 entries or more */
/* What people export shrinks to a fifth or a fortieth; deflate could do a thousandth. */
#define UNZIP_RATIO_MAX  200
#define UNZIP_RATIO_FROM (64 * 1024 * 1024) /* less than this does no harm */

struct unzip {
	const char *path;
	/* An entry's written_ms is its own time where the zip states it in UTC. Most state a
	 * wall clock without its zone; that, or a time that cannot be, counts for nothing:
	 * then it is the zip file's. */
	utc_ms now;
	int64_t written_ms; /* of the zip file */
	/* An entry, read on from its beginning; a database lies in a file, in->file. != 0
	 * stops and is returned. */
	int (*each)(void *ctx, const char *name, struct input *in);
	/* Why an entry (name NULL: the rest) cannot be read. */
	void (*refuse)(void *ctx, const char *name, const char *why);
	void *ctx;
};

int unzip_sniff(const char *head, size_t n);
/* 0, what each() returned, or 1 if the zip itself cannot be read, which was refused. */
int unzip_each(const struct unzip *u) must_check;
