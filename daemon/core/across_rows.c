/* SPDX-License-Identifier: MIT */
/* See across_rows.h. */
#include "core/across_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
add_column(struct across_rows *a, uint16_t channel)
{
	if (across_rows_column(a, channel) < 0)
		a->columns[a->n_columns++] = channel;
}

/* Of more channels than fit the rest is not there. */
static void
add_series(struct across_rows *a, uint16_t channel, const struct channel *c)
{
	for (unsigned i = 0; i < a->n_series; i++)
		if (a->series[i].on_board == channel)
			return;
	if (a->n_series < ACROSS_SERIES)
		a->series[a->n_series++] =
			(struct across_series){.channel = c, .on_board = channel};
}

static void
add_read(struct across_rows *a, uint16_t channel)
{
	const struct board_channel *c = &a->board->channels[channel];
	const struct channel *known = channel_by_name(c->name);
	if (c->nightly)
		add_column(a, channel);
	else if (strcmp(c->name, "sleep_period") == 0)
		a->reads_period = 1, a->period_channel = channel;
	else if (known && known->kind == CHANNEL_KIND_SAMPLES)
		add_series(a, channel, known);
}

void
across_rows_init(
	struct across_rows *a, const struct board *board, const struct line_io *io)
{
	a->board = board, a->io = io;
	for (unsigned i = 0; i < board->n_scorers; i++) {
		const struct board_scorer *s = &board->scorers[i];
		const struct scorer_span *w = &s->scorer->desc->window;
		if (w->kind != SCORER_NIGHTS)
			continue;
		a->days = w->days > a->days ? w->days : a->days;
		for (unsigned k = 0; k < s->scorer->n_reads; k++)
			add_read(a, s->reads[k]);
	}
}

/* A MiB with the default scorers: given back while nothing is to be done. */
static void
make_room(struct across_rows *a)
{
	if (a->days == 0 || a->rows)
		return;
	size_t rows = (size_t)a->days + 2, minutes = rows * ACROSS_DAY_MIN;
	a->rows = xcalloc(rows, sizeof *a->rows);
	a->values = xcalloc(rows * (a->n_columns ? a->n_columns : 1), sizeof *a->values);
	for (unsigned i = 0; i < a->n_series; i++)
		a->series[i].v = xcalloc(minutes, sizeof(double));
	if (a->reads_period)
		a->period = xcalloc(minutes, sizeof(double));
}

void
across_rows_rest(struct across_rows *a)
{
	for (unsigned i = 0; i < a->n_series; i++) {
		free(a->series[i].v);
		a->series[i].v = NULL;
	}
	free(a->rows);
	free(a->values);
	free(a->period);
	a->rows = NULL;
	a->values = a->period = NULL;
}

void
across_rows_finish(struct across_rows *a)
{
	for (unsigned i = 0; i < a->n_series; i++)
		stream_finish(&a->series[i].stream);
	across_rows_rest(a);
}

void
across_rows_begin(struct across_rows *a, const struct person *who)
{
	a->who = who;
	make_room(a);
	a->lo = a->hi = 0;
	a->day_lo = a->day_hi = 0;
}

/* --- a row a date ----------------------------------------------------------------------- */

int
across_rows_column(const struct across_rows *a, uint16_t channel)
{
	for (unsigned i = 0; i < a->n_columns; i++)
		if (a->columns[i] == channel)
			return (int)i;
	return -1;
}

static double *
values_of(const struct across_rows *a, int32_t date)
{
	return a->values + (size_t)(date - a->lo) * a->n_columns;
}

double
across_rows_value(const struct across_rows *a, int32_t ago, int column)
{
	return values_of(a, a->date.n - ago)[column];
}

void
across_rows_set(struct across_rows *a, uint16_t channel, double value)
{
	int column = across_rows_column(a, channel);
	if (column >= 0)
		values_of(a, a->date.n)[column] = value;
}

/* Minutes after midnight of the night's date, by the clock of getting up. */
static double
clock_min(const struct night *n, utc_ms t)
{
	if (t.ms == 0)
		return NAN;
	return (double)(t.ms + n->offset_end_s * SECOND_MS - n->date.n * DAY_MS) /
	       (double)MINUTE_MS;
}

static double
value_of(const struct night *n, const char *name)
{
	if (strcmp(name, "night.onset") == 0)
		return clock_min(n, n->onset);
	if (strcmp(name, "night.wake") == 0)
		return clock_min(n, n->wake);
	return night_value(n, name);
}

static int
take_night(void *ctx, const struct night *n)
{
	struct across_rows *a = ctx;
	struct across_row *row = &a->rows[n->date.n - a->lo];
	int known = !n->insufficient[0] && n->onset.ms && n->wake.ms;
	if (row->n_sleeps < NIGHTS_MAX)
		row->sleeps[row->n_sleeps++] =
			(struct across_sleep){known ? n->onset.ms : n->in_bed.ms,
				known ? n->wake.ms : n->out_of_bed.ms, known};
	if (n->kind != SLEEP_MAIN || n->insufficient[0])
		return 0;
	row->known = 1;
	for (unsigned i = 0; i < a->n_columns; i++)
		values_of(a, n->date.n)[i] =
			value_of(n, a->board->channels[a->columns[i]].name);
	return 0;
}

static void
clear_row(struct across_rows *a, int32_t date)
{
	memset(&a->rows[date - a->lo], 0, sizeof a->rows[0]);
	for (unsigned i = 0; i < a->n_columns; i++)
		values_of(a, date)[i] = NAN;
}

/* Dates [from, date) from the store, but for those that are there; date from what was made. */
static int
load_rows(struct across_rows *a, const struct nights *made)
{
	int32_t date = made->date.n, from = date - a->days;
	int32_t have = a->hi < date ? a->hi : date; /* an older tonight is read again */
	if (a->lo > from || have <= from)
		have = a->lo = from;
	size_t drop = (size_t)(from - a->lo), keep = (size_t)(have - from);
	memmove(a->rows, a->rows + drop, keep * sizeof *a->rows);
	memmove(a->values, a->values + drop * a->n_columns,
		keep * a->n_columns * sizeof *a->values);
	a->lo = from,
	a->hi = date; /* tonight is told by its date, and read again later */
	for (int32_t d = have; d <= date; d++)
		clear_row(a, d);
	int r = have < date ? a->io->nights_between(a->io->user, a->who->id, DAY(have),
				      DAY(date - 1), take_night, a)
			    : 0;
	for (unsigned i = 0; i < made->n && r == 0; i++)
		r = take_night(a, &made->list[i]);
	return r;
}

/* --- minutes of channels ------------------------------------------------------------------ */

static int
take_batch(void *ctx, const struct batch *b)
{
	struct across_rows *a = ctx;
	for (unsigned i = 0; i < a->n_series; i++)
		stream_push(&a->series[i].stream, b);
	return 0;
}

static int
load_day(struct across_rows *a, int64_t day)
{
	utc_ms from = UTC(day * DAY_MS), to = UTC(from.ms + DAY_MS);
	for (unsigned i = 0; i < a->n_series; i++)
		stream_reset(&a->series[i].stream, a->series[i].channel, from, to);
	int r = a->io->samples(a->io->user, a->who->id, from, to, take_batch, a);
	for (unsigned i = 0; i < a->n_series && r == 0; i++) {
		struct across_series *q = &a->series[i];
		stream_close(&q->stream);
		memcpy(q->v + (day - a->day_lo) * ACROSS_DAY_MIN, q->stream.grid.v,
			ACROSS_DAY_MIN * sizeof *q->v);
	}
	return r;
}

static int
load_minutes(struct across_rows *a)
{
	int64_t from = (a->end_ms - a->days * DAY_MS) / DAY_MS,
		to = a->end_ms / DAY_MS + 1;
	int64_t have = a->day_hi < to ? a->day_hi : to;
	int r = 0;
	if (a->day_lo > from || have <= from)
		have = a->day_lo = from;
	for (unsigned i = 0; i < a->n_series; i++)
		memmove(a->series[i].v,
			a->series[i].v + (from - a->day_lo) * ACROSS_DAY_MIN,
			(size_t)(have - from) * ACROSS_DAY_MIN * sizeof(double));
	a->day_lo = from;
	for (a->day_hi = have; a->day_hi < to && r == 0; a->day_hi++)
		r = load_day(a, a->day_hi);
	return r;
}

/* --- minutes of sleep --------------------------------------------------------------------- */

/* Minutes of `period` whose middle lies in [from, to). */
static void
fill(struct across_rows *a, int64_t from, int64_t to, double v)
{
	int64_t n = (int64_t)a->days * ACROSS_DAY_MIN, t0 = a->end_ms - n * MINUTE_MS,
		half = MINUTE_MS / 2;
	int64_t i =
		from - half <= t0 ? 0 : (from - half - t0 + MINUTE_MS - 1) / MINUTE_MS;
	int64_t e = to - half <= t0 ? 0 : (to - half - t0 + MINUTE_MS - 1) / MINUTE_MS;
	for (e = e < n ? e : n; i < e; i++)
		a->period[i] = v;
}

static void
lay_out_period(struct across_rows *a)
{
	for (int32_t d = a->lo; d <= a->date.n; d++)
		fill(a, zone_instant(a->who->zone, DAY(d), NIGHT_DAY_START_MIN).ms,
			zone_instant(a->who->zone, DAY(d + 1), NIGHT_DAY_START_MIN).ms,
			a->rows[d - a->lo].known ? 0 : NAN);
	for (int32_t d = a->lo; d <= a->date.n; d++) {
		const struct across_row *row = &a->rows[d - a->lo];
		for (unsigned i = 0; i < row->n_sleeps; i++)
			fill(a, row->sleeps[i].from, row->sleeps[i].to,
				row->sleeps[i].known ? 1 : NAN);
	}
}

const double *
across_rows_minutes(const struct across_rows *a, uint16_t channel, int32_t days)
{
	int64_t n = (int64_t)days * ACROSS_DAY_MIN;
	if (a->reads_period && channel == a->period_channel)
		return a->period + ((int64_t)a->days * ACROSS_DAY_MIN - n);
	for (unsigned i = 0; i < a->n_series; i++)
		if (a->series[i].on_board == channel)
			return a->series[i].v +
			       (a->end_ms / MINUTE_MS - n - a->day_lo * ACROSS_DAY_MIN);
	return NULL;
}

int
across_rows_load(struct across_rows *a, const struct nights *made)
{
	int64_t end = made->list[0].out_of_bed.ms;
	a->date = made->date;
	a->end_ms = end - end % MINUTE_MS;
	int r = load_rows(a, made);
	if (r == 0 && a->n_series)
		r = load_minutes(a);
	if (r == 0 && a->reads_period)
		lay_out_period(a);
	return r;
}
