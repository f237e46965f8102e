/* SPDX-License-Identifier: MIT */
/* The line, on one screen: `make_person` below calls every stage in the order of the data.
 *
 *   stored inputs ─► stretch (streams, windows, SLIDING scorers) ─► nights (NIGHT scorers)
 *                 ─► nights in a row (NIGHTS scorers) ─► days ─► forecast (DAYS scorers) ─► alert ─► line_io
 *
 * Stages never call each other. A night is made whenever something in its stretch changed;
 * a forecast whenever a day before it changed, unless it was made live: what a person was
 * told stays as it was told. */
#include "core/pipeline.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/across.h"
#include "core/day.h"
#include "core/due.h"
#include "core/epochs.h"
#include "core/keep.h"
#include "core/mornings.h"
#include "core/prompts.h"
#include "core/stretch.h"

#define UNSEEN_MS                                                                        \
	(3 * HOUR_MS) /* nobody seen awake for so long, and past the hard stop */
#define EVENING_MIN    (-6 * 60)  /* 18:00 the evening before, in minutes of the date */
#define LOOK_BACK_MIN  (-22 * 60) /* 02:00 the day before: no sleep is longer */
#define LOOK_AHEAD_MIN (20 * 60)  /* 20:00: confirms a waking before 18:00 */

/* When samples came in that NIGHTS scorers read: [first, last], first > last = none. */
struct touched {
	utc_ms first, last;
};

struct pipeline {
	const struct policy *policy; /* borrowed, as the next */
	const struct line_io *io;
	struct board board;
	struct stretch stretch;
	unsigned n_people;
	struct due *people;
	struct touched *touched; /* by person */
	struct across *across;
	struct mornings mornings;
	const struct due *only; /* NULL: everyone */
};

static const struct touched nothing_touched = {{INT64_MAX}, {INT64_MIN}};

int
pipeline_new(const struct scorers *scorers, const struct policy *policy,
	const struct person *people, unsigned n_people, const struct line_io *io,
	struct pipeline **ret)
{
	struct pipeline *p = xcalloc(1, sizeof *p);
	p->policy = policy, p->io = io, p->n_people = n_people;
	p->people = xcalloc(n_people ? n_people : 1, sizeof *p->people);
	p->touched = xcalloc(n_people ? n_people : 1, sizeof *p->touched);
	p->mornings = (struct mornings){&p->board, policy, io, NULL, 0};
	int r = board_init(&p->board, scorers);
	for (unsigned i = 0; i < n_people; i++)
		due_init(&p->people[i], &people[i],
			board_margin_min(&p->board) * MINUTE_MS);
	for (unsigned i = 0; i < n_people; i++)
		p->touched[i] = nothing_touched;
	if (r == 0)
		p->across = across_new(&p->board, io);
	if (r == 0)
		r = stretch_init(&p->stretch, &p->board);
	if (r == 0 && days_unknown(&p->board))
		r = -ENOTSUP;
	if (r < 0) {
		pipeline_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

struct pipeline *
pipeline_free(struct pipeline *p)
{
	if (!p)
		return NULL;
	for (unsigned i = 0; i < p->n_people; i++)
		due_finish(&p->people[i]);
	free(p->people);
	free(p->touched);
	across_free(p->across);
	mornings_finish(&p->mornings);
	stretch_finish(&p->stretch);
	board_finish(&p->board);
	free(p);
	return NULL;
}

static struct due *
person_of(struct pipeline *p, const char *id)
{
	for (unsigned i = 0; i < p->n_people; i++)
		if (strcmp(p->people[i].who->id, id) == 0)
			return &p->people[i];
	return NULL;
}

void
pipeline_only(struct pipeline *p, const char *person)
{
	p->only = person ? person_of(p, person) : NULL;
}

void
pipeline_push(struct pipeline *p, const struct batch *b)
{
	struct due *d = person_of(p, b->from.person);
	if (!d)
		return;
	due_batch(d, b);
	if (!across_reads(p->across, b))
		return;
	struct touched *t = &p->touched[d - p->people];
	t->first = b->first.ms < t->first.ms ? b->first : t->first;
	t->last = b->last.ms > t->last.ms ? b->last : t->last;
}

void
pipeline_touch_span(struct pipeline *p, const char *person, utc_ms from, utc_ms to)
{
	struct due *d = person_of(p, person);
	if (d)
		due_span(d, from, to);
}

void
pipeline_touch(struct pipeline *p, const char *person, civil_day from)
{
	for (unsigned i = 0; i < p->n_people; i++) {
		struct due *d = &p->people[i];
		civil_day first, last;
		if ((person && strcmp(d->who->id, person) != 0) ||
			p->io->span(p->io->user, d->who->id, &first, &last) != 0)
			continue; /* nothing there, or the run that follows fails as well */
		/* a day more at either end: another zone may date a night so */
		int32_t n = from.n > first.n - 1 ? from.n : first.n - 1;
		for (; n <= last.n + 1; n++)
			due_night(d, DAY(n));
		if (last.n >= from.n)
			due_day(d, from.n > first.n ? from : first);
		if (last.n > d->last)
			d->last = last.n;
	}
}

/* --- nights -------------------------------------------------------------------------- */

/* Fetches what is known around a date and makes its nights from it. now = INT64_MAX: nothing more
 * comes. shown: NULL, or who looks at the epochs. */
static int
make_nights(struct pipeline *p, const struct due *d, utc_ms now, struct nights *made,
	struct epochs *shown)
{
	struct stretch *s = &p->stretch;
	const struct zone *z = d->who->zone;
	civil_day date = made->date;
	utc_ms ref = zone_instant(z, DAY(date.n - 1), EVENING_MIN);
	utc_ms from = zone_instant(z, date, LOOK_BACK_MIN),
	       to = zone_instant(z, date, LOOK_AHEAD_MIN);
	p->board.date = date.n, p->board.offset_s = zone_offset_s(z, to);
	int r = stretch_load(s, p->io, d->who->id, ref, to);
	if (r < 0)
		return r;
	const struct stream *activity = &s->streams[s->activity];
	const struct grid *g = &activity->grid;
	utc_ms given_up = UTC(now.ms < zone_instant(z, date, p->policy->hard_stop_min).ms
				      ? INT64_MIN
				      : now.ms - UNSEEN_MS);
	struct night_input in = {d->who, date, due_watermark(d, now, p->policy), given_up,
		activity->n_samples ? activity : NULL, s->worn, grid_index(g, from),
		grid_index(g, to), grid_index(g, ref),
		grid_index(g, zone_instant(z, date, EVENING_MIN)), s->sums, s->n_sessions,
		s->n_markers, s->sessions, s->session_live, s->session_received,
		s->markers, .made = shown ? epochs_of_night : NULL, .ctx = shown};
	made->n = nights_make(&p->board, &in, s, made->list, &made->open);
	return 0;
}

static int
mark_again(void *ctx, const struct night *n)
{
	if (n->kind == SLEEP_MAIN && !n->insufficient[0])
		due_night(ctx, n->date);
	return 0;
}

/* The stored nights of (from, from + reach] look back on `from`: they are made again in this run. */
static int
mark_later(struct pipeline *p, struct due *d, civil_day from, int32_t reach)
{
	return reach == 0 ? 0
			  : p->io->nights_between(p->io->user, d->who->id,
				    DAY(from.n + 1), DAY(from.n + reach), mark_again, d);
}

/* So do those that look back on samples which came late. */
static int
mark_touched(struct pipeline *p, struct due *d)
{
	const struct touched *t = &p->touched[d - p->people];
	if (t->first.ms > t->last.ms)
		return 0;
	/* a minute depends on all of its UTC day */
	int32_t from = zone_date(d->who->zone, UTC(t->first.ms - DAY_MS), 0).n - 1,
		to = zone_date(d->who->zone, UTC(t->last.ms + DAY_MS), 0).n + 2;
	return mark_later(p, d, DAY(from), to - from + across_reach(p->across));
}

/* Every date that is marked, in their order, so that each finds those before it as they are; those
 * still open stay marked. */
static int
make_marked_nights(struct pipeline *p, struct due *d, utc_ms now)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct nights made = {.date = DAY(d->dates[i])};
		int changed = 0, r = make_nights(p, d, now, &made, NULL);
		if (r == 0)
			r = across_make(p->across, &made);
		if (r == 0)
			r = keep_nights(p->io, d->who->id, &made, now, &changed);
		if (r == 0 && changed) {
			due_day(d, made.date);
			r = mark_later(p, d, made.date, across_reach(p->across));
		}
		if (r < 0)
			return r;
		d->is_open[i] = (unsigned char)made.open;
	}
	return 0;
}

/* --- the line ------------------------------------------------------------------------- */

static int
make_person(struct pipeline *p, struct due *d, utc_ms now, enum pipeline_mode mode)
{
	int live = mode == PIPELINE_LIVE;
	across_begin(p->across, d->who);
	stretch_keep(&p->stretch, d->who->id); /* nothing comes in while a run lasts */
	int r = mark_touched(p, d);
	if (r == 0)
		r = make_marked_nights(p, d, live ? now : UTC(INT64_MAX));
	stretch_forget(&p->stretch);
	if (r == 0)
		r = mornings_make(&p->mornings, d, now, live);
	if (r == 0 && live)
		r = prompts_make(p->io, p->policy, d, now);
	for (unsigned i = 0; i < d->n && r == 0; i++) {
		utc_ms stop = zone_instant(
			d->who->zone, DAY(d->dates[i]), p->policy->hard_stop_min);
		utc_ms again = d->is_open[i] ? due_again(d, now, stop, p->policy)
					     : UTC(INT64_MAX);
		d->then = again.ms < d->then.ms ? again : d->then;
	}
	d->ran = r == 0;
	return r;
}

int
pipeline_run(struct pipeline *p, utc_ms now, enum pipeline_mode mode)
{
	for (unsigned i = 0; i < p->n_people; i++)
		p->people[i].ran = 0;
	for (unsigned i = 0; i < p->n_people; i++) {
		struct due *d = &p->people[i];
		if (mode == PIPELINE_LIVE && d->since.ms == INT64_MIN)
			d->since = d->next =
				now; /* once even where there is no input: prompts */
		int due = d->n > 0 || d->days_from < INT32_MAX || now.ms >= d->next.ms;
		if (p->only ? d != p->only : !due)
			continue;
		int r = make_person(p, d, now, mode);
		if (r < 0)
			return r;
	}
	for (unsigned i = 0; i < p->n_people; i++) {
		if (p->people[i].ran)
			p->touched[i] = nothing_touched;
		due_done(&p->people[i]);
	}
	return 0;
}

void
pipeline_rest(struct pipeline *p)
{
	across_rest(p->across);
	mornings_finish(&p->mornings);
	board_rest(&p->board);
}

utc_ms
pipeline_due(const struct pipeline *p)
{
	int64_t next = INT64_MAX;
	for (unsigned i = 0; i < p->n_people; i++)
		if (p->people[i].next.ms < next)
			next = p->people[i].next.ms;
	return UTC(next);
}

unsigned
pipeline_waiting(const struct pipeline *p)
{
	unsigned n = 0;
	for (unsigned i = 0; i < p->n_people; i++)
		n += p->people[i].open;
	return n;
}

const char *
pipeline_fault(const struct pipeline *p, const char *scorer)
{
	for (unsigned i = 0; i < p->board.n_scorers; i++)
		if (strcmp(p->board.scorers[i].scorer->desc->name, scorer) == 0)
			return p->board.scorers[i].faults ? p->board.scorers[i].last_fault
							  : NULL;
	return NULL;
}

int
pipeline_epochs(struct pipeline *p, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const char *channel, utc_ms t, double value), void *ctx)
{
	const struct due *d = person_of(p, person);
	if (!d)
		return 0;
	const struct zone *z = d->who->zone;
	int32_t date = zone_date(z, from, NIGHT_DAY_START_MIN).n;
	for (;; date++) {
		struct nights made = {.date = DAY(date)};
		utc_ms a = zone_instant(z, DAY(date), NIGHT_DAY_START_MIN),
		       b = zone_instant(z, DAY(date + 1), NIGHT_DAY_START_MIN);
		if (a.ms >= to.ms)
			return 0;
		struct epochs e = {.board = &p->board,
			.from = a.ms > from.ms ? a : from,
			.to = b.ms < to.ms ? b : to,
			.each = each,
			.ctx = ctx};
		int r = make_nights(p, d, UTC(INT64_MAX), &made, &e);
		if (r == 0)
			r = epochs_of_stretch(&e);
		if (r)
			return r;
	}
}
