/* SPDX-License-Identifier: MIT */
/* Words of a scenario script. */
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLUS_MINUS "\xc2\xb1"

void
script_fail(const struct script *s, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fflush(stdout);
	fprintf(stderr, "%s:%d: ", s->path, s->line);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

const char *
word_at(const struct script *s, int i)
{
	if (i >= s->n)
		script_fail(s, "the statement ends too early");
	return s->word[i];
}

int
word_is(const struct script *s, int i, const char *text)
{
	return i < s->n && strcmp(s->word[i], text) == 0;
}

long
word_number(const struct script *s, int i, long low, long high)
{
	char *end;
	long v = strtol(word_at(s, i), &end, 10);
	if (end == s->word[i] || *end || v < low || v > high)
		script_fail(
			s, "\"%s\" is no number from %ld to %ld", s->word[i], low, high);
	return v;
}

double
word_real(const struct script *s, int i, double *ret_tolerance)
{
	char *end;
	double v = strtod(word_at(s, i), &end);
	int is_number = end != s->word[i];
	if (is_number && strncmp(end, PLUS_MINUS, 2) == 0) {
		const char *from = end + 2;
		*ret_tolerance = strtod(from, &end);
		is_number = end != from;
	}
	if (!is_number || *end)
		script_fail(s, "\"%s\" is no number", s->word[i]);
	return v;
}

int
word_is_date(const struct script *s, int i)
{
	civil_day d;
	return i < s->n && civil_date_parse(s->word[i], &d);
}

civil_day
word_date(const struct script *s, int i)
{
	civil_day d;
	if (!civil_date_parse(word_at(s, i), &d))
		script_fail(s, "\"%s\" is no date", s->word[i]);
	return d;
}

int
word_clock(const struct script *s, int i, const char **ret_rest)
{
	const char *w = word_at(s, i);
	int h, m, n = 0;
	if (sscanf(w, "%2d:%2d%n", &h, &m, &n) != 2 || n != 5 || h < 0 || h > 24 ||
		m < 0 || m > 59)
		script_fail(s, "\"%s\" is no time of day", w);
	if (ret_rest)
		*ret_rest = w + n;
	else if (w[n])
		script_fail(s, "\"%s\" after a time of day", w + n);
	return h * 60 + m;
}

int64_t
word_duration_ms(const struct script *s, int i)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"s", SECOND_MS}, {"min", MINUTE_MS}, {"h", HOUR_MS}, {"d", DAY_MS}};
	char *end;
	long v = strtol(word_at(s, i), &end, 10);
	for (unsigned k = 0; k < array_len(units) && v >= 0; k++)
		if (strcmp(end, units[k].unit) == 0)
			return v * units[k].ms;
	script_fail(s, "\"%s\" is no duration such as 40min", s->word[i]);
}

int64_t
word_step_ms(const struct script *s, int i)
{
	struct script own = *s;
	const char *w = word_at(s, i);
	if (w[0] != '+' && w[0] != '-')
		script_fail(s, "\"%s\" is no step such as +3h", w);
	own.word[i] = s->word[i] + 1;
	return (w[0] == '-' ? -1 : 1) * word_duration_ms(&own, i);
}

const struct person *
word_person(const struct script *s, int i)
{
	const struct person *p = world_person(&s->world, word_at(s, i));
	if (!p)
		script_fail(s, "\"%s\": no such person; `person NAME ZONE` comes first",
			s->word[i]);
	return p;
}

utc_ms
word_instant(const struct script *s, int *i, const struct person *who)
{
	civil_day d = s->day;
	if (word_is_date(s, *i))
		d = word_date(s, (*i)++);
	return zone_instant(who->zone, d, word_clock(s, (*i)++, NULL));
}
