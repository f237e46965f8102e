/* SPDX-License-Identifier: MIT */
/* The way back: a struct batch as the bytes that a bridge would send. For tests only; knows
 * the schema and nothing else. What decode gives for the bytes is what was put in. */
#pragma once

#include "core/batch.h"

/* malloc'd; *ret_n bytes. Values are rounded to their channel's scale, NAN becomes missing. */
unsigned char *wire_pack(const struct batch *b, size_t *ret_n) must_check;
