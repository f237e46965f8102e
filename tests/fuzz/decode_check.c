// SPDX-License-Identifier: MIT
// What must hold of everything that the decoder accepts: every pointer in the arena, every
// number in its range, every time within [first, last].
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode_cases.h"

#define HOLDS(x)                                                                         \
	do {                                                                             \
		if (!(x)) {                                                              \
			fprintf(stderr, "broken: %s (%s:%d)\n", #x, __FILE__, __LINE__); \
			abort();                                                         \
		}                                                                        \
	} while (0)

static void
holds_memory(const struct arena *a, const void *p, size_t n)
{
	const unsigned char *at = p;
	HOLDS(n == 0 || (at >= a->mem && n <= a->used && at + n <= a->mem + a->used));
}

static void
holds_time(const struct batch *b, int64_t ms, utc_ms now)
{
	HOLDS(ms >= b->first.ms && ms <= b->last.ms);
	HOLDS(ms >= DECODE_OLDEST_MS && ms <= DECODE_NEWEST_MS);
	HOLDS(now.ms == INT64_MAX || ms <= now.ms + DECODE_FUTURE_MS);
}

static void
check_series(
	const struct arena *a, const struct batch *b, const struct series *s, utc_ms now)
{
	HOLDS(s->channel && s->channel->wire > 0);
	HOLDS(s->n > 0 && s->n <= DECODE_SAMPLES_MAX);
	HOLDS((s->interval_ms == 0) == (s->t != NULL));
	holds_memory(a, s->v, s->n * sizeof *s->v);
	if (s->t)
		holds_memory(a, s->t, s->n * sizeof *s->t);
	for (uint32_t i = 0; i < s->n; i++) {
		holds_time(b, s->t ? s->t[i] : s->start.ms + (int64_t)i * s->interval_ms,
			now);
		HOLDS(isnan(s->v[i]) ||
			(s->v[i] >= s->channel->min && s->v[i] <= s->channel->max));
	}
}

static void
check_session(
	const struct arena *a, const struct batch *b, const struct session *s, utc_ms now)
{
	uint64_t end = 0;

	HOLDS(s->record_id[0] && memchr(s->record_id, 0, sizeof s->record_id));
	HOLDS(strcmp(s->source, b->from.source) == 0 &&
		strcmp(s->device, b->from.device) == 0);
	HOLDS(s->status >= RECORD_UNSPECIFIED && s->status <= RECORD_DELETED);
	HOLDS(s->kind >= SLEEP_UNSPECIFIED && s->kind <= SLEEP_NAP);
	HOLDS(isnan(s->latency_s) || (s->latency_s >= 0 && s->latency_s <= 86400));
	HOLDS(isnan(s->vendor_score) || (s->vendor_score >= 0 && s->vendor_score <= 100));
	holds_memory(a, s->stages, s->n_stages * sizeof *s->stages);
	for (uint32_t i = 0; i < s->n_stages; i++) {
		HOLDS(s->stages[i].stage > STAGE_UNSPECIFIED &&
			s->stages[i].stage < STAGE_COUNT);
		HOLDS(s->stages[i].offset_s >= end);
		end = (uint64_t)s->stages[i].offset_s + s->stages[i].duration_s;
	}
	if (s->status == RECORD_DELETED && s->start.ms == 0 && s->end.ms == 0)
		return;
	HOLDS(s->start.ms < s->end.ms && s->end.ms - s->start.ms <= 48 * HOUR_MS);
	HOLDS((int64_t)end * 1000 < s->end.ms - s->start.ms + 1000);
	holds_time(b, s->start.ms, now);
	holds_time(b, s->end.ms, now);
}

static void
check_batch(const struct arena *a, const struct batch *b, utc_ms now)
{
	HOLDS(b->epoch > 0 && b->epoch <= INT64_MAX && b->seq > 0 && b->seq <= INT64_MAX);
	HOLDS(b->first.ms <= b->last.ms);
	HOLDS(b->historical == 0 || b->historical == 1);
	HOLDS(b->n_series + b->n_sessions + b->n_ratings + b->n_markers + b->n_feedback +
			b->ignored_series >
		0);
	holds_memory(a, b->series, b->n_series * sizeof *b->series);
	holds_memory(a, b->sessions, b->n_sessions * sizeof *b->sessions);
	holds_memory(a, b->ratings, b->n_ratings * sizeof *b->ratings);
	holds_memory(a, b->markers, b->n_markers * sizeof *b->markers);
	holds_memory(a, b->feedback, b->n_feedback * sizeof *b->feedback);
	for (uint32_t i = 0; i < b->n_series; i++)
		check_series(a, b, &b->series[i], now);
	for (uint32_t i = 0; i < b->n_sessions; i++)
		check_session(a, b, &b->sessions[i], now);
	for (uint32_t i = 0; i < b->n_ratings; i++) {
		HOLDS(b->ratings[i].kind > 0 && b->ratings[i].kind < RATING_KINDS);
		HOLDS(b->ratings[i].value >= RATING_WITHDRAWN &&
			b->ratings[i].value <= 10);
		holds_time(b, b->ratings[i].at.ms, now);
	}
	for (uint32_t i = 0; i < b->n_markers; i++) {
		HOLDS(b->markers[i].stage == STAGE_IN_BED ||
			b->markers[i].stage == STAGE_OUT_OF_BED);
		holds_time(b, b->markers[i].at.ms, now);
	}
	for (uint32_t i = 0; i < b->n_feedback; i++) {
		HOLDS(b->feedback[i].kind > 0 && b->feedback[i].kind < FEEDBACK_KINDS);
		holds_time(b, b->feedback[i].at.ms, now);
	}
}

int
case_decode(struct arena *a, utc_ms now, const unsigned char *data, size_t n,
	char why[static DECODE_WHY_LEN])
{
	static const struct device_id from = {"anna", "fuzz", "band1"};
	struct batch b, untouched;

	memset(&b, 0xa5, sizeof b);
	untouched = b;
	memset(why, 0, DECODE_WHY_LEN);
	int r = decode_batch(a, &from, UTC(12345), now, data, n, &b, why);
	HOLDS(r == 0 || r == DECODE_E_REFUSED);
	HOLDS(a->peak <= a->size);
	if (r != 0) {
		HOLDS(why[0] != '\0' && memchr(why, 0, DECODE_WHY_LEN));
		HOLDS(memcmp(&b, &untouched, sizeof b) == 0);
		return 0;
	}
	HOLDS(b.received.ms == 12345);
	check_batch(a, &b, now);
	return 1;
}
