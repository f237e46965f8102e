/* SPDX-License-Identifier: MIT */
/* See stretch.h. */
#include "core/stretch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
add_stream(struct stretch *s, const char *name, int32_t step_ms)
{
	const struct channel *c = channel_by_name(name);
	if (!c || c->kind != CHANNEL_KIND_SAMPLES)
		return 0; /* another scorer's output */
	struct stream *list = c->fast ? s->fast : s->streams;
	uint16_t *on_board = c->fast ? s->fast_channels : s->stream_channels;
	unsigned *n = c->fast ? &s->n_fast : &s->n_streams, i = 0;
	while (i < *n && list[i].channel != c)
		i++;
	if (i == (c->fast ? STRETCH_FAST_MAX : SCORER_PORTS_MAX))
		return -E2BIG;
	if (i == *n) {
		on_board[i] = (uint16_t)board_find(s->board, name);
		list[(*n)++].channel = c;
	}
	if (!c->fast)
		s->as_events[i] |= step_ms == SCORER_EVENTS;
	return 0;
}

int
stretch_init(struct stretch *s, struct board *b)
{
	memset(s, 0, sizeof *s);
	s->board = b;
	s->spans = xcalloc(NIGHT_SPANS_MAX, sizeof *s->spans);
	int r = add_stream(s, "activity", SCORER_DEFAULT);
	for (unsigned i = 0; i < b->n_scorers && r == 0; i++) {
		const struct loaded_scorer *l = b->scorers[i].scorer;
		if (l->desc->window.kind == SCORER_DAYS)
			continue;
		for (unsigned k = 0; k < l->n_reads && r == 0; k++)
			r = add_stream(
				s, l->desc->reads[k].channel, l->desc->reads[k].step_ms);
	}
	return r;
}

void
stretch_finish(struct stretch *s)
{
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_finish(&s->streams[i]);
	for (unsigned i = 0; i < s->n_fast; i++)
		stream_finish(&s->fast[i]);
	kept_hours_finish(&s->kept);
	free(s->hours);
	free(s->seen);
	free(s->worn);
	free(s->sums);
	free(s->spans);
	memset(s, 0, sizeof *s);
}

/* Which hours' calls can see something of the series. */
static void
mark_hours(struct stretch *s, const struct series *q)
{
	int64_t first = q->t ? q->t[0] : q->start.ms;
	int64_t last = q->t ? q->t[0] : first + (int64_t)(q->n - 1) * q->interval_ms;
	for (uint32_t i = 0; q->t && i < q->n; i++) {
		first = q->t[i] < first ? q->t[i] : first;
		last = q->t[i] > last ? q->t[i] : last;
	}
	first -= board_fast_after_ms(s->board), last += board_fast_before_ms(s->board);
	int64_t a = grid_floor(first - s->begin_hour_ms, BOARD_HOUR_MS) / BOARD_HOUR_MS;
	int64_t e = grid_floor(last - s->begin_hour_ms, BOARD_HOUR_MS) / BOARD_HOUR_MS;
	for (a = a < 0 ? 0 : a; a <= e && a < s->n_hours; a++)
		s->hours[a] = 1;
}

static int
take_batch(void *ctx, const struct batch *b)
{
	struct stretch *s = ctx;
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_push(&s->streams[i], b);
	for (uint32_t k = 0; s->n_fast > 0 && k < b->n_series; k++)
		if (b->series[k].channel->fast && b->series[k].n > 0)
			mark_hours(s, &b->series[k]);
	return 0;
}

static int
take_fast(void *ctx, const struct batch *b)
{
	struct stretch *s = ctx;
	for (unsigned i = 0; i < s->n_fast; i++)
		stream_push(&s->fast[i], b);
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

/* One settled stream in every step that somebody reads, over [from, to). */
static void
lay_out(struct board *b, const struct stream *q, uint16_t channel, int64_t from,
	int64_t to)
{
	for (unsigned i = 0; i < b->n_layouts; i++) {
		struct board_layout *l = &b->layouts[i];
		uint32_t step = l->step_ms == SCORER_AS_RECORDED ? stream_interval_ms(q)
								 : (uint32_t)l->step_ms;
		if (l->channel != channel || step == 0)
			continue;
		board_grid_cover(&l->grid, from, to, step);
		stream_fold(q, l->grid.t0_ms, step, l->grid.n, l->grid.v);
	}
}

static void
lay_out_stream(struct stretch *s, unsigned i)
{
	struct board *b = s->board;
	struct stream *q = &s->streams[i];
	struct board_channel *c = &b->channels[s->stream_channels[i]];
	stream_settle(q);
	if (q->n_samples == 0)
		return;
	s->has_samples = 1;
	board_grid_cover(&c->span, b->begin_ms, b->end_ms, (uint32_t)STREAM_STEP_MS);
	stream_fold(q, c->span.t0_ms, c->span.interval_ms, c->span.n, c->span.v);
	lay_out(b, q, s->stream_channels[i], b->begin_ms, b->end_ms);
	if (!s->as_events[i])
		return;
	board_events_set(&c->events, q->n_samples);
	c->events.n = stream_events(q, c->events.t_ms, c->events.v);
}

/* Who was there in the hour: its streams do not stay. */
static void
note_device(struct stretch *s, uint16_t channel, const char *device, int64_t hour)
{
	unsigned i = 0;
	while (i < s->n_seen &&
		(s->seen[i].channel != channel || s->seen[i].to_ms < hour ||
			strcmp(s->seen[i].device, device) != 0))
		i++;
	if (i == s->n_seen) {
		if (s->n_seen == s->cap_seen) {
			s->cap_seen = s->cap_seen ? 2 * s->cap_seen : 16;
			s->seen = xrealloc(s->seen, s->cap_seen, sizeof *s->seen);
		}
		struct stretch_seen *v = &s->seen[s->n_seen++];
		*v = (struct stretch_seen){.channel = channel, .from_ms = hour};
		snprintf(v->device, sizeof v->device, "%s", device);
	}
	if (s->seen[i].to_ms < hour + BOARD_HOUR_MS)
		s->seen[i].to_ms = hour + BOARD_HOUR_MS;
}

static void
note_devices(struct stretch *s, unsigned fast, int64_t hour, struct kept_hour *keep)
{
	const struct stream *q = &s->fast[fast];
	for (uint32_t d = 0; d < q->n_devices; d++) {
		note_device(s, s->fast_channels[fast], q->devices[d], hour);
		if (keep)
			kept_hour_device(keep, s->fast_channels[fast], q->devices[d]);
	}
}

/* Where to keep the hour, or where it lies: one that the job has all of. Of those at its ends
 * fewer calls are made, here and there. */
static struct kept_hour *
place_of(struct stretch *s, const char *person, unsigned pass, int64_t hour)
{
	if (hour < s->from.ms || hour + BOARD_HOUR_MS > s->to.ms ||
		!board_keeps_fast(s->board, pass))
		return NULL;
	return kept_hours_at(&s->kept, person, pass, hour);
}

static void
write_kept(struct stretch *s, const struct kept_hour *h)
{
	board_write_kept(s->board, h);
	for (uint32_t i = 0; i < h->n_devices; i++)
		note_device(s, h->devices[i].channel, h->devices[i].device, h->hour_ms);
}

/* One hour of the fast channels: fetched, laid out with its margins, scored. */
static int
run_hour(struct stretch *s, const struct line_io *io, const char *person, unsigned pass,
	int64_t hour)
{
	struct board *b = s->board;
	struct kept_hour *kept = place_of(s, person, pass, hour);
	if (kept && kept->whole) {
		write_kept(s, kept);
		return 0;
	}
	int64_t from = hour - board_fast_before_ms(b),
		to = hour + BOARD_HOUR_MS + board_fast_after_ms(b);
	for (unsigned i = 0; i < s->n_fast; i++)
		stream_reset(&s->fast[i], s->fast[i].channel, UTC(from), UTC(to));
	int r = io->samples(io->user, person, UTC(from), UTC(to), take_fast, s);
	if (r < 0)
		return r;
	for (unsigned i = 0; i < s->n_fast; i++) {
		stream_settle(&s->fast[i]);
		note_devices(s, i, hour, kept);
		lay_out(b, &s->fast[i], s->fast_channels[i], from, to);
	}
	board_run_fast(b, pass, hour, kept);
	if (kept)
		kept->whole = !kept->refused;
	for (unsigned i = 0; i < b->n_layouts; i++)
		for (unsigned k = 0; k < s->n_fast; k++)
			if (b->layouts[i].channel == s->fast_channels[k])
				b->layouts[i].grid.set = 0;
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

static int
score(struct stretch *s, const struct line_io *io, const char *person)
{
	struct board *b = s->board;
	int r = 0;
	s->has_samples = 0;
	for (uint32_t h = 0; h < s->n_hours; h++)
		s->has_samples |= s->hours[h];
	for (unsigned i = 0; i < s->n_streams; i++)
		lay_out_stream(s, i);
	struct stream *activity = &s->streams[s->activity];
	stream_close(activity);
	if (!s->has_samples)
		return 0;
	for (unsigned pass = 0; pass < b->n_passes; pass++) {
		for (uint32_t h = 0; h < s->n_hours && board_has_fast(b, pass); h++)
			if (s->hours[h] &&
				(r = run_hour(s, io, person, pass,
					 s->begin_hour_ms + h * BOARD_HOUR_MS)) < 0)
				return r;
		board_run(b, pass);
	}
	grow(s, activity->grid.n);
	rest_worn(&activity->grid, s->worn);
	return 0;
}

static void
begin(struct stretch *s, utc_ms from, utc_ms to)
{
	struct board *b = s->board;
	s->from = from, s->to = to;
	s->n_sessions = s->n_markers = s->n_spans = s->n_seen = 0;
	board_begin(b, from.ms, to.ms);
	for (unsigned i = 0; i < s->n_streams; i++)
		stream_reset(&s->streams[i], s->streams[i].channel, UTC(b->begin_ms),
			UTC(b->end_ms));
	s->n_hours = 0;
	if (s->n_fast == 0)
		return;
	s->begin_hour_ms = grid_floor(b->begin_ms, BOARD_HOUR_MS);
	s->n_hours = (uint32_t)((b->end_ms - s->begin_hour_ms + BOARD_HOUR_MS - 1) /
				BOARD_HOUR_MS);
	if (s->n_hours > s->cap_hours) {
		s->hours = xrealloc(s->hours, s->n_hours, 1);
		s->cap_hours = s->n_hours;
	}
	memset(s->hours, 0, s->n_hours);
}

void
stretch_keep(struct stretch *s, const char *person)
{
	kept_hours_begin(&s->kept, person);
}

void
stretch_forget(struct stretch *s)
{
	kept_hours_end(&s->kept);
}

int
stretch_load(struct stretch *s, const struct line_io *io, const char *person, utc_ms from,
	utc_ms to)
{
	begin(s, from, to);
	utc_ms a = UTC(s->board->begin_ms), e = UTC(s->board->end_ms);
	int r = io->samples(io->user, person, a, e, take_batch, s);
	if (r == 0)
		r = io->sessions(io->user, person, from, to, take_session, s);
	if (r == 0)
		r = io->markers(io->user, person, from, to, take_marker, s);
	return r < 0 ? r : score(s, io, person);
}
