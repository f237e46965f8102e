/* SPDX-License-Identifier: MIT */
/* One person for benches, as messages of a bridge: activity of 30 s, four channels of minutes, a
 * vendor's session and taps for each day; of the last night RR, oxygen by the second and
 * acceleration at 50 Hz. Numbers look like a body's and are the same on every run. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "cmd/feed.h"
#include "dozed/v1/batch.pb-c.h"

#define PERSON_DAY_0    20000 /* 2024-10-04 */
#define PERSON_RAW_HZ   50
#define PERSON_RAW_H    14 /* of acceleration, from 20:00 */
#define PERSON_RAW_PART 9000
#define PERSON_ROOM     (64 * 1024)

static inline uint32_t
person_chance(uint32_t n)
{
	static uint64_t state = 1;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % n;
}

/* What is being sent, and to whom. */
struct person_feed {
	struct feed *feed;
	uint64_t seq;
	unsigned char bytes[PERSON_ROOM];
	size_t size;
};

static inline void
person_send(struct person_feed *p, Dozed__V1__Batch *b, const char *device)
{
	char topic[64];
	b->epoch = 1, b->seq = ++p->seq, b->historical = 1;
	assert(dozed__v1__batch__get_packed_size(b) <= sizeof p->bytes);
	p->size = dozed__v1__batch__pack(b, p->bytes);
	snprintf(topic, sizeof topic, "dozed/v1/ingest/anna/csv/%s", device);
	if (p->feed &&
		feed_take(p->feed, &(struct envelope){UTC((PERSON_DAY_0 + 100) * DAY_MS),
					   topic, p->bytes, p->size}) < 0)
		abort();
}

/* v: wire values, which become deltas. interval_ms = 0: beats, each its own length after the last. */
static inline Dozed__V1__Series
person_series(
	const char *channel, int64_t start, uint32_t interval_ms, int32_t *v, size_t n)
{
	Dozed__V1__Series s = DOZED__V1__SERIES__INIT;
	s.channel = (Dozed__V1__Channel)channel_by_name(channel)->wire;
	s.start_ms = start, s.interval_ms = interval_ms;
	if (interval_ms == 0) {
		s.dt_ms = malloc(n * sizeof *v), s.n_dt_ms = n;
		memcpy(s.dt_ms, v, n * sizeof *v);
	}
	for (size_t i = n; i-- > 1;)
		v[i] -= v[i - 1];
	s.v = v, s.n_v = n;
	return s;
}

static inline void
person_send_series(
	struct person_feed *p, Dozed__V1__Series *s, unsigned n, const char *device)
{
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	Dozed__V1__Series *list[8];
	for (unsigned i = 0; i < n; i++)
		list[i] = &s[i];
	b.series = list, b.n_series = n;
	person_send(p, &b, device);
	for (unsigned i = 0; i < n; i++)
		free(s[i].dt_ms);
}

/* Asleep from 22:30 to 6:30 but for a while every two hours. */
static inline int
person_sleeps(int64_t second_of_day)
{
	int64_t s = (second_of_day + 90 * 60) % 86400;
	return s < 8 * 3600 && s % 7200 > 300;
}

/* A day of minutes, by channel: {name, asleep, awake, spread}. */
static inline void
person_minutes(struct person_feed *p, int64_t day)
{
	static int32_t v[5][2880];
	static const struct {
		const char *name;
		uint32_t step_s;
		int32_t asleep, awake, spread;
	} c[] = {{"activity", 30, 0, 150, 600}, {"heart_rate", 60, 520, 720, 60},
		{"skin_temp_delta", 60, 60, 20, 30}, {"steps", 60, 0, 5, 30},
		{"light", 60, 0, 800, 900}};
	Dozed__V1__Series s[array_len(c)];
	for (unsigned k = 0; k < array_len(c); k++) {
		uint32_t n = 86400 / c[k].step_s;
		for (uint32_t i = 0; i < n; i++) {
			int sleeps = person_sleeps(i * c[k].step_s),
			    moves = c[k].asleep || !sleeps || person_chance(20) == 0;
			int32_t noise = (int32_t)person_chance((uint32_t)c[k].spread);
			v[k][i] =
				(sleeps ? c[k].asleep : c[k].awake) + (moves ? noise : 0);
		}
		s[k] = person_series(
			c[k].name, day * DAY_MS, c[k].step_s * 1000, v[k], n);
	}
	person_send_series(p, s, array_len(c), "band");
}

/* Three minutes of acceleration from t on. */
static inline void
person_acceleration(struct person_feed *p, int64_t t)
{
	static const char *const axes[] = {"accel_x", "accel_y", "accel_z"};
	static int32_t tilt[3] = {800, 0, 600};
	static uint8_t bytes[3][2 * PERSON_RAW_PART];
	Dozed__V1__Series s[3];
	for (int a = 0; a < 3; a++) {
		tilt[a] =
			person_chance(4) ? tilt[a] : 1000 - (int32_t)person_chance(2000);
		for (int i = 0; i < PERSON_RAW_PART; i++) {
			int wide = i < 2 * PERSON_RAW_HZ ? 300 : 9;
			int32_t mg = tilt[a] + (int32_t)person_chance((uint32_t)wide) -
				     wide / 2;
			bytes[a][2 * i] = (uint8_t)(mg & 0xff);
			bytes[a][2 * i + 1] = (uint8_t)((uint32_t)mg >> 8 & 0xff);
		}
		s[a] = person_series(axes[a], t, 1000 / PERSON_RAW_HZ, NULL, 0);
		s[a].i16 = (ProtobufCBinaryData){sizeof bytes[a], bytes[a]};
	}
	person_send_series(p, s, 3, "watch");
}

/* The night before `day`, by beat, by second and at 50 Hz. */
static inline void
person_raw(struct person_feed *p, int64_t day)
{
	static int32_t v[3600];
	int64_t evening = day * DAY_MS - 4 * HOUR_MS, bed = day * DAY_MS - 90 * MINUTE_MS;
	for (int h = 0; h < 8; h++) {
		int64_t t = bed + h * HOUR_MS;
		for (int i = 0; i < 3600; i++) {
			int dip = i % 200 < 30 ? i % 200 : 0;
			v[i] = 10 * (97 - dip / 6);
		}
		Dozed__V1__Series oxygen = person_series("spo2", t, 1000, v, 3600);
		person_send_series(p, &oxygen, 1, "finger");
		for (int i = 0; i < 3400; i++)
			v[i] = 1059 + (i / 4 % 4 < 2 ? -30 : 30) +
			       (int32_t)person_chance(30) - (i % 500 == 0 ? 300 : 0);
		Dozed__V1__Series beats = person_series("rr", t, 0, v, 3400);
		person_send_series(p, &beats, 1, "strap");
	}
	for (int k = 0; k < PERSON_RAW_H * 20; k++)
		person_acceleration(p, evening + k * 3 * MINUTE_MS);
}

/* A vendor's session that ends on `day`, and the taps of that day. */
static inline void
person_records(struct person_feed *p, int64_t day)
{
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	Dozed__V1__Session session = DOZED__V1__SESSION__INIT, *sessions[] = {&session};
	Dozed__V1__Origin origin = DOZED__V1__ORIGIN__INIT;
	Dozed__V1__StageSpan spans[32], *span_list[32];
	Dozed__V1__Rating ratings[2], *rating_list[2];
	char id[32];
	for (unsigned i = 0; i < 32; i++) {
		dozed__v1__stage_span__init(&spans[i]);
		spans[i].offset_s = i * 900, spans[i].duration_s = 900;
		spans[i].stage = i % 8 == 0 ? DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_AWAKE
					    : (Dozed__V1__SleepStage)(4 + i % 3);
		span_list[i] = &spans[i];
	}
	snprintf(id, sizeof id, "%lld", (long long)day);
	origin.record_id = id, origin.revision = 1;
	origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	session.origin = &origin, session.kind = DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN;
	session.start_ms = day * DAY_MS - 90 * MINUTE_MS;
	session.end_ms = session.start_ms + 8 * HOUR_MS;
	session.stages = span_list, session.n_stages = 32;
	for (unsigned i = 0; i < 2; i++) {
		dozed__v1__rating__init(&ratings[i]);
		ratings[i].kind = i ? DOZED__V1__RATING_KIND__RATING_KIND_PAIN_DAY
				    : DOZED__V1__RATING_KIND__RATING_KIND_SLEEP_QUALITY;
		ratings[i].at_ms = day * DAY_MS + (i ? 20 : 8) * HOUR_MS;
		ratings[i].value = 2 + person_chance(6);
		rating_list[i] = &ratings[i];
	}
	b.sessions = sessions, b.n_sessions = 1;
	b.ratings = rating_list, b.n_ratings = 2;
	person_send(p, &b, "vendor");
}
