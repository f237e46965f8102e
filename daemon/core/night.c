/* SPDX-License-Identifier: MIT */
/* See night.h. Knows no store; local time only through the person's zone. */
#include "core/night.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/stages.h"

static void
clear_night(struct board *b)
{
	for (unsigned i = 0; i < b->n_channels; i++) {
		b->channels[i].night.set = 0;
		if (b->channels[i].nightly)
			b->channels[i].value = NAN;
	}
}

/* What a NIGHT scorer sees of a channel: its night grid, else the part of its span grid that
 * lies in the night, else its one value. n = 0: nothing. */
static struct scorer_view
view_of(const struct board_channel *c, utc_ms from, utc_ms to)
{
	if (c->nightly)
		return (struct scorer_view){
			&c->value, isnan(c->value) ? 0 : 1, 0, from.ms};
	if (c->night.set)
		return (struct scorer_view){
			c->night.v, c->night.n, c->night.interval_ms, c->night.t0_ms};
	const struct board_grid *g = &c->span;
	if (!g->set)
		return (struct scorer_view){0};
	int64_t a = (from.ms - g->t0_ms) / g->interval_ms;
	int64_t e = (to.ms - g->t0_ms + g->interval_ms - 1) /
		    g->interval_ms; /* a last part counts */
	a = a < 0 ? 0 : a, e = e > g->n ? g->n : e;
	if (a >= e)
		return (struct scorer_view){0};
	return (struct scorer_view){g->v + a, (uint32_t)(e - a), g->interval_ms,
		g->t0_ms + a * g->interval_ms};
}

static void
take_values(struct board *b, const struct board_scorer *s, const struct scorer_view *base,
	const struct scorer_result *r)
{
	for (uint32_t i = 0; i < r->n_values; i++) {
		const struct scorer_value *v = &r->values[i];
		struct board_channel *c = &b->channels[s->writes[v->port]];
		if (c->nightly) {
			c->value = v->value, c->confidence = v->confidence;
			continue;
		}
		if (!c->night.set) {
			board_grid_set(
				&c->night, base->t0_ms, base->interval_ms, base->n);
			for (uint32_t k = 0; k < base->n; k++)
				c->night.v[k] = NAN;
		}
		int64_t cell = (v->t_ms - c->night.t0_ms) / c->night.interval_ms;
		if (v->t_ms >= c->night.t0_ms && cell < c->night.n)
			c->night.v[cell] = v->value;
	}
}

static void
add_reasons(struct night *n, const struct scorer *d, const struct scorer_result *r)
{
	for (uint32_t i = 0; i < r->n_reasons && n->n_reasons < REASONS_MAX; i++) {
		struct reason *q = &n->reasons[n->n_reasons++];
		memcpy(q->code, r->reasons[i].code, sizeof q->code);
		q->value = r->reasons[i].value, q->usual = r->reasons[i].usual;
		q->weight = r->reasons[i].weight;
		snprintf(q->scorer, sizeof q->scorer, "%s", d->name);
	}
}

/* Calls one NIGHT scorer; what keeps it from a result is kept as the night's reason if none stands yet. */
static void
score_night(struct board *b, struct board_scorer *s, struct night *n)
{
	const struct scorer *d = s->scorer->desc;
	struct scorer_view views[SCORER_PORTS_MAX];
	const struct scorer_view *base = NULL;
	for (unsigned i = 0; i < s->scorer->n_reads; i++) {
		views[i] = view_of(&b->channels[s->reads[i]], n->in_bed, n->out_of_bed);
		if (views[i].n == 0 && d->reads[i].required) {
			if (!n->insufficient[0])
				snprintf(n->insufficient, sizeof n->insufficient,
					"no %.40s", d->reads[i].channel);
			return;
		}
		if (!base && views[i].interval_ms)
			base = &views[i];
	}
	struct scorer_window w = {sizeof w, s->scorer->n_reads, views, n->in_bed.ms,
		n->out_of_bed.ms, n->out_of_bed.ms, n->date.n, n->offset_end_s,
		s->scratch, d->scratch_size};
	struct scorer_result r;
	board_room(b, (base ? base->n : 0) * (s->scorer->n_writes + 1) + 64);
	if (board_call(b, s, &w, &r) != SCORER_OK) {
		snprintf(n->insufficient, sizeof n->insufficient, "%s", r.skip);
		return;
	}
	take_values(b, s, base ? base : &(struct scorer_view){0}, &r);
	add_reasons(n, d, &r);
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

static double
coverage_of(const struct board *b, const struct night *n)
{
	int i = board_find(b, "asleep");
	struct scorer_view v = i < 0 ? (struct scorer_view){0}
				     : view_of(&b->channels[i], n->in_bed, n->out_of_bed);
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
make_night(struct board *b, const struct night_input *in, const struct bed_time *p,
	struct night *n)
{
	memset(n, 0, sizeof *n);
	snprintf(n->person, sizeof n->person, "%s", in->person->id);
	n->date = in->date;
	n->in_bed = p->in_bed, n->out_of_bed = p->out_of_bed,
	n->settled = p->settled.ms ? p->settled : p->out_of_bed;
	n->offset_start_s = zone_offset_s(in->person->zone, p->in_bed);
	n->offset_end_s = zone_offset_s(in->person->zone, p->out_of_bed);
	n->historical = !p->live;
	snprintf(n->sources, sizeof n->sources, "%s",
		p->n_parts ? p->parts[0]->source : p->source);
	n->sources[strcspn(n->sources, "/")] = 0;
	clear_night(b);
	if (p->n_parts)
		stages_lay_out(b, p);
	if (p->why_not) {
		snprintf(n->insufficient, sizeof n->insufficient, "%s", p->why_not);
		n->coverage = coverage_of(b, n);
		return;
	}
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (b->scorers[i].scorer->desc->window.kind == SCORER_NIGHT)
			score_night(b, &b->scorers[i], n);
	collect(b, n);
}

unsigned
nights_make(struct board *b, const struct night_input *in,
	struct night ret[static NIGHTS_MAX], int *ret_open)
{
	struct bed_time list[NIGHTS_MAX];
	struct night_input own = *in;
	int main_sleep, rest = board_find(b, "rest");
	if (rest >= 0 && b->channels[rest].span.set) {
		const struct board_grid *g = &b->channels[rest].span;
		own.rest = (struct rest_epochs){g->v, g->n, g->interval_ms, g->t0_ms};
	}
	unsigned n = bed_times(&own, list, &main_sleep, ret_open), made = 0;
	if (main_sleep >= 0) {
		make_night(b, in, &list[main_sleep], &ret[made]);
		ret[made++].kind = SLEEP_MAIN;
	}
	for (unsigned i = 0; i < n; i++) {
		if ((int)i == main_sleep)
			continue;
		make_night(b, in, &list[i], &ret[made]);
		ret[made].kind = SLEEP_NAP;
		ret[made].ordinal = (int)made - (main_sleep >= 0);
		made++;
	}
	return made;
}

double
night_value(const struct night *n, const char *name)
{
	for (uint32_t i = 0; i < n->n_values; i++)
		if (strcmp(n->values[i].name, name) == 0)
			return n->values[i].value;
	return NAN;
}
