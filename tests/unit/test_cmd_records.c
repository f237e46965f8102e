/* SPDX-License-Identifier: MIT */
/* `export --what sessions|stages` as it is typed: makers' records as they are stored, with the
 * maker's own offsets and totals. */
#include "tape_fixture.h"

#define EVENING  INT64_C(1774737660000) /* 2026-03-28T23:41:00+01:00 */
#define SPANS    3
#define METRICS  3
#define N_RECORD 4

static const struct record {
	const char *id, *app;
	int64_t revision, start, end;
	int offset_start, offset_end, n_spans;
	Dozed__V1__RecordStatus status;
	Dozed__V1__SleepKind kind;
	double total_s, latency_s, awakenings; /* < 0: not stated */
} records[N_RECORD] = {
	{"a", "Watch", 1, EVENING, EVENING + 6 * HOUR_MS, 60, 120, SPANS,
		DOZED__V1__RECORD_STATUS__RECORD_STATUS_TENTATIVE,
		DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN, -1, -1, -1},
	{"a", "Watch, \"new\"", 2, EVENING, EVENING + 6 * HOUR_MS + 500, 60, 120, SPANS,
		DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL,
		DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN, -1, 90, -1},
	{"b", NULL, 7, EVENING + DAY_MS, EVENING + DAY_MS + 90 * MINUTE_MS, -210, -210, 0,
		DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL,
		DOZED__V1__SLEEP_KIND__SLEEP_KIND_NAP, 4830, -1, 0},
	{"gone", NULL, 9, 0, 0, 0, 0, 0, DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED,
		DOZED__V1__SLEEP_KIND__SLEEP_KIND_UNSPECIFIED, -1, -1, -1},
};

static void
add_metric(Dozed__V1__Session *s, Dozed__V1__MetricValue *m, int which, double value)
{
	if (value < 0)
		return;
	dozed__v1__metric_value__init(m);
	m->metric = (Dozed__V1__Metric)which;
	m->value = value;
	s->metrics[s->n_metrics++] = m;
}

static void
put_record(FILE *f, uint64_t seq, const struct record *r)
{
	static const Dozed__V1__SleepStage stages[SPANS] = {
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_LIGHT,
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_AWAKE,
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_REM};
	Dozed__V1__StageSpan spans[SPANS], *span_list[SPANS];
	Dozed__V1__MetricValue values[METRICS], *value_list[METRICS];
	Dozed__V1__Origin origin = DOZED__V1__ORIGIN__INIT;
	Dozed__V1__Session s = DOZED__V1__SESSION__INIT, *list = &s;
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	for (uint32_t i = 0; i < SPANS; i++) {
		dozed__v1__stage_span__init(&spans[i]);
		spans[i].offset_s = i * 3600;
		spans[i].duration_s = 3600 - 1230 * (i == 2);
		spans[i].stage = stages[i];
		span_list[i] = &spans[i];
	}
	origin.record_id = (char *)r->id;
	origin.source_app = (char *)r->app;
	origin.revision = r->revision;
	origin.status = r->status;
	s.origin = &origin;
	s.start_ms = r->start;
	s.end_ms = r->end;
	s.utc_offset_start_min = r->offset_start;
	s.utc_offset_end_min = r->offset_end;
	s.kind = r->kind;
	s.n_stages = (size_t)r->n_spans;
	s.stages = span_list;
	s.metrics = value_list;
	add_metric(&s, &values[0], DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, r->total_s);
	add_metric(
		&s, &values[1], DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, r->latency_s);
	add_metric(&s, &values[2], DOZED__V1__METRIC__METRIC_AWAKENINGS, r->awakenings);
	b.epoch = 1;
	b.seq = seq;
	b.sent_ms = EVENING + 3 * DAY_MS;
	b.historical = 1;
	b.n_sessions = 1;
	b.sessions = &list;
	tape_put(f, "dozed/v1/ingest/anna/maker/ring", b.sent_ms, &b);
}

static int
open_with_records(void **state)
{
	char path[320];
	world_open(state);
	world_path(*state, "tape", path);
	FILE *f = fopen(path, "wb");
	for (unsigned i = 0; i < N_RECORD; i++)
		put_record(f, i + 1, &records[i]);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(import(*state, "tape"), EXIT_DONE);
	return 0;
}

#define COLUMNS                                                                          \
	"person,date,source,device,record_id,revision,status,kind,app,start,end,spans,"  \
	"asleep_min,awake_min,light_min,deep_min,rem_min,unmeasured_min,"                \
	"stated_asleep_min,stated_waso_min,stated_awake_min,stated_light_min,"           \
	"stated_deep_min,stated_rem_min,stated_awakenings,stated_latency_min,"           \
	"stated_score\n"
#define REVISED                                                                          \
	"anna,2026-03-29,maker,ring,a,2,final,main,\"Watch, \"\"new\"\"\","              \
	"2026-03-28T23:41:00+01:00,2026-03-29T06:41:00.500+02:00,3,"                     \
	"99.5,60,60,0,39.5,200.5,,,,,,,,1.5,\n"
#define NAP                                                                              \
	"anna,2026-03-30,maker,ring,b,7,final,nap,,"                                     \
	"2026-03-29T19:11:00-03:30,2026-03-29T20:41:00-03:30,0,,,,,,,"                   \
	"80.5,,,,,,0,,\n"

static void
sessions_are_the_newest_revisions_with_what_their_maker_states(void **state)
{
	struct world *w = *state;
	assert_int_equal(
		typed(w, cmd_export, "--all", "--what", "sessions", NULL), EXIT_DONE);
	assert_string_equal(w->out, COLUMNS
		"anna,,maker,ring,gone,9,deleted,,,,,0,,,,,,,,,,,,,,,\n" REVISED NAP);
	typed(w, cmd_export, "--all", "--what", "sessions", "--from", "2026-03-29",
		"--to", "2026-03-29", NULL);
	assert_string_equal(w->out, COLUMNS REVISED);
}

static void
stages_are_what_csv_reads_again(void **state)
{
	struct world *w = *state;
	assert_int_equal(
		typed(w, cmd_export, "--all", "--what", "stages", NULL), EXIT_DONE);
	assert_string_equal(w->out,
		"person,start,duration_s,stage,source,device,record_id\n"
		"anna,2026-03-28T23:41:00+01:00,3600,light,maker,ring,a\n"
		"anna,2026-03-29T00:41:00+01:00,3600,awake,maker,ring,a\n"
		"anna,2026-03-29T01:41:00+01:00,2370,rem,maker,ring,a\n");
	typed(w, cmd_export, "--all", "--what", "stages", "--from", "2026-03-30", NULL);
	assert_int_equal(lines(w->out), 1);
}

int
main(void)
{
	if (!getenv("DOZED_SCORER_DIR")) {
		printf("SKIP: DOZED_SCORER_DIR is not set; run it through ctest\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			sessions_are_the_newest_revisions_with_what_their_maker_states,
			open_with_records, world_close),
		cmocka_unit_test_setup_teardown(
			stages_are_what_csv_reads_again, open_with_records, world_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
