/* SPDX-License-Identifier: MIT */
/* One pass over the bytes with a place in the file. After it only these are left: names,
 * quoted texts that end on their line, '=', ',', '+=', parentheses and balanced braces. */
#include "config_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 2 /* a list in a section */

struct scan {
	char *s;
	size_t i, n;
	struct config_place at;
	struct faults *faults;
	int depth, open_line[DEPTH_MAX + 1];
	int broken;
	int n_bad, bad[FAULTS_MAX]; /* lines to blank at the end */
};

static void
bad_line(struct scan *z)
{
	if (z->n_bad < FAULTS_MAX &&
		(z->n_bad == 0 || z->bad[z->n_bad - 1] != z->at.line))
		z->bad[z->n_bad++] = z->at.line;
}

#define FAULT(z, ...) (bad_line(z), faults_add((z)->faults, (z)->at, 1, __VA_ARGS__))

static void
blank_to_line_end(struct scan *z)
{
	while (z->i < z->n && z->s[z->i] != '\n')
		z->s[z->i++] = ' ';
}

static void
skip_long_comment(struct scan *z)
{
	const char *end = memmem(z->s + z->i + 2, z->n - z->i - 2, "*/", 2);
	if (!end) {
		FAULT(z, "this comment has no end: */ is missing");
		z->broken = 1;
	}
	size_t to = end ? (size_t)(end - z->s) + 2 : z->n;
	for (; z->i < to; z->i++)
		if (z->s[z->i] == '\n')
			z->at.line++;
		else
			z->s[z->i] = ' ';
}

static void
skip_quoted(struct scan *z)
{
	char quote = z->s[z->i];
	for (size_t j = z->i + 1; j < z->n && z->s[j] != '\n'; j++) {
		if (z->s[j] == quote) {
			z->i = j + 1;
			return;
		}
		if (z->s[j] == '\\') {
			j++;
			if (j < z->n && z->s[j] != quote && z->s[j] != '\\')
				FAULT(z,
					"in quotes a backslash stands only before \\ or "
					"%c",
					quote);
			if (j < z->n && z->s[j] == '\n')
				break;
		} else if (z->s[j] == '$' && j + 1 < z->n && z->s[j + 1] == '{') {
			FAULT(z, "${...}: environment variables are not put in");
		}
	}
	FAULT(z, "this text has no closing quote (%c)", quote);
	blank_to_line_end(z);
}

static void
brace(struct scan *z)
{
	if (z->s[z->i] == '{') {
		if (z->depth == DEPTH_MAX) {
			FAULT(z, "nested too deeply: a section holds options and lists "
				 "only");
			z->broken = 1;
			return;
		}
		z->open_line[z->depth++] = z->at.line;
	} else if (z->depth > 0) {
		z->depth--;
	} else {
		FAULT(z, "this '}' closes nothing");
		z->broken = 1;
	}
}

/* Where libconfuse sees the start of a word, and so of a comment with slashes. */
static int
at_word_start(const struct scan *z)
{
	return z->i == 0 || strchr(" \t\n\r={}()+,\"'", z->s[z->i - 1]);
}

static void
scan_char(struct scan *z)
{
	char c = z->s[z->i], next = z->i + 1 < z->n ? z->s[z->i + 1] : '\0';
	if (c == '#' || (c == '/' && next == '/' && at_word_start(z))) {
		blank_to_line_end(z);
		return;
	}
	if (c == '/' && next == '*' && at_word_start(z)) {
		skip_long_comment(z);
		return;
	}
	if (c == '"' || c == '\'') {
		skip_quoted(z);
		return;
	}
	if (c == '{' || c == '}')
		brace(z);
	else if (c == '\n')
		z->at.line++;
	else if (c == '\r')
		z->s[z->i] = ' ';
	else if (c == '*' || c == '|' || (c == '$' && next == '{') ||
		 (c == '+' && next != '='))
		FAULT(z, "'%c' must stand in quotes", c);
	z->i++;
}

/* Length of a UTF-8 sequence of at most left bytes, 0 if it is none. */
static size_t
utf8_len(const unsigned char *s, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80             ? 1
		   : (s[0] & 0xe0) == 0xc0 ? 2
		   : (s[0] & 0xf0) == 0xe0 ? 3
		   : (s[0] & 0xf8) == 0xf0 ? 4
					   : 0;
	if (n <= 1 || n > left)
		return n <= left ? n : 0;
	uint32_t v = s[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3f);
	}
	return v >= least[n] && v <= 0x10ffff && (v < 0xd800 || v > 0xdfff) ? n : 0;
}

/* Bytes that no text file has, and lines beyond all measure; both become blanks. */
static void
check_bytes(struct scan *z)
{
	size_t line_from = 0;
	int told = 0;
	for (size_t i = 0, len; i < z->n; i += len) {
		unsigned char *c = (unsigned char *)z->s + i;
		len = utf8_len(c, z->n - i);
		if (len == 0 || (*c < 0x20 && !strchr("\t\n\r", *c)) || *c == 0x7f ||
			*c == 0) {
			if (z->at.line != told) /* one a line will do */
				FAULT(z,
					len ? "byte 0x%02x does not belong into a text "
					      "file"
					    : "byte 0x%02x: this is not UTF-8",
					*c);
			told = z->at.line;
			*c = ' ';
			len = 1;
		}
		if (*c == '\n' || i + len >= z->n) {
			if (i - line_from > CONFIG_LINE_BYTES_MAX) {
				FAULT(z, "this line is longer than %d bytes",
					CONFIG_LINE_BYTES_MAX);
				memset(z->s + line_from, ' ', i - line_from);
			}
			line_from = i + 1;
		}
		z->at.line += *c == '\n';
	}
	z->at.line = 1;
}

int
config_text_clean(
	char *buf, size_t n, int file, struct faults *f, struct config_text *ret)
{
	struct scan z = {.s = buf, .n = n, .at = {file, 1}, .faults = f};
	if (n >= 3 && memcmp(buf, "\xef\xbb\xbf", 3) == 0)
		memset(buf, ' ', 3); /* a byte order mark */
	check_bytes(&z);
	while (z.i < z.n && !z.broken)
		scan_char(&z);
	while (z.depth > 0 && !z.broken) {
		z.at.line = z.open_line[0];
		FAULT(&z, "this '{' is not closed");
		z.broken = 1;
	}
	*ret = (struct config_text){buf, n};
	for (int i = 0; i < z.n_bad && !z.broken; i++)
		(void)!config_text_blank(ret, z.bad[i]);
	return z.broken ? CONFIG_TEXT_E_BROKEN : 0;
}

int
config_text_read(const char *path, int file, struct faults *f, struct config_text *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	char *buf = xcalloc(CONFIG_FILE_BYTES_MAX + 2, 1);
	size_t n = 0;
	ssize_t r;
	while ((r = read(fd, buf + n, CONFIG_FILE_BYTES_MAX + 1 - n)) > 0)
		n += (size_t)r;
	int e = r < 0 ? -errno : n > CONFIG_FILE_BYTES_MAX ? -EFBIG : 0;
	close(fd);
	if (e < 0) {
		free(buf);
		return e;
	}
	buf[n] = '\0';
	return config_text_clean(buf, n, file, f, ret);
}

void
config_text_finish(struct config_text *t)
{
	free(t->buf);
	*t = (struct config_text){0};
}

/* Past a quoted text at s[i]; these end on their line, here already checked. */
static size_t
past_quoted(const char *s, size_t i)
{
	char quote = s[i++];
	for (; s[i] && s[i] != '\n' && s[i] != quote; i++)
		i += s[i] == '\\' && s[i + 1] && s[i + 1] != '\n';
	return i + (s[i] == quote);
}

int
config_text_blank(struct config_text *t, int line)
{
	char *s = t->buf;
	size_t i = 0;
	for (; line > 1 && i < t->n; i++)
		line -= s[i] == '\n';
	int depth = 0, blanked = 0;
	while (i < t->n && (depth > 0 || s[i] != '\n')) {
		size_t next = s[i] == '"' || s[i] == '\'' ? past_quoted(s, i) : i + 1;
		int around = s[i] == '}' && depth == 0;
		depth += s[i] == '{' ? 1 : s[i] == '}' && depth > 0 ? -1 : 0;
		for (; i < next; i++)
			if (!around && !strchr(" \t\n", s[i])) {
				s[i] = ' ';
				blanked = 1;
			}
	}
	return blanked;
}

int
config_text_opening(const struct config_text *t, int line)
{
	int open[8] = {1}, depth = 0, at = 1, found = line;
	for (size_t i = 0; i < t->n && at <= line;) {
		char c = t->buf[i];
		if (c == '{' && depth < 8)
			open[depth++] = at;
		else if (c == '}' && depth > 0 && at <= line) {
			depth--;
			if (at == line)
				found = open[depth];
		}
		at += c == '\n';
		i = c == '"' || c == '\'' ? past_quoted(t->buf, i) : i + 1;
	}
	return found;
}
