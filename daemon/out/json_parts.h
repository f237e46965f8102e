/* SPDX-License-Identifier: MIT */
/* The small parts that every JSON object of a result is made of. What may be unknown goes
 * through number(), text() or time_of(), which give null. */
#pragma once

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "out/encode.h"

static inline json_t *
number(double v)
{
	if (!isfinite(v))
		return json_null();
	/* a whole number is written as one: 42, not 42.0 */
	return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v)
					       : json_real(v);
}

static inline json_t *
text(const char *s)
{
	/* the records hold what went through decode and words: valid UTF-8 unless broken
	 */
	json_t *j = s[0] ? json_string(s) : json_null();
	return j ? j : json_null();
}

static inline json_t *
time_of(utc_ms t, const struct zone *zone)
{
	char s[CIVIL_TIME_LEN];
	return t.ms ? json_string(civil_time_text(zone, t, s)) : json_null();
}

static inline json_t *
date_of(civil_day d)
{
	char s[CIVIL_DATE_LEN];
	return json_string(civil_date_text(d, s));
}

static inline struct bytes
dump(json_t *j)
{
	char *s = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(j);
	assert(s); /* only out of memory gets here: every text was checked */
	return (struct bytes){(unsigned char *)s, strlen(s)};
}

static inline void
put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static inline json_t *
status_of(const struct night *n)
{
	return json_string(night_status_names[night_status_of(n)]);
}

/* null where nothing stands that could have been measured */
static inline json_t *
coverage_of(const struct night *n)
{
	return n && !n->gone ? number(round(n->coverage * 1000) / 1000) : json_null();
}
