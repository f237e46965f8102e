/* SPDX-License-Identifier: MIT */
/* Text of others, which may be none: the hub takes UTF-8 only. */
#pragma once

#include <stddef.h>

/* Bytes of the character at p, of which n follow; 0: it is none. */
size_t utf8_length(const unsigned char *p, size_t n);
/* As much of the text (NULL: none) as fits into size bytes, in whole characters; a byte that is part
 * of none becomes '?'. */
void utf8_copy(char *ret, size_t size, const char *text);
