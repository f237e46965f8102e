/* SPDX-License-Identifier: MIT */
/* Days to batches, see batcher.h. */
#include "batcher.h"

#include <errno.h>
#include <stdlib.h>

struct cutting {
	struct arena arena;
	const struct outlet *to;
	utc_ms now;
};

/* A day that is too big is halved until its pieces fit. */
static int
cut(struct cutting *c, struct wearer *w, int64_t from, int64_t to, unsigned parts)
{
	struct pack_stretch stretch = {w, from, to, parts};
	struct Dozed__V1__Batch *b;
	int r = pack_range(&c->arena, &stretch, c->now, &b);

	if (r == PACK_E_EMPTY)
		return 0;
	if (r == 0)
		return c->to->put(c->to->ctx, w, b);
	if (to - from > 1) {
		int64_t middle = from + (to - from) / 2;
		r = cut(c, w, from, middle, parts);
		return r < 0 ? r : cut(c, w, middle, to, parts);
	}
	/* one instant: what comes together there can still come apart by kind */
	if (parts & ~(unsigned)PACK_SESSIONS && parts & PACK_SESSIONS) {
		r = cut(c, w, from, to, parts & ~(unsigned)PACK_SESSIONS);
		return r < 0 ? r : cut(c, w, from, to, PACK_SESSIONS);
	}
	if (parts != PACK_SESSIONS)
		return -EMSGSIZE;
	for (size_t i = 0; i < w->n_sessions; i++) {
		if (w->sessions[i].end != from)
			continue;
		if (pack_session(&c->arena, w, i, c->now, &b) != 0)
			return -EMSGSIZE;
		r = c->to->put(c->to->ctx, w, b);
		if (r < 0)
			return r;
	}
	return 0;
}

static void
day_around(const struct zone *zone, int64_t t, int64_t *ret_from, int64_t *ret_to)
{
	if (zone) {
		civil_day d = zone_date(zone, UTC(t), 0);
		*ret_from = zone_instant(zone, d, 0).ms;
		*ret_to = zone_instant(zone, DAY(d.n + 1), 0).ms;
		/* never stand still, whatever a zone does at midnight */
		if (*ret_from > t)
			*ret_from = t;
		if (*ret_to <= t)
			*ret_to = t + HOUR_MS;
		return;
	}
	int64_t day = t / DAY_MS - (t % DAY_MS < 0);
	*ret_from = day * DAY_MS;
	*ret_to = *ret_from + DAY_MS;
}

int
batcher_run(const struct collect *c, const struct zone *zone, utc_ms now, unsigned parts,
	const struct outlet *to)
{
	struct cutting cutting = {.to = to, .now = now};
	void *mem = xcalloc(1, PACK_ARENA_SIZE);
	int64_t *next = xcalloc(c->n_people ? c->n_people : 1, sizeof *next);
	int r = 0;

	arena_init(&cutting.arena, mem, PACK_ARENA_SIZE);
	for (size_t i = 0; i < c->n_people; i++)
		next[i] = pack_next_event(c->people[i], INT64_MIN, parts);
	while (r == 0) {
		int64_t first = INT64_MAX, from, end;
		for (size_t i = 0; i < c->n_people; i++)
			first = next[i] < first ? next[i] : first;
		if (first == INT64_MAX)
			break;
		day_around(zone, first, &from, &end);
		for (size_t i = 0; i < c->n_people && r == 0; i++) {
			if (next[i] >= end)
				continue;
			r = cut(&cutting, c->people[i], next[i] < from ? next[i] : from,
				end, parts);
			next[i] = pack_next_event(c->people[i], end, parts);
		}
	}
	free(next);
	free(mem);
	return r;
}
