/* SPDX-License-Identifier: MIT */
/* See bed.h. Local time only through the person's zone. */
#include "core/bed.h"

#include <stdlib.h>
#include <string.h>

static int64_t
length_ms(const struct bed_time *p)
{
	return p->out_of_bed.ms - p->in_bed.ms;
}

static int
overlap(const struct bed_time *a, const struct bed_time *b)
{
	return a->in_bed.ms < b->out_of_bed.ms && b->in_bed.ms < a->out_of_bed.ms;
}

/* > 0 if a is the better record of the same sleep. */
static int
better_session(const struct session *a, const struct session *b)
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

/* Adds p, or drops whichever of two overlapping sessions is the worse; of too many the
 * shortest goes. */
static void
add_session(struct bed_time *list, unsigned *n, struct bed_time p)
{
	for (unsigned i = 0; i < *n; i++) {
		if (!overlap(&list[i], &p))
			continue;
		if (better_session(list[i].session, p.session) > 0)
			return;
		list[i] = list[--*n];
		i--;
	}
	if (*n < NIGHTS_MAX) {
		list[(*n)++] = p;
		return;
	}
	unsigned shortest = 0;
	for (unsigned i = 1; i < *n; i++)
		if (length_ms(&list[i]) < length_ms(&list[shortest]))
			shortest = i;
	if (length_ms(&list[shortest]) < length_ms(&p))
		list[shortest] = p;
}

/* The index of the main sleep, or -1: the rule at the top of night.h. */
static int
choose_main(const struct bed_time *list, unsigned n)
{
	int best = -1;
	for (unsigned i = 0; i < n; i++) {
		if (list[i].kind == SLEEP_NAP ||
			(list[i].kind != SLEEP_MAIN &&
				length_ms(&list[i]) < NIGHT_MAIN_MIN * MINUTE_MS))
			continue;
		if (best < 0 ||
			(list[i].kind == SLEEP_MAIN) > (list[best].kind == SLEEP_MAIN) ||
			((list[i].kind == SLEEP_MAIN) ==
					(list[best].kind == SLEEP_MAIN) &&
				length_ms(&list[i]) > length_ms(&list[best])))
			best = (int)i;
	}
	return best;
}

static int
ends_on(const struct night_input *in, utc_ms t)
{
	return zone_date(in->person->zone, t, NIGHT_DAY_START_MIN).n == in->date.n;
}

/* 1 if the records hold half of p or more: it is the same sleep. A nap that reaches a little into the
 * night does not make the night go away. */
static int
is_told(const struct bed_time *list, unsigned n, const struct bed_time *p)
{
	int64_t common = 0;
	for (unsigned i = 0; i < n; i++) {
		int64_t from = list[i].in_bed.ms > p->in_bed.ms ? list[i].in_bed.ms
								: p->in_bed.ms;
		int64_t to = list[i].out_of_bed.ms < p->out_of_bed.ms
				     ? list[i].out_of_bed.ms
				     : p->out_of_bed.ms;
		common += to > from ? to - from : 0;
	}
	return 2 * common >= length_ms(p);
}

/* A main sleep from in-bed and out-of-bed markers: the longest pair that ends on the date. */
static int
from_markers(const struct night_input *in, struct bed_time *ret)
{
	int found = 0;
	const struct marker *bed = NULL;
	for (unsigned i = 0; i < in->n_markers; i++) {
		const struct marker *m = &in->markers[i];
		if (m->stage == STAGE_IN_BED) {
			bed = bed ? bed : m;
			continue;
		}
		struct bed_time p = {bed ? bed->at : m->at, m->at, SLEEP_MAIN, NULL,
			"markers", 1, {0}, NULL};
		bed = NULL;
		if (length_ms(&p) >= NIGHT_MAIN_MIN * MINUTE_MS &&
			length_ms(&p) <= DAY_MS && ends_on(in, p.out_of_bed) &&
			(!found || length_ms(&p) > length_ms(ret)))
			*ret = p, found = 1;
	}
	return found;
}

/* 1 if the wearer was not seen awake after minute `last`: the recording stops, or the device was
 * taken off. */
static int
runs_out(const struct night_input *in, uint32_t last)
{
	unsigned seen = 0;
	for (uint32_t i = last; i < in->activity->grid.n && seen < NIGHT_SEEN_MIN; i++)
		seen += in->worn[i];
	return seen < NIGHT_SEEN_MIN;
}

/* NULL, or why nobody knows how long the night was: it is short, and the device was not worn before
 * or after it. A watch put down at 3 am makes no three-hour night. */
static const char *
cut_short(const struct night_input *in, const struct rest_period *rest)
{
	uint32_t n = in->activity->grid.n, before = 0, after = 0;
	for (uint32_t k = 0; k < NIGHT_AROUND_MIN; k++) {
		before += k < rest->first && in->worn[rest->first - 1 - k];
		after += rest->last + k < n && in->worn[rest->last + k];
	}
	if (rest->last - rest->first >= NIGHT_WHOLE_MIN ||
		(before >= NIGHT_SEEN_MIN && after >= NIGHT_SEEN_MIN))
		return NULL;
	return "the tracker was not worn all night";
}

/* A main sleep from the activity; *ret_open = 1 while it may still go on. */
static int
from_activity(const struct night_input *in, const struct bed_time *list, unsigned n,
	struct bed_time *ret, int *ret_open)
{
	struct rest_period rest[REST_PERIODS_MAX];
	const struct grid *g = &in->activity->grid;
	unsigned n_rest = rest_find(
		g, in->worn, in->from, in->to, in->ref_from, in->ref_to, in->sums, rest);
	int found = 0;
	for (unsigned i = 0; i < n_rest; i++) {
		struct bed_time p = {grid_time(g, rest[i].first),
			grid_time(g, rest[i].last), SLEEP_MAIN, NULL,
			in->activity->devices[0], in->activity->live, {0},
			cut_short(in, &rest[i])};
		if (!ends_on(in, p.out_of_bed) || is_told(list, n, &p))
			continue;
		if (in->watermark.ms < INT64_MAX &&
			(p.out_of_bed.ms + REST_CONFIRM_MS > in->watermark.ms ||
				(p.out_of_bed.ms > in->given_up.ms &&
					runs_out(in, rest[i].last)))) {
			*ret_open = 1;
			continue;
		}
		if (!found || length_ms(&p) > length_ms(ret))
			*ret = p, found = 1;
	}
	return found;
}

static int
compare_periods(const void *a, const void *b)
{
	int64_t x = ((const struct bed_time *)a)->in_bed.ms,
		y = ((const struct bed_time *)b)->in_bed.ms;
	return (x > y) - (x < y);
}

unsigned
bed_times(const struct night_input *in, struct bed_time list[static NIGHTS_MAX],
	int *ret_main, int *ret_open)
{
	struct bed_time p;
	unsigned n = 0;
	*ret_open = 0;
	for (unsigned i = 0; i < in->n_sessions; i++) {
		const struct session *s = &in->sessions[i];
		if (s->status == RECORD_DELETED || !ends_on(in, s->end))
			continue;
		struct bed_time q = {s->start, s->end, s->kind, s, NULL,
			in->session_live[i], {0}, NULL};
		if (q.live && s->status != RECORD_FINAL &&
			in->session_received[i].ms > s->end.ms)
			q.settled = in->session_received[i];
		add_session(list, &n, q);
	}
	if (choose_main(list, n) < 0 && n < NIGHTS_MAX &&
		(from_markers(in, &p) ||
			(in->activity && from_activity(in, list, n, &p, ret_open))))
		list[n++] = p;
	qsort(list, n, sizeof list[0], compare_periods);
	*ret_main = choose_main(list, n);
	return n;
}
