/* SPDX-License-Identifier: MIT */
/* What each stage of the line costs, and each scorer: ns a sample, ns a call, and ms for a year of
 * one person. Beside it what a sine costs in the same run: the last column is a ratio and holds
 * on any machine.
 *
 * Scorers run in the real line, over a store in a directory of its own: 30 days of minutes, sessions
 * and taps (person.h), then a night with RR, oxygen by the second and acceleration. Their calls
 * are counted on the way, the windows of the last night are kept, and each scorer is then
 * called on them, and its scratch cleared, again and again. A sample is what one call is given
 * anew: a hop's worth for SLIDING scorers, the longest view for the others.
 * usage: DOZED_SCORER_DIR=BUILD/scorers bench_stages */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/cost.h"
#include "bench/person.h"
#include "bench/samples.h"
#include "in/decode.h"
#include "line.h"
#include "sys/loader.h"

#define DAYS      30
#define YEAR      365
#define ROUNDS    3
#define LEAST_S   0.04 /* of processor time, a round */
#define KEPT      600  /* windows of a scorer */
#define KEPT_SIZE ((size_t)32 << 20)
#define MINUTES   1440
#define FINE_MS   30000

/* ns a turn of work(ctx), the least of some rounds. */
static double
measure(void (*work)(void *ctx), void *ctx)
{
	double best = INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		double begin = seconds(), took = 0;
		long turns = 0;
		for (; took < LEAST_S; took = seconds() - begin) {
			work(ctx);
			turns++;
		}
		best = fmin(best, took / (double)turns * 1e9);
	}
	return best;
}

static double sine_ns;

/* calls: a year's; samples: of one call. */
static void
print_row(const char *name, double call_ns, double samples, double calls)
{
	double sample_ns = call_ns / samples;
	printf("%-32s %9.2f %12.0f %9.0f %9.1f %8.2f\n", name, sample_ns, call_ns, calls,
		call_ns * calls / 1e6, sample_ns / sine_ns);
}

/* --- yardsticks ------------------------------------------------------------------------ */

static double day_in[MINUTES], day_out[MINUTES];
static volatile double kept;

static void
copy_day(void *ctx)
{
	(void)ctx;
	memcpy(day_out, day_in, sizeof day_in);
	__asm__ volatile("" : : "r"(day_out) : "memory"); /* it is done each time */
}

static void
sine_day(void *ctx)
{
	double sum = 0;
	(void)ctx;
	for (int i = 0; i < MINUTES; i++)
		sum += sin(day_in[i]);
	kept = sum;
}

static void
yardsticks(void)
{
	for (int i = 0; i < MINUTES; i++)
		day_in[i] = i * 0.7;
	double sine = measure(sine_day, NULL), copy = measure(copy_day, NULL);
	sine_ns = sine / MINUTES;
	printf("%-32s %9s %12s %9s %9s %8s\n", "", "ns/sample", "ns/call", "calls/yr",
		"ms/yr", "in sines");
	print_row("yardstick: sin()", sine, MINUTES, YEAR);
	print_row("yardstick: memcpy()", copy, MINUTES, YEAR);
}

/* --- decode, store ------------------------------------------------------------------------ */

struct message {
	struct person_feed sent;
	struct device_id from;
	struct batch batch;
	struct arena arena;
	struct store *store;
	uint64_t seq;
	double samples;
	int64_t read;
};

static void
decode(void *ctx)
{
	struct message *m = ctx;
	char why[DECODE_WHY_LEN];
	if (decode_batch(&m->arena, &m->from, UTC(m->batch.received.ms), UTC(INT64_MAX),
		    m->sent.bytes, m->sent.size, &m->batch, why))
		fprintf(stderr, "%s\n", why), exit(1);
}

static void
commit(void *ctx)
{
	struct message *m = ctx;
	struct stored_batch row = {.from = m->from,
		.epoch = 1,
		.seq = ++m->seq,
		.first = UTC(m->batch.first.ms + (int64_t)m->seq * DAY_MS),
		.last = UTC(m->batch.last.ms + (int64_t)m->seq * DAY_MS),
		.payload = m->sent.bytes,
		.size = m->sent.size};
	if (store_batch_put(m->store, &row))
		fprintf(stderr, "%s\n", store_error(m->store)), exit(1);
}

static int
count_batch(void *ctx, const struct stored_batch *b)
{
	(void)b;
	++*(int64_t *)ctx;
	return 0;
}

static void
fetch(void *ctx)
{
	struct message *m = ctx;
	utc_ms from = m->batch.first;
	if (store_batches_between(m->store, m->from.person, from,
		    UTC(from.ms + (int64_t)(m->seq + 2) * DAY_MS), count_batch, &m->read))
		exit(1);
}

static void
message_row(
	const char *what, const char *kind, double ns, struct message *m, double a_year)
{
	char name[48];
	snprintf(name, sizeof name, "%s: %s", what, kind);
	print_row(name, ns, m->samples, a_year);
}

/* a_year: such messages. */
static void
message_rows(struct message *m, const char *kind, const char *dir, double a_year)
{
	char why[256], sub[128];
	void *memory = malloc(DECODE_ARENA_SIZE);
	arena_init(&m->arena, memory, DECODE_ARENA_SIZE);
	m->from = (struct device_id){"anna", "csv", "band"};
	snprintf(sub, sizeof sub, "%s/%s", dir, kind + strcspn(kind, " ") + 1);
	if (mkdir(sub, 0700) ||
		store_open(sub, STORE_WRITE, STORE_PROCESS, &m->store, why))
		fprintf(stderr, "%s: cannot make a store\n", sub), exit(1);
	double ns = measure(decode, m);
	for (uint32_t i = 0; i < m->batch.n_series; i++)
		m->samples += m->batch.series[i].n;
	message_row("decode", kind, ns, m, a_year);
	message_row("store, commit", kind, measure(commit, m), m, a_year);
	ns = measure(fetch, m) / (double)m->seq;
	message_row("store, fetch", kind, ns, m, a_year);
	store_close(m->store);
	free(memory);
}

static void
messages(const char *dir)
{
	static struct message minutes, raw;
	person_minutes(&minutes.sent, PERSON_DAY_0);
	message_rows(&minutes, "5 channels", dir, YEAR);
	person_acceleration(&raw.sent, PERSON_DAY_0 * DAY_MS);
	message_rows(&raw, "50 Hz", dir, YEAR * 8.0 * 20);
}

/* --- streams and windows -------------------------------------------------------------------- */

/* Two days of minutes in so many batches. */
struct minutes {
	struct stream stream;
	uint32_t n;
	struct series series[2 * 2 * MINUTES];
	double v[2 * MINUTES], out[2 * MINUTES];
};

static void
settle(void *ctx)
{
	struct minutes *m = ctx;
	struct batch b = {{"anna", "csv", "band"}, .n_series = 1};
	stream_reset(&m->stream, channel_by_name("heart_rate"), UTC(0),
		UTC(2 * MINUTES * MINUTE_MS));
	for (uint32_t i = 0; i < m->n; i++) {
		b.series = &m->series[i];
		stream_push(&m->stream, &b);
	}
	stream_close(&m->stream);
}

static void
add_piece(struct minutes *m, uint32_t at, uint32_t n)
{
	m->series[m->n++] = (struct series){channel_by_name("heart_rate"),
		UTC(at * MINUTE_MS), (uint32_t)MINUTE_MS, n, NULL, m->v + at, 0};
}

/* Within the next 1000, as a bad line delivers. */
static void
shuffle(struct minutes *m)
{
	for (uint32_t i = 0; i + 1 < m->n; i++) {
		uint32_t left = m->n - i,
			 k = i + person_chance(left < 1000 ? left : 1000);
		struct series other = m->series[i];
		m->series[i] = m->series[k], m->series[k] = other;
	}
}

static void
streams(void)
{
	static struct minutes m;
	for (uint32_t i = 0; i < 2 * MINUTES; i++)
		m.v[i] = 60 + i % 7;
	for (uint32_t at = 0; at < 2 * MINUTES; at += 60)
		add_piece(&m, at, 60);
	print_row(
		"stream: an hour a batch", measure(settle, &m), 2 * MINUTES, YEAR / 2.0);
	m.n = 0;
	for (uint32_t at = 0; at < 2 * MINUTES; at++)
		for (int k = person_chance(10) < 3 ? 2 : 1; k > 0; k--)
			add_piece(&m, at, 1);
	shuffle(&m);
	print_row("stream: shuffled, 30 % twice", measure(settle, &m), 2 * MINUTES,
		YEAR / 2.0);
	stream_finish(&m.stream);
}

static int
score_nothing(const struct scorer_window *in, const double *o, struct scorer_result *ret)
{
	(void)in, (void)o, (void)ret;
	return SCORER_SKIP;
}

static int
two_days(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct batch *), void *ctx)
{
	struct series q = {channel_by_name("activity"), UTC(0), (uint32_t)MINUTE_MS,
		2 * MINUTES, NULL, user, 0};
	struct batch b = {{"anna", "csv", "band"}, .n_series = 1, .series = &q};
	(void)person, (void)from, (void)to;
	return each(ctx, &b);
}

static void
slide_all(void *ctx)
{
	board_run(ctx, 0);
}

/* SLIDING views of eleven minutes, hop a minute, lent to a scorer that does nothing. */
static void
windows(void)
{
	static const struct scorer_port reads[] = {
		{"activity", "counts", 0, 1e7, 1, 0}, {0}};
	static const struct scorer_port writes[] = {{"nothing", "0/1", 0, 1, 0, 0}, {0}};
	static const struct scorer idle = {SCORER_HEAD, "idle", "1", "does nothing",
		reads, writes, {SCORER_SLIDING, 660, 60, 300, 0}, .score = score_nothing};
	static struct scorers set;
	static struct board board;
	static struct stretch stretch;
	static double v[2 * MINUTES];
	struct line_io io = {.user = v,
		.samples = two_days,
		.sessions = no_sessions,
		.markers = no_markers};
	char why[SCORERS_WHY_LEN];
	if (scorers_add(&set, &idle, why) || scorers_order(&set, why) ||
		board_init(&board, &set) || stretch_init(&stretch, &board) ||
		stretch_load(&stretch, &io, "anna", UTC(HOUR_MS), UTC(47 * HOUR_MS)))
		exit(1);
	print_row("window: 11 min, no scorer", measure(slide_all, &board) / (46 * 60), 1,
		YEAR * MINUTES);
	stretch_finish(&stretch);
	board_finish(&board);
}

#include "bench/scored.h"

static void
remove_all(const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	while (d && (e = readdir(d))) {
		char path[512];
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && unlink(path))
			remove_all(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

int
main(void)
{
	char dir[] = "/tmp/dozed-bench-XXXXXX";
	if (!mkdtemp(dir))
		return 1;
	yardsticks();
	messages(dir);
	streams();
	windows();
	scored(dir);
	remove_all(dir);
	return 0;
}
