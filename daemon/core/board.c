/* SPDX-License-Identifier: MIT */
/* See board.h. Knows no person, no night boundaries and no store. */
#include "core/board.h"

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

int
board_init(struct board *b, const struct scorers *set)
{
	memset(b, 0, sizeof *b);
	for (const struct channel *c = channels; c->name; c++)
		if (number_channel(b, c->name) < 0)
			return -E2BIG;
	for (unsigned i = 0; i < set->n; i++) {
		const struct loaded_scorer *l = &set->list[i];
		struct board_scorer *s = &b->scorers[b->n_scorers];
		s->scorer = l;
		int r = number_ports(b, l->desc->reads, l->n_reads, s->reads);
		if (r == 0)
			r = number_ports(b, l->desc->writes, l->n_writes, s->writes);
		if (r < 0)
			return r;
		s->scratch =
			l->desc->scratch_size ? xcalloc(1, l->desc->scratch_size) : NULL;
		b->n_scorers++;
	}
	board_room(b, 64);
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

struct scorer_view
board_view(const struct board *b, const struct board_scorer *s, unsigned port,
	int64_t from_ms, int64_t to_ms)
{
	const struct board_channel *c = &b->channels[s->reads[port]];
	const struct board_grid *g = &c->span;
	if (c->events.set)
		return board_events_view(&c->events, from_ms, to_ms);
	if (!g->set)
		return (struct scorer_view){0};
	int64_t a = (from_ms - g->t0_ms) / g->interval_ms;
	int64_t e = (to_ms - g->t0_ms + g->interval_ms - 1) / g->interval_ms;
	a = from_ms < g->t0_ms ? 0 : a, e = e > g->n ? g->n : e;
	if (a >= e)
		return (struct scorer_view){0};
	return (struct scorer_view){g->v + a, (uint32_t)(e - a), g->interval_ms,
		g->t0_ms + a * g->interval_ms, NULL};
}

void
board_room(struct board *b, uint32_t values)
{
	if (values <= b->cap_values)
		return;
	b->values = xrealloc(b->values, values, sizeof *b->values);
	b->cap_values = values;
}

static int
fault(struct board_scorer *s, struct scorer_result *ret, const char *what)
{
	s->faults++;
	snprintf(s->last_fault, sizeof s->last_fault, "%s", what);
	ret->n_values = ret->n_reasons = 0;
	return scorer_skip(ret, "the scorer's result was refused");
}

static const char *
fault_of(const struct board_scorer *s, const struct scorer_result *ret)
{
	if (ret->n_values > ret->cap_values)
		return "more values than there is room for";
	for (uint32_t i = 0; i < ret->n_values; i++) {
		const struct scorer_value *v = &ret->values[i];
		if (v->port >= s->scorer->n_writes)
			return "a value for a port that is not declared";
		const struct scorer_port *p = &s->scorer->desc->writes[v->port];
		if (!isfinite(v->value) || v->value < p->min || v->value > p->max)
			return "a value outside its declared range";
		if (!(v->confidence >= 0 && v->confidence <= 1))
			return "a confidence outside 0-1";
	}
	return NULL;
}

int
board_call(struct board *b, struct board_scorer *s, const struct scorer_window *w,
	struct scorer_result *ret)
{
	*ret = (struct scorer_result){.values = b->values,
		.cap_values = b->cap_values,
		.reasons = b->reasons,
		.cap_reasons = REASONS_MAX};
	if (s->faults >= BOARD_FAULTS_MAX)
		return scorer_skip(ret, "the scorer is benched after three faults");
	if (s->scratch)
		memset(s->scratch, 0, s->scorer->desc->scratch_size);
	s->calls++;
	int r = s->scorer->desc->score(w, s->scorer->options, ret);
	if (r == SCORER_SKIP) {
		s->skips++;
		ret->n_values = 0;
		return SCORER_SKIP;
	}
	if (r != SCORER_OK)
		return fault(s, ret, "score() failed");
	const char *what = fault_of(s, ret);
	return what ? fault(s, ret, what) : SCORER_OK;
}

/* One SLIDING scorer over minutes [from, to). A required channel without any grid: nothing. */
static void
slide_one(struct board *b, struct board_scorer *s, uint32_t from, uint32_t to)
{
	const struct scorer *d = s->scorer->desc;
	const struct board_grid *base = NULL;
	struct scorer_view views[SCORER_PORTS_MAX];
	for (unsigned i = 0; i < s->scorer->n_reads; i++) {
		const struct board_grid *g = &b->channels[s->reads[i]].span;
		if (g->set && !base)
			base = g;
		if (!g->set && d->reads[i].required)
			return;
	}
	if (!base)
		return;
	for (unsigned i = 0; i < s->scorer->n_writes; i++) {
		struct board_grid *g = &b->channels[s->writes[i]].span;
		if (g->set)
			continue; /* an earlier scorer's values: overwritten where we have one */
		board_grid_set(g, base->t0_ms, base->interval_ms, base->n);
		for (uint32_t k = 0; k < g->n; k++)
			g->v[k] = NAN;
	}
	int64_t step = base->interval_ms, hop = d->window.hop_s * SECOND_MS / step;
	int64_t len = d->window.length_s * SECOND_MS / step,
		anchor = d->window.anchor_s * SECOND_MS / step;
	/* hops lie at multiples of the hop since 1970, wherever the stretch begins */
	int64_t phase = (base->t0_ms / step + from) % hop;
	int64_t start = from + (phase > 0 ? hop - phase : -phase);
	for (int64_t at = start; at < (int64_t)to; at += hop) {
		int64_t first = at - anchor, last = first + len;
		if (first < 0 || last > base->n)
			continue; /* a window is always whole: callers pad the stretch */
		struct scorer_window w = {sizeof w, s->scorer->n_reads, views,
			.start_ms = base->t0_ms + first * step,
			.end_ms = base->t0_ms + last * step,
			.at_ms = base->t0_ms + at * step, .scratch = s->scratch,
			.scratch_size = d->scratch_size};
		for (unsigned i = 0; i < s->scorer->n_reads; i++) {
			const struct board_grid *g = &b->channels[s->reads[i]].span;
			views[i] = (struct scorer_view){g->set ? g->v + first : NULL,
				g->set ? (uint32_t)len : 0, (uint32_t)step,
				base->t0_ms + first * step};
		}
		struct scorer_result r;
		if (board_call(b, s, &w, &r) != SCORER_OK)
			continue;
		for (uint32_t k = 0; k < r.n_values; k++) {
			struct board_grid *g =
				&b->channels[s->writes[r.values[k].port]].span;
			int64_t cell = (r.values[k].t_ms - g->t0_ms) / step;
			if (r.values[k].t_ms >= g->t0_ms && cell < g->n)
				g->v[cell] = r.values[k].value;
		}
	}
}

static int
feeds(const struct board_scorer *from, const struct board_scorer *to)
{
	for (unsigned w = 0; w < from->scorer->n_writes; w++)
		for (unsigned r = 0; r < to->scorer->n_reads; r++)
			if (from->writes[w] == to->reads[r])
				return 1;
	return 0;
}

/* How many minutes beyond what was asked for each SLIDING scorer has to run, for those after
 * it to have whole windows: else the values near an end depend on where the stretch was cut.
 * Returns the most that any chain reads. Scorers are in running order. */
static uint32_t
reach(const struct board *b, uint32_t beyond[SCORERS_MAX])
{
	uint32_t most = 0;
	for (unsigned i = b->n_scorers; i-- > 0;) {
		const struct scorer_span *w = &b->scorers[i].scorer->desc->window;
		beyond[i] = 0;
		if (w->kind != SCORER_SLIDING)
			continue;
		for (unsigned k = i + 1; k < b->n_scorers; k++) {
			const struct scorer_span *v = &b->scorers[k].scorer->desc->window;
			uint32_t need = beyond[k] + (uint32_t)v->length_s /
							    (STREAM_STEP_MS / SECOND_MS);
			if (v->kind == SCORER_SLIDING && need > beyond[i] &&
				feeds(&b->scorers[i], &b->scorers[k]))
				beyond[i] = need;
		}
		uint32_t all =
			beyond[i] + (uint32_t)w->length_s / (STREAM_STEP_MS / SECOND_MS);
		most = all > most ? all : most;
	}
	return most;
}

void
board_slide(struct board *b, uint32_t from, uint32_t to)
{
	uint32_t beyond[SCORERS_MAX];
	reach(b, beyond);
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (b->scorers[i].scorer->desc->window.kind == SCORER_SLIDING)
			slide_one(b, &b->scorers[i],
				from > beyond[i] ? from - beyond[i] : 0, to + beyond[i]);
}

uint32_t
board_margin_min(const struct board *b)
{
	uint32_t beyond[SCORERS_MAX];
	return reach(b, beyond) + 1;
}
