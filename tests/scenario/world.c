/* SPDX-License-Identifier: MIT */
/* See world.h. Stores like daemon/intake.c, takes like daemon/hub_work.c. */
#include "world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "in/decode.h"
#include "said.h"
#include "sys/loader.h"
#include "wire.h"

#define HISTORY_MS        (48 * HOUR_MS) /* as the bridge: older at sending is history */
#define CONNECT_MS        (2 * SECOND_MS)
#define TURNS_AT_ONCE_MAX 1000
#define LOOK_MS           MINUTE_MS /* how often a hub looks at a clock it does not trust */

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static utc_ms
hub_time(const struct world *w)
{
	return UTC(w->now.ms + w->hub_off_ms);
}

static void
look(struct world *w)
{
	ticker_see(&w->ticker, hub_time(w), (mono_ms){w->now.ms + 1});
	w->ticker.synced = 0;
}

static int
newest_each(void *ctx, const struct device_state *d)
{
	utc_ms *newest = ctx;
	*newest = d->received.ms > newest->ms ? d->received : *newest;
	return 0;
}

static void
open_line(struct world *w)
{
	char why[256] = "";
	utc_ms newest = {0};
	if (line_open(w->config, &w->scorers, w->dir, &w->line, why) != 0)
		fail("cannot open the line", why);
	if (store_devices_each(line_store(w->line), NULL, newest_each, &newest) != 0)
		fail("devices", store_error(line_store(w->line)));
	ticker_init(&w->ticker, newest);
	look(w);
}

static void
read_config(struct world *w, const char *config)
{
	char file[160];
	snprintf(file, sizeof file, "%s/dozed.conf", w->dir);
	FILE *f = fopen(file, "we");
	if (!f || fputs(config, f) < 0 || fclose(f) != 0)
		fail(file, "cannot be written");
	if (config_read(file, complain, NULL, &w->config) != 0 ||
		config_scorers(w->config, complain, NULL, &w->scorers, &w->loader) != 0)
		fail(file, "refused");
}

void
world_open(struct world *w, const char *config, utc_ms now)
{
	const char *tmp = getenv("TMPDIR");
	memset(w, 0, sizeof *w);
	snprintf(w->dir, sizeof w->dir, "%.90s/dozed-world-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(w->dir))
		fail(w->dir, "cannot be made");
	read_config(w, config);
	w->memory = xcalloc(1, DECODE_ARENA_SIZE);
	w->now = now;
	open_line(w);
}

static void
remove_dir(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(dir);
}

void
world_close(struct world *w)
{
	line_close(w->line);
	for (unsigned i = 0; i < w->n_queue; i++)
		free(w->queue[i].payload);
	free(w->queue);
	free(w->said);
	free(w->memory);
	config_free(w->config);
	loader_free(w->loader);
	remove_dir(w->dir);
	memset(w, 0, sizeof *w);
}

const struct person *
world_person(const struct world *w, const char *id)
{
	return config_person(w->config, id);
}

static int64_t
newest_event(const struct batch *b)
{
	int64_t t = INT64_MIN;
#define NEWER(x) (t = (x) > t ? (x) : t)
	for (uint32_t i = 0; i < b->n_series; i++)
		NEWER(b->series[i].start.ms +
			(int64_t)(b->series[i].n - 1) * b->series[i].interval_ms);
	for (uint32_t i = 0; i < b->n_sessions; i++)
		NEWER(b->sessions[i].end.ms);
	for (uint32_t i = 0; i < b->n_ratings; i++)
		NEWER(b->ratings[i].at.ms);
	for (uint32_t i = 0; i < b->n_markers; i++)
		NEWER(b->markers[i].at.ms);
	for (uint32_t i = 0; i < b->n_feedback; i++)
		NEWER(b->feedback[i].at.ms);
#undef NEWER
	return t;
}

static void
enqueue(struct world *w, const struct batch *b, utc_ms at)
{
	if (w->n_queue == w->cap_queue) {
		w->cap_queue = w->cap_queue ? 2 * w->cap_queue : 256;
		w->queue = xrealloc(w->queue, w->cap_queue, sizeof *w->queue);
	}
	unsigned i = w->n_queue++;
	for (; i > 0 && w->queue[i - 1].at.ms > at.ms; i--)
		w->queue[i] = w->queue[i - 1];
	w->queue[i] = (struct arrival){.at = at, .from = b->from};
	w->queue[i].payload = wire_pack(b, &w->queue[i].size);
}

void
world_plan(struct world *w, const struct batch *b, utc_ms at)
{
	struct batch own = *b;
	utc_ms sent = b->received.ms ? b->received : at;
	own.epoch = 1, own.seq = ++w->seq, own.received = at;
	own.historical = sent.ms - newest_event(b) > HISTORY_MS;
	enqueue(w, &own, at);
	if (w->twice_ms)
		enqueue(w, &own, UTC(at.ms + w->twice_ms));
}

/* --- the hub --------------------------------------------------------------------------- */

void
world_put(struct world *w, const struct device_id *from, const void *payload, size_t size)
{
	struct arena arena;
	struct batch b;
	char why[DECODE_WHY_LEN] = "";
	arena_init(&arena, w->memory, DECODE_ARENA_SIZE);
	look(w);
	utc_ms judged = w->ticker.sure ? hub_time(w) : UTC(INT64_MAX);
	if (decode_batch(&arena, from, hub_time(w), judged, payload, size, &b, why) !=
		0) {
		w->refused++;
		snprintf(w->why_refused, sizeof w->why_refused, "%s", why);
		return;
	}
	struct stored_batch row = {.from = b.from,
		.epoch = b.epoch,
		.seq = b.seq,
		.received = hub_time(w),
		.first = b.first,
		.last = b.last,
		.historical = b.historical,
		.payload = payload,
		.size = size};
	int r = store_batch_put(line_store(w->line), &row);
	if (r != 0 && r != STORE_E_DUPLICATE)
		fail("cannot store", store_error(line_store(w->line)));
}

struct hear_call {
	struct world *world;
	int64_t last;
};

static int
hear(void *ctx, const struct outbox_row *row)
{
	struct hear_call *call = ctx;
	struct world *w = call->world;
	if (w->n_said == w->cap_said) {
		w->cap_said = w->cap_said ? 2 * w->cap_said : 64;
		w->said = xrealloc(w->said, w->cap_said, sizeof *w->said);
	}
	if (said_is_event(row->topic))
		w->n_events++;
	if (said_decode(row->topic, row->payload, row->size, &w->said[w->n_said]))
		w->said[w->n_said++].at = w->now;
	call->last = row->id;
	return 0;
}

void
world_turn(struct world *w, enum pipeline_mode mode)
{
	int more = 1;
	look(w);
	if (!w->ticker.trusted)
		return; /* what came is stored; nothing is closed or told */
	while (more) {
		w->takes++;
		if (line_take(w->line, hub_time(w), mode, &more) != 0)
			fail("line_take", store_error(line_store(w->line)));
	}
	for (struct hear_call call = {w, -1};; call.last = -1) {
		if (store_outbox_each(line_store(w->line), hub_time(w), 1, hear, &call) !=
				0 ||
			(call.last >= 0 && store_outbox_sent(line_store(w->line),
						   call.last, hub_time(w)) != 0))
			fail("outbox", store_error(line_store(w->line)));
		if (call.last < 0)
			return;
	}
}

/* Everything that has arrived by now; returns how much. */
static unsigned
deliver(struct world *w, utc_ms until)
{
	unsigned n = 0;
	while (n < w->n_queue && w->queue[n].at.ms <= until.ms) {
		world_put(w, &w->queue[n].from, w->queue[n].payload, w->queue[n].size);
		free(w->queue[n++].payload);
	}
	if (n)
		memmove(w->queue, w->queue + n, (w->n_queue - n) * sizeof *w->queue);
	w->n_queue -= n;
	return n;
}

/* When the hub does something although nothing arrives. */
static utc_ms
next_turn(const struct world *w)
{
	utc_ms due = line_due(w->line);
	if (!w->ticker.trusted)
		return UTC(w->now.ms + LOOK_MS);
	return due.ms == INT64_MAX ? due : UTC(due.ms - w->hub_off_ms);
}

void
world_go(struct world *w, utc_ms to)
{
	unsigned at_once = 0;
	while (w->line) {
		utc_ms next = next_turn(w);
		if (w->n_queue && w->queue[0].at.ms < next.ms)
			next = w->queue[0].at;
		if (next.ms > to.ms)
			break;
		at_once = next.ms > w->now.ms ? 0 : at_once + 1;
		if (at_once > TURNS_AT_ONCE_MAX)
			fail("line_due", "stays in the past: the hub would never rest");
		w->now = next.ms > w->now.ms ? next : w->now;
		look(w);
		deliver(w, w->now);
		world_turn(w, PIPELINE_LIVE);
	}
	w->now = to;
}

void
world_import(struct world *w)
{
	deliver(w, UTC(INT64_MAX));
	world_turn(w, PIPELINE_HISTORY);
}

void
world_off(struct world *w)
{
	w->line = line_close(w->line);
}

void
world_sleep(struct world *w, int64_t ms)
{
	w->now.ms += ms;
	deliver(w, w->now);
	world_turn(w, PIPELINE_LIVE);
}

void
world_on(struct world *w)
{
	open_line(w);
	world_turn(w, PIPELINE_LIVE);
	utc_ms connected = UTC(w->now.ms + CONNECT_MS);
	for (unsigned i = 0; i < w->n_queue && w->queue[i].at.ms < connected.ms; i++)
		w->queue[i].at = connected;
	world_go(w, connected);
}

void
world_clock(struct world *w, int64_t off_ms, int synced)
{
	w->hub_off_ms = off_ms;
	w->ticker.synced = synced;
	if (w->line) {
		look(w);
		world_turn(w, PIPELINE_LIVE);
	}
}

void
world_configure(struct world *w, const char *config)
{
	world_off(w);
	w->config = config_free(w->config);
	w->loader = loader_free(w->loader);
	read_config(w, config);
	open_line(w);
	world_turn(w, PIPELINE_LIVE);
	pipeline_touch(line_pipeline(w->line), NULL, DAY(0));
	world_turn(w, PIPELINE_LIVE);
}
