/* SPDX-License-Identifier: MIT */
/* Local time: the rules of one IANA zone, read from the system's tz database (TZif v2+,
 * footer rule included), for any number of zones at once. No TZ, no localtime().
 * The only place that knows what a date is. zone.c has the rules, civil.c dates and text.
 * A zone never changes once open: any thread may ask it. */
#pragma once

#include "base/base.h"
#include "base/clock.h"

struct zone;

/* Opens an IANA zone such as "Europe/Berlin". -ENOENT: no such zone; -EINVAL: a name that
 * leaves the database, or damaged data. ZONEINFO_DIR in the environment is not honoured.
 * "UTC" opens even without a database; leap-second zones ("right/...") are refused. */
int zone_open(const char *name, struct zone **ret) must_check;
/* The same from the bytes of a TZif file, which may be anything. 0 or -EINVAL. */
int zone_from_bytes(const char *name, const unsigned char *data, size_t n,
	struct zone **ret) must_check;
struct zone *zone_free(struct zone *z); /* returns NULL */
/* For another thread, which outlives the configuration; NULL of NULL. */
struct zone *zone_copy(const struct zone *z);
const char *zone_name(const struct zone *z);

/* Seconds east of UTC at t. */
int32_t zone_offset_s(const struct zone *z, utc_ms t);

/* The local date of t, the day starting `day_start_min` minutes after (negative: before)
 * midnight: 0 = calendar date; -360 = the day changes at 18:00 the evening before, so
 * that 19:00 on Monday belongs to Tuesday; 240 = 03:59 still belongs to yesterday. */
civil_day zone_date(const struct zone *z, utc_ms t, int day_start_min);

/* The instant at which the wall clock shows `minute` minutes after midnight of d (may be
 * negative or beyond 1440). In a skipped hour: the instant of the change; in a repeated
 * hour: the first. */
utc_ms zone_instant(const struct zone *z, civil_day d, int minute);
/* The same for a wall clock given as milliseconds since 1970-01-01T00:00 local. */
utc_ms zone_from_wall(const struct zone *z, int64_t wall_ms);

/* Proleptic Gregorian calendar. month 1-12, day 1-31; not checked, but any values add up.
 */
civil_day civil_from_ymd(int64_t year, int month, int day);
void civil_to_ymd(civil_day d, int64_t *ret_year, int *ret_month, int *ret_day);

/* Text. Buffers are the caller's. Outside the years 0 to 9999: dashes. */
#define CIVIL_DATE_LEN 11 /* "2026-03-29" */
#define CIVIL_TIME_LEN 32 /* "2026-03-29T07:12:30+02:00" */
const char *civil_date_text(civil_day d, char ret[static CIVIL_DATE_LEN]);
/* ISO 8601 with offset, whole seconds; z == NULL: UTC with "Z". An offset with seconds
 * (before about 1930) is shown in whole minutes, the clock time beside it to match. */
const char *civil_time_text(
	const struct zone *z, utc_ms t, char ret[static CIVIL_TIME_LEN]);
/* The same at an offset that somebody states, with ".250" where there are milliseconds. */
const char *civil_offset_text(int offset_min, utc_ms t, char ret[static CIVIL_TIME_LEN]);
/* "07:12" on the person's wall clock. */
const char *civil_clock_text(const struct zone *z, utc_ms t, char ret[static 6]);

/* 1 and *ret set if s is a date YYYY-MM-DD that exists, else 0. */
int civil_date_parse(const char *s, civil_day *ret) must_check;
/* ISO 8601 date and time ('T' or ' ', seconds and fraction optional) with "Z" or +hh:mm
 * or +hhmm; or epoch seconds (up to 11 digits, a fraction allowed) or ms (12 to 15
 * digits). Without an offset the time is local in `local` (ambiguous: the first; skipped:
 * the change), or refused where local is NULL. Beyond milliseconds is cut off. Nothing
 * may follow. 1 and *ret, *ret_naive (NULL allowed) set, or 0. */
int civil_time_parse(
	const char *s, const struct zone *local, utc_ms *ret, int *ret_naive) must_check;
