/* SPDX-License-Identifier: MIT */
/* Opens scorer .so files and hands out their descriptors. Trusts no path: the name is
 * [a-z0-9_]{1,32}, the file lies directly in the directory, is regular and no link, and
 * neither it nor the directory nor any parent can be changed by others than root or the
 * daemon's user (a sticky parent such as /tmp is safe). Calls nothing inside the .so;
 * what the descriptor says beyond its name is core/scorers' business. */
#pragma once

#include "base/base.h"
#include "scorer.h"

struct loader;

#define LOADER_WHY_LEN 256 /* = SCORERS_WHY_LEN */
enum { LOADER_E_REFUSED = 1 };

/* -ENOENT and so on if the directory cannot be opened. Whether it can be trusted is asked
 * at each loader_open, which has room to say why not. */
int loader_new(const char *dir, struct loader **ret) must_check;
/* Closes everything; the descriptors are gone. Returns NULL. */
struct loader *loader_free(struct loader *l);
/* Opens <dir>/<name>.so. LOADER_E_REFUSED: why says so in one sentence. *ret is borrowed
 * from the loader. */
int loader_open(struct loader *l, const char *name, const struct scorer **ret,
	char why[static LOADER_WHY_LEN]) must_check;
