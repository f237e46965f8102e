/* SPDX-License-Identifier: MIT */
/* One call of a scorer: what is lent to it, and what is made of a result that is not in order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/board.h"

void
board_room(struct board *b, uint32_t values)
{
	if (values <= b->cap_values)
		return;
	b->values = xrealloc(b->values, values, sizeof *b->values);
	b->cap_values = values;
}

void
board_rest(struct board *b)
{
	free(b->values);
	b->values = NULL;
	b->cap_values = 0;
	board_room(b, BOARD_ROOM_MIN);
}

static int
fault(struct board_scorer *s, struct scorer_result *ret, const char *what)
{
	s->faults++;
	snprintf(s->last_fault, sizeof s->last_fault, "%s", what);
	ret->n_values = ret->n_reasons = 0;
	return scorer_skip(ret, "the scorer's result was refused");
}

static int
events_ascend(const struct board_scorer *s, const struct scorer_result *ret)
{
	int64_t before[SCORER_PORTS_MAX];
	for (unsigned i = 0; i < SCORER_PORTS_MAX; i++)
		before[i] = INT64_MIN;
	for (uint32_t i = 0; i < ret->n_values; i++) {
		const struct scorer_value *v = &ret->values[i];
		if (s->scorer->desc->writes[v->port].step_ms == SCORER_EVENTS &&
			v->t_ms <= before[v->port])
			return 0;
		before[v->port] = v->t_ms;
	}
	return 1;
}

static const char *
fault_of(const struct board_scorer *s, const struct scorer_result *ret)
{
	if (ret->n_values > ret->cap_values)
		return "more values than there is room for";
	for (uint32_t i = 0; i < ret->n_values; i++) {
		const struct scorer_value *v = &ret->values[i];
		if (v->port >= s->scorer->n_writes)
			return "a value for a port that is not declared";
		const struct scorer_port *p = &s->scorer->desc->writes[v->port];
		if (!isfinite(v->value) || v->value < p->min || v->value > p->max)
			return "a value outside its declared range";
		if (!(v->confidence >= 0 && v->confidence <= 1))
			return "a confidence outside 0-1";
	}
	if (s->writes_events && !events_ascend(s, ret))
		return "events whose times do not ascend";
	return NULL;
}

/* Zeroed; grown once, and kept. */
static void *
scratch_for(struct board_scorer *s, const struct scorer_window *w, size_t *ret_size)
{
	const struct scorer *d = s->scorer->desc;
	*ret_size = d->scratch_size + d->scratch_each * (w->n_views ? w->views[0].n : 0);
	if (*ret_size > s->cap_scratch) {
		free(s->scratch);
		s->scratch = xcalloc(1, *ret_size);
		s->cap_scratch = *ret_size;
	} else if (*ret_size)
		memset(s->scratch, 0, *ret_size);
	return *ret_size ? s->scratch : NULL;
}

int
board_call(struct board *b, struct board_scorer *s, const struct scorer_window *w,
	struct scorer_result *ret)
{
	*ret = (struct scorer_result){.values = b->values,
		.cap_values = b->cap_values,
		.reasons = b->reasons,
		.cap_reasons = REASONS_MAX};
	if (s->faults >= BOARD_FAULTS_MAX)
		return scorer_skip(ret, "the scorer is benched after three faults");
	struct scorer_window in = *w;
	in.scratch = scratch_for(s, w, &in.scratch_size);
	s->calls++;
	int r = s->scorer->desc->score(&in, s->scorer->options, ret);
	if (r == SCORER_SKIP) {
		s->skips++;
		ret->n_values = 0;
		return SCORER_SKIP;
	}
	if (r != SCORER_OK)
		return fault(s, ret, "score() failed");
	const char *what = fault_of(s, ret);
	return what ? fault(s, ret, what) : SCORER_OK;
}
