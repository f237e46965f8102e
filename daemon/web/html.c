/* SPDX-License-Identifier: MIT */
/* See html.h. The buffer doubles up to HTML_MAX; what goes beyond is left off and noted. */
#include "web/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 8192
#define PIECE 1024 /* the longest sentence is shorter */

void
html_finish(struct html *h)
{
	free(h->data);
	*h = (struct html){0};
}

static void
append(struct html *h, const char *bytes, size_t n)
{
	if (h->overflow || n > HTML_MAX - h->n) {
		h->overflow = 1;
		return;
	}
	if (h->n + n > h->size) {
		size_t size = h->size ? h->size : FIRST;
		while (size < h->n + n)
			size *= 2;
		h->data = xrealloc(h->data, size, 1);
		h->size = size;
	}
	memcpy(h->data + h->n, bytes, n);
	h->n += n;
}

void
html_put(struct html *h, const char *markup)
{
	append(h, markup, strlen(markup));
}

void
html_numbers(struct html *h, const char *fmt, ...)
{
	char piece[PIECE];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	assert(n >= 0 && (size_t)n < sizeof piece);
	append(h, piece, (size_t)n);
}

static const char *
escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		break;
	}
	unsigned char byte = (unsigned char)c;
	return (byte < ' ' && c != '\n' && c != '\t') || byte == 0x7f ? "?" : NULL;
}

void
html_text(struct html *h, const char *text)
{
	const char *from = text;
	for (; *text; text++) {
		const char *instead = escaped(*text);
		if (!instead)
			continue;
		append(h, from, (size_t)(text - from));
		html_put(h, instead);
		from = text + 1;
	}
	append(h, from, (size_t)(text - from));
}

void
html_textf(struct html *h, const char *fmt, ...)
{
	char piece[PIECE];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	html_text(h, piece);
}
