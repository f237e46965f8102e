/* SPDX-License-Identifier: MIT */
/* A configuration file made safe for libconfuse 3.3, which counts two lines too many for
 * every comment, drops characters that it does not know without a word, puts environment
 * variables into texts, and ends at the first fault. Here comments become blanks, the
 * characters, quotes and braces are checked, and a statement can be blanked out, so that the
 * file can be read again past a fault. Knows no option. */
#pragma once

#include "config_faults.h"

struct config_text {
	char *buf; /* owned; n bytes and a NUL; same lines as the file */
	size_t n;
};

#define CONFIG_LINE_BYTES_MAX 4096
enum { CONFIG_TEXT_E_BROKEN = 1 }; /* faults noted, and no sense to be made of the rest */

/* Reads path as files[file]. 0 (there may be faults all the same), CONFIG_TEXT_E_BROKEN, or
 * -errno where it cannot be read. */
int config_text_read(
	const char *path, int file, struct faults *f, struct config_text *ret) must_check;
/* The same from n bytes at buf, which is taken over. */
int config_text_clean(char *buf, size_t n, int file, struct faults *f,
	struct config_text *ret) must_check;
void config_text_finish(struct config_text *t);

/* Blanks the statements that begin on the line, with the braces that they open; braces of the
 * statement around stay. 1, or 0 where nothing was left to blank. */
int config_text_blank(struct config_text *t, int line) must_check;
/* The line with the brace that the last '}' on `line` closes. */
int config_text_opening(const struct config_text *t, int line);
