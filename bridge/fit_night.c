/* SPDX-License-Identifier: MIT */
/* Sleep levels as nights. A level lasts until the next one; the last lasts until the watch's event
 * of waking. Without that event it ends the night, where levels stand at changes, or lasts as long
 * as the others, where there is one for every minute. Watches that leave the stages to Garmin's
 * servers mark only what is awake or unmeasurable: no night comes of that. */
#include "fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define APART_MS       (3 * HOUR_MS) /* no level is as long: another sleep */
#define STREAM_STEP_MS (2 * MINUTE_MS)
#define NIGHTS_MAX     64

static const enum stage stage_of[] = {
	STAGE_UNMEASURABLE, STAGE_AWAKE, STAGE_LIGHT, STAGE_DEEP, STAGE_REM};

struct night {
	size_t from, to; /* levels [from, to) */
	int64_t start, end;
	int asleep;
};

static int
by_time(const void *a, const void *b)
{
	const struct fit_level *x = a, *y = b;
	return x->t != y->t ? (x->t > y->t) - (x->t < y->t)
			    : (x->order > y->order) - (x->order < y->order);
}

/* In order of time, one a time: of two the later in the file. */
static void
sort_levels(struct fit *f)
{
	size_t n = 0;

	if (f->n_levels)
		qsort(f->level, f->n_levels, sizeof *f->level, by_time);
	for (size_t i = 0; i < f->n_levels; i++) {
		n -= n > 0 && f->level[n - 1].t == f->level[i].t;
		f->level[n++] = f->level[i];
	}
	f->n_levels = n;
}

/* How long the last level of a night lasts; 0: it marks the end. */
static int64_t
last_length(const struct fit *f, const struct night *n)
{
	int64_t last = f->level[n->to - 1].t, stop = 0;

	for (size_t i = 0; i < f->n_stop; i++)
		if (f->stop[i] > last && f->stop[i] - last <= APART_MS &&
			(!stop || f->stop[i] < stop))
			stop = f->stop[i];
	if (stop)
		return stop - last;
	if (n->to - n->from < 3)
		return 0;
	int64_t step = f->level[n->from + 1].t - f->level[n->from].t;
	for (size_t i = n->from; i + 1 < n->to; i++)
		if (f->level[i + 1].t - f->level[i].t != step)
			return 0;
	return step <= STREAM_STEP_MS ? step : 0;
}

/* The nights in the levels; how many. */
static size_t
split(const struct fit *f, struct night *v)
{
	size_t n = 0;

	for (size_t i = 0, k; i < f->n_levels && n < NIGHTS_MAX; i = k) {
		struct night *x = &v[n++];
		*x = (struct night){.from = i, .start = f->level[i].t};
		for (k = i + 1;
			k < f->n_levels && f->level[k].t - f->level[k - 1].t < APART_MS;)
			k++;
		x->to = k;
		x->end = f->level[k - 1].t + last_length(f, x);
		for (size_t m = i; m < k; m++)
			x->asleep |= f->level[m].level > 1;
		for (size_t m = 0; m < f->n_start; m++)
			if (f->start[m] < x->start &&
				f->level[i].t - f->start[m] < APART_MS)
				x->start = f->start[m];
	}
	return n;
}

static const char *
paint(const struct fit *f, const struct night *n, struct timeline *t)
{
	const char *why = NULL;

	for (size_t i = n->from; i < n->to && !why; i++) {
		int64_t end = i + 1 < n->to ? f->level[i + 1].t : n->end;
		if (end > f->level[i].t)
			why = timeline_add(
				t, f->level[i].t, end, stage_of[f->level[i].level]);
	}
	return why;
}

static int
take(struct fit *f, const struct night *n, unsigned rank)
{
	struct found_session s = {.start = n->start, .end = n->end};
	struct timeline t = {0};
	char place[VENDOR_PLACE_LEN];
	const char *why = n->asleep ? NULL
			  : f->raw  ? "no sleep in it: this watch leaves the stages to "
				      "Garmin's servers"
				    : "no sleep in it";

	s.offset_start_min = fit_offset(f, s.start);
	s.offset_end_min = fit_offset(f, s.end);
	if (f->n_offsets == 1) /* stated once: --zone knows whether the clocks changed */
		vendor_offsets(f->g, &s, s.offset_start_min);
	wrist_night_id(&s, f->serial, s.end + s.offset_end_min * MINUTE_MS, rank);
	vendor_app(&s, f->device);
	s.status = f->cut ? RECORD_TENTATIVE : RECORD_FINAL;
	s.revision = f->created ? f->created + !f->cut : 0;
	if (rank == 0 && f->score <= 100)
		vendor_metric(&s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE, f->score);
	if (rank == 0)
		vendor_metric(&s, DOZED__V1__METRIC__METRIC_AWAKENINGS, f->awakenings);
	snprintf(place, sizeof place, "sleep %s", s.record_id);
	if (!why && s.end - s.start <= COLLECT_SESSION_MAX_S * SECOND_MS)
		why = paint(f, n, &t);
	int r = vendor_session(f->g, &s, &t, place, why);
	timeline_finish(&t);
	return r;
}

int
fit_nights(struct fit *f)
{
	struct night v[NIGHTS_MAX];
	struct wrist_night lengths[NIGHTS_MAX];
	int r = 0;

	sort_levels(f);
	size_t n = split(f, v);
	if (n == NIGHTS_MAX)
		report_refuse(f->g->report, 0,
			"more than %d nights: the rest is left out", NIGHTS_MAX - 1);
	for (size_t i = 0; i < n; i++)
		lengths[i] = (struct wrist_night){
			v[i].end + fit_offset(f, v[i].end) * MINUTE_MS,
			v[i].asleep ? v[i].end - v[i].start : 0};
	for (size_t i = 0; i < n && r == 0; i++)
		r = take(f, &v[i], wrist_rank(lengths, n, i));
	if (f->n_levels == 0 && f->raw)
		report_refuse(f->g->report, 0,
			"no sleep levels: this watch leaves the stages to Garmin's "
			"servers");
	return r;
}
