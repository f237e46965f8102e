/* SPDX-License-Identifier: MIT */
/* A directory for one command's own use, removed with everything in it afterwards. */
#pragma once

#include "base/base.h"

#define SCRATCH_PATH 256

/* Makes $TMPDIR/dozed-XXXXXX (/tmp where TMPDIR is not set), 0700. 0 or negative errno. */
int scratch_make(char ret[static SCRATCH_PATH]) must_check;
/* Makes a directory in it; ret = its path. */
int scratch_dir(
	const char *scratch, const char *name, char ret[static SCRATCH_PATH]) must_check;
/* Copies a file into dir under a name; 0755. */
int scratch_copy(const char *file, const char *dir, const char *name) must_check;
/* Removes the tree; "" is nothing. For cleanup() too. */
void scratch_remove(char *scratch);
