/* SPDX-License-Identifier: MIT */
/* Inputs of a script: movement, sleep records of makers, ratings, bed markers. Each goes into the
 * world's queue with the time of its arrival. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define CHUNK_MIN 10 /* a worn device sends this many minutes at once */
#define SPANS_MAX 64
#define SYNC_MS   (5 * MINUTE_MS) /* a maker's record is there so long after it ends */

static const char *const stage_names[STAGE_COUNT] = {NULL, "awake", "asleep",
	"out_of_bed", "light", "deep", "rem", "awake_in_bed", "in_bed", "restless",
	"unmeasurable"};

/* anna, anna@phone, anna@garmin/phone */
static const struct person *
device_word(const struct script *s, int i, struct device_id *ret)
{
	char text[3 * ID_MAX + 3];
	const char *source = "csv", *device = "watch";
	snprintf(text, sizeof text, "%s", word_at(s, i));
	char *at = strchr(text, '@'), *slash = at ? strchr(at, '/') : NULL;
	if (slash)
		*slash = 0, source = at + 1, device = slash + 1;
	else if (at)
		device = at + 1;
	if (at)
		*at = 0;
	const struct person *who = world_person(&s->world, text);
	if (!who)
		script_fail(s, "\"%s\": neither a statement nor a person", text);
	memset(ret, 0, sizeof *ret);
	snprintf(ret->person, sizeof ret->person, "%s", text);
	snprintf(ret->source, sizeof ret->source, "%.32s", source);
	snprintf(ret->device, sizeof ret->device, "%.32s", device);
	return who;
}

/* What a device with a wrong clock says: the same, at another time. */
static void
skew(struct batch *b, struct series *series, struct session *v, struct marker *m,
	int64_t off_ms)
{
	for (uint32_t i = 0; i < b->n_series; i++)
		series[i] = b->series[i], series[i].start.ms += off_ms;
	for (uint32_t i = 0; i < b->n_sessions; i++) {
		v[i] = b->sessions[i];
		v[i].start.ms += off_ms, v[i].end.ms += off_ms;
	}
	for (uint32_t i = 0; i < b->n_markers; i++)
		m[i] = b->markers[i], m[i].at.ms += off_ms;
	b->series = series, b->sessions = v, b->markers = m;
}

static void
plan(struct script *s, const struct batch *b, utc_ms at)
{
	struct batch own = *b;
	struct series series[2];
	struct session session;
	struct marker marker;
	if (at.ms < s->world.now.ms)
		script_fail(s, "that time is over; say when it `arrives`, or write it "
			       "further up");
	for (unsigned i = 0; i < s->n_skewed; i++) {
		if (memcmp(&s->skewed[i].id, &b->from, sizeof b->from) != 0)
			continue;
		skew(&own, series, &session, &marker, s->skewed[i].off_ms);
		own.received =
			UTC(at.ms + s->skewed[i].off_ms); /* by its bridge's clock */
	}
	world_plan(&s->world, &own, at);
}

/* device anna@left clock +3650d: of what it says from here on */
void
device_statement(struct script *s)
{
	struct device_id id;
	unsigned i = 0;
	(void)device_word(s, 1, &id);
	while (i < s->n_skewed && memcmp(&s->skewed[i].id, &id, sizeof id) != 0)
		i++;
	if (!word_is(s, 2, "clock") || i == PEOPLE_MAX)
		script_fail(s, "device anna@left clock +3650d");
	s->skewed[i] = (struct skewed){id, word_step_ms(s, 3)};
	s->n_skewed += i == s->n_skewed;
}

/* A stretch of movement and how it is sent. */
struct motion_words {
	int kind, chunk;
	utc_ms arrives;    /* INT64_MIN: as soon as a chunk is over */
	int64_t jump_ms;   /* the clock jumps in the middle of every batch */
	const char *split; /* the other device that half of the samples come by */
	struct motion_maker maker;
};

static void
motion_words(struct script *s, int i, const struct person *who, struct motion_words *ret)
{
	*ret = (struct motion_words){.chunk = CHUNK_MIN, .arrives = UTC(INT64_MIN)};
	while (ret->kind < MOTION_COUNT && !word_is(s, i, motion_names[ret->kind]))
		ret->kind++;
	if (ret->kind == MOTION_COUNT)
		script_fail(s, "activity: a number, or awake, asleep, still, off");
	ret->maker.chance.state = (uint64_t)ret->kind + 1;
	for (i++; i < s->n;) {
		if (word_is(s, i, "seed")) {
			ret->maker.chance.state =
				(uint64_t)word_number(s, i + 1, 0, 1000000);
		} else if (word_is(s, i, "every")) {
			int64_t ms = word_duration_ms(s, i + 1);
			ret->chunk = (int)(ms / MINUTE_MS);
		} else if (word_is(s, i, "jump")) {
			ret->jump_ms = word_step_ms(s, i + 1);
		} else if (word_is(s, i, "split")) {
			ret->split = word_at(s, i + 1);
		} else if (word_is(s, i, "arrives")) {
			i++;
			ret->arrives = word_instant(s, &i, who);
			continue;
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
		i += 2;
	}
	ret->chunk = ret->chunk < 1 ? 1 : ret->chunk > 1440 ? 1440 : ret->chunk;
}

/* Half of the samples come by one device, half by the other. */
static void
plan_split(struct script *s, const struct batch *b, const char *other,
	struct motion_maker *m, utc_ms at)
{
	double v[2][1440];
	for (int k = 0; k < 2; k++) {
		struct chance c = m->chance;
		struct series q = b->series[0];
		struct batch half = *b;
		for (uint32_t i = 0; i < q.n; i++)
			v[k][i] = chance_between(&c, 0, 1) == k ? q.v[i] : NAN;
		q.v = v[k], half.series = &q;
		if (k)
			snprintf(half.from.device, sizeof half.from.device, "%s", other);
		plan(s, &half, at);
	}
}

/* HH:MM-HH:MM who activity KIND [seed N] [every 10min] [jump -3h] [split DEVICE] [arrives ...] */
static void
stretch_of_activity(struct script *s, utc_ms from, utc_ms to, int i,
	const struct device_id *id, const struct person *who)
{
	struct motion_words w;
	int64_t times[1440];
	double v[1440];
	motion_words(s, i, who, &w);
	for (int64_t t = from.ms; t < to.ms;) {
		struct series q = {
			channel_by_name("activity"), UTC(t), MINUTE_MS, 0, NULL, v, 0};
		for (; q.n < (uint32_t)w.chunk && t < to.ms; t += MINUTE_MS) {
			times[q.n] = t + (q.n >= (uint32_t)w.chunk / 2 ? w.jump_ms : 0);
			v[q.n++] = motion_minute(&w.maker, (enum motion)w.kind);
		}
		q.t = w.jump_ms ? times : NULL;
		struct batch b = {.from = *id, .n_series = 1, .series = &q};
		utc_ms at = w.arrives.ms > INT64_MIN ? w.arrives : UTC(t);
		if (w.split)
			plan_split(s, &b, w.split, &w.maker, at);
		else
			plan(s, &b, at);
	}
}

static void
one_minute(struct script *s, utc_ms at, int i, const struct device_id *id)
{
	double v = (double)word_number(s, i, 0, 10000000);
	struct series q = {channel_by_name("activity"), at, MINUTE_MS, 1, NULL, &v, 0};
	struct batch b = {.from = *id, .n_series = 1, .series = &q};
	plan(s, &b, UTC(at.ms + MINUTE_MS));
}

/* HH:MM who sleep_quality N [revision N] [arrives ...]: from the tap topic, as the hub files it */
static int
rating(struct script *s, utc_ms at, int i, struct device_id *id, const struct person *who)
{
	struct rating r = {.at = at};
	for (int k = 1; k < RATING_KINDS; k++)
		if (word_is(s, i, rating_names[k]))
			r.kind = (enum rating_kind)k;
	if (!r.kind)
		return 0;
	r.value = word_is(s, i + 1, "withdraw") ? RATING_WITHDRAWN
						: (int)word_number(s, i + 1, 0, 10);
	for (i += 2; i < s->n;) {
		if (word_is(s, i, "revision")) {
			r.revision = word_number(s, i + 1, 0, 1000), i += 2;
		} else if (word_is(s, i, "arrives")) {
			i++;
			at = word_instant(s, &i, who);
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
	}
	snprintf(id->source, sizeof id->source, "tap");
	snprintf(id->device, sizeof id->device, "mqtt");
	struct batch b = {.from = *id, .n_ratings = 1, .ratings = &r};
	plan(s, &b, at);
	return 1;
}

/* HH:MM who ack|snooze|false_alarm: an answer, as the hub files it */
static int
answer(struct script *s, utc_ms at, int i, struct device_id *id)
{
	struct feedback f = {.at = at};
	for (int k = 1; k < FEEDBACK_KINDS; k++)
		if (word_is(s, i, feedback_names[k]))
			f.kind = (enum feedback_kind)k;
	if (!f.kind)
		return 0;
	snprintf(id->source, sizeof id->source, "tap");
	snprintf(id->device, sizeof id->device, "mqtt");
	struct batch b = {.from = *id, .n_feedback = 1, .feedback = &f};
	plan(s, &b, at);
	return 1;
}

/* HH:MM-HH:MM or HH:MM - HH:MM; an end that is not later is on the next day. 1, and *i
 * past it, or 0: a single time in *ret_from. */
static int
word_range(struct script *s, int *i, const struct person *who, utc_ms *ret_from,
	utc_ms *ret_to)
{
	const char *rest;
	int a = word_clock(s, *i, &rest), b;
	*ret_from = zone_instant(who->zone, s->day, a);
	if (*rest == '-') {
		char *end = s->word[*i];
		s->word[*i] = (char *)rest + 1;
		b = word_clock(s, *i, NULL);
		s->word[*i] = end;
		(*i)++;
	} else if (word_is(s, *i + 1, "-")) {
		b = word_clock(s, *i + 2, NULL);
		*i += 3;
	} else {
		(*i)++;
		return 0;
	}
	*ret_to = zone_instant(who->zone, DAY(s->day.n + (b <= a)), b);
	return 1;
}

static void
stages_words(struct script *s, int *i, struct session *v, struct stage_span *spans)
{
	uint32_t at = 0;
	int64_t length = (v->end.ms - v->start.ms) / SECOND_MS;
	for (; *i + 1 < s->n && v->n_stages < SPANS_MAX; *i += 2) {
		int stage = 1;
		while (stage < STAGE_COUNT && !word_is(s, *i, stage_names[stage]))
			stage++;
		if (stage == STAGE_COUNT)
			break;
		uint32_t d = (uint32_t)word_number(s, *i + 1, 0, 2880) * 60;
		spans[v->n_stages++] = (struct stage_span){at, d, (enum stage)stage};
		at += d;
	}
	if (at != length)
		script_fail(s, "the stages are %u min together, the record %d", at / 60,
			(int)(length / 60));
}

/* who session SOURCE ID [HH:MM - HH:MM [stages light 60 ...]] ... */
static void
session(struct script *s, struct device_id *id, const struct person *who)
{
	struct stage_span spans[SPANS_MAX];
	struct session v = {.stages = spans,
		.latency_s = NAN,
		.vendor_score = NAN,
		.status = RECORD_FINAL};
	int i = 4;
	utc_ms arrives = UTC(INT64_MIN);
	snprintf(id->source, sizeof id->source, "%.32s", word_at(s, 2));
	snprintf(v.source, sizeof v.source, "%s", id->source);
	snprintf(v.device, sizeof v.device, "%s", id->device);
	snprintf(v.record_id, sizeof v.record_id, "%s", word_at(s, 3));
	if (i < s->n && strchr(s->word[i], ':') &&
		!word_range(s, &i, who, &v.start, &v.end))
		script_fail(s, "a record lasts from a time to a time");
	v.offset_start_min = (int16_t)(zone_offset_s(who->zone, v.start) / 60);
	v.offset_end_min = (int16_t)(zone_offset_s(who->zone, v.end) / 60);
	while (i < s->n) {
		if (word_is(s, i, "stages")) {
			i++;
			stages_words(s, &i, &v, spans);
		} else if (word_is(s, i, "revision")) {
			v.revision = word_number(s, i + 1, 0, 1000000), i += 2;
		} else if (word_is(s, i, "latency")) {
			v.latency_s = 60 * (double)word_number(s, i + 1, 0, 600), i += 2;
		} else if (word_is(s, i, "backwards")) {
			utc_ms start = v.start;
			v.start = v.end, v.end = start, i++;
		} else if (word_is(s, i, "offsets")) {
			v.offset_start_min = (int16_t)word_number(s, i + 1, -720, 840);
			v.offset_end_min = (int16_t)word_number(s, i + 2, -720, 840);
			i += 3;
		} else if (word_is(s, i, "kind")) {
			v.kind = word_is(s, i + 1, "nap") ? SLEEP_NAP : SLEEP_MAIN,
			i += 2;
		} else if (word_is(s, i, "arrives")) {
			i++;
			arrives = word_instant(s, &i, who);
		} else if (word_is(s, i, "final")) {
			v.status = RECORD_FINAL, i++;
		} else if (word_is(s, i, "tentative")) {
			v.status = RECORD_TENTATIVE, i++;
		} else if (word_is(s, i, "deleted")) {
			v.status = RECORD_DELETED, i++;
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
	}
	struct batch b = {.from = *id, .n_sessions = 1, .sessions = &v};
	plan(s, &b, arrives.ms > INT64_MIN ? arrives : UTC(v.end.ms + SYNC_MS));
}

void
inputs_statement(struct script *s)
{
	struct device_id id;
	utc_ms from, to;
	int i = 0;
	if (word_is(s, 1, "session")) {
		const struct person *who = device_word(s, 0, &id);
		session(s, &id, who);
		return;
	}
	int spaced = word_is(s, 1, "-");
	const struct person *who = device_word(s, spaced ? 3 : 1, &id);
	int is_range = word_range(s, &i, who, &from, &to);
	i++;
	if (is_range && word_is(s, i, "activity")) {
		stretch_of_activity(s, from, to, i + 1, &id, who);
	} else if (!is_range && word_is(s, i, "activity")) {
		one_minute(s, from, i + 1, &id);
	} else if (!is_range &&
		   (word_is(s, i, "in_bed") || word_is(s, i, "out_of_bed"))) {
		struct marker m = {
			from, word_is(s, i, "in_bed") ? STAGE_IN_BED : STAGE_OUT_OF_BED};
		struct batch b = {.from = id, .n_markers = 1, .markers = &m};
		plan(s, &b, from);
	} else if (is_range ||
		   (!rating(s, from, i, &id, who) && !answer(s, from, i, &id))) {
		script_fail(
			s, "an input is activity, a rating, an answer or a bed marker");
	}
}
