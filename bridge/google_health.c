/* SPDX-License-Identifier: MIT */
/* The google_health reader: sleep data points of the Google Health API v4 (Fitbit and Pixel).
 * 64-bit numbers are written as texts. The same point comes first as CLASSIC, then as
 * STAGES, and again after edits: its name is the key, updateTime the revision; what is not
 * processed yet is tentative. */
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct google {
	struct timeline t;
	unsigned long n;
};

static const struct {
	const char *type;
	enum stage stage;
	int metric; /* of its minutes; 0: none */
} types[] = {
	{"AWAKE", STAGE_AWAKE, 0},
	{"LIGHT", STAGE_LIGHT, DOZED__V1__METRIC__METRIC_LIGHT_S},
	{"DEEP", STAGE_DEEP, DOZED__V1__METRIC__METRIC_DEEP_S},
	{"REM", STAGE_REM, DOZED__V1__METRIC__METRIC_REM_S},
	{"ASLEEP", STAGE_ASLEEP, 0},
	{"RESTLESS", STAGE_RESTLESS, 0},
};

static const struct vendor_total totals[] = {
	{"minutesAsleep", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 60},
	{"minutesAwake", DOZED__V1__METRIC__METRIC_AWAKE_S, 60},
	{"minutesToFallAsleep", DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, 60},
	{0},
};

/* The place in types[], or -1. */
static int
type_of(const json_t *o)
{
	const char *text = json_text(o, "type");

	for (size_t i = 0; text && i < array_len(types); i++)
		if (strcmp(types[i].type, text) == 0)
			return (int)i;
	return -1;
}

/* "3600s" in minutes; `otherwise` where there is none. */
static int
offset(const json_t *o, const char *path, int otherwise)
{
	const char *text = json_text(o, path);
	char *end;
	long s = text ? strtol(text, &end, 10) : 0;

	if (!text || end == text || strcmp(end, "s") != 0 || labs(s) > 86400)
		return otherwise;
	return (int)(s / 60);
}

static const char *
stages(const struct reading *g, const json_t *list, struct timeline *t)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		int type = type_of(o);
		int64_t start, end;
		const char *why = vendor_time(g, json_text(o, "startTime"), &start, NULL);
		if (!why)
			why = vendor_time(g, json_text(o, "endTime"), &end, NULL);
		if (!why && type < 0)
			why = "a stage that is none of Google's";
		if (!why)
			why = timeline_add(t, start, end, types[type].stage);
		if (why)
			return why;
	}
	return NULL;
}

static void
metrics(struct found_session *s, const json_t *summary)
{
	const json_t *list = json_at(summary, "stagesSummary");

	vendor_totals(s, summary, totals);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		int type = type_of(o);
		if (type >= 0 && types[type].metric)
			vendor_metric(s, types[type].metric, json_num(o, "minutes") * 60);
	}
	vendor_sum_sleep(s);
}

static const char *
convert(const struct reading *g, const json_t *point, struct found_session *s,
	struct timeline *t)
{
	const json_t *o = json_at(point, "sleep");
	const char *updated = json_text(o, "updateTime"),
		   *name = json_text(point, "name");
	int nap = json_flag(o, "metadata.nap");

	if (!json_is_object(o))
		return "no sleep";
	const char *why = vendor_id(s, name ? name : json_text(o, "metadata.externalId"));
	if (why ||
		(why = vendor_time(g, json_text(o, "interval.startTime"), &s->start,
			 &s->offset_start_min)) ||
		(why = vendor_time(g, json_text(o, "interval.endTime"), &s->end,
			 &s->offset_end_min)))
		return why;
	if (updated && (why = vendor_time(g, updated, &s->revision, NULL)))
		return why;
	s->offset_start_min = offset(o, "interval.startUtcOffset", s->offset_start_min);
	s->offset_end_min = offset(o, "interval.endUtcOffset", s->offset_end_min);
	s->status =
		json_flag(o, "metadata.processed") == 0 ? RECORD_TENTATIVE : RECORD_FINAL;
	s->kind = nap == 1 ? SLEEP_NAP : nap == 0 ? SLEEP_MAIN : SLEEP_UNSPECIFIED;
	const char *app = json_text(point, "dataSource.device.displayName");
	vendor_app(s, app ? app : json_text(point, "dataSource.platform"));
	metrics(s, json_at(o, "summary"));
	return stages(g, json_at(o, "stages"), t);
}

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	struct google *f = ctx;
	struct found_session s = {0};
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "point %lu", ++f->n);
	const char *why = convert(g, o, &s, &f->t);
	return vendor_session(g, &s, &f->t, place, why);
}

static int
read_google(struct input *in, struct reading *g)
{
	struct google f = {0};
	int r = vendor_records(in, g, "dataPoints", one, &f);

	timeline_finish(&f.t);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const texts[] = {
		"\"sleep\"", "\"interval\"", "\"startTime\"", "\"endTime\"", NULL};
	return vendor_sniff(head, n, texts);
}

/* clang-format off */
#define POINT "dataPoints."
#define SLEEP "dataPoints.sleep."
static const struct field fields[] = {
	{POINT "name", "record_id", NULL},
	{POINT "dataSource.platform", "app", "where there is no displayName"},
	{POINT "dataSource.device.displayName", "app", NULL},
	{SLEEP "interval.startTime", "start", NULL},
	{SLEEP "interval.startUtcOffset", "offset", "of the start"},
	{SLEEP "interval.endTime", "end", NULL},
	{SLEEP "interval.endUtcOffset", "offset", "of the end"},
	{SLEEP "type", NULL, "STAGES or CLASSIC: the stages tell"},
	{SLEEP "stages.startTime", "stage", NULL},
	{SLEEP "stages.endTime", "stage", NULL},
	{SLEEP "stages.type", "stage", NULL},
	{SLEEP "stages.startUtcOffset", NULL, "the time is UTC"},
	{SLEEP "stages.endUtcOffset", NULL, "the time is UTC"},
	{SLEEP "metadata.externalId", "record_id", "where there is no name"},
	{SLEEP "metadata.processed", "status", "false: tentative"},
	{SLEEP "metadata.nap", "kind", NULL},
	{SLEEP "metadata.manuallyEdited", NULL, "an edit raises updateTime"},
	{SLEEP "metadata.stagesStatus", NULL, "the type tells"},
	{SLEEP "summary.minutesAsleep", "total sleep", NULL},
	{SLEEP "summary.minutesAwake", "awake", NULL},
	{SLEEP "summary.minutesToFallAsleep", "latency", NULL},
	{SLEEP "summary.minutesInSleepPeriod", NULL, "the end less the start"},
	{SLEEP "summary.minutesAfterWakeUp", NULL, "the stages give it"},
	{SLEEP "summary.stagesSummary.type", "light, deep, REM", NULL},
	{SLEEP "summary.stagesSummary.minutes", "light, deep, REM", NULL},
	{SLEEP "summary.stagesSummary.count", NULL, "the stages give it"},
	{SLEEP "createTime", NULL, "updateTime is the revision"},
	{SLEEP "updateTime", "revision", NULL},
	{"nextPageToken", NULL, "of the interface: more pages"},
	{0},
};
/* clang-format on */

const struct reader reader_google_health = {
	.name = "google_health",
	.carries = "sleep of the Google Health API v4 (JSON; Fitbit, Pixel): stages, "
		   "totals, "
		   "naps, revisions",
	.example = "{\"dataPoints\": [{\"name\": ..., \"sleep\": {\"interval\": ...}}]}",
	.fields = fields,
	.sniff = sniff,
	.read = read_google,
};
