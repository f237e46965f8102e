/* SPDX-License-Identifier: MIT */
/* The nights of a Gadgetbridge database, in the three ways trackers keep them:
 *  records  XIAOMI_SLEEP_TIME_SAMPLE, COLMI_ and CMF_SLEEP_SESSION_SAMPLE: bedtime and
 *           WAKEUP_TIME, which grows while the night is not over, and a table of stages: change
 *           points (Xiaomi) or pieces with a DURATION (Colmi, CMF); here
 *  points   GARMIN_SLEEP_STAGE_SAMPLE; in gadgetbridge_minutes.c, as
 *  minutes  HUAMI_EXTENDED_ACTIVITY_SAMPLE.
 * Record ids are the table's beginning, the device's number and the bedtime, which is the watch's
 * own; a revision is how far the night reached and how much of it there is, so the same night
 * read again is not a change. */
#include "gadgetbridge.h"
#include "timeline.h"
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dozed/v1/batch.pb-c.h"

#define SETTLED_MS (3 * HOUR_MS)   /* records: a wake-up this old is the last */
#define ROUNDED_MS (5 * MINUTE_MS) /* what pieces may exceed their night by */

/* Stage numbers of a maker; what stands in no row is awake. */
static const struct dialect {
	const char *maker;
	int light, deep, rem, awake; /* awake -1: has none */
} dialects[] = {{"XIAOMI", 3, 2, 4, 5}, {"COLMI", 2, 3, 4, 5}, {"CMF", 2, 1, 3, -1}};

void
gb_state(struct found_session *s, int metric, double value)
{
	collect_metric(s, metric, value);
}

int
gb_hand_over(struct gb *gb, const struct gb_device *d, struct found_session *s)
{
	const struct zone *zone = gb->g->zone;

	s->offset_start_min = zone ? zone_offset_s(zone, UTC(s->start)) / 60 : 0;
	s->offset_end_min = zone ? zone_offset_s(zone, UTC(s->end)) / 60 : 0;
	vendor_app(s, d->name);
	gb->g->used++;
	return collect_session(gb->g->to, gb->g->person, s);
}

/* --- records ------------------------------------------------------------------------- */

enum { WAKEUP = 2, IS_AWAKE, TOTAL, DEEP, LIGHT, REM, AWAKE };
static const char *const record_columns[] = {"WAKEUP_TIME", "IS_AWAKE", "TOTAL_DURATION",
	"DEEP_SLEEP_DURATION", "LIGHT_SLEEP_DURATION", "REM_SLEEP_DURATION",
	"AWAKE_DURATION", NULL};
enum { STAGE = 2, DURATION };
static const char *const stage_columns[] = {"STAGE", "DURATION", NULL};

struct records {
	const char *table;
	char maker[GB_NAME_MAX + 1], stages[GB_NAME_MAX + 24];
	const struct dialect *dialect; /* NULL: its stages are not known */
	sqlite3_stmt *of_stages;       /* NULL: none */
	struct timeline night;
};

static enum stage
stage_of(const struct dialect *d, double number)
{
	return number == d->light  ? STAGE_LIGHT
	       : number == d->deep ? STAGE_DEEP
	       : number == d->rem  ? STAGE_REM
	       : number >= 0       ? STAGE_AWAKE
				   : STAGE_UNSPECIFIED;
}

struct piece {
	int64_t start;
	double duration;
	enum stage stage;
};

/* The rows of a night; *ret_n of them, which the caller frees. */
static struct piece *
pieces(struct gb *gb, struct records *rec, const struct found_session *s, int64_t device,
	size_t *ret_n)
{
	struct piece *v = NULL;
	size_t cap = 0;
	sqlite3_stmt *q = rec->of_stages;

	*ret_n = 0;
	sqlite3_reset(q);
	sqlite3_bind_int64(q, 1, s->start);
	sqlite3_bind_int64(q, 2, device);
	while (*ret_n < COLLECT_STAGES_MAX && gb_step(gb, rec->stages, q)) {
		int64_t t = sqlite3_column_int64(q, 0);
		if (t >= s->end)
			break;
		if (*ret_n == cap) {
			cap = cap ? 2 * cap : 64;
			v = xrealloc(v, cap, sizeof *v);
		}
		v[(*ret_n)++] = (struct piece){t, cell_number(q, DURATION),
			stage_of(rec->dialect, cell_number(q, STAGE))};
	}
	return v;
}

/* A DURATION counts minutes (Colmi) or seconds (CMF): minutes where they fit into the night. */
static int64_t
duration_unit(const struct piece *v, size_t n, int64_t length)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += v[i].duration > 0 ? v[i].duration : 0;
	return sum * MINUTE_MS <= (double)(length + ROUNDED_MS) ? MINUTE_MS : SECOND_MS;
}

/* How many rows there were. */
static int64_t
add_stages(struct gb *gb, struct records *rec, struct found_session *s, int64_t device)
{
	size_t n;
	struct piece *v = pieces(gb, rec, s, device, &n);
	int64_t unit = duration_unit(v, n, s->end - s->start);
	const char *why = NULL;

	for (size_t i = 0; i < n && !why; i++) {
		int64_t next = i + 1 < n ? v[i + 1].start : s->end, end = next;
		if (v[i].duration > 0 && v[i].duration <= COLLECT_SESSION_MAX_S)
			end = v[i].start + (int64_t)v[i].duration * unit;
		end = end > next ? next : end; /* the next one says when it begins */
		if (v[i].stage != STAGE_UNSPECIFIED && end > v[i].start)
			why = timeline_add(&rec->night, v[i].start, end, v[i].stage);
	}
	free(v);
	if (!why && rec->night.n > 0)
		why = timeline_session(&rec->night, s);
	rec->night.n = 0;
	if (why)
		report_refuse(
			gb->g->report, 0, "%s: %s: %s", rec->stages, s->record_id, why);
	return (int64_t)n;
}

static void
add_totals(struct found_session *s, sqlite3_stmt *q)
{
	double light = cell_number(q, LIGHT), deep = cell_number(q, DEEP),
	       rem = cell_number(q, REM), total = cell_number(q, TOTAL);

	if (isnan(total)) /* one that is not stated is not a zero */
		total = light + deep + (isnan(rem) ? 0 : rem);
	if (!(total > 0) ||
		total * MINUTE_MS > (double)(COLLECT_SESSION_MAX_S * SECOND_MS))
		return; /* not worked out yet */
	gb_state(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, total * 60);
	gb_state(s, DOZED__V1__METRIC__METRIC_LIGHT_S, light * 60);
	gb_state(s, DOZED__V1__METRIC__METRIC_DEEP_S, deep * 60);
	gb_state(s, DOZED__V1__METRIC__METRIC_REM_S, rem * 60);
	gb_state(s, DOZED__V1__METRIC__METRIC_AWAKE_S, cell_number(q, AWAKE) * 60);
}

/* 0 or negative errno. */
static int
take_record(struct gb *gb, struct records *rec, sqlite3_stmt *q)
{
	struct found_session s = {0};
	struct gb_device *d = gb_device(gb, sqlite3_column_int64(q, 1));
	double wakeup = cell_number(q, WAKEUP), is_awake = cell_number(q, IS_AWAKE);

	if (!d || !gb_time(gb, rec->table, sqlite3_column_int64(q, 0), &s.start))
		return 0;
	d->last = s.start > d->last ? s.start : d->last;
	if (!(wakeup > 0))
		return 0; /* still in bed */
	if (wakeup > 9e15 || !gb_time(gb, rec->table, (int64_t)wakeup, &s.end))
		return 0;
	if (s.end <= s.start || s.end - s.start > COLLECT_SESSION_MAX_S * SECOND_MS) {
		report_refuse(gb->g->report, 0, "%s: a night from %lld to %lld",
			rec->table, (long long)s.start, (long long)s.end);
		return 0;
	}
	if (s.end < d->from)
		return 0;
	int is_final =
		isnan(is_awake) || is_awake != 0 || gb->g->now.ms - s.end > SETTLED_MS;
	snprintf(s.record_id, sizeof s.record_id, "%.40s.%lld.%lld", rec->maker,
		(long long)d->id, (long long)s.start);
	s.status = is_final ? RECORD_FINAL : RECORD_TENTATIVE;
	int64_t rows = rec->of_stages ? add_stages(gb, rec, &s, d->id) : 0;
	add_totals(&s, q);
	/* stages and totals come later than the night, and may come one by one */
	s.revision = gb_revision(s.end, 4 * rows + 2 * is_final + (s.n_metrics > 0));
	return gb_hand_over(gb, d, &s);
}

static int
records(struct gb *gb, const char *table, size_t maker_length)
{
	struct records rec = {.table = table};
	int64_t from = gb_begin(gb, table, GB_READ_BACK_MS);
	int r = 0;

	memcpy(rec.maker, table, maker_length);
	snprintf(rec.stages, sizeof rec.stages, "%s_SLEEP_STAGE_SAMPLE", rec.maker);
	for (size_t i = 0; i < array_len(dialects); i++)
		if (strcmp(dialects[i].maker, rec.maker) == 0)
			rec.dialect = &dialects[i];
	if (gb_has_table(gb, rec.stages) && !rec.dialect)
		report_refuse(gb->g->report, 0,
			"%s: the stages of this maker are not known", rec.stages);
	else if (gb_has_table(gb, rec.stages))
		rec.of_stages = gb_select(gb, rec.stages, stage_columns, 1);
	sqlite3_stmt *q = gb_select(gb, table, record_columns, 0);
	if (q)
		sqlite3_bind_int64(q, 1, from);
	while (q && r == 0 && gb_step(gb, table, q))
		r = take_record(gb, &rec, q);
	sqlite3_finalize(q);
	sqlite3_finalize(rec.of_stages);
	timeline_finish(&rec.night);
	if (r == 0)
		gb_done(gb, table);
	return r;
}

int
gb_nights(struct gb *gb)
{
	static const char *const of_records[] = {
		"_SLEEP_TIME_SAMPLE", "_SLEEP_SESSION_SAMPLE"};
	int r = 0;

	for (size_t i = 0; i < gb->n_tables && r == 0; i++) {
		const char *table = gb->table[i];
		if (strcmp(table, "HUAMI_EXTENDED_ACTIVITY_SAMPLE") == 0)
			r = gb_minutes(gb, table);
		if (strcmp(table, "GARMIN_SLEEP_STAGE_SAMPLE") == 0)
			r = gb_points(gb, table);
		for (size_t k = 0; k < array_len(of_records) && r == 0; k++) {
			size_t n = strlen(table), m = strlen(of_records[k]);
			if (n > m && strcmp(table + n - m, of_records[k]) == 0 &&
				gb_has(gb, table, "WAKEUP_TIME"))
				r = records(gb, table, n - m);
		}
	}
	return r;
}
