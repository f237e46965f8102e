// SPDX-License-Identifier: MIT
// The decoder by example: what comes out of a good batch, and each reason for refusing one.
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
	Dozed__V1__MetricValue metrics[3], *metric_list[3];
	Dozed__V1__Rating rating, *rating_list[1];
	Dozed__V1__Marker marker, *marker_list[1];
	int32_t v[4], dt[4];
	uint32_t missing[2];
	uint8_t i16[4];
};

static struct parts *
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
	for (int i = 0; i < 2; i++) {
		dozed__v1__stage_span__init(&p.stages[i]);
		p.stage_list[i] = &p.stages[i];
	}
	for (int i = 0; i < 3; i++) {
		dozed__v1__metric_value__init(&p.metrics[i]);
		p.metric_list[i] = &p.metrics[i];
	}
	p.series_list[0] = &p.series;
	p.session_list[0] = &p.session;
	p.rating_list[0] = &p.rating;
	p.marker_list[0] = &p.marker;
	p.b.epoch = 42;
	p.b.seq = 7;
	p.b.series = p.series_list;
	p.b.sessions = p.session_list;
	p.b.ratings = p.rating_list;
	p.b.markers = p.marker_list;
	p.session.origin = &p.origin;
	p.session.stages = p.stage_list;
	p.session.metrics = p.metric_list;
	return &p;
}

/* heart rate 60.0, 61.5, missing, 59.9 from the evening on, one a minute */
static struct parts *
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

static struct parts *
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

static struct parts *
with_rating(void)
{
	struct parts *p = parts();

	p->b.n_ratings = 1;
	p->rating.kind = DOZED__V1__RATING_KIND__RATING_KIND_PAIN_MORNING;
	p->rating.at_ms = NOW;
	p->rating.value = 10;
	return p;
}

static int
decode_bytes(size_t n, int64_t now)
{
	memset(why, 0, sizeof why);
	return decode_batch(&arena, &anna, UTC(99), UTC(now), bytes, n, &got, why);
}

static int
decode_at(const struct parts *p, int64_t now)
{
	assert_true(dozed__v1__batch__get_packed_size(&p->b) <= sizeof bytes);
	return decode_bytes(dozed__v1__batch__pack(&p->b, bytes), now);
}

static void
accepted(const struct parts *p)
{
	if (decode_at(p, NOW) != 0)
		fail_msg("refused: %s", why);
}

static void
refused(const struct parts *p, const char *reason)
{
	assert_int_equal(decode_at(p, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, reason);
}

/* --- series ------------------------------------------------------------------------------ */

static void
a_regular_series_becomes_values_in_its_unit(void **state)
{
	(void)state;
	accepted(with_series());
	assert_int_equal(got.epoch, 42);
	assert_int_equal(got.seq, 7);
	assert_int_equal(got.received.ms, 99);
	assert_string_equal(got.from.device, "charge");
	assert_int_equal(got.n_series, 1);
	const struct series *s = &got.series[0];
	assert_string_equal(s->channel->name, "heart_rate");
	assert_int_equal(s->n, 4);
	assert_null(s->t);
	assert_int_equal(s->interval_ms, 60000);
	assert_true(s->v[0] == 600 * 0.1 && s->v[1] == 615 * 0.1 && s->v[3] == 599 * 0.1);
	assert_true(isnan(s->v[2]));
	assert_int_equal(got.first.ms, EVENING);
	assert_int_equal(got.last.ms, EVENING + 3 * MINUTE_MS);
	assert_int_equal(got.refused_samples + got.ignored_series, 0);
}

static void
irregular_times_need_not_ascend(void **state)
{
	struct parts *p = with_series();
	static const int32_t dt[] = {500, 1000, -2000, 10};

	(void)state;
	memcpy(p->dt, dt, sizeof dt);
	p->series.interval_ms = 0;
	p->series.dt_ms = p->dt;
	p->series.n_dt_ms = 4;
	accepted(p);
	assert_int_equal(got.series[0].t[0], EVENING + 500);
	assert_int_equal(got.series[0].t[2], EVENING - 500);
	assert_int_equal(got.first.ms, EVENING - 500);
	assert_int_equal(got.last.ms, EVENING + 1500);
	p->series.n_dt_ms = 3;
	refused(p, "series 1: 4 samples but 3 dt_ms");
	p->series.n_dt_ms = 4;
	p->series.interval_ms = 1;
	refused(p, "series 1 has both an interval and dt_ms");
}

static void
high_rate_axes_are_plain_int16(void **state)
{
	struct parts *p = with_series();
	static const uint8_t raw[] = {0x18, 0xfc, 0xe8, 0x03}; /* -1000, 1000 mg */

	(void)state;
	memcpy(p->i16, raw, sizeof raw);
	p->series.channel = DOZED__V1__CHANNEL__CHANNEL_ACCEL_Z;
	p->series.n_v = p->series.n_missing = 0;
	p->series.i16.data = p->i16;
	p->series.i16.len = 4;
	accepted(p);
	assert_int_equal(got.series[0].n, 2);
	assert_true(got.series[0].v[0] == -1000 && got.series[0].v[1] == 1000);
	p->series.i16.len = 3;
	refused(p, "series 1 ends inside an i16");
	p->series.i16.len = 4;
	p->series.n_v = 2;
	refused(p, "series 1 has both v and i16");
}

static void
an_implausible_sample_is_missing_and_counted(void **state)
{
	struct parts *p = with_series();

	(void)state;
	p->v[1] = 3000; /* 360 a minute */
	p->v[3] = -3000;
	accepted(p);
	assert_true(isnan(got.series[0].v[1]));
	assert_true(got.series[0].v[3] == 600 * 0.1);
	assert_int_equal(got.refused_samples, 1);
}

static void
deltas_at_their_largest_do_not_wrap(void **state)
{
	enum { N = 12000 };
	static int32_t v[N];
	struct parts *p = with_series();

	(void)state;
	for (int i = 0; i < N; i++)
		v[i] = i % 2 ? INT32_MIN : INT32_MAX;
	v[0] = v[2] = INT32_MAX;
	p->series.v = v;
	p->series.n_v = N;
	p->series.interval_ms = 1;
	p->series.n_missing = 0;
	accepted(p);
	assert_true(isnan(got.series[0].v[N - 1]));
	assert_int_equal(got.refused_samples, N);
}

static void
a_channel_of_a_newer_bridge_is_left_out(void **state)
{
	struct parts *p = with_series();

	(void)state;
	p->series.channel = (Dozed__V1__Channel)999;
	accepted(p);
	assert_int_equal(got.n_series, 0);
	assert_int_equal(got.ignored_series, 1);
	assert_int_equal(got.first.ms, EVENING);
	p->series.channel = DOZED__V1__CHANNEL__CHANNEL_UNSPECIFIED;
	accepted(p);
	assert_int_equal(got.ignored_series, 1);
	p->missing[0] = 4;
	refused(p, "series 1: missing sample beyond the end");
}

static void
a_series_without_order_in_it_is_refused(void **state)
{
	struct parts *p = with_series();

	(void)state;
	p->missing[1] = 2;
	p->series.n_missing = 2;
	refused(p, "series 1: missing samples not ascending");
	p->series.n_missing = 0;
	p->series.n_v = 0;
	refused(p, "series 1 has no samples");
}

/* --- times ------------------------------------------------------------------------------- */

static void
the_future_is_refused_beyond_five_minutes(void **state)
{
	struct parts *p = with_rating();

	(void)state;
	p->rating.at_ms = NOW + 5 * MINUTE_MS;
	accepted(p);
	p->rating.at_ms++;
	refused(p, "rating 1 lies more than 5 minutes ahead of the hub's clock");
	/* a hub that does not know the time believes the device */
	assert_int_equal(decode_at(p, INT64_MAX), 0);
	p->rating.at_ms = INT64_MAX;
	assert_int_equal(decode_at(p, INT64_MAX), DECODE_E_REFUSED);
	p = with_series();
	p->series.start_ms = NOW + 5 * MINUTE_MS - 2 * MINUTE_MS;
	refused(p,
		"the end of series 1 lies more than 5 minutes ahead of the hub's clock");
	p = with_session();
	p->session.start_ms = NOW;
	p->session.end_ms = NOW + HOUR_MS;
	refused(p,
		"the end of session 1 lies more than 5 minutes ahead of the hub's clock");
}

static void
a_hundred_years_ago_is_fine_and_1899_is_not(void **state)
{
	struct parts *p = with_series();

	(void)state;
	p->series.start_ms = INT64_C(-1640995200000); /* 1918 */
	accepted(p);
	assert_int_equal(got.first.ms, INT64_C(-1640995200000));
	p->series.start_ms = DECODE_OLDEST_MS - 1;
	refused(p, "the start of series 1 lies before 1900");
	p->series.start_ms = INT64_MIN;
	refused(p, "the start of series 1 lies before 1900");
	p = with_series();
	p->series.interval_ms = 0;
	p->series.dt_ms = p->dt;
	p->series.n_dt_ms = 4;
	p->series.start_ms = DECODE_OLDEST_MS;
	p->dt[3] = -1;
	refused(p, "a sample of series 1 lies before 1900");
}

/* --- sessions ---------------------------------------------------------------------------- */

static void
a_session_keeps_what_the_vendor_says(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->metrics[0].metric = DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S;
	p->metrics[0].value = 0;
	p->metrics[1].metric = DOZED__V1__METRIC__METRIC_VENDOR_SCORE;
	p->metrics[1].value = 101;
	p->metrics[2].metric = (Dozed__V1__Metric)77;
	p->session.n_metrics = 3;
	accepted(p);
	const struct session *s = &got.sessions[0];
	assert_string_equal(s->source, "fitbit");
	assert_string_equal(s->record_id, "log/1");
	assert_int_equal(s->status, RECORD_FINAL);
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal(s->offset_end_min, 120);
	assert_int_equal(s->n_stages, 2);
	assert_int_equal(s->stages[1].stage, STAGE_DEEP);
	assert_true(s->latency_s == 0);
	assert_true(isnan(s->vendor_score));
	assert_int_equal(got.refused_samples, 1);
	assert_int_equal(got.last.ms, EVENING + 8 * HOUR_MS);
	p->stages[1].stage = (Dozed__V1__SleepStage)11;
	p->stages[0].stage = (Dozed__V1__SleepStage)0;
	p->session.kind = (Dozed__V1__SleepKind)9;
	accepted(p);
	assert_int_equal(got.sessions[0].stages[0].stage, STAGE_UNMEASURABLE);
	assert_int_equal(got.sessions[0].stages[1].stage, STAGE_UNMEASURABLE);
	assert_int_equal(got.sessions[0].kind, SLEEP_UNSPECIFIED);
}

static void
a_session_that_cannot_be_is_refused(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->session.end_ms = p->session.start_ms;
	refused(p, "session 1 ends before it starts");
	p->session.end_ms = p->session.start_ms - 1;
	refused(p, "session 1 ends before it starts");
	p = with_session();
	p->session.start_ms = p->session.end_ms - 48 * HOUR_MS;
	p->session.n_stages = 0;
	accepted(p);
	p->session.start_ms--;
	refused(p, "session 1 is longer than 48 hours");
	p = with_session();
	p->stages[1].offset_s = 3599;
	refused(p, "session 1: stage 2 starts before the end of the one before");
	p = with_session();
	p->stages[1].duration_s++;
	refused(p, "session 1: stage 2 runs over the session's end");
	p->stages[1].duration_s = UINT32_MAX;
	refused(p, "session 1: stage 2 runs over the session's end");
	p = with_session();
	p->session.utc_offset_start_min = 1081;
	refused(p, "session 1: a UTC offset beyond 18 hours");
	p = with_session();
	p->origin.status = (Dozed__V1__RecordStatus)4;
	refused(p, "session 1: unknown status");
	p = with_session();
	p->session.origin = NULL;
	refused(p, "session 1 has no origin");
}

static void
only_a_deleted_session_may_lack_its_times(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->session.start_ms = p->session.end_ms = 0;
	p->session.n_stages = 0;
	refused(p, "session 1 ends before it starts");
	p->origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED;
	accepted(p);
	assert_int_equal(got.first.ms, 0);
	assert_int_equal(got.last.ms, 0);
	p->session.end_ms = 1;
	accepted(p);
}

static void
a_record_id_is_text_of_1_to_96_bytes(void **state)
{
	static const char *const bad[] = {"\xff", "a\xc0\xaf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
		"x\x80"};
	static char id[99];
	struct parts *p = with_session();

	(void)state;
	p->origin.record_id = (char *)"";
	refused(p, "session 1: record_id is empty or longer than 96 bytes");
	memset(id, 'x', 96);
	p->origin.record_id = id;
	accepted(p);
	assert_string_equal(got.sessions[0].record_id, id);
	id[96] = 'x';
	refused(p, "session 1: record_id is empty or longer than 96 bytes");
	for (size_t i = 0; i < array_len(bad); i++) {
		p->origin.record_id = (char *)bad[i];
		refused(p, "session 1: a text is no UTF-8 or holds a NUL");
	}
	p->origin.record_id = (char *)"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\xb4";
	accepted(p);
	p->origin.source_app = (char *)"\xff";
	refused(p, "session 1: a text is no UTF-8 or holds a NUL");
}

static void
a_nul_inside_of_a_text_is_seen(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->origin.record_id = (char *)"log/12345";
	size_t n = dozed__v1__batch__pack(&p->b, bytes);
	unsigned char *at = memmem(bytes, n, "log/12345", 9);
	assert_non_null(at);
	at[4] = '\0';
	assert_int_equal(decode_bytes(n, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "session 1: a text is no UTF-8 or holds a NUL");
}

/* --- ratings, markers, the whole ----------------------------------------------------------- */

static void
ratings_and_markers_are_taken_literally(void **state)
{
	struct parts *p = with_rating();

	(void)state;
	accepted(p);
	assert_int_equal(got.ratings[0].kind, RATING_PAIN_MORNING);
	assert_int_equal(got.ratings[0].value, 10);
	assert_int_equal(got.ratings[0].at.ms, NOW);
	p->rating.value = 11;
	refused(p, "rating 1 is above 10");
	p->rating.value = 1;
	p->rating.kind = (Dozed__V1__RatingKind)0;
	refused(p, "rating 1: unknown kind");
	p->rating.kind = (Dozed__V1__RatingKind)4;
	refused(p, "rating 1: unknown kind");
	p = parts();
	p->b.n_markers = 1;
	p->marker.at_ms = EVENING;
	p->marker.stage = DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_IN_BED;
	accepted(p);
	assert_int_equal(got.markers[0].stage, STAGE_IN_BED);
	p->marker.stage = DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_REM;
	refused(p, "marker 1 is neither in bed nor out of bed");
}

static void
a_batch_needs_a_key_and_something_in_it(void **state)
{
	struct parts *p = with_rating();

	(void)state;
	p->b.epoch = 0;
	refused(p, "epoch is 0 or beyond 63 bits");
	p->b.epoch = UINT64_MAX;
	refused(p, "epoch is 0 or beyond 63 bits");
	p->b.epoch = 1;
	p->b.seq = 0;
	refused(p, "seq is 0 or beyond 63 bits");
	p->b.seq = 1;
	p->b.n_ratings = 0;
	refused(p, "holds nothing");
}

static void
what_is_too_large_or_no_batch_is_refused(void **state)
{
	(void)state;
	assert_int_equal(decode_bytes(0, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "empty");
	memset(bytes, 0, sizeof bytes);
	assert_int_equal(decode_bytes(DECODE_PAYLOAD_MAX + 1, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "larger than 65536 bytes");
	memset(bytes, 0xff, 100);
	assert_int_equal(decode_bytes(100, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "not a dozed.v1.Batch");
}

static void
small_messages_cannot_unpack_into_large_ones(void **state)
{
	(void)state;
	/* 32 768 empty sessions in 64 KiB */
	for (int i = 0; i < DECODE_PAYLOAD_MAX; i += 2)
		bytes[i] = 0x32, bytes[i + 1] = 0;
	assert_int_equal(decode_bytes(DECODE_PAYLOAD_MAX, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "unpacks to more than 4194304 bytes");
	assert_true(arena.peak <= DECODE_ARENA_SIZE);
	/* and 5 000 ratings are too many, though they fit */
	for (int i = 0; i < 10000; i += 2)
		bytes[i] = 0x3a, bytes[i + 1] = 0;
	memcpy(bytes + 10000, "\x08\x01\x10\x01", 4);
	assert_int_equal(decode_bytes(10004, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "more than 4096 ratings");
}

static void
refusal_leaves_the_result_alone(void **state)
{
	struct parts *p = with_rating();
	struct batch before;

	(void)state;
	accepted(p);
	before = got;
	p->rating.value = 11;
	refused(p, "rating 1 is above 10");
	assert_memory_equal(&got, &before, sizeof got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_series_becomes_values_in_its_unit),
		cmocka_unit_test(irregular_times_need_not_ascend),
		cmocka_unit_test(high_rate_axes_are_plain_int16),
		cmocka_unit_test(an_implausible_sample_is_missing_and_counted),
		cmocka_unit_test(deltas_at_their_largest_do_not_wrap),
		cmocka_unit_test(a_channel_of_a_newer_bridge_is_left_out),
		cmocka_unit_test(a_series_without_order_in_it_is_refused),
		cmocka_unit_test(the_future_is_refused_beyond_five_minutes),
		cmocka_unit_test(a_hundred_years_ago_is_fine_and_1899_is_not),
		cmocka_unit_test(a_session_keeps_what_the_vendor_says),
		cmocka_unit_test(a_session_that_cannot_be_is_refused),
		cmocka_unit_test(only_a_deleted_session_may_lack_its_times),
		cmocka_unit_test(a_record_id_is_text_of_1_to_96_bytes),
		cmocka_unit_test(a_nul_inside_of_a_text_is_seen),
		cmocka_unit_test(ratings_and_markers_are_taken_literally),
		cmocka_unit_test(a_batch_needs_a_key_and_something_in_it),
		cmocka_unit_test(what_is_too_large_or_no_batch_is_refused),
		cmocka_unit_test(small_messages_cannot_unpack_into_large_ones),
		cmocka_unit_test(refusal_leaves_the_result_alone),
	};
	arena_init(&arena, malloc(DECODE_ARENA_SIZE), DECODE_ARENA_SIZE);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(arena.mem);
	return failed;
}
