/* SPDX-License-Identifier: MIT */
/* See board_run.h. Who runs after whom, and how far beyond what was asked for. Scorers are in
 * running order. */
#include "core/board_run.h"

int
board_runs(const struct board_scorer *s)
{
	return s->scorer->desc->window.kind == SCORER_SLIDING ||
	       s->scorer->desc->window.kind == SCORER_RECORDING;
}

static int
feeds(const struct board_scorer *from, const struct board_scorer *to)
{
	for (unsigned w = 0; w < from->scorer->n_writes; w++)
		for (unsigned r = 0; r < to->scorer->n_reads; r++)
			if (from->writes[w] == to->reads[r])
				return 1;
	return 0;
}

/* Of two that write one channel the later one wins, so it may not overtake. */
static int
shares(const struct board_scorer *a, const struct board_scorer *b)
{
	for (unsigned i = 0; i < a->scorer->n_writes; i++)
		for (unsigned k = 0; k < b->scorer->n_writes; k++)
			if (a->writes[i] == b->writes[k])
				return 1;
	return 0;
}

/* How far a scorer has to run beyond the job, for those after it to have whole windows: else
 * the values near an end depend on where the stretch was cut. Hops that do not fall on a job's
 * minutes begin one earlier. */
static void
plan_reach(struct board *b, unsigned i)
{
	struct board_scorer *s = &b->scorers[i];
	const struct scorer_span *w = &s->scorer->desc->window;
	for (unsigned k = i + 1; k < b->n_scorers; k++) {
		const struct board_scorer *q = &b->scorers[k];
		if (board_runs(q) && q->reach_ms > s->beyond_ms && feeds(s, q))
			s->beyond_ms = q->reach_ms;
	}
	s->reach_ms = s->beyond_ms;
	if (w->kind == SCORER_SLIDING)
		s->reach_ms += (w->length_s + (60 % w->hop_s ? w->hop_s : 0)) * SECOND_MS;
}

void
board_plan(struct board *b)
{
	for (unsigned i = b->n_scorers; i-- > 0;)
		if (board_runs(&b->scorers[i]))
			plan_reach(b, i);
	for (unsigned i = 0; i < b->n_scorers; i++) {
		struct board_scorer *s = &b->scorers[i];
		if (!board_runs(s))
			continue;
		for (unsigned k = 0; k < i; k++) {
			const struct board_scorer *q = &b->scorers[k];
			if (board_runs(q) && (feeds(q, s) || shares(q, s)) &&
				q->pass + (unsigned)s->fast > s->pass)
				s->pass = q->pass + (unsigned)s->fast;
		}
		b->n_passes = s->pass + 1 > b->n_passes ? s->pass + 1 : b->n_passes;
	}
}

uint32_t
board_margin_min(const struct board *b)
{
	int64_t most = 0;
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (b->scorers[i].reach_ms > most)
			most = b->scorers[i].reach_ms;
	return (uint32_t)((most + MINUTE_MS - 1) / MINUTE_MS) + 1;
}

/* How long before an hour's end its last call is, for certain: hops lie at multiples of theirs. */
static int64_t
last_call_s(const struct scorer_span *w)
{
	enum { HOUR_S = BOARD_HOUR_MS / SECOND_MS };
	return HOUR_S % w->hop_s == 0 ? w->hop_s : w->hop_s % HOUR_S == 0 ? HOUR_S : 0;
}

static int64_t
fast_most(const struct board *b, int after)
{
	int64_t most = 0;
	for (unsigned i = 0; i < b->n_scorers; i++) {
		const struct scorer_span *w = &b->scorers[i].scorer->desc->window;
		if (!b->scorers[i].fast || w->kind != SCORER_SLIDING)
			continue;
		int64_t s =
			after ? w->length_s - w->anchor_s - last_call_s(w) : w->anchor_s;
		most = s > most ? s : most;
	}
	return most * SECOND_MS;
}

int64_t
board_fast_before_ms(const struct board *b)
{
	return fast_most(b, 0);
}

int64_t
board_fast_after_ms(const struct board *b)
{
	return fast_most(b, 1);
}

int
board_has_fast(const struct board *b, unsigned pass)
{
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (b->scorers[i].fast && board_runs(&b->scorers[i]) &&
			b->scorers[i].pass == pass)
			return 1;
	return 0;
}

int
board_keeps_fast(const struct board *b, unsigned pass)
{
	for (unsigned i = 0; i < b->n_scorers; i++) {
		const struct board_scorer *s = &b->scorers[i];
		if (!s->fast || s->pass != pass)
			continue;
		if (s->writes_events || s->faults > 0) /* soon it may be benched */
			return 0;
		for (unsigned k = 0; k < s->scorer->n_reads; k++) {
			const struct channel *c =
				channel_by_name(b->channels[s->reads[k]].name);
			if (!c || !c->fast)
				return 0;
		}
	}
	return 1;
}

void
board_begin(struct board *b, int64_t from_ms, int64_t to_ms)
{
	int64_t margin = board_margin_min(b) * MINUTE_MS;
	b->from_ms = from_ms, b->to_ms = to_ms;
	b->begin_ms = grid_floor(from_ms - margin, MINUTE_MS);
	b->end_ms = grid_floor(to_ms + margin + MINUTE_MS - 1, MINUTE_MS);
	for (unsigned i = 0; i < b->n_channels; i++)
		b->channels[i].span.set = b->channels[i].events.set = 0;
	for (unsigned i = 0; i < b->n_layouts; i++)
		b->layouts[i].grid.set = 0;
}
