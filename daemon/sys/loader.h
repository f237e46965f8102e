/* SPDX-License-Identifier: MIT */
/* Opens scorer .so files and hands out their descriptors. Trusts no path: the name is
 * [a-z0-9_]{1,32}, the file lies directly in the directory, is regular, and neither it nor the directory
 * can be written by others than root or the daemon's user. */
#pragma once

#include "base/base.h"
#include "scorer.h"

struct loader;

#define LOADER_WHY_LEN 256
enum { LOADER_E_REFUSED = 1 };

int loader_new(const char *dir, struct loader **ret) must_check;
struct loader *loader_free(struct loader *l); /* closes everything; returns NULL */
/* LOADER_E_REFUSED: why says so in one sentence. *ret is borrowed from the loader. */
int loader_open(struct loader *l, const char *name, const struct scorer **ret,
	char why[static LOADER_WHY_LEN]) must_check;
