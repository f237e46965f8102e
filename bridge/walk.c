/* SPDX-License-Identifier: MIT */
/* Directory walk, see walk.h. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Byte order, not the locale's. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
descend(const char *path, int depth,
	int (*each)(void *ctx, const char *file, int in_directory), void *ctx)
{
	struct stat st;
	struct dirent **entries;
	int r = 0;

	if (strcmp(path, "-") == 0)
		return each(ctx, path, 0);
	if (stat(path, &st) != 0)
		return depth ? 0 : -errno;
	if (!S_ISDIR(st.st_mode))
		return depth && !S_ISREG(st.st_mode) ? 0 : each(ctx, path, depth > 0);
	if (depth == WALK_DEPTH_MAX)
		return 0;
	int n = scandir(path, &entries, is_visible, by_name);
	if (n < 0)
		return depth ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (r == 0) {
			size_t size = strlen(path) + strlen(entries[i]->d_name) + 2;
			char *below = xcalloc(size, 1);
			snprintf(below, size, "%s/%s", path, entries[i]->d_name);
			r = descend(below, depth + 1, each, ctx);
			free(below);
		}
		free(entries[i]);
	}
	free(entries);
	return r;
}

int
walk(const char *path, int (*each)(void *ctx, const char *file, int in_directory),
	void *ctx)
{
	return descend(path, 0, each, ctx);
}
