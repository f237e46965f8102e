/* SPDX-License-Identifier: MIT */
/* See vendor.h. */
#include "vendor.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define FUTURE_MS      (5 * MINUTE_MS)
#define OLDEST_MS      INT64_C(0) /* no wearable is older than 1970 */
#define OFFSET_MAX_MIN (18 * 60)

int
vendor_sniff(const char *head, size_t n, const char *const *texts)
{
	size_t i = 0;

	if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < n && strchr(" \t\r\n", head[i]))
		i++;
	if (i >= n || (head[i] != '[' && head[i] != '{'))
		return 0;
	for (; *texts; texts++)
		if (!memmem(head, n, *texts, strlen(*texts)))
			return 0;
	return 1;
}

/* Minutes east of UTC at the end of the text: "+02:00", "+0200"; 0: none there. */
static int
text_offset(const char *text, int *ret)
{
	size_t n = strlen(text);
	const char *p = NULL;
	int h, m;

	if (n > 6 && strchr("+-", text[n - 6]) && text[n - 3] == ':')
		p = text + n - 6;
	else if (n > 5 && strchr("+-", text[n - 5]))
		p = text + n - 5;
	if (!p || n < 16 || /* a date alone ends in "-03-29", too */
		sscanf(p + 1, p[3] == ':' ? "%2d:%2d" : "%2d%2d", &h, &m) != 2)
		return 0;
	*ret = (*p == '-' ? -1 : 1) * (h * 60 + m);
	return 1;
}

const char *
vendor_time(const struct reading *g, const char *text, int64_t *ret, int *ret_offset_min)
{
	const char *why = text ? reading_time(g, text, 0, ret) : "a time is missing";

	if (!why && ret_offset_min && !text_offset(text, ret_offset_min))
		*ret_offset_min = vendor_offset(g, *ret, 0);
	return why;
}

const char *
vendor_epoch(const struct reading *g, int64_t ms, int64_t *ret)
{
	if (ms > g->now.ms + FUTURE_MS)
		return "the time lies in the future";
	if (ms < OLDEST_MS)
		return "the time lies before 1970";
	*ret = ms;
	return NULL;
}

const char *
vendor_seconds(const struct reading *g, const json_t *o, const char *path, int64_t *ret)
{
	int64_t s;

	if (!json_whole(o, path, &s)) /* at most 2^53: a thousandfold fits */
		return "a time is missing";
	return vendor_epoch(g, s * SECOND_MS, ret);
}

const char *
vendor_gmt(const struct reading *g, const char *text, int64_t *ret)
{
	char utc[40];

	if (!text)
		return "a time is missing";
	if (snprintf(utc, sizeof utc, "%sZ", text) >= (int)sizeof utc)
		return "a time that cannot be read";
	return reading_time(g, utc, 0, ret);
}

int
vendor_offset(const struct reading *g, int64_t t, int otherwise)
{
	return g->zone ? zone_offset_s(g->zone, UTC(t)) / 60 : otherwise;
}

void
vendor_offsets(const struct reading *g, struct found_session *s, int start_min)
{
	s->offset_start_min = s->offset_end_min = start_min;
	if (vendor_offset(g, s->start, start_min) == start_min)
		s->offset_end_min = vendor_offset(g, s->end, start_min);
}

void
vendor_offsets_end(const struct reading *g, struct found_session *s, int end_min)
{
	s->offset_start_min = s->offset_end_min = end_min;
	if (vendor_offset(g, s->end, end_min) == end_min)
		s->offset_start_min = vendor_offset(g, s->start, end_min);
}

int
vendor_offset_text(const char *text, int *ret)
{
	unsigned h, m;
	char sign, end;

	if (!text || sscanf(text, "%c%2u:%2u%c", &sign, &h, &m, &end) != 3 ||
		!strchr("+-", sign))
		return 0;
	*ret = (sign == '-' ? -1 : 1) * (int)(h * 60 + m);
	return 1;
}

void
vendor_metric(struct found_session *s, int metric, double value)
{
	collect_metric(s, metric, value);
}

void
vendor_totals(struct found_session *s, const json_t *o, const struct vendor_total *table)
{
	for (; table->path; table++)
		vendor_metric(s, table->metric, json_num(o, table->path) * table->scale);
}

void
vendor_sum_sleep(struct found_session *s)
{
	double sum = NAN;

	for (uint32_t i = 0; i < s->n_metrics; i++) {
		int m = s->metrics[i].metric;
		if (m == DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S)
			return;
		if (m == DOZED__V1__METRIC__METRIC_LIGHT_S ||
			m == DOZED__V1__METRIC__METRIC_DEEP_S ||
			m == DOZED__V1__METRIC__METRIC_REM_S)
			sum = (isnan(sum) ? 0 : sum) + s->metrics[i].value;
	}
	vendor_metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, sum);
}

void
vendor_rank(const struct reading *g, struct found_session *s, int rank)
{
	if (g->to->revision)
		s->revision = g->to->revision + rank;
}

void
vendor_app(struct found_session *s, const char *text)
{
	utf8_copy(s->app, sizeof s->app, text);
}

const char *
vendor_id(struct found_session *s, const char *text)
{
	if (!text || !*text)
		return "no id";
	if (strlen(text) > RECORD_ID_MAX)
		return "an id that is too long";
	snprintf(s->record_id, sizeof s->record_id, "%s", text);
	return NULL;
}

int
vendor_sample(struct reading *g, const char *channel, int64_t t, double v)
{
	const struct channel *ch = channel_by_name(channel);
	int32_t wire;
	int64_t at;

	assert(ch);
	if (isnan(v))
		return 0;
	const char *why = vendor_epoch(g, t, &at);
	if (why) {
		report_refuse(g->report, 0, "%s: %s", channel, why);
		return 0;
	}
	if (!collect_wire_value(ch, v, &wire)) {
		char when[CIVIL_TIME_LEN];
		report_refuse(g->report, 0,
			"%s: %s %.10g %s is outside what is plausible, %.10g to %.10g",
			civil_time_text(NULL, UTC(at), when), channel, v, ch->unit,
			ch->min, ch->max);
		return 0;
	}
	g->used++;
	return collect_sample(g->to, g->person, ch, at, wire);
}

static const char *
fault(const struct reading *g, const struct found_session *s)
{
	int64_t end;

	if (s->status == RECORD_DELETED)
		return NULL;
	if (s->end <= s->start)
		return "it ends before it starts";
	if (s->end - s->start > COLLECT_SESSION_MAX_S * SECOND_MS)
		return "a night that is longer than a day";
	if (abs(s->offset_start_min) > OFFSET_MAX_MIN ||
		abs(s->offset_end_min) > OFFSET_MAX_MIN)
		return "an offset from UTC that no place has";
	return vendor_epoch(g, s->end, &end);
}

int
vendor_session(struct reading *g, struct found_session *s, struct timeline *t,
	const char *place, const char *why)
{
	if (!why && t && t->n)
		why = timeline_session(t, s);
	if (t)
		t->n = 0;
	if (!why)
		why = fault(g, s);
	if (why) {
		report_refuse(g->report, 0, "%s: %s", place, why);
		free(steal(&s->stages));
		return 0;
	}
	g->used++;
	return collect_session(g->to, g->person, s);
}

struct records {
	const char *list; /* borrowed */
	int (*one)(struct reading *g, const json_t *o, void *ctx);
	void *ctx;
};

static int
each_document(struct reading *g, const json_t *o, void *ctx)
{
	const struct records *v = ctx;
	const json_t *list = v->list ? json_at(o, v->list) : NULL;
	int r = 0;

	if (!json_is_array(list))
		list = o;
	if (!json_is_array(list))
		return v->one(g, o, v->ctx);
	for (size_t i = 0; i < json_array_size(list) && r == 0; i++)
		r = v->one(g, json_array_get(list, i), v->ctx);
	return r;
}

int
vendor_records(struct input *in, struct reading *g, const char *list,
	int (*one)(struct reading *g, const json_t *o, void *ctx), void *ctx)
{
	struct records v = {list, one, ctx};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	return json_file_list(in, g, list, each_document, &v);
}
