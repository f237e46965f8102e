/* SPDX-License-Identifier: MIT */
/* The tray's files, for tray.c and tray_list.c alone. A document's name is
 * "<number>.<arrival in ms>.<person>.<format>": numbers only grow, so that the order of arrival
 * holds even when the clock is put back; person and format may be empty. What begins with a dot
 * is in the making, or the tray's own. */
#pragma once

#include "tray.h"

#include <limits.h>

#define TRAY_REASON    ".reason"    /* behind the name of a refused document */
#define TRAY_FORGOTTEN ".forgotten" /* in refused/: how many went for newer ones */

/* 1: a document's name; fills in what it says. */
int tray_parse(const char *name, uint64_t *ret_number, struct tray_item *ret) must_check;
/* "dir/name", or -ENAMETOOLONG. */
int tray_join(char ret[static PATH_MAX], const char *dir, const char *name) must_check;
/* Every document of dir, oldest first. */
int tray_each_of(const char *dir, int reasons,
	int (*each)(void *ctx, const struct tray_item *i), void *ctx) must_check;
