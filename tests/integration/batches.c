/* SPDX-License-Identifier: MIT */
/* The smallest messages that the daemon takes. */
#include "batches.h"

#include <assert.h>
#include <time.h>

#include <dozed/v1/batch.pb-c.h>

size_t
batch_activity(unsigned char ret[static BATCH_BYTES_MAX], uint64_t epoch, uint64_t seq,
	int64_t start_ms)
{
	Dozed__V1__Batch batch = DOZED__V1__BATCH__INIT;
	Dozed__V1__Series series = DOZED__V1__SERIES__INIT, *list[1] = {&series};
	int32_t v[60];

	for (int i = 0; i < 60; i++)
		v[i] = i % 2 ? -7 : (int32_t)(8 + seq % 5);
	series.channel = DOZED__V1__CHANNEL__CHANNEL_ACTIVITY;
	series.start_ms = start_ms;
	series.interval_ms = 60000;
	series.n_v = 60;
	series.v = v;
	batch.epoch = epoch;
	batch.seq = seq;
	batch.sent_ms = start_ms + 3600000;
	batch.n_series = 1;
	batch.series = list;
	assert(dozed__v1__batch__get_packed_size(&batch) <= BATCH_BYTES_MAX);
	return dozed__v1__batch__pack(&batch, ret);
}

size_t
batch_night(unsigned char ret[static BATCH_BYTES_MAX], uint64_t epoch, uint64_t seq,
	int64_t start_ms, int minutes)
{
	Dozed__V1__Batch batch = DOZED__V1__BATCH__INIT;
	Dozed__V1__Session session = DOZED__V1__SESSION__INIT, *list[1] = {&session};
	Dozed__V1__Origin origin = DOZED__V1__ORIGIN__INIT;
	Dozed__V1__StageSpan spans[3], *stages[3];
	const uint32_t half = (uint32_t)minutes * 30;
	static char id[] = "night-1";

	for (int i = 0; i < 3; i++) {
		dozed__v1__stage_span__init(&spans[i]);
		stages[i] = &spans[i];
		spans[i].stage = i == 1 ? DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_AWAKE
					: DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_LIGHT;
	}
	spans[0].duration_s = half;
	spans[1].offset_s = half;
	spans[1].duration_s = 600;
	spans[2].offset_s = half + 600;
	spans[2].duration_s = half - 600;
	origin.record_id = id;
	origin.revision = 1;
	origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	session.origin = &origin;
	session.start_ms = start_ms;
	session.end_ms = start_ms + minutes * INT64_C(60000);
	session.kind = DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN;
	session.n_stages = 3;
	session.stages = stages;
	batch.epoch = epoch;
	batch.seq = seq;
	batch.sent_ms = session.end_ms;
	batch.n_sessions = 1;
	batch.sessions = list;
	assert(dozed__v1__batch__get_packed_size(&batch) <= BATCH_BYTES_MAX);
	return dozed__v1__batch__pack(&batch, ret);
}

void
batch_publish(struct peer *p, const char *topic, uint64_t epoch, uint64_t seq)
{
	unsigned char bytes[BATCH_BYTES_MAX];
	int64_t hour = (int64_t)time(NULL) / 3600 - 30 + (int64_t)(seq % 24);

	peer_publish(p, topic, bytes, batch_activity(bytes, epoch, seq, hour * 3600000));
}
