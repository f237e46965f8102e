/* SPDX-License-Identifier: MIT */
/* The health_connect reader: what the app HC Webhook posts of Android's Health Connect. A
 * sleep session comes with its end, its duration and its stages, without an id and
 * without the app that wrote it: end and duration are the key. Every post repeats what changed
 * within two days: a session that lies over half of one that was told, and of which that is
 * true the other way round, is that one, revised (told.h). Two such in one post are of two apps,
 * and stay two records. Deletions are not posted. */
#include "told.h"
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_MAX 64 /* sessions of a post that are compared */

struct posts {
	struct timeline t;
	/* of the post that is being read */
	struct apps {
		int64_t start, end;
		int number;
	} seen[SEEN_MAX];
	size_t n_seen;
};

/* By Health Connect's numbers. */
static const struct {
	const char *name;
	enum stage stage;
} stages[] = {
	{"unknown", STAGE_UNMEASURABLE},
	{"awake", STAGE_AWAKE},
	{"sleeping", STAGE_ASLEEP},
	{"out_of_bed", STAGE_OUT_OF_BED},
	{"light", STAGE_LIGHT},
	{"deep", STAGE_DEEP},
	{"rem", STAGE_REM},
	{"awake_in_bed", STAGE_AWAKE_IN_BED},
};

/* A name, the number, or the number as text. */
static enum stage
stage_of(const json_t *o)
{
	const char *text = json_text(o, "stage");
	int64_t number;

	for (size_t i = 0; text && i < array_len(stages); i++)
		if (strcasecmp(stages[i].name, text) == 0)
			return stages[i].stage;
	if (!json_whole(o, "stage", &number) || number < 0 ||
		number >= (int64_t)array_len(stages))
		return STAGE_UNSPECIFIED;
	return stages[number].stage;
}

static const char *
add_stages(const struct reading *g, const json_t *list, struct timeline *t)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		enum stage stage = stage_of(o);
		int64_t start, end;
		const char *why =
			vendor_time(g, json_text(o, "start_time"), &start, NULL);
		if (!why)
			why = vendor_time(g, json_text(o, "end_time"), &end, NULL);
		if (!why && stage == STAGE_UNSPECIFIED)
			why = "a stage that is none of Health Connect's";
		if (!why)
			why = timeline_add(t, start, end, stage);
		if (why)
			return why;
	}
	return NULL;
}

static const char *
convert(const struct reading *g, const json_t *o, struct found_session *s,
	struct timeline *t)
{
	const char *end = json_text(o, "session_end_time"),
		   *updated = json_text(o, "sleep_updated_at");
	int64_t duration;
	const char *why = vendor_time(g, end, &s->end, &s->offset_end_min);

	if (why)
		return why;
	if (!json_whole(o, "duration_seconds", &duration) || duration <= 0 ||
		duration > COLLECT_SESSION_MAX_S)
		return "no duration, or one longer than a day";
	if (updated && (why = vendor_time(g, updated, &s->revision, NULL)))
		return why;
	s->start = s->end - duration * SECOND_MS;
	s->offset_start_min = vendor_offset(g, s->start, s->offset_end_min);
	snprintf(s->record_id, sizeof s->record_id, "%lld+%lld",
		(long long)(s->end / SECOND_MS), (long long)duration);
	s->status = RECORD_FINAL;
	return add_stages(g, json_at(o, "stages"), t);
}

/* 1 if the two, of one post, are the same sleep: then they are of two apps. */
static int
is_alike(const struct apps *a, const struct apps *b)
{
	int64_t from = a->start > b->start ? a->start : b->start;
	int64_t to = a->end < b->end ? a->end : b->end;
	int64_t la = a->end - a->start, lb = b->end - b->start;

	return 2 * (to - from) >= (la > lb ? la : lb);
}

/* The first app of a post that has this sleep, the second ... each is a family. */
static void
set_family(const struct reading *g, struct found_session *s, struct posts *p)
{
	struct apps *self = &p->seen[p->n_seen % SEEN_MAX];
	char kind[40];

	*self = (struct apps){s->start, s->end, 1};
	for (size_t i = 0; i < (p->n_seen < SEEN_MAX ? p->n_seen : SEEN_MAX); i++) {
		const struct apps *other = &p->seen[i];
		int is_same = other->start == s->start && other->end == s->end;
		if (other != self && !is_same && is_alike(other, self) &&
			other->number >= self->number)
			self->number = other->number + 1;
	}
	p->n_seen++;
	snprintf(kind, sizeof kind, "health_connect %d", self->number);
	s->family = told_family(g, kind);
	s->cut = COLLECT_ALIKE;
}

static const struct {
	const char *list, *value, *at, *channel;
} kinds[] = {
	{"heart_rate", "bpm", "time", "heart_rate"},
	{"heart_rate_variability", "rmssd_millis", "time", "hrv_rmssd"},
	{"oxygen_saturation", "percentage", "time", "spo2"},
	{"respiratory_rate", "rate", "time", "resp_rate"},
	{"skin_temperature", "delta_celsius", "time", "skin_temp_delta"},
};

static int
take_samples(struct reading *g, const json_t *o)
{
	int r = 0;

	for (size_t k = 0; k < array_len(kinds); k++) {
		const json_t *list = json_at(o, kinds[k].list);
		for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
			const json_t *one = json_array_get(list, i);
			int64_t at;
			const char *why =
				vendor_time(g, json_text(one, kinds[k].at), &at, NULL);
			if (why)
				report_refuse(g->report, 0, "%s %zu: %s", kinds[k].list,
					i + 1, why);
			else
				r = vendor_sample(g, kinds[k].channel, at,
					json_num(one, kinds[k].value));
		}
	}
	return r;
}

static int
each(struct reading *g, const json_t *o, void *ctx)
{
	struct posts *p = ctx;
	const json_t *list = json_at(o, "sleep");
	char place[VENDOR_PLACE_LEN];
	int r = 0;

	if (!json_is_object(o)) {
		report_refuse(g->report, 0, "no post of HC Webhook");
		return 0;
	}
	p->n_seen = 0;
	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		struct found_session s = {0};
		const char *why = convert(g, json_array_get(list, i), &s, &p->t);
		if (!why)
			set_family(g, &s, p);
		snprintf(place, sizeof place, "sleep %zu", i + 1);
		r = vendor_session(g, &s, &p->t, place, why);
	}
	return r ? r : take_samples(g, o);
}

static int
read_health_connect(struct input *in, struct reading *g)
{
	struct posts p = {0};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int r = json_file_list(in, g, "*", each, &p);
	timeline_finish(&p.t);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const sleep[] = {"\"session_end_time\"", NULL},
				 *const post[] = {
					 "\"timestamp\"", "\"app_version\"", NULL};
	return vendor_sniff(head, n, sleep) || vendor_sniff(head, n, post);
}

/* clang-format off */
static const struct field fields[] = {
	{"timestamp", NULL, "when it was posted"},
	{"app_version", NULL, "of HC Webhook"},
	{"sleep.session_end_time", "end", "and, with the duration, the record_id"},
	{"sleep.duration_seconds", "start", "the end less it"},
	{"sleep.sleep_updated_at", "revision", "where there is none: the file's writing time"},
	{"sleep.stages.stage", "stage", "names or Health Connect's numbers"},
	{"sleep.stages.start_time", "stage", NULL},
	{"sleep.stages.end_time", "stage", NULL},
	{"sleep.stages.duration_seconds", NULL, "the end less the start"},
	{"heart_rate.bpm", "heart_rate", NULL},
	{"heart_rate.time", "heart_rate", "its time"},
	{"heart_rate_variability.rmssd_millis", "hrv_rmssd", NULL},
	{"heart_rate_variability.time", "hrv_rmssd", "its time"},
	{"oxygen_saturation.percentage", "spo2", NULL},
	{"oxygen_saturation.time", "spo2", "its time"},
	{"respiratory_rate.rate", "resp_rate", NULL},
	{"respiratory_rate.time", "resp_rate", "its time"},
	{"skin_temperature.delta_celsius", "skin_temp_delta", NULL},
	{"skin_temperature.time", "skin_temp_delta", "its time"},
	{"steps.count", NULL, "of any stretch of time, up to a day"},
	{"resting_heart_rate.bpm", NULL, "of the day"},
	{0},
};
/* clang-format on */

const struct reader reader_health_connect = {
	.name = "health_connect",
	.carries =
		"Android's Health Connect as the app HC Webhook posts it (JSON): sleep "
		"stages, heart rate, HRV, SpO2, breaths",
	.example = "{\"sleep\": [{\"session_end_time\": ..., \"stages\": [...]}]}",
	.fields = fields,
	.sniff = sniff,
	.read = read_health_connect,
};
