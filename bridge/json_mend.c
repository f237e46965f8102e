/* SPDX-License-Identifier: MIT */
/* See json_mend.h. */
#include "json_mend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define DEPTH_MAX  2048 /* the parser's own */
#define NUMBER_MAX 400

static const char not_text[] = "a text with characters that are none: they are read as ?";

/* --- values ---------------------------------------------------------------------------- */

/* The code unit of "\uXXXX" at p, or -1. */
static long
unit_at(const char *p, size_t n)
{
	char hex[5] = "";

	if (n < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	memcpy(hex, p + 2, 4);
	return strspn(hex, "0123456789abcdefABCDEF") == 4 ? strtol(hex, NULL, 16) : -1;
}

/* The escape at p: its length; *ret_bad: it stands for no character. */
static size_t
escape_length(const char *p, size_t n, int *ret_bad)
{
	long unit = unit_at(p, n), next = unit < 0 ? -1 : unit_at(p + 6, n - 6);

	*ret_bad = 0;
	if (unit < 0)
		return n < 2 ? 1 : 2;
	if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff)
		return 12;
	*ret_bad = unit == 0 || (unit >= 0xd800 && unit <= 0xdfff);
	return 6;
}

/* The text that begins after the quote at `at`; returns where it ends, *ret_bad if it was mended. */
static size_t
mend_text(char *text, size_t n, size_t at, int *ret_bad)
{
	size_t i = at + 1;

	while (i < n && text[i] != '"' && text[i] != '\n') {
		size_t len;
		int bad = 0;
		if (text[i] == '\\') {
			len = escape_length(text + i, n - i, &bad);
			if (bad)
				memcpy(text + i, "\\u003f", 6);
		} else {
			len = utf8_length((unsigned char *)text + i, n - i);
			bad = len == 0 || (unsigned char)text[i] < 0x20;
			len = len ? len : 1;
			if (bad)
				text[i] = text[i] == '\t' ? ' ' : '?';
		}
		*ret_bad |= bad;
		i += len;
	}
	return i;
}

/* The length of a number at p that no number can hold; 0: there is none. */
static size_t
unheld_number(const char *p, size_t n)
{
	char copy[NUMBER_MAX + 1];
	size_t len = 0;

	while (len < n && len < NUMBER_MAX && p[len] && strchr("0123456789+-.eE", p[len]))
		len++;
	memcpy(copy, p, len);
	copy[len] = '\0';
	if (len < 4)
		return 0;
	errno = 0;
	if (strpbrk(copy, ".eE"))
		return isinf(strtod(copy, NULL)) ? len : 0;
	(void)strtoll(copy, NULL, 10);
	return errno == ERANGE ? len : 0;
}

static size_t
mend_number(char *p, size_t n, int *ret_bad)
{
	size_t len = unheld_number(p, n);

	if (n >= 3 && memcmp(p, "NaN", 3) == 0) {
		memcpy(p, "\"\" ", 3);
		*ret_bad = 1;
		return 3;
	}
	if (len == 0)
		return 1;
	memset(p, ' ', len);
	memcpy(p, "null", 4);
	*ret_bad = 1;
	return len;
}

int
json_mend_values(char *text, size_t n, const struct json_mending *m)
{
	int any = 0;

	for (size_t i = 0; i < n;) {
		int bad = 0, is_text = text[i] == '"';
		size_t at = i;
		if (is_text)
			i = mend_text(text, n, i, &bad) + 1;
		else if (text[i] && strchr("-0123456789N", text[i]) &&
			 (i == 0 || strchr(" \t\r\n:[,", text[i - 1])))
			i += mend_number(text + i, n - i, &bad);
		else
			i++;
		if (bad)
			m->tell(m->ctx, at,
				is_text ? not_text
					: "a number beyond all range is left out");
		any |= bad;
	}
	return any;
}

/* --- records --------------------------------------------------------------------------- */

struct open {
	size_t at;
	char what; /* { or [ */
};

static int
closes(char open, char c)
{
	return open == '{' ? c == '}' : c == ']';
}

/* 1 if what begins at text[at] is a member with the name, or the name is "*". */
static int
is_member(const char *text, size_t at, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(name, "*") == 0)
		return 1;
	while (at > 0 && text[at - 1] && strchr(" \t\r\n:", text[at - 1]))
		at--;
	return at > n + 1 && text[at - 1] == '"' && text[at - n - 2] == '"' &&
	       memcmp(text + at - n - 1, name, n) == 0;
}

/* What is open somewhere in the text. */
struct path {
	struct open v[DEPTH_MAX];
	size_t depth;
	size_t list; /* where in v the list of records is; DEPTH_MAX: not among them */
	size_t whole; /* behind the last record, or list of them, that was closed; 0: none was */
};

static void
opens(struct path *p, const char *text, size_t at, const char *list)
{
	p->v[p->depth] = (struct open){at, text[at]};
	if (text[at] == '[' && p->list == DEPTH_MAX &&
		(p->depth == 0 || (list && is_member(text, at, list))))
		p->list = p->depth;
	p->depth++;
}

static void
closed(struct path *p, size_t at)
{
	p->depth--;
	if (p->depth == p->list)
		p->list = DEPTH_MAX; /* the list itself */
	else if (p->list == DEPTH_MAX || p->depth != p->list + 1)
		return;
	p->whole = p->depth > 0 ? at + 1 : p->whole;
}

static void
follow(struct path *p, const char *text, size_t n, const char *list)
{
	int quoted = 0;

	p->depth = p->whole = 0;
	p->list = DEPTH_MAX;
	for (size_t i = 0; i < n; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\n')
			quoted = 0; /* a text has none: its end is missing */
		else if (quoted)
			continue;
		else if ((text[i] == '{' || text[i] == '[') && p->depth < DEPTH_MAX)
			opens(p, text, i, list);
		else if (p->depth > 0 && closes(p->v[p->depth - 1].what, text[i]))
			closed(p, i);
	}
}

/* Where the object at `from` ends, past `at`: brackets pair, and what follows is right for a list.
 * With `texts` brackets within texts do not count. n: nowhere. */
static size_t
object_end(const char *text, size_t n, size_t from, size_t at, int texts)
{
	long braces = 0, brackets = 0;
	int quoted = 0;

	for (size_t i = from; i < n; i++) {
		if (texts && quoted && text[i] == '\\')
			i++;
		else if (texts && text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\n')
			return n;
		if (quoted || i >= n)
			continue;
		braces += (text[i] == '{') - (text[i] == '}');
		brackets += (text[i] == '[') - (text[i] == ']');
		if (braces < 0 || brackets < 0 || (braces == 0 && brackets > 0))
			return n;
		if (braces > 0 || brackets > 0)
			continue;
		size_t next = i + 1;
		while (next < n && strchr(" \t\r\n", text[next]) && text[next])
			next++;
		/* an object that ends before the damage is not the one that holds it */
		return i + 1 > at && next < n && (text[next] == ',' || text[next] == ']')
			       ? i + 1
			       : n;
	}
	return n;
}

static int
is_record(const struct path *p, size_t i)
{
	return i > 0 && p->v[i].what == '{' && p->v[i - 1].what == '[';
}

/* Everything from `at` on goes, what is open there is closed. */
static void
close_all(char *text, size_t *n, size_t at, const struct path *p, size_t depth)
{
	while (depth-- > 0)
		text[at++] = p->v[depth].what == '{' ? '}' : ']';
	text[at] = '\0';
	*n = at;
}

/* What is behind the damage is lost, and so is the record of the list that it is in. */
static int
cut_off(char *text, size_t *n, struct path *p, const char *list,
	const struct json_mending *m)
{
	size_t record = p->list + 1;

	if (p->list < DEPTH_MAX && record < p->depth) {
		size_t at = p->v[record].at;
		m->tell(m->ctx, at, m->why);
		memcpy(text + at, "null", 4);
		close_all(text, n, at + 4, p, record);
		return 1;
	}
	if (p->whole == 0)
		return 0;
	m->tell(m->ctx, p->whole, m->why);
	size_t at = p->whole;
	follow(p, text, at, list);
	close_all(text, n, at, p, p->depth);
	return 1;
}

int
json_mend_record(
	char *text, size_t *n, size_t at, const char *list, struct json_mending *m)
{
	struct path *p = xcalloc(1, sizeof *p);
	size_t old = *n;
	int mended = 1;

	if (at < old)
		follow(p, text, at > 0 ? at - 1 : 0,
			list); /* up to what cannot be read */
	else
		follow(p, text, old, list); /* it only ends too early */
	size_t i = p->depth;
	while (i > 0 && !is_record(p, i - 1))
		i--;
	size_t from = i ? p->v[i - 1].at : 0, before = at > 0 ? at - 1 : 0;
	size_t end = object_end(text, *n, from, before, 1);
	size_t raw = object_end(text, *n, from, before, 0);
	end = raw < end ? raw : end;
	if (i && end < *n && end - from >= 4) { /* room for "null" */
		m->tell(m->ctx, from, m->why);
		for (size_t k = from; k < end; k++)
			text[k] = text[k] == '\n' ? '\n' : ' ';
		memcpy(text + from, "null", 4);
	} else {
		mended = cut_off(text, n, p, list, m) && (*n < old || !m->closed);
		m->closed = 1; /* what was closed and still is none is given up */
	}
	free(p);
	return mended;
}
