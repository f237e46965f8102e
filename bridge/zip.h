/* SPDX-License-Identifier: MIT */
/* A zip file as a directory of streams: nothing is unpacked but what is being read, and
 * neither the directory nor an entry is held. Names in it are names for messages; nothing is
 * ever written under one. Not taken: what is encrypted, or packed other than by deflate, and
 * what could be a bomb: an entry that grows beyond ZIP_RATIO_MAX, entries that lie over each
 * other. Entries whose names begin with a dot are passed over, as in a directory. */
#pragma once

#include "base/civil.h"
#include "input.h"

#define ZIP_NAME_MAX    512
#define ZIP_ENTRIES_MAX 200000 /* ten years of a file a day, of dozens of kinds */
/* What people export shrinks to a fifth or a fortieth; deflate could do a thousandth. */
#define ZIP_RATIO_MAX  200
#define ZIP_RATIO_FROM (64 * 1024 * 1024) /* less than this does no harm */

struct zip_reading {
	const char *path;
	/* An entry's written_ms is its own time: in UTC where the zip states it so, else its
	 * local time in this zone; where that is NULL, or no sensible time is stated, the
	 * zip file's. */
	const struct zone *zone;
	utc_ms now;
	int64_t written_ms; /* of the zip file */
	/* An entry, read on from its beginning; a database lies in a file, in->file. != 0
	 * stops and is returned. */
	int (*each)(void *ctx, const char *name, struct input *in);
	/* Why an entry (name NULL: the rest) cannot be read. */
	void (*refuse)(void *ctx, const char *name, const char *why);
	void *ctx;
};

int zip_is(const char *head, size_t n);
/* 0, what each() returned, or 1 if the zip itself cannot be read, which was refused. */
int zip_each(const struct zip_reading *z) must_check;
