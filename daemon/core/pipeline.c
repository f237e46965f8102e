/* SPDX-License-Identifier: MIT */
/* The line, on one screen: `make_person` below calls every stage in the order of the data.
 *
 *   stored inputs ─► stretch (streams, windows, SLIDING scorers) ─► nights (NIGHT scorers)
 *                 ─► days ─► forecast (DAYS scorers) ─► alert ─► line_io
 *
 * Stages never call each other. A night is made whenever something in its stretch changed;
 * a forecast whenever a day before it changed, unless it was made live: what a person was
 * told stays as it was told. */
#include "core/pipeline.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alert.h"
#include "core/day.h"
#include "core/due.h"
#include "core/stretch.h"

#define PUBLISH_AGE_MS (2 * DAY_MS) /* older nights are history: stored, not announced */
#define SILENT_DAYS    7 /* without any input for so long nothing is forecast */
#define LATE_SETTLE_MS                                                                   \
	(60 * SECOND_MS) /* after the hard stop a first arrival settles sooner */
#define UNSEEN_MS                                                                        \
	(3 * HOUR_MS) /* nobody seen awake for so long, and past the hard stop */
#define EVENING_MIN    (-6 * 60)  /* 18:00 the evening before, in minutes of the date */
#define LOOK_BACK_MIN  (-22 * 60) /* 02:00 the day before: no sleep is longer */
#define LOOK_AHEAD_MIN (20 * 60)  /* 20:00: confirms a waking before 18:00 */

struct pipeline {
	const struct scorers *scorers; /* borrowed, as all of these */
	const struct policy *policy;
	const struct line_io *io;
	struct board board;
	struct stretch stretch;
	unsigned n_people;
	struct due *people;
	struct day *days;
	int cap_days;
};

int
pipeline_new(const struct scorers *scorers, const struct policy *policy,
	const struct person *people, unsigned n_people, const struct line_io *io,
	struct pipeline **ret)
{
	struct pipeline *p = xcalloc(1, sizeof *p);
	p->scorers = scorers, p->policy = policy, p->io = io, p->n_people = n_people;
	p->people = xcalloc(n_people ? n_people : 1, sizeof *p->people);
	int r = board_init(&p->board, scorers);
	for (unsigned i = 0; i < n_people; i++)
		due_init(&p->people[i], &people[i],
			board_margin_min(&p->board) * MINUTE_MS);
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
	free(p->days);
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
pipeline_push(struct pipeline *p, const struct batch *b)
{
	struct due *d = person_of(p, b->from.person);
	if (d)
		due_batch(d, b);
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
		for (int32_t n = from.n > first.n ? from.n : first.n; n <= last.n; n++)
			due_night(d, DAY(n));
		if (last.n >= from.n)
			due_day(d, from.n > first.n ? from : first);
		if (last.n > d->last)
			d->last = last.n;
	}
}

/* --- nights -------------------------------------------------------------------------- */

/* The nights of a date as they come out now. */
struct nights {
	civil_day date;
	unsigned n;
	int open; /* a rest is under way */
	struct night list[NIGHTS_MAX];
};

/* Fetches what is known around a date and makes its nights from it. now = INT64_MAX: nothing more
 * comes. */
static int
make_nights(struct pipeline *p, const struct due *d, utc_ms now, struct nights *made)
{
	struct stretch *s = &p->stretch;
	const struct zone *z = d->who->zone;
	civil_day date = made->date;
	utc_ms ref = zone_instant(z, DAY(date.n - 1), EVENING_MIN);
	utc_ms from = zone_instant(z, date, LOOK_BACK_MIN),
	       to = zone_instant(z, date, LOOK_AHEAD_MIN);
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
		s->markers};
	made->n = nights_make(&p->board, &in, made->list, &made->open);
	return 0;
}

/* Equal in everything that a person or a machine is told. */
static int
same_night(const struct night *a, const struct night *b)
{
	if (a->in_bed.ms != b->in_bed.ms || a->out_of_bed.ms != b->out_of_bed.ms ||
		a->onset.ms != b->onset.ms || a->wake.ms != b->wake.ms ||
		a->n_values != b->n_values || a->n_reasons != b->n_reasons ||
		memcmp(&a->coverage, &b->coverage, sizeof a->coverage) != 0 ||
		strcmp(a->sources, b->sources) != 0 ||
		strcmp(a->insufficient, b->insufficient) != 0)
		return 0;
	for (uint32_t i = 0; i < a->n_values; i++)
		if (strcmp(a->values[i].name, b->values[i].name) != 0 ||
			a->values[i].value != b->values[i].value ||
			a->values[i].confidence != b->values[i].confidence)
			return 0;
	for (uint32_t i = 0; i < a->n_reasons; i++)
		if (strcmp(a->reasons[i].code, b->reasons[i].code) != 0 ||
			a->reasons[i].value != b->reasons[i].value ||
			a->reasons[i].weight != b->reasons[i].weight)
			return 0;
	return 1;
}

static struct night *
same_place(struct night *list, int n, const struct night *q)
{
	for (int i = 0; i < n; i++)
		if (list[i].kind == q->kind && list[i].ordinal == q->ordinal)
			return &list[i];
	return NULL;
}

/* Stores what differs. Revisions count what was announced: a night that changes without a word (history
 * filled in behind it) keeps its own, so that it does not depend on how the data came. */
static int
keep_nights(struct pipeline *p, const struct due *d, struct nights *made, utc_ms now,
	int *ret_changed)
{
	struct night old[NIGHTS_MAX];
	int n_old = 0, r = p->io->nights(p->io->user, d->who->id, made->date, old,
			       NIGHTS_MAX, &n_old);
	for (unsigned i = 0; i < made->n && r == 0; i++) {
		struct night *q = &made->list[i], *was = same_place(old, n_old, q);
		if (was && same_night(was, q))
			continue;
		int news = !q->historical && now.ms < INT64_MAX &&
			   q->out_of_bed.ms > now.ms - PUBLISH_AGE_MS;
		q->revision = was ? was->revision + (uint32_t)news : 1;
		r = p->io->night_put(p->io->user, q, news);
		*ret_changed = 1;
	}
	for (int i = 0; i < n_old && r == 0; i++) {
		if (same_place(made->list, (int)made->n, &old[i]) ||
			(made->open && old[i].kind == SLEEP_MAIN))
			continue; /* it went on: the night that was told stands until the longer one ends */
		r = p->io->night_drop(
			p->io->user, d->who->id, made->date, old[i].kind, old[i].ordinal);
		*ret_changed = 1;
	}
	return r;
}

/* Every date that is marked; those still open stay marked. */
static int
make_marked_nights(struct pipeline *p, struct due *d, utc_ms now)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct nights made = {.date = DAY(d->dates[i])};
		int changed = 0, r = make_nights(p, d, now, &made);
		if (r == 0)
			r = keep_nights(p, d, &made, now, &changed);
		if (r < 0)
			return r;
		if (changed)
			due_day(d, made.date);
		d->is_open[i] = (unsigned char)made.open;
	}
	return 0;
}

/* --- days, forecasts, alerts ----------------------------------------------------------- */

static int
same_forecast(const struct forecast *a, const struct forecast *b)
{
	int same = a->issued.ms == b->issued.ms && a->probability == b->probability &&
		   a->low == b->low && a->threshold == b->threshold &&
		   a->base_rate == b->base_rate && a->rated_days == b->rated_days &&
		   a->positives == b->positives && a->like_days == b->like_days &&
		   a->like_high == b->like_high && a->n_reasons == b->n_reasons &&
		   strcmp(a->scorer, b->scorer) == 0 &&
		   strcmp(a->missing, b->missing) == 0;
	for (uint32_t i = 0; i < a->n_reasons && same; i++)
		same = strcmp(a->reasons[i].code, b->reasons[i].code) == 0 &&
		       a->reasons[i].value == b->reasons[i].value &&
		       a->reasons[i].usual == b->reasons[i].usual &&
		       a->reasons[i].weight == b->reasons[i].weight;
	return same;
}

/* When today's forecast is made: once the morning is settled, and not in the first minute of a
 * hub that has just come up (the broker still delivers what it kept) or of a sign that
 * came after the hard stop. Nothing here depends on what a worn device sends all day. */
static utc_ms
settled_live(const struct pipeline *p, const struct due *d, int i)
{
	const struct day *q = &p->days[i];
	int64_t stop = zone_instant(d->who->zone, q->date, p->policy->hard_stop_min).ms;
	int64_t at = day_settled(p->days, i, d->who, p->policy).ms, late = d->since.ms;
	if (q->night_settled.ms > stop)
		late = q->night_settled.ms;
	for (int k = RATING_SLEEP_QUALITY; k <= RATING_PAIN_MORNING; k++)
		if (q->rated[k].ms > stop && q->rated[k].ms > late)
			late = q->rated[k].ms;
	return UTC(late + LATE_SETTLE_MS > at ? late + LATE_SETTLE_MS : at);
}

/* The forecast of days[i] and the decision about an alert; stored where they differ. */
static int
make_day(struct pipeline *p, const struct due *d, int i, utc_ms asof, int live)
{
	struct day *q = &p->days[i];
	const struct line_io *io = p->io;
	struct forecast f;
	int had_alert = q->has_alert, r = 0;
	if (day_forecast(&p->board, p->days, i, d->who, asof, &f) != 0) {
		r = q->has_forecast ? io->forecast_drop(io->user, d->who->id, q->date)
				    : 0;
		q->has_forecast = q->has_alert = 0;
		return r < 0 || !had_alert
			       ? r
			       : io->alert_drop(io->user, d->who->id, q->date);
	}
	f.live = live;
	if (!q->has_forecast || live || !same_forecast(&f, &q->forecast))
		r = io->forecast_put(io->user, &f, live);
	q->has_forecast = 1, q->forecast = f;
	if (r < 0)
		return r;
	q->has_alert = !alert_why_not(&f, p->days, i, p->policy);
	if (q->has_alert) {
		struct alert a;
		alert_make(&f, d->who, &a);
		return io->alert_put(io->user, &a, &f, live);
	}
	return had_alert ? io->alert_drop(io->user, d->who->id, q->date) : 0;
}

/* Loads the days that the forecasts from `first` to `last` look at. Returns the index of
 * `first`, or negative errno. */
static int
load_days(struct pipeline *p, const struct due *d, int32_t first, int32_t last)
{
	int before = days_needed(&p->board) - 1, n = before + (last - first) + 1;
	if (n > p->cap_days) {
		p->days = xrealloc(p->days, (size_t)n, sizeof *p->days);
		p->cap_days = n;
	}
	int r = p->io->days(p->io->user, d->who->id, DAY(first - before), n, p->days);
	return r < 0 ? r : before;
}

/* Dates whose forecasts are to be made, and what is known of them: days[base] is `from`. */
struct stretch_of_days {
	int32_t first, last; /* with input */
	int32_t today;       /* INT32_MAX: everything is history */
	int32_t from, until;
	int base;
};

/* Loads the days from the first changed one on; earlier where some before it have no forecast
 * yet: dates without input between two that had some are forecast too. */
static int
find_days(struct pipeline *p, struct due *d, struct stretch_of_days *w)
{
	w->until = w->last < w->today ? w->last : w->today;
	if (w->today < INT32_MAX && w->today - w->last <= SILENT_DAYS)
		w->until = w->today;
	w->from = d->days_from < w->first ? w->first : d->days_from;
	if (w->from > w->until)
		w->from = w->until; /* at least the last one: it may have become due */
	for (;;) {
		w->base = load_days(p, d, w->from, w->until);
		if (w->base < 0)
			return w->base;
		int32_t found = w->from;
		for (int i = w->base;
			i > 0 && w->from > w->first && !p->days[i - 1].has_forecast; i--)
			w->from--;
		if (w->from == found)
			return 0;
	}
}

/* A date that was marked and now lies outside of all input (a record was deleted, a night of
 * half its data is none with all of it) keeps only what was told on the day. */
static int
drop_days(struct pipeline *p, const struct due *d, int32_t from, int32_t to)
{
	const struct line_io *io = p->io;
	for (int32_t n = from; n <= to; n++) {
		struct day day;
		int r = io->days(io->user, d->who->id, DAY(n), 1, &day);
		if (r == 0 && day.has_forecast && !day.forecast.live) {
			r = io->forecast_drop(io->user, d->who->id, DAY(n));
			if (r == 0 && day.has_alert)
				r = io->alert_drop(io->user, d->who->id, DAY(n));
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Today's forecast if it is due, every other from the first changed day on, in order, since each
 * alert looks back at those before it. What was made on the day is never made again. */
static int
make_days(struct pipeline *p, struct due *d, const struct stretch_of_days *w, utc_ms now)
{
	for (int32_t n = w->from; n <= w->until; n++) {
		int i = w->base + (n - w->from), live = 0;
		if (p->days[i].has_forecast && p->days[i].forecast.live)
			continue;
		utc_ms asof = day_settled(p->days, i, d->who, p->policy);
		if (n == w->today &&
			now.ms < zone_instant(d->who->zone, DAY(n), p->policy->expiry_min)
					 .ms) {
			utc_ms due = settled_live(p, d, i);
			if (now.ms < due.ms) {
				d->then = due;
				return 0;
			}
			asof = now, live = 1;
		}
		if (n > w->last && !live)
			continue; /* days after all input are forecast on the day or not at all */
		int r = make_day(p, d, i, asof, live);
		if (r < 0)
			return r;
	}
	if (w->until == w->today)
		d->then = zone_instant(
			d->who->zone, DAY(w->today + 1), p->policy->hard_stop_min);
	return 0;
}

static int
make_marked_days(struct pipeline *p, struct due *d, utc_ms now, enum pipeline_mode mode)
{
	struct stretch_of_days w = {.today = INT32_MAX};
	civil_day first, last;
	int r = p->io->span(p->io->user, d->who->id, &first, &last);
	d->then = UTC(INT64_MAX);
	if (r != 0)
		return r < 0 ? r : drop_days(p, d, d->days_from, d->last);
	w.first = first.n, w.last = last.n;
	if (mode == PIPELINE_LIVE)
		w.today = zone_date(d->who->zone, now, 0).n;
	r = find_days(p, d, &w);
	if (r == 0)
		r = drop_days(
			p, d, d->days_from, d->last < w.first ? d->last : w.first - 1);
	if (r == 0)
		r = drop_days(p, d, w.last + 1, d->last);
	return r < 0 ? r : make_days(p, d, &w, now);
}

/* --- the line ------------------------------------------------------------------------- */

static int
make_person(struct pipeline *p, struct due *d, utc_ms now, enum pipeline_mode mode)
{
	int live = mode == PIPELINE_LIVE;
	if (live && d->since.ms == INT64_MIN)
		d->since = now;
	int r = make_marked_nights(p, d, live ? now : UTC(INT64_MAX));
	if (r == 0)
		r = make_marked_days(p, d, now, mode);
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
		if (d->n == 0 && d->days_from == INT32_MAX && now.ms < d->next.ms)
			continue;
		int r = make_person(p, d, now, mode);
		if (r < 0)
			return r;
	}
	for (unsigned i = 0; i < p->n_people; i++)
		due_done(&p->people[i]);
	return 0;
}

utc_ms
pipeline_due(const struct pipeline *p, utc_ms now)
{
	int64_t next = INT64_MAX;
	(void)now;
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
	for (int64_t a = from.ms; a < to.ms; a += DAY_MS) {
		utc_ms e = UTC(a + DAY_MS < to.ms ? a + DAY_MS : to.ms);
		int r = stretch_load(&p->stretch, p->io, person, UTC(a), e);
		for (unsigned c = 0; c < p->board.n_channels && r == 0; c++) {
			const struct board_grid *g = &p->board.channels[c].span;
			for (uint32_t i = 0; g->set && i < g->n && r == 0; i++) {
				utc_ms t = UTC(g->t0_ms + (int64_t)i * g->interval_ms);
				if (t.ms >= a && t.ms < e.ms && !isnan(g->v[i]))
					r = each(ctx, p->board.channels[c].name, t,
						g->v[i]);
			}
		}
		if (r)
			return r;
	}
	return 0;
}
