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

static void
open_line(struct world *w)
{
	char why[256] = "";
	if (line_open(w->config, &w->scorers, w->dir, &w->line, why) != 0)
		fail("cannot open the line", why);
}

void
world_open(struct world *w, const char *config, utc_ms now)
{
	const char *tmp = getenv("TMPDIR");
	char file[160];
	memset(w, 0, sizeof *w);
	snprintf(w->dir, sizeof w->dir, "%.90s/dozed-world-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(w->dir))
		fail(w->dir, "cannot be made");
	snprintf(file, sizeof file, "%s/dozed.conf", w->dir);
	FILE *f = fopen(file, "we");
	if (!f || fputs(config, f) < 0 || fclose(f) != 0)
		fail(file, "cannot be written");
	if (config_read(file, complain, NULL, &w->config) != 0 ||
		config_scorers(w->config, complain, NULL, &w->scorers, &w->loader) != 0)
		fail(file, "refused");
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
#undef NEWER
	return t;
}

void
world_plan(struct world *w, const struct batch *b, utc_ms at)
{
	struct batch own = *b;
	if (w->n_queue == w->cap_queue) {
		w->cap_queue = w->cap_queue ? 2 * w->cap_queue : 256;
		w->queue = xrealloc(w->queue, w->cap_queue, sizeof *w->queue);
	}
	own.epoch = 1, own.seq = ++w->seq, own.received = at;
	own.historical = at.ms - newest_event(b) > HISTORY_MS;
	unsigned i = w->n_queue++;
	for (; i > 0 && w->queue[i - 1].at.ms > at.ms; i--)
		w->queue[i] = w->queue[i - 1];
	w->queue[i] = (struct arrival){.at = at, .from = b->from};
	w->queue[i].payload = wire_pack(&own, &w->queue[i].size);
}

/* --- the hub --------------------------------------------------------------------------- */

void
world_put(struct world *w, const struct device_id *from, const void *payload, size_t size)
{
	struct arena arena;
	struct batch b;
	char why[DECODE_WHY_LEN] = "";
	arena_init(&arena, w->memory, DECODE_ARENA_SIZE);
	if (decode_batch(&arena, from, w->now, w->now, payload, size, &b, why) != 0)
		fail("a batch was refused", why);
	struct stored_batch row = {.from = b.from,
		.epoch = b.epoch,
		.seq = b.seq,
		.received = w->now,
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
	if (said_decode(row->topic, row->payload, row->size, &w->said[w->n_said]))
		w->said[w->n_said++].at = w->now;
	call->last = row->id;
	return 0;
}

void
world_turn(struct world *w, enum pipeline_mode mode)
{
	int more = 1;
	while (more) {
		w->takes++;
		if (line_take(w->line, w->now, mode, &more) != 0)
			fail("line_take", store_error(line_store(w->line)));
	}
	for (struct hear_call call = {w, -1};; call.last = -1) {
		if (store_outbox_each(line_store(w->line), w->now, 1, hear, &call) != 0 ||
			(call.last >= 0 && store_outbox_sent(line_store(w->line),
						   call.last, w->now) != 0))
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

void
world_go(struct world *w, utc_ms to)
{
	unsigned at_once = 0;
	while (w->line) {
		utc_ms due = line_due(w->line), next = due;
		if (w->n_queue && w->queue[0].at.ms < next.ms)
			next = w->queue[0].at;
		if (next.ms > to.ms)
			break;
		at_once = next.ms > w->now.ms ? 0 : at_once + 1;
		if (at_once > TURNS_AT_ONCE_MAX)
			fail("line_due", "stays in the past: the hub would never rest");
		w->now = next.ms > w->now.ms ? next : w->now;
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
world_on(struct world *w)
{
	open_line(w);
	world_turn(w, PIPELINE_LIVE);
	utc_ms connected = UTC(w->now.ms + CONNECT_MS);
	for (unsigned i = 0; i < w->n_queue && w->queue[i].at.ms < connected.ms; i++)
		w->queue[i].at = connected;
	world_go(w, connected);
}
