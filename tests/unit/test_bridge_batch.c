/* SPDX-License-Identifier: MIT */
/* Cutting: a local day a batch, never too large, in the order of events; and the file that
 * recordings are. */
#include "bridge_fixture.h"

#include "dozed/v1/envelope.pb-c.h"
#include "recording.h"

#define T0 INT64_C(1767225600000) /* 2026-01-01T00:00Z */

static char *
minutes(int n, int step_s, const char *head, const char *cell)
{
	char *text = malloc((size_t)n * 64 + 256), *p = text + sprintf(text, "%s", head);
	for (int i = 0; i < n; i++) {
		p += sprintf(p, "%lld", (long long)(T0 + (int64_t)i * step_s * 1000));
		p += sprintf(p, cell, i % 977, i % 31, i % 500 - 250);
		*p++ = '\n';
	}
	*p = 0;
	return text;
}

static void
a_day_of_minutes_is_one_batch_with_its_session_and_ratings(void **state)
{
	struct run r;
	char *text = minutes(3 * 1440, 60, "time,activity,heart_rate\n", ",%d,%d");
	(void)state;
	run_init(&r, "csv");
	run_add(&r, "a.csv", text, strlen(text));
	const char *stages =
		"start,duration_s,stage\n2026-01-01T22:00:00Z,28800,asleep\n";
	const char *ratings = "time,kind,value\n2026-01-02T07:30:00Z,sleep_quality,3\n"
			      "2026-01-02T20:00:00Z,pain_day,4\n";
	run_add(&r, "b.csv", stages, strlen(stages));
	run_add(&r, "c.csv", ratings, strlen(ratings));
	r.o.now = "2026-01-05T12:00:00Z";
	run_go(&r);
	assert_int_equal(r.n, 3);
	for (size_t i = 0; i < 3; i++) {
		const Dozed__V1__Batch *b = r.got[i].b;
		assert_int_equal(b->series[0]->n_v, 1440);
		assert_int_equal(b->series[0]->start_ms, T0 + (int64_t)i * DAY_MS);
		assert_int_equal(b->n_sessions, i == 1);
		assert_int_equal(b->n_ratings, i == 1 ? 2 : 0);
		/* the newest event of the first two is more than 48 h old */
		assert_int_equal(b->historical, i < 2);
		assert_int_equal(b->seq, i + 1);
	}
	free(text);
	run_finish(&r);
}

static void
days_are_local_where_a_zone_is_given(void **state)
{
	struct run r;
	char *text = minutes(1440, 60, "time,activity\n", ",%d");
	(void)state;
	run_init(&r, "csv");
	r.o.zone = "America/New_York";
	run_text(&r, text);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.got[0].b->series[0]->n_v, 300);
	assert_int_equal(r.got[1].b->series[0]->n_v, 1140);
	free(text);
	run_finish(&r);
}

static void
a_large_day_is_cut_and_nothing_gets_lost(void **state)
{
	struct run r;
	const int n = 200000; /* 66 min at 50 Hz */
	char *text = malloc((size_t)n * 40 + 64), *p = text;
	int64_t sum = 0, t = T0;
	size_t seen = 0;
	(void)state;
	p += sprintf(p, "time,accel_x,accel_y,accel_z\n");
	for (int i = 0; i < n; i++)
		p += sprintf(p, "%lld,%d,%d,%d\n", (long long)(T0 + 20LL * i),
			i % 2000 - 1000, i % 7, -i % 999);
	run_init(&r, "csv");
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_true(r.n >= 200000 * 6 / PACK_PAYLOAD_MAX);
	for (size_t i = 0; i < r.n; i++) {
		const Dozed__V1__Series *s = r.got[i].b->series[0];
		assert_int_equal(r.got[i].b->n_series, 3);
		assert_int_equal(s->start_ms, t);
		t += 20 * (int64_t)(s->i16.len / 2);
		for (size_t k = 0; k < s->i16.len; k += 2)
			sum += (int16_t)(s->i16.data[k] | s->i16.data[k + 1] << 8);
		seen += s->i16.len / 2;
	}
	assert_int_equal(seen, n);
	assert_int_equal(sum, -100000);
	free(text);
	run_finish(&r);
}

static void
jitter_is_not_pressed_into_a_grid(void **state)
{
	struct run r;
	char text[8192] = "time,spo2\n";
	int64_t t = T0, dt = 0;
	(void)state;
	for (int i = 0; i < 200; i++) {
		sprintf(text + strlen(text), "%lld,%d\n", (long long)t, 95 + i % 3);
		t += 3000 + i * 7919 % 1000;
	}
	run_init(&r, "csv");
	run_text(&r, text);
	const Dozed__V1__Series *s = r.got[0].b->series[0];
	assert_int_equal(r.got[0].b->n_series, 1);
	assert_int_equal(s->interval_ms, 0);
	assert_int_equal(s->n_dt_ms, 200);
	for (size_t i = 0; i < 200; i++)
		dt += s->dt_ms[i];
	assert_int_equal(s->start_ms + dt, t - 3000 - 199 * 7919 % 1000);
	run_finish(&r);
}

static void
whole_seconds_are_not_a_grid_of_seconds(void **state)
{
	struct run r;
	char text[8192] = "time,heart_rate\n";
	int64_t t = T0;
	(void)state;
	for (int i = 0; i < 200; i++) {
		sprintf(text + strlen(text), "%lld,%d\n", (long long)t, 55 + i % 9);
		t += 1000 * (1 + i * 7919 % 6);
	}
	run_init(&r, "csv");
	run_text(&r, text);
	assert_int_equal(r.got[0].b->series[0]->interval_ms, 0);
	assert_int_equal(r.got[0].b->series[0]->n_v, 200);
	run_finish(&r);
}

static void
a_long_hole_begins_a_new_series(void **state)
{
	struct run r;
	char text[8192] = "time,activity\n";
	(void)state;
	for (int i = 0; i < 200; i++)
		if (i < 20 || (i >= 80 && i < 100) || i >= 170)
			sprintf(text + strlen(text), "%lld,%d\n",
				(long long)(T0 + 60000LL * i), i);
	run_init(&r, "csv");
	run_text(&r, text);
	const Dozed__V1__Batch *b = r.got[0].b;
	assert_int_equal(b->n_series, 3);
	assert_int_equal(b->series[0]->n_v, 20);
	assert_int_equal(b->series[1]->start_ms, T0 + 80 * 60000);
	assert_int_equal(b->series[2]->n_v, 30);
	for (int i = 0; i < 3; i++)
		assert_int_equal(b->series[i]->n_missing, 0);
	run_finish(&r);
}

static void
when_memory_is_used_up_the_samples_go_ahead(void **state)
{
	struct run r;
	char *text = minutes(10000, 60, "time,activity\n", ",%d");
	size_t seen = 0;
	(void)state;
	run_init(&r, "csv");
	run_add(&r, "in", text, strlen(text));
	FILE *said = open_memstream(&r.said, &r.said_size);
	assert_int_equal(job_init(&r.j, &r.o), 0);
	r.j.found.bytes_max = 3000 * sizeof(struct sample);
	r.j.report.to = said;
	r.j.to = (struct outlet){run_put, &r};
	assert_int_equal(job_read(&r.j), 0);
	assert_true(r.n > 0);
	assert_int_equal(job_flush(&r.j), 0);
	for (size_t i = 0; i < r.n; i++) {
		assert_int_equal(r.got[i].b->seq, i + 1);
		for (size_t k = 0; k < r.got[i].b->n_series; k++)
			seen += r.got[i].b->series[k]->n_v;
	}
	assert_int_equal(seen, 10000);
	job_finish(&r.j);
	fclose(said);
	free(text);
	run_finish(&r);
}

static void
a_recording_is_length_delimited_envelopes(void **state)
{
	struct options o;
	struct job j;
	struct recording rec = {.options = &o};
	char dir[] = "/tmp/dozed-bridge-XXXXXX", path[64], part[72];
	char *argv[] = {(char *)"dozed-bridge", (char *)"sim", (char *)"--people=2",
		(char *)"--nights=3", (char *)"--activity", (char *)"--now=" NOW};
	static uint8_t bytes[1 << 20];
	unsigned long envelopes = 0;
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x.rec", dir);
	snprintf(part, sizeof part, "%s.part", path);
	assert_int_equal(options_parse(&o, 6, argv), 0);
	o.source = "sim";
	o.device = "file";
	assert_int_equal(job_init(&j, &o), 0);
	assert_int_equal(recording_open(&rec, path, j.now), 0);
	j.to = (struct outlet){recording_put, &rec};
	assert_int_equal(job_read(&j), 0);
	assert_int_equal(job_flush(&j), 0);
	assert_int_not_equal(access(path, F_OK), 0); /* not there before it is whole */
	assert_int_equal(recording_close(&rec), 0);
	assert_int_not_equal(access(part, F_OK), 0);
	FILE *f = fopen(path, "rb");
	size_t n = fread(bytes, 1, sizeof bytes, f), at = 0;
	fclose(f);
	while (at < n) {
		size_t len = 0;
		int shift = 0;
		do
			len |= (size_t)(bytes[at] & 0x7f) << shift, shift += 7;
		while (bytes[at++] & 0x80);
		Dozed__V1__Envelope *e =
			dozed__v1__envelope__unpack(NULL, len, bytes + at);
		assert_non_null(e);
		assert_int_equal(e->received_ms, j.now.ms);
		assert_true(strcmp(e->topic, "dozed/v1/ingest/person_00/sim/file") == 0 ||
			    strcmp(e->topic, "dozed/v1/ingest/person_01/sim/file") == 0);
		Dozed__V1__Batch *b =
			dozed__v1__batch__unpack(NULL, e->payload.len, e->payload.data);
		assert_int_equal(b->epoch, j.now.ms);
		dozed__v1__batch__free_unpacked(b, NULL);
		dozed__v1__envelope__free_unpacked(e, NULL);
		at += len;
		envelopes++;
	}
	assert_int_equal(at, n);
	assert_int_equal(envelopes, rec.batches);
	assert_true(envelopes >= 6);
	job_finish(&j);
	unlink(path);
	rmdir(dir);
}

/* A person's second batch of a source goes on counting, whatever came between. */
static void
a_recording_numbers_each_source_by_itself(void **state)
{
	static const char *const source[] = {"csv", "fitbit", "csv", "csv", "fitbit"};
	static const uint64_t seq[] = {1, 1, 2, 3, 2};
	struct options o = {.topic_root = "dozed", .device = "file"};
	struct recording rec = {.options = &o};
	char path[] = "/tmp/dozed-bridge-XXXXXX";
	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(recording_open(&rec, path, UTC(1)), 0);
	for (size_t i = 0; i < array_len(seq); i++) {
		struct wearer w = {.id = "anna"}; /* another collection each */
		Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
		o.source = source[i];
		assert_int_equal(recording_put(&rec, &w, &b), 0);
		assert_int_equal(b.seq, seq[i]);
	}
	assert_int_equal(recording_close(&rec), 0);
	unlink(path);
}

/* A run without a file. */
static void
run_markers(struct run *r, const struct found_marker *v, size_t n)
{
	memset(r, 0, sizeof *r);
	r->j.now = UTC(T0 + 30 * DAY_MS);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(collect_marker(&r->j.found, "anna", &v[i]), 0);
	collect_sort(&r->j.found);
	const struct outlet to = {run_put, r};
	assert_int_equal(batcher_run(&r->j.found, NULL, r->j.now, PACK_ALL, &to), 0);
	r->twice_samples = r->j.found.replaced_markers;
	collect_finish(&r->j.found);
}

static void
markers_come_in_order_with_their_day_and_once(void **state)
{
	static const struct found_marker v[] = {{T0 + 31 * HOUR_MS, STAGE_OUT_OF_BED},
		{T0 + 23 * HOUR_MS, STAGE_IN_BED}, {T0 + 31 * HOUR_MS, STAGE_OUT_OF_BED},
		{T0 + 31 * HOUR_MS, STAGE_IN_BED}};
	struct run r;
	(void)state;
	run_markers(&r, v, array_len(v));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.twice_samples, 1);
	assert_int_equal(r.got[0].b->n_markers, 1);
	assert_int_equal(r.got[0].b->markers[0]->at_ms, T0 + 23 * HOUR_MS);
	assert_int_equal(r.got[0].b->markers[0]->stage, STAGE_IN_BED);
	assert_int_equal(r.got[0].b->historical, 1);
	assert_int_equal(r.got[1].b->n_markers, 2);
	assert_int_equal(r.got[1].b->markers[0]->stage, STAGE_OUT_OF_BED);
	assert_int_equal(r.got[1].b->markers[1]->stage, STAGE_IN_BED);
	run_finish(&r);
}

static void
more_markers_than_a_batch_takes_are_divided(void **state)
{
	enum { N = 9000 };
	struct found_marker *v = calloc(N, sizeof *v);
	struct run r;
	size_t seen = 0;
	(void)state;
	for (int i = 0; i < N; i++)
		v[i] = (struct found_marker){
			T0 + i, i % 2 ? STAGE_IN_BED : STAGE_OUT_OF_BED};
	run_markers(&r, v, N);
	for (size_t i = 0; i < r.n; i++) {
		assert_true(r.got[i].b->n_markers <= PACK_REPEATED_MAX);
		for (size_t k = 0; k < r.got[i].b->n_markers; k++)
			assert_int_equal(
				r.got[i].b->markers[k]->at_ms, T0 + (int64_t)seen++);
	}
	assert_int_equal(seen, N);
	free(v);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markers_come_in_order_with_their_day_and_once),
		cmocka_unit_test(more_markers_than_a_batch_takes_are_divided),
		cmocka_unit_test(
			a_day_of_minutes_is_one_batch_with_its_session_and_ratings),
		cmocka_unit_test(days_are_local_where_a_zone_is_given),
		cmocka_unit_test(a_large_day_is_cut_and_nothing_gets_lost),
		cmocka_unit_test(jitter_is_not_pressed_into_a_grid),
		cmocka_unit_test(whole_seconds_are_not_a_grid_of_seconds),
		cmocka_unit_test(a_long_hole_begins_a_new_series),
		cmocka_unit_test(when_memory_is_used_up_the_samples_go_ahead),
		cmocka_unit_test(a_recording_is_length_delimited_envelopes),
		cmocka_unit_test(a_recording_numbers_each_source_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
