/* SPDX-License-Identifier: MIT */
/* See form.h. */
#include "web/form.h"

#include <stdio.h>
#include <string.h>

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 1 if all of [p, p + n) fits decoded into ret. */
static int
decode(const char *p, size_t n, char *ret, size_t size)
{
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)p[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int both = i + 2 < n; /* digits of it are inside */
			int high = both ? hex(p[i + 1]) : -1;
			int low = both ? hex(p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return 0;
			c = high * 16 + low;
			i += 2;
		}
		if (c == 0 || used + 1 >= size)
			return 0;
		ret[used++] = (char)c;
	}
	ret[used] = '\0';
	return 1;
}

int
form_field(const char *body, size_t n, const char *name, char *ret, size_t size)
{
	size_t name_n = strlen(name);
	int found = 0;
	for (const char *p = body, *end = body + n; p < end;) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		const char *stop = amp ? amp : end;
		const char *eq = memchr(p, '=', (size_t)(stop - p));
		if (eq && (size_t)(eq - p) == name_n && memcmp(p, name, name_n) == 0) {
			if (found++ ||
				!decode(eq + 1, (size_t)(stop - eq - 1), ret, size))
				return 0;
		}
		p = stop + 1;
	}
	return found;
}

int
form_number(const char *text, int max, int *ret)
{
	int v = 0;
	size_t n = strlen(text);
	if (n == 0 || n > 4)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		v = v * 10 + (text[i] - '0');
	}
	if (v > max)
		return 0;
	*ret = v;
	return 1;
}
