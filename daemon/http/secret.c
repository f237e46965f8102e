/* SPDX-License-Identifier: MIT */
/* See secret.h. */
#include "http/secret.h"

#include <stddef.h>
#include <string.h>

int
secret_same(const char *a, const char *b)
{
	if (!a || !b)
		return 0;
	size_t n = strlen(a), m = strlen(b);
	volatile unsigned differ = n != m;
	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)a[i] ^ (unsigned char)b[m ? i % m : 0];
	return differ == 0;
}
