/* SPDX-License-Identifier: MIT */
/* The line on a real store: turns, restarts, a full disk, and what goes into the outbox. */
#include "unit/core_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dump.h"
#include "world.h"

#define CONFIG                                                                           \
	"person \"anna\" { timezone = \"Europe/Berlin\" "                                \
	"sleep_prompt = off pain_prompt = off }\n"
#define DAYS 20

static struct world w;

static int
fresh(void **state)
{
	(void)state;
	world_open(&w, CONFIG, at("2026-03-01T00:00:00Z"));
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

static utc_ms
clock_of(int day, int minute)
{
	return zone_instant(
		world_person(&w, "anna")->zone, DAY(date("2026-03-01").n + day), minute);
}

static struct batch
from(const char *source)
{
	struct batch b = {0};
	snprintf(b.from.person, sizeof b.from.person, "anna");
	snprintf(b.from.source, sizeof b.from.source, "%s", source);
	snprintf(b.from.device, sizeof b.from.device, "x");
	return b;
}

/* A record of the night into the day, `late` after its end. */
static void
plan_record(int day, int64_t revision, enum record_status status, int64_t late)
{
	struct session v = {.start = clock_of(day, -60),
		.end = clock_of(day, 420),
		.status = status,
		.revision = revision,
		.latency_s = NAN,
		.vendor_score = NAN};
	struct stage_span all = {0, (uint32_t)(8 * 3600 - revision * 60), STAGE_ASLEEP};
	struct batch b = from("fitbit");
	snprintf(v.source, sizeof v.source, "fitbit");
	snprintf(v.record_id, sizeof v.record_id, "r%d", day);
	v.stages = &all, v.n_stages = 1;
	b.sessions = &v, b.n_sessions = 1;
	world_plan(&w, &b, UTC(v.end.ms + late));
}

static void
plan_night(int day)
{
	plan_record(day, 0, RECORD_FINAL, 5 * MINUTE_MS);
}

static void
plan_rating(int day, int minute, enum rating_kind kind, int value)
{
	struct rating r = {kind, clock_of(day, minute), value, 0};
	struct batch b = from("tap");
	b.ratings = &r, b.n_ratings = 1;
	world_plan(&w, &b, r.at);
}

static void
plan_answer(int day, int minute, enum feedback_kind kind)
{
	struct feedback f = {kind, clock_of(day, minute)};
	struct batch b = from("tap");
	b.feedback = &f, b.n_feedback = 1;
	world_plan(&w, &b, f.at);
}

/* A batch of movement; asleep from 23:00 to 7:00. */
static void
plan_hour(int day, int hour)
{
	double v[60];
	struct series q = {channel_by_name("activity"), clock_of(day, hour * 60),
		MINUTE_MS, 60, NULL, v, 0};
	struct batch b = from("csv");
	for (int i = 0; i < 60; i++)
		v[i] = hour % 24 >= 23 || hour % 24 < 7 ? (i % 20 ? 0 : 50) : 2000 + i;
	b.series = &q, b.n_series = 1;
	world_plan(&w, &b, UTC(q.start.ms + HOUR_MS));
}

static void
plan_days(void)
{
	for (int i = 1; i < DAYS; i++) {
		int bad = i % 4 == 1;
		plan_night(i);
		plan_rating(i, 450, RATING_SLEEP_QUALITY, bad ? 0 : 7);
		plan_rating(i, 1200, RATING_PAIN_DAY, bad ? 9 : 3);
	}
}

static char *
dump(void)
{
	static const char *const people[] = {"anna"};
	return dump_results(line_store(w.line), people, 1);
}

static void
line_is_open_once(void **state)
{
	(void)state;
	struct line *second = NULL;
	char why[256] = "";
	assert_int_equal(
		line_open(w.config, &w.scorers, w.dir, &second, why), STORE_E_LOCKED);
	assert_non_null(strstr(why, "is in use"));
	assert_null(second);
}

static void
line_counts_what_waits(void **state)
{
	(void)state;
	plan_night(1);
	w.now = clock_of(2, 0);
	assert_int_equal(line_backlog(w.line), 0);
	world_put(&w, &w.queue[0].from, w.queue[0].payload, w.queue[0].size);
	assert_int_equal(line_backlog(w.line), 1);
	world_turn(&w, PIPELINE_HISTORY);
	assert_int_equal(line_backlog(w.line), 0);
	world_put(&w, &w.queue[0].from, w.queue[0].payload,
		w.queue[0].size); /* the same again */
	assert_int_equal(line_backlog(w.line), 0);
}

static void
line_pushes_an_open_night_again_after_a_restart(void **state)
{
	(void)state;
	for (int h = 8; h < 28; h++)
		plan_hour(1, h);
	world_go(&w, clock_of(2, 4 * 60 + 5));
	assert_int_equal(line_waiting(w.line), 1);
	assert_int_equal(line_backlog(w.line), 0);
	struct store_counts n;
	assert_int_equal(store_counts(line_store(w.line), &n), 0);
	assert_true(n.unscored > 0);
	world_off(&w);
	world_on(&w);
	assert_int_equal(line_waiting(w.line), 1);
	for (int h = 4; h < 12; h++)
		plan_hour(2, h);
	world_go(&w, clock_of(2, 12 * 60));
	assert_int_equal(line_waiting(w.line), 0);
	assert_int_equal(w.said[0].kind, SAID_NIGHT);
	assert_int_equal(w.said[0].night.revision, 1);
}

static void
line_takes_a_backlog_in_shares(void **state)
{
	(void)state;
	int more = 0, turns = 0;
	for (int day = 0; day < 30; day++)
		for (int k = 0; k < 40; k++)
			plan_rating(day, 600 + k, RATING_PAIN_DAY, k % 10);
	w.now = clock_of(40, 0);
	for (unsigned i = 0; i < w.n_queue; i++)
		world_put(&w, &w.queue[i].from, w.queue[i].payload, w.queue[i].size);
	do {
		assert_int_equal(line_take(w.line, w.now, PIPELINE_HISTORY, &more), 0);
		turns++;
	} while (more);
	assert_int_equal(turns, 3); /* 1200 batches, 512 a turn */
	assert_int_equal(line_backlog(w.line), 0);
}

static int
list_topic(void *ctx, const struct outbox_row *row)
{
	char *list = ctx;
	size_t used = strlen(list);
	snprintf(list + used, 1024 - used, "%s%s%s\n", row->retain ? "!" : "", row->topic,
		row->expires.ms > row->created.ms ? "" : " (for ever)");
	return 0;
}

static void
line_tells_machines_and_dashboards(void **state)
{
	(void)state;
	char topics[1024] = "";
	int more;
	plan_night(1);
	plan_rating(1, 450, RATING_SLEEP_QUALITY, 4);
	for (unsigned i = 0; i < w.n_queue; i++) {
		w.now = w.queue[i].at;
		world_put(&w, &w.queue[i].from, w.queue[i].payload, w.queue[i].size);
	}
	assert_int_equal(line_take(w.line, clock_of(1, 480), PIPELINE_LIVE, &more), 0);
	assert_int_equal(line_take(w.line, line_due(w.line), PIPELINE_LIVE, &more), 0);
	assert_int_equal(
		store_outbox_each(line_store(w.line), w.now, 100, list_topic, topics), 0);
	assert_string_equal(topics,
		"dozed/v1/out/anna/night\n!dozed/anna/night\n!dozed/anna/state\n"
		"dozed/v1/out/anna/forecast\n!dozed/anna/state\n");
}

static void
put_what_was_planned(unsigned first)
{
	for (unsigned i = first; i < w.n_queue; i++) {
		w.now = w.queue[i].at;
		world_put(&w, &w.queue[i].from, w.queue[i].payload, w.queue[i].size);
	}
}

static int
count_answer(void *ctx, const struct feedback *f)
{
	*(int *)ctx += 1 + (int)f->kind * 10;
	return 0;
}

static int
answers(void)
{
	int n = 0;
	assert_int_equal(store_feedback_between(line_store(w.line), "anna", UTC(0),
				 UTC(INT64_MAX), count_answer, &n),
		0);
	return n;
}

static void
line_keeps_an_answer_once_whatever_happens(void **state)
{
	(void)state;
	plan_answer(1, 480, FEEDBACK_SNOOZE);
	plan_answer(1, 485, FEEDBACK_ACK);
	put_what_was_planned(0);
	world_turn(&w, PIPELINE_LIVE);
	assert_int_equal(answers(), 32);
	assert_int_equal(line_backlog(w.line), 0);
	world_off(&w);
	world_on(&w);
	put_what_was_planned(0);
	world_turn(&w, PIPELINE_LIVE);
	assert_int_equal(answers(), 32);
}

static void
line_changes_the_state_once_a_turn(void **state)
{
	(void)state;
	char topics[1024] = "";
	int more;
	plan_rating(0, 1200, RATING_PAIN_DAY, 4);
	put_what_was_planned(0);
	assert_int_equal(line_take(w.line, clock_of(1, 300), PIPELINE_LIVE, &more), 0);
	plan_night(1);
	plan_rating(1, 450, RATING_SLEEP_QUALITY, 4);
	put_what_was_planned(1);
	assert_int_equal(line_take(w.line, clock_of(1, 640), PIPELINE_LIVE, &more), 0);
	assert_int_equal(
		store_outbox_each(line_store(w.line), w.now, 100, list_topic, topics), 0);
	assert_string_equal(topics, "dozed/v1/out/anna/night\n!dozed/anna/night\n"
				    "dozed/v1/out/anna/forecast\n!dozed/anna/state\n");
}

static void
line_retains_the_newest_night_whatever_is_corrected_behind_it(void **state)
{
	(void)state;
	char topics[1024] = "";
	int more;
	plan_night(1);
	plan_night(2);
	put_what_was_planned(0);
	assert_int_equal(line_take(w.line, w.now, PIPELINE_LIVE, &more), 0);
	plan_record(1, 2, RECORD_FINAL, DAY_MS + HOUR_MS);
	put_what_was_planned(2);
	assert_int_equal(line_take(w.line, w.now, PIPELINE_LIVE, &more), 0);
	plan_record(2, 2, RECORD_DELETED, 2 * HOUR_MS);
	put_what_was_planned(3);
	assert_int_equal(line_take(w.line, w.now, PIPELINE_LIVE, &more), 0);
	assert_int_equal(
		store_outbox_each(line_store(w.line), w.now, 100, list_topic, topics), 0);
	assert_string_equal(topics,
		"dozed/v1/out/anna/night\n!dozed/anna/night\n" /* both nights, one state */
		"dozed/v1/out/anna/night\n!dozed/anna/night\n!dozed/anna/state\n"
		"dozed/v1/out/anna/night\n" /* the first one again */
		"dozed/v1/out/anna/forecast\n!dozed/anna/state\n"
		"dozed/v1/out/anna/night\n!dozed/anna/night\n" /* the second withdrawn */
		"!dozed/anna/state\n");
}

static void
line_leaves_what_it_cannot_attribute(void **state)
{
	(void)state;
	plan_night(1);
	w.now = clock_of(2, 0);
	struct device_id other = w.queue[0].from;
	snprintf(other.person, sizeof other.person, "mallory");
	world_put(&w, &other, w.queue[0].payload, w.queue[0].size);
	world_turn(&w, PIPELINE_HISTORY);
	assert_int_equal(line_backlog(w.line), 0);
	struct store_counts n;
	assert_int_equal(store_counts(line_store(w.line), &n), 0);
	assert_int_equal(n.batches, 1);
	assert_int_equal(n.nights, 0);
}

static void
line_says_nothing_twice_after_a_reload(void **state)
{
	(void)state;
	plan_days();
	world_go(&w, clock_of(DAYS, 0));
	char *before = dump();
	unsigned said = w.n_said;
	assert_true(said > 2 * (DAYS - 2));
	assert_int_equal(line_reload(w.line, w.config, &w.scorers), 0);
	world_turn(&w, PIPELINE_LIVE);
	assert_int_equal(w.n_said, said);
	char *after = dump();
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static off_t
wal_size(void)
{
	char path[160];
	struct stat st;
	snprintf(path, sizeof path, "%s/dozed.db-wal", w.dir);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit l;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void
put_all(void)
{
	plan_days();
	w.now = clock_of(DAYS, 0);
	for (unsigned i = 0; i < w.n_queue; i++)
		world_put(&w, &w.queue[i].from, w.queue[i].payload, w.queue[i].size);
}

/* The disk is full after ever more pages: until there is room for all of it the turn fails, nothing of
 * it is left, and the next one makes the whole. */
static void
line_take_that_meets_a_full_disk_can_be_made_again(void **state)
{
	(void)state;
	int more, failed = 0;
	put_all();
	assert_int_equal(line_take(w.line, w.now, PIPELINE_LIVE, &more), 0);
	char *want = dump();
	for (off_t room = 0;; room += 20 * 4096) {
		world_close(&w);
		fresh(NULL);
		put_all();
		limit_files((rlim_t)(wal_size() + room));
		int r = line_take(w.line, w.now, PIPELINE_LIVE, &more);
		limit_files(RLIM_INFINITY);
		if (r < 0) {
			char *nothing = dump();
			assert_null(strstr(nothing, "night "));
			assert_null(strstr(nothing, "forecast"));
			free(nothing);
			assert_int_equal(
				line_take(w.line, w.now, PIPELINE_LIVE, &more), 0);
			failed++;
		}
		char *got = dump();
		assert_string_equal(want, got);
		free(got);
		if (r == 0)
			break;
	}
	assert_true(failed > 0);
	free(want);
}

int
main(void)
{
	signal(SIGXFSZ, SIG_IGN);
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(line_is_open_once),
		T(line_counts_what_waits),
		T(line_pushes_an_open_night_again_after_a_restart),
		T(line_takes_a_backlog_in_shares),
		T(line_tells_machines_and_dashboards),
		T(line_changes_the_state_once_a_turn),
		T(line_keeps_an_answer_once_whatever_happens),
		T(line_retains_the_newest_night_whatever_is_corrected_behind_it),
		T(line_leaves_what_it_cannot_attribute),
		T(line_says_nothing_twice_after_a_reload),
		T(line_take_that_meets_a_full_disk_can_be_made_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
