/* SPDX-License-Identifier: MIT */
/* See night.h. Knows no store; local time only through the person's zone. */
#include "core/night.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/night_record.h"
#include "core/sources.h"
#include "core/stages.h"

static void
clear_night(struct board *b)
{
	for (unsigned i = 0; i < b->n_channels; i++) {
		b->channels[i].night.set = b->channels[i].night_events.set = 0;
		if (b->channels[i].nightly)
			b->channels[i].value = NAN;
	}
}

/* The part of a grid in [from, to); a last cell that begins before `to` counts. */
static struct scorer_view
part_of(const struct board_grid *g, int64_t from, int64_t to)
{
	if (!g->set)
		return (struct scorer_view){0};
	int64_t a = from < g->t0_ms ? 0 : (from - g->t0_ms) / g->interval_ms;
	int64_t e = (to - g->t0_ms + g->interval_ms - 1) / g->interval_ms;
	e = e > g->n ? g->n : e;
	if (a >= e)
		return (struct scorer_view){0};
	return (struct scorer_view){g->v + a, (uint32_t)(e - a), g->interval_ms,
		g->t0_ms + a * g->interval_ms, NULL};
}

/* What a NIGHT scorer sees of a port in [from, to): one number; what an earlier NIGHT scorer or
 * the vendor's record says; else what the stretch has. n = 0: nothing. */
static struct scorer_view
view_of(const struct board *b, const struct board_scorer *s, unsigned port, int64_t from,
	int64_t to)
{
	const struct board_channel *c = &b->channels[s->reads[port]];
	if (c->nightly)
		return (struct scorer_view){
			&c->value, isnan(c->value) ? 0 : 1, 0, from, NULL};
	if (c->night.set)
		return part_of(&c->night, from, to);
	if (c->night_events.set)
		return board_events_view(&c->night_events, from, to);
	return board_view(b, s, port, from, to);
}

/* What a night is made on. */
struct maker {
	struct board *board;
	const struct stretch *stretch; /* NULL: the sources of streams are not told */
	uint32_t feeds[BOARD_CHANNELS_MAX];
	uint32_t used; /* channels of the wire that went into the night */
};

/* One call: [from_ms, to_ms) is what its views reach over. */
struct call {
	struct board *board;
	struct board_scorer *scorer;
	int64_t from_ms, to_ms;
	struct scorer_view views[SCORER_PORTS_MAX];
};

/* The step of what a port writes: its own, else view 0's, else that of the first grid. */
static uint32_t
written_step(const struct call *c, const struct scorer_port *w)
{
	if (w->step_ms > 0)
		return (uint32_t)w->step_ms;
	for (unsigned i = 0; i < c->scorer->scorer->n_reads; i++)
		if (c->views[i].n > 0 && c->views[i].interval_ms)
			return c->views[i].interval_ms;
	return STREAM_STEP_MS;
}

/* An empty grid over what the call sees: a view's own cells where the step is its own, else such
 * that the first value begins a cell. */
static void
open_grid(const struct call *c, const struct scorer_port *w, int64_t first_ms,
	struct board_grid *g)
{
	int64_t step = written_step(c, w), from = first_ms;
	for (unsigned i = 0; i < c->scorer->scorer->n_reads; i++)
		if (c->views[i].n > 0 && c->views[i].interval_ms == step) {
			from = c->views[i].t0_ms;
			break;
		}
	if (from > c->from_ms)
		from -= (from - c->from_ms) / step * step;
	int64_t n = (c->to_ms - from + step - 1) / step;
	board_grid_set(g, from, (uint32_t)step, n > 0 ? (uint32_t)n : 0);
	for (uint32_t k = 0; k < g->n; k++)
		g->v[k] = NAN;
}

/* begun[port]: this call has given an event of it. */
static void
take_value(const struct call *c, const struct scorer_value *v,
	unsigned char begun[static SCORER_PORTS_MAX], uint32_t n_values)
{
	const struct scorer_port *w = &c->scorer->scorer->desc->writes[v->port];
	struct board_channel *to = &c->board->channels[c->scorer->writes[v->port]];
	if (to->nightly) {
		to->value = v->value, to->confidence = v->confidence;
		return;
	}
	if (w->step_ms == SCORER_EVENTS) {
		if (!begun[v->port])
			board_events_set(&to->night_events, n_values);
		begun[v->port] = 1;
		/* one that does not ascend has no place */
		int refused = board_events_add(&to->night_events, v->t_ms, v->value);
		(void)refused;
		return;
	}
	if (!to->night.set)
		open_grid(c, w, v->t_ms, &to->night);
	int64_t cell = (v->t_ms - to->night.t0_ms) / to->night.interval_ms;
	if (v->t_ms >= to->night.t0_ms && cell < to->night.n)
		to->night.v[cell] = v->value;
}

static void
take_values(const struct call *c, const struct scorer_result *r)
{
	unsigned char begun[SCORER_PORTS_MAX] = {0};
	for (uint32_t i = 0; i < r->n_values; i++)
		take_value(c, &r->values[i], begun, r->n_values);
}

static int
writes_tst(const struct scorer *d)
{
	for (const struct scorer_port *w = d->writes; w->channel; w++)
		if (strcmp(w->channel, "night.tst") == 0)
			return 1;
	return 0;
}

/* NULL, or the first required channel of which nothing is there. */
static const char *
fill_views(struct call *c)
{
	const struct scorer *d = c->scorer->scorer->desc;
	const char *missing = NULL;
	for (unsigned i = 0; i < c->scorer->scorer->n_reads; i++) {
		c->views[i] = view_of(c->board, c->scorer, i, c->from_ms, c->to_ms);
		if (d->reads[i].required && !missing &&
			!board_view_has_value(&c->views[i]))
			missing = d->reads[i].channel;
	}
	return missing;
}

/* Room for a value a port and element of the longest view, or cell of the finest grid. */
static void
make_room(const struct call *c)
{
	const struct loaded_scorer *l = c->scorer->scorer;
	uint64_t most = 0;
	for (unsigned i = 0; i < l->n_reads; i++)
		most = c->views[i].n > most ? c->views[i].n : most;
	for (unsigned i = 0; i < l->n_writes; i++) {
		int32_t step = l->desc->writes[i].step_ms;
		uint64_t n =
			step > 0 ? (uint64_t)(c->to_ms - c->from_ms) / (uint32_t)step : 0;
		most = n > most ? n : most;
	}
	board_room(c->board, (uint32_t)((most + 64) * l->n_writes + 64));
}

/* Of one that had nothing to look at there is nothing to say. */
static int
saw_anything(const struct call *c)
{
	for (unsigned i = 0; i < c->scorer->scorer->n_reads; i++)
		if (board_view_has_value(&c->views[i]))
			return 1;
	return 0;
}

/* The channels of the wire behind the views that came from the stretch. */
static uint32_t
wire_of(const struct maker *m, const struct call *c)
{
	uint32_t used = 0;
	for (unsigned i = 0; i < c->scorer->scorer->n_reads; i++) {
		uint16_t k = c->scorer->reads[i];
		const struct board_channel *q = &c->board->channels[k];
		if (!q->nightly && !q->night.set && !q->night_events.set &&
			board_view_has_value(&c->views[i]))
			used |= m->feeds[k];
	}
	return used;
}

/* Calls one NIGHT scorer. What keeps the one that gives the sleep time from a result is kept
 * as the night's reason. */
static void
score_night(struct maker *m, struct board_scorer *s, struct night *n)
{
	struct board *b = m->board;
	const struct scorer *d = s->scorer->desc;
	struct call c = {b, s, n->in_bed.ms - d->window.anchor_s * SECOND_MS,
		n->out_of_bed.ms + d->window.length_s * SECOND_MS, {{0}}};
	const char *missing = fill_views(&c);
	if (missing) {
		if (writes_tst(d))
			snprintf(n->insufficient, sizeof n->insufficient, "no %.40s",
				missing);
		return;
	}
	struct scorer_window w = {sizeof w, s->scorer->n_reads, c.views, n->in_bed.ms,
		n->out_of_bed.ms, n->out_of_bed.ms, n->date.n, n->offset_end_s,
		s->scratch, d->scratch_size};
	struct scorer_result r;
	uint32_t used = wire_of(m, &c); /* before it writes what it has read */
	make_room(&c);
	if (board_call(b, s, &w, &r) != SCORER_OK) {
		if (writes_tst(d))
			snprintf(n->insufficient, sizeof n->insufficient, "%s", r.skip);
		else if (saw_anything(&c))
			night_add_note(n, d, &r);
		return;
	}
	take_values(&c, &r);
	night_add_reasons(n, d, &r);
	m->used |= used;
}

static int
compare_values(const void *a, const void *b)
{
	return strcmp(((const struct named_value *)a)->name,
		((const struct named_value *)b)->name);
}

static double
channel_value(const struct board *b, const char *name)
{
	int i = board_find(b, name);
	return i < 0 ? NAN : b->channels[i].value;
}

/* The share of the period of which is known whether it was slept. */
static double
coverage_of(const struct board *b, const struct night *n)
{
	int i = board_find(b, "asleep");
	struct scorer_view v = {0};
	if (i >= 0)
		v = part_of(b->channels[i].night.set ? &b->channels[i].night
						     : &b->channels[i].span,
			n->in_bed.ms, n->out_of_bed.ms);
	uint32_t seen = 0;
	for (uint32_t k = 0; k < v.n; k++)
		seen += !isnan(v.v[k]);
	int64_t length = n->out_of_bed.ms - n->in_bed.ms;
	double share = length > 0 ? (double)seen * v.interval_ms / (double)length : 0;
	return share > 1 ? 1 : share;
}

/* From the board into the record. */
static void
collect(const struct board *b, struct night *n)
{
	n->coverage = coverage_of(b, n);
	double onset = channel_value(b, "night.onset"),
	       wake = channel_value(b, "night.wake");
	if (isnan(channel_value(b, "night.tst"))) {
		if (!n->insufficient[0])
			snprintf(n->insufficient, sizeof n->insufficient,
				"no sleep statistics");
		return;
	}
	n->insufficient[0] = 0;
	n->onset = UTC(isnan(onset) ? 0 : n->in_bed.ms + llround(onset * MINUTE_MS));
	n->wake = UTC(isnan(wake) ? 0 : n->in_bed.ms + llround(wake * MINUTE_MS));
	for (unsigned i = 0; i < b->n_channels && n->n_values < NIGHT_VALUES_MAX; i++) {
		const struct board_channel *c = &b->channels[i];
		if (!c->nightly || isnan(c->value) ||
			strcmp(c->name, "night.onset") == 0 ||
			strcmp(c->name, "night.wake") == 0)
			continue;
		struct named_value *v = &n->values[n->n_values++];
		memcpy(v->name, c->name, sizeof v->name);
		v->value = c->value, v->confidence = c->confidence;
	}
	qsort(n->values, n->n_values, sizeof n->values[0], compare_values);
}

static void
name_sources(const struct maker *m, const struct bed_time *p, struct night *n)
{
	struct sources s = {0};
	if (p->n_parts == 0)
		sources_add(&s, p->source);
	for (unsigned i = 0; i < p->n_parts; i++)
		sources_add(&s, p->parts[i]->source);
	if (m->stretch)
		sources_add_streams(&s, m->stretch, m->used, n->in_bed, n->out_of_bed);
	sources_text(&s, n->sources);
}

static void
make_night(struct maker *m, const struct night_input *in, const struct bed_time *p,
	struct night *n)
{
	struct board *b = m->board;
	m->used = 0;
	memset(n, 0, sizeof *n);
	snprintf(n->person, sizeof n->person, "%s", in->person->id);
	n->date = in->date;
	n->in_bed = p->in_bed, n->out_of_bed = p->out_of_bed,
	n->settled = p->settled.ms ? p->settled : p->out_of_bed;
	n->offset_start_s = zone_offset_s(in->person->zone, p->in_bed);
	n->offset_end_s = zone_offset_s(in->person->zone, p->out_of_bed);
	n->historical = !p->live;
	clear_night(b);
	if (p->n_parts)
		stages_lay_out(b, p);
	if (p->why_not) {
		snprintf(n->insufficient, sizeof n->insufficient, "%s", p->why_not);
		n->coverage = coverage_of(b, n);
		name_sources(m, p, n);
		return;
	}
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (b->scorers[i].scorer->desc->window.kind == SCORER_NIGHT)
			score_night(m, &b->scorers[i], n);
	collect(b, n);
	name_sources(m, p, n);
	if (in->made)
		in->made(in->ctx, n);
}

unsigned
nights_make(struct board *b, const struct night_input *in, const struct stretch *stretch,
	struct night ret[static NIGHTS_MAX], int *ret_open)
{
	struct bed_time list[NIGHTS_MAX];
	struct night_input own = *in;
	struct maker m = {.board = b, .stretch = stretch};
	sources_feeds(b, m.feeds);
	int main_sleep, rest = board_find(b, "rest");
	if (rest >= 0 && b->channels[rest].span.set) {
		const struct board_grid *g = &b->channels[rest].span;
		own.rest = (struct rest_epochs){g->v, g->n, g->interval_ms, g->t0_ms};
	}
	unsigned n = bed_times(&own, list, &main_sleep, ret_open), made = 0;
	if (main_sleep >= 0) {
		make_night(&m, in, &list[main_sleep], &ret[made]);
		ret[made++].kind = SLEEP_MAIN;
	}
	for (unsigned i = 0; i < n; i++) {
		if ((int)i == main_sleep)
			continue;
		make_night(&m, in, &list[i], &ret[made]);
		ret[made].kind = SLEEP_NAP;
		ret[made].ordinal = (int)made - (main_sleep >= 0);
		made++;
	}
	return made;
}
