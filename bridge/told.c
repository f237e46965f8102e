/* SPDX-License-Identifier: MIT */
/* See told.h. */
#include "told.h"

#include "told_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct telling {
	struct collect *c;
	struct wearer *w;
	struct told_memory m;
	unsigned char *dropped; /* of the wearer's sessions */
	int ignored;            /* --all: nothing is set aside for what was told before */
};

int
told_family(const struct reading *g, const char *kind)
{
	char name[COLLECT_FAMILY_LEN];

	snprintf(name, sizeof name, "%s|%s", g->whose ? g->whose : "", kind);
	return collect_family(g->to, name);
}

/* How long the two lie over each other, if that is at least half of the shorter (or of the
 * longer, see COLLECT_ALIKE); else 0. */
static int64_t
shared(const struct told *k, const struct found_session *s)
{
	int64_t from = k->start > s->start ? k->start : s->start,
		to = k->end < s->end ? k->end : s->end;
	int64_t a = k->end - k->start, b = s->end - s->start;
	int64_t shorter = a < b ? a : b, longer = a < b ? b : a;
	int64_t whole = s->cut & COLLECT_ALIKE ? longer : shorter;

	return 2 * (to - from) >= whole && to > from ? to - from : 0;
}

/* The told night that s is; NULL: a new one. */
static struct told *
find(struct telling *t, const struct found_session *s)
{
	struct told *best = NULL, *k[TOLD_NEAR_MAX];
	int64_t most = 0;

	best = told_by_id(&t->m, s->family, s->record_id);
	if (best)
		return best;
	for (size_t i = 0, n = told_near(&t->m, s, k); i < n; i++) {
		if (shared(k[i], s) > most) {
			most = shared(k[i], s);
			best = k[i];
		}
	}
	return best;
}

static void
drop(struct telling *t, size_t at)
{
	t->dropped[at] = 1;
	t->c->replaced_sessions++;
}

static int
withdraw(struct telling *t, struct told *k, int64_t revision)
{
	struct found_session s = {.status = RECORD_DELETED,
		.revision = revision,
		.start = k->start,
		.end = k->end};

	told_gone(&t->m, k);
	if (k->at != TOLD_IN_NO_RUN)
		drop(t, k->at);
	if (!k->known)
		return 0;
	memcpy(s.record_id, k->id, sizeof s.record_id);
	/* after all others: the places in `dropped` stay what they are */
	return collect_session(t->c, t->w->id, &s);
}

/* What the record without stages says more. */
static void
add_totals(struct found_session *to, const struct found_session *from)
{
	if (!to->offset_start_min && !to->offset_end_min) { /* nobody said where */
		to->offset_start_min = from->offset_start_min;
		to->offset_end_min = from->offset_end_min;
	}
	for (uint32_t i = 0; i < from->n_metrics; i++) {
		uint32_t k = 0;
		while (k < to->n_metrics &&
			to->metrics[k].metric != from->metrics[i].metric)
			k++;
		if (k == to->n_metrics && k < COLLECT_METRICS_MAX)
			to->metrics[to->n_metrics++] = from->metrics[i];
	}
}

/* Leaves what lies in [from, to); what is stated of the whole is no more true. */
static void
clip(struct found_session *s, int64_t from, int64_t to)
{
	uint32_t n = 0;
	int64_t shift =
		from > s->start ? (from - s->start + SECOND_MS - 1) / SECOND_MS : 0;

	s->start += shift * SECOND_MS;
	s->end = to < s->end ? to : s->end;
	int64_t length = (s->end - s->start) / SECOND_MS;
	for (uint32_t i = 0; i < s->n_stages; i++) {
		int64_t a = (int64_t)s->stages[i].offset_s - shift;
		int64_t b = a + s->stages[i].duration_s;
		a = a < 0 ? 0 : a;
		b = b > length ? length : b;
		if (b > a)
			s->stages[n++] = (struct stage_span){
				(uint32_t)a, (uint32_t)(b - a), s->stages[i].stage};
	}
	s->n_stages = n;
	s->n_metrics = 0;
}

static void
touch(struct told *k, const struct found_session *s)
{
	k->touched = 1;
	k->revision = s->revision > k->revision ? s->revision : k->revision;
}

/* 1: a told night has all of it. Cuts off what one has, where it goes on beyond it. */
static int
is_only_a_part(struct telling *t, struct found_session *s)
{
	struct told *v[TOLD_NEAR_MAX];
	size_t n = s->cut & (COLLECT_CUT_START | COLLECT_CUT_END) ? told_near(&t->m, s, v)
								  : 0;
	int is_clipped = 0;

	for (size_t i = 0; i < n; i++) {
		struct told *k = v[i];
		if (t->ignored && k->at == TOLD_IN_NO_RUN)
			continue;
		int begins = (s->cut & COLLECT_CUT_START) && s->start < k->end &&
			     s->start - k->start >= SECOND_MS;
		int ends = (s->cut & COLLECT_CUT_END) && s->end > k->start &&
			   k->end - s->end > TOLD_CUT_MS;
		if ((begins && s->end - k->end < SECOND_MS) ||
			(ends && s->start >= k->start)) {
			touch(k, s);
			return 1;
		}
		if ((begins || ends) && s->n_stages) {
			clip(s, begins ? k->end : s->start, ends ? k->start : s->end);
			is_clipped = 1;
		}
		if (is_clipped && (s->n_stages == 0 || s->end <= s->start))
			return 1;
	}
	return 0;
}

/* How much of s has stages in what was told, in one piece or several; touches them. */
static int64_t
staged_of(struct telling *t, const struct found_session *s)
{
	struct told *v[TOLD_NEAR_MAX];
	int64_t sum = 0;

	for (size_t i = 0, n = told_near(&t->m, s, v); i < n; i++) {
		struct told *k = v[i];
		if (!k->staged || !shared(k, s) ||
			(t->ignored && k->at == TOLD_IN_NO_RUN))
			continue;
		sum += shared(k, s);
		touch(k, s);
	}
	return sum;
}

/* 1: s says less than what was told of the night k: it has no stages, where half of it or more
 * was told with them, or it has them for less than half of what k has totals of. */
static int
is_less(struct telling *t, struct told *k, const struct found_session *s)
{
	int64_t told = k->end - k->start, new = s->end - s->start;

	if (s->n_stages) {
		if (k->staged || 2 * new >= told ||
			(t->ignored && k->at == TOLD_IN_NO_RUN))
			return 0;
		touch(k, s);
		return 1;
	}
	if (2 * staged_of(t, s) < new)
		return 0;
	/* the totals of the whole are none of a piece */
	if (k->at != TOLD_IN_NO_RUN && k->staged && 2 * told >= new) {
		struct found_session *with = &t->w->sessions[k->at];
		add_totals(with, s);
		if (s->revision > with->revision)
			with->revision = s->revision;
	}
	return 1;
}

static int
place(struct telling *t, size_t at)
{
	struct found_session *s = &t->w->sessions[at];
	int r = 0;

	if (is_only_a_part(t, s)) {
		drop(t, at);
		return 0;
	}
	struct told *k = find(t, s);
	if (k && is_less(t, k, s)) {
		drop(t, at);
		return 0;
	}
	if (k && k->at != TOLD_IN_NO_RUN) {
		if (s->n_stages && !t->w->sessions[k->at].n_stages)
			add_totals(s, &t->w->sessions[k->at]);
		drop(t, k->at);
	}
	if (!k)
		k = told_add(&t->m, s->family, s->record_id, s->start, s->end);
	if (!k)
		return 0;
	memcpy(s->record_id, k->id, sizeof s->record_id);
	told_move(&t->m, k, s->start, s->end);
	k->staged = s->n_stages > 0;
	touch(k, s);
	k->at = at;
	struct told *other[TOLD_NEAR_MAX];
	struct found_session now = *s; /* withdraw() may move the sessions */
	for (size_t i = 0, n = told_near(&t->m, &now, other); i < n && r == 0; i++)
		if (other[i] != k && shared(other[i], &now))
			r = withdraw(t, other[i], now.revision);
	return r;
}

static int
withdraw_missing(struct telling *t, const struct found_cover *v)
{
	int r = 0;

	for (size_t i = 0; i < t->m.n && r == 0; i++) {
		struct told *k = &t->m.v[i];
		int is_there = k->touched &&
			       !(v->is_of_one_version && k->revision < v->revision);
		if (k->family == v->family && !k->gone && !is_there &&
			k->end >= v->from && k->end <= v->to)
			r = withdraw(t, k, v->revision);
	}
	return r;
}

struct turn {
	int64_t revision;
	int status;
	uint32_t order;
	size_t at;
};

static int
turn_compare(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	if (x->revision != y->revision)
		return x->revision < y->revision ? -1 : 1;
	if (x->status != y->status)
		return x->status - y->status;
	return (x->order > y->order) - (x->order < y->order);
}

static int
tell(struct telling *t)
{
	struct wearer *w = t->w;
	size_t n = w->n_sessions, turns = 0;
	struct turn *turn = xcalloc(n + 1, sizeof *turn);
	int r = 0;

	t->dropped = xcalloc(n + 1, 1);
	for (size_t i = 0; i < n; i++)
		if (w->sessions[i].family && w->sessions[i].status != RECORD_DELETED)
			turn[turns++] = (struct turn){w->sessions[i].revision,
				(int)w->sessions[i].status, w->sessions[i].order, i};
	if (turns)
		qsort(turn, turns, sizeof *turn, turn_compare);
	for (size_t i = 0; i < turns && r == 0; i++)
		r = place(t, turn[i].at);
	for (size_t i = 0; i < w->n_covers && r == 0; i++)
		r = withdraw_missing(t, &w->covers[i]);
	size_t kept = 0;
	for (size_t i = 0; i < w->n_sessions; i++) {
		if (i < n && t->dropped[i])
			free(w->sessions[i].stages);
		else
			w->sessions[kept++] = w->sessions[i];
	}
	w->n_sessions = kept;
	w->n_covers = 0;
	free(t->dropped);
	free(turn);
	return r;
}

int
told_apply(struct collect *c, struct marks *m)
{
	int r = 0;

	for (size_t i = 0; i < c->n_people && r == 0 && c->n_families; i++) {
		struct telling t = {
			.c = c, .w = c->people[i], .ignored = m && m->ignored};
		told_recall(&t.m, c, m);
		r = tell(&t);
		if (r == 0)
			told_keep(&t.m, c, m);
		told_forget(&t.m);
	}
	return r;
}
