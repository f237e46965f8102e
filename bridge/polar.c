/* SPDX-License-Identifier: MIT */
/* The polar reader: nights of Polar's AccessLink. Start and end carry their offset, but the
 * hypnogram and the heart rates are keyed by the local time of day, without a date: keys run
 * forward from the start, in the order of the file. In a night with a change of clocks --zone
 * says when; without it such a night keeps its totals only. A night has no id; its date is the
 * key. */
#include "vendor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX (24 * 60)

static const enum stage stages[] = {
	STAGE_AWAKE,
	STAGE_REM,
	STAGE_LIGHT,
	STAGE_LIGHT,
	STAGE_DEEP,
	STAGE_UNMEASURABLE,
};

static const struct vendor_total totals[] = {
	{"light_sleep", DOZED__V1__METRIC__METRIC_LIGHT_S, 1},
	{"deep_sleep", DOZED__V1__METRIC__METRIC_DEEP_S, 1},
	{"rem_sleep", DOZED__V1__METRIC__METRIC_REM_S, 1},
	{"total_interruption_duration", DOZED__V1__METRIC__METRIC_AWAKE_S, 1},
	{"sleep_score", DOZED__V1__METRIC__METRIC_VENDOR_SCORE, 1},
	{0},
};

struct polar {
	struct timeline t;
	unsigned long n;
};

/* Minutes after midnight of "23:41", or -1. */
static int
minute_of(const char *key)
{
	unsigned h, m;
	char end;

	if (sscanf(key, "%2u:%2u%c", &h, &m, &end) != 2 || h > 23 || m > 59)
		return -1;
	return (int)(h * 60 + m);
}

/* Milliseconds into the local day at the offset. */
static int64_t
wall(int64_t t, int offset_min)
{
	int64_t ms = (t + offset_min * MINUTE_MS) % DAY_MS;
	return ms < 0 ? ms + DAY_MS : ms;
}

/* A night with a change of clocks: only --zone tells which hour a key means. */
static int
is_ambiguous(const struct reading *g, const struct found_session *s)
{
	return !g->zone && s->offset_start_min != s->offset_end_min;
}

/* The first instant from `after` on, in the night, at which the clock shows the minute;
 * -1: none. */
static int64_t
instant(const struct reading *g, const struct found_session *s, int64_t after, int minute)
{
	int follows = s->offset_start_min != s->offset_end_min;

	for (int64_t t = after - after % MINUTE_MS; t < s->end; t += MINUTE_MS) {
		int offset = follows ? vendor_offset(g, t, 0) : s->offset_start_min;
		if (wall(t, offset) == minute * MINUTE_MS)
			return t;
	}
	return -1;
}

static const char *
hypnogram(const struct reading *g, const json_t *map, const struct found_session *s,
	struct timeline *t)
{
	const char *key, *why = NULL;
	json_t *v;
	int64_t from = -1;
	enum stage stage = STAGE_UNSPECIFIED;

	if (json_object_size(map) > KEYS_MAX)
		return "more stages than a night has";
	json_object_foreach((json_t *)map, key, v)
	{
		int minute = minute_of(key);
		int64_t state = -1, at;
		if (minute < 0)
			return "a time of day that cannot be read";
		at = instant(g, s, from < 0 ? s->start : from, minute);
		if (at < 0 || at < from)
			return "a stage outside of the night";
		if (!json_whole(v, "", &state) || state < 0 ||
			state >= (int64_t)array_len(stages))
			return "a stage that is none of Polar's";
		if (from >= 0 && at > from && (why = timeline_add(t, from, at, stage)))
			return why;
		from = at;
		stage = stages[state];
	}
	return from < 0 ? NULL : timeline_add(t, from, s->end, stage);
}

static const char *
convert(const struct reading *g, const json_t *o, struct found_session *s,
	struct timeline *t)
{
	const char *date = json_text(o, "date"), *device = json_text(o, "device_id");
	const char *why = vendor_id(s, date);

	if (why)
		return "no date";
	if ((why = vendor_time(g, json_text(o, "sleep_start_time"), &s->start,
		     &s->offset_start_min)) ||
		(why = vendor_time(
			 g, json_text(o, "sleep_end_time"), &s->end, &s->offset_end_min)))
		return why;
	if (s->end <= s->start || s->end - s->start > COLLECT_SESSION_MAX_S * SECOND_MS)
		return "it ends before it starts, or lasts longer than a day";
	if (abs(s->offset_start_min) > 1440 || abs(s->offset_end_min) > 1440)
		return "an offset from UTC that no place has";
	s->status = RECORD_FINAL;
	s->kind = SLEEP_MAIN;
	vendor_app(s, device);
	vendor_totals(s, o, totals);
	vendor_sum_sleep(s);
	return is_ambiguous(g, s) ? NULL : hypnogram(g, json_at(o, "hypnogram"), s, t);
}

static int
heart_rates(struct reading *g, const json_t *map, const struct found_session *s)
{
	const char *key;
	json_t *v;
	int64_t after = s->start;
	int r = 0;

	if (json_object_size(map) > KEYS_MAX) {
		report_refuse(g->report, 0, "heart_rate: more values than a night has");
		return 0;
	}
	json_object_foreach((json_t *)map, key, v)
	{
		int minute = minute_of(key);
		int64_t at = minute < 0 ? -1 : instant(g, s, after, minute);
		if (at < 0) {
			report_refuse(g->report, 0,
				"heart_rate: \"%.20s\" is no time of the night", key);
			continue;
		}
		after = at;
		if (json_number_value(v) > 0) /* 0 is not measured */
			r = vendor_sample(g, "heart_rate", at, json_number_value(v));
		if (r)
			return r;
	}
	return 0;
}

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	struct polar *f = ctx;
	struct found_session s = {0};
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "night %lu", ++f->n);
	const char *why = convert(g, o, &s, &f->t);
	struct found_session times = s;
	int r = vendor_session(g, &s, &f->t, place, why);
	if (r || why)
		return r;
	if (is_ambiguous(g, &times)) {
		report_refuse(g->report, 0,
			"%s: the clocks changed, its stages are by time of day: say "
			"--zone; the totals are taken",
			place);
		return 0;
	}
	return heart_rates(g, json_at(o, "heart_rate_samples"), &times);
}

static int
read_polar(struct input *in, struct reading *g)
{
	struct polar f = {0};
	int r = vendor_records(in, g, "nights", one, &f);

	timeline_finish(&f.t);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const texts[] = {
		"\"sleep_start_time\"", "\"sleep_end_time\"", NULL};
	return vendor_sniff(head, n, texts);
}

/* clang-format off */
static const struct field fields[] = {
	{"nights.date", "record_id", NULL},
	{"nights.sleep_start_time", "start", "and its offset"},
	{"nights.sleep_end_time", "end", "and its offset"},
	{"nights.hypnogram.*", "stage", "0 awake, 1 REM, 2 and 3 light, 4 deep, 5 unmeasurable; by time of day"},
	{"nights.heart_rate_samples.*", "heart_rate", "0 is not measured; by time of day"},
	{"nights.light_sleep", "light", "also part of total sleep"},
	{"nights.deep_sleep", "deep", "also part of total sleep"},
	{"nights.rem_sleep", "REM", "also part of total sleep"},
	{"nights.total_interruption_duration", "awake", NULL},
	{"nights.sleep_score", "vendor score", NULL},
	{"nights.device_id", "app", NULL},
	{"nights.polar_user", NULL, "whose it is says --person"},
	{"nights.unrecognized_sleep_stage", NULL, "what is left of the night by itself"},
	{"nights.continuity", NULL, "Polar's own score of a part"},
	{"nights.continuity_class", NULL, "Polar's own score of a part"},
	{"nights.sleep_cycles", NULL, "no such number of a night"},
	{0},
};
/* clang-format on */

const struct reader reader_polar = {
	.name = "polar",
	.carries = "nights of Polar's AccessLink (JSON): stages, heart rate, totals",
	.example = "{\"nights\": [{\"sleep_start_time\": ..., \"hypnogram\": {...}}]}",
	.fields = fields,
	.sniff = sniff,
	.read = read_polar,
};
