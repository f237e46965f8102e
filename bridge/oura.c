/* SPDX-License-Identifier: MIT */
/* The oura reader: sleep documents of Oura's API v2 (a collection, a list, one document) and
 * the notice that one was deleted. A document that was analysed again, or whose bedtime the
 * person moved, keeps its id and states no time of change: the file's writing time
 * counts. The types "rest" and "deleted" are no sleep; they withdraw what was. */
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PHASE_FINE_S   30
#define PHASE_COARSE_S 300
#define ITEMS_MAX      COLLECT_SESSION_MAX_S

enum { RANK_ANALYSED, RANK_EDITED, RANK_DELETED };

struct oura {
	struct timeline t;
	unsigned long n;
};

static const struct vendor_total totals[] = {
	{"total_sleep_duration", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 1},
	{"awake_time", DOZED__V1__METRIC__METRIC_AWAKE_S, 1},
	{"light_sleep_duration", DOZED__V1__METRIC__METRIC_LIGHT_S, 1},
	{"deep_sleep_duration", DOZED__V1__METRIC__METRIC_DEEP_S, 1},
	{"rem_sleep_duration", DOZED__V1__METRIC__METRIC_REM_S, 1},
	{"latency", DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, 1},
	{"efficiency", DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, 1},
	{0},
};

/* "4422233": a digit for every step_s seconds. */
static const char *
phases(const char *text, int64_t start, int step_s, struct timeline *t)
{
	static const enum stage stages[] = {
		STAGE_DEEP, STAGE_LIGHT, STAGE_REM, STAGE_AWAKE};
	size_t n = strlen(text);

	if (n > (size_t)(COLLECT_SESSION_MAX_S / step_s))
		return "more phases than a night has";
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && text[j] == text[i];)
			j++;
		if (text[i] < '1' || text[i] > '4')
			return "a phase that is none of Oura's";
		int64_t step = step_s * SECOND_MS;
		const char *why = timeline_add(t, start + (int64_t)i * step,
			start + (int64_t)j * step, stages[text[i] - '1']);
		if (why)
			return why;
	}
	return NULL;
}

static int
is_type(const json_t *o, const char *type)
{
	const char *text = json_text(o, "type");
	return text && strcmp(text, type) == 0;
}

static const char *
convert(const struct reading *g, const json_t *o, struct found_session *s,
	struct timeline *t)
{
	const char *reason = json_text(o, "sleep_analysis_reason");
	const char *why = vendor_id(s, json_text(o, "id"));

	if (why)
		return why;
	if (is_type(o, "rest") || is_type(o, "deleted")) {
		s->status = RECORD_DELETED;
		vendor_rank(g, s, RANK_DELETED);
		return NULL;
	}
	if ((why = vendor_time(g, json_text(o, "bedtime_start"), &s->start,
		     &s->offset_start_min)) ||
		(why = vendor_time(
			 g, json_text(o, "bedtime_end"), &s->end, &s->offset_end_min)))
		return why;
	s->status = RECORD_FINAL;
	s->kind = is_type(o, "long_sleep")                        ? SLEEP_MAIN
		  : is_type(o, "sleep") || is_type(o, "late_nap") ? SLEEP_NAP
								  : SLEEP_UNSPECIFIED;
	vendor_rank(g, s,
		reason && strcmp(reason, "bedtime_edit") == 0 ? RANK_EDITED
							      : RANK_ANALYSED);
	vendor_totals(s, o, totals);
	vendor_sum_sleep(s);
	const char *fine = json_text(o, "sleep_phase_30_sec"),
		   *coarse = json_text(o, "sleep_phase_5_min");
	if (fine && *fine)
		return phases(fine, s->start, PHASE_FINE_S, t);
	return coarse ? phases(coarse, s->start, PHASE_COARSE_S, t) : NULL;
}

/* {"interval": 300, "items": [null, 56], "timestamp": ...} */
static int
series(struct reading *g, const json_t *o, const char *channel)
{
	const json_t *items = json_at(o, "items");
	double interval = json_num(o, "interval");
	int64_t start;
	int r = 0;

	if (json_array_size(items) == 0)
		return 0;
	const char *why = vendor_time(g, json_text(o, "timestamp"), &start, NULL);
	if (!why && !(interval >= 1 && interval <= 3600))
		why = "an interval that cannot be one";
	if (!why && (double)json_array_size(items) * interval > ITEMS_MAX)
		why = "longer than a day";
	if (why) {
		report_refuse(g->report, 0, "%s: %s", channel, why);
		return 0;
	}
	for (size_t i = 0; i < json_array_size(items) && r == 0; i++)
		r = vendor_sample(g, channel,
			start + llround((double)i * interval * SECOND_MS),
			json_num(json_array_get(items, i), ""));
	return r;
}

static int
take(struct reading *g, const json_t *o, struct oura *f)
{
	struct found_session s = {0};
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "sleep %lu", ++f->n);
	const char *why = convert(g, o, &s, &f->t);
	int is_sleep = s.status != RECORD_DELETED;
	int r = vendor_session(g, &s, &f->t, place, why);
	if (r || why || !is_sleep)
		return r;
	r = series(g, json_at(o, "heart_rate"), "heart_rate");
	return r ? r : series(g, json_at(o, "hrv"), "hrv_rmssd");
}

/* A webhook says that a document is new or gone, not what is in it. */
static int
notice(struct reading *g, const json_t *o)
{
	struct found_session s = {.status = RECORD_DELETED};
	const char *event = json_text(o, "event_type"), *what = json_text(o, "data_type");

	if (!event || !what || strcmp(what, "sleep") != 0 ||
		strcmp(event, "delete") != 0) {
		report_refuse(g->report, 0,
			"a notice that there is something to fetch, no sleep itself");
		return 0;
	}
	vendor_rank(g, &s, RANK_DELETED);
	return vendor_session(
		g, &s, NULL, "notice", vendor_id(&s, json_text(o, "object_id")));
}

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	struct oura *f = ctx;
	return json_at(o, "object_id") ? notice(g, o) : take(g, o, f);
}

static int
read_oura(struct input *in, struct reading *g)
{
	struct oura f = {0};
	int r = vendor_records(in, g, "data", one, &f);

	timeline_finish(&f.t);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const sleep[] = {"\"bedtime_start\"", "\"bedtime_end\"", NULL},
				 *const webhook[] = {"\"event_type\"", "\"data_type\"",
					 "\"object_id\"", NULL};
	return vendor_sniff(head, n, sleep) || vendor_sniff(head, n, webhook);
}

/* clang-format off */
#define MEAN_OF_NIGHT "of the whole night; the hub works from samples"
static const struct field fields[] = {
	{"data.id", "record_id", NULL},
	{"data.type", "kind", "long_sleep: night; sleep, late_nap: nap; rest, deleted: no sleep, withdraws the record"},
	{"data.bedtime_start", "start", "and its offset"},
	{"data.bedtime_end", "end", "and its offset"},
	{"data.day", NULL, "the hub finds the night's date"},
	{"data.sleep_phase_30_sec", "stage", "1 deep, 2 light, 3 REM, 4 awake"},
	{"data.sleep_phase_5_min", "stage", "the same, where there are none of 30 s"},
	{"data.total_sleep_duration", "total sleep", NULL},
	{"data.awake_time", "awake", NULL},
	{"data.light_sleep_duration", "light", NULL},
	{"data.deep_sleep_duration", "deep", NULL},
	{"data.rem_sleep_duration", "REM", NULL},
	{"data.latency", "latency", NULL},
	{"data.efficiency", "efficiency", "not a night's SE, which the hub counts"},
	{"data.time_in_bed", NULL, "the end less the start"},
	{"data.heart_rate.items", "heart_rate", "null is no value"},
	{"data.heart_rate.interval", "heart_rate", "its times"},
	{"data.heart_rate.timestamp", "heart_rate", "its times"},
	{"data.hrv.items", "hrv_rmssd", "null is no value"},
	{"data.hrv.interval", "hrv_rmssd", "its times"},
	{"data.hrv.timestamp", "hrv_rmssd", "its times"},
	{"data.sleep_analysis_reason", "revision", "bedtime_edit counts more than an analysis as old"},
	{"data.average_breath", NULL, MEAN_OF_NIGHT},
	{"data.average_heart_rate", NULL, MEAN_OF_NIGHT},
	{"data.average_hrv", NULL, MEAN_OF_NIGHT},
	{"data.lowest_heart_rate", NULL, MEAN_OF_NIGHT},
	{"data.movement_30_sec", NULL, "four grades, no counts"},
	{"data.restless_periods", NULL, "without their times"},
	{"data.period", NULL, "a number within the day"},
	{"data.low_battery_alert", NULL, "of the ring, not of the wearer"},
	{"data.readiness_score_delta", NULL, "of another score"},
	{"data.sleep_score_delta", NULL, "of another score"},
	{"data.sleep_algorithm_version", NULL, "of the app, not of the wearer"},
	{"data.ring_id", NULL, "of the ring, not of the wearer"},
	{"next_token", NULL, "of the interface: more pages"},
	{"event_type", "status", "delete withdraws the record"},
	{"data_type", NULL, "only sleep is taken"},
	{"object_id", "record_id", NULL},
	{"event_time", NULL, "the file's writing time counts"},
	{"user_id", NULL, "whose it is says --person"},
	{0},
};
/* clang-format on */

const struct reader reader_oura = {
	.name = "oura",
	.carries =
		"sleep of Oura's API v2 (JSON): stages, heart rate and HRV every 5 min, "
		"totals; deletions",
	.example = "{\"data\": [{\"id\": ..., \"bedtime_start\": ..., "
		   "\"sleep_phase_5_min\": ...}]}",
	.fields = fields,
	.sniff = sniff,
	.read = read_oura,
};
