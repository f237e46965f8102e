/* SPDX-License-Identifier: MIT */
/* See board.h. Knows no person, no night boundaries and no store. */
#include "core/board.h"
#include "core/board_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
is_nightly(const char *name)
{
	return strncmp(name, "night.", 6) == 0 || strncmp(name, "vendor.", 7) == 0;
}

int
board_find(const struct board *b, const char *name)
{
	for (unsigned i = 0; i < b->n_channels; i++)
		if (strcmp(b->channels[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int
number_channel(struct board *b, const char *name)
{
	int i = board_find(b, name);
	if (i >= 0)
		return i;
	if (b->n_channels == BOARD_CHANNELS_MAX)
		return -E2BIG;
	struct board_channel *c = &b->channels[b->n_channels];
	snprintf(c->name, sizeof c->name, "%s", name);
	c->nightly = is_nightly(name);
	c->value = NAN;
	return (int)b->n_channels++;
}

static int
number_ports(struct board *b, const struct scorer_port *ports, unsigned n, uint16_t *ret)
{
	for (unsigned i = 0; i < n; i++) {
		int k = number_channel(b, ports[i].channel);
		if (k < 0)
			return k;
		ret[i] = (uint16_t)k;
	}
	return 0;
}

/* The place of a stream's samples in a port's layout: 0 = the channel's own, else index + 1. */
static int
number_layout(struct board *b, uint16_t channel, const struct scorer_port *p)
{
	const struct channel *c = channel_by_name(p->channel);
	if (!c || c->kind != CHANNEL_KIND_SAMPLES || p->step_ms == SCORER_EVENTS ||
		(p->step_ms == SCORER_DEFAULT && !c->fast))
		return 0;
	int32_t step = p->step_ms == SCORER_DEFAULT ? STREAM_STEP_MS : p->step_ms;
	for (unsigned i = 0; i < b->n_layouts; i++)
		if (b->layouts[i].channel == channel && b->layouts[i].step_ms == step)
			return (int)i + 1;
	if (b->n_layouts == BOARD_LAYOUTS_MAX)
		return -E2BIG;
	b->layouts[b->n_layouts] =
		(struct board_layout){.channel = channel, .step_ms = step};
	return (int)++b->n_layouts;
}

static int
number_scorer(struct board *b, const struct loaded_scorer *l)
{
	struct board_scorer *s = &b->scorers[b->n_scorers];
	s->scorer = l;
	int r = number_ports(b, l->desc->reads, l->n_reads, s->reads);
	if (r == 0)
		r = number_ports(b, l->desc->writes, l->n_writes, s->writes);
	for (unsigned i = 0; i < l->n_reads && r >= 0; i++) {
		const struct channel *c = channel_by_name(l->desc->reads[i].channel);
		s->fast |= c && c->fast;
		r = number_layout(b, s->reads[i], &l->desc->reads[i]);
		s->layouts[i] = (uint16_t)(r < 0 ? 0 : r);
	}
	for (unsigned i = 0; i < l->n_writes; i++)
		s->writes_events |= l->desc->writes[i].step_ms == SCORER_EVENTS;
	b->n_scorers += r >= 0;
	return r < 0 ? r : 0;
}

int
board_init(struct board *b, const struct scorers *set)
{
	memset(b, 0, sizeof *b);
	for (const struct channel *c = channels; c->name; c++)
		if (number_channel(b, c->name) < 0)
			return -E2BIG;
	for (unsigned i = 0; i < set->n; i++) {
		int r = number_scorer(b, &set->list[i]);
		if (r < 0)
			return r;
	}
	board_plan(b);
	board_room(b, BOARD_ROOM_MIN);
	return 0;
}

static void
events_finish(struct board_events *e)
{
	free(e->t_ms);
	free(e->v);
}

void
board_finish(struct board *b)
{
	for (unsigned i = 0; i < b->n_channels; i++) {
		free(b->channels[i].span.v);
		free(b->channels[i].night.v);
		events_finish(&b->channels[i].events);
		events_finish(&b->channels[i].night_events);
	}
	for (unsigned i = 0; i < b->n_layouts; i++)
		free(b->layouts[i].grid.v);
	for (unsigned i = 0; i < b->n_scorers; i++)
		free(b->scorers[i].scratch);
	free(b->values);
	memset(b, 0, sizeof *b);
}

void
board_grid_set(struct board_grid *g, int64_t t0_ms, uint32_t interval_ms, uint32_t n)
{
	if (n > g->cap) {
		g->v = xrealloc(g->v, n, sizeof *g->v);
		g->cap = n;
	}
	g->t0_ms = t0_ms, g->interval_ms = interval_ms, g->n = n, g->set = 1;
}

void
board_events_set(struct board_events *e, uint32_t room)
{
	if (room > e->cap) {
		e->t_ms = xrealloc(e->t_ms, room, sizeof *e->t_ms);
		e->v = xrealloc(e->v, room, sizeof *e->v);
		e->cap = room;
	}
	e->n = 0, e->set = 1;
}

int
board_events_add(struct board_events *e, int64_t t_ms, double v)
{
	if (e->n == e->cap || (e->n > 0 && t_ms <= e->t_ms[e->n - 1]))
		return 1;
	e->t_ms[e->n] = t_ms, e->v[e->n++] = v;
	return 0;
}

/* Index of the first event at or after t. */
static uint32_t
event_index(const struct board_events *e, int64_t t)
{
	uint32_t low = 0, high = e->n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (e->t_ms[mid] < t)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct scorer_view
board_events_view(const struct board_events *e, int64_t from_ms, int64_t to_ms)
{
	uint32_t a = e->set ? event_index(e, from_ms) : 0,
		 n = e->set ? event_index(e, to_ms) - a : 0;
	if (n == 0)
		return (struct scorer_view){.t0_ms = from_ms};
	return (struct scorer_view){e->v + a, n, 0, e->t_ms[a], e->t_ms + a};
}

void
board_grid_cover(
	struct board_grid *g, int64_t from_ms, int64_t to_ms, uint32_t interval_ms)
{
	int64_t t0 = grid_floor(from_ms, interval_ms),
		end = grid_floor(to_ms + interval_ms - 1, interval_ms);
	board_grid_set(g, t0, interval_ms, (uint32_t)((end - t0) / interval_ms));
}

struct scorer_view
board_view(const struct board *b, const struct board_scorer *s, unsigned port,
	int64_t from_ms, int64_t to_ms)
{
	const struct board_channel *c = &b->channels[s->reads[port]];
	if (s->scorer->desc->reads[port].step_ms == SCORER_EVENTS)
		return board_events_view(&c->events, from_ms, to_ms);
	const struct board_grid *g =
		s->layouts[port] ? &b->layouts[s->layouts[port] - 1].grid : &c->span;
	if (!g->set)
		return (struct scorer_view){0};
	int64_t step = g->interval_ms;
	int64_t a = grid_floor(from_ms - g->t0_ms, step) / step;
	int64_t e = (to_ms - g->t0_ms + step - 1) / step; /* a last part counts */
	a = a < 0 ? 0 : a, e = e > g->n ? g->n : e;
	if (a >= e)
		return (struct scorer_view){0};
	return (struct scorer_view){
		g->v + a, (uint32_t)(e - a), g->interval_ms, g->t0_ms + a * step, NULL};
}
