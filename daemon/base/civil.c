/* SPDX-License-Identifier: MIT */
/* Dates and times as numbers and as text. Calendar arithmetic after H. Hinnant's
 * "chrono-compatible low-level date algorithms": eras of 400 years that begin in March.
 */
#include "base/civil.h"

#include <stdio.h>
#include <string.h>

#define ERA_DAYS   INT64_C(146097)
#define EPOCH_DAYS INT64_C(719468) /* 0000-03-01 to 1970-01-01 */

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

civil_day
civil_from_ymd(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = floor_div(year, 400), yoe = year - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return DAY((int32_t)(era * ERA_DAYS + doe - EPOCH_DAYS));
}

void
civil_to_ymd(civil_day d, int64_t *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = d.n + EPOCH_DAYS;
	int64_t era = floor_div(z, ERA_DAYS), doe = z - era * ERA_DAYS;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (int)((5 * doy + 2) / 153);
	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = mp + (mp < 10 ? 3 : -9);
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

/* Two digits; the callers' values lie within 0-99. */
static char *
put2(char *p, int64_t v)
{
	*p++ = (char)('0' + v / 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

const char *
civil_date_text(civil_day d, char ret[static CIVIL_DATE_LEN])
{
	int64_t year;
	int month, day;
	civil_to_ymd(d, &year, &month, &day);
	if (year < 0 || year > 9999)
		return memcpy(ret, "----------", 11);
	char *p = put2(put2(ret, year / 100), year % 100);
	*p++ = '-';
	p = put2(p, month);
	*p++ = '-';
	*put2(p, day) = '\0';
	return ret;
}

static const char *
time_text(int64_t offset_min, int is_utc, utc_ms t, char ret[static CIVIL_TIME_LEN])
{
	int64_t wall = floor_div(t.ms, 1000) + offset_min * 60,
		days = floor_div(wall, 86400);
	/* the years 0 to 9999 */
	if (days < -719528 || days > 2932896)
		return memcpy(ret, "-------------------", 20);
	civil_date_text(DAY((int32_t)days), ret);
	char *p = ret + CIVIL_DATE_LEN - 1;
	int64_t s = wall - days * 86400;
	*p++ = 'T';
	p = put2(p, s / 3600);
	*p++ = ':';
	p = put2(p, s / 60 % 60);
	*p++ = ':';
	p = put2(p, s % 60);
	if (is_utc) {
		*p++ = 'Z';
	} else {
		*p++ = offset_min < 0 ? '-' : '+';
		if (offset_min < 0)
			offset_min = -offset_min;
		p = put2(p, offset_min / 60);
		*p++ = ':';
		p = put2(p, offset_min % 60);
	}
	*p = '\0';
	return ret;
}

const char *
civil_time_text(const struct zone *z, utc_ms t, char ret[static CIVIL_TIME_LEN])
{
	int64_t offset_s = z ? zone_offset_s(z, t) : 0;
	return time_text(floor_div(offset_s + 30, 60), !z, t, ret);
}

const char *
civil_offset_text(int offset_min, utc_ms t, char ret[static CIVIL_TIME_LEN])
{
	int64_t ms = t.ms - floor_div(t.ms, 1000) * 1000;
	time_text(offset_min, 0, t, ret);
	if (ms > 0 && ret[0] != '-') { /* 19 characters up to the second */
		memmove(ret + 23, ret + 19, strlen(ret + 19) + 1);
		ret[19] = '.';
		ret[20] = (char)('0' + ms / 100);
		put2(ret + 21, ms % 100);
	}
	return ret;
}

const char *
civil_clock_text(const struct zone *z, utc_ms t, char ret[static 6])
{
	char text[CIVIL_TIME_LEN];
	civil_time_text(z, t, text);
	memcpy(ret, text + CIVIL_DATE_LEN, 5);
	ret[5] = '\0';
	return ret;
}

/* Exactly n digits at *s, which moves on. */
static int
take(const char **s, int n, int *ret)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return 0;
		v = 10 * v + ((*s)[i] - '0');
	}
	*s += n;
	*ret = v;
	return 1;
}

static int
take_char(const char **s, const char *any)
{
	if (**s == '\0' || !strchr(any, **s))
		return 0;
	++*s;
	return 1;
}

static int
take_date(const char **s, civil_day *ret)
{
	int y, m, d, m2, d2;
	int64_t y2;
	if (!take(s, 4, &y) || !take_char(s, "-") || !take(s, 2, &m) ||
		!take_char(s, "-") || !take(s, 2, &d) || m < 1 || m > 12 || d < 1)
		return 0;
	civil_day day = civil_from_ymd(y, m, d);
	civil_to_ymd(day, &y2, &m2, &d2);
	if (m2 != m || d2 != d) /* 31 April, 29 February */
		return 0;
	*ret = day;
	return 1;
}

int
civil_date_parse(const char *s, civil_day *ret)
{
	civil_day d;
	if (!take_date(&s, &d) || *s != '\0')
		return 0;
	*ret = d;
	return 1;
}

/* ".25" or ",25" in ms; what is finer is cut off. No fraction: 0. */
static int
take_fraction(const char **s, int64_t *ret_ms)
{
	*ret_ms = 0;
	if (!take_char(s, ".,"))
		return 1;
	int digit, scale = 100;
	if (!take(s, 1, &digit))
		return 0;
	do {
		*ret_ms += digit * scale;
		scale /= 10;
	} while (take(s, 1, &digit));
	return 1;
}

static int
take_clock(const char **s, int64_t *ret_ms)
{
	int h, m, sec = 0;
	int64_t ms = 0;
	if (!take(s, 2, &h) || !take_char(s, ":") || !take(s, 2, &m) || h > 23 || m > 59)
		return 0;
	if (take_char(s, ":") &&
		(!take(s, 2, &sec) || sec > 59 || !take_fraction(s, &ms)))
		return 0;
	*ret_ms = h * HOUR_MS + m * MINUTE_MS + sec * SECOND_MS + ms;
	return 1;
}

/* "Z", +hh:mm, +hhmm; 0 where there is none or a bad one. */
static int
take_offset(const char **s, int64_t *ret_ms)
{
	int sign = **s == '-' ? -1 : 1, h, m;
	if (take_char(s, "Zz")) {
		*ret_ms = 0;
		return 1;
	}
	if (!take_char(s, "+-") || !take(s, 2, &h))
		return 0;
	take_char(s, ":");
	if (!take(s, 2, &m) || h > 23 || m > 59)
		return 0;
	*ret_ms = sign * (h * HOUR_MS + m * MINUTE_MS);
	return 1;
}

static int
epoch_parse(const char *s, utc_ms *ret)
{
	size_t n = strspn(s, "0123456789");
	int64_t v = 0, frac = 0;
	if (n == 0 || n > 15)
		return 0;
	for (const char *end = s + n; s < end; s++)
		v = 10 * v + (*s - '0');
	if (n <= 11) {
		if (!take_fraction(&s, &frac))
			return 0;
		v = v * 1000 + frac;
	}
	if (*s != '\0')
		return 0;
	*ret = UTC(v);
	return 1;
}

int
civil_time_parse(const char *s, const struct zone *local, utc_ms *ret, int *ret_naive)
{
	civil_day d;
	int64_t clock_ms, offset_ms;
	utc_ms t;
	int naive = 0;
	if (s[strspn(s, "0123456789")] != '-') {
		if (!epoch_parse(s, &t))
			return 0;
	} else {
		if (!take_date(&s, &d) || !take_char(&s, "T ") ||
			!take_clock(&s, &clock_ms))
			return 0;
		int64_t wall = d.n * DAY_MS + clock_ms;
		naive = *s == '\0';
		if (naive && !local)
			return 0;
		if (naive)
			t = zone_from_wall(local, wall);
		else if (take_offset(&s, &offset_ms) && *s == '\0')
			t = UTC(wall - offset_ms);
		else
			return 0;
	}
	*ret = t;
	if (ret_naive)
		*ret_naive = naive;
	return 1;
}
