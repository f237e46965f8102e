/* SPDX-License-Identifier: MIT */
/* What the tests of the decoder share: one good part of each kind, for a test to change, and
 * the verdict on it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dozed/v1/batch.pb-c.h>

#include "in/decode.h"

#define NOW      INT64_C(1774749600000) /* 2026-03-29T02:00Z */
#define EVENING  (NOW - 9 * HOUR_MS)
#define CAPACITY (2 * DECODE_PAYLOAD_MAX)

static const struct device_id anna = {"anna", "fitbit", "charge"};
static struct arena arena;
static struct batch got;
static char why[DECODE_WHY_LEN];
static unsigned char bytes[CAPACITY];

/* One of each part, to be changed by a test; everything points into this struct. */
struct parts {
	Dozed__V1__Batch b;
	Dozed__V1__Series series, *series_list[1];
	Dozed__V1__Session session, *session_list[1];
	Dozed__V1__Origin origin;
	Dozed__V1__StageSpan stages[2], *stage_list[2];
	Dozed__V1__MetricValue metrics[5], *metric_list[5];
	Dozed__V1__Rating rating, *rating_list[1];
	Dozed__V1__Marker marker, *marker_list[1];
	Dozed__V1__Feedback feedback, *feedback_list[1];
	int32_t v[4], dt[4];
	uint32_t missing[2];
	uint8_t i16[4];
};

static inline struct parts *
parts(void)
{
	static struct parts p;

	memset(&p, 0, sizeof p);
	dozed__v1__batch__init(&p.b);
	dozed__v1__series__init(&p.series);
	dozed__v1__session__init(&p.session);
	dozed__v1__origin__init(&p.origin);
	dozed__v1__rating__init(&p.rating);
	dozed__v1__marker__init(&p.marker);
	dozed__v1__feedback__init(&p.feedback);
	for (int i = 0; i < 2; i++) {
		dozed__v1__stage_span__init(&p.stages[i]);
		p.stage_list[i] = &p.stages[i];
	}
	for (int i = 0; i < 5; i++) {
		dozed__v1__metric_value__init(&p.metrics[i]);
		p.metric_list[i] = &p.metrics[i];
	}
	p.series_list[0] = &p.series;
	p.session_list[0] = &p.session;
	p.rating_list[0] = &p.rating;
	p.marker_list[0] = &p.marker;
	p.feedback_list[0] = &p.feedback;
	p.b.epoch = 42;
	p.b.seq = 7;
	p.b.series = p.series_list;
	p.b.sessions = p.session_list;
	p.b.ratings = p.rating_list;
	p.b.markers = p.marker_list;
	p.b.feedback = p.feedback_list;
	p.session.origin = &p.origin;
	p.session.stages = p.stage_list;
	p.session.metrics = p.metric_list;
	return &p;
}

/* heart rate 60.0, 61.5, missing, 59.9 from the evening on, one a minute */
static inline struct parts *
with_series(void)
{
	struct parts *p = parts();
	static const int32_t v[] = {600, 15, 0, -16};

	p->b.n_series = 1;
	p->series.channel = DOZED__V1__CHANNEL__CHANNEL_HEART_RATE;
	p->series.start_ms = EVENING;
	p->series.interval_ms = 60000;
	memcpy(p->v, v, sizeof v);
	p->series.v = p->v;
	p->series.n_v = 4;
	p->missing[0] = 2;
	p->series.missing = p->missing;
	p->series.n_missing = 1;
	return p;
}

static inline struct parts *
with_session(void)
{
	struct parts *p = parts();

	p->b.n_sessions = 1;
	p->origin.record_id = (char *)"log/1";
	p->origin.revision = 3;
	p->origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	p->session.start_ms = EVENING;
	p->session.end_ms = EVENING + 8 * HOUR_MS;
	p->session.kind = DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN;
	p->session.utc_offset_start_min = 60;
	p->session.utc_offset_end_min = 120;
	p->stages[0] = (Dozed__V1__StageSpan){p->stages[0].base, 0, 3600, 4};
	p->stages[1] = (Dozed__V1__StageSpan){p->stages[1].base, 3600, 7 * 3600, 5};
	p->session.n_stages = 2;
	return p;
}

static inline struct parts *
with_rating(void)
{
	struct parts *p = parts();

	p->b.n_ratings = 1;
	p->rating.kind = DOZED__V1__RATING_KIND__RATING_KIND_PAIN_MORNING;
	p->rating.at_ms = NOW;
	p->rating.value = 10;
	return p;
}

static inline struct parts *
with_feedback(void)
{
	struct parts *p = parts();

	p->b.n_feedback = 1;
	p->feedback.kind = DOZED__V1__FEEDBACK_KIND__FEEDBACK_KIND_SNOOZE;
	p->feedback.at_ms = NOW;
	return p;
}

static inline int
decode_bytes(size_t n, int64_t now)
{
	memset(why, 0, sizeof why);
	return decode_batch(&arena, &anna, UTC(99), UTC(now), bytes, n, &got, why);
}

static inline int
decode_at(const struct parts *p, int64_t now)
{
	assert_true(dozed__v1__batch__get_packed_size(&p->b) <= sizeof bytes);
	return decode_bytes(dozed__v1__batch__pack(&p->b, bytes), now);
}

static inline void
accepted(const struct parts *p)
{
	if (decode_at(p, NOW) != 0)
		fail_msg("refused: %s", why);
}

static inline void
refused(const struct parts *p, const char *reason)
{
	assert_int_equal(decode_at(p, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, reason);
}

static inline int
run(const struct CMUnitTest *tests, size_t n)
{
	arena_init(&arena, malloc(DECODE_ARENA_SIZE), DECODE_ARENA_SIZE);
	int failed = _cmocka_run_group_tests("decode", tests, n, NULL, NULL);
	free(arena.mem);
	return failed;
}
