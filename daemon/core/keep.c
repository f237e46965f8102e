/* SPDX-License-Identifier: MIT */
/* See keep.h. */
#include "core/keep.h"

#include <string.h>

#define PUBLISH_AGE_MS (2 * DAY_MS) /* older nights are history: stored, not announced */

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
int
keep_nights(const struct line_io *io, const char *person, struct nights *made, utc_ms now,
	int *ret_changed)
{
	struct night old[NIGHTS_MAX];
	int n_old = 0,
	    r = io->nights(io->user, person, made->date, old, NIGHTS_MAX, &n_old);
	for (unsigned i = 0; i < made->n && r == 0; i++) {
		struct night *q = &made->list[i], *was = same_place(old, n_old, q);
		if (was && same_night(was, q))
			continue;
		int news = !q->historical && now.ms < INT64_MAX &&
			   q->out_of_bed.ms > now.ms - PUBLISH_AGE_MS;
		q->revision = was ? was->revision + (uint32_t)news : 1;
		r = io->night_put(io->user, q, news);
		*ret_changed = 1;
	}
	for (int i = 0; i < n_old && r == 0; i++) {
		if (same_place(made->list, (int)made->n, &old[i]) ||
			(made->open && old[i].kind == SLEEP_MAIN))
			continue; /* it went on: the night that was told stands until the longer one ends */
		r = io->night_drop(
			io->user, person, made->date, old[i].kind, old[i].ordinal);
		*ret_changed = 1;
	}
	return r;
}

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
	const struct alert *a)
{
	int had = q->has_alert;
	q->has_alert = a != NULL;
	if (a)
		return io->alert_put(io->user, a, &q->forecast, q->forecast.live);
	return had ? io->alert_drop(io->user, person, q->date) : 0;
}
