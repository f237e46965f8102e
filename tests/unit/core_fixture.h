/* SPDX-License-Identifier: MIT */
/* What the tests of core share: a person in a zone, batches from plain arrays. */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/batch.h"
#include "core/person.h"

static inline struct person
fixture_person(const char *id, const char *zone)
{
	struct person p = {.sleep_prompt_min = -1, .pain_prompt_min = -1};
	snprintf(p.id, sizeof p.id, "%s", id);
	assert_int_equal(zone_open(zone, &p.zone), 0);
	return p;
}

/* "2026-03-28T23:40:00Z" */
static inline utc_ms
at(const char *text)
{
	utc_ms t;
	assert_true(civil_time_parse(text, NULL, &t, NULL));
	return t;
}

static inline civil_day
date(const char *text)
{
	civil_day d;
	assert_true(civil_date_parse(text, &d));
	return d;
}

/* One series a minute of one channel; b and q must outlive the result's use. */
static inline struct batch
minutes(struct series *q, const char *device, const char *channel, utc_ms start,
	const double *v, uint32_t n)
{
	*q = (struct series){channel_by_name(channel), start, 60000, n, NULL, v, 0};
	struct batch b = {.epoch = 1, .seq = 1, .n_series = 1, .series = q};
	snprintf(b.from.person, sizeof b.from.person, "anna");
	snprintf(b.from.source, sizeof b.from.source, "csv");
	snprintf(b.from.device, sizeof b.from.device, "%s", device);
	b.received = b.last = UTC(start.ms + (int64_t)(n - 1) * 60000);
	b.first = start;
	return b;
}
