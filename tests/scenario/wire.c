/* SPDX-License-Identifier: MIT */
/* See wire.h. */
#include "wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "dozed/v1/batch.pb-c.h"

#define ROOM ((size_t)8 * 1024 * 1024)

static void *
room(struct arena *a, size_t n, size_t size)
{
	void *p = arena_calloc(a, n ? n : 1, size);
	assert(p);
	return p;
}

static void
pack_times(struct arena *a, const struct series *q, Dozed__V1__Series *to)
{
	to->start_ms = q->t && q->n ? q->t[0] : q->start.ms;
	to->interval_ms = q->t ? 0 : q->interval_ms;
	if (!q->t)
		return;
	to->n_dt_ms = q->n;
	to->dt_ms = room(a, q->n, sizeof *to->dt_ms);
	for (uint32_t i = 1; i < q->n; i++)
		to->dt_ms[i] = (int32_t)(q->t[i] - q->t[i - 1]);
}

static Dozed__V1__Series *
pack_series(struct arena *a, const struct series *q)
{
	Dozed__V1__Series *to = room(a, 1, sizeof *to);
	int64_t last = 0;
	dozed__v1__series__init(to);
	to->channel = (Dozed__V1__Channel)q->channel->wire;
	to->revision = q->revision;
	pack_times(a, q, to);
	to->n_v = q->n;
	to->v = room(a, q->n, sizeof *to->v);
	to->missing = room(a, q->n, sizeof *to->missing);
	for (uint32_t i = 0; i < q->n; i++) {
		int64_t v = isnan(q->v[i]) ? last : llround(q->v[i] / q->channel->scale);
		if (isnan(q->v[i]))
			to->missing[to->n_missing++] = i;
		to->v[i] = (int32_t)(v - last);
		last = v;
	}
	return to;
}

static void
pack_metric(
	struct arena *a, Dozed__V1__Session *to, Dozed__V1__Metric metric, double value)
{
	if (isnan(value))
		return;
	Dozed__V1__MetricValue *m = room(a, 1, sizeof *m);
	dozed__v1__metric_value__init(m);
	m->metric = metric, m->value = value;
	to->metrics[to->n_metrics++] = m;
}

static Dozed__V1__Session *
pack_session(struct arena *a, const struct session *s)
{
	Dozed__V1__Session *to = room(a, 1, sizeof *to);
	Dozed__V1__Origin *origin = room(a, 1, sizeof *origin);
	dozed__v1__session__init(to);
	dozed__v1__origin__init(origin);
	origin->record_id = room(a, 1, sizeof s->record_id);
	memcpy(origin->record_id, s->record_id, sizeof s->record_id);
	origin->revision = s->revision;
	origin->status = (Dozed__V1__RecordStatus)s->status;
	to->origin = origin;
	to->start_ms = s->start.ms, to->end_ms = s->end.ms;
	to->utc_offset_start_min = s->offset_start_min;
	to->utc_offset_end_min = s->offset_end_min;
	to->kind = (Dozed__V1__SleepKind)s->kind;
	to->stages = room(a, s->n_stages, sizeof(Dozed__V1__StageSpan *));
	for (uint32_t i = 0; i < s->n_stages; i++) {
		to->stages[i] = room(a, 1, sizeof *to->stages[i]);
		dozed__v1__stage_span__init(to->stages[i]);
		to->stages[i]->offset_s = s->stages[i].offset_s;
		to->stages[i]->duration_s = s->stages[i].duration_s;
		to->stages[i]->stage = (Dozed__V1__SleepStage)s->stages[i].stage;
	}
	to->n_stages = s->n_stages;
	to->metrics = room(a, 2, sizeof(Dozed__V1__MetricValue *));
	pack_metric(a, to, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, s->latency_s);
	pack_metric(a, to, DOZED__V1__METRIC__METRIC_VENDOR_SCORE, s->vendor_score);
	return to;
}

static Dozed__V1__Rating *
pack_rating(struct arena *a, const struct rating *r)
{
	Dozed__V1__Rating *to = room(a, 1, sizeof *to);
	dozed__v1__rating__init(to);
	to->kind = (Dozed__V1__RatingKind)r->kind;
	to->withdrawn = r->value == RATING_WITHDRAWN;
	to->at_ms = r->at.ms, to->revision = r->revision;
	to->value = to->withdrawn ? 0 : (uint32_t)r->value;
	return to;
}

static Dozed__V1__Marker *
pack_marker(struct arena *a, const struct marker *m)
{
	Dozed__V1__Marker *to = room(a, 1, sizeof *to);
	dozed__v1__marker__init(to);
	to->at_ms = m->at.ms, to->stage = (Dozed__V1__SleepStage)m->stage;
	return to;
}

static Dozed__V1__Feedback *
pack_feedback(struct arena *a, const struct feedback *f)
{
	Dozed__V1__Feedback *to = room(a, 1, sizeof *to);
	dozed__v1__feedback__init(to);
	to->at_ms = f->at.ms, to->kind = (Dozed__V1__FeedbackKind)f->kind;
	return to;
}

#define PACK_LIST(a, to, b, list, one)                                                   \
	do {                                                                             \
		(to)->n_##list = (b)->n_##list;                                          \
		(to)->list = room(a, (b)->n_##list, sizeof(void *));                     \
		for (uint32_t i_ = 0; i_ < (b)->n_##list; i_++)                          \
			(to)->list[i_] = one(a, &(b)->list[i_]);                         \
	} while (0)

unsigned char *
wire_pack(const struct batch *b, size_t *ret_n)
{
	struct arena a;
	void *memory cleanup(freep) = xcalloc(1, ROOM);
	Dozed__V1__Batch to = DOZED__V1__BATCH__INIT;
	arena_init(&a, memory, ROOM);
	to.epoch = b->epoch, to.seq = b->seq, to.sent_ms = b->received.ms;
	to.historical = b->historical;
	PACK_LIST(&a, &to, b, series, pack_series);
	PACK_LIST(&a, &to, b, sessions, pack_session);
	PACK_LIST(&a, &to, b, ratings, pack_rating);
	PACK_LIST(&a, &to, b, markers, pack_marker);
	PACK_LIST(&a, &to, b, feedback, pack_feedback);
	*ret_n = dozed__v1__batch__get_packed_size(&to);
	unsigned char *bytes = xcalloc(1, *ret_n);
	dozed__v1__batch__pack(&to, bytes);
	return bytes;
}
