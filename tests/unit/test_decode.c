// SPDX-License-Identifier: MIT
// The decoder by example: series, times and the batch as a whole; each reason for refusing.
#include "decode_fixture.h"

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
int16_values_are_the_same_however_many_there_are(void **state)
{
	enum { MOST = 37 };
	static uint8_t raw[2 * MOST];
	struct parts *p = with_series();

	(void)state;
	p->series.channel = DOZED__V1__CHANNEL__CHANNEL_ACCEL_X;
	p->series.n_v = p->series.n_missing = 0;
	p->series.i16.data = raw;
	for (int k = 0; k < MOST; k++) {
		uint16_t v =
			(uint16_t)(k * 7919 + 32768); /* both ends of the range, too */
		raw[2 * k] = (uint8_t)v, raw[2 * k + 1] = (uint8_t)(v >> 8);
	}
	for (int n = 1; n <= MOST; n++) {
		p->series.i16.len = 2 * (size_t)n;
		accepted(p);
		assert_int_equal(got.series[0].n, n);
		for (int k = 0; k < n; k++)
			assert_true(got.series[0].v[k] ==
				    (int16_t)(uint16_t)(k * 7919 + 32768));
	}
	p->missing[0] = 3, p->missing[1] = 36;
	p->series.missing = p->missing, p->series.n_missing = 2;
	accepted(p);
	assert_true(isnan(got.series[0].v[3]) && isnan(got.series[0].v[36]));
	assert_int_equal(got.refused_samples, 0);
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
	/* 2^32 + 600, which 32 bits would take for 60 beats a minute */
	v[0] = v[1] = INT32_MAX;
	v[2] = 602;
	p->series.n_v = 3;
	accepted(p);
	assert_true(isnan(got.series[0].v[2]));
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

/* --- the whole ---------------------------------------------------------------------------- */

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

/* proto/README.md shows one batch as hex; the page and the code must not drift apart. */
static void
the_example_in_the_readme_decodes(void **state)
{
	const char *source = getenv("DOZED_SOURCE");
	char path[4096], line[512];
	size_t n = 0;

	(void)state;
	snprintf(path, sizeof path, "%s/proto/README.md", source ? source : ".");
	FILE *f = fopen(path, "r");
	if (f == NULL)
		skip();
	while (fgets(line, sizeof line, f) && strncmp(line, "0880", 4) != 0)
		;
	fclose(f);
	while (n < sizeof line / 2 && sscanf(line + 2 * n, "%2hhx", &bytes[n]) == 1)
		n++;
	assert_int_equal(decode_bytes(n, NOW), 0);
	assert_int_equal(got.epoch, INT64_C(1774728000000));
	assert_string_equal(got.series[0].channel->name, "heart_rate");
	assert_true(got.series[0].v[3] == 599 * 0.1 && isnan(got.series[0].v[2]));
	assert_int_equal(got.ratings[0].value, 3);
	assert_int_equal(got.ratings[0].at.ms, NOW - MINUTE_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_series_becomes_values_in_its_unit),
		cmocka_unit_test(irregular_times_need_not_ascend),
		cmocka_unit_test(high_rate_axes_are_plain_int16),
		cmocka_unit_test(int16_values_are_the_same_however_many_there_are),
		cmocka_unit_test(an_implausible_sample_is_missing_and_counted),
		cmocka_unit_test(deltas_at_their_largest_do_not_wrap),
		cmocka_unit_test(a_channel_of_a_newer_bridge_is_left_out),
		cmocka_unit_test(a_series_without_order_in_it_is_refused),
		cmocka_unit_test(the_future_is_refused_beyond_five_minutes),
		cmocka_unit_test(a_hundred_years_ago_is_fine_and_1899_is_not),
		cmocka_unit_test(a_batch_needs_a_key_and_something_in_it),
		cmocka_unit_test(what_is_too_large_or_no_batch_is_refused),
		cmocka_unit_test(small_messages_cannot_unpack_into_large_ones),
		cmocka_unit_test(refusal_leaves_the_result_alone),
		cmocka_unit_test(the_example_in_the_readme_decodes),
	};
	return run(tests, array_len(tests));
}
