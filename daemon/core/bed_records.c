/* SPDX-License-Identifier: MIT */
/* See bed_records.h. First the versions of one maker, then one maker against the other, then which
 * records are parts of one sleep, and only at the end which date it is of: a sleep that two
 * makers end on either side of 18:00 is of one date. */
#include "core/bed_records.h"

#include <stdlib.h>
#include <string.h>

int64_t
bed_length_ms(const struct bed_time *p)
{
	if (!p->n_parts)
		return p->out_of_bed.ms - p->in_bed.ms;
	int64_t sum = 0, covered = INT64_MIN;
	for (unsigned i = 0; i < p->n_parts; i++) {
		int64_t from = p->parts[i]->start.ms, to = p->parts[i]->end.ms;
		sum += to - (from > covered ? from : covered);
		covered = to;
	}
	return sum;
}

int64_t
bed_common_ms(const struct bed_time *a, const struct bed_time *b)
{
	int64_t from = a->in_bed.ms > b->in_bed.ms ? a->in_bed.ms : b->in_bed.ms;
	int64_t to =
		a->out_of_bed.ms < b->out_of_bed.ms ? a->out_of_bed.ms : b->out_of_bed.ms;
	return to > from ? to - from : 0;
}

static int
is_same_sleep(const struct bed_time *a, const struct bed_time *b)
{
	int64_t la = a->out_of_bed.ms - a->in_bed.ms,
		lb = b->out_of_bed.ms - b->in_bed.ms, common = bed_common_ms(a, b);
	return common > NIGHT_EDGE_MS ||
	       (common > 0 && 2 * common >= (la < lb ? la : lb));
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_maker(const struct session *a, const struct session *b)
{
	int c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->device, b->device);
}

/* The better first: final, with stages. */
static int
by_worth(const struct session *a, const struct session *b)
{
	int c = (a->status == RECORD_TENTATIVE) - (b->status == RECORD_TENTATIVE);
	return c ? c : (b->n_stages > 1) - (a->n_stages > 1);
}

static int
by_length(const struct session *a, const struct session *b)
{
	int c = compare(b->end.ms - b->start.ms, a->end.ms - a->start.ms);
	if (c == 0)
		c = by_maker(a, b);
	return c ? c : strcmp(a->record_id, b->record_id);
}

/* Makers without ids of their own give a night that moved another one: of two records of one
 * device, the newer version first. */
static int
by_version(const void *pa, const void *pb)
{
	const struct session *a = ((const struct bed_time *)pa)->parts[0],
			     *b = ((const struct bed_time *)pb)->parts[0];
	int c = by_maker(a, b);
	if (c == 0)
		c = by_worth(a, b);
	if (c == 0)
		c = compare(b->revision, a->revision);
	return c ? c : by_length(a, b);
}

static int
by_road(const void *pa, const void *pb)
{
	const struct session *a = ((const struct bed_time *)pa)->parts[0],
			     *b = ((const struct bed_time *)pb)->parts[0];
	int c = by_worth(a, b);
	return c ? c : by_length(a, b);
}

static int
by_start(const void *pa, const void *pb)
{
	const struct bed_time *a = pa, *b = pb;
	int c = compare(a->in_bed.ms, b->in_bed.ms);
	return c ? c : by_length(a->parts[0], b->parts[0]);
}

/* Of a list with the best first those that are of no sleep that is in it already. */
static unsigned
drop_told(struct bed_time *list, unsigned n, int of_one_maker)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < n; i++) {
		int told = 0;
		for (unsigned k = 0; k < kept && !told; k++)
			told = is_same_sleep(&list[k], &list[i]) &&
			       (!of_one_maker ||
				       by_maker(list[k].parts[0], list[i].parts[0]) == 0);
		if (!told)
			list[kept++] = list[i];
	}
	return kept;
}

/* 1 if b goes on where a ended. A maker who says that one is the night and the other is not
 * has decided already. */
static int
joins(const struct session *a, const struct session *b)
{
	return b->start.ms - a->end.ms < NIGHT_JOIN_MS && b->end.ms > a->end.ms &&
	       a->kind == b->kind && a->kind != SLEEP_NAP &&
	       strcmp(a->source, b->source) == 0;
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

static unsigned
join_parts(struct bed_time *list, unsigned n)
{
	unsigned kept = 0;
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

static unsigned
that_count(const struct night_input *in, struct bed_time *list)
{
	unsigned n = 0;
	for (unsigned i = 0; i < in->n_sessions && n < NIGHT_SESSIONS_MAX; i++) {
		const struct session *s = &in->sessions[i];
		if (s->status == RECORD_DELETED || s->end.ms <= s->start.ms)
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
		list[n++] = p;
	}
	return n;
}

/* Of too many the shortest goes. */
static void
add(struct bed_time *list, unsigned *n, const struct bed_time *p)
{
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

unsigned
bed_records(const struct night_input *in, struct bed_time ret[static NIGHTS_MAX])
{
	struct bed_time list[NIGHT_SESSIONS_MAX];
	unsigned n = that_count(in, list), kept = 0;
	qsort(list, n, sizeof list[0], by_version);
	n = drop_told(list, n, 1);
	qsort(list, n, sizeof list[0], by_road);
	n = drop_told(list, n, 0);
	qsort(list, n, sizeof list[0], by_start);
	n = join_parts(list, n);
	for (unsigned i = 0; i < n; i++)
		if (zone_date(in->person->zone, list[i].out_of_bed, NIGHT_DAY_START_MIN)
				.n == in->date.n)
			add(ret, &kept, &list[i]);
	qsort(ret, kept, sizeof ret[0], by_start);
	return kept;
}
