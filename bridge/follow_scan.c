/* SPDX-License-Identifier: MIT */
/* What is there below the followed paths, see follow.h. */
#include "follow_table.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
is_ours(const struct dirent *e)
{
	return !follow_is_ignored(e->d_name);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
descend(struct follow *f, const char *path, int depth, const struct moment *m)
{
	struct stat st;
	struct dirent **entries;

	if (stat(path, &st) != 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		follow_look(f, path, &st, m);
	if (!S_ISDIR(st.st_mode) || depth == FOLLOW_DEPTH_MAX)
		return 0;
	if (f->o.directory) /* before it is listed: nothing falls between */
		f->o.directory(f->o.ctx, path);
	int n = scandir(path, &entries, is_ours, by_name);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char below[PATH_MAX];
		if (snprintf(below, sizeof below, "%s/%s", path[1] ? path : "",
			    entries[i]->d_name) < PATH_MAX)
			(void)!descend(
				f, below, depth + 1, m); /* gone since, or closed to us */
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static void
watch_parent(struct follow *f, const char *path)
{
	char dir[PATH_MAX];
	struct stat st;

	if (!f->o.directory || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return;
	snprintf(dir, sizeof dir, "%s", path);
	char *slash = strrchr(dir, '/');
	slash[slash == dir] = 0;
	f->o.directory(f->o.ctx, dir);
}

void
follow_scan(struct follow *f, mono_ms now, utc_ms wall)
{
	struct moment m = {now, wall, 0};

	f->scan++;
	for (int i = 0; i < f->o.n; i++) {
		watch_parent(f, f->roots[i].path);
		f->roots[i].fault = descend(f, f->roots[i].path, 0, &m);
	}
	for (size_t i = f->n; i-- > 0;) {
		struct file *x = &f->files[i];
		/* a path that cannot be looked at may come back with everything */
		int lost = x->root >= 0 && f->roots[x->root].fault && x->in_directory;
		if (x->scan == f->scan || x->is_taken)
			continue;
		x->is_there = 0;
		if (lost)
			continue;
		if (x->is_known && f->o.gone)
			f->o.gone(f->o.ctx, x->path);
		follow_drop(f, i);
	}
	f->is_over = f->is_over && f->n == FOLLOW_FILES_MAX;
}

void
follow_directory(
	struct follow *f, const char *path, int was_moved_here, mono_ms now, utc_ms wall)
{
	struct moment m = {now, wall, was_moved_here};
	int root = follow_root_of(f, path), depth = 0;

	if (root < 0)
		return;
	for (const char *p = path + strlen(f->roots[root].path); *p; p++)
		depth += *p == '/';
	if (depth <= FOLLOW_DEPTH_MAX)
		(void)!descend(f, path, depth, &m); /* gone again */
}

void
follow_touch(
	struct follow *f, const char *path, int was_moved_here, mono_ms now, utc_ms wall)
{
	struct moment m = {now, wall, was_moved_here};
	const char *slash = strrchr(path, '/');
	struct stat st;

	/* beside a single file lie others */
	if (follow_root_of(f, path) < 0 ||
		(follow_find(f, path) == NULL && slash && follow_is_ignored(slash + 1)))
		return;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		follow_look(f, path, &st, &m);
}
