/* SPDX-License-Identifier: MIT */
/* Recordings for tests: plain days of anna and ben, the same on every run. */
#pragma once

#include "cmd_fixture.h"

#include "dozed/v1/batch.pb-c.h"
#include "dozed/v1/envelope.pb-c.h"

#define DAY_0 20400 /* 2025-11-08, local date of the first night's waking */
#define DAYS  40

static inline void
tape_put(FILE *f, const char *topic, int64_t received, const Dozed__V1__Batch *b)
{
	Dozed__V1__Envelope e = DOZED__V1__ENVELOPE__INIT;
	unsigned char payload[4096], bytes[8192];
	e.topic = (char *)topic;
	e.received_ms = received;
	e.payload.len = dozed__v1__batch__pack(b, payload);
	e.payload.data = payload;
	size_t n = dozed__v1__envelope__pack(&e, bytes);
	for (size_t v = n;; v >>= 7) {
		putc((int)((v & 0x7f) | (v > 0x7f ? 0x80 : 0)), f);
		if (v <= 0x7f)
			break;
	}
	fwrite(bytes, 1, n, f);
}

/* Numbers that look like days and repeat. */
static inline int
dice(int day, int sides)
{
	uint32_t x = (uint32_t)day * 2654435761u + 12345;
	x ^= x >> 15;
	x *= 2246822519u;
	return (int)((x >> 8) % (uint32_t)sides);
}

/* Day k of a person: a night from 22:10 to 06:10 UTC with some minutes awake, the morning's
 * ratings, and the day's pain at 19:00 UTC. seq = k + 1. */
static inline void
tape_day(FILE *f, const char *person, int k)
{
	int64_t midnight = (int64_t)(DAY_0 + k) * DAY_MS;
	int64_t start = midnight - 110 * MINUTE_MS, end = midnight + 370 * MINUTE_MS;
	uint32_t awake = 600 + 60 * (uint32_t)dice(k, 60);
	Dozed__V1__StageSpan spans[4], *span_list[4];
	uint32_t parts[4] = {900, 9000, awake, 8 * 3600 - 9900 - awake};
	Dozed__V1__SleepStage stages[4] = {DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_AWAKE,
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_ASLEEP,
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_AWAKE,
		DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_ASLEEP};
	for (uint32_t i = 0, at = 0; i < 4; at += parts[i++]) {
		dozed__v1__stage_span__init(&spans[i]);
		spans[i].offset_s = at;
		spans[i].duration_s = parts[i];
		spans[i].stage = stages[i];
		span_list[i] = &spans[i];
	}
	Dozed__V1__Origin origin = DOZED__V1__ORIGIN__INIT;
	char id[32];
	snprintf(id, sizeof id, "night-%d", k);
	origin.record_id = id;
	origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	Dozed__V1__Session session = DOZED__V1__SESSION__INIT, *sessions = &session;
	session.origin = &origin;
	session.start_ms = start;
	session.end_ms = end;
	session.n_stages = 4;
	session.stages = span_list;
	Dozed__V1__Rating ratings[2], *rating_list[2] = {&ratings[0], &ratings[1]};
	for (int i = 0; i < 2; i++)
		dozed__v1__rating__init(&ratings[i]);
	ratings[0].kind = DOZED__V1__RATING_KIND__RATING_KIND_SLEEP_QUALITY;
	ratings[0].at_ms = midnight + 380 * MINUTE_MS;
	ratings[0].value = 2 + (uint32_t)dice(k + 1000, 7);
	ratings[1].kind = DOZED__V1__RATING_KIND__RATING_KIND_PAIN_DAY;
	ratings[1].at_ms = midnight + 1140 * MINUTE_MS;
	/* most days after a poor night are high: else there would be nothing to tell */
	ratings[1].value = ratings[0].value <= 3 && dice(k + 2000, 4) > 0
				   ? 8
				   : 3 + (uint32_t)dice(k + 3000, 3);
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	b.epoch = 7;
	b.seq = (uint64_t)k + 1;
	b.sent_ms = midnight + 1200 * MINUTE_MS;
	b.historical = 1;
	b.n_sessions = 1;
	b.sessions = &sessions;
	b.n_ratings = 2;
	b.ratings = rating_list;
	Dozed__V1__Feedback answer = DOZED__V1__FEEDBACK__INIT, *answers = &answer;
	answer.kind = (Dozed__V1__FeedbackKind)(1 + k % 3);
	answer.at_ms = midnight + 480 * MINUTE_MS;
	b.n_feedback = 1;
	b.feedback = &answers;
	char topic[64];
	snprintf(topic, sizeof topic, "dozed/v1/ingest/%s/test/watch", person);
	tape_put(f, topic, b.sent_ms, &b);
}

/* Makes a recording of the days of anna and ben, in their order or backwards. */
static inline void
tape_made(const struct world *w, const char *name, int days, int backwards)
{
	char path[320];
	world_path(w, name, path);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	for (int i = 0; i < days; i++) {
		int k = backwards ? days - 1 - i : i;
		tape_day(f, "anna", k);
		tape_day(f, "ben", k);
	}
	assert_int_equal(fclose(f), 0);
}

static inline int
import(struct world *w, const char *tape)
{
	char path[320];
	world_path(w, tape, path);
	return typed(w, cmd_import, path, NULL);
}

static inline int
open_with_days(void **state)
{
	world_open(state);
	tape_made(*state, "tape", DAYS, 0);
	assert_int_equal(import(*state, "tape"), EXIT_DONE);
	return 0;
}
