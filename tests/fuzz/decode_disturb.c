// SPDX-License-Identifier: MIT
// Well-formed protobuf with a wrong value in it: what flipped bits rarely reach, because they
// break the framing first.
#include <math.h>
#include <stddef.h>

#include "decode_disturb.h"

static const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -DECODE_FUTURE_MS, -1, 0, 1,
	INT32_MAX, UINT32_MAX, DECODE_OLDEST_MS - 1, DECODE_OLDEST_MS, DECODE_NEWEST_MS,
	DECODE_NEWEST_MS + 1, INT64_MAX - 1, INT64_MAX};

static int64_t
edge(uint64_t *seed)
{
	return edges[case_below(seed, array_len(edges))];
}

static void
disturb_series(Dozed__V1__Series *s, uint64_t *seed)
{
	switch (case_below(seed, 10)) {
	case 0:
		s->start_ms = edge(seed);
		break;
	case 1:
		s->interval_ms = (uint32_t)edge(seed);
		break;
	case 2:
		s->n_dt_ms -= s->n_dt_ms > 0;
		break;
	case 3:
		s->n_v -= s->n_v > 0;
		break;
	case 4:
		s->i16.len -= s->i16.len > 0;
		break;
	case 5:
		if (s->n_missing)
			s->missing[case_below(seed, (uint32_t)s->n_missing)] =
				(uint32_t)edge(seed);
		break;
	case 6:
		if (s->n_dt_ms)
			s->dt_ms[case_below(seed, (uint32_t)s->n_dt_ms)] =
				(int32_t)edge(seed);
		break;
	case 7:
		if (s->n_v)
			s->v[case_below(seed, (uint32_t)s->n_v)] = INT32_MIN;
		break;
	case 8:
		s->channel = (Dozed__V1__Channel)edge(seed);
		break;
	case 9: /* every delta at its largest: the sum must not wrap */
		for (size_t i = 0; i < s->n_v; i++)
			s->v[i] = INT32_MAX;
		break;
	}
}

static void
disturb_session(Dozed__V1__Session *s, uint64_t *seed)
{
	static char texts[][128] = {"", "\xff", "a\xc0\xaf", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xe2\x82",
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"01234567890123456789012345", /* 96 */
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"012345678901234567890123456"};

	switch (case_below(seed, 9)) {
	case 0:
		s->origin = NULL;
		break;
	case 1:
		s->origin->record_id = texts[case_below(seed, array_len(texts))];
		break;
	case 2:
		s->origin->source_app = texts[case_below(seed, array_len(texts))];
		break;
	case 3:
		s->start_ms = edge(seed);
		break;
	case 4:
		s->end_ms = case_below(seed, 2) ? edge(seed) : s->start_ms;
		break;
	case 5:
		s->origin->status = (Dozed__V1__RecordStatus)edge(seed);
		break;
	case 6:
		if (s->n_stages)
			s->stages[case_below(seed, (uint32_t)s->n_stages)]->offset_s =
				(uint32_t)edge(seed);
		break;
	case 7:
		if (s->n_stages)
			s->stages[case_below(seed, (uint32_t)s->n_stages)]->duration_s =
				(uint32_t)edge(seed);
		break;
	case 8:
		if (s->n_metrics)
			s->metrics[0]->value = case_below(seed, 2) ? NAN : -INFINITY;
		s->utc_offset_end_min = (int32_t)edge(seed);
		break;
	}
}

void
case_disturb(Dozed__V1__Batch *b, uint64_t *seed)
{
	uint32_t what = case_below(seed, 13);

	if (what == 0)
		b->epoch = (uint64_t)edge(seed);
	else if (what == 1)
		b->seq = (uint64_t)edge(seed);
	else if (what < 6 && b->n_series)
		disturb_series(b->series[case_below(seed, (uint32_t)b->n_series)], seed);
	else if (what < 10 && b->n_sessions)
		disturb_session(
			b->sessions[case_below(seed, (uint32_t)b->n_sessions)], seed);
	else if (what == 12 && b->n_feedback && case_below(seed, 2))
		b->feedback[0]->at_ms = edge(seed);
	else if (what == 12 && b->n_feedback)
		b->feedback[0]->kind = (Dozed__V1__FeedbackKind)edge(seed);
	else if (b->n_ratings && case_below(seed, 2))
		b->ratings[0]->value = (uint32_t)edge(seed);
	else if (b->n_ratings)
		b->ratings[0]->at_ms = edge(seed);
	else if (b->n_markers)
		b->markers[0]->at_ms = edge(seed);
}
