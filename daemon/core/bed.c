/* SPDX-License-Identifier: MIT */
/* See bed.h. Local time only through the person's zone. */
#include "core/bed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/bed_records.h"

/* The index of the main sleep, or -1: the longest that is called main, else the longest of three
 * hours or more that nobody calls a nap. */
static int
choose_main(const struct bed_time *list, unsigned n)
{
	int best = -1;
	for (unsigned i = 0; i < n; i++) {
		if (list[i].kind == SLEEP_NAP ||
			(list[i].kind != SLEEP_MAIN &&
				bed_length_ms(&list[i]) < NIGHT_MAIN_MIN * MINUTE_MS))
			continue;
		if (best < 0 ||
			(list[i].kind == SLEEP_MAIN) > (list[best].kind == SLEEP_MAIN) ||
			((list[i].kind == SLEEP_MAIN) ==
					(list[best].kind == SLEEP_MAIN) &&
				bed_length_ms(&list[i]) > bed_length_ms(&list[best])))
			best = (int)i;
	}
	return best;
}

static int
ends_on(const struct night_input *in, utc_ms t)
{
	return zone_date(in->person->zone, t, NIGHT_DAY_START_MIN).n == in->date.n;
}

/* 1 if those in the list hold half of p or more: it is the same sleep. A nap that reaches a little
 * into the night does not make the night go away. */
static int
is_told(const struct bed_time *list, unsigned n, const struct bed_time *p)
{
	int64_t common = 0;
	for (unsigned i = 0; i < n; i++)
		common += bed_common_ms(&list[i], p);
	return 2 * common >= p->out_of_bed.ms - p->in_bed.ms;
}

/* A list being made. */
struct beds {
	struct bed_time *list;
	unsigned n;
	int open;
	struct bed_time pending; /* the longest of those that are still open */
};

static void
add(struct beds *b, const struct bed_time *p)
{
	if (b->n < NIGHTS_MAX)
		b->list[b->n++] = *p;
}

static void
wait_for(struct beds *b, const struct bed_time *p)
{
	b->open = 1;
	if (bed_length_ms(p) > bed_length_ms(&b->pending))
		b->pending = *p;
}

/* The longest pair that ends on the date; a pair that begins soon after another goes on with it. A
 * marker without its other half is none: nobody is taken to have been in bed for days. */
static int
from_markers(const struct night_input *in, struct beds *b)
{
	struct bed_time best = {0}, last = {0};
	const struct marker *bed = NULL;
	for (unsigned i = 0; i < in->n_markers; i++) {
		const struct marker *m = &in->markers[i];
		if (m->stage == STAGE_IN_BED) {
			/* pressed twice, the first counts; but an old one was never ended */
			if (!bed || m->at.ms - bed->at.ms > NIGHT_PRESSED_TWICE_MS)
				bed = m;
			continue;
		}
		if (!bed)
			continue;
		struct bed_time p = {.in_bed = bed->at,
			.out_of_bed = m->at,
			.kind = SLEEP_MAIN,
			.source = "markers",
			.live = 1};
		if (last.source && p.in_bed.ms - last.out_of_bed.ms < NIGHT_JOIN_MS)
			p.in_bed = last.in_bed;
		bed = NULL, last = p;
		if (bed_length_ms(&p) >= NIGHT_MAIN_MIN * MINUTE_MS &&
			bed_length_ms(&p) <= DAY_MS && ends_on(in, p.out_of_bed) &&
			bed_length_ms(&p) > bed_length_ms(&best))
			best = p;
	}
	if (!best.source)
		return 0;
	/* told at once it would be told again when the last movement of the night has come */
	if (in->activity && best.out_of_bed.ms > in->watermark.ms)
		wait_for(b, &best);
	else
		add(b, &best);
	return 1;
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

/* A short rest in the evening may be the sofa: the morning shows whether a night followed. */
static int
waits_for_the_morning(const struct night_input *in, const struct bed_time *p)
{
	return in->given_up.ms == INT64_MIN &&
	       bed_length_ms(p) < NIGHT_WHOLE_MIN * MINUTE_MS &&
	       p->out_of_bed.ms <= zone_instant(in->person->zone, in->date, 0).ms;
}

/* 1 if the rest may still go on, by what is known until now. */
static int
is_open(const struct night_input *in, const struct bed_time *p)
{
	if (in->watermark.ms == INT64_MAX)
		return 0;
	return waits_for_the_morning(in, p) ||
	       p->out_of_bed.ms + REST_CONFIRM_MS > in->watermark.ms ||
	       (in->activity && p->out_of_bed.ms > in->given_up.ms &&
		       runs_out(in, grid_index(&in->activity->grid, p->out_of_bed)));
}

/* Movement cannot tell sitting still from sleep: a rest shortly before the main one is the evening. */
static int
is_evening(const struct bed_time *p, const struct bed_time *main_sleep)
{
	int64_t awake = main_sleep->in_bed.ms - p->out_of_bed.ms;
	return awake >= 0 && awake < NIGHT_EVENING_MS;
}

/* Rests of one origin: the longest is the main sleep, every other that is as long as a night a nap. */
static int
add_rests(
	const struct night_input *in, struct bed_time *rests, unsigned n, struct beds *b)
{
	unsigned told = b->n, best = 0, kept = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!ends_on(in, rests[i].out_of_bed) ||
			is_told(b->list, told, &rests[i]))
			continue;
		if (is_open(in, &rests[i])) {
			wait_for(b, &rests[i]);
			continue;
		}
		rests[kept++] = rests[i];
		if (bed_length_ms(&rests[kept - 1]) > bed_length_ms(&rests[best]))
			best = kept - 1;
	}
	for (unsigned i = 0; i < kept; i++) {
		rests[i].kind = i == best ? SLEEP_MAIN : SLEEP_NAP;
		if (i == best ||
			(!rests[i].why_not && !is_evening(&rests[i], &rests[best])))
			add(b, &rests[i]);
	}
	return kept > 0;
}

static int
from_activity(const struct night_input *in, struct beds *b)
{
	struct rest_period rest[REST_PERIODS_MAX];
	struct bed_time rests[REST_PERIODS_MAX];
	if (!in->activity)
		return 0;
	const struct grid *g = &in->activity->grid;
	unsigned n = rest_find(
		g, in->worn, in->from, in->to, in->ref_from, in->ref_to, in->sums, rest);
	for (unsigned i = 0; i < n; i++)
		rests[i] = (struct bed_time){.in_bed = grid_time(g, rest[i].first),
			.out_of_bed = grid_time(g, rest[i].last),
			.source = in->activity->devices[0],
			.live = in->activity->live,
			.why_not = cut_short(in, &rest[i])};
	return add_rests(in, rests, n, b);
}

/* The run of rest at or after epoch *i, as [first, *i); minutes that nobody saw do not end it
 * unless they last as long as a waking that would. 0: there is none. */
static int
next_run(const struct rest_epochs *r, uint32_t *i, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t unseen = 0, most = (uint32_t)(NIGHT_JOIN_MS / r->interval_ms);
	while (*i < r->n && !(r->v[*i] > 0.5))
		(*i)++;
	if (*i == r->n)
		return 0;
	*ret_first = *i;
	for (*ret_end = *i; *i < r->n && unseen < most; (*i)++) {
		if (isnan(r->v[*i])) {
			unseen++;
			continue;
		}
		if (r->v[*i] < 0.5)
			break;
		*ret_end = *i + 1, unseen = 0;
	}
	return 1;
}

/* A scorer's rest periods. *ret_known = 1: it had a say, whether it found one or not. */
static int
from_rest(const struct night_input *in, struct beds *b, int *ret_known)
{
	const struct rest_epochs *r = &in->rest;
	struct bed_time rests[REST_PERIODS_MAX];
	uint32_t first, end, i = 0;
	unsigned n = 0;
	if (!r->v)
		return 0;
	for (uint32_t k = 0; k < r->n && !*ret_known; k++)
		*ret_known = !isnan(r->v[k]);
	while (n < REST_PERIODS_MAX && next_run(r, &i, &first, &end)) {
		struct bed_time p = {
			.in_bed = UTC(r->t0_ms + (int64_t)first * r->interval_ms),
			.out_of_bed = UTC(r->t0_ms + (int64_t)end * r->interval_ms),
			.source = in->activity ? in->activity->devices[0] : "rest",
			.live = in->activity ? in->activity->live : 1};
		if (bed_length_ms(&p) < NIGHT_MAIN_MIN * MINUTE_MS)
			continue;
		if (in->activity) {
			const struct grid *g = &in->activity->grid;
			p.why_not = cut_short(
				in, &(struct rest_period){grid_index(g, p.in_bed),
					    grid_index(g, p.out_of_bed)});
		}
		rests[n++] = p;
	}
	return add_rests(in, rests, n, b);
}

/* Records beside a main sleep from elsewhere: the same sleep once more, or naps. */
static void
add_records(struct beds *b, const struct bed_time *records, unsigned n)
{
	unsigned told = b->n;
	for (unsigned i = 0; i < n; i++) {
		struct bed_time p = records[i];
		p.kind = SLEEP_NAP;
		if (!is_told(b->list, told, &p) && !is_told(&b->pending, 1, &p))
			add(b, &p);
	}
}

static int
compare_periods(const void *a, const void *b)
{
	int64_t x = ((const struct bed_time *)a)->in_bed.ms,
		y = ((const struct bed_time *)b)->in_bed.ms;
	return (x > y) - (x < y);
}

/* Goes through the person's sources until one gives a main sleep. */
static void
ask_sources(const struct night_input *in, struct beds *b)
{
	enum night_source order[NIGHT_SOURCES];
	struct bed_time records[NIGHTS_MAX];
	unsigned n = person_nights(in->person, order), n_records = 0;
	int asked = 0, scorer_has_a_say = 0, found = 0;
	for (unsigned i = 0; i < n; i++)
		if (order[i] == NIGHT_SESSION)
			n_records = bed_records(in, records);
	for (unsigned i = 0; i < n && !found; i++)
		switch (order[i]) {
		case NIGHT_SESSION:
			asked = 1;
			for (unsigned k = 0; k < n_records; k++)
				add(b, &records[k]);
			found = choose_main(records, n_records) >= 0;
			break;
		case NIGHT_MARKERS:
			found = from_markers(in, b);
			break;
		case NIGHT_REST:
			found = from_rest(in, b, &scorer_has_a_say);
			break;
		case NIGHT_ACTIVITY:
			found = !scorer_has_a_say && from_activity(in, b);
			break;
		case NIGHT_SOURCES:
			break;
		}
	if (!asked)
		add_records(b, records, n_records);
}

unsigned
bed_times(const struct night_input *in, struct bed_time list[static NIGHTS_MAX],
	int *ret_main, int *ret_open)
{
	struct beds b = {.list = list};
	ask_sources(in, &b);
	qsort(list, b.n, sizeof list[0], compare_periods);
	*ret_main = choose_main(list, b.n);
	*ret_open = b.open;
	return b.n;
}
