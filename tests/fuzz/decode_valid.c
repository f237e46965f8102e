// SPDX-License-Identifier: MIT
// Random valid batches: every kind of part, every form of series.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode_disturb.h"

#define PARTS_MAX   4
#define SAMPLES_MAX 400

uint64_t
case_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t
case_below(uint64_t *seed, uint32_t n)
{
	return (uint32_t)(case_random(seed) % n);
}

/* Memory of one batch, all at once. */
struct room {
	unsigned char bytes[256 * 1024];
	size_t used;
	uint64_t *seed;
	int64_t now;
};

static void *
take(struct room *r, size_t n)
{
	n = (n + 15) & ~(size_t)15;
	if (r->used + n > sizeof r->bytes)
		abort();
	r->used += n;
	return memset(r->bytes + r->used - n, 0, n);
}

static int64_t
past(struct room *r, int64_t at_least)
{
	return r->now - at_least - (int64_t)case_below(r->seed, 400000000) * 1000;
}

static void
fill_values(struct room *r, Dozed__V1__Series *s, size_t n)
{
	if (case_below(r->seed, 4) == 0) {
		s->i16.data = take(r, 2 * n);
		s->i16.len = 2 * n;
		for (size_t i = 0; i < 2 * n; i++)
			s->i16.data[i] = (uint8_t)case_random(r->seed);
		return;
	}
	s->v = take(r, n * sizeof *s->v);
	s->n_v = n;
	for (size_t i = 0; i < n; i++)
		s->v[i] = (int32_t)case_below(r->seed, 200) - 90;
	if (case_below(r->seed, 20) == 0)
		s->v[case_below(r->seed, (uint32_t)n)] = (int32_t)case_random(r->seed);
}

static Dozed__V1__Series *
a_series(struct room *r)
{
	Dozed__V1__Series *s = take(r, sizeof *s);
	size_t n = 1 + case_below(r->seed, SAMPLES_MAX);

	dozed__v1__series__init(s);
	s->channel = (Dozed__V1__Channel)case_below(r->seed, 18); /* some are not known */
	s->revision = (int64_t)case_below(r->seed, 3);
	s->start_ms = past(r, 60 * DAY_MS);
	if (case_below(r->seed, 2)) {
		s->interval_ms = 1 + case_below(r->seed, 120000);
	} else {
		s->dt_ms = take(r, n * sizeof *s->dt_ms);
		s->n_dt_ms = n;
		for (size_t i = 0; i < n; i++)
			s->dt_ms[i] = (int32_t)case_below(r->seed, 90000) - 5000;
	}
	fill_values(r, s, n);
	s->missing = take(r, n * sizeof *s->missing);
	for (uint32_t i = case_below(r->seed, 10); i < n;
		i += 1 + case_below(r->seed, 50))
		s->missing[s->n_missing++] = i;
	return s;
}

static char *
a_text(struct room *r)
{
	static const char *const texts[] = {
		"log/1", "\xc3\xa4\xe2\x82\xac", "\xf0\x9f\x98\xb4", "x"};
	char *t = take(r, 64);
	snprintf(
		t, 64, "%s-%u", texts[case_below(r->seed, 4)], case_below(r->seed, 1000));
	return t;
}

static void
fill_stages(struct room *r, Dozed__V1__Session *s, uint32_t length_s)
{
	uint32_t at = 0;

	s->stages = take(r, 64 * sizeof *s->stages);
	while (s->n_stages < 64) {
		Dozed__V1__StageSpan *t = take(r, sizeof *t);
		dozed__v1__stage_span__init(t);
		t->offset_s = at + case_below(r->seed, 2) * case_below(r->seed, 600);
		t->duration_s = case_below(r->seed, 3600);
		t->stage = (Dozed__V1__SleepStage)case_below(r->seed, 13);
		at = t->offset_s + t->duration_s;
		if (at > length_s)
			break;
		s->stages[s->n_stages++] = t;
	}
}

static Dozed__V1__Session *
a_session(struct room *r)
{
	Dozed__V1__Session *s = take(r, sizeof *s);
	uint32_t length_s = 1 + case_below(r->seed, 48 * 3600 - 1);

	dozed__v1__session__init(s);
	s->origin = take(r, sizeof *s->origin);
	dozed__v1__origin__init(s->origin);
	s->origin->record_id = a_text(r);
	s->origin->revision = (int64_t)case_random(r->seed);
	s->origin->status = (Dozed__V1__RecordStatus)case_below(r->seed, 4);
	if (case_below(r->seed, 2))
		s->origin->source_app = a_text(r);
	s->kind = (Dozed__V1__SleepKind)case_below(r->seed, 4);
	s->utc_offset_start_min = (int32_t)case_below(r->seed, 2161) - 1080;
	if (s->origin->status == DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED &&
		case_below(r->seed, 2))
		return s;
	s->start_ms = past(r, 3 * DAY_MS);
	s->end_ms = s->start_ms + length_s * INT64_C(1000);
	fill_stages(r, s, length_s);
	s->metrics = take(r, 4 * sizeof *s->metrics);
	for (uint32_t i = case_below(r->seed, 4); i > 0; i--) {
		Dozed__V1__MetricValue *m = take(r, sizeof *m);
		uint64_t bits = case_random(r->seed);
		dozed__v1__metric_value__init(m);
		m->metric = (Dozed__V1__Metric)case_below(r->seed, 14);
		m->value = case_below(r->seed, 100);
		if (case_below(r->seed, 4) == 0)
			memcpy(&m->value, &bits, sizeof bits);
		s->metrics[s->n_metrics++] = m;
	}
	return s;
}

static Dozed__V1__Rating *
a_rating(struct room *r)
{
	Dozed__V1__Rating *v = take(r, sizeof *v);
	dozed__v1__rating__init(v);
	v->kind = (Dozed__V1__RatingKind)(1 + case_below(r->seed, 3));
	v->at_ms = past(r, 0);
	v->value = case_below(r->seed, 11);
	return v;
}

static Dozed__V1__Marker *
a_marker(struct room *r)
{
	Dozed__V1__Marker *m = take(r, sizeof *m);
	dozed__v1__marker__init(m);
	m->at_ms = past(r, 0);
	m->stage = case_below(r->seed, 2)
			   ? DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_IN_BED
			   : DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_OUT_OF_BED;
	return m;
}

static Dozed__V1__Feedback *
a_feedback(struct room *r)
{
	Dozed__V1__Feedback *f = take(r, sizeof *f);
	dozed__v1__feedback__init(f);
	f->at_ms = past(r, 0);
	f->kind = (Dozed__V1__FeedbackKind)(1 + case_below(r->seed, 3));
	return f;
}

#define FILL(b, list, make)                                                              \
	do {                                                                             \
		(b)->list = take(r, PARTS_MAX * sizeof *(b)->list);                      \
		for (uint32_t k_ = case_below(r->seed, PARTS_MAX + 1); k_ > 0; k_--)     \
			(b)->list[(b)->n_##list++] = make(r);                            \
	} while (0)

static size_t
make(uint64_t *seed, utc_ms now, unsigned disturbed, unsigned char *out, size_t cap)
{
	static struct room room;
	struct room *r = &room;
	Dozed__V1__Batch b;

	r->used = 0;
	r->seed = seed;
	r->now = now.ms;
	dozed__v1__batch__init(&b);
	b.epoch = 1 + case_below(seed, 1000000);
	b.seq = 1 + case_below(seed, 1000000);
	b.sent_ms = now.ms;
	b.historical = (int)case_below(seed, 2);
	FILL(&b, series, a_series);
	FILL(&b, sessions, a_session);
	FILL(&b, ratings, a_rating);
	FILL(&b, markers, a_marker);
	FILL(&b, feedback, a_feedback);
	if (b.n_series + b.n_sessions + b.n_ratings + b.n_markers + b.n_feedback == 0)
		b.ratings[b.n_ratings++] = a_rating(r);
	if (disturbed)
		case_disturb(&b, seed);
	size_t n = dozed__v1__batch__get_packed_size(&b);
	return n > cap ? 0 : dozed__v1__batch__pack(&b, out);
}

size_t
case_valid(uint64_t *seed, utc_ms now, unsigned char *out, size_t cap)
{
	return make(seed, now, 0, out, cap);
}

size_t
case_disturbed(uint64_t *seed, utc_ms now, unsigned char *out, size_t cap)
{
	return make(seed, now, 1, out, cap);
}
