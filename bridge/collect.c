/* SPDX-License-Identifier: MIT */
/* What the readers found, see collect.h. */
#include "collect.h"

#include "grid.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dozed/v1/batch.pb-c.h"

#define AWAKENINGS_MAX 1440 /* one a minute */

/* Room for one more element in a growing array. */
#define GROW(array, n, cap)                                                              \
	do {                                                                             \
		if ((n) == (cap)) {                                                      \
			(cap) = (cap) ? 2 * (cap) : 16;                                  \
			(array) = xrealloc((array), (cap), sizeof *(array));             \
		}                                                                        \
	} while (0)

static void
wearer_free(struct wearer *w)
{
	for (size_t i = 0; i < COLLECT_CHANNELS; i++)
		free(w->channel[i].v);
	for (size_t i = 0; i < w->n_sessions; i++)
		free(w->sessions[i].stages);
	free(w->sessions);
	free(w->ratings);
	free(w->markers);
	free(w->rows);
	free(w->covers);
	free(w);
}

void
collect_empty(struct collect *c)
{
	for (size_t i = 0; i < c->n_people; i++)
		wearer_free(c->people[i]);
	free(steal(&c->people));
	for (int i = 0; i < c->n_families; i++)
		free(c->families[i]);
	free(steal(&c->families));
	c->n_people = c->cap_people = c->bytes = 0;
	c->n_families = 0;
}

void
collect_finish(struct collect *c)
{
	collect_empty(c);
	*c = (struct collect){0};
}

static int
wearer_of(struct collect *c, const char *id, struct wearer **ret)
{
	size_t lo = 0, hi = c->n_people;

	assert(id_is_valid(id));
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int cmp = strcmp(c->people[mid]->id, id);
		if (cmp == 0) {
			*ret = c->people[mid];
			return 0;
		}
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (c->n_people == COLLECT_PEOPLE_MAX)
		return -ENOSPC;
	GROW(c->people, c->n_people, c->cap_people);
	memmove(c->people + lo + 1, c->people + lo,
		(c->n_people - lo) * sizeof *c->people);
	struct wearer *w = xcalloc(1, sizeof *w);
	snprintf(w->id, sizeof w->id, "%s", id);
	c->people[lo] = w;
	c->n_people++;
	*ret = w;
	return 0;
}

int
collect_sample(struct collect *c, const char *person, const struct channel *ch, int64_t t,
	int32_t v)
{
	struct wearer *w;
	int r;

	assert(ch->wire > 0 && ch->wire < COLLECT_CHANNELS);
	if (c->bytes >= (c->bytes_max ? c->bytes_max : COLLECT_BYTES_MAX) && c->full) {
		r = c->full(c->full_ctx);
		if (r < 0)
			return r;
	}
	r = wearer_of(c, person, &w);
	if (r < 0)
		return r;
	struct samples *s = &w->channel[ch->wire];
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = (struct sample){t, v, c->order++};
	c->bytes += sizeof(struct sample);
	c->samples++;
	c->of_channel[ch->wire]++;
	return 0;
}

int
collect_rating(struct collect *c, const char *person, const struct found_rating *rating)
{
	struct wearer *w;
	int r = wearer_of(c, person, &w);

	if (r < 0)
		return r;
	GROW(w->ratings, w->n_ratings, w->cap_ratings);
	w->ratings[w->n_ratings] = *rating;
	if (!rating->revision)
		w->ratings[w->n_ratings].revision =
			collect_revision(c->revision, RECORD_TENTATIVE);
	w->ratings[w->n_ratings++].order = c->order++;
	c->ratings++;
	return 0;
}

int64_t
collect_revision(int64_t written_ms, enum record_status status)
{
	return status == RECORD_TENTATIVE ? written_ms / SECOND_MS : written_ms;
}

int
collect_marker(struct collect *c, const char *person, const struct found_marker *m)
{
	struct wearer *w;
	int r = wearer_of(c, person, &w);

	if (r < 0)
		return r;
	GROW(w->markers, w->n_markers, w->cap_markers);
	w->markers[w->n_markers++] = *m;
	c->markers++;
	return 0;
}

int
collect_session(struct collect *c, const char *person, struct found_session *s)
{
	struct wearer *w;
	int r = wearer_of(c, person, &w);

	if (r < 0) {
		free(steal(&s->stages));
		return r;
	}
	GROW(w->sessions, w->n_sessions, w->cap_sessions);
	w->sessions[w->n_sessions] = *s;
	if (!s->revision)
		w->sessions[w->n_sessions].revision =
			collect_revision(c->revision, s->status);
	w->sessions[w->n_sessions++].order = c->order++;
	s->stages = NULL;
	c->sessions++;
	return 0;
}

int
collect_cover(struct collect *c, const char *person, const struct found_cover *cover)
{
	struct wearer *w;
	int r = wearer_of(c, person, &w);

	if (r < 0 || !cover->family)
		return r;
	GROW(w->covers, w->n_covers, w->cap_covers);
	w->covers[w->n_covers++] = *cover;
	return 0;
}

int
collect_family(struct collect *c, const char *name)
{
	for (int i = 0; i < c->n_families; i++)
		if (strcmp(c->families[i], name) == 0)
			return i + 1;
	if (c->n_families == COLLECT_FAMILIES_MAX)
		return 0;
	c->families =
		xrealloc(c->families, (size_t)c->n_families + 1, sizeof *c->families);
	c->families[c->n_families++] = xstrdup(name);
	return c->n_families;
}

int
collect_stage(struct collect *c, const char *person, const struct stage_row *row)
{
	struct wearer *w;
	int r = wearer_of(c, person, &w);

	if (r < 0)
		return r;
	GROW(w->rows, w->n_rows, w->cap_rows);
	w->rows[w->n_rows] = *row;
	w->rows[w->n_rows++].revision = c->revision;
	return 0;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
sample_compare(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	return x->t != y->t ? compare(x->t, y->t) : compare(x->order, y->order);
}

static int
rating_compare(const void *a, const void *b)
{
	const struct found_rating *x = a, *y = b;
	if (x->at != y->at)
		return compare(x->at, y->at);
	if (x->kind != y->kind)
		return compare(x->kind, y->kind);
	return x->revision != y->revision ? compare(x->revision, y->revision)
					  : compare(x->order, y->order);
}

static int
marker_compare(const void *a, const void *b)
{
	const struct found_marker *x = a, *y = b;
	return x->at != y->at ? compare(x->at, y->at) : compare(x->stage, y->stage);
}

static int
session_by_id(const void *a, const void *b)
{
	const struct found_session *x = a, *y = b;
	int cmp = strcmp(x->record_id, y->record_id);
	if (cmp == 0) /* as the hub does */
		cmp = (y->status == RECORD_TENTATIVE) - (x->status == RECORD_TENTATIVE);
	if (cmp == 0)
		cmp = compare(x->revision, y->revision);
	if (cmp == 0)
		cmp = compare(x->status, y->status);
	return cmp ? cmp : compare(x->order, y->order);
}

static int
session_by_end(const void *a, const void *b)
{
	const struct found_session *x = a, *y = b;
	return x->end != y->end ? compare(x->end, y->end) : compare(x->order, y->order);
}

static void
sort_samples(struct collect *c, struct samples *s)
{
	size_t n = 0;

	for (size_t i = 1; i < s->n; i++)
		if (sample_compare(&s->v[i - 1], &s->v[i]) >
			0) { /* mostly in order already */
			qsort(s->v, s->n, sizeof *s->v, sample_compare);
			break;
		}
	for (size_t i = 0; i < s->n; i++) {
		if (n > 0 && s->v[n - 1].t == s->v[i].t) {
			n--;
			c->replaced_samples++;
		}
		s->v[n++] = s->v[i];
	}
	s->n = n;
}

static void
sort_ratings(struct collect *c, struct wearer *w)
{
	size_t n = 0;

	if (w->n_ratings)
		qsort(w->ratings, w->n_ratings, sizeof *w->ratings, rating_compare);
	for (size_t i = 0; i < w->n_ratings; i++) {
		struct found_rating *last = n ? &w->ratings[n - 1] : NULL;
		if (last && last->at == w->ratings[i].at &&
			last->kind == w->ratings[i].kind) {
			n--;
			c->replaced_ratings++;
		}
		w->ratings[n++] = w->ratings[i];
	}
	w->n_ratings = n;
}

static void
sort_markers(struct collect *c, struct wearer *w)
{
	size_t n = 0;

	if (w->n_markers)
		qsort(w->markers, w->n_markers, sizeof *w->markers, marker_compare);
	for (size_t i = 0; i < w->n_markers; i++) {
		if (n && marker_compare(&w->markers[n - 1], &w->markers[i]) == 0)
			c->replaced_markers++;
		else
			w->markers[n++] = w->markers[i];
	}
	w->n_markers = n;
}

static void
sort_sessions(struct collect *c, struct wearer *w)
{
	size_t n = 0;

	if (w->n_sessions)
		qsort(w->sessions, w->n_sessions, sizeof *w->sessions, session_by_id);
	for (size_t i = 0; i < w->n_sessions; i++) {
		if (n > 0 && strcmp(w->sessions[n - 1].record_id,
				     w->sessions[i].record_id) == 0) {
			free(w->sessions[--n].stages);
			c->replaced_sessions++;
		}
		w->sessions[n++] = w->sessions[i];
	}
	w->n_sessions = n;
	if (n)
		qsort(w->sessions, n, sizeof *w->sessions, session_by_end);
}

void
collect_sort(struct collect *c)
{
	for (size_t i = 0; i < c->n_people; i++) {
		struct wearer *w = c->people[i];
		for (int k = 0; k < COLLECT_CHANNELS; k++) {
			if (w->channel[k].n == 0)
				continue;
			sort_samples(c, &w->channel[k]);
			grid_find(channel_by_wire(k), &w->channel[k]);
		}
		sort_ratings(c, w);
		sort_markers(c, w);
		sort_sessions(c, w);
	}
}

void
collect_drop_samples(struct collect *c)
{
	for (size_t i = 0; i < c->n_people; i++)
		for (int k = 0; k < COLLECT_CHANNELS; k++)
			c->people[i]->channel[k].n = 0;
	c->bytes = 0;
}

static double
metric_max(int metric)
{
	switch (metric) {
	case DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT:
	case DOZED__V1__METRIC__METRIC_VENDOR_SCORE:
		return 100;
	case DOZED__V1__METRIC__METRIC_AWAKENINGS:
		return AWAKENINGS_MAX;
	}
	return COLLECT_SESSION_MAX_S;
}

void
collect_metric(struct found_session *s, int metric, double value)
{
	if (!(value >= 0 && value <= metric_max(metric)) ||
		s->n_metrics == COLLECT_METRICS_MAX)
		return;
	for (uint32_t i = 0; i < s->n_metrics; i++)
		if (s->metrics[i].metric == metric)
			return;
	s->metrics[s->n_metrics++] = (struct found_metric){metric, value};
}

int
collect_wire_value(const struct channel *ch, double value, int32_t *ret)
{
	if (!(value >= ch->min && value <= ch->max))
		return 0;
	*ret = (int32_t)lround(value / ch->scale);
	return 1;
}
