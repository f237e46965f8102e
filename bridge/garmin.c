/* SPDX-License-Identifier: MIT */
/* The garmin reader: a day of sleep as Garmin Connect answers it to the tools that fetch it
 * (one document, a list, or one a line), and the sleep summaries that Garmin's Health API
 * pushes. Connect has one record a day; its own id is the start, which an edit moves, so
 * the day is the key. Its ...Local times are epochs shifted by the offset and serve for the
 * offset only. Neither states when it last changed: the file's writing time counts, but no
 * tentative version takes the place of a final one, however late it comes. Naps are in
 * garmin_nap.c. A night or nap that was deleted is not named: it stops being sent. */
#include "garmin_fields.h"
#include "garmin_nap.h"
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATE_SIZE 10 /* "2026-03-29" */

enum { CONNECT_DEEP, CONNECT_LIGHT, CONNECT_REM, CONNECT_AWAKE };

struct garmin {
	struct timeline t;
	unsigned long n; /* records */
};

static enum record_status
status_of(const char *confirmed)
{
	return confirmed && (strcasestr(confirmed, "tentative") ||
				    strcasestr(confirmed, "unconfirmed"))
		       ? RECORD_TENTATIVE
		       : RECORD_FINAL;
}

/* --- Connect ---------------------------------------------------------------------- */

static const struct vendor_total connect_totals[] = {
	{"sleepTimeSeconds", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 1},
	{"awakeSleepSeconds", DOZED__V1__METRIC__METRIC_AWAKE_S, 1},
	{"lightSleepSeconds", DOZED__V1__METRIC__METRIC_LIGHT_S, 1},
	{"deepSleepSeconds", DOZED__V1__METRIC__METRIC_DEEP_S, 1},
	{"remSleepSeconds", DOZED__V1__METRIC__METRIC_REM_S, 1},
	{"awakeCount", DOZED__V1__METRIC__METRIC_AWAKENINGS, 1},
	{"sleepScores.overall.value", DOZED__V1__METRIC__METRIC_VENDOR_SCORE, 1},
	{0},
};

/* Unless the day has REM data, 2 and 3 both mean awake. */
static enum stage
connect_stage(double level, int has_rem)
{
	if (level == CONNECT_DEEP)
		return STAGE_DEEP;
	if (level == CONNECT_LIGHT)
		return STAGE_LIGHT;
	if (level == CONNECT_REM)
		return has_rem ? STAGE_REM : STAGE_AWAKE;
	if (level == CONNECT_AWAKE)
		return STAGE_AWAKE;
	return level == -1 ? STAGE_UNMEASURABLE : STAGE_UNSPECIFIED;
}

static const char *
connect_levels(const struct reading *g, const json_t *day, struct timeline *t)
{
	const json_t *list = json_at(day, "sleepLevels");
	int has_rem = json_flag(day, "remSleepData") == 1;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		enum stage stage = connect_stage(json_num(o, "activityLevel"), has_rem);
		int64_t start, end;
		const char *why = vendor_gmt(g, json_text(o, "startGMT"), &start);
		if (!why)
			why = vendor_gmt(g, json_text(o, "endGMT"), &end);
		if (!why && stage == STAGE_UNSPECIFIED)
			why = "a level that is none of Garmin's";
		if (!why)
			why = timeline_add(t, start, end, stage);
		if (why)
			return why;
	}
	return NULL;
}

static int
connect_offset(const json_t *dto, const char *local, int64_t gmt, int otherwise)
{
	int64_t shown;
	return json_whole(dto, local, &shown) ? (int)((shown - gmt) / MINUTE_MS)
					      : otherwise;
}

static const char *
connect_night(
	struct reading *g, const json_t *day, struct found_session *s, struct timeline *t)
{
	const json_t *dto = json_at(day, "dailySleepDTO");
	int64_t start, end;
	char id[RECORD_ID_MAX + 1];
	const char *date = json_text(dto, "calendarDate");

	if (!date)
		return "no calendarDate";
	if (strlen(date) != DATE_SIZE ||
		snprintf(id, sizeof id, "connect-%s", date) >= (int)sizeof id)
		return "a calendarDate that cannot be one";
	if (!json_whole(dto, "sleepStartTimestampGMT", &start) ||
		!json_whole(dto, "sleepEndTimestampGMT", &end))
		return "a time is missing";
	const char *why = vendor_epoch(g, start, &s->start);
	if (!why)
		why = vendor_epoch(g, end, &s->end);
	if (!why)
		why = vendor_id(s, id);
	if (why)
		return why;
	s->kind = SLEEP_MAIN;
	s->offset_start_min = connect_offset(
		dto, "sleepStartTimestampLocal", start, vendor_offset(g, start, 0));
	s->offset_end_min = connect_offset(
		dto, "sleepEndTimestampLocal", end, vendor_offset(g, end, 0));
	s->status = status_of(json_text(dto, "sleepWindowConfirmationType"));
	vendor_totals(s, dto, connect_totals);
	vendor_sum_sleep(s);
	return connect_levels(g, day, t);
}

/* Values of the night, a list each; what Garmin did not measure is 0 or less. */
static int
connect_samples(struct reading *g, const json_t *day)
{
	static const struct {
		const char *list, *at, *value, *channel;
	} kinds[] = {
		{"sleepHeartRate", "startGMT", "value", "heart_rate"},
		{"hrvData", "startGMT", "value", "hrv_rmssd"},
		{"wellnessEpochRespirationDataDTOList", "startTimeGMT",
			"respirationValue", "resp_rate"},
	};
	int r = 0;

	for (size_t k = 0; k < array_len(kinds); k++) {
		const json_t *list = json_at(day, kinds[k].list);
		for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
			const json_t *o = json_array_get(list, i);
			double v = json_num(o, kinds[k].value);
			int64_t at;
			if (json_whole(o, kinds[k].at, &at) && v > 0)
				r = vendor_sample(g, kinds[k].channel, at, v);
		}
	}
	return r;
}

static int
take_connect(struct reading *g, const json_t *day, struct garmin *f)
{
	struct found_session s = {0};
	const json_t *dto = json_at(day, "dailySleepDTO");
	char place[VENDOR_PLACE_LEN];
	int64_t end;
	int offset = 0, r;

	if (json_whole(dto, "sleepEndTimestampGMT", &end))
		offset = connect_offset(dto, "sleepEndTimestampLocal", end, 0);
	if ((r = garmin_connect_naps(g, day, offset)))
		return r;
	/* a day without sleep is all nulls: nothing is known of it, it is no fault */
	if (!json_at(dto, "sleepStartTimestampGMT") && !json_at(dto, "sleepTimeSeconds"))
		return 0;
	snprintf(place, sizeof place, "day %lu", f->n);
	const char *why = connect_night(g, day, &s, &f->t);
	r = vendor_session(g, &s, &f->t, place, why);
	return r || why ? r : connect_samples(g, day);
}

/* --- the Health API ---------------------------------------------------------------- */

static const struct vendor_total push_totals[] = {
	{"durationInSeconds", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 1},
	{"awakeDurationInSeconds", DOZED__V1__METRIC__METRIC_AWAKE_S, 1},
	{"lightSleepDurationInSeconds", DOZED__V1__METRIC__METRIC_LIGHT_S, 1},
	{"deepSleepDurationInSeconds", DOZED__V1__METRIC__METRIC_DEEP_S, 1},
	{"remSleepInSeconds", DOZED__V1__METRIC__METRIC_REM_S, 1},
	{"overallSleepScore.value", DOZED__V1__METRIC__METRIC_VENDOR_SCORE, 1},
	{0},
};

static const char *
push_level(
	const struct reading *g, const json_t *list, enum stage stage, struct timeline *t)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		int64_t start, end;
		const char *why = vendor_seconds(g, o, "startTimeInSeconds", &start);
		if (!why)
			why = vendor_seconds(g, o, "endTimeInSeconds", &end);
		if (!why)
			why = timeline_add(t, start, end, stage);
		if (why)
			return why;
	}
	return NULL;
}

static const char *
push_levels(const struct reading *g, const json_t *map, struct timeline *t)
{
	static const struct {
		const char *name;
		enum stage stage;
	} levels[] = {{"unmeasurable", STAGE_UNMEASURABLE}, {"light", STAGE_LIGHT},
		{"deep", STAGE_DEEP}, {"rem", STAGE_REM}, {"awake", STAGE_AWAKE}};
	const char *key, *why = NULL;
	json_t *list;

	json_object_foreach((json_t *)map, key, list)
	{
		enum stage stage = STAGE_UNSPECIFIED;
		for (size_t i = 0; i < array_len(levels); i++)
			if (strcmp(levels[i].name, key) == 0)
				stage = levels[i].stage;
		if (stage == STAGE_UNSPECIFIED && json_array_size(list))
			return "a level that is none of Garmin's";
		if ((why = push_level(g, list, stage, t)))
			return why;
	}
	return NULL;
}

/* The duration leaves out what was awake, and what was not measured. */
static int64_t
push_end(const json_t *o, int64_t start, const struct timeline *t)
{
	double awake = json_num(o, "awakeDurationInSeconds"),
	       unmeasured = json_num(o, "unmeasurableSleepInSeconds"),
	       asleep = json_num(o, "durationInSeconds");
	int64_t end = start;

	for (size_t i = 0; i < t->n; i++)
		end = t->v[i].end > end ? t->v[i].end : end;
	if (end > start || !(asleep >= 0 && asleep <= COLLECT_SESSION_MAX_S))
		return end;
	asleep += awake > 0 && awake <= COLLECT_SESSION_MAX_S ? awake : 0;
	asleep += unmeasured > 0 && unmeasured <= COLLECT_SESSION_MAX_S ? unmeasured : 0;
	return start + llround(asleep) * SECOND_MS;
}

static const char *
push_night(
	struct reading *g, const json_t *o, struct found_session *s, struct timeline *t)
{
	int64_t offset = 0;
	const char *why = vendor_id(s, json_text(o, "summaryId"));

	if (why)
		return "no summaryId";
	if ((why = vendor_seconds(g, o, "startTimeInSeconds", &s->start)) ||
		(why = push_levels(g, json_at(o, "sleepLevelsMap"), t)))
		return why;
	s->end = push_end(o, s->start, t);
	if (!json_whole(o, "startTimeOffsetInSeconds", &offset))
		offset = vendor_offset(g, s->start, 0) * 60;
	if (llabs(offset) > DAY_MS / SECOND_MS)
		return "an offset from UTC that no place has";
	vendor_offsets(g, s, (int)(offset / 60));
	s->status = status_of(json_text(o, "validation"));
	vendor_totals(s, o, push_totals);
	vendor_sum_sleep(s);
	return NULL;
}

/* {"0": 14.2, "60": 14.5}: seconds from the start. */
static int
push_series(struct reading *g, const json_t *map, int64_t start, const char *channel)
{
	const char *key;
	json_t *v;
	int r = 0;

	json_object_foreach((json_t *)map, key, v)
	{
		char *end;
		long s = strtol(key, &end, 10);
		if (*end || end == key || s < 0 || s > COLLECT_SESSION_MAX_S)
			report_refuse(g->report, 0,
				"%s: \"%.20s\" is no number of seconds", channel, key);
		else if (json_number_value(v) > 0)
			r = vendor_sample(
				g, channel, start + s * SECOND_MS, json_number_value(v));
		if (r)
			return r;
	}
	return 0;
}

static int
take_push(struct reading *g, const json_t *o, struct garmin *f)
{
	struct found_session s = {0};
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "sleep %lu", f->n);
	const char *why = push_night(g, o, &s, &f->t);
	int64_t start = s.start;
	int r = vendor_session(g, &s, &f->t, place, why);
	if (r == 0)
		r = garmin_push_naps(g, o);
	if (r || why)
		return r;
	r = push_series(g, json_at(o, "timeOffsetSleepRespiration"), start, "resp_rate");
	return r ? r : push_series(g, json_at(o, "timeOffsetSleepSpo2"), start, "spo2");
}

/* --- both -------------------------------------------------------------------------- */

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	struct garmin *f = ctx;
	const json_t *pushed = json_at(o, "sleeps");
	int r = 0;

	if (json_is_array(pushed)) {
		for (size_t i = 0; i < json_array_size(pushed) && r == 0; i++) {
			f->n++;
			r = take_push(g, json_array_get(pushed, i), f);
		}
		return r;
	}
	f->n++;
	if (json_at(o, "dailySleepDTO"))
		return take_connect(g, o, f);
	report_refuse(
		g->report, 0, "record %lu: neither a dailySleepDTO nor sleeps", f->n);
	return 0;
}

static int
read_garmin(struct input *in, struct reading *g)
{
	struct garmin f = {0};
	int r = vendor_records(in, g, NULL, one, &f);

	timeline_finish(&f.t);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const connect[] = {"\"dailySleepDTO\"", NULL},
				 *const push[] = {"\"sleeps\"", "\"summaryId\"", NULL};
	return vendor_sniff(head, n, connect) || vendor_sniff(head, n, push);
}

const struct reader reader_garmin = {
	.name = "garmin",
	.carries = "sleep of Garmin Connect (JSON of a day, or one a line) and of the "
		   "Health "
		   "API: stages, totals, naps, tentative and final",
	.example = "{\"dailySleepDTO\": {...}, \"sleepLevels\": [...]} / {\"sleeps\": "
		   "[...]}",
	.fields = garmin_fields,
	.sniff = sniff,
	.read = read_garmin,
};
