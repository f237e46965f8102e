/* SPDX-License-Identifier: MIT */
/* What the kernel tells of directories (inotify), on a libuv loop. A hint, never the truth: network
 * mounts tell nothing, and a full queue or too many directories tell less; a scan now and then
 * must find the rest. */
#pragma once

#include <uv.h>

#include "base/base.h"

struct watch;

struct watch_events {
	void *ctx;
	/* A file was made, closed after writing, or (was_moved_here) moved here. */
	void (*file)(void *ctx, const char *path, int was_moved_here);
	/* So was a directory. */
	void (*directory)(void *ctx, const char *path, int was_moved_here);
	/* Something was not told: look at everything. */
	void (*missed)(void *ctx);
};

/* 0 or negative errno. */
int watch_open(
	uv_loop_t *loop, const struct watch_events *e, struct watch **ret) must_check;
/* Memory goes in the loop's close callbacks. Returns NULL; NULL is fine. */
struct watch *watch_close(struct watch *w);

/* Again, and under a new name, is fine. 0 or negative errno; -ENOSPC: the kernel's limit of watched
 * directories (fs.inotify.max_user_watches). */
int watch_add(struct watch *w, const char *directory) must_check;
