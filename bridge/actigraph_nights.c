/* SPDX-License-Identifier: MIT */
/* The nights that ActiLife scored. What their totals count in is nowhere written: minutes or
 * seconds, whichever add up to the time in bed; if neither does, the night has its times alone.
 * The awakenings become stages where they leave just the stated time asleep. Record ids are the
 * device's serial number, the date and the rank by length (wrist.h), since ActiLife numbers its
 * nights anew; the file's writing time is the revision. */
#include "actigraph_db.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define AGD_NIGHTS_MAX 4000
#define ROUNDED_MS     (2 * MINUTE_MS) /* by what totals may miss the time in bed */

enum { SLEEP_ID, IN_BED, OUT_OF_BED, ASLEEP, AWAKE, AWAKENINGS, WASO, LATENCY };
static const char *const sleep_columns[] = {"sleepID", "inBedTimestamp",
	"outBedTimestamp", "timeAsleep", "timeAwake", "awakenings", "wakeAfterOnset",
	"latency", NULL};
static const char *const awakening_columns[] = {"timestamp", "length", NULL};

/* Seconds that the totals count in; 0: they do not add up. */
static int
unit_of(const struct found_session *s, const double v[static LATENCY + 1])
{
	static const int units[] = {60, 1};
	double in_bed = (double)(s->end - s->start),
	       latency = isnan(v[LATENCY]) ? 0 : v[LATENCY];

	for (size_t i = 0; i < array_len(units); i++) {
		double ms = (double)units[i] * SECOND_MS,
		       all = (v[ASLEEP] + v[AWAKE]) * ms;
		if (v[ASLEEP] >= 0 &&
			(fabs(all - in_bed) <= ROUNDED_MS ||
				fabs(all + latency * ms - in_bed) <= ROUNDED_MS))
			return units[i];
	}
	return 0;
}

static void
totals(struct found_session *s, const double v[static LATENCY + 1], int unit)
{
	vendor_metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, v[ASLEEP] * unit);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S, v[AWAKE] * unit);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_WASO_S, v[WASO] * unit);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, v[LATENCY] * unit);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_AWAKENINGS, v[AWAKENINGS]);
}

/* Paints the awakenings over the night's sleep; how many, or -1: they cannot be used. */
static int
paint(struct recording *r, const struct found_session *s, int64_t id, int unit,
	struct timeline *t)
{
	sqlite3_stmt *q =
		agd_select(&r->db, "awakenings", awakening_columns, "WHERE sleepID = ?1");
	int n = 0;

	if (q)
		sqlite3_bind_int64(q, 1, id);
	while (q && n >= 0 && agd_step(&r->db, "awakenings", q)) {
		int64_t face, at;
		double length = cell_number(q, 1) * unit;
		n++;
		if (agd_time(r, q, 0, &face, &at) || at < s->start || at >= s->end ||
			!(length >= 1 && length <= COLLECT_SESSION_MAX_S) ||
			timeline_add(
				t, at, at + (int64_t)length * SECOND_MS, STAGE_AWAKE))
			n = -1;
	}
	sqlite3_finalize(q);
	return n;
}

static int
asleep_s(const struct found_session *s)
{
	int sum = 0;
	for (uint32_t i = 0; i < s->n_stages; i++)
		if (s->stages[i].stage == STAGE_ASLEEP)
			sum += (int)s->stages[i].duration_s;
	return sum;
}

/* Stages from the awakenings, if they are what the totals are of. */
static void
stages(struct recording *r, struct found_session *s, const double v[static LATENCY + 1],
	int unit)
{
	struct timeline t = {0};
	double latency = v[LATENCY] >= 0 ? v[LATENCY] * unit : 0;
	int64_t onset = s->start;
	int n = -1;

	if (latency < (double)(s->end - s->start) / SECOND_MS)
		onset += (int64_t)latency * SECOND_MS;
	const char *why =
		onset > s->start ? timeline_add(&t, s->start, onset, STAGE_AWAKE) : NULL;
	if (!why && !(why = timeline_add(&t, onset, s->end, STAGE_ASLEEP)))
		n = paint(r, s, (int64_t)v[SLEEP_ID], unit, &t);
	if (n == 0 && v[AWAKENINGS] != 0)
		goto out; /* stated, but not listed */
	if (!why)
		why = timeline_session(&t, s);
	if (!why &&
		(n < 0 || fabs(asleep_s(s) - v[ASLEEP] * unit) * SECOND_MS > ROUNDED_MS))
		why = "they do not leave the time asleep that is stated";
	if (why) {
		report_refuse(
			r->db.g->report, 0, "awakenings of %s: %s", s->record_id, why);
		free(steal(&s->stages));
		s->n_stages = 0;
	}
out:
	timeline_finish(&t);
}

/* 0 or negative errno. */
static int
take_night(struct recording *r, sqlite3_stmt *q, unsigned long row, unsigned rank)
{
	struct reading *g = r->db.g;
	struct found_session s = {.status = RECORD_FINAL};
	double v[LATENCY + 1];
	char place[VENDOR_PLACE_LEN];
	int64_t in_bed, out_of_bed = 0;
	const char *why = agd_time(r, q, IN_BED, &in_bed, &s.start);

	if (!why)
		why = agd_time(r, q, OUT_OF_BED, &out_of_bed, &s.end);
	for (int i = 0; i <= LATENCY; i++)
		v[i] = cell_number(q, i);
	snprintf(place, sizeof place, "sleep, row %lu", row);
	wrist_night_id(&s, r->serial, out_of_bed, rank);
	vendor_app(&s, r->device);
	int is_night = !why && s.end > s.start &&
		       s.end - s.start <= COLLECT_SESSION_MAX_S * SECOND_MS;
	int unit = is_night ? unit_of(&s, v) : 0;
	if (is_night && unit == 0 && v[ASLEEP] >= 0)
		report_refuse(g->report, 0,
			"%s: asleep and awake do not add up to the time in bed, in "
			"minutes "
			"or in seconds: the totals are left out",
			place);
	if (unit) {
		totals(&s, v, unit);
		stages(r, &s, v, unit);
	}
	s.offset_start_min = vendor_offset(g, s.start, 0);
	s.offset_end_min = vendor_offset(g, s.end, 0);
	return vendor_session(g, &s, NULL, place, why);
}

/* When the rows' nights end and how long they are: their ranks. The caller frees it. */
static struct wrist_night *
measure(struct recording *r, size_t *ret_n)
{
	static const char *const columns[] = {"inBedTimestamp", "outBedTimestamp", NULL};
	struct wrist_night *v = xcalloc(AGD_NIGHTS_MAX, sizeof *v);
	sqlite3_stmt *q = agd_select(&r->db, "sleep", columns, NULL);
	size_t n = 0;

	for (; q && n < AGD_NIGHTS_MAX && agd_step(&r->db, "sleep", q); n++) {
		int64_t from, to;
		if (!agd_face(q, 0, &from) && !agd_face(q, 1, &to) && to > from)
			v[n] = (struct wrist_night){to, to - from};
	}
	sqlite3_finalize(q);
	*ret_n = n;
	return v;
}

int
agd_nights(struct recording *r)
{
	size_t n, row = 0;
	struct wrist_night *v = measure(r, &n);
	sqlite3_stmt *q = agd_select(&r->db, "sleep", sleep_columns, NULL);
	int err = 0;

	for (; q && err == 0 && row < n && agd_step(&r->db, "sleep", q); row++)
		err = take_night(r, q, row + 1, wrist_rank(v, n, row));
	if (n == AGD_NIGHTS_MAX)
		report_refuse(
			r->db.g->report, 0, "sleep: what follows row %zu is left out", n);
	sqlite3_finalize(q);
	free(v);
	return err;
}
