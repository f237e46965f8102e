/* SPDX-License-Identifier: MIT */
/* The withings reader: the answers of Withings' sleep interface, the series of stages
 * ("get": segments in any order, with heart rate and breaths) and the nights' totals
 * ("getsummary"). Segments have no night and no id: what lies no further than half an
 * hour apart on one device is a night. A summary has an id; "modified" is often earlier than
 * "created" and orders nothing: the file's writing time counts.
 *
 * Series and summary of one night are one record, under the id that came first; the series'
 * stages stay, and the summary adds its score, latency and totals where both are read in one run
 * (told.h). A window of time that cuts the first or last night of an answer takes nothing from
 * a night that was read whole. Neither answer names what was deleted. */
#include "told.h"
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 1000000

static const enum stage states[] = {
	STAGE_AWAKE,
	STAGE_LIGHT,
	STAGE_DEEP,
	STAGE_REM,
	STAGE_ASLEEP, /* entered by hand */
	STAGE_UNMEASURABLE,
};

struct segment {
	int64_t start, end;
	enum stage stage;
	const json_t *o; /* borrowed */
};

struct withings {
	struct timeline t;
	struct segment *v; /* of one document */
	size_t n, cap;
	struct zone *zone; /* the last that a summary named */
};

static const char *
device(const json_t *o)
{
	const char *hash = json_text(o, "hash_deviceid");
	return hash ? hash : "";
}

static int
family_of(const struct reading *g, const json_t *o)
{
	char kind[96];

	snprintf(kind, sizeof kind, "withings %.64s", device(o));
	return told_family(g, kind);
}

static int
segment_compare(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;
	int cmp = strcmp(device(x->o), device(y->o));

	if (cmp)
		return cmp;
	return x->start != y->start ? (x->start < y->start ? -1 : 1)
				    : (x->end > y->end) - (x->end < y->end);
}

static const char *
add_segment(const struct reading *g, const json_t *o, struct withings *f)
{
	int64_t state;
	struct segment s = {.o = o};
	const char *why = vendor_seconds(g, o, "startdate", &s.start);

	if (why || (why = vendor_seconds(g, o, "enddate", &s.end)))
		return why;
	if (!json_whole(o, "state", &state) || state < 0 ||
		state >= (int64_t)array_len(states))
		return "a state that is none of Withings'";
	if (s.end <= s.start || s.end - s.start > COLLECT_SESSION_MAX_S * SECOND_MS)
		return "it ends before it starts, or lasts longer than a day";
	if (f->n == SEGMENTS_MAX)
		return "too many segments";
	s.stage = states[state];
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 64;
		f->v = xrealloc(f->v, f->cap, sizeof *f->v);
	}
	f->v[f->n++] = s;
	return NULL;
}

/* {"1618691453": 70}: what was not measured is 0 or less. */
static int
series(struct reading *g, const json_t *map, const char *channel)
{
	const char *key;
	json_t *v;
	int r = 0;

	json_object_foreach((json_t *)map, key, v)
	{
		char *end;
		long long s = strtoll(key, &end, 10);
		if (*end || end == key || s < 0 || s > UINT32_MAX)
			report_refuse(
				g->report, 0, "%s: \"%.20s\" is no time", channel, key);
		else if (json_number_value(v) > 0)
			r = vendor_sample(
				g, channel, s * SECOND_MS, json_number_value(v));
		if (r)
			return r;
	}
	return 0;
}

static int
segment_samples(struct reading *g, const json_t *o)
{
	static const struct {
		const char *key, *channel;
	} maps[] = {{"hr", "heart_rate"}, {"rr", "resp_rate"}, {"rmssd", "hrv_rmssd"},
		{"sdnn_1", "hrv_sdnn"}};
	int r = 0;

	for (size_t i = 0; i < array_len(maps) && r == 0; i++)
		r = series(g, json_at(o, maps[i].key), maps[i].channel);
	return r;
}

/* The segments [a, b) are one night. */
static int
take_night(struct reading *g, struct withings *f, size_t a, size_t b)
{
	struct found_session s = {.status = RECORD_FINAL};
	char id[RECORD_ID_MAX + 1], place[VENDOR_PLACE_LEN];
	const char *why = NULL;
	int r = 0;

	snprintf(id, sizeof id, "series-%lld", (long long)(f->v[a].start / SECOND_MS));
	snprintf(place, sizeof place, "night from %lld",
		(long long)(f->v[a].start / SECOND_MS));
	for (size_t i = a; i < b && !why; i++)
		why = timeline_add(&f->t, f->v[i].start, f->v[i].end, f->v[i].stage);
	for (size_t i = a; i < b; i++)
		s.end = f->v[i].end > s.end ? f->v[i].end : s.end;
	s.start = f->v[a].start;
	s.offset_start_min = vendor_offset(g, s.start, 0);
	s.offset_end_min = vendor_offset(g, s.end, 0);
	vendor_app(&s, json_text(f->v[a].o, "model"));
	s.family = family_of(g, f->v[a].o);
	s.cut = (a == 0 || strcmp(device(f->v[a - 1].o), device(f->v[a].o)) != 0
				? COLLECT_CUT_START
				: 0) |
		(b == f->n || strcmp(device(f->v[b].o), device(f->v[a].o)) != 0
				? COLLECT_CUT_END
				: 0);
	if (!why)
		why = vendor_id(&s, id);
	r = vendor_session(g, &s, &f->t, place, why);
	for (size_t i = a; i < b && r == 0; i++)
		r = segment_samples(g, f->v[i].o);
	return r;
}

static int
take_segments(struct reading *g, struct withings *f)
{
	int r = 0;

	if (f->n)
		qsort(f->v, f->n, sizeof *f->v, segment_compare);
	for (size_t i = 0, j; i < f->n && r == 0; i = j) {
		int64_t end = f->v[i].end;
		for (j = i + 1; j < f->n && f->v[j].start <= end + COLLECT_GAP_MS &&
				strcmp(device(f->v[i].o), device(f->v[j].o)) == 0;
			j++)
			end = f->v[j].end > end ? f->v[j].end : end;
		r = take_night(g, f, i, j);
	}
	f->n = 0;
	return r;
}

/* --- summaries ----------------------------------------------------------------------- */

static const struct vendor_total totals[] = {
	{"total_sleep_time", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 1},
	{"wakeupduration", DOZED__V1__METRIC__METRIC_AWAKE_S, 1},
	{"waso", DOZED__V1__METRIC__METRIC_WASO_S, 1},
	{"lightsleepduration", DOZED__V1__METRIC__METRIC_LIGHT_S, 1},
	{"deepsleepduration", DOZED__V1__METRIC__METRIC_DEEP_S, 1},
	{"remsleepduration", DOZED__V1__METRIC__METRIC_REM_S, 1},
	{"wakeupcount", DOZED__V1__METRIC__METRIC_AWAKENINGS, 1},
	{"sleep_efficiency", DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, 100},
	{"sleep_score", DOZED__V1__METRIC__METRIC_VENDOR_SCORE, 1},
	{0},
};

/* A real night of 8 h 40 min states a latency of 8 h and a WASO of -7 h beside an hour awake:
 * who was awake no longer than that did not lie longer before sleep. */
static void
latency(struct found_session *s, const json_t *data)
{
	double v = json_num(data, "sleep_latency");

	if (isnan(v))
		v = json_num(data, "durationtosleep");
	if (!(v > json_num(data, "wakeupduration")))
		vendor_metric(s, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, v);
}

/* The zone that the summary names, else --zone; NULL: neither. */
static const struct zone *
zone_of(const struct reading *g, const json_t *o, struct withings *f)
{
	const char *name = json_text(o, "timezone");

	if (!name)
		return g->zone;
	if (f->zone && strcmp(zone_name(f->zone), name) == 0)
		return f->zone;
	f->zone = zone_free(f->zone);
	return zone_open(name, &f->zone) == 0 ? f->zone : g->zone;
}

static const char *
summary(struct reading *g, const json_t *o, struct found_session *s, struct withings *f)
{
	char id[32];
	int64_t number;

	if (!json_whole(o, "id", &number))
		return "no id";
	snprintf(id, sizeof id, "%lld", (long long)number);
	const char *why = vendor_id(s, id);
	if (why || (why = vendor_seconds(g, o, "startdate", &s->start)) ||
		(why = vendor_seconds(g, o, "enddate", &s->end)))
		return why;
	const struct zone *zone = zone_of(g, o, f);
	if (zone) {
		s->offset_start_min = zone_offset_s(zone, UTC(s->start)) / 60;
		s->offset_end_min = zone_offset_s(zone, UTC(s->end)) / 60;
	}
	s->status = RECORD_FINAL;
	s->family = family_of(g, o);
	vendor_totals(s, json_at(o, "data"), totals);
	latency(s, json_at(o, "data"));
	vendor_sum_sleep(s);
	return NULL;
}

static int
each(struct reading *g, const json_t *o, void *ctx)
{
	struct withings *f = ctx;
	const json_t *list = json_at(o, "body.series");
	char place[VENDOR_PLACE_LEN];
	int r = 0;

	if (!list)
		list = json_at(o, "series");
	if (!json_is_array(list)) {
		report_refuse(g->report, 0, "no series of sleep in it");
		return 0;
	}
	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		struct found_session s = {0};
		const json_t *item = json_array_get(list, i);
		snprintf(place, sizeof place, "item %zu", i + 1);
		if (json_at(item, "data")) {
			const char *why = summary(g, item, &s, f);
			r = vendor_session(g, &s, NULL, place, why);
			continue;
		}
		const char *why = add_segment(g, item, f);
		if (why)
			report_refuse(g->report, 0, "%s: %s", place, why);
	}
	return r ? r : take_segments(g, f);
}

static int
read_withings(struct input *in, struct reading *g)
{
	struct withings f = {0};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int r = json_file_list(in, g, "series", each, &f);
	timeline_finish(&f.t);
	free(f.v);
	zone_free(f.zone);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const texts[] = {
		"\"series\"", "\"startdate\"", "\"enddate\"", NULL};
	return vendor_sniff(head, n, texts);
}

/* clang-format off */
#define SEGMENT "body.series."
#define NIGHT   "body.series.data."
#define MEAN_OF_NIGHT "of the whole night; the hub works from samples"
static const struct field fields[] = {
	{SEGMENT "startdate", "start", "and of a stage"},
	{SEGMENT "enddate", "end", "and of a stage"},
	{SEGMENT "state", "stage", "0 awake, 1 light, 2 deep, 3 REM, 4 asleep (by hand), 5 unmeasurable"},
	{SEGMENT "hr.*", "heart_rate", "0 is not measured"},
	{SEGMENT "rr.*", "resp_rate", "0 is not measured"},
	{SEGMENT "rmssd.*", "hrv_rmssd", "0 is not measured"},
	{SEGMENT "sdnn_1.*", "hrv_sdnn", "0 is not measured"},
	{SEGMENT "snoring.*", NULL, "its unit is not stated"},
	{SEGMENT "model", "app", "of a summary: a number, not taken"},
	{SEGMENT "model_id", NULL, "of the device, not of the wearer"},
	{SEGMENT "hash_deviceid", NULL, "keeps the devices apart; of it a series and its summary are one night"},
	{SEGMENT "id", "record_id", "of a summary, unless its series was read before"},
	{SEGMENT "timezone", "offset", "of the start and of the end"},
	{SEGMENT "date", NULL, "the hub finds the night's date"},
	{SEGMENT "created", NULL, "the file's writing time counts"},
	{SEGMENT "modified", NULL, "often earlier than created: it orders nothing"},
	{NIGHT "total_sleep_time", "total sleep", NULL},
	{NIGHT "wakeupduration", "awake", NULL},
	{NIGHT "waso", "WASO", "below 0: left out"},
	{NIGHT "lightsleepduration", "light", NULL},
	{NIGHT "deepsleepduration", "deep", NULL},
	{NIGHT "remsleepduration", "REM", NULL},
	{NIGHT "wakeupcount", "awakenings", NULL},
	{NIGHT "sleep_latency", "latency", "longer than wakeupduration: left out"},
	{NIGHT "durationtosleep", "latency", "where there is no sleep_latency"},
	{NIGHT "sleep_efficiency", "efficiency", "a ratio; times 100"},
	{NIGHT "sleep_score", "vendor score", NULL},
	{NIGHT "durationtowakeup", NULL, "the hub has no such number of a record"},
	{NIGHT "wakeup_latency", NULL, "the hub has no such number of a record"},
	{NIGHT "nb_rem_episodes", NULL, "without their times"},
	{NIGHT "out_of_bed_count", NULL, "without their times"},
	{NIGHT "hr_average", NULL, MEAN_OF_NIGHT},
	{NIGHT "hr_min", NULL, MEAN_OF_NIGHT},
	{NIGHT "hr_max", NULL, MEAN_OF_NIGHT},
	{NIGHT "rr_average", NULL, MEAN_OF_NIGHT},
	{NIGHT "rr_min", NULL, MEAN_OF_NIGHT},
	{NIGHT "rr_max", NULL, MEAN_OF_NIGHT},
	{NIGHT "breathing_disturbances_intensity", NULL, "Withings' own number, of no channel"},
	{NIGHT "apnea_hypopnea_index", NULL, "of the whole night, of no channel"},
	{NIGHT "snoring", NULL, "without its times"},
	{NIGHT "snoringepisodecount", NULL, "without their times"},
	{"body.model", NULL, "of the device, not of the wearer"},
	{"body.more", NULL, "of the interface: more pages"},
	{"body.offset", NULL, "of the interface: more pages"},
	{"status", NULL, "of the interface"},
	{0},
};
/* clang-format on */

const struct reader reader_withings = {
	.name = "withings",
	.carries =
		"sleep of Withings (JSON of the interface): stages, heart rate, breaths; "
		"summaries of nights",
	.example = "{\"body\": {\"series\": [{\"startdate\": ..., \"state\": 1}]}}",
	.fields = fields,
	.sniff = sniff,
	.read = read_withings,
};
