/* SPDX-License-Identifier: MIT */
/* `dozed export --what sessions|stages`: makers' records as they are stored, before any night is
 * made of them. Times have the offset that the maker states, not the person's zone; which records
 * are asked for is told by the date that a night of theirs would have. */
#include <math.h>

#include "cmd/export.h"
#include "cmd/rows.h"
#include "core/night.h"
#include "core/numbers.h"

static const char *const status_names[] = {
	[RECORD_UNSPECIFIED] = "",
	[RECORD_TENTATIVE] = "tentative",
	[RECORD_FINAL] = "final",
	[RECORD_DELETED] = "deleted",
};

/* The names of the bridge's `csv`, which reads them again. */
static const char *const stage_names[STAGE_COUNT] = {
	[STAGE_UNSPECIFIED] = "unmeasurable",
	[STAGE_AWAKE] = "awake",
	[STAGE_ASLEEP] = "asleep",
	[STAGE_OUT_OF_BED] = "out_of_bed",
	[STAGE_LIGHT] = "light",
	[STAGE_DEEP] = "deep",
	[STAGE_REM] = "rem",
	[STAGE_AWAKE_IN_BED] = "awake",
	[STAGE_IN_BED] = "in_bed",
	[STAGE_RESTLESS] = "restless",
	[STAGE_UNMEASURABLE] = "unmeasurable",
};

struct listing {
	struct export *e;
	const struct person *who;
};

/* Empty for a tombstone without times. */
static void
cell_stated(struct table *t, utc_ms at, int offset_min)
{
	char s[CIVIL_TIME_LEN];
	if (at.ms == 0)
		table_empty(t);
	else
		table_text(t, civil_offset_text(offset_min, at, s));
}

static void
cell_minutes(struct table *t, double seconds)
{
	table_number(t, number_round(seconds / 60), -1);
}

/* Seconds of a record in each stage. */
static void
sum_stages(const struct session *s, double ret[static STAGE_COUNT])
{
	for (int k = 0; k < STAGE_COUNT; k++)
		ret[k] = 0;
	for (uint32_t i = 0; i < s->n_stages; i++)
		ret[s->stages[i].stage] += s->stages[i].duration_s;
}

/* What the stages add up to; empty where the record has none. */
static void
cells_staged(struct table *t, const struct session *s)
{
	double sum[STAGE_COUNT];
	sum_stages(s, sum);
	double asleep =
		sum[STAGE_ASLEEP] + sum[STAGE_LIGHT] + sum[STAGE_DEEP] + sum[STAGE_REM];
	double awake = sum[STAGE_AWAKE] + sum[STAGE_AWAKE_IN_BED] +
		       sum[STAGE_OUT_OF_BED] + sum[STAGE_RESTLESS];
	const double seconds[] = {asleep, awake, sum[STAGE_LIGHT], sum[STAGE_DEEP],
		sum[STAGE_REM],
		(double)(s->end.ms - s->start.ms) / SECOND_MS - asleep - awake};
	for (unsigned i = 0; i < array_len(seconds); i++)
		cell_minutes(t, s->n_stages ? seconds[i] : NAN);
}

static void
cells_vendor(struct table *t, const struct session *s)
{
	for (int k = 0; k < STATED_KINDS; k++) {
		double v = NAN;
		for (uint32_t i = 0; i < s->n_stated; i++)
			if ((int)s->stated[i].kind == k)
				v = s->stated[i].value;
		table_number(t, number_round(v), -1);
	}
	cell_minutes(t, s->latency_s);
	table_number(t, number_round(s->vendor_score), -1);
}

static void
row_session(struct table *t, const struct person *who, const struct session *s)
{
	char date[CIVIL_DATE_LEN];
	table_text(t, who->id);
	if (s->end.ms == 0)
		table_empty(t);
	else
		table_text(t,
			civil_date_text(
				zone_date(who->zone, s->end, NIGHT_DAY_START_MIN), date));
	table_text(t, s->source);
	table_text(t, s->device);
	table_text(t, s->record_id);
	table_integer(t, s->revision);
	table_text(t, status_names[s->status]);
	table_text(t, s->kind == SLEEP_UNSPECIFIED ? "" : sleep_kind_name(s->kind));
	table_text(t, s->app);
	cell_stated(t, s->start, s->offset_start_min);
	cell_stated(t, s->end, s->offset_end_min);
	table_integer(t, s->n_stages);
	cells_staged(t, s);
	cells_vendor(t, s);
}

/* 1 if a night of it would lie in the range. A tombstone without times lies in 1970. */
static int
is_asked_for(const struct listing *l, const struct session *s)
{
	civil_day date = zone_date(l->who->zone, s->end, NIGHT_DAY_START_MIN);
	return date.n >= l->e->from.n && date.n <= l->e->to.n;
}

static int
each_session(void *ctx, const struct session *s, utc_ms received, int historical)
{
	const struct listing *l = ctx;
	(void)received;
	(void)historical;
	if (is_asked_for(l, s))
		row_session(l->e->table, l->who, s);
	return 0;
}

int
export_sessions(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_sessions_each(e->store, who->id, each_session, &l);
}

/* The offset changes where the maker's clock does: known only for the two ends. */
static int
each_spans(void *ctx, const struct session *s, utc_ms received, int historical)
{
	const struct listing *l = ctx;
	struct table *t = l->e->table;
	(void)received;
	(void)historical;
	if (s->status == RECORD_DELETED || !is_asked_for(l, s))
		return 0;
	for (uint32_t i = 0; i < s->n_stages; i++) {
		const struct stage_span *q = &s->stages[i];
		table_text(t, l->who->id);
		cell_time(t, l->who->zone,
			UTC(s->start.ms + (int64_t)q->offset_s * SECOND_MS));
		table_integer(t, q->duration_s);
		table_text(t, stage_names[q->stage]);
		table_text(t, s->source);
		table_text(t, s->device);
		table_text(t, s->record_id);
	}
	return 0;
}

int
export_stages(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_sessions_each(e->store, who->id, each_spans, &l);
}
