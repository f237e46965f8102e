/* SPDX-License-Identifier: MIT */
/* See hand.h. One line: times, size, mtime, inode, path. */
#include "hand.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_LEN (PATH_MAX + 128)

static void
name_of(const char *spool, char ret[static PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s/at-hand", spool);
}

static void
line_of(const char *path, const struct stamp *s, char ret[static LINE_MAX_LEN])
{
	snprintf(ret, LINE_MAX_LEN, "%lld %lld %lld %s", (long long)s->size,
		(long long)s->mtime_ns, (long long)s->inode, path);
}

int
hand_take(const char *spool, const char *path, const struct stamp *stamp)
{
	char name[PATH_MAX], line[LINE_MAX_LEN], before[LINE_MAX_LEN] = "", *rest;
	long times = 0;

	name_of(spool, name);
	line_of(path, stamp, line);
	FILE *f = fopen(name, "re");
	if (f) {
		before[fread(before, 1, sizeof before - 1, f)] = 0;
		fclose(f);
		times = strtol(before, &rest, 10);
		if (*rest != ' ' || strcmp(rest + 1, line) != 0 || times < 0 ||
			times > HAND_MAX)
			times = 0;
	}
	f = fopen(name, "we");
	if (f) {
		fprintf(f, "%ld %s", times < HAND_MAX ? times + 1 : times, line);
		fclose(f);
	}
	return (int)times;
}

void
hand_empty(const char *spool)
{
	char name[PATH_MAX];

	name_of(spool, name);
	unlink(name);
}
