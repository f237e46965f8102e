/* SPDX-License-Identifier: MIT */
/* The bytes of an input as a file of their own, for readers that need one (SQLite): private,
 * in $TMPDIR or /var/tmp, and gone afterwards, also when a signal ends the program. */
#pragma once

#include "input.h"

#define SPILL_MAX INT64_C(4294967296) /* no phone's database is nearly as large */

/* Reads `from` to its end into a temporary file, changed when `from` was, and opens that as
 * *ret. One at a time. 0 or negative errno; -EFBIG beyond SPILL_MAX. */
int spill_open(struct input *from, struct input *ret) must_check;
void spill_close(struct input *in);
