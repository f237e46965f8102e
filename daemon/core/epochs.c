/* SPDX-License-Identifier: MIT */
/* See epochs.h. Of the wire's channels the minutes are shown; their single values are samples. */
#include "core/epochs.h"

#include <math.h>

#include "core/channel.h"

static void
give(struct epochs *e, const struct board_channel *c, int64_t t, double v)
{
	if (e->r == 0 && !isnan(v))
		e->r = e->each(e->ctx, c->name, UTC(t), v);
}

static int
is_written(const struct board *b, unsigned channel)
{
	for (unsigned i = 0; i < b->n_scorers; i++)
		for (unsigned k = 0; k < b->scorers[i].scorer->n_writes; k++)
			if (b->scorers[i].writes[k] == channel)
				return 1;
	return 0;
}

void
epochs_of_night(void *ctx, const struct night *n)
{
	struct epochs *e = ctx;
	int64_t from = n->in_bed.ms, to = n->out_of_bed.ms;
	if (e->n_nights == NIGHTS_MAX)
		return;
	e->nights[e->n_nights].from = from, e->nights[e->n_nights].to = to;
	from = from > e->from.ms ? from : e->from.ms;
	to = to < e->to.ms ? to : e->to.ms;
	for (unsigned i = 0; i < e->board->n_channels; i++) {
		const struct board_channel *c = &e->board->channels[i];
		if (!(c->night.set || c->night_events.set) || !is_written(e->board, i))
			continue; /* a vendor's stages are only laid out */
		e->by_night[i] |= UINT32_C(1) << e->n_nights;
		for (uint32_t k = 0; c->night.set && k < c->night.n; k++) {
			int64_t t = c->night.t0_ms + (int64_t)k * c->night.interval_ms;
			if (t >= from && t < to)
				give(e, c, t, c->night.v[k]);
		}
		for (uint32_t k = 0; c->night_events.set && k < c->night_events.n; k++)
			if (c->night_events.t_ms[k] >= from &&
				c->night_events.t_ms[k] < to)
				give(e, c, c->night_events.t_ms[k], c->night_events.v[k]);
	}
	e->n_nights++;
}

/* In the hours, and no night has its own. */
static int
is_shown(const struct epochs *e, unsigned channel, int64_t t)
{
	for (unsigned i = 0; i < e->n_nights; i++)
		if ((e->by_night[channel] >> i & 1) && t >= e->nights[i].from &&
			t < e->nights[i].to)
			return 0;
	return t >= e->from.ms && t < e->to.ms;
}

int
epochs_of_stretch(struct epochs *e)
{
	for (unsigned i = 0; i < e->board->n_channels; i++) {
		const struct board_channel *c = &e->board->channels[i];
		for (uint32_t k = 0; c->span.set && k < c->span.n; k++) {
			int64_t t = c->span.t0_ms + (int64_t)k * c->span.interval_ms;
			if (is_shown(e, i, t))
				give(e, c, t, c->span.v[k]);
		}
		if (!c->events.set || channel_by_name(c->name))
			continue;
		for (uint32_t k = 0; k < c->events.n; k++)
			if (is_shown(e, i, c->events.t_ms[k]))
				give(e, c, c->events.t_ms[k], c->events.v[k]);
	}
	return e->r;
}
