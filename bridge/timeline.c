/* SPDX-License-Identifier: MIT */
/* See timeline.h. */
#include "timeline.h"

#include <stdlib.h>

#define SPANS_MAX                                                                        \
	6000 /* a day in half minutes, twice; a record that has more is broken */

const char *
timeline_add(struct timeline *t, int64_t start, int64_t end, enum stage stage)
{
	if (end <= start)
		return "a stage that ends before it starts";
	if (end - start > COLLECT_SESSION_MAX_S * SECOND_MS)
		return "a stage longer than a day";
	if (t->n == SPANS_MAX)
		return "more stages than a night has";
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->v = xrealloc(t->v, t->cap, sizeof *t->v);
	}
	t->v[t->n] = (struct timeline_span){start, end, stage, (uint32_t)t->n};
	t->n++;
	return NULL;
}

static int
by_start(const void *a, const void *b)
{
	const struct timeline_span *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int
ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Where something begins or ends within the session: the stage is the same between two. */
static size_t
find_edges(const struct timeline *t, const struct found_session *s, int64_t *edges)
{
	size_t n = 0, k = 0;
	for (size_t i = 0; i < t->n; i++) {
		const int64_t both[] = {t->v[i].start, t->v[i].end};
		for (int e = 0; e < 2; e++) {
			int64_t at = both[e] < s->start ? s->start
				     : both[e] > s->end ? s->end
							: both[e];
			edges[n++] = (at - s->start) / SECOND_MS;
		}
	}
	qsort(edges, n, sizeof *edges, ascending);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || edges[k - 1] != edges[i])
			edges[k++] = edges[i];
	return k;
}

/* The uppermost span over the second; the spans before `from` have ended. */
static enum stage
stage_at(const struct timeline *t, size_t from, int64_t ms)
{
	const struct timeline_span *top = NULL;
	for (size_t i = from; i < t->n && t->v[i].start <= ms; i++)
		if (t->v[i].end > ms && (!top || t->v[i].order > top->order))
			top = &t->v[i];
	return top ? top->stage : STAGE_UNSPECIFIED;
}

static const char *
put(struct found_session *s, int64_t from, int64_t to, enum stage stage)
{
	struct stage_span *last = s->n_stages ? &s->stages[s->n_stages - 1] : NULL;
	if (stage == STAGE_UNSPECIFIED)
		return NULL;
	if (last && last->stage == stage && last->offset_s + last->duration_s == from) {
		last->duration_s += (uint32_t)(to - from);
		return NULL;
	}
	if (s->n_stages == COLLECT_STAGES_MAX)
		return "more stages than a night has";
	s->stages[s->n_stages++] =
		(struct stage_span){(uint32_t)from, (uint32_t)(to - from), stage};
	return NULL;
}

static void
frame(const struct timeline *t, struct found_session *s)
{
	if (s->start || s->end)
		return;
	s->start = t->v[0].start;
	s->end = t->v[0].end;
	for (size_t i = 1; i < t->n; i++)
		s->end = t->v[i].end > s->end ? t->v[i].end : s->end;
}

const char *
timeline_session(struct timeline *t, struct found_session *s)
{
	if (t->n == 0)
		return "no sleep stages";
	qsort(t->v, t->n, sizeof *t->v, by_start);
	frame(t, s);
	if (s->end <= s->start || s->end - s->start > COLLECT_SESSION_MAX_S * SECOND_MS) {
		t->n = 0;
		return "a night that is longer than a day";
	}
	int64_t *edges = xcalloc(2 * t->n, sizeof *edges);
	size_t n = find_edges(t, s, edges), from = 0;
	const char *why = NULL;
	s->stages = xcalloc(n, sizeof *s->stages);
	for (size_t i = 0; i + 1 < n && !why; i++) {
		int64_t ms = s->start + edges[i] * SECOND_MS;
		while (from < t->n && t->v[from].end <= ms)
			from++; /* a longer one behind it keeps the search here */
		why = put(s, edges[i], edges[i + 1], stage_at(t, from, ms));
	}
	free(edges);
	if (!why && s->n_stages == 0)
		why = "no sleep stages";
	if (why) {
		free(steal(&s->stages));
		s->n_stages = 0;
	}
	t->n = 0;
	return why;
}

void
timeline_finish(struct timeline *t)
{
	free(t->v);
	*t = (struct timeline){0};
}
