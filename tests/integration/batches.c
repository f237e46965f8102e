/* SPDX-License-Identifier: MIT */
#include "batches.h"

#include <assert.h>
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
