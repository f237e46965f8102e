/* SPDX-License-Identifier: MIT */
/* RFC 4180, see csv_record.h. */
#include "csv_record.h"

#include <string.h>

/* Where the record at the start of [p, p + n) ends (its line feed), counting lines; NULL
 * if it does not end there, and whether a quote is open then. A quote opens only at the
 * start of a field. */
static char *
record_end(char *p, size_t n, unsigned *ret_lines, int *ret_open)
{
	int quoted = 0, at_start = 1;

	*ret_lines = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			++*ret_lines;
			if (!quoted)
				return p + i;
		} else if (p[i] == '"' && (quoted || at_start)) {
			quoted = !quoted; /* a doubled quote closes and opens again */
			at_start = !quoted;
			continue;
		}
		at_start = !quoted && p[i] == ',';
	}
	*ret_open = quoted;
	return NULL;
}

/* Splits in place. 0, or CSV_E_LONG. */
static int
split(char *p, struct csv_record *ret)
{
	ret->n = 0;
	for (;;) {
		char *w = p, *field = p;
		if (ret->n == CSV_FIELDS_MAX)
			return CSV_E_LONG;
		if (*p == '"') {
			for (p++; *p && !(*p == '"' && p[1] != '"'); p++) {
				p += *p == '"';
				*w++ = *p;
			}
			p += *p == '"';
		}
		while (*p && *p != ',')
			*w++ = *p++;
		int more = *p == ',';
		p++;
		*w = 0;
		ret->field[ret->n++] = field;
		if (!more)
			return 0;
	}
}

/* Consumes up to the end of the first line, or of what is there. */
static void
skip_line(struct csv_stream *s)
{
	struct input *in = s->in;
	char *nl = memchr(in->buf + in->start, '\n', in->end - in->start);

	in->start = nl ? (size_t)(nl - in->buf) + 1 : in->end;
	s->line += nl != NULL;
}

static int
damaged(struct csv_stream *s, struct csv_record *ret, int why)
{
	ret->line = s->line;
	/* without a line feed the rest of an endless line goes with it */
	while (!memchr(s->in->buf + s->in->start, '\n', s->in->end - s->in->start)) {
		s->in->start = s->in->end;
		int r = input_fill(s->in, 1);
		if (r < 0)
			return r;
		if (s->in->end == s->in->start)
			return why;
	}
	skip_line(s);
	return why;
}

/* One record, blank ones included: n = 1, an empty field. */
static int
next_record(struct csv_stream *s, struct csv_record *ret)
{
	struct input *in = s->in;
	unsigned lines;
	int open = 0;
	int r = input_fill(in, CSV_RECORD_MAX + 1);

	if (r < 0)
		return r;
	size_t have = in->end - in->start;
	if (have == 0)
		return CSV_E_END;
	char *p = in->buf + in->start;
	if (s->line == 0) {
		s->line = 1;
		if (have >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
			in->start += 3;
			return next_record(s, ret);
		}
	}
	size_t window = have < CSV_RECORD_MAX ? have : CSV_RECORD_MAX;
	char *end = record_end(p, window, &lines, &open);
	if (!end && (open || have > CSV_RECORD_MAX))
		return damaged(s, ret, open ? CSV_E_QUOTE : CSV_E_LONG);
	if (!end && in->fault) { /* half a line is none */
		in->start = in->end;
		return in->fault;
	}
	if (!end)
		end = p + have; /* the last line may lack its line feed */
	ret->line = s->line;
	s->line += lines;
	in->start = (size_t)(end - in->buf) + (end < p + have);
	if (memchr(p, 0, (size_t)(end - p)))
		return CSV_E_NUL;
	if (end > p && end[-1] == '\r')
		end--;
	*end = 0;
	return split(p, ret);
}

int
csv_next(struct csv_stream *s, struct csv_record *ret)
{
	for (;;) {
		int r = next_record(s, ret);
		if (r != 0 || ret->n > 1 || ret->field[0][0])
			return r;
	}
}
