/* SPDX-License-Identifier: MIT */
/* Text of Actiwatch files, see actiwatch.h. Knows rows, numbers and dates, no column. */
#include "actiwatch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CENTURY 2000 /* of a year with two digits: no Actiwatch is older */

/* --- encodings --------------------------------------------------------------------------- */

static size_t
put_utf8(char *p, uint32_t c)
{
	size_t n = 0;

	if (c < 0x80) {
		p[n++] = (char)c;
	} else if (c < 0x800) {
		p[n++] = (char)(0xc0 | c >> 6);
		p[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		p[n++] = (char)(0xe0 | c >> 12);
		p[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		p[n++] = (char)(0x80 | (c & 0x3f));
	}
	return n;
}

/* No name or label here lies beyond the basic plane: halves of pairs become "?". */
static char *
from_utf16(const char *bytes, size_t n, int big)
{
	char *text = xcalloc(n / 2 * 3 + 1, 1);
	size_t k = 0;

	for (size_t i = 0; i + 1 < n; i += 2) {
		unsigned char a = (unsigned char)bytes[i],
			      b = (unsigned char)bytes[i + 1];
		uint32_t c = big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
		k += put_utf8(text + k, c == 0 || (c >= 0xd800 && c < 0xe000) ? '?' : c);
	}
	return text;
}

static int
is_utf8(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)s[i++];
		int more = c < 0x80                ? 0
			   : c >= 0xc2 && c < 0xe0 ? 1
			   : c >= 0xe0 && c < 0xf0 ? 2
			   : c >= 0xf0 && c < 0xf5 ? 3
						   : -1;
		if (more < 0)
			return 0;
		for (; more > 0; more--, i++)
			if (i >= n || ((unsigned char)s[i] & 0xc0) != 0x80)
				return 0;
	}
	return 1;
}

static char *
from_latin1(const char *bytes, size_t n)
{
	char *text = xcalloc(2 * n + 1, 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += put_utf8(text + k, (unsigned char)bytes[i]);
	return text;
}

char *
actiwatch_utf8(char *bytes, size_t n)
{
	char *text = NULL;

	if (n >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		text = from_utf16(bytes + 2, n - 2, 0);
	else if (n >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		text = from_utf16(bytes + 2, n - 2, 1);
	for (size_t i = 0; i < n && !text; i++)
		if (bytes[i] == 0)
			bytes[i] = '?';
	if (!text && n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		memmove(bytes, bytes + 3, n - 3 + 1); /* the zero, too */
	else if (!text && !is_utf8(bytes, n))
		text = from_latin1(bytes, n);
	if (!text)
		return bytes;
	free(bytes);
	return text;
}

/* --- rows -------------------------------------------------------------------------------- */

static char *
trim(char *s)
{
	s += strspn(s, " \t");
	size_t n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		s[--n] = '\0';
	return s;
}

/* Splits ret->text in place; a doubled quote within quotes is one. */
static void
split(struct row *ret, char separator)
{
	char *p = ret->text;

	for (ret->n = 0; ret->n < ACTIWATCH_FIELDS_MAX;) {
		char *w = p, *field = p;
		if (*p == '"' && separator) {
			for (p++; *p && !(*p == '"' && p[1] != '"'); p++) {
				p += *p == '"';
				*w++ = *p;
			}
			p += *p == '"';
		}
		while (*p && (!separator || *p != separator))
			*w++ = *p++;
		int more = *p != '\0';
		p += more;
		*w = '\0';
		ret->field[ret->n++] = trim(field);
		if (!more)
			return;
	}
}

int
rows_next(struct rows *r, struct row *ret)
{
	for (;;) {
		size_t n = strcspn(r->p, "\r\n");
		const char *line = r->p;
		if (*line == '\0')
			return 0;
		r->p += n;
		r->p += *r->p == '\r' && r->p[1] == '\n';
		r->p += *r->p != '\0';
		ret->line = ++r->line;
		if (strspn(line, " \t") >= n)
			continue;
		ret->n = 0;
		if (n < sizeof ret->text) {
			memcpy(ret->text, line, n);
			ret->text[n] = '\0';
			split(ret, r->separator);
		}
		return 1;
	}
}

/* --- numbers and dates ------------------------------------------------------------------- */

double
number_of(const char *s)
{
	char text[32], *end;
	size_t n = strlen(s);

	if (n == 0 || n >= sizeof text || strspn(s, "0123456789+-.,") != n)
		return NAN;
	memcpy(text, s, n + 1);
	char *comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	double x = strtod(text, &end);
	return *end == '\0' && isfinite(x) ? x : NAN;
}

long
whole_of(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > 9 || strspn(s, "0123456789") != n)
		return -1;
	return strtol(s, NULL, 10);
}

int
date_numbers(const char *s, int ret[static 3])
{
	int v[3];

	for (int i = 0; i < 3; i++) {
		size_t n = strspn(s, "0123456789");
		if (n == 0 || n > 4)
			return 0;
		v[i] = (int)strtol(s, NULL, 10);
		s += n;
		if (i < 2 && !strchr("/.-", *s))
			return 0;
		if (i < 2 && *s == '\0')
			return 0;
		s += i < 2;
	}
	if (*s != '\0')
		return 0;
	memcpy(ret, v, sizeof v);
	return 1;
}

int
date_face(const int v[static 3], enum date_order order, int64_t *ret)
{
	static const unsigned char at[DATE_ORDERS][3] = {
		/* year, month, day */
		[DATE_DMY] = {2, 1, 0},
		[DATE_MDY] = {2, 0, 1},
		[DATE_YMD] = {0, 1, 2},
	};
	int64_t year = v[at[order][0]], y;
	int month = v[at[order][1]], day = v[at[order][2]], m, d;

	if ((order == DATE_YMD) != (v[0] > 31) || month < 1 || month > 12 || day < 1 ||
		day > 31)
		return 0;
	year += year < 100 ? CENTURY : 0;
	civil_day n = civil_from_ymd(year, month, day);
	civil_to_ymd(n, &y, &m, &d);
	*ret = n.n * DAY_MS;
	return y == year && m == month && d == day;
}

int
clock_face(const char *s, int64_t *ret)
{
	int64_t v[3] = {0};
	int i = 0;

	for (;;) {
		size_t n = strspn(s, "0123456789");
		if (n == 0 || n > 2)
			return 0;
		v[i++] = (int)strtol(s, NULL, 10);
		s += n;
		if (*s != ':' || i == 3)
			break;
		s++;
	}
	s += strspn(s, " ");
	int pm = strcasecmp(s, "pm") == 0, am = strcasecmp(s, "am") == 0;
	if (i < 2 || (*s && !am && !pm) || v[0] > 23 || v[1] > 59 || v[2] > 59 ||
		((am || pm) && (v[0] < 1 || v[0] > 12)))
		return 0;
	if (am || pm)
		v[0] = v[0] % 12 + (pm ? 12 : 0);
	*ret = v[0] * HOUR_MS + v[1] * MINUTE_MS + v[2] * SECOND_MS;
	return 1;
}
