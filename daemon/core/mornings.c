/* SPDX-License-Identifier: MIT */
/* See mornings.h. */
#include "core/mornings.h"

#include <math.h>
#include <stdlib.h>

#include "core/day.h"
#include "core/decide.h"
#include "core/keep.h"
#include "core/tell.h"

#define SILENT_DAYS 7 /* without any input for so long nothing is forecast */
#define GAP_DAYS    (2 * SILENT_DAYS)
#define LATE_SETTLE_MS                                                                   \
	(60 * SECOND_MS) /* after the hard stop a first arrival settles sooner */

void
mornings_finish(struct mornings *m)
{
	free(m->days);
	m->days = NULL;
	m->cap_days = 0;
}

static int64_t
late_settle(const struct mornings *m)
{
	return m->policy->settle_ms < LATE_SETTLE_MS ? m->policy->settle_ms
						     : LATE_SETTLE_MS;
}

/* When today's forecast is made: once the morning is settled, and not in the first minute of a
 * hub that has just come up (the broker still delivers what it kept) or of a sign that
 * came after the hard stop. Nothing here depends on what a worn device sends all day. */
static utc_ms
settled_live(const struct mornings *m, const struct due *d, int i)
{
	const struct day *q = &m->days[i];
	int64_t stop = zone_instant(d->who->zone, q->date, m->policy->hard_stop_min).ms;
	int64_t at = day_settled(m->days, i, d->who, m->policy).ms, late = d->since.ms;
	if (q->night_settled.ms > stop)
		late = q->night_settled.ms;
	for (int k = RATING_SLEEP_QUALITY; k <= RATING_PAIN_MORNING; k++)
		if (q->rated[k].ms > stop && q->rated[k].ms > late)
			late = q->rated[k].ms;
	late += late_settle(m);
	return UTC(late > at ? late : at);
}

static struct morning
morning(const struct mornings *m, const struct due *d, int i, utc_ms now)
{
	return (struct morning){m->board, m->policy, m->io, d->who, m->days, i, now,
		UTC(d->since.ms + late_settle(m))};
}

/* The forecast of days[i] and what follows from it. */
static int
make_day(struct mornings *m, const struct due *d, int i, utc_ms asof, int live)
{
	struct morning now = morning(m, d, i, asof);
	struct forecast f;
	int none = day_forecast(m->board, m->days, i, d->who, asof, &f) != 0;
	f.live = live;
	int r = keep_forecast(m->io, d->who->id, &m->days[i], none ? NULL : &f);
	if (r < 0)
		return r;
	return live ? decide_live(&now, none ? NULL : &f, f.insufficient)
		    : decide_history(&now, none ? NULL : &f, f.insufficient);
}

/* Loads the days that the forecasts from `first` to `last` look at. Returns the index of
 * `first`, or negative errno. */
static int
load_days(struct mornings *m, const struct due *d, int32_t first, int32_t last)
{
	int needed = days_needed(m->board);
	int before = (needed > DECIDE_DAYS ? needed : DECIDE_DAYS) - 1;
	int n = before + (last - first) + 1;
	if (n > m->cap_days) {
		m->days = xrealloc(m->days, (size_t)n, sizeof *m->days);
		m->cap_days = n;
	}
	int r = m->io->days(m->io->user, d->who->id, DAY(first - before), n, m->days);
	return r < 0 ? r : before;
}

/* Dates whose forecasts are to be made, and what is known of them: days[base] is `from`. */
struct stretch_of_days {
	int32_t first, last; /* with input */
	int32_t today;       /* INT32_MAX: everything is history */
	int is_open;         /* today's morning may still be told */
	int32_t from, until;
	int base;
};

static int
has_input(const struct day *d)
{
	int any = d->night_settled.ms != 0;
	for (int k = 1; k < RATING_KINDS; k++)
		any |= !isnan(d->rating[k]);
	return any;
}

/* days[i] lies in a stretch of more than SILENT_DAYS dates without input. On the day such a date
 * is forecast for SILENT_DAYS at most, as history never: a device ten years behind leaves
 * thousands of them. */
static int
is_silent(const struct mornings *m, const struct stretch_of_days *w, int i)
{
	int end = w->base + (w->until - w->from), back = i, on = i;
	while (back >= 0 && i - back <= SILENT_DAYS && !has_input(&m->days[back]))
		back--;
	while (on <= end && on - i <= SILENT_DAYS && !has_input(&m->days[on]))
		on++;
	return on - back - 1 > SILENT_DAYS;
}

/* The first date of those shortly before w->from that should have a forecast and has none, or
 * the other way round; w->from if there is none. Forecasts that were made on the day may stand
 * behind such a date: it had no input then, and was the last. */
static int32_t
earliest_gap(const struct mornings *m, const struct stretch_of_days *w)
{
	int32_t gap = w->from;
	for (int k = 1; k <= GAP_DAYS && k <= w->base && w->from - k >= w->first; k++) {
		const struct day *d = &m->days[w->base - k];
		if (!(d->has_forecast && d->forecast.live) &&
			d->has_forecast == is_silent(m, w, w->base - k))
			gap = w->from - k;
	}
	return gap;
}

/* Loads the days from the first changed one on; earlier where some before it have no forecast
 * yet: dates without input between two that had some are forecast too. */
static int
find_days(struct mornings *m, struct due *d, struct stretch_of_days *w)
{
	w->until = w->last < w->today ? w->last : w->today;
	if (w->today < INT32_MAX && w->today - w->last <= SILENT_DAYS)
		w->until = w->today;
	w->from = d->days_from < w->first ? w->first : d->days_from;
	if (w->from > w->until)
		w->from = w->until; /* at least the last one: it may have become due */
	for (;;) {
		w->base = load_days(m, d, w->from, w->until);
		if (w->base < 0)
			return w->base;
		int32_t gap = earliest_gap(m, w);
		if (gap == w->from)
			return 0;
		w->from = gap;
	}
}

/* A date without a forecast of its own keeps only what was told on the day. */
static int
drop_day(const struct mornings *m, const struct due *d, struct day *day)
{
	const struct line_io *io = m->io;
	int r = 0;
	if (day->has_forecast && !day->forecast.live) {
		r = keep_forecast(io, d->who->id, day, NULL);
		if (r == 0)
			r = keep_alert(io, d->who->id, day, NULL, NULL);
	}
	if (r == 0 && io->decision_drop)
		r = io->decision_drop(io->user, d->who->id, day->date);
	return r;
}

/* Dates that were marked and now lie outside of all input: a record was deleted, a night of half
 * its data is none with all of it. */
static int
drop_days(struct mornings *m, const struct due *d, int32_t from, int32_t to)
{
	const struct line_io *io = m->io;
	for (int32_t n = from; n <= to; n++) {
		struct day day;
		int r = io->days(io->user, d->who->id, DAY(n), 1, &day);
		if (r == 0)
			r = drop_day(m, d, &day);
		if (r < 0)
			return r;
	}
	return 0;
}

static void
look_then(struct due *d, utc_ms then)
{
	if (then.ms < d->then.ms)
		d->then = then;
}

/* Today's forecast if it is due, or another look at what it led to. */
static int
make_today(struct mornings *m, struct due *d, const struct stretch_of_days *w, utc_ms now)
{
	int i = w->base + (w->until - w->from), r = 0;
	struct morning again = morning(m, d, i, now);
	const struct day *q = &m->days[i];
	if (w->is_open && !(q->has_forecast && q->forecast.live)) {
		utc_ms due = settled_live(m, d, i);
		if (now.ms < due.ms)
			look_then(d, due);
		else
			r = make_day(m, d, i, now, 1);
	}
	if (r == 0 && q->has_forecast && q->forecast.live)
		r = decide_again(&again, &d->then);
	look_then(d,
		zone_instant(d->who->zone, DAY(w->today + 1), m->policy->hard_stop_min));
	return r;
}

/* Every forecast from the first changed day on, in order, since each alert looks back at those
 * before it. What was made on the day is never made again, and today's only by make_today while
 * the morning lasts. Days after all input are forecast on the day or not at all. */
static int
make_days(struct mornings *m, struct due *d, const struct stretch_of_days *w)
{
	for (int32_t n = w->from; n <= w->until && n <= w->last; n++) {
		int i = w->base + (n - w->from);
		if ((m->days[i].has_forecast && m->days[i].forecast.live) ||
			(n == w->today && w->is_open))
			continue;
		utc_ms asof = day_settled(m->days, i, d->who, m->policy);
		int r = is_silent(m, w, i) ? drop_day(m, d, &m->days[i])
					   : make_day(m, d, i, asof, 0);
		if (r < 0)
			return r;
	}
	return 0;
}

int
mornings_make(struct mornings *m, struct due *d, utc_ms now, int live)
{
	struct stretch_of_days w = {.today = INT32_MAX};
	civil_day first, last;
	int r = m->io->span(m->io->user, d->who->id, &first, &last);
	d->then = UTC(INT64_MAX);
	if (r != 0)
		return r < 0 ? r : drop_days(m, d, d->days_from, d->last);
	w.first = first.n, w.last = last.n;
	if (live) {
		w.today = zone_date(d->who->zone, now, 0).n;
		w.is_open = now.ms < zone_instant(d->who->zone, DAY(w.today),
					     m->policy->expiry_min)
					     .ms;
	}
	r = find_days(m, d, &w);
	if (r == 0)
		r = drop_days(
			m, d, d->days_from, d->last < w.first ? d->last : w.first - 1);
	if (r == 0)
		r = drop_days(m, d, w.last + 1, d->last);
	if (r == 0)
		r = make_days(m, d, &w);
	if (r < 0 || !live)
		return r;
	struct morning newest = morning(m, d, w.base + (w.until - w.from), now);
	look_then(d, newest.not_before);
	if (now.ms < newest.not_before.ms)
		return 0; /* the broker still delivers what it kept */
	d->then = UTC(INT64_MAX);
	r = w.until == w.today ? make_today(m, d, &w, now) : 0;
	if (r < 0)
		return r;
	return tell_no_data(&newest, &d->then);
}
