/* SPDX-License-Identifier: MIT */
/* Sessions, ratings, markers and feedback: what carries a meaning of its own, and is therefore refused
 * rather than guessed at. */
#include <math.h>
#include <string.h>

#include "in/decode_parts.h"

#define SESSION_MAX_MS (48 * HOUR_MS)
#define OFFSET_MAX_MIN (18 * 60) /* beyond every zone there is */

/* A longer name is cut, between two characters. */
static void
copy_app(const char *text, char ret[static APP_MAX + 1])
{
	size_t n = text ? strlen(text) : 0;

	if (n > APP_MAX)
		for (n = APP_MAX; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
	if (n)
		memcpy(ret, text, n);
	ret[n] = '\0';
}

static int
decode_origin(
	struct decoding *d, const Dozed__V1__Origin *in, size_t i, struct session *ret)
{
	if (in == NULL)
		return decode_refuse(d, "session %zu has no origin", i + 1);
	int len = decode_text_len(in->record_id);
	if (len < 0 || decode_text_len(in->source_app) < 0)
		return decode_refuse(
			d, "session %zu: a text is no UTF-8 or holds a NUL", i + 1);
	if (len == 0 || len > RECORD_ID_MAX)
		return decode_refuse(d,
			"session %zu: record_id is empty or longer than %d bytes", i + 1,
			RECORD_ID_MAX);
	memcpy(ret->record_id, in->record_id, (size_t)len + 1);
	copy_app(in->source_app, ret->app);
	ret->revision = in->revision;
	switch ((int)in->status) {
	case RECORD_UNSPECIFIED:
	case RECORD_TENTATIVE:
	case RECORD_FINAL:
	case RECORD_DELETED:
		ret->status = (enum record_status)in->status;
		return 0;
	}
	return decode_refuse(d, "session %zu: unknown status", i + 1);
}

static int
decode_span(
	struct decoding *d, const Dozed__V1__Session *in, size_t i, struct session *ret)
{
	int r;

	if (ret->status == RECORD_DELETED && in->start_ms == 0 && in->end_ms == 0)
		return 0;
	if ((r = decode_time(d, "the start of session", i, in->start_ms)) ||
		(r = decode_time(d, "the end of session", i, in->end_ms)))
		return r;
	if (in->end_ms <= in->start_ms)
		return decode_refuse(d, "session %zu ends before it starts", i + 1);
	if (in->end_ms - in->start_ms > SESSION_MAX_MS)
		return decode_refuse(d, "session %zu is longer than 48 hours", i + 1);
	ret->start = UTC(in->start_ms);
	ret->end = UTC(in->end_ms);
	return 0;
}

static int
decode_stages(
	struct decoding *d, const Dozed__V1__Session *in, size_t i, struct session *ret)
{
	/* a vendor's whole seconds may run over a start or end that has milliseconds */
	uint64_t length_s = (uint64_t)(ret->end.ms - ret->start.ms + 999) / 1000, end = 0;

	if (in->n_stages > DECODE_REPEATED_MAX)
		return decode_refuse(d, "session %zu has more than %d stages", i + 1,
			DECODE_REPEATED_MAX);
	struct stage_span *spans = decode_alloc(d, in->n_stages, sizeof *spans);
	if (spans == NULL)
		return DECODE_E_REFUSED;
	for (size_t k = 0; k < in->n_stages; k++) {
		const Dozed__V1__StageSpan *s = in->stages[k];
		int known =
			(int)s->stage > STAGE_UNSPECIFIED && (int)s->stage < STAGE_COUNT;

		if (s->offset_s < end)
			return decode_refuse(d,
				"session %zu: stage %zu starts before the end of the "
				"one before",
				i + 1, k + 1);
		end = (uint64_t)s->offset_s + s->duration_s;
		if (end > length_s)
			return decode_refuse(d,
				"session %zu: stage %zu runs over the session's end",
				i + 1, k + 1);
		spans[k] = (struct stage_span){s->offset_s, s->duration_s,
			known ? (enum stage)s->stage : STAGE_UNMEASURABLE};
	}
	ret->stages = spans;
	ret->n_stages = (uint32_t)in->n_stages;
	return 0;
}

static void
decode_metric(
	struct decoding *d, const Dozed__V1__MetricValue *m, double max, double *ret)
{
	if (m->value >= 0 && m->value <= max)
		*ret = m->value;
	else
		d->b->refused_samples++;
}

/* By enum stated_kind. */
static const struct {
	Dozed__V1__Metric metric;
	double unit, max; /* of the wire: seconds in a minute */
} totals[STATED_KINDS] = {
	[STATED_SLEEP] = {DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 60, 86400},
	[STATED_WASO] = {DOZED__V1__METRIC__METRIC_WASO_S, 60, 86400},
	[STATED_AWAKE] = {DOZED__V1__METRIC__METRIC_AWAKE_S, 60, 86400},
	[STATED_LIGHT] = {DOZED__V1__METRIC__METRIC_LIGHT_S, 60, 86400},
	[STATED_DEEP] = {DOZED__V1__METRIC__METRIC_DEEP_S, 60, 86400},
	[STATED_REM] = {DOZED__V1__METRIC__METRIC_REM_S, 60, 86400},
	[STATED_AWAKENINGS] = {DOZED__V1__METRIC__METRIC_AWAKENINGS, 1, 1440},
};

/* The last one of a kind counts; the order is that of the enum, whatever the vendor's. */
static void
decode_totals(struct decoding *d, const Dozed__V1__Session *in, struct session *ret)
{
	for (int t = 0; t < STATED_KINDS; t++) {
		double v = NAN;
		for (size_t k = 0; k < in->n_metrics; k++)
			if (in->metrics[k]->metric == totals[t].metric)
				decode_metric(d, in->metrics[k], totals[t].max, &v);
		if (!isnan(v))
			ret->stated[ret->n_stated++] =
				(struct stated){(enum stated_kind)t, v / totals[t].unit};
	}
}

int
decode_session(
	struct decoding *d, const Dozed__V1__Session *in, size_t i, struct session *ret)
{
	int r;

	memcpy(ret->source, d->b->from.source, sizeof ret->source);
	memcpy(ret->device, d->b->from.device, sizeof ret->device);
	ret->latency_s = ret->vendor_score = NAN;
	if ((int)in->kind == SLEEP_MAIN || (int)in->kind == SLEEP_NAP)
		ret->kind = (enum sleep_kind)in->kind;
	if (in->utc_offset_start_min < -OFFSET_MAX_MIN ||
		in->utc_offset_start_min > OFFSET_MAX_MIN ||
		in->utc_offset_end_min < -OFFSET_MAX_MIN ||
		in->utc_offset_end_min > OFFSET_MAX_MIN)
		return decode_refuse(
			d, "session %zu: a UTC offset beyond 18 hours", i + 1);
	ret->offset_start_min = (int16_t)in->utc_offset_start_min;
	ret->offset_end_min = (int16_t)in->utc_offset_end_min;
	if ((r = decode_origin(d, in->origin, i, ret)) ||
		(r = decode_span(d, in, i, ret)) || (r = decode_stages(d, in, i, ret)))
		return r;
	if (in->n_metrics > DECODE_REPEATED_MAX)
		return decode_refuse(d, "session %zu has more than %d metrics", i + 1,
			DECODE_REPEATED_MAX);
	for (size_t k = 0; k < in->n_metrics; k++) {
		if (in->metrics[k]->metric == DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S)
			decode_metric(d, in->metrics[k], 86400, &ret->latency_s);
		if (in->metrics[k]->metric == DOZED__V1__METRIC__METRIC_VENDOR_SCORE)
			decode_metric(d, in->metrics[k], 100, &ret->vendor_score);
	}
	decode_totals(d, in, ret);
	return 0;
}

int
decode_rating(
	struct decoding *d, const Dozed__V1__Rating *in, size_t i, struct rating *ret)
{
	if ((int)in->kind < RATING_SLEEP_QUALITY || (int)in->kind >= RATING_KINDS)
		return decode_refuse(d, "rating %zu: unknown kind", i + 1);
	if (in->value > 10)
		return decode_refuse(d, "rating %zu is above 10", i + 1);
	*ret = (struct rating){(enum rating_kind)in->kind, UTC(in->at_ms),
		in->withdrawn ? RATING_WITHDRAWN : (int)in->value, in->revision};
	return decode_time(d, "rating", i, in->at_ms);
}

int
decode_marker(
	struct decoding *d, const Dozed__V1__Marker *in, size_t i, struct marker *ret)
{
	if ((int)in->stage != STAGE_IN_BED && (int)in->stage != STAGE_OUT_OF_BED)
		return decode_refuse(
			d, "marker %zu is neither in bed nor out of bed", i + 1);
	*ret = (struct marker){UTC(in->at_ms), (enum stage)in->stage};
	return decode_time(d, "marker", i, in->at_ms);
}

int
decode_feedback(
	struct decoding *d, const Dozed__V1__Feedback *in, size_t i, struct feedback *ret)
{
	if ((int)in->kind < FEEDBACK_ACK || (int)in->kind >= FEEDBACK_KINDS)
		return decode_refuse(d, "feedback %zu: unknown kind", i + 1);
	*ret = (struct feedback){(enum feedback_kind)in->kind, UTC(in->at_ms)};
	return decode_time(d, "feedback", i, in->at_ms);
}
