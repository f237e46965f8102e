/* SPDX-License-Identifier: MIT */
/* See utf8.h. */
#include "utf8.h"

#include <string.h>

size_t
utf8_length(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0x80                    ? 1
		     : p[0] >= 0xc2 && p[0] <= 0xdf ? 2
		     : (p[0] & 0xf0) == 0xe0        ? 3
		     : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
						    : 0;

	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		(p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

void
utf8_copy(char *ret, size_t size, const char *text)
{
	const unsigned char *p = (const unsigned char *)(text ? text : "");
	size_t n = strlen((const char *)p), at = 0;

	for (size_t len; n > 0; p += len, n -= len) {
		size_t whole = utf8_length(p, n);
		len = whole ? whole : 1;
		if (at + len >= size)
			break;
		memcpy(ret + at, whole ? (const void *)p : "?", len);
		at += len;
	}
	ret[at] = '\0';
}
