/* SPDX-License-Identifier: MIT */
/* The fitbit reader: sleep logs as Fitbit's account export and its Web API v1.2 write
 * them, an array of logs or {"sleep": [...]}. Times are local and carry no zone. The
 * short wakes (shortData, at most 3 min) lie over the stages (data); together they give
 * Fitbit's own minutes. A log that comes twice has the same logId. Heart rates of a day:
 * fitbit_heart.c. */
#include "fitbit_heart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dozed/v1/batch.pb-c.h"

#define STEP_S    30
#define STEPS_MAX (COLLECT_SESSION_MAX_S / STEP_S)

static const struct {
	const char *level;
	enum stage stage;
} levels[] = {
	{"wake", STAGE_AWAKE},
	{"light", STAGE_LIGHT},
	{"deep", STAGE_DEEP},
	{"rem", STAGE_REM},
	{"asleep", STAGE_ASLEEP},
	{"restless", STAGE_RESTLESS},
	{"awake", STAGE_AWAKE},
	{"unknown", STAGE_UNMEASURABLE},
};

static enum stage
level_stage(const char *level)
{
	for (size_t i = 0; level && i < array_len(levels); i++)
		if (strcmp(levels[i].level, level) == 0)
			return levels[i].stage;
	return STAGE_UNSPECIFIED;
}

/* A night on a grid of STEP_S from its start; STAGE_UNSPECIFIED = nothing known. */
struct hypnogram {
	int64_t start, face;   /* the instant, and what the wall clock showed then */
	int64_t change, after; /* of clocks within the night, and the offset after it */
	int on_the_wall;       /* 1: the levels follow the change of clocks */
	const struct zone *zone;
	size_t n;
	unsigned char step[STEPS_MAX];
};

/* A wall-clock text as if it were UTC. */
static const char *
face(const char *text, int64_t *ret)
{
	char utc[40];
	utc_ms t;

	if (!text || snprintf(utc, sizeof utc, "%sZ", text) >= (int)sizeof utc ||
		!civil_time_parse(utc, NULL, &t, NULL))
		return text ? "a time that cannot be read" : "a time is missing";
	*ret = t.ms;
	return NULL;
}

static const char *
begin(const struct reading *g, const char *text, struct hypnogram *h)
{
	const char *why =
		text ? reading_time(g, text, 0, &h->start) : "a time is missing";

	if (why)
		return why;
	h->zone = g->zone;
	h->after = zone_offset_s(g->zone, UTC(h->start + DAY_MS)) * SECOND_MS;
	h->change = h->after - zone_offset_s(g->zone, UTC(h->start)) * SECOND_MS;
	return face(text, &h->face);
}

/* Milliseconds from the start to a level. In a night with a change of clocks there are two
 * ways to write it: account exports run on in the offset of the start (six PMData nights of
 * 2020-03-29; an hour of "unknown" fills up to the shown end), others follow the wall. The
 * levels of a night join without a gap, which tells the two apart: `expected` is where the
 * one before ended. */
static int64_t
place(struct hypnogram *h, int64_t shown, int64_t expected, int is_short)
{
	int64_t on = shown - h->face, wall = on - h->change;

	if (h->change == 0 || wall < 0 ||
		zone_offset_s(h->zone, UTC(h->start + wall)) * SECOND_MS != h->after)
		return on;
	/* in an hour that is shown twice, a short wake is in the first it can be in */
	int follows = is_short ? h->on_the_wall && (h->change > 0 || on < expected)
			       : llabs(wall - expected) < llabs(on - expected);
	if (!is_short)
		h->on_the_wall |= follows;
	return follows ? wall : on;
}

/* Paints one of the two lists. NULL, or why the log cannot be used. */
static const char *
paint(struct hypnogram *h, const json_t *list, int is_short)
{
	int64_t expected = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		enum stage stage =
			level_stage(json_string_value(json_object_get(o, "level")));
		json_int_t seconds = json_integer_value(json_object_get(o, "seconds"));
		int64_t shown;
		const char *why =
			face(json_string_value(json_object_get(o, "dateTime")), &shown);
		if (why)
			return why;
		if (stage == STAGE_UNSPECIFIED)
			return "a level that is none of Fitbit's";
		if (seconds <= 0 || seconds > COLLECT_SESSION_MAX_S)
			return "a level without a duration";
		int64_t t = place(h, shown, expected, is_short);
		int64_t from = (t + STEP_S * SECOND_MS / 2) / (STEP_S * SECOND_MS);
		int64_t n = (seconds + STEP_S / 2) / STEP_S;
		if (t < 0 || t > DAY_MS || from + n > STEPS_MAX)
			return "a level outside of the log's day";
		memset(h->step + from, (int)stage, (size_t)n);
		if ((size_t)(from + n) > h->n)
			h->n = (size_t)(from + n);
		expected = t + seconds * SECOND_MS;
	}
	return NULL;
}

static void
runs(const struct hypnogram *h, struct found_session *s)
{
	s->stages = xcalloc(h->n, sizeof *s->stages);
	for (size_t i = 0, j; i < h->n; i = j) {
		for (j = i; j < h->n && h->step[j] == h->step[i];)
			j++;
		if (h->step[i] != STAGE_UNSPECIFIED)
			s->stages[s->n_stages++] = (struct stage_span){
				(uint32_t)i * STEP_S, (uint32_t)(j - i) * STEP_S,
				(enum stage)h->step[i]};
	}
}

/* What Fitbit states itself. */
static const struct {
	const char *key;
	int metric;
	double scale, max;
} stated[] = {
	{"minutesToFallAsleep", DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, 60, 1440},
	{"minutesAsleep", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 60, 1440},
	{"minutesAwake", DOZED__V1__METRIC__METRIC_AWAKE_S, 60, 1440},
	{"levels.summary.light.minutes", DOZED__V1__METRIC__METRIC_LIGHT_S, 60, 1440},
	{"levels.summary.deep.minutes", DOZED__V1__METRIC__METRIC_DEEP_S, 60, 1440},
	{"levels.summary.rem.minutes", DOZED__V1__METRIC__METRIC_REM_S, 60, 1440},
	{"efficiency", DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, 1, 100},
};

static void
metrics(struct found_session *s, const json_t *log)
{
	for (size_t i = 0; i < array_len(stated); i++) {
		const json_t *v = json_at(log, stated[i].key);
		double x = json_number_value(v);
		if (json_is_number(v) && x >= 0 && x <= stated[i].max)
			s->metrics[s->n_metrics++] = (struct found_metric){
				stated[i].metric, x * stated[i].scale};
	}
}

static enum sleep_kind
kind_of(const json_t *log)
{
	const json_t *v = json_object_get(log, "isMainSleep");

	if (!v)
		v = json_object_get(log, "mainSleep");
	if (!json_is_boolean(v))
		return SLEEP_UNSPECIFIED;
	return json_is_true(v) ? SLEEP_MAIN : SLEEP_NAP;
}

/* logId: a number, or its digits as text. */
static int
record_id(const json_t *log, char *ret, size_t size)
{
	const json_t *id = json_object_get(log, "logId");
	const char *text = json_string_value(id);

	if (json_is_integer(id) && json_integer_value(id) > 0)
		return snprintf(ret, size, "%lld", (long long)json_integer_value(id)) > 0;
	if (!text || !*text || strlen(text) >= size ||
		strspn(text, "0123456789") != strlen(text))
		return 0;
	snprintf(ret, size, "%s", text);
	return 1;
}

/* NULL, or why the log cannot be used. */
static const char *
convert(const struct reading *g, const json_t *log, struct found_session *s)
{
	const json_t *lists = json_object_get(log, "levels");
	struct hypnogram h = {0};
	const char *start = json_string_value(json_object_get(log, "startTime"));

	if (!json_is_object(log))
		return "not a sleep log";
	if (!record_id(log, s->record_id, sizeof s->record_id))
		return "no logId";
	const char *why = begin(g, start, &h);
	if (!why)
		why = paint(&h, json_object_get(lists, "data"), 0);
	if (!why && h.n == 0)
		why = "no sleep stages";
	size_t end = h.n;
	if (!why)
		why = paint(&h, json_object_get(lists, "shortData"), 1);
	if (why)
		return why;
	h.n = end; /* a short wake does not prolong the night */
	while (h.n > 1 && (h.step[h.n - 1] == STAGE_UNMEASURABLE ||
				  h.step[h.n - 1] == STAGE_UNSPECIFIED))
		h.n--; /* nor does what was not measured */
	s->start = h.start;
	s->end = h.start + (int64_t)h.n * STEP_S * SECOND_MS;
	s->offset_start_min = zone_offset_s(g->zone, UTC(s->start)) / 60;
	s->offset_end_min = zone_offset_s(g->zone, UTC(s->end)) / 60;
	s->kind = kind_of(log);
	metrics(s, log);
	runs(&h, s);
	return NULL;
}

static int
take_logs(struct reading *g, const json_t *logs)
{
	for (size_t i = 0; i < json_array_size(logs); i++) {
		struct found_session s = {0};
		const char *why = convert(g, json_array_get(logs, i), &s);
		if (why) {
			report_refuse(g->report, 0, "log %zu: %s", i + 1, why);
			continue;
		}
		int r = collect_session(g->to, g->person, &s);
		if (r < 0)
			return r;
		g->used++;
	}
	return 0;
}

static int
each(struct reading *g, const json_t *o, void *ctx)
{
	const json_t *logs = json_is_object(o) ? json_object_get(o, "sleep") : o;

	(void)ctx;
	if (fitbit_is_heart(o))
		return fitbit_heart(g, o);
	if (json_is_array(logs))
		return take_logs(g, logs);
	report_refuse(g->report, 0, "no list of sleep logs in it");
	return 0;
}

static int
read_fitbit(struct input *in, struct reading *g)
{
	if (!g->person || !g->zone) {
		report_refuse(g->report, 0, "%s",
			g->person ? "Fitbit writes local times without a zone: say "
				    "--zone, for "
				    "example --zone Europe/Oslo"
				  : "whose is it? Say --person");
		return 0;
	}
	return json_file_list(in, g, "sleep", each, NULL);
}

static int
sniff(const char *head, size_t n)
{
	static const char key[] = "\"dateOfSleep\"", heart[] = "\"activities-heart\"";
	size_t i = 0;

	while (i < n && strchr(" \t\r\n", head[i]))
		i++;
	return i < n && (head[i] == '[' || head[i] == '{') &&
	       (memmem(head, n, key, sizeof key - 1) ||
		       memmem(head, n, heart, sizeof heart - 1));
}

/* clang-format off */
#define BOTH(path, to, note) {path, to, note}, {"sleep." path, to, note}
#define SUM "the levels give it"
#define COUNTED(level) \
	BOTH("levels.summary." level ".minutes", NULL, SUM), BOTH("levels.summary." level ".count", NULL, SUM), \
	BOTH("levels.summary." level ".thirtyDayAvgMinutes", NULL, "of other nights")
#define STATED(level, to) \
	BOTH("levels.summary." level ".minutes", to, "beside the levels, which count"), \
	BOTH("levels.summary." level ".count", NULL, SUM), \
	BOTH("levels.summary." level ".thirtyDayAvgMinutes", NULL, "of other nights")
#define HEART "activities-heart."
#define ZONES "of the whole day"
static const struct field fields[] = {
	BOTH("logId", "record_id", NULL),
	BOTH("startTime", "start", "local: by --zone"),
	BOTH("levels.data.dateTime", "stage", "local: by --zone"),
	BOTH("levels.data.level", "stage", NULL),
	BOTH("levels.data.seconds", "stage", "to half minutes"),
	BOTH("levels.shortData.dateTime", "stage", "lies over levels.data"),
	BOTH("levels.shortData.level", "stage", "lies over levels.data"),
	BOTH("levels.shortData.seconds", "stage", "lies over levels.data"),
	BOTH("minutesToFallAsleep", "latency", NULL),
	BOTH("minutesAsleep", "total sleep", NULL),
	BOTH("efficiency", "efficiency", "not a night's SE, which the hub counts"),
	BOTH("isMainSleep", "kind", NULL),
	BOTH("mainSleep", "kind", NULL),
	BOTH("dateOfSleep", NULL, "the hub finds the night's date"),
	BOTH("endTime", NULL, "the end of the last level; a wall clock gives no duration"),
	BOTH("duration", NULL, "the levels give it"),
	BOTH("timeInBed", NULL, "the levels give it"),
	BOTH("minutesAwake", "awake", "beside the levels, which count"),
	BOTH("minutesAfterWakeup", NULL, "the levels give it"),
	BOTH("type", NULL, "stages or classic: the levels tell"),
	BOTH("infoCode", NULL, "how Fitbit made the log, no number of it"),
	BOTH("logType", NULL, "by hand or by itself: it counts as well"),
	STATED("deep", "deep"),
	STATED("light", "light"),
	STATED("rem", "REM"),
	COUNTED("wake"),
	COUNTED("asleep"),
	COUNTED("restless"),
	COUNTED("awake"),
	{HEART "dateTime", "heart_rate", "the day of the times"},
	{"activities-heart-intraday.dataset.time", "heart_rate", "local: by --zone"},
	{"activities-heart-intraday.dataset.value", "heart_rate", NULL},
	{"activities-heart-intraday.datasetInterval", NULL, "the times give it"},
	{"activities-heart-intraday.datasetType", NULL, "the times give it"},
	{HEART "value", NULL, ZONES},
	{HEART "heartRateZones.name", NULL, ZONES},
	{HEART "heartRateZones.min", NULL, ZONES},
	{HEART "heartRateZones.max", NULL, ZONES},
	{HEART "heartRateZones.minutes", NULL, ZONES},
	{HEART "heartRateZones.caloriesOut", NULL, ZONES},
	{HEART "customHeartRateZones.name", NULL, ZONES},
	{HEART "customHeartRateZones.min", NULL, ZONES},
	{HEART "customHeartRateZones.max", NULL, ZONES},
	{HEART "customHeartRateZones.minutes", NULL, ZONES},
	{HEART "customHeartRateZones.caloriesOut", NULL, ZONES},
	{"summary.stages.deep", NULL, "of the whole day"},
	{"summary.stages.light", NULL, "of the whole day"},
	{"summary.stages.rem", NULL, "of the whole day"},
	{"summary.stages.wake", NULL, "of the whole day"},
	{"summary.totalMinutesAsleep", NULL, "of the whole day"},
	{"summary.totalSleepRecords", NULL, "of the whole day"},
	{"summary.totalTimeInBed", NULL, "of the whole day"},
	{0},
};
/* clang-format on */

const struct reader reader_fitbit = {
	.name = "fitbit",
	.carries = "sleep logs of Fitbit's account export or Web API v1.2 (JSON): "
		   "stages, naps, "
		   "time to fall asleep",
	.example =
		"[{\"logId\": ..., \"startTime\": ..., \"levels\": ...}] (needs --zone)",
	.fields = fields,
	.sniff = sniff,
	.read = read_fitbit,
};
