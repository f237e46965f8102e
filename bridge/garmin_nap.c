/* SPDX-License-Identifier: MIT */
/* See garmin_nap.h. A nap has no id: its start is the key, for Connect and the Health API
 * alike. */
#include "garmin_nap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

#define OFFSET_MAX_S 86400 /* beyond it, it is none */

/* A text in GMT, with or without its Z, or epoch milliseconds. */
static const char *
nap_time(const struct reading *g, const json_t *o, const char *path, int64_t *ret)
{
	const char *text = json_text(o, path);
	int64_t ms;

	if (json_whole(o, path, &ms))
		return vendor_epoch(g, ms, ret);
	if (text && strchr(text, 'Z'))
		return vendor_time(g, text, ret, NULL);
	return vendor_gmt(g, text, ret);
}

static int
hand_over(struct reading *g, struct found_session *s, double asleep_s, const char *why)
{
	snprintf(s->record_id, sizeof s->record_id, "nap-%lld",
		(long long)(s->start / SECOND_MS));
	s->status = RECORD_FINAL;
	s->kind = SLEEP_NAP;
	vendor_metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, asleep_s);
	return vendor_session(g, s, NULL, "nap", why);
}

int
garmin_connect_naps(struct reading *g, const json_t *day, int offset_min)
{
	static const char *const lists[] = {
		"dailyNapDTOS", "dailySleepDTO.dailyNapDTOS", "napList"};
	int r = 0;

	for (size_t k = 0; k < array_len(lists); k++) {
		const json_t *list = json_at(day, lists[k]);
		for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
			const json_t *o = json_array_get(list, i);
			struct found_session s = {0};
			const char *why =
				nap_time(g, o, "napStartTimestampGMT", &s.start);
			if (!why)
				why = nap_time(g, o, "napEndTimestampGMT", &s.end);
			s.offset_start_min = vendor_offset(g, s.start, offset_min);
			s.offset_end_min = vendor_offset(g, s.end, offset_min);
			r = hand_over(g, &s, json_num(o, "napTimeSec"), why);
		}
	}
	return r;
}

int
garmin_push_naps(struct reading *g, const json_t *summary)
{
	const json_t *list = json_at(summary, "naps");
	int r = 0;

	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		const json_t *o = json_array_get(list, i);
		struct found_session s = {0};
		double length = json_num(o, "napDurationInSeconds");
		int64_t offset;
		const char *why = vendor_seconds(g, o, "napStartTimeInSeconds", &s.start);
		if (!why && !(length > 0 && length <= COLLECT_SESSION_MAX_S))
			why = "no duration, or one longer than a day";
		if (!why)
			s.end = s.start + llround(length) * SECOND_MS;
		if (!json_whole(o, "napOffsetInSeconds", &offset) ||
			llabs(offset) > OFFSET_MAX_S)
			offset = (int64_t)vendor_offset(g, s.start, 0) * 60;
		vendor_offsets(g, &s, (int)(offset / 60));
		r = hand_over(g, &s, length, why);
	}
	return r;
}
