/* SPDX-License-Identifier: MIT */
/* See due.h. */
#include "core/due.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "core/night.h"

#define CONFIRM_REACH_MS                                                                 \
	(3 * HOUR_MS) /* farther past 18:00 than a night's job looks, on any day */

void
due_init(struct due *d, const struct person *who, int64_t margin_ms)
{
	memset(d, 0, sizeof *d);
	d->who = who;
	d->margin_ms = margin_ms;
	d->days_from = INT32_MAX;
	d->last = INT32_MIN;
	d->since = UTC(INT64_MIN);
	d->next = UTC(INT64_MAX);
}

void
due_finish(struct due *d)
{
	free(d->dates);
	free(d->is_open);
	d->dates = NULL;
	d->is_open = NULL;
	d->n = d->cap = 0;
}

void
due_night(struct due *d, civil_day date)
{
	unsigned at = d->n;
	while (at > 0 && d->dates[at - 1] >= date.n)
		at--;
	if (at < d->n && d->dates[at] == date.n)
		return;
	if (d->n == d->cap) {
		d->cap = d->cap ? 2 * d->cap : 64;
		d->dates = xrealloc(d->dates, d->cap, sizeof *d->dates);
		d->is_open = xrealloc(d->is_open, d->cap, 1);
	}
	memmove(d->dates + at + 1, d->dates + at, (d->n - at) * sizeof *d->dates);
	d->dates[at] = date.n;
	d->n++;
}

void
due_span(struct due *d, utc_ms from, utc_ms to)
{
	const struct zone *z = d->who->zone;
	civil_day first = zone_date(
		z, UTC(from.ms - CONFIRM_REACH_MS - d->margin_ms), NIGHT_DAY_START_MIN);
	civil_day last = zone_date(z, UTC(to.ms + d->margin_ms), NIGHT_DAY_START_MIN);
	for (int32_t n = first.n; n <= last.n + 1; n++)
		due_night(d, DAY(n));
}

void
due_day(struct due *d, civil_day date)
{
	if (date.n < d->days_from)
		d->days_from = date.n;
	if (date.n > d->last)
		d->last = date.n;
}

static void
mark_device(struct due *d, const struct batch *b)
{
	char id[2 * ID_MAX + 2];
	snprintf(id, sizeof id, "%s/%s", b->from.source, b->from.device);
	struct due_device *q = NULL;
	for (unsigned i = 0; i < d->n_devices && !q; i++)
		if (strcmp(d->devices[i].id, id) == 0)
			q = &d->devices[i];
	if (!q) {
		/* of too many devices the one silent longest makes room: it holds nobody up */
		q = &d->devices[0];
		if (d->n_devices < DUE_DEVICES_MAX)
			q = &d->devices[d->n_devices++];
		for (unsigned i = 0; i < d->n_devices && d->n_devices == DUE_DEVICES_MAX;
			i++)
			if (d->devices[i].arrived.ms < q->arrived.ms)
				q = &d->devices[i];
		*q = (struct due_device){
			.newest = UTC(INT64_MIN / 2), .arrived = UTC(INT64_MIN / 2)};
		snprintf(q->id, sizeof q->id, "%s", id);
	}
	if (b->last.ms > q->newest.ms)
		q->newest = b->last;
	if (b->received.ms > q->arrived.ms)
		q->arrived = b->received;
	q->historical = b->historical;
}

/* Its own date, and those of records that may be of the same sleep, or go on with it: no sleep is
 * longer than a day, and another maker may end it on the other side of 18:00. */
static void
mark_session(struct due *d, const struct session *s)
{
	civil_day own = zone_date(d->who->zone, s->end, NIGHT_DAY_START_MIN);
	for (int32_t n = own.n - 1; n <= own.n + 1; n++)
		due_night(d, DAY(n));
}

void
due_batch(struct due *d, const struct batch *b)
{
	for (uint32_t i = 0; i < b->n_sessions; i++)
		if (b->sessions[i].status != RECORD_DELETED)
			mark_session(d, &b->sessions[i]);
	for (uint32_t i = 0; i < b->n_ratings; i++)
		due_day(d, rating_date(d->who->zone, &b->ratings[i]));
	for (uint32_t i = 0; i < b->n_markers; i++)
		due_span(d, b->markers[i].at, b->markers[i].at);
	for (uint32_t i = 0; i < b->n_feedback; i++)
		due_day(d, zone_date(d->who->zone, b->feedback[i].at, 0));
	for (uint32_t i = 0; i < b->n_series; i++) {
		const struct series *q = &b->series[i];
		if (q->n == 0)
			continue;
		int64_t first = q->start.ms,
			last = q->start.ms + (int64_t)(q->n - 1) * q->interval_ms;
		for (uint32_t k = 0; q->t && k < q->n; k++) {
			first = k == 0 || q->t[k] < first ? q->t[k] : first;
			last = k == 0 || q->t[k] > last ? q->t[k] : last;
		}
		due_span(d, UTC(first), UTC(last));
	}
	if (b->n_series)
		mark_device(d, b);
}

void
due_done(struct due *d)
{
	unsigned left = 0;
	if (!d->ran)
		return;
	for (unsigned i = 0; i < d->n; i++)
		if (d->is_open[i])
			d->dates[left++] = d->dates[i];
	d->n = d->open = left;
	d->days_from = INT32_MAX;
	d->last = INT32_MIN;
	d->next = d->then;
	d->ran = 0;
}

/* How long it is waited for. What it sends is days old, or so it says: it brings history, or its
 * clock is wrong, and neither may keep tonight open. */
static int64_t
patience_ms(const struct due_device *q, const struct policy *policy)
{
	int old = q->historical || q->arrived.ms - q->newest.ms > DUE_OLD_MS;
	return old ? DUE_HISTORY_MS : policy->idle_ms;
}

static int
holds(const struct due_device *q, utc_ms now, const struct policy *policy)
{
	return now.ms - q->arrived.ms < patience_ms(q, policy);
}

utc_ms
due_watermark(const struct due *d, utc_ms now, const struct policy *policy)
{
	int64_t mark = INT64_MAX;
	if (d->n_devices == 0 || now.ms == INT64_MAX)
		return UTC(INT64_MAX);
	for (unsigned i = 0; i < d->n_devices; i++) {
		const struct due_device *q = &d->devices[i];
		/* a clock that was ahead while nobody knew the time completes nothing */
		int64_t newest = q->newest.ms < now.ms ? q->newest.ms : now.ms;
		int64_t own = newest - policy->lateness_ms;
		if (holds(q, now, policy) && own < mark)
			mark = own;
	}
	return UTC(mark < INT64_MAX ? mark : now.ms - policy->idle_ms);
}

utc_ms
due_again(const struct due *d, utc_ms now, utc_ms stop, const struct policy *policy)
{
	int64_t next = now.ms + policy->idle_ms;
	if (now.ms < stop.ms && stop.ms < next)
		next = stop.ms;
	for (unsigned i = 0; i < d->n_devices; i++) {
		const struct due_device *q = &d->devices[i];
		int64_t until = q->arrived.ms + patience_ms(q, policy);
		if (holds(q, now, policy) && until < next)
			next = until;
	}
	return UTC(next);
}
