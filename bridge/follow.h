/* SPDX-License-Identifier: MIT */
/* Which files of the followed paths are to be read, and when: rules over names, sizes and times.
 * Time is an argument: `now` is monotonic, `wall` is what files are stamped with. Knows no reader,
 * no spool and no notification (watch.h); what it is not told of, the next scan finds.
 *
 * A file is read when it has stayed as it is for the settling time, or at once if it was moved
 * here as a whole, and nobody has it open for writing (where that can be known: local files of our
 * own user; after FOLLOW_OPEN_MAX_MS it is read all the same). It is read again when its size,
 * time or inode has changed, and, if it could not be read to its end, after a while. */
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "seen.h"

#define FOLLOW_FILES_MAX    100000
#define FOLLOW_DEPTH_MAX    16
#define FOLLOW_OPEN_MAX_MS  (10 * MINUTE_MS)
#define FOLLOW_AGAIN_MS     MINUTE_MS /* after a failure; doubled every time */
#define FOLLOW_AGAIN_MAX_MS (6 * HOUR_MS)

struct follow;

struct follow_options {
	char *const *paths;
	int n;
	int64_t settle_ms;
	/* A directory was found below a path, or the one that a followed file lies in. */
	void (*directory)(void *ctx, const char *path);
	/* A file that was read is gone. */
	void (*gone)(void *ctx, const char *path);
	void *ctx;
};

struct follow_file {
	char *path; /* the taker frees it */
	int in_directory;
	struct stamp stamp;
	int is_again;       /* as it is it was tried before, and could not be read */
	struct seen before; /* as what it was read */
	int is_known;       /* there is a `before` */
};

/* 1: a part of something that a synchroniser, a browser or a database keeps for itself. */
int follow_is_ignored(const char *name);

/* Relative paths become absolute. */
struct follow *follow_new(const struct follow_options *o);
struct follow *follow_free(struct follow *f); /* NULL is fine; returns NULL */

/* Before the first scan: what was read by an earlier run. */
void follow_remember(struct follow *f, const char *path, const struct seen *seen);
/* Looks at all paths; what is no longer there is forgotten. */
void follow_scan(struct follow *f, mono_ms now, utc_ms wall);
/* A directory is new, or was moved here: then its files count as moved here, too. */
void follow_directory(
	struct follow *f, const char *path, int was_moved_here, mono_ms now, utc_ms wall);
/* Something happened to this file. */
void follow_touch(
	struct follow *f, const char *path, int was_moved_here, mono_ms now, utc_ms wall);

/* 1: a file to be read now, *ret. It is not offered again before follow_done(). */
int follow_next(
	struct follow *f, mono_ms now, utc_ms wall, struct follow_file *ret) must_check;
void follow_done(
	struct follow *f, const char *path, const struct seen *seen, mono_ms now);
/* It could not be taken now for no fault of its own: offered again after wait_ms. */
void follow_later(struct follow *f, const char *path, int64_t wait_ms, mono_ms now);
/* When to ask again if nothing happens; INT64_MAX: not at all. */
mono_ms follow_due(const struct follow *f);

/* Paths that could not be looked at in the last scan, and why; NULL after the last. */
const char *follow_missing(const struct follow *f, int i, const char **ret_why);
/* 1: there are more than FOLLOW_FILES_MAX. */
int follow_is_over(const struct follow *f);
