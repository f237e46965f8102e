/* SPDX-License-Identifier: MIT */
/* Parses and evaluates a TZif footer's rule. Grammar and meaning: POSIX.1-2017
 * section 8.3 (TZ) and RFC 8536 section 3.3. */
#include "base/posix_rule.h"

#include <errno.h>
#include <string.h>

#include "base/civil.h"

#define DAY_S INT64_C(86400)

/* All p_* take the place in the text and return the place after, or NULL. */
static const char *
p_name(const char *s)
{
	int quoted = *s == '<';
	const char *from = s + quoted;
	size_t n = strspn(
		from, quoted ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789+-"
			     : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (n < 3 || (quoted && from[n] != '>'))
		return NULL;
	return from + n + quoted;
}

static const char *
p_number(const char *s, int max, int *ret)
{
	int n = 0;
	if (*s < '0' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = 10 * n + (*s - '0');
		if (n > max)
			return NULL;
	}
	*ret = n;
	return s;
}

/* [+-]hh[:mm[:ss]] */
static const char *
p_time(const char *s, int max_hours, int32_t *ret)
{
	int sign = *s == '-' ? -1 : 1, h, m = 0, sec = 0;
	s = p_number(s + (*s == '-' || *s == '+'), max_hours, &h);
	if (s && *s == ':')
		s = p_number(s + 1, 59, &m);
	if (s && *s == ':')
		s = p_number(s + 1, 59, &sec);
	if (s)
		*ret = sign * (h * 3600 + m * 60 + sec);
	return s;
}

static const char *
p_change(const char *s, struct posix_change *ret)
{
	if (*s == 'M') {
		ret->kind = POSIX_MONTH;
		s = p_number(s + 1, 12, &ret->month);
		s = s && *s == '.' ? p_number(s + 1, 5, &ret->week) : NULL;
		s = s && *s == '.' ? p_number(s + 1, 6, &ret->day) : NULL;
		if (!s || ret->month == 0 || ret->week == 0)
			return NULL;
	} else if (*s == 'J') {
		ret->kind = POSIX_JULIAN1;
		s = p_number(s + 1, 365, &ret->day);
		if (!s || ret->day == 0)
			return NULL;
	} else {
		ret->kind = POSIX_JULIAN0;
		s = p_number(s, 365, &ret->day);
		if (!s)
			return NULL;
	}
	ret->time_s = 2 * 3600;
	return *s == '/' ? p_time(s + 1, 167, &ret->time_s) : s;
}

int
posix_rule_parse(const char *s, struct posix_rule *ret)
{
	struct posix_rule r = {0};
	int32_t west;
	if (!(s = p_name(s)) || !(s = p_time(s, 24, &west)))
		return -EINVAL;
	r.std_s = -west; /* POSIX counts west of Greenwich */
	if (*s) {
		r.has_dst = 1;
		r.dst_s = r.std_s + 3600;
		if (!(s = p_name(s)))
			return -EINVAL;
		if (*s != ',') {
			if (!(s = p_time(s, 24, &west)))
				return -EINVAL;
			r.dst_s = -west;
		}
		if (*s != ',' || !(s = p_change(s + 1, &r.start)) || *s != ',' ||
			!(s = p_change(s + 1, &r.end)) || *s != '\0')
			return -EINVAL;
	}
	*ret = r;
	return 0;
}

static int64_t
days_of(int64_t year, const struct posix_change *c)
{
	int64_t jan1 = civil_from_ymd(year, 1, 1).n;
	int leap = civil_from_ymd(year, 3, 1).n - jan1 == 60;
	switch (c->kind) {
	case POSIX_JULIAN0:
		return jan1 + c->day;
	case POSIX_JULIAN1: /* 29 February is never counted */
		return jan1 + c->day - 1 + (leap && c->day >= 60);
	case POSIX_MONTH:
		break;
	}
	int64_t first = civil_from_ymd(year, c->month, 1).n;
	int64_t next = c->month == 12 ? civil_from_ymd(year + 1, 1, 1).n
				      : civil_from_ymd(year, c->month + 1, 1).n;
	int weekday = (int)(((first + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
	int64_t d = first + (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
	return d < next ? d : d - 7; /* week 5 is the last one */
}

int32_t
posix_rule_at(const struct posix_rule *r, int64_t t, int64_t *ret_from, int64_t *ret_to)
{
	int32_t offset = r->std_s;
	*ret_from = INT64_MIN;
	*ret_to = INT64_MAX;
	if (!r->has_dst)
		return offset;
	int64_t year;
	int month, day;
	civil_to_ymd(DAY((int32_t)(t / DAY_S)), &year, &month, &day);
	/* changes of the neighbouring years too: hours up to 167 reach across New Year */
	for (int64_t y = year - 2; y <= year + 2; y++) {
		int64_t start =
			days_of(y, &r->start) * DAY_S + r->start.time_s - r->std_s;
		int64_t end = days_of(y, &r->end) * DAY_S + r->end.time_s - r->dst_s;
		/* Where the end of one summer is the start of the next (summer time all
		 * year), the start wins: it is looked at with >=, the end with >. */
		if (end <= t && end > *ret_from)
			*ret_from = end, offset = r->std_s;
		if (start <= t && start >= *ret_from)
			*ret_from = start, offset = r->dst_s;
		if (end > t && end < *ret_to)
			*ret_to = end;
		if (start > t && start < *ret_to)
			*ret_to = start;
	}
	return offset;
}
