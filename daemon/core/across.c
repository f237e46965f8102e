/* SPDX-License-Identifier: MIT */
/* See across.h. Calls the scorers; what they see is laid out by across_rows.c. */
#include "core/across_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/night_record.h"

struct across {
	struct board *board; /* borrowed */
	struct across_rows rows;
	unsigned n_names;
	const char *names[BOARD_CHANNELS_MAX + 1];
	double *lent[SCORER_PORTS_MAX]; /* owned: what a port's view needs of its own */
	uint32_t cap_lent[SCORER_PORTS_MAX];
};

static int
is_nights(const struct board_scorer *s)
{
	return s->scorer->desc->window.kind == SCORER_NIGHTS;
}

/* NIGHT scorers make the night's own numbers. */
static int
is_own(const struct board *b, uint16_t channel)
{
	for (unsigned i = 0; i < b->n_scorers; i++)
		for (unsigned k = 0; k < b->scorers[i].scorer->n_writes; k++)
			if (b->scorers[i].scorer->desc->window.kind == SCORER_NIGHT &&
				b->scorers[i].writes[k] == channel)
				return 1;
	return 0;
}

static void
add_name(struct across *a, const char *name)
{
	for (unsigned i = 0; i < a->n_names; i++)
		if (strcmp(a->names[i], name) == 0)
			return;
	a->names[a->n_names++] = name;
}

struct across *
across_new(struct board *board, const struct line_io *io)
{
	struct across *a = xcalloc(1, sizeof *a);
	a->board = board;
	across_rows_init(&a->rows, board, io);
	for (unsigned i = 0; i < board->n_scorers; i++) {
		const struct board_scorer *s = &board->scorers[i];
		for (unsigned k = 0; is_nights(s) && k < s->scorer->n_writes; k++)
			if (!is_own(board, s->writes[k]))
				add_name(a, board->channels[s->writes[k]].name);
	}
	return a;
}

struct across *
across_free(struct across *a)
{
	if (!a)
		return NULL;
	across_rows_finish(&a->rows);
	for (unsigned i = 0; i < SCORER_PORTS_MAX; i++)
		free(a->lent[i]);
	free(a);
	return NULL;
}

void
across_begin(struct across *a, const struct person *who)
{
	across_rows_begin(&a->rows, who);
}

void
across_rest(struct across *a)
{
	across_rows_rest(&a->rows);
}

int32_t
across_reach(const struct across *a)
{
	return a->rows.days ? a->rows.days - !a->rows.reads_period : 0;
}

int
across_reads(const struct across *a, const struct batch *b)
{
	for (uint32_t i = 0; i < b->n_series; i++)
		for (unsigned k = 0; k < a->rows.n_series; k++)
			if (b->series[i].channel == a->rows.series[k].channel)
				return 1;
	return 0;
}

/* --- views ------------------------------------------------------------------------------ */

static double *
lend(struct across *a, unsigned port, uint32_t n)
{
	if (n > a->cap_lent[port]) {
		a->lent[port] = xrealloc(a->lent[port], n, sizeof *a->lent[port]);
		a->cap_lent[port] = n;
	}
	return a->lent[port];
}

static double
fold(const double *v, uint32_t n, enum channel_fold how)
{
	double sum = 0;
	uint32_t there = 0;
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(v[i]))
			sum += v[i], there++;
	return there == 0 ? NAN : how == CHANNEL_FOLD_SUM ? sum : sum / there;
}

/* minutes: the n days up to getting up. */
static struct scorer_view
minutes_view(struct across *a, unsigned port, const struct scorer_port *p,
	const double *minutes, int32_t days)
{
	uint32_t n = (uint32_t)days * ACROSS_DAY_MIN,
		 per = p->step_ms > MINUTE_MS ? (uint32_t)(p->step_ms / MINUTE_MS) : 1;
	int64_t t0 = a->rows.end_ms - days * DAY_MS;
	if (per == 1)
		return (struct scorer_view){minutes, n, MINUTE_MS, t0, NULL};
	double *v = lend(a, port, n / per);
	for (uint32_t i = 0; i < n / per; i++)
		v[i] = fold(minutes + (size_t)i * per, per,
			channel_by_name(p->channel)->fold);
	return (struct scorer_view){v, n / per, per * (uint32_t)MINUTE_MS, t0, NULL};
}

static struct scorer_view
view_of(struct across *a, const struct board_scorer *s, unsigned port)
{
	const struct scorer *d = s->scorer->desc;
	const struct scorer_port *p = &d->reads[port];
	int32_t days = d->window.days;
	int column = across_rows_column(&a->rows, s->reads[port]);
	if (column >= 0) {
		double *v = lend(a, port, (uint32_t)days);
		for (int32_t i = 0; i < days; i++)
			v[i] = across_rows_value(&a->rows, days - 1 - i, column);
		return (struct scorer_view){v, (uint32_t)days, DAY_MS,
			(int64_t)(a->rows.date.n - (days - 1)) * DAY_MS, NULL};
	}
	const double *minutes = across_rows_minutes(&a->rows, s->reads[port], days);
	if (!minutes || p->step_ms == SCORER_EVENTS)
		return (struct scorer_view){0};
	return minutes_view(a, port, p, minutes, days);
}

/* --- values ----------------------------------------------------------------------------- */

/* Into the record, by name. */
static void
put_value(struct night *n, const char *name, double value, double confidence)
{
	uint32_t at = 0;
	while (at < n->n_values && strcmp(n->values[at].name, name) < 0)
		at++;
	struct named_value *v = &n->values[at];
	if (at == n->n_values || strcmp(v->name, name) != 0) {
		if (n->n_values == NIGHT_VALUES_MAX)
			return; /* the board has not so many nightly channels */
		memmove(v + 1, v, (n->n_values - at) * sizeof *v);
		n->n_values++;
		memset(v, 0, sizeof *v);
		snprintf(v->name, sizeof v->name, "%s", name);
	}
	v->value = value, v->confidence = confidence;
}

static void
take(struct across *a, const struct board_scorer *s, const struct scorer_result *r,
	struct night *n)
{
	for (uint32_t i = 0; i < r->n_values; i++) {
		uint16_t c = s->writes[r->values[i].port];
		if (!a->board->channels[c].nightly)
			continue; /* one number a night is all that a record has room for */
		put_value(n, a->board->channels[c].name, r->values[i].value,
			r->values[i].confidence);
		across_rows_set(&a->rows, c, r->values[i].value);
	}
	night_add_reasons(n, s->scorer->desc, r);
}

static void
score(struct across *a, struct board_scorer *s, struct night *n)
{
	const struct scorer *d = s->scorer->desc;
	struct scorer_view views[SCORER_PORTS_MAX];
	for (unsigned i = 0; i < s->scorer->n_reads; i++) {
		views[i] = view_of(a, s, i);
		if (d->reads[i].required && !board_view_has_value(&views[i]))
			return;
	}
	struct scorer_window w = {sizeof w, s->scorer->n_reads, views,
		a->rows.end_ms - d->window.days * DAY_MS, n->out_of_bed.ms,
		n->out_of_bed.ms, n->date.n, n->offset_end_s, s->scratch,
		d->scratch_size};
	struct scorer_result r;
	if (board_call(a->board, s, &w, &r) == SCORER_OK)
		take(a, s, &r, n);
	else
		night_add_note(n, d, &r);
}

int
across_make(struct across *a, struct nights *made)
{
	struct night *n = &made->list[0];
	made->across = a->names;
	if (a->rows.days == 0 || made->n == 0 || n->kind != SLEEP_MAIN ||
		n->insufficient[0])
		return 0;
	int r = across_rows_load(&a->rows, made);
	for (unsigned i = 0; i < a->board->n_scorers && r == 0; i++)
		if (is_nights(&a->board->scorers[i]))
			score(a, &a->board->scorers[i], n);
	return r;
}
