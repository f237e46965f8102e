/* SPDX-License-Identifier: MIT */
/* A document as it grows. Markup is written by us; everything that somebody else may have
 * written (a name, a sentence) goes through html_text(), the one place that escapes. */
#pragma once

#include "base/base.h"

#define HTML_MAX (256 * 1024) /* a page of one person is a tenth of it */

struct html {
	char *data; /* owned; not terminated */
	size_t n, size;
	int overflow; /* something was left off */
};

void html_finish(struct html *h);
/* Our own markup, as it stands. */
void html_put(struct html *h, const char *markup);
/* Markup with numbers in it; never with a text that came from elsewhere. */
void html_numbers(struct html *h, const char *fmt, ...) printf_like(2, 3);
/* Escaped for content and for quoted attributes; control characters become '?'. */
void html_text(struct html *h, const char *text);
void html_textf(struct html *h, const char *fmt, ...) printf_like(2, 3);
