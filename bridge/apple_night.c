/* SPDX-License-Identifier: MIT */
/* See apple_night.h. */
#include "apple_night.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "told.h"
#include "vendor.h"

#define TIME_TEXT_LEN 25 /* "2026-03-28 23:41:00 +0100" */
#define OFFSET_AT     20
#define NIGHT_GAP_MS  HOUR_MS /* as the hub joins two records of one maker */

static const struct {
	const char *name; /* without the prefix */
	enum stage stage;
} values[] = {
	{"InBed", STAGE_IN_BED},
	{"AsleepUnspecified", STAGE_ASLEEP},
	{"AsleepCore", STAGE_LIGHT},
	{"AsleepDeep", STAGE_DEEP},
	{"AsleepREM", STAGE_REM},
	{"Awake", STAGE_AWAKE},
	{"Asleep", STAGE_ASLEEP}, /* before iOS 16 */
	/* as Health Auto Export shows them */
	{"In Bed", STAGE_IN_BED},
	{"Unspecified", STAGE_ASLEEP},
	{"Core", STAGE_LIGHT},
	{"Deep", STAGE_DEEP},
	{"REM", STAGE_REM},
	/* HealthKit's own numbers */
	{"0", STAGE_IN_BED},
	{"1", STAGE_ASLEEP},
	{"2", STAGE_AWAKE},
	{"3", STAGE_LIGHT},
	{"4", STAGE_DEEP},
	{"5", STAGE_REM},
};

enum stage
apple_stage(const char *value)
{
	static const char prefix[] = "HKCategoryValueSleepAnalysis";

	if (!value)
		return STAGE_UNSPECIFIED;
	if (strncmp(value, prefix, sizeof prefix - 1) == 0)
		value += sizeof prefix - 1;
	for (size_t i = 0; i < array_len(values); i++)
		if (strcmp(values[i].name, value) == 0)
			return values[i].stage;
	return STAGE_UNSPECIFIED;
}

static int
two(const char *s)
{
	return isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1])
		       ? (s[0] - '0') * 10 + s[1] - '0'
		       : -1000;
}

/* Any form a reader takes, and Apple's, which has a blank before the offset. */
static const char *
careful_time(const struct reading *g, const char *text, int64_t *ret, int *ret_offset_min)
{
	char tight[40];
	size_t n = strlen(text);

	if (n != TIME_TEXT_LEN || text[OFFSET_AT - 1] != ' ')
		return vendor_time(g, text, ret, ret_offset_min);
	snprintf(tight, sizeof tight, "%.*s%s", OFFSET_AT - 1, text, text + OFFSET_AT);
	return vendor_time(g, tight, ret, ret_offset_min);
}

const char *
apple_time(const struct reading *g, const char *s, int64_t *ret, int *ret_offset_min)
{
	if (!s)
		return "a time is missing";
	if (strlen(s) != TIME_TEXT_LEN || s[10] != ' ' || s[19] != ' ' || s[13] != ':' ||
		s[16] != ':' || s[4] != '-' || s[7] != '-' || !strchr("+-", s[20]))
		return careful_time(g, s, ret, ret_offset_min);
	int year = two(s) * 100 + two(s + 2), month = two(s + 5), day = two(s + 8);
	int hour = two(s + 11), minute = two(s + 14), second = two(s + 17);
	int off_h = two(s + 21), off_m = two(s + 23);
	/* the end of a month and what is not a time are checked by the careful one */
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28 || hour < 0 ||
		hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
		off_h < 0 || off_h > 14 || off_m < 0 || off_m > 59)
		return careful_time(g, s, ret, ret_offset_min);
	*ret_offset_min = (s[20] == '-' ? -1 : 1) * (off_h * 60 + off_m);
	int64_t minutes = (int64_t)civil_from_ymd(year, month, day).n * 1440 + hour * 60 +
			  minute - *ret_offset_min;
	return vendor_epoch(g, minutes * MINUTE_MS + second * SECOND_MS, ret);
}

static int
source_index(struct apple_nights *a, const char *source)
{
	for (size_t i = a->n_names; i-- > 0;)
		if (strcmp(a->names[i], source) == 0)
			return (int)i;
	if (a->n_names == APPLE_SOURCES_MAX)
		return -1;
	a->names[a->n_names] = xstrdup(source);
	return (int)a->n_names++;
}

const char *
apple_nights_add(
	struct apple_nights *a, const char *source, const struct apple_span *span)
{
	if (span->end <= span->start)
		return "a stage that ends before it starts";
	if (span->end - span->start > COLLECT_SESSION_MAX_S * SECOND_MS)
		return "a stage longer than a day";
	if (a->n == APPLE_SPANS_MAX)
		return "more sleep than one export has";
	int i = source_index(a, source ? source : "");
	if (i < 0)
		return "more sources of sleep than one person has";
	if (a->n == a->cap) {
		a->cap = a->cap ? 2 * a->cap : 256;
		a->v = xrealloc(a->v, a->cap, sizeof *a->v);
	}
	a->v[a->n] = *span;
	a->v[a->n].order = (uint32_t)a->n;
	a->v[a->n++].source = (uint16_t)i;
	return NULL;
}

/* What lies over what where records of one source overlap: the more it says, the higher. */
static int
layer(enum stage stage)
{
	switch (stage) {
	case STAGE_IN_BED:
		return 0;
	case STAGE_ASLEEP:
		return 1;
	case STAGE_AWAKE:
		return 3;
	default:
		return 2;
	}
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
span_compare(const void *a, const void *b)
{
	const struct apple_span *x = a, *y = b;
	int cmp = compare(x->source, y->source);
	if (cmp == 0)
		cmp = compare(x->start, y->start);
	if (cmp == 0)
		cmp = compare(x->end, y->end);
	if (cmp == 0)
		cmp = compare(x->stage, y->stage);
	return cmp ? cmp : compare(x->order, y->order);
}

static uint32_t
hash_of(const char *source)
{
	uint32_t hash = 2166136261U; /* FNV-1a: a name may hold anything, an id may not */

	for (; *source; source++)
		hash = (hash ^ (unsigned char)*source) * 16777619U;
	return hash;
}

void
apple_record_id(struct found_session *s, const char *what, const char *source)
{
	snprintf(s->record_id, sizeof s->record_id, "%s %08x", what, hash_of(source));
}

int
apple_family(const struct reading *g, const char *kind, const char *source)
{
	char family[32];

	snprintf(family, sizeof family, "%s %08x", kind, hash_of(source));
	return told_family(g, family);
}

/* 1 if a later span says again what this one says: a payload that was sent once more. */
static int
is_said_again(const struct apple_nights *a, size_t from, size_t to, size_t i)
{
	const struct apple_span *x = &a->v[i];

	for (size_t k = from; k < to; k++) {
		const struct apple_span *y = &a->v[k];
		int64_t start = x->start > y->start ? x->start : y->start;
		int64_t end = x->end < y->end ? x->end : y->end;
		int64_t shorter = x->end - x->start < y->end - y->start
					  ? x->end - x->start
					  : y->end - y->start;
		if (y->order > x->order && y->stage == x->stage &&
			2 * (end - start) >= shorter)
			return 1;
	}
	return 0;
}

/* The night has no timeline: what its spans state is added up, stage by stage. */
static const char *
add_up(const struct apple_nights *a, size_t from, size_t to, struct found_session *s)
{
	static const struct {
		int stage, metric;
	} totals[] = {{STAGE_LIGHT, DOZED__V1__METRIC__METRIC_LIGHT_S},
		{STAGE_DEEP, DOZED__V1__METRIC__METRIC_DEEP_S},
		{STAGE_REM, DOZED__V1__METRIC__METRIC_REM_S},
		{STAGE_AWAKE, DOZED__V1__METRIC__METRIC_AWAKE_S}};
	double sum[STAGE_COUNT] = {0};

	if (to - from > COLLECT_STAGES_MAX)
		return "too many spans in one night";
	for (size_t i = from; i < to; i++) {
		const struct apple_span *x = &a->v[i];
		if (!is_said_again(a, from, to, i))
			sum[x->stage] +=
				x->stated ? x->stated - 1
					  : (double)(x->end - x->start) / SECOND_MS;
	}
	double asleep =
		sum[STAGE_ASLEEP] + sum[STAGE_LIGHT] + sum[STAGE_DEEP] + sum[STAGE_REM];
	if (asleep > (double)(s->end - s->start) / SECOND_MS)
		return "more sleep is stated than the night is long";
	if (asleep > 0)
		vendor_metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, asleep);
	for (size_t i = 0; i < array_len(totals); i++)
		if (sum[totals[i].stage] > 0)
			vendor_metric(s, totals[i].metric, sum[totals[i].stage]);
	return NULL;
}

static const char *
lay_out(const struct apple_nights *a, size_t from, size_t to, struct timeline *t)
{
	const char *why = NULL;

	for (int k = 0; k <= 3; k++)
		for (size_t i = from; i < to && !why; i++)
			if (layer(a->v[i].stage) == k)
				why = timeline_add(
					t, a->v[i].start, a->v[i].end, a->v[i].stage);
	return why;
}

/* Whether what was asked for may begin or end within the night: it is the first of its source,
 * or the last. */
static unsigned
cut_of(const struct apple_nights *a, size_t from, size_t to)
{
	unsigned cut = 0;

	if (a->is_whole)
		return 0;
	if (from == 0 || a->v[from - 1].source != a->v[from].source)
		cut |= COLLECT_CUT_START;
	if (to == a->n || a->v[to].source != a->v[from].source)
		cut |= COLLECT_CUT_END;
	return cut;
}

static int
put_night(struct apple_nights *a, size_t from, size_t to, struct reading *g)
{
	struct found_session s = {.revision = a->revision, .status = RECORD_FINAL};
	struct timeline t = {0};
	char text[CIVIL_TIME_LEN];
	const char *source = a->names[a->v[from].source];
	int is_stated = 0;

	s.start = a->v[from].start;
	s.offset_start_min = a->v[from].offset_start_min;
	for (size_t i = from; i < to; i++) {
		is_stated |= a->v[i].stated != 0;
		if (a->v[i].end > s.end) {
			s.end = a->v[i].end;
			s.offset_end_min = a->v[i].offset_end_min;
		}
	}
	const char *why = is_stated ? add_up(a, from, to, &s) : lay_out(a, from, to, &t);
	s.family = apple_family(g, a->kind, source);
	s.cut = cut_of(a, from, to);
	vendor_app(&s, source);
	apple_record_id(&s, civil_time_text(NULL, UTC(s.start), text), source);
	unsigned long used = g->used;
	int r = vendor_session(g, &s, &t, s.record_id, why);
	g->used = used; /* its records are counted already */
	timeline_finish(&t);
	return r;
}

int
apple_nights_cover(struct apple_nights *a, const struct reading *g, int64_t until)
{
	int64_t first[APPLE_SOURCES_MAX];
	int r = 0;

	for (size_t i = 0; i < a->n_names; i++)
		first[i] = INT64_MAX;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].start < first[a->v[i].source])
			first[a->v[i].source] = a->v[i].start;
	for (size_t i = 0; i < a->n_names && r == 0; i++) {
		struct found_cover c = {apple_family(g, a->kind, a->names[i]), first[i],
			until, a->revision, 1};
		if (first[i] < until)
			r = collect_cover(g->to, g->person, &c);
	}
	return r;
}

int
apple_nights_put(struct apple_nights *a, struct reading *g)
{
	size_t from = 0;
	int64_t end = INT64_MIN;
	int r = 0;

	if (a->n)
		qsort(a->v, a->n, sizeof *a->v, span_compare);
	for (size_t i = 0; i <= a->n && r == 0; i++) {
		const struct apple_span *x = i < a->n ? &a->v[i] : NULL;
		if (i > 0 && (!x || x->source != a->v[from].source ||
				     x->start - end > NIGHT_GAP_MS ||
				     x->end - a->v[from].start >
					     COLLECT_SESSION_MAX_S * SECOND_MS)) {
			r = put_night(a, from, i, g);
			from = i;
			end = INT64_MIN;
		}
		if (x && x->end > end)
			end = x->end;
	}
	a->n = 0;
	return r;
}

void
apple_nights_finish(struct apple_nights *a)
{
	for (size_t i = 0; i < a->n_names; i++)
		free(a->names[i]);
	free(a->v);
	*a = (struct apple_nights){0};
}
