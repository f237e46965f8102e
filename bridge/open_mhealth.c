/* SPDX-License-Identifier: MIT */
/* The open_mhealth reader: Open mHealth's sleep-episode 1.1 and total-sleep-time 1.0, as a bare
 * body or with a header. Totals, no stages. The header's id is the key, else the kind and
 * the start. */
#include "vendor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PERCENT 0 /* a unit that is no time */

static const struct {
	const char *path;
	int metric;
	int is_time;
} stated[] = {
	{"total_sleep_time", DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, 1},
	{"wake_after_sleep_onset", DOZED__V1__METRIC__METRIC_WASO_S, 1},
	{"latency_to_sleep_onset", DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S, 1},
	{"sleep_maintenance_efficiency_percentage",
		DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, PERCENT},
};

/* {"value": 8.5, "unit": "h"} in seconds; NAN: no such thing. Months and years are none. */
static double
seconds(const json_t *o)
{
	static const struct {
		const char *unit;
		double s;
	} units[] = {{"ps", 1e-12}, {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"sec", 1},
		{"min", 60}, {"h", 3600}, {"d", 86400}};
	const char *unit = json_text(o, "unit");

	for (size_t i = 0; unit && i < array_len(units); i++)
		if (strcmp(units[i].unit, unit) == 0)
			return json_num(o, "value") * units[i].s;
	return NAN;
}

/* start and end, or one of them and the duration. */
static const char *
times(const struct reading *g, const json_t *o, struct found_session *s)
{
	const char *start = json_text(o, "start_date_time"),
		   *end = json_text(o, "end_date_time"), *why = NULL;
	double length = seconds(json_at(o, "duration"));

	if (start)
		why = vendor_time(g, start, &s->start, &s->offset_start_min);
	if (!why && end)
		why = vendor_time(g, end, &s->end, &s->offset_end_min);
	if (why || (start && end))
		return why;
	if ((!start && !end) || !(length > 0 && length <= COLLECT_SESSION_MAX_S))
		return "no time interval";
	int64_t ms = llround(length * SECOND_MS);
	if (start) {
		s->end = s->start + ms;
		s->offset_end_min = vendor_offset(g, s->end, s->offset_start_min);
	} else {
		s->start = s->end - ms;
		s->offset_start_min = vendor_offset(g, s->start, s->offset_end_min);
	}
	return NULL;
}

static const char *
set_id(struct found_session *s, const json_t *header, int is_episode)
{
	char id[48];

	if (json_text(header, "id"))
		return vendor_id(s, json_text(header, "id"));
	snprintf(id, sizeof id, "%s-%lld", is_episode ? "episode" : "total",
		(long long)(s->start / SECOND_MS));
	return vendor_id(s, id);
}

static const char *
convert(const struct reading *g, const json_t *o, struct found_session *s)
{
	const json_t *body = json_at(o, "body"), *header = json_at(o, "header");
	const char *made = json_text(header, "creation_date_time");
	int64_t created;

	body = body ? body : o;
	int main_sleep = json_flag(body, "is_main_sleep");
	int is_episode = !json_at(body, "total_sleep_time") || main_sleep >= 0 ||
			 json_at(body, "latency_to_sleep_onset") ||
			 json_at(body, "number_of_awakenings");
	const char *why =
		times(g, json_at(body, "effective_time_frame.time_interval"), s);
	if (!why)
		why = set_id(s, header, is_episode);
	if (why)
		return why;
	if (made && !vendor_time(g, made, &created, NULL))
		s->revision = created;
	s->status = RECORD_FINAL;
	s->kind = main_sleep == 1   ? SLEEP_MAIN
		  : main_sleep == 0 ? SLEEP_NAP
				    : SLEEP_UNSPECIFIED;
	vendor_app(s, json_text(header, "acquisition_provenance.source_name"));
	for (size_t i = 0; i < array_len(stated); i++) {
		const json_t *v = json_at(body, stated[i].path);
		vendor_metric(s, stated[i].metric,
			stated[i].is_time ? seconds(v) : json_num(v, "value"));
	}
	vendor_metric(s, DOZED__V1__METRIC__METRIC_AWAKENINGS,
		json_num(body, "number_of_awakenings"));
	return NULL;
}

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	unsigned long *n = ctx;
	struct found_session s = {0};
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "sleep %lu", ++*n);
	const char *why = convert(g, o, &s);
	return vendor_session(g, &s, NULL, place, why);
}

static int
read_open_mhealth(struct input *in, struct reading *g)
{
	unsigned long n = 0;

	return vendor_records(in, g, NULL, one, &n);
}

static int
sniff(const char *head, size_t n)
{
	static const char *const body[] = {
		"\"effective_time_frame\"", "\"total_sleep_time\"", NULL};
	static const char *const episode[] = {
		"\"effective_time_frame\"", "\"latency_to_sleep_onset\"", NULL};
	static const char *const schema[] = {"\"$schema\"", NULL};
	return (vendor_sniff(head, n, body) || vendor_sniff(head, n, episode)) &&
	       !vendor_sniff(head, n, schema);
}

/* clang-format off */
static const struct field fields[] = {
	{"effective_time_frame.time_interval.start_date_time", "start", "and its offset"},
	{"effective_time_frame.time_interval.end_date_time", "end", "and its offset"},
	{"effective_time_frame.time_interval.duration.value", "end", "or the start, where one is missing"},
	{"effective_time_frame.time_interval.duration.unit", "end", "or the start, where one is missing"},
	{"total_sleep_time.value", "total sleep", NULL},
	{"total_sleep_time.unit", "total sleep", NULL},
	{"wake_after_sleep_onset.value", "WASO", NULL},
	{"wake_after_sleep_onset.unit", "WASO", NULL},
	{"latency_to_sleep_onset.value", "latency", NULL},
	{"latency_to_sleep_onset.unit", "latency", NULL},
	{"latency_to_arising.value", NULL, "the hub has no such number of a record"},
	{"latency_to_arising.unit", NULL, "the hub has no such number of a record"},
	{"number_of_awakenings", "awakenings", NULL},
	{"is_main_sleep", "kind", "false: a nap"},
	{"sleep_maintenance_efficiency_percentage.value", "efficiency", "not a night's SE, which the hub counts"},
	{"sleep_maintenance_efficiency_percentage.unit", NULL, "always %"},
	{"header.id", "record_id", "without a header: the kind and the start"},
	{"header.creation_date_time", "revision", "without a header: the file's writing time"},
	{"header.acquisition_provenance.source_name", "app", NULL},
	{0},
};
/* clang-format on */

const struct reader reader_open_mhealth = {
	.name = "open_mhealth",
	.carries =
		"Open mHealth (JSON): sleep-episode 1.1 and total-sleep-time 1.0, totals",
	.example =
		"{\"effective_time_frame\": ..., \"total_sleep_time\": {\"value\": 465, "
		"\"unit\": \"min\"}}",
	.fields = fields,
	.sniff = sniff,
	.read = read_open_mhealth,
};
