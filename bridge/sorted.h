/* SPDX-License-Identifier: MIT */
/* Tables sorted by a key that is the first member of every element. */
#pragma once

#include <stddef.h>
#include <string.h>

/* Where the key is, or belongs, among n elements of `size` bytes; *ret_found: it is there. */
static inline size_t
sorted_place(const void *v, size_t n, size_t size, const char *key, int *ret_found)
{
	size_t lo = 0, hi = n;

	*ret_found = 0;
	while (lo < hi && !*ret_found) {
		size_t mid = (lo + hi) / 2;
		const char *const *at =
			(const void *)((const unsigned char *)v + mid * size);
		int cmp = strcmp(*at, key);
		*ret_found = cmp == 0;
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return hi;
}
