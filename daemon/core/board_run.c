/* SPDX-License-Identifier: MIT */
/* See board_run.h. Views are cut by time and point into the grids. */
#include "core/board_run.h"

#include <math.h>
#include <string.h>

/* --- what is written ------------------------------------------------------------------ */

static const struct board_grid *
grid_of(const struct board *b, const struct board_scorer *s, unsigned port)
{
	return s->layouts[port] ? &b->layouts[s->layouts[port] - 1].grid
				: &b->channels[s->reads[port]].span;
}

static int64_t written_step(const struct board *b, unsigned channel);

/* So long is what s writes there; 0 = it depends on a view that is not there. */
static int64_t
port_step(const struct board *b, const struct board_scorer *s, unsigned port)
{
	const struct scorer *d = s->scorer->desc;
	if (d->writes[port].step_ms != SCORER_DEFAULT)
		return d->writes[port].step_ms;
	if (d->window.kind == SCORER_SLIDING)
		return d->window.hop_s * SECOND_MS;
	if (d->reads[0].step_ms == SCORER_EVENTS)
		return MINUTE_MS;
	const struct board_grid *g = grid_of(b, s, 0);
	return g->set ? g->interval_ms : written_step(b, s->reads[0]);
}

/* The smallest step of all who write the channel, whether they have run or not; 0 = nobody can. */
static int64_t
written_step(const struct board *b, unsigned channel)
{
	int64_t least = 0;
	for (unsigned i = 0; i < b->n_scorers; i++)
		for (unsigned k = 0; k < b->scorers[i].scorer->n_writes; k++) {
			const struct board_scorer *s = &b->scorers[i];
			if (s->writes[k] != channel || !board_runs(s))
				continue;
			int64_t step = port_step(b, s, k);
			if (step > 0 && (least == 0 || step < least))
				least = step;
		}
	return least;
}

/* Grids for what s writes, where no earlier scorer made them. */
static void
open_writes(
	struct board *b, const struct board_scorer *s, int64_t steps[SCORER_PORTS_MAX])
{
	for (unsigned i = 0; i < s->scorer->n_writes; i++) {
		struct board_channel *c = &b->channels[s->writes[i]];
		if (s->scorer->desc->writes[i].step_ms == SCORER_EVENTS) {
			if (!c->events.set)
				board_events_set(&c->events, 0);
			continue;
		}
		steps[i] = port_step(b, s, i);
		if (c->span.set)
			continue; /* overwritten where we have a value */
		board_grid_cover(&c->span, b->begin_ms, b->end_ms,
			(uint32_t)written_step(b, s->writes[i]));
		for (uint32_t k = 0; k < c->span.n; k++)
			c->span.v[k] = NAN;
	}
}

/* A value that holds for `step` fills the cells that begin in it. */
static void
put(struct board_grid *g, int64_t t, int64_t step, double v)
{
	if (step == g->interval_ms) {
		int64_t cell = (t - g->t0_ms) / step;
		if (t >= g->t0_ms && cell < g->n)
			g->v[cell] = v;
		return;
	}
	int64_t first = grid_floor(t, step), fine = g->interval_ms;
	int64_t a = (grid_floor(first + fine - 1, fine) - g->t0_ms) / fine;
	int64_t e = (grid_floor(first + step + fine - 1, fine) - g->t0_ms) / fine;
	for (a = a < 0 ? 0 : a; a < e && a < g->n; a++)
		g->v[a] = v;
}

static void
put_events(struct board *b, const struct board_scorer *s, unsigned port,
	const struct scorer_result *r)
{
	struct board_events *e = &b->channels[s->writes[port]].events;
	uint32_t n = 0;
	for (uint32_t k = 0; k < r->n_values; k++)
		n += r->values[k].port == port;
	if (n == 0)
		return; /* an earlier scorer's stay: two lists are never mixed */
	board_events_set(e, n);
	for (uint32_t k = 0; k < r->n_values; k++)
		if (r->values[k].port == port) {
			int bad = board_events_add(
				e, r->values[k].t_ms, r->values[k].value);
			assert(!bad); /* board_call() has looked */
		}
}

static void
put_values(struct board *b, const struct board_scorer *s,
	const int64_t steps[SCORER_PORTS_MAX], const struct scorer_result *r)
{
	const struct scorer_port *writes = s->scorer->desc->writes;
	for (uint32_t k = 0; k < r->n_values; k++) {
		const struct scorer_value *v = &r->values[k];
		if (writes[v->port].step_ms != SCORER_EVENTS)
			put(&b->channels[s->writes[v->port]].span, v->t_ms,
				steps[v->port], v->value);
	}
	for (unsigned i = 0; s->writes_events && i < s->scorer->n_writes; i++)
		if (writes[i].step_ms == SCORER_EVENTS)
			put_events(b, s, i, r);
}

/* --- what is read --------------------------------------------------------------------- */

/* A port's view, moved along with the hops. */
struct cursor {
	const struct board_grid *grid;
	const struct board_events *events; /* instead of a grid */
	int64_t at, n, stride;             /* stride = 0: cut anew for each window */
};

/* The cells that begin in [from, to); where none does, the one that `from` lies in. */
static void
cut(struct cursor *c, int64_t from, int64_t to)
{
	int64_t step = c->grid->interval_ms, t0 = c->grid->t0_ms;
	int64_t a = grid_floor(from - t0 + step - 1, step) / step,
		e = grid_floor(to - t0 + step - 1, step) / step;
	a = e <= a ? e - 1 : a;
	a = a < 0 ? 0 : a, e = e > c->grid->n ? c->grid->n : e;
	c->at = a, c->n = e > a ? e - a : 0;
}

static void
cursor_open(struct cursor *c, const struct board *b, const struct board_scorer *s,
	unsigned port, int64_t from)
{
	const struct scorer *d = s->scorer->desc;
	const struct board_grid *g = grid_of(b, s, port);
	int64_t hop = d->window.hop_s * SECOND_MS;
	*c = (struct cursor){0};
	if (d->reads[port].step_ms == SCORER_EVENTS) {
		if (b->channels[s->reads[port]].events.set)
			c->events = &b->channels[s->reads[port]].events;
		return;
	}
	if (!g->set)
		return;
	c->grid = g;
	if (hop > 0 && hop % g->interval_ms == 0 && from >= g->t0_ms) {
		cut(c, from, from + d->window.length_s * SECOND_MS);
		c->stride = hop / g->interval_ms;
		c->at -= c->stride;
	}
}

/* The next window's view. */
static struct scorer_view
cursor_next(struct cursor *c, int64_t from, int64_t to)
{
	if (c->events)
		return board_events_view(c->events, from, to);
	if (!c->grid)
		return (struct scorer_view){.t0_ms = from};
	if (c->stride)
		c->at += c->stride;
	else
		cut(c, from, to);
	int64_t n = c->at + c->n > c->grid->n ? c->grid->n - c->at : c->n;
	if (n <= 0)
		return (struct scorer_view){
			.interval_ms = c->grid->interval_ms, .t0_ms = from};
	return (struct scorer_view){c->grid->v + c->at, (uint32_t)n, c->grid->interval_ms,
		c->grid->t0_ms + c->at * c->grid->interval_ms, NULL};
}

/* Every required channel has a place, and there is any at all. */
static int
can_run(const struct board *b, const struct board_scorer *s)
{
	int any = 0;
	for (unsigned i = 0; i < s->scorer->n_reads; i++) {
		const struct scorer_port *p = &s->scorer->desc->reads[i];
		int set = p->step_ms == SCORER_EVENTS
				  ? b->channels[s->reads[i]].events.set
				  : grid_of(b, s, i)->set;
		if (!set && p->required)
			return 0;
		any |= set;
	}
	return any;
}

/* --- runs ----------------------------------------------------------------------------- */

static void
room_for_window(struct board *b, const struct board_scorer *s,
	const int64_t steps[SCORER_PORTS_MAX], uint32_t n)
{
	int64_t length = s->scorer->desc->window.length_s * SECOND_MS, room = 64;
	for (unsigned i = 0; i < s->scorer->n_writes; i++)
		room += n + 64 + (steps[i] ? length / steps[i] : 0);
	board_room(b, (uint32_t)room);
}

static void
keep_values(struct kept_hour *h, unsigned scorer, const struct scorer_result *r)
{
	for (uint32_t k = 0; k < r->n_values; k++)
		kept_hour_put(h, scorer, r->values[k].port, r->values[k].t_ms,
			r->values[k].value);
}

/* One SLIDING scorer at every hop in [from, to). */
static void
slide(struct board *b, struct board_scorer *s, int64_t from, int64_t to,
	struct kept_hour *keep)
{
	const struct scorer *d = s->scorer->desc;
	int64_t hop = d->window.hop_s * SECOND_MS,
		length = d->window.length_s * SECOND_MS;
	int64_t anchor = d->window.anchor_s * SECOND_MS, steps[SCORER_PORTS_MAX] = {0};
	struct cursor cursors[SCORER_PORTS_MAX];
	struct scorer_view views[SCORER_PORTS_MAX];
	if (!can_run(b, s))
		return;
	open_writes(b, s, steps);
	if (keep)
		kept_hour_put(
			keep, (unsigned)(s - b->scorers), KEPT_OPENS, keep->hour_ms, 0);
	/* a window is always whole: callers pad the stretch */
	int64_t first = grid_floor(from + hop - 1, hop),
		least = grid_floor(b->begin_ms + anchor + hop - 1, hop);
	first = first > least ? first : least;
	for (unsigned i = 0; i < s->scorer->n_reads; i++)
		cursor_open(&cursors[i], b, s, i, first - anchor);
	room_for_window(b, s, steps, 0);
	for (int64_t at = first; at < to && at - anchor + length <= b->end_ms;
		at += hop) {
		struct scorer_window w = {.size = sizeof w,
			.n_views = s->scorer->n_reads,
			.views = views,
			.start_ms = at - anchor,
			.end_ms = at - anchor + length,
			.at_ms = at};
		int whole = 1;
		for (unsigned i = 0; i < s->scorer->n_reads; i++) {
			views[i] = cursor_next(&cursors[i], w.start_ms, w.end_ms);
			whole &= !d->reads[i].required || board_view_has_value(&views[i]);
		}
		struct scorer_result r;
		if (!whole || board_call(b, s, &w, &r) != SCORER_OK)
			continue;
		put_values(b, s, steps, &r);
		if (keep)
			keep_values(keep, (unsigned)(s - b->scorers), &r);
	}
}

/* One RECORDING scorer: everything that is laid out. */
static void
record(struct board *b, struct board_scorer *s)
{
	const struct scorer *d = s->scorer->desc;
	int64_t steps[SCORER_PORTS_MAX] = {0};
	struct scorer_view views[SCORER_PORTS_MAX];
	if (!can_run(b, s))
		return;
	for (unsigned i = 0; i < s->scorer->n_reads; i++) {
		views[i] = board_view(b, s, i, b->begin_ms, b->end_ms);
		if (d->reads[i].required && !board_view_has_value(&views[i]))
			return;
	}
	open_writes(b, s, steps);
	room_for_window(b, s, steps, views[0].n);
	struct scorer_window w = {.size = sizeof w,
		.n_views = s->scorer->n_reads,
		.views = views,
		.start_ms = b->begin_ms,
		.end_ms = b->end_ms,
		.at_ms = b->end_ms,
		.date = b->date,
		.offset_s = b->offset_s};
	struct scorer_result r;
	if (board_call(b, s, &w, &r) == SCORER_OK)
		put_values(b, s, steps, &r);
}

/* From the hop that what was asked for lies in. */
static int64_t
run_from(const struct board *b, const struct board_scorer *s)
{
	return grid_floor(
		b->from_ms - s->beyond_ms, s->scorer->desc->window.hop_s * SECOND_MS);
}

void
board_run_fast(struct board *b, unsigned pass, int64_t hour_ms, struct kept_hour *keep)
{
	for (unsigned i = 0; i < b->n_scorers; i++) {
		struct board_scorer *s = &b->scorers[i];
		if (!s->fast || s->pass != pass ||
			s->scorer->desc->window.kind != SCORER_SLIDING)
			continue;
		int64_t from = run_from(b, s), to = b->to_ms + s->beyond_ms,
			end = hour_ms + BOARD_HOUR_MS;
		unsigned faults = s->faults;
		slide(b, s, from > hour_ms ? from : hour_ms, to < end ? to : end, keep);
		if (keep && s->faults > faults)
			keep->refused = 1;
	}
}

void
board_write_kept(struct board *b, const struct kept_hour *kept)
{
	int64_t steps[SCORER_PORTS_MAX] = {0};
	for (uint32_t i = 0; i < kept->n_values; i++) {
		const struct kept_value *v = &kept->values[i];
		const struct board_scorer *s = &b->scorers[v->scorer];
		if (v->port == KEPT_OPENS)
			open_writes(b, s, steps);
		else
			put(&b->channels[s->writes[v->port]].span,
				kept->hour_ms + v->dt_ms, steps[v->port], v->v);
	}
}

void
board_run(struct board *b, unsigned pass)
{
	for (unsigned i = 0; i < b->n_scorers; i++) {
		struct board_scorer *s = &b->scorers[i];
		if (s->fast || s->pass != pass)
			continue;
		if (s->scorer->desc->window.kind == SCORER_SLIDING)
			slide(b, s, run_from(b, s), b->to_ms + s->beyond_ms, NULL);
		else if (s->scorer->desc->window.kind == SCORER_RECORDING)
			record(b, s);
	}
}
