/* SPDX-License-Identifier: MIT */
/* Actiware's intervals as nights: each REST interval, with the totals of the SLEEP interval of
 * the same number in it. Within SLEEP an epoch is asleep or awake as Actiware scored it; the rest
 * of REST is awake, as Actiware counts it: still lying awake before, or in the morning. So the
 * stages give Actiware's own latency, sleep, waking and snoozing. */
#include "actiware.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* English and French as seen, German as it should be: an interval that is not known is passed over. */
static const char *const rests[] = {"REST", "REPOS", "RUHE"};
static const char *const sleeps[] = {"SLEEP", "SOMMEIL", "SCHLAF"};
static const char *const statistic_paths[STATISTICS] = {"Statistics.Sleep Time",
	"Statistics.Wake Time", "Statistics.Efficiency", "Statistics.Onset Latency",
	"Statistics.#Wake Bouts"};

static int
is_one_of(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, words[i]) == 0)
			return 1;
	return 0;
}

/* A type, a number, and somewhere after them a date, a time, a date, a time and the minutes
 * between: whatever the columns are called, and with the names of days or without. 1 or 0. */
static int
parse(const struct row *row, struct interval *ret)
{
	unsigned i = 2;

	if (row->n < 7 || (ret->number = whole_of(row->field[1])) < 0)
		return 0;
	for (; i < row->n && !date_numbers(row->field[i], ret->from); i++)
		;
	for (; i < row->n && !clock_face(row->field[i], &ret->from_clock); i++)
		;
	for (i++; i < row->n && !date_numbers(row->field[i], ret->to); i++)
		;
	for (; i < row->n && !clock_face(row->field[i], &ret->to_clock); i++)
		;
	if (++i >= row->n)
		return 0;
	ret->minutes = number_of(row->field[i]);
	return 1;
}

void
actiware_interval(struct actiware *a, const struct row *row)
{
	struct interval v = {.line = row->line};
	struct fidelity *f = a->g->fidelity;

	if (!parse(row, &v))
		return;
	v.is_sleep = is_one_of(row->field[0], sleeps, array_len(sleeps));
	if (!v.is_sleep && !is_one_of(row->field[0], rests, array_len(rests))) {
		fidelity_saw(f, "Statistics.others", row->field[0]);
		return;
	}
	fidelity_saw(
		f, v.is_sleep ? "Statistics.SLEEP" : "Statistics.REST", row->field[0]);
	for (int s = 0; s < STATISTICS; s++) {
		int i = a->statistic[s];
		v.stated[s] = i >= 0 && i < (int)row->n ? number_of(row->field[i]) : NAN;
		if (i >= 0 && i < (int)row->n)
			fidelity_saw(f, statistic_paths[s],
				isnan(v.stated[s]) ? NULL : row->field[i]);
	}
	if (a->n_intervals == 2 * ACTIWATCH_NIGHTS_MAX)
		return; /* refused with the nights */
	if (a->n_intervals == a->cap_intervals) {
		a->cap_intervals = a->cap_intervals ? 2 * a->cap_intervals : 32;
		a->interval =
			xrealloc(a->interval, a->cap_intervals, sizeof *a->interval);
	}
	a->interval[a->n_intervals++] = v;
}

/* By how much the file shows more than the clock that runs on. In an hour that it shows twice:
 * the first time, or, if `late`, the second. */
static int64_t
shown_more(const struct actiware *a, int64_t face, int late)
{
	int64_t by = 0;

	for (size_t i = 0; i < a->n_jumps; i++) {
		int64_t twice = by > a->jump[i].by && !late ? by - a->jump[i].by : 0;
		if (face >= a->jump[i].face + twice)
			by = a->jump[i].by;
	}
	return by;
}

struct span {
	int64_t face, end_face, start, end;
};

/* NULL, or why it cannot be. late: bit 0 of the start, bit 1 of the end. */
static const char *
place(const struct actiware *a, const struct interval *v, unsigned late, struct span *ret)
{
	if (!date_face(v->from, a->order, &ret->face) ||
		!date_face(v->to, a->order, &ret->end_face))
		return "a date that does not exist";
	ret->face += v->from_clock;
	ret->end_face += v->to_clock;
	const char *why = wrist_clock_at(a->g, &a->clock,
		ret->face - shown_more(a, ret->face, late & 1), &ret->start);
	if (!why)
		why = wrist_clock_at(a->g, &a->clock,
			ret->end_face - shown_more(a, ret->end_face, late >> 1),
			&ret->end);
	if (!why && ret->end <= ret->start)
		why = "it ends before it starts";
	return why;
}

/* The duration tells which of two equal hours is meant. */
static const char *
span_of(const struct actiware *a, const struct interval *v, struct span *ret)
{
	const char *why = NULL;

	for (unsigned late = 0; late < 4; late++) {
		const char *now = place(a, v, late, ret);
		if (!now && fabs(v->minutes * MINUTE_MS -
				    (double)(ret->end - ret->start)) > MINUTE_MS)
			now = "its duration is not what its times say";
		if (!now)
			return NULL;
		why = why ? why : now;
	}
	return why;
}

/* The SLEEP interval of the same number that lies in the rest; NULL: none. */
static const struct interval *
sleep_in(const struct actiware *a, const struct interval *rest, const struct span *in,
	struct span *ret)
{
	for (size_t i = 0; i < a->n_intervals; i++) {
		const struct interval *v = &a->interval[i];
		if (v->is_sleep && v->number == rest->number && !span_of(a, v, ret) &&
			ret->start >= in->start && ret->end <= in->end)
			return v;
	}
	return NULL;
}

/* Paints the epochs of the rest, runs at a time. NULL, or why not. */
static const char *
paint(const struct actiware *a, const struct span *rest, const struct span *sleep,
	struct timeline *t)
{
	int64_t n = a->last_line - a->first_line + 1;
	int64_t from = (rest->start - a->clock.instant) / a->epoch_ms;
	int64_t to = (rest->end - a->clock.instant + a->epoch_ms - 1) / a->epoch_ms;
	const char *why = NULL;

	from = from < 0 ? 0 : from;
	to = to > n ? n : to;
	for (int64_t i = from, k; i < to && !why; i = k) {
		int stage = STAGE_UNSPECIFIED;
		for (k = i; k < to; k++) {
			int64_t at = a->clock.instant + k * a->epoch_ms;
			int s = a->epoch[k] == EPOCH_NOTHING ? STAGE_UNSPECIFIED
				: at < sleep->start || at >= sleep->end ||
						a->epoch[k] == EPOCH_AWAKE
					? STAGE_AWAKE
					: STAGE_ASLEEP;
			if (k > i && s != stage)
				break;
			stage = s;
		}
		if (stage != STAGE_UNSPECIFIED)
			why = timeline_add(t, a->clock.instant + i * a->epoch_ms,
				a->clock.instant + k * a->epoch_ms, (enum stage)stage);
	}
	return why;
}

static void
totals(struct found_session *s, const struct interval *sleep)
{
	static const struct {
		int statistic, metric, scale;
	} to[] = {{SLEEP_TIME, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 60},
		{WAKE_TIME, DOZED__V1__METRIC__METRIC_WASO_S, 60},
		{EFFICIENCY, DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, 1},
		{ONSET_LATENCY, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, 60},
		{WAKE_BOUTS, DOZED__V1__METRIC__METRIC_AWAKENINGS, 1}};

	for (size_t i = 0; sleep && i < array_len(to); i++)
		vendor_metric(
			s, to[i].metric, sleep->stated[to[i].statistic] * to[i].scale);
}

static int
take_night(struct actiware *a, const struct interval *v, const struct span *rest,
	unsigned rank)
{
	struct found_session s = {
		.start = rest->start, .end = rest->end, .status = RECORD_FINAL};
	struct timeline t = {0};
	struct span sleep_span;
	char place[VENDOR_PLACE_LEN];
	const struct interval *sleep = sleep_in(a, v, rest, &sleep_span);

	snprintf(place, sizeof place, "line %lu", v->line);
	wrist_night_id(&s, a->serial, rest->end_face, rank);
	vendor_app(&s, a->device);
	s.offset_start_min = actiware_offset(a, s.start);
	s.offset_end_min = actiware_offset(a, s.end);
	totals(&s, sleep);
	const char *why = s.end - s.start > COLLECT_SESSION_MAX_S * SECOND_MS
				  ? "a night that is longer than a day"
				  : paint(a, rest, sleep ? &sleep_span : rest, &t);
	int r = vendor_session(a->g, &s, &t, place, why);
	timeline_finish(&t);
	return r;
}

int
actiware_nights(struct actiware *a)
{
	struct wrist_night *nights = xcalloc(a->n_intervals + 1, sizeof *nights);
	struct span *span = xcalloc(a->n_intervals + 1, sizeof *span);
	int r = 0;

	if (a->n_intervals == 2 * ACTIWATCH_NIGHTS_MAX)
		report_refuse(a->g->report, 0,
			"more intervals than %d: the rest is left out",
			2 * ACTIWATCH_NIGHTS_MAX);
	for (size_t i = 0; i < a->n_intervals; i++) {
		const char *why = span_of(a, &a->interval[i], &span[i]);
		if (why)
			report_refuse(
				a->g->report, a->interval[i].line, "interval: %s", why);
		if (!why && !a->interval[i].is_sleep)
			nights[i] = (struct wrist_night){
				span[i].end_face, span[i].end - span[i].start};
	}
	for (size_t i = 0; i < a->n_intervals && r == 0; i++)
		if (nights[i].length)
			r = take_night(a, &a->interval[i], &span[i],
				wrist_rank(nights, a->n_intervals, i));
	free(nights);
	free(span);
	return r;
}
