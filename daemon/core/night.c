/* SPDX-License-Identifier: MIT */
/* See night.h. Knows no store; local time only through the person's zone. */
#include "core/night.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct period {
	utc_ms in_bed, out_of_bed;
	enum sleep_kind kind;
	const struct session *session; /* NULL = markers or activity */
	const char *source;            /* where session is NULL */
	int live;
	utc_ms settled;      /* 0 = out_of_bed */
	const char *why_not; /* no numbers can be given honestly; NULL = they can */
};

static int64_t
length_ms(const struct period *p)
{
	return p->out_of_bed.ms - p->in_bed.ms;
}

static int
overlap(const struct period *a, const struct period *b)
{
	return a->in_bed.ms < b->out_of_bed.ms && b->in_bed.ms < a->out_of_bed.ms;
}

/* > 0 if a is the better record of the same sleep. */
static int
better_session(const struct session *a, const struct session *b)
{
	if ((a->status == RECORD_TENTATIVE) != (b->status == RECORD_TENTATIVE))
		return a->status == RECORD_TENTATIVE ? -1 : 1;
	if ((a->n_stages > 1) != (b->n_stages > 1))
		return a->n_stages > 1 ? 1 : -1;
	int64_t la = a->end.ms - a->start.ms, lb = b->end.ms - b->start.ms;
	if (la != lb)
		return la > lb ? 1 : -1;
	int by_source = strcmp(b->source, a->source);
	return by_source ? by_source : strcmp(b->record_id, a->record_id);
}

/* Adds p, or drops whichever of two overlapping sessions is the worse; of too many the
 * shortest goes. */
static void
add_session(struct period *list, unsigned *n, struct period p)
{
	for (unsigned i = 0; i < *n; i++) {
		if (!overlap(&list[i], &p))
			continue;
		if (better_session(list[i].session, p.session) > 0)
			return;
		list[i] = list[--*n];
		i--;
	}
	if (*n < NIGHTS_MAX) {
		list[(*n)++] = p;
		return;
	}
	unsigned shortest = 0;
	for (unsigned i = 1; i < *n; i++)
		if (length_ms(&list[i]) < length_ms(&list[shortest]))
			shortest = i;
	if (length_ms(&list[shortest]) < length_ms(&p))
		list[shortest] = p;
}

/* The index of the main sleep, or -1: the rule at the top of night.h. */
static int
choose_main(const struct period *list, unsigned n)
{
	int best = -1;
	for (unsigned i = 0; i < n; i++) {
		if (list[i].kind == SLEEP_NAP ||
			(list[i].kind != SLEEP_MAIN &&
				length_ms(&list[i]) < NIGHT_MAIN_MIN * MINUTE_MS))
			continue;
		if (best < 0 ||
			(list[i].kind == SLEEP_MAIN) > (list[best].kind == SLEEP_MAIN) ||
			((list[i].kind == SLEEP_MAIN) ==
					(list[best].kind == SLEEP_MAIN) &&
				length_ms(&list[i]) > length_ms(&list[best])))
			best = (int)i;
	}
	return best;
}

static int
ends_on(const struct night_input *in, utc_ms t)
{
	return zone_date(in->person->zone, t, NIGHT_DAY_START_MIN).n == in->date.n;
}

/* 1 if the records hold half of p or more: it is the same sleep. A nap that reaches a little into the
 * night does not make the night go away. */
static int
is_told(const struct period *list, unsigned n, const struct period *p)
{
	int64_t common = 0;
	for (unsigned i = 0; i < n; i++) {
		int64_t from = list[i].in_bed.ms > p->in_bed.ms ? list[i].in_bed.ms
								: p->in_bed.ms;
		int64_t to = list[i].out_of_bed.ms < p->out_of_bed.ms
				     ? list[i].out_of_bed.ms
				     : p->out_of_bed.ms;
		common += to > from ? to - from : 0;
	}
	return 2 * common >= length_ms(p);
}

/* A main sleep from in-bed and out-of-bed markers: the longest pair that ends on the date. */
static int
from_markers(const struct night_input *in, struct period *ret)
{
	int found = 0;
	const struct marker *bed = NULL;
	for (unsigned i = 0; i < in->n_markers; i++) {
		const struct marker *m = &in->markers[i];
		if (m->stage == STAGE_IN_BED) {
			bed = bed ? bed : m;
			continue;
		}
		struct period p = {bed ? bed->at : m->at, m->at, SLEEP_MAIN, NULL,
			"markers", 1, {0}, NULL};
		bed = NULL;
		if (length_ms(&p) >= NIGHT_MAIN_MIN * MINUTE_MS &&
			length_ms(&p) <= DAY_MS && ends_on(in, p.out_of_bed) &&
			(!found || length_ms(&p) > length_ms(ret)))
			*ret = p, found = 1;
	}
	return found;
}

/* 1 if the wearer was not seen awake after minute `last`: the recording stops, or the device was
 * taken off. */
static int
runs_out(const struct night_input *in, uint32_t last)
{
	unsigned seen = 0;
	for (uint32_t i = last; i < in->activity->grid.n && seen < NIGHT_SEEN_MIN; i++)
		seen += in->worn[i];
	return seen < NIGHT_SEEN_MIN;
}

/* NULL, or why nobody knows how long the night was: it is short, and the device was not worn before
 * or after it. A watch put down at 3 am makes no three-hour night. */
static const char *
cut_short(const struct night_input *in, const struct rest_period *rest)
{
	uint32_t n = in->activity->grid.n, before = 0, after = 0;
	for (uint32_t k = 0; k < NIGHT_AROUND_MIN; k++) {
		before += k < rest->first && in->worn[rest->first - 1 - k];
		after += rest->last + k < n && in->worn[rest->last + k];
	}
	if (rest->last - rest->first >= NIGHT_WHOLE_MIN ||
		(before >= NIGHT_SEEN_MIN && after >= NIGHT_SEEN_MIN))
		return NULL;
	return "the tracker was not worn all night";
}

/* A main sleep from the activity; *ret_open = 1 while it may still go on. */
static int
from_activity(const struct night_input *in, const struct period *list, unsigned n,
	struct period *ret, int *ret_open)
{
	struct rest_period rest[REST_PERIODS_MAX];
	const struct grid *g = &in->activity->grid;
	unsigned n_rest = rest_find(
		g, in->worn, in->from, in->to, in->ref_from, in->ref_to, in->sums, rest);
	int found = 0;
	for (unsigned i = 0; i < n_rest; i++) {
		struct period p = {grid_time(g, rest[i].first),
			grid_time(g, rest[i].last), SLEEP_MAIN, NULL,
			in->activity->devices[0], in->activity->live, {0},
			cut_short(in, &rest[i])};
		if (!ends_on(in, p.out_of_bed) || is_told(list, n, &p))
			continue;
		if (in->watermark.ms < INT64_MAX &&
			(p.out_of_bed.ms + REST_CONFIRM_MS > in->watermark.ms ||
				(p.out_of_bed.ms > in->given_up.ms &&
					runs_out(in, rest[i].last)))) {
			*ret_open = 1;
			continue;
		}
		if (!found || length_ms(&p) > length_ms(ret))
			*ret = p, found = 1;
	}
	return found;
}

static uint32_t
gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t r = a % b;
		a = b, b = r;
	}
	return a;
}

/* A vendor's stages on a grid whose step divides every boundary, so that no second is lost. */
static void
lay_out_stages(struct board *b, const struct session *s)
{
	uint32_t length_s = (uint32_t)((s->end.ms - s->start.ms) / SECOND_MS),
		 step = length_s;
	for (uint32_t i = 0; i < s->n_stages; i++)
		step = gcd(gcd(step, s->stages[i].offset_s), s->stages[i].duration_s);
	step = step > 60 ? gcd(step, 60) : step;
	if (length_s == 0 || s->n_stages == 0)
		return;
	while (length_s / step > NIGHT_CELLS_MAX)
		step *= 2;
	struct board_grid *g = &b->channels[board_find(b, "vendor_stage")].night;
	board_grid_set(g, s->start.ms, step * 1000, length_s / step);
	for (uint32_t i = 0; i < g->n; i++)
		g->v[i] = NAN;
	for (uint32_t i = 0; i < s->n_stages; i++) {
		const struct stage_span *q = &s->stages[i];
		for (uint32_t k = q->offset_s / step;
			k < (q->offset_s + q->duration_s) / step && k < g->n; k++)
			if (q->stage != STAGE_UNMEASURABLE &&
				q->stage != STAGE_UNSPECIFIED)
				g->v[k] = q->stage;
	}
}

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
		n->out_of_bed.ms, n->out_of_bed.ms, n->date.n, s->scratch,
		d->scratch_size};
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
make_night(struct board *b, const struct night_input *in, const struct period *p,
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
		p->session ? p->session->source : p->source);
	n->sources[strcspn(n->sources, "/")] = 0;
	clear_night(b);
	if (p->session) {
		lay_out_stages(b, p->session);
		if (!isnan(p->session->latency_s))
			b->channels[board_find(b, "vendor.latency")].value =
				p->session->latency_s / 60;
		if (!isnan(p->session->vendor_score))
			b->channels[board_find(b, "vendor.score")].value =
				p->session->vendor_score;
	}
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

static int
compare_periods(const void *a, const void *b)
{
	int64_t x = ((const struct period *)a)->in_bed.ms,
		y = ((const struct period *)b)->in_bed.ms;
	return (x > y) - (x < y);
}

unsigned
nights_make(struct board *b, const struct night_input *in,
	struct night ret[static NIGHTS_MAX], int *ret_open)
{
	struct period list[NIGHTS_MAX + 1], p;
	unsigned n = 0, made = 0;
	int naps = 0;
	*ret_open = 0;
	for (unsigned i = 0; i < in->n_sessions; i++) {
		const struct session *s = &in->sessions[i];
		if (s->status == RECORD_DELETED || !ends_on(in, s->end))
			continue;
		struct period q = {s->start, s->end, s->kind, s, NULL,
			in->session_live[i], {0}, NULL};
		if (q.live && s->status != RECORD_FINAL &&
			in->session_received[i].ms > s->end.ms)
			q.settled = in->session_received[i];
		add_session(list, &n, q);
	}
	if (choose_main(list, n) < 0 && n < NIGHTS_MAX &&
		(from_markers(in, &p) ||
			(in->activity && from_activity(in, list, n, &p, ret_open))))
		list[n++] = p;
	qsort(list, n, sizeof list[0], compare_periods);
	int main_sleep = choose_main(list, n);
	if (main_sleep >= 0) {
		make_night(b, in, &list[main_sleep], &ret[made]);
		ret[made++].kind = SLEEP_MAIN;
	}
	for (unsigned i = 0; i < n; i++) {
		if ((int)i == main_sleep)
			continue;
		make_night(b, in, &list[i], &ret[made]);
		ret[made].kind = SLEEP_NAP;
		ret[made++].ordinal = naps++;
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
