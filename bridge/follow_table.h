/* SPDX-License-Identifier: MIT */
/* The table of followed files, for follow.c (rules) and follow_scan.c (directories) alone. */
#pragma once

#include <sys/stat.h>

#include "follow.h"

struct file {
	char *path; /* first: they are sorted by it */
	int root, in_directory, is_there, is_taken, is_known;
	struct stamp stamp;
	struct seen before;
	int64_t since_ms; /* has been as it is */
	int64_t quiet_ms; /* counts as complete from here */
	int64_t again_ms; /* not before, after a failure */
	int64_t wait_ms;
	unsigned scan; /* that saw it last */
};

struct root {
	char *path;
	int fault; /* negative errno of the last look */
};

struct follow {
	struct follow_options o;
	struct root *roots;
	struct file *files;
	size_t n, cap, cursor;
	int64_t due_ms;
	int is_over;
	unsigned scan;
};

struct moment {
	mono_ms now;
	utc_ms wall;
	int moved; /* what is found was moved here */
};

struct file *follow_find(const struct follow *f, const char *path);
/* Below which of our paths it lies; -1: none. */
int follow_root_of(const struct follow *f, const char *path);
/* Notes how the file is now. */
void follow_look(struct follow *f, const char *path, const struct stat *st,
	const struct moment *m);
void follow_drop(struct follow *f, size_t at);
