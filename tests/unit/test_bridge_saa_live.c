/* SPDX-License-Identifier: MIT */
/* The live events of Sleep as Android: each a document of its own, of when it arrived; a night of
 * them; what is lost on the way. */
#include "bridge_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "marks.h"
#include "sleep_as_android_fields.h"

/* 2026-03-28T23:00 in Berlin, in the night in which the clocks go from 02:00 to 03:00 */
#define T0  INT64_C(1774735200000)
#define MIN MINUTE_MS

/* What the hub has after some documents. */
struct shelf {
	struct marks marks;
	int64_t in_bed[8], out_of_bed[8];
	size_t n_in, n_out, n_nights;
	int64_t start, end, revision; /* of the last night */
	int offset_start, offset_end;
	unsigned seconds[STAGE_COUNT];
	char id[32], said[512];
	int status;
};

static void
take_session(struct shelf *f, const Dozed__V1__Session *s)
{
	f->n_nights++;
	f->start = s->start_ms;
	f->end = s->end_ms;
	f->revision = s->origin->revision;
	f->offset_start = s->utc_offset_start_min;
	f->offset_end = s->utc_offset_end_min;
	snprintf(f->id, sizeof f->id, "%s", s->origin->record_id);
	assert_int_equal(s->origin->status, RECORD_FINAL);
	memset(f->seconds, 0, sizeof f->seconds);
	for (size_t i = 0; i < s->n_stages; i++)
		f->seconds[s->stages[i]->stage] += s->stages[i]->duration_s;
}

static void
take_batch(struct shelf *f, const Dozed__V1__Batch *b)
{
	for (size_t i = 0; i < b->n_markers; i++) {
		int is_in = (int)b->markers[i]->stage == STAGE_IN_BED;
		size_t *n = is_in ? &f->n_in : &f->n_out;
		assert_true(*n < array_len(f->in_bed));
		(is_in ? f->in_bed : f->out_of_bed)[(*n)++] = b->markers[i]->at_ms;
	}
	for (size_t i = 0; i < b->n_sessions; i++)
		take_session(f, b->sessions[i]);
}

/* A run of the bridge over one file, written at t. */
static void
read_text(struct shelf *f, const char *text, int64_t t)
{
	const struct timespec at = {.tv_sec = (time_t)(t / SECOND_MS)};
	struct run r;

	run_init(&r, "sleep_as_android");
	r.o.zone = "Europe/Berlin";
	run_add(&r, "event.json", text, strlen(text));
	assert_int_equal(
		utimensat(AT_FDCWD, r.path[0], (const struct timespec[]){at, at}, 0), 0);
	FILE *said = open_memstream(&r.said, &r.said_size);
	assert_int_equal(job_init(&r.j, &r.o), 0);
	r.j.report.to = said;
	r.j.to = (struct outlet){run_put, &r};
	r.j.marks = &f->marks;
	assert_int_equal(job_read(&r.j), 0);
	assert_int_equal(job_flush(&r.j), 0);
	f->status = job_status(&r.j);
	job_finish(&r.j);
	fclose(said);
	snprintf(f->said, sizeof f->said, "%s", r.said);
	for (size_t i = 0; i < r.n; i++)
		take_batch(f, r.got[i].b);
	run_finish(&r);
}

static void
send(struct shelf *f, const char *event, int minute)
{
	char text[128];

	snprintf(text, sizeof text, "{\"event\": \"%s\"}", event);
	read_text(f, text, T0 + minute * MIN);
}

static void
a_night_comes_event_by_event(void **state)
{
	struct shelf f = {0};
	(void)state;
	send(&f, "sleep_tracking_started", 0);
	assert_int_equal(f.n_in, 1); /* at once */
	assert_int_equal(f.in_bed[0], T0);
	send(&f, "not_awake", 10);
	send(&f, "light_sleep", 20);
	send(&f, "sound_event_snore", 25);
	send(&f, "deep_sleep", 80);
	send(&f, "rem", 140);
	send(&f, "awake", 200);
	send(&f, "not_awake", 205); /* REM goes on */
	send(&f, "sleep_tracking_paused", 240);
	send(&f, "sleep_tracking_resumed", 250);
	send(&f, "light_sleep", 260);
	send(&f, "alarm_alert_dismiss", 300);
	assert_int_equal(f.n_nights, 0); /* it is not over */
	send(&f, "sleep_tracking_stopped", 310);
	assert_int_equal(f.status, 0);
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.n_in, 1);
	assert_int_equal(f.n_out, 1);
	assert_int_equal(f.out_of_bed[0], T0 + 310 * MIN);
	assert_int_equal(f.start, T0);
	assert_int_equal(f.end - f.start, 310 * MIN);
	assert_int_equal(f.revision, f.end);
	assert_string_equal(f.id, "live-1774735200000");
	assert_int_equal(f.offset_start, 60);
	assert_int_equal(f.offset_end, 120);
	assert_int_equal(f.seconds[STAGE_ASLEEP], 10 * 60);
	assert_int_equal(f.seconds[STAGE_LIGHT], 110 * 60);
	assert_int_equal(f.seconds[STAGE_DEEP], 60 * 60);
	assert_int_equal(f.seconds[STAGE_REM], 95 * 60);
	assert_int_equal(f.seconds[STAGE_AWAKE], 5 * 60);
	marks_finish(&f.marks);
}

static void
without_stages_there_are_the_markers(void **state)
{
	struct shelf f = {0};
	(void)state;
	send(&f, "sleep_tracking_started", 0);
	send(&f, "sleep_tracking_stopped", 400);
	assert_int_equal(f.n_nights, 0);
	assert_int_equal(f.n_in + f.n_out, 2);
	marks_finish(&f.marks);
}

static void
the_order_of_keys_does_not_matter(void **state)
{
	struct shelf f = {0};
	(void)state;
	read_text(&f, "{\"value1\": \"\", \"event\": \"sleep_tracking_started\"}", T0);
	assert_int_equal(f.status, 0);
	assert_int_equal(f.n_in, 1);
	marks_finish(&f.marks);
}

static void
what_was_lost_makes_no_night(void **state)
{
	struct shelf f = {0};
	(void)state;
	send(&f, "light_sleep", 0); /* no start */
	send(&f, "sleep_tracking_stopped", 400);
	assert_int_equal(f.n_nights, 0);
	send(&f, "sleep_tracking_started", 1000); /* never stopped */
	send(&f, "light_sleep", 1010);
	send(&f, "sleep_tracking_started", 2440);
	send(&f, "deep_sleep", 2450);
	send(&f, "rem", 2600);
	send(&f, "deep_sleep", 2750);
	send(&f, "sleep_tracking_stopped", 2900);
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.end - f.start, 460 * MIN);
	assert_int_equal(f.seconds[STAGE_LIGHT], 0);
	send(&f, "sleep_tracking_started", 3000);
	send(&f, "light_sleep", 3010);
	send(&f, "sleep_tracking_stopped", 3000 + 25 * 60); /* another day's */
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.n_out, 3);
	send(&f, "sleep_tracking_started", 6000);
	send(&f, "light_sleep", 6010); /* and then nothing for four hours */
	send(&f, "rem", 6250);
	send(&f, "sleep_tracking_stopped", 6400);
	assert_int_equal(f.n_nights, 2);
	assert_int_equal(f.seconds[STAGE_LIGHT], 0);
	assert_int_equal(f.seconds[STAGE_REM], 150 * 60);
	marks_finish(&f.marks);
}

static void
an_event_delivered_twice_changes_nothing(void **state)
{
	struct shelf f = {0};
	(void)state;
	for (int i = 0; i < 2; i++)
		send(&f, "sleep_tracking_started", 0);
	for (int i = 0; i < 2; i++)
		send(&f, "light_sleep", 5);
	for (int i = 0; i < 2; i++)
		send(&f, "sleep_tracking_stopped", 180);
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.seconds[STAGE_LIGHT], 175 * 60);
	assert_int_equal(f.in_bed[1], f.in_bed[0]); /* the hub keeps one */
	assert_int_equal(f.out_of_bed[1], f.out_of_bed[0]);
	marks_finish(&f.marks);
}

static void
a_log_with_times_is_a_night_by_itself(void **state)
{
	struct shelf f = {0};
	(void)state;
	send(&f, "sleep_tracking_started", 0);
	read_text(&f,
		"{\"event\":\"sleep_tracking_started\",\"time\":\"2026-05-01T22:00:00Z\"}"
		"\n"
		"{\"event\":\"rem\",\"time\":1777676400}\n" /* 23:00 */
		"{\"event\":\"awake\",\"time\":\"1777680000000\"}\n"
		"{\"event\":\"deep_sleep\",\"time\":\"yesterday\"}\n"
		"{\"event\":\"deep_sleep\",\"time\":\"2026-05-01T22:30:00Z\"}\n"
		"{\"event\":\"sleep_tracking_stopped\",\"time\":\"2026-05-02T02:45:"
		"00Z\"}",
		T0);
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.end - f.start, 285 * MIN);
	assert_int_equal(f.seconds[STAGE_REM], 3600);
	assert_int_equal(f.seconds[STAGE_AWAKE], 165 * 60);
	assert_int_equal(f.status, 1);
	assert_non_null(strstr(f.said, "event.json:4: not a time"));
	assert_non_null(strstr(f.said, "event.json:5: earlier than the event before it"));
	/* the open night is still open */
	send(&f, "rem", 10);
	send(&f, "sleep_tracking_stopped", 20);
	assert_int_equal(f.n_nights, 2);
	assert_int_equal(f.seconds[STAGE_REM], 600);
	marks_finish(&f.marks);
}

static void
what_cannot_be_used_is_named(void **state)
{
	static const struct {
		const char *text, *said;
		int64_t t;
	} cases[] = {
		{"{\"event\":\"rem\"}\n{\"event\":\"awake\"}\n",
			"2 events without a time: they count only one by one", T0},
		{"{\"event\":\"rem\",\"time\":\"2026-05-01T22:00:00Z\"}{\"event\":"
		 "\"awake\"}",
			"1 events without a time", T0},
		{"{\"event\":\"rem\"}", "it was written in the future", 4 * T0},
		{"{\"event\":\"rem\",\"time\":{}}", "not a time", T0},
		{"{\"event\":\"rem\",\"time\":9e300}", "not a time", T0},
		{"{\"event\":\"rem\"}[]", "event.json:2: no event", T0},
		{"{\"event\":\"rem\"", "event.json:1: ", T0},
		{"{\"mood\":\"good\"}", "event.json:1: no event", T0},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct shelf f = {0};
		read_text(&f, cases[i].text, cases[i].t);
		assert_int_not_equal(f.status, 0);
		if (!strstr(f.said, cases[i].said))
			fail_msg("not said: %s, but: %s", cases[i].said, f.said);
		assert_int_equal(f.n_in + f.n_out + f.n_nights, 0);
		marks_finish(&f.marks);
	}
}

static void
a_night_of_more_events_than_any_is_open_where_they_end(void **state)
{
	enum { N = 1500 };
	char *text = malloc((size_t)N * 80), *p = text;
	struct shelf f = {0};
	(void)state;
	p += sprintf(p, "{\"event\":\"sleep_tracking_started\",\"time\":%lld}\n",
		(long long)(T0 / 1000));
	for (int i = 1; i < N; i++)
		p += sprintf(p, "{\"event\":\"%s\",\"time\":%lld}\n",
			i % 2 ? "rem" : "deep_sleep", (long long)(T0 / 1000 + i * 10));
	sprintf(p, "{\"event\":\"sleep_tracking_stopped\",\"time\":%lld}\n",
		(long long)(T0 / 1000 + 20000));
	read_text(&f, text, T0);
	assert_int_equal(f.status, 0);
	assert_int_equal(f.n_nights, 1);
	assert_int_equal(f.seconds[STAGE_REM] + f.seconds[STAGE_DEEP], 9980);
	free(text);
	marks_finish(&f.marks);
}

static int
is_in_the_table(const char *event)
{
	for (const struct field *k = saa_fields; k->path; k++)
		if (strncmp(k->path, "event=", 6) == 0 && strcmp(k->path + 6, event) == 0)
			return 1;
	return 0;
}

static void
every_shared_event_is_accounted_for(void **state)
{
	char path[512], line[256], event[64];
	size_t n = 0;
	struct shelf f = {0};
	(void)state;
	if (!shared_file("bridge/sleep_as_android/mqtt_events.ndjson", path))
		skip();
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	for (; fgets(line, sizeof line, file); n++) {
		assert_int_equal(sscanf(line, "{\"event\": \"%63[a-z_]\"", event), 1);
		if (!is_in_the_table(event))
			fail_msg("%s stands in no table", event);
		read_text(&f, line, T0 + (int64_t)n * MIN);
		if (f.status != 0)
			fail_msg("%s: %s", event, f.said);
	}
	fclose(file);
	assert_int_equal(f.n_nights, 1);
	/* the stages begin one a minute; what comes after is none */
	assert_int_equal(f.end - f.start, 21 * MIN);
	assert_int_equal(f.seconds[STAGE_ASLEEP], 60);
	assert_int_equal(f.seconds[STAGE_LIGHT], 60);
	assert_int_equal(f.seconds[STAGE_DEEP], 60);
	assert_int_equal(f.seconds[STAGE_REM], 60);
	assert_int_equal(f.seconds[STAGE_AWAKE], 14 * 60);
	printf("sleep_as_android: %zu events, one by one: a night of %d min\n", n,
		(int)((f.end - f.start) / MIN));
	marks_finish(&f.marks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_comes_event_by_event),
		cmocka_unit_test(without_stages_there_are_the_markers),
		cmocka_unit_test(the_order_of_keys_does_not_matter),
		cmocka_unit_test(what_was_lost_makes_no_night),
		cmocka_unit_test(an_event_delivered_twice_changes_nothing),
		cmocka_unit_test(a_log_with_times_is_a_night_by_itself),
		cmocka_unit_test(what_cannot_be_used_is_named),
		cmocka_unit_test(a_night_of_more_events_than_any_is_open_where_they_end),
		cmocka_unit_test(every_shared_event_is_accounted_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
