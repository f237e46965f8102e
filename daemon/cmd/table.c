/* SPDX-License-Identifier: MIT */
/* CSV and JSON stream; only the aligned table holds its cells, since the widths are known
 * at the end. A number is formatted once, so that the three forms show the same digits.
 */
#include "cmd/table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

struct cell {
	char *text; /* owned; NULL = empty */
	int is_number;
};

struct table {
	FILE *out; /* borrowed: the caller */
	enum table_format format;
	char *names; /* owned; columns[] point into it */
	unsigned n_columns, at;
	const char *columns[COLUMNS_MAX];
	struct cell *cells; /* owned; TABLE_TABLE only */
	size_t n_cells, cap_cells;
};

int
table_format_parse(const char *s, enum table_format *ret)
{
	static const char *const names[] = {"table", "csv", "json"};
	for (size_t i = 0; i < array_len(names); i++)
		if (strcmp(s, names[i]) == 0) {
			*ret = (enum table_format)i;
			return 1;
		}
	return 0;
}

static void
csv_text(FILE *out, const char *s)
{
	if (s[strcspn(s, ",\"\r\n")] == '\0') {
		fputs(s, out);
		return;
	}
	putc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			putc('"', out);
		putc(*s, out);
	}
	putc('"', out);
}

/* Length of the UTF-8 sequence at s, 0 if it is none (overlong, surrogate, too big). */
static unsigned
utf8_len(const unsigned char *s)
{
	unsigned n = s[0] < 0x80                    ? 1
		     : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
		     : (s[0] & 0xf0) == 0xe0        ? 3
		     : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
						    : 0;
	for (unsigned i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void
json_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	putc('"', out);
	while (*s) {
		unsigned n = utf8_len(s);
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(out, "\\u%04x", *s);
		else if (n > 0)
			fwrite(s, 1, n, out);
		else
			fputs("\\ufffd", out);
		s += n > 0 ? n : 1;
	}
	putc('"', out);
}

static void
hold(struct table *t, const char *s, int is_number)
{
	if (t->n_cells == t->cap_cells) {
		t->cap_cells = t->cap_cells ? 2 * t->cap_cells : 256;
		t->cells = xrealloc(t->cells, t->cap_cells, sizeof *t->cells);
	}
	struct cell *c = &t->cells[t->n_cells++];
	*c = (struct cell){s ? xstrdup(s) : NULL, is_number};
	for (unsigned char *p = (unsigned char *)c->text; p && *p; p++)
		if (*p < 0x20 || *p == 0x7f) /* a name must not drive the terminal */
			*p = '?';
}

static void
put(struct table *t, const char *s, int is_number)
{
	int last = t->at + 1 == t->n_columns;
	switch (t->format) {
	case TABLE_TABLE:
		hold(t, s, is_number);
		break;
	case TABLE_CSV:
		csv_text(t->out, s ? s : "");
		putc(last ? '\n' : ',', t->out);
		break;
	case TABLE_JSON:
		putc(t->at == 0 ? '{' : ',', t->out);
		json_text(t->out, t->columns[t->at]);
		putc(':', t->out);
		if (!s || !*s)
			fputs("null", t->out);
		else if (is_number)
			fputs(s, t->out);
		else
			json_text(t->out, s);
		if (last)
			fputs("}\n", t->out);
		break;
	}
	t->at = last ? 0 : t->at + 1;
}

struct table *
table_new(FILE *out, enum table_format format, const char *columns)
{
	struct table *t = xcalloc(1, sizeof *t);
	t->out = out;
	t->format = format;
	t->names = xstrdup(columns);
	for (char *p = t->names, *name; (name = strsep(&p, ","));) {
		assert(t->n_columns < COLUMNS_MAX);
		t->columns[t->n_columns++] = name;
	}
	if (format == TABLE_CSV)
		fprintf(out, "%s\n", columns);
	return t;
}

void
table_text(struct table *t, const char *s)
{
	put(t, s, 0);
}

void
table_textf(struct table *t, const char *fmt, ...)
{
	char *s cleanup(freep) = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	va_end(ap);
	put(t, s, 0);
}

void
table_number(struct table *t, double v, int decimals)
{
	char s[400]; /* the largest double has 309 digits before the point */
	if (!isfinite(v)) {
		put(t, NULL, 1);
		return;
	}
	if (decimals >= 0)
		snprintf(s, sizeof s, "%.*f", decimals > 20 ? 20 : decimals, v);
	else
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(s, sizeof s, "%.*g", digits, v);
			if (strtod(s, NULL) == v)
				break;
		}
	/* "-0.0" is a rounding's trace, not a value */
	put(t, s[0] == '-' && s[strspn(s, "-0.")] == '\0' ? s + 1 : s, 1);
}

void
table_integer(struct table *t, int64_t v)
{
	char s[24];
	snprintf(s, sizeof s, "%lld", (long long)v);
	put(t, s, 1);
}

void
table_empty(struct table *t)
{
	put(t, NULL, 0);
}

static unsigned
width(const char *s)
{
	unsigned n = 0;
	for (; s && *s; s++)
		n += (*s & 0xc0) != 0x80; /* code points: near enough for names */
	return n;
}

static void
put_aligned(FILE *out, const char *s, unsigned w, int right, int last)
{
	unsigned pad = w - width(s);
	if (!s)
		s = "";
	if (right)
		fprintf(out, "%*s%s", (int)pad, "", s);
	else
		fprintf(out, "%s%*s", s, last ? 0 : (int)pad, "");
	fputs(last ? "\n" : "  ", out);
}

static void
print_aligned(struct table *t)
{
	unsigned w[COLUMNS_MAX], right[COLUMNS_MAX] = {0}, n = t->n_columns;
	for (unsigned c = 0; c < n; c++) {
		w[c] = width(t->columns[c]);
		for (size_t i = c; i < t->n_cells; i += n) {
			if (width(t->cells[i].text) > w[c])
				w[c] = width(t->cells[i].text);
			right[c] |= (unsigned)t->cells[i].is_number;
		}
	}
	for (unsigned c = 0; c < n; c++)
		put_aligned(t->out, t->columns[c], w[c], (int)right[c], c + 1 == n);
	for (size_t i = 0; i < t->n_cells; i++)
		put_aligned(t->out, t->cells[i].text, w[i % n], (int)right[i % n],
			i % n + 1 == n);
}

int
table_end(struct table *t)
{
	assert(t->at == 0);
	if (t->format == TABLE_TABLE)
		print_aligned(t);
	errno = 0;
	int r = fflush(t->out) != 0 || ferror(t->out) ? -(errno ? errno : EIO) : 0;
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i].text);
	free(t->cells);
	free(t->names);
	free(t);
	return r;
}
