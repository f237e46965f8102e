/* SPDX-License-Identifier: MIT */
/* See stretch.h. */
#include "core/stretch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
add_stream(struct stretch *s, const char *name)
{
	const struct channel *c = channel_by_name(name);
	if (!c || c->kind != CHANNEL_KIND_SAMPLES)
		return 0; /* another scorer's output */
	for (unsigned i = 0; i < s->n_streams; i++)
		if (s->streams[i].channel == c)
			return 0;
	if (s->n_streams == SCORER_PORTS_MAX)
		return -E2BIG;
	s->stream_channels[s->n_streams] = (uint16_t)board_find(s->board, name);
	s->streams[s->n_streams++].channel = c;
	return 0;
}

int
stretch_init(struct stretch *s, struct board *b)
{
	memset(s, 0, sizeof *s);
	s->board = b;
	s->spans = xcalloc(NIGHT_SPANS_MAX, sizeof *s->spans);
	int r = add_stream(s, "activity");
	for (unsigned i = 0; i < b->n_scorers && r == 0; i++) {
		const struct loaded_scorer *l = b->scorers[i].scorer;
		if (l->desc->window.kind != SCORER_SLIDING)
			continue;
		for (unsigned k = 0; k < l->n_reads && r == 0; k++)
			r = add_stream(s, l->desc->reads[k].channel);
	}
	return r;
}

void
stretch_finish(struct stretch *s)
{
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_finish(&s->streams[i]);
	free(s->worn);
	free(s->sums);
	free(s->spans);
	memset(s, 0, sizeof *s);
}

static int
take_batch(void *ctx, const struct batch *b)
{
	struct stretch *s = ctx;
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_push(&s->streams[i], b);
	return 0;
}

/* Of more than fit the first are kept: io gives them by start, and a stretch is two days. */
static int
take_session(void *ctx, const struct session *v, utc_ms received, int historical)
{
	struct stretch *s = ctx;
	if (s->n_sessions == NIGHT_SESSIONS_MAX ||
		v->n_stages > NIGHT_SPANS_MAX - s->n_spans)
		return 0;
	struct session *q = &s->sessions[s->n_sessions];
	*q = *v;
	if (v->n_stages)
		memcpy(s->spans + s->n_spans, v->stages, v->n_stages * sizeof *v->stages);
	q->stages = s->spans + s->n_spans;
	s->n_spans += v->n_stages;
	s->session_received[s->n_sessions] = received;
	s->session_live[s->n_sessions++] = !historical;
	return 0;
}

static int
take_marker(void *ctx, const struct marker *m)
{
	struct stretch *s = ctx;
	if (s->n_markers < NIGHT_MARKERS_MAX)
		s->markers[s->n_markers++] = *m;
	return 0;
}

static void
grow(struct stretch *s, uint32_t minutes)
{
	if (minutes <= s->cap_minutes)
		return;
	s->worn = xrealloc(s->worn, minutes, 1);
	s->sums = xrealloc(s->sums, 2 * ((size_t)minutes + 1), sizeof *s->sums);
	s->cap_minutes = minutes;
}

/* Streams become span grids; then the SLIDING scorers run over what was asked for. */
static void
lay_out(struct stretch *s)
{
	struct board *b = s->board;
	for (unsigned i = 0; i < b->n_channels; i++)
		b->channels[i].span.set = 0;
	s->has_samples = 0;
	for (unsigned i = 0; i < s->n_streams; i++) {
		struct stream *q = &s->streams[i];
		stream_close(q);
		if (q->n_samples == 0)
			continue;
		struct board_grid *g = &b->channels[s->stream_channels[i]].span;
		board_grid_set(g, q->grid.start.ms, STREAM_STEP_MS, q->grid.n);
		memcpy(g->v, q->grid.v, q->grid.n * sizeof *g->v);
		s->has_samples = 1;
	}
	if (!s->has_samples)
		return;
	const struct grid *g = &s->streams[0].grid;
	board_slide(b, grid_index(g, s->from), grid_index(g, s->to));
	grow(s, g->n);
	rest_worn(&s->streams[s->activity].grid, s->worn);
}

int
stretch_load(struct stretch *s, const struct line_io *io, const char *person, utc_ms from,
	utc_ms to)
{
	int64_t margin = board_margin_min(s->board) * STREAM_STEP_MS;
	s->from = from, s->to = to;
	s->n_sessions = s->n_markers = s->n_spans = 0;
	utc_ms a = UTC(from.ms - margin), e = UTC(to.ms + margin);
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_reset(&s->streams[i], s->streams[i].channel, a, e);
	int r = io->samples(io->user, person, a, e, take_batch, s);
	if (r == 0)
		r = io->sessions(io->user, person, from, to, take_session, s);
	if (r == 0)
		r = io->markers(io->user, person, from, to, take_marker, s);
	if (r < 0)
		return r;
	lay_out(s);
	return 0;
}
