/* SPDX-License-Identifier: MIT */
/* A stretch of time as a batch, see pack.h. */
#include "pack.h"

#include <stdio.h>
#include <string.h>

#include "dozed/v1/batch.pb-c.h"

#include "grid.h"

struct packing {
	struct arena *a;
	Dozed__V1__Batch *b;
	Dozed__V1__Series **series; /* PACK_REPEATED_MAX */
	int64_t newest;
	int big;
};

static void *
take(struct packing *p, size_t n, size_t size)
{
	void *mem = arena_calloc(p->a, n ? n : 1, size);
	p->big |= mem == NULL;
	return mem;
}

/* The first of n sorted elements whose time is t or later; key: the first one's time, the
 * others' lie `size` bytes on. */
static size_t
first_at(const int64_t *key, size_t n, size_t size, int64_t t)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (*(const int64_t *)((const char *)key + mid * size) < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
first_sample(const struct samples *s, int64_t t)
{
	return s->n ? first_at(&s->v->t, s->n, sizeof *s->v, t) : 0;
}

static size_t
first_session(const struct wearer *w, int64_t t)
{
	return w->n_sessions ? first_at(&w->sessions->end, w->n_sessions,
				       sizeof *w->sessions, t)
			     : 0;
}

static size_t
first_rating(const struct wearer *w, int64_t t)
{
	return w->n_ratings
		       ? first_at(&w->ratings->at, w->n_ratings, sizeof *w->ratings, t)
		       : 0;
}

static size_t
first_marker(const struct wearer *w, int64_t t)
{
	return w->n_markers
		       ? first_at(&w->markers->at, w->n_markers, sizeof *w->markers, t)
		       : 0;
}

int64_t
pack_next_event(const struct wearer *w, int64_t t, unsigned parts)
{
	int64_t next = INT64_MAX;

	for (int k = 0; k < COLLECT_CHANNELS && (parts & PACK_SERIES); k++) {
		size_t i = first_sample(&w->channel[k], t);
		if (i < w->channel[k].n && w->channel[k].v[i].t < next)
			next = w->channel[k].v[i].t;
	}
	if (parts & PACK_SESSIONS) {
		size_t i = first_session(w, t);
		if (i < w->n_sessions && w->sessions[i].end < next)
			next = w->sessions[i].end;
	}
	if (parts & PACK_RATINGS) {
		size_t i = first_rating(w, t);
		if (i < w->n_ratings && w->ratings[i].at < next)
			next = w->ratings[i].at;
	}
	if (parts & PACK_MARKERS) {
		size_t i = first_marker(w, t);
		if (i < w->n_markers && w->markers[i].at < next)
			next = w->markers[i].at;
	}
	return next;
}

/* Deltas may wrap for no channel: the wire integers are below 1e7. */
static void
put_values(struct packing *p, Dozed__V1__Series *s, int wire, const int32_t *values,
	size_t n)
{
	if (wire >= DOZED__V1__CHANNEL__CHANNEL_ACCEL_X &&
		wire <= DOZED__V1__CHANNEL__CHANNEL_ACCEL_Z) {
		uint8_t *bytes = take(p, n, 2);
		for (size_t i = 0; bytes && i < n; i++) {
			uint16_t u = (uint16_t)(int16_t)values[i];
			bytes[2 * i] = (uint8_t)(u & 0xff);
			bytes[2 * i + 1] = (uint8_t)(u >> 8);
		}
		s->i16.data = bytes;
		s->i16.len = bytes ? 2 * n : 0;
		return;
	}
	s->v = take(p, n, sizeof *s->v);
	for (size_t i = 0; s->v && i < n; i++)
		s->v[i] = values[i] - (i ? values[i - 1] : 0);
	s->n_v = s->v ? n : 0;
}

static Dozed__V1__Series *
new_series(struct packing *p, int wire, const struct samples *from, size_t first)
{
	Dozed__V1__Series *s =
		p->b->n_series < PACK_REPEATED_MAX ? take(p, 1, sizeof *s) : NULL;

	p->big |= s == NULL;
	if (!s)
		return NULL;
	dozed__v1__series__init(s);
	s->channel = (Dozed__V1__Channel)wire;
	s->start_ms = from->v[first].t;
	s->interval_ms = from->interval_ms;
	p->series[p->b->n_series++] = s;
	return s;
}

/* Samples [a, b), one after the other on their grid, holes named. */
static void
put_regular(struct packing *p, int wire, const struct samples *from, size_t a, size_t b)
{
	Dozed__V1__Series *s = new_series(p, wire, from, a);
	int64_t interval = from->interval_ms;
	size_t n = (size_t)((from->v[b - 1].t - from->v[a].t) / interval) + 1;

	if (!s || n > PACK_SAMPLES_MAX) {
		p->big = 1;
		return;
	}
	int32_t *values = take(p, n, sizeof *values);
	s->missing = take(p, n - (b - a), sizeof *s->missing);
	if (!values || !s->missing)
		return;
	size_t at = 0;
	for (size_t i = a; i < b; i++) {
		size_t k = (size_t)((from->v[i].t - from->v[a].t) / interval);
		for (; at < k; at++) {
			values[at] = values[at - 1]; /* a delta of 0 */
			s->missing[s->n_missing++] = (uint32_t)at;
		}
		values[at++] = from->v[i].v;
	}
	put_values(p, s, wire, values, n);
}

static void
put_irregular(struct packing *p, int wire, const struct samples *from, size_t a, size_t b)
{
	Dozed__V1__Series *s = new_series(p, wire, from, a);
	size_t n = b - a;

	if (!s || n > PACK_SAMPLES_MAX || from->v[b - 1].t - from->v[a].t > INT32_MAX) {
		p->big = 1;
		return;
	}
	int32_t *values = take(p, n, sizeof *values);
	s->dt_ms = take(p, n, sizeof *s->dt_ms);
	if (!values || !s->dt_ms)
		return;
	for (size_t i = 0; i < n; i++) {
		values[i] = from->v[a + i].v;
		s->dt_ms[i] = (int32_t)(i ? from->v[a + i].t - from->v[a + i - 1].t : 0);
	}
	s->n_dt_ms = n;
	put_values(p, s, wire, values, n);
}

static void
put_channel(
	struct packing *p, int wire, const struct samples *s, int64_t from, int64_t to)
{
	size_t a = first_sample(s, from), end = first_sample(s, to);

	if (a == end)
		return;
	if (s->v[end - 1].t > p->newest)
		p->newest = s->v[end - 1].t;
	if (s->interval_ms == 0) {
		put_irregular(p, wire, s, a, end);
		return;
	}
	for (size_t b = a + 1; a < end && !p->big; a = b++) {
		while (b < end && grid_continues(s, b))
			b++;
		put_regular(p, wire, s, a, b);
	}
}

static void
put_session(struct packing *p, Dozed__V1__Session *s, const struct found_session *from)
{
	Dozed__V1__StageSpan *spans = take(p, from->n_stages, sizeof *spans);
	Dozed__V1__MetricValue *metrics = take(p, from->n_metrics, sizeof *metrics);

	dozed__v1__session__init(s);
	s->origin = take(p, 1, sizeof *s->origin);
	s->stages = take(p, from->n_stages, sizeof *s->stages);
	s->metrics = take(p, from->n_metrics, sizeof *s->metrics);
	if (p->big)
		return;
	dozed__v1__origin__init(s->origin);
	s->origin->record_id = (char *)from->record_id;
	s->origin->revision = from->revision;
	s->origin->status = from->status ? (Dozed__V1__RecordStatus)from->status
					 : DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	if (from->app[0])
		s->origin->source_app = (char *)from->app;
	s->start_ms = from->start;
	s->end_ms = from->end;
	s->utc_offset_start_min = from->offset_start_min;
	s->utc_offset_end_min = from->offset_end_min;
	s->kind = (Dozed__V1__SleepKind)from->kind;
	for (uint32_t i = 0; i < from->n_stages; i++) {
		dozed__v1__stage_span__init(&spans[i]);
		spans[i].offset_s = from->stages[i].offset_s;
		spans[i].duration_s = from->stages[i].duration_s;
		spans[i].stage = (Dozed__V1__SleepStage)from->stages[i].stage;
		s->stages[s->n_stages++] = &spans[i];
	}
	for (uint32_t i = 0; i < from->n_metrics; i++) {
		dozed__v1__metric_value__init(&metrics[i]);
		metrics[i].metric = (Dozed__V1__Metric)from->metrics[i].metric;
		metrics[i].value = from->metrics[i].value;
		s->metrics[s->n_metrics++] = &metrics[i];
	}
	if (from->end > p->newest)
		p->newest = from->end;
}

static void
put_sessions(struct packing *p, const struct wearer *w, size_t a, size_t end)
{
	Dozed__V1__Session *s = take(p, end - a, sizeof *s);

	p->b->sessions = take(p, end - a, sizeof *p->b->sessions);
	if (p->big)
		return;
	for (size_t i = a; i < end && !p->big; i++) {
		put_session(p, &s[i - a], &w->sessions[i]);
		p->b->sessions[p->b->n_sessions++] = &s[i - a];
	}
}

static void
put_ratings(struct packing *p, const struct wearer *w, size_t a, size_t end)
{
	Dozed__V1__Rating *r = take(p, end - a, sizeof *r);

	p->b->ratings = take(p, end - a, sizeof *p->b->ratings);
	p->big |= end - a > PACK_REPEATED_MAX;
	if (p->big)
		return;
	for (size_t i = a; i < end; i++) {
		dozed__v1__rating__init(&r[i - a]);
		r[i - a].kind = (Dozed__V1__RatingKind)w->ratings[i].kind;
		r[i - a].at_ms = w->ratings[i].at;
		r[i - a].value = (uint32_t)w->ratings[i].value;
		r[i - a].revision = w->ratings[i].revision;
		p->b->ratings[p->b->n_ratings++] = &r[i - a];
		if (w->ratings[i].at > p->newest)
			p->newest = w->ratings[i].at;
	}
}

static void
put_markers(struct packing *p, const struct wearer *w, size_t a, size_t end)
{
	Dozed__V1__Marker *m = take(p, end - a, sizeof *m);

	p->b->markers = take(p, end - a, sizeof *p->b->markers);
	p->big |= end - a > PACK_REPEATED_MAX;
	if (p->big)
		return;
	for (size_t i = a; i < end; i++) {
		dozed__v1__marker__init(&m[i - a]);
		m[i - a].at_ms = w->markers[i].at;
		m[i - a].stage = (Dozed__V1__SleepStage)w->markers[i].stage;
		p->b->markers[p->b->n_markers++] = &m[i - a];
		if (w->markers[i].at > p->newest)
			p->newest = w->markers[i].at;
	}
}

static int
begin(struct packing *p, struct arena *a)
{
	arena_reset(a);
	*p = (struct packing){.a = a, .newest = INT64_MIN};
	p->b = take(p, 1, sizeof *p->b);
	p->series = take(p, PACK_REPEATED_MAX, sizeof *p->series);
	if (p->big)
		return PACK_E_BIG;
	dozed__v1__batch__init(p->b);
	p->b->series = p->series;
	return 0;
}

static int
finish(struct packing *p, utc_ms now, Dozed__V1__Batch **ret)
{
	Dozed__V1__Batch *b = p->b;

	if (p->big)
		return PACK_E_BIG;
	if (b->n_series + b->n_sessions + b->n_ratings + b->n_markers == 0)
		return PACK_E_EMPTY;
	b->historical = p->newest < now.ms - PACK_HISTORICAL_MS;
	/* the outlet fills these in: count them at their longest */
	b->epoch = b->seq = UINT64_MAX;
	b->sent_ms = -1;
	if (dozed__v1__batch__get_packed_size(b) > PACK_PAYLOAD_MAX)
		return PACK_E_BIG;
	*ret = b;
	return 0;
}

/* Bytes that the samples of [from, to) need at the very least. */
static size_t
least_size(const struct wearer *w, int64_t from, int64_t to)
{
	size_t n = 0;
	for (int k = 0; k < COLLECT_CHANNELS; k++)
		n += first_sample(&w->channel[k], to) -
		     first_sample(&w->channel[k], from);
	return n;
}

int
pack_range(
	struct arena *a, const struct pack_stretch *s, utc_ms now, Dozed__V1__Batch **ret)
{
	const struct wearer *w = s->w;
	struct packing p;
	int r = begin(&p, a);

	if (r)
		return r;
	if ((s->parts & PACK_SERIES) && least_size(w, s->from, s->to) > PACK_PAYLOAD_MAX)
		return PACK_E_BIG;
	for (int k = 0; k < COLLECT_CHANNELS && (s->parts & PACK_SERIES) && !p.big; k++)
		put_channel(&p, k, &w->channel[k], s->from, s->to);
	if ((s->parts & PACK_SESSIONS) && !p.big)
		put_sessions(&p, w, first_session(w, s->from), first_session(w, s->to));
	if ((s->parts & PACK_RATINGS) && !p.big)
		put_ratings(&p, w, first_rating(w, s->from), first_rating(w, s->to));
	if ((s->parts & PACK_MARKERS) && !p.big)
		put_markers(&p, w, first_marker(w, s->from), first_marker(w, s->to));
	return finish(&p, now, ret);
}

int
pack_session(struct arena *a, const struct wearer *w, size_t i, utc_ms now,
	Dozed__V1__Batch **ret)
{
	struct packing p;
	int r = begin(&p, a);

	if (r)
		return r;
	put_sessions(&p, w, i, i + 1);
	return finish(&p, now, ret);
}
