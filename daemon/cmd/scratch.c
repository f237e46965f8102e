/* SPDX-License-Identifier: MIT */
/* See scratch.h. Follows no link when it removes. */
#include "cmd/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int
scratch_make(char ret[static SCRATCH_PATH])
{
	const char *tmp = getenv("TMPDIR");
	char path[SCRATCH_PATH];
	int n = snprintf(
		path, sizeof path, "%s/dozed-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (n < 0 || n >= SCRATCH_PATH)
		return -ENAMETOOLONG;
	if (!mkdtemp(path))
		return -errno;
	memcpy(ret, path, sizeof path);
	return 0;
}

int
scratch_dir(const char *scratch, const char *name, char ret[static SCRATCH_PATH])
{
	int n = snprintf(ret, SCRATCH_PATH, "%s/%s", scratch, name);
	if (n < 0 || n >= SCRATCH_PATH)
		return -ENAMETOOLONG;
	return mkdir(ret, 0700) < 0 ? -errno : 0;
}

static int
copy_bytes(int from, int to)
{
	ssize_t n;
	while ((n = sendfile(to, from, NULL, 1 << 20)) > 0)
		;
	return n < 0 ? -errno : 0;
}

int
scratch_copy(const char *file, const char *dir, const char *name)
{
	char path[2 * SCRATCH_PATH];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	int from = open(file, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return -errno;
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	int r = to < 0 ? -errno : copy_bytes(from, to);
	if (to >= 0 && close(to) < 0 && r == 0)
		r = -errno;
	close(from);
	return r;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void
scratch_remove(char *scratch)
{
	if (*scratch)
		nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	*scratch = '\0';
}
