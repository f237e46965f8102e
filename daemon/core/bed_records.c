/* SPDX-License-Identifier: MIT */
/* See bed_records.h. */
#include "core/bed_records.h"

#include <stdlib.h>
#include <string.h>

int64_t
bed_length_ms(const struct bed_time *p)
{
	int64_t sum = 0;
	for (unsigned i = 0; i < p->n_parts; i++)
		sum += p->parts[i]->end.ms - p->parts[i]->start.ms;
	return p->n_parts ? sum : p->out_of_bed.ms - p->in_bed.ms;
}

/* 1 if b goes on where a ended. A maker who says that one is the night and the other is not
 * has decided already. */
static int
joins(const struct session *a, const struct session *b)
{
	int64_t gap = b->start.ms - a->end.ms;
	return gap >= 0 && gap < NIGHT_JOIN_MS && a->kind == b->kind &&
	       a->kind != SLEEP_NAP && a->status != RECORD_DELETED &&
	       b->status != RECORD_DELETED && strcmp(a->source, b->source) == 0;
}

/* When the sleep that s is a part of ended at last: this decides its date. */
static utc_ms
final_end(const struct night_input *in, const struct session *s)
{
	for (unsigned i = 0; i < in->n_sessions; i++)
		if (joins(s, &in->sessions[i]))
			s = &in->sessions[i];
	return s->end;
}

static int
overlap(const struct bed_time *a, const struct bed_time *b)
{
	return a->in_bed.ms < b->out_of_bed.ms && b->in_bed.ms < a->out_of_bed.ms;
}

/* > 0 if a is the better record of the same sleep. */
static int
better(const struct session *a, const struct session *b)
{
	if ((a->status == RECORD_TENTATIVE) != (b->status == RECORD_TENTATIVE))
		return a->status == RECORD_TENTATIVE ? -1 : 1;
	if ((a->n_stages > 1) != (b->n_stages > 1))
		return a->n_stages > 1 ? 1 : -1;
	int64_t la = a->end.ms - a->start.ms, lb = b->end.ms - b->start.ms;
	if (la != lb)
		return la > lb ? 1 : -1;
	int by_source = strcmp(b->source, a->source);
	return by_source ? by_source : strcmp(b->record_id, a->record_id);
}

/* Adds p, or drops whichever of two that overlap is the worse; of too many the shortest goes. */
static void
add(struct bed_time *list, unsigned *n, const struct bed_time *p)
{
	for (unsigned i = 0; i < *n; i++) {
		if (!overlap(&list[i], p))
			continue;
		if (better(list[i].parts[0], p->parts[0]) > 0)
			return;
		list[i] = list[--*n];
		i--;
	}
	if (*n < NIGHTS_MAX) {
		list[(*n)++] = *p;
		return;
	}
	unsigned shortest = 0;
	for (unsigned i = 1; i < *n; i++)
		if (bed_length_ms(&list[i]) < bed_length_ms(&list[shortest]))
			shortest = i;
	if (bed_length_ms(&list[shortest]) < bed_length_ms(p))
		list[shortest] = *p;
}

static int
by_start(const void *a, const void *b)
{
	int64_t x = ((const struct bed_time *)a)->in_bed.ms,
		y = ((const struct bed_time *)b)->in_bed.ms;
	return (x > y) - (x < y);
}

static void
append(struct bed_time *p, const struct bed_time *q)
{
	p->parts[p->n_parts++] = q->parts[0];
	p->out_of_bed = q->out_of_bed;
	p->live |= q->live;
	if (q->settled.ms > p->settled.ms)
		p->settled = q->settled;
	if (p->settled.ms <= p->out_of_bed.ms)
		p->settled = UTC(0);
}

unsigned
bed_records(const struct night_input *in, struct bed_time list[static NIGHTS_MAX])
{
	unsigned n = 0, kept = 0;
	for (unsigned i = 0; i < in->n_sessions; i++) {
		const struct session *s = &in->sessions[i];
		if (s->status == RECORD_DELETED || s->end.ms <= s->start.ms ||
			zone_date(in->person->zone, final_end(in, s), NIGHT_DAY_START_MIN)
					.n != in->date.n)
			continue;
		struct bed_time p = {.in_bed = s->start,
			.out_of_bed = s->end,
			.kind = s->kind,
			.n_parts = 1,
			.parts = {s},
			.live = in->session_live[i]};
		if (p.live && s->status != RECORD_FINAL &&
			in->session_received[i].ms > s->end.ms)
			p.settled = in->session_received[i];
		add(list, &n, &p);
	}
	qsort(list, n, sizeof list[0], by_start);
	for (unsigned i = 0; i < n; i++) {
		struct bed_time *last = kept ? &list[kept - 1] : NULL;
		if (last && last->n_parts < NIGHT_PARTS_MAX &&
			joins(last->parts[last->n_parts - 1], list[i].parts[0]))
			append(last, &list[i]);
		else
			list[kept++] = list[i];
	}
	return kept;
}
