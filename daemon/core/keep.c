/* SPDX-License-Identifier: MIT */
/* See keep.h. */
#include "core/keep.h"

#include <string.h>

#define PUBLISH_AGE_MS (2 * DAY_MS) /* older nights are history: stored, not announced */

static int
is_across(const char *const *across, const char *name)
{
	for (; across && *across; across++)
		if (strcmp(*across, name) == 0)
			return 1;
	return 0;
}

/* The next value from i on that is not in `across`; n_values = none. */
static uint32_t
own_value(const struct night *n, uint32_t i, const char *const *across)
{
	while (i < n->n_values && is_across(across, n->values[i].name))
		i++;
	return i;
}

/* Names ascend on both sides. */
static int
same_values(const struct night *a, const struct night *b, const char *const *across)
{
	uint32_t i = own_value(a, 0, across), k = own_value(b, 0, across);
	while (i < a->n_values && k < b->n_values) {
		const struct named_value *x = &a->values[i], *y = &b->values[k];
		if (strcmp(x->name, y->name) != 0 || x->value != y->value ||
			x->confidence != y->confidence)
			return 0;
		i = own_value(a, i + 1, across), k = own_value(b, k + 1, across);
	}
	return i == a->n_values && k == b->n_values;
}

static int
same_reasons(const struct night *a, const struct night *b)
{
	if (a->n_reasons != b->n_reasons)
		return 0;
	for (uint32_t i = 0; i < a->n_reasons; i++)
		if (strcmp(a->reasons[i].code, b->reasons[i].code) != 0 ||
			a->reasons[i].value != b->reasons[i].value ||
			a->reasons[i].weight != b->reasons[i].weight)
			return 0;
	return 1;
}

static int
same_notes(const struct night *a, const struct night *b)
{
	if (a->n_notes != b->n_notes)
		return 0;
	for (uint32_t i = 0; i < a->n_notes; i++)
		if (strcmp(a->notes[i].scorer, b->notes[i].scorer) != 0 ||
			strcmp(a->notes[i].why, b->notes[i].why) != 0)
			return 0;
	return 1;
}

/* Equal in everything that a person or a machine is told, but for what is in `across`. */
static int
same_night(const struct night *a, const struct night *b, const char *const *across)
{
	return a->in_bed.ms == b->in_bed.ms && a->out_of_bed.ms == b->out_of_bed.ms &&
	       a->onset.ms == b->onset.ms && a->wake.ms == b->wake.ms &&
	       memcmp(&a->coverage, &b->coverage, sizeof a->coverage) == 0 &&
	       strcmp(a->sources, b->sources) == 0 &&
	       strcmp(a->insufficient, b->insufficient) == 0 && same_values(a, b, across);
}

static struct night *
same_place(struct night *list, int n, const struct night *q)
{
	for (int i = 0; i < n; i++)
		if (list[i].kind == q->kind && list[i].ordinal == q->ordinal)
			return &list[i];
	return NULL;
}

/* What was told on the day stays as it was, and says that its night is another one now. */
static int
mark_forecast(const struct line_io *io, const char *person, civil_day date)
{
	struct day day;
	int r = io->days(io->user, person, date, 1, &day);
	if (r < 0 || !day.has_forecast || !day.forecast.live ||
		day.forecast.changed_since)
		return r;
	day.forecast.changed_since = 1;
	return io->forecast_put(io->user, &day.forecast, 0);
}

/* was NULL: nothing is stored at its place. */
static int
keep_night(const struct line_io *io, const struct night *was, struct night *q,
	const struct nights *made, utc_ms now)
{
	int own = !was || !same_night(was, q, made->across), told = was && was->told, r;
	uint32_t last = was ? was->revision : 0;
	if (!was) {
		r = io->night_withdrawn(io->user, q, &last);
		if (r < 0)
			return r;
		told = last > 0;
	}
	int young = !q->historical && now.ms < INT64_MAX &&
		    q->out_of_bed.ms > now.ms - PUBLISH_AGE_MS;
	int news = young || (told && own);
	q->revision = told ? last + (uint32_t)news : 1;
	q->told = told || news;
	r = io->night_put(io->user, q, news);
	if (r == 0 && own && q->kind == SLEEP_MAIN)
		r = mark_forecast(io, q->person, q->date);
	return r;
}

/* Why a scorer gave nothing is no news: stored beside what was told, as no revision. */
static int
keep_notes(const struct line_io *io, const struct night *was, const struct night *q)
{
	struct night again = *was;
	again.n_notes = q->n_notes;
	memcpy(again.notes, q->notes, sizeof again.notes);
	return io->night_put(io->user, &again, 0);
}

static int
drop_night(const struct line_io *io, const struct night *was, const struct nights *made)
{
	struct night gone = *was;
	const char *why = "the record was deleted";
	for (unsigned i = 0; i < made->n; i++)
		if (made->list[i].in_bed.ms < was->out_of_bed.ms &&
			was->in_bed.ms < made->list[i].out_of_bed.ms)
			why = "it is told as another sleep now";
	gone.gone = 1;
	gone.revision += was->told != 0;
	gone.onset = gone.wake = UTC(0);
	gone.coverage = 0;
	gone.n_values = gone.n_reasons = gone.n_notes = 0;
	memset(gone.insufficient, 0, sizeof gone.insufficient);
	memcpy(gone.insufficient, why, strlen(why));
	int r = io->night_drop(io->user, &gone, was->told);
	if (r == 0 && was->kind == SLEEP_MAIN)
		r = mark_forecast(io, was->person, was->date);
	return r;
}

int
keep_nights(const struct line_io *io, const char *person, struct nights *made, utc_ms now,
	int *ret_changed)
{
	struct night old[NIGHTS_MAX];
	int n_old = 0,
	    r = io->nights(io->user, person, made->date, old, NIGHTS_MAX, &n_old);
	for (unsigned i = 0; i < made->n && r == 0; i++) {
		struct night *q = &made->list[i], *was = same_place(old, n_old, q);
		if (was && same_night(was, q, NULL) && same_reasons(was, q)) {
			if (!same_notes(was, q))
				r = keep_notes(io, was, q);
			continue;
		}
		r = keep_night(io, was, q, made, now);
		*ret_changed = 1;
	}
	for (int i = 0; i < n_old && r == 0; i++) {
		if (same_place(made->list, (int)made->n, &old[i]) ||
			(made->open && old[i].kind == SLEEP_MAIN))
			continue; /* it went on: the night that was told stands until the longer one ends */
		r = drop_night(io, &old[i], made);
		*ret_changed = 1;
	}
	return r;
}

static int
same_forecast(const struct forecast *a, const struct forecast *b)
{
	int same = a->issued.ms == b->issued.ms && a->probability == b->probability &&
		   a->low == b->low && a->threshold == b->threshold &&
		   memcmp(&a->usual_night, &b->usual_night, sizeof a->usual_night) == 0 &&
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

int
keep_forecast(const struct line_io *io, const char *person, struct day *q,
	const struct forecast *f)
{
	int r = 0;
	if (!f && q->has_forecast)
		r = io->forecast_drop(io->user, person, q->date);
	else if (f && (!q->has_forecast || f->live || !same_forecast(f, &q->forecast)))
		r = io->forecast_put(io->user, f, f->live);
	q->has_forecast = f != NULL;
	if (f)
		q->forecast = *f;
	return r;
}

int
keep_alert(const struct line_io *io, const char *person, struct day *q,
	const struct alert *a, const struct forecast *f)
{
	int had = q->has_alert;
	q->has_alert = a != NULL;
	q->alert_state = a ? a->state : ALERT_NONE;
	if (a)
		return io->alert_put(io->user, a, f, f->live);
	return had ? io->alert_drop(io->user, person, q->date) : 0;
}
