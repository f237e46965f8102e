/* SPDX-License-Identifier: MIT */
/* The two times, as two types, so that mixing them does not compile. Event time (utc_ms)
 * is milliseconds since 1970-01-01T00:00Z; monotonic time is for timers only.
 * Only sys/ticker.c and the command line read a clock; everything else is told the time.
 */
#pragma once

#include <stdint.h>

typedef struct {
	int64_t ms;
} utc_ms;

typedef struct {
	int64_t ms;
} mono_ms;

/* A local calendar date as days since 1970-01-01. */
typedef struct {
	int32_t n;
} civil_day;

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   INT64_C(3600000)
#define DAY_MS    INT64_C(86400000)

#define UTC(x) ((utc_ms){(x)})
#define DAY(x) ((civil_day){(x)})
