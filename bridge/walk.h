/* SPDX-License-Identifier: MIT */
/* Files and directories: calls back for every regular file under a path, in the order of
 * their names, so that the same directory is always read in the same order. */
#pragma once

#include "base/base.h"

#define WALK_DEPTH_MAX 16

/* in_directory: found in one, not named by the user. each() != 0 stops and is returned.
 * 0 or negative errno (of the first path only; what cannot be read below is passed over
 * through each(), which will fail to open it). */
int walk(const char *path, int (*each)(void *ctx, const char *file, int in_directory),
	void *ctx) must_check;
