/* SPDX-License-Identifier: MIT */
/* The hae reader: Health Auto Export's JSON, {"data": {"metrics": [...]}}, one document or one
 * a line. Sleep comes in two forms:
 *
 *     aggregated    one item a day, totals in hours: a record with totals and without stages.
 *                   Total = totalSleep, else asleep + core + deep + rem: `asleep` is all of
 *                   it in older payloads and 0 beside stages. Its id is the day of waking
 *                   and the source: the app sends a day again whenever it knows more
 *     spans         startDate, endDate, value: nights by source, as in Apple's export. An
 *                   older form states fewer hours than lie between the two: then the hours
 *                   are what counts, the night has their sums and no timeline
 *
 * Both of one night and source are one record, whichever came first; spans say more than totals
 * and stay (told.h). The first and the last night of a file may be cut by the window of time
 * that was asked for. Samples are in hae_samples.c. Symptoms are words (mild, moderate ...), a
 * state of mind is a valence from -1 to 1, a medication is a dose: none is a rating from 0 to 10
 * of sleep or of pain, and none is made into one. */
#include "apple_night.h"
#include "hae.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

#define HOUR_S    3600.0
#define ROUND_S   60.0  /* hours as decimals are no worse than this */
#define KIND      "hae" /* of families */
#define DATE_SIZE 10    /* "2026-03-29" */

static const char *
source_of(const json_t *o)
{
	const char *source = json_text(o, "source");

	if (!source)
		source = json_text(o, "sleepSource");
	return source ? source : "";
}

/* Widens the session to the two times, where they are stated. */
static const char *
widen(const struct reading *g, const json_t *o, const char *from, const char *to,
	struct found_session *s)
{
	const char *a = json_text(o, from), *b = json_text(o, to), *why;
	int64_t start, end;
	int at_start, at_end;

	if (!a || !b)
		return NULL;
	if ((why = apple_time(g, a, &start, &at_start)) ||
		(why = apple_time(g, b, &end, &at_end)))
		return why;
	if (!s->start || start < s->start)
		s->start = start, s->offset_start_min = at_start;
	if (end > s->end)
		s->end = end, s->offset_end_min = at_end;
	return NULL;
}

static double
sum_of_known(const double *v, size_t n)
{
	double sum = NAN;

	for (size_t i = 0; i < n; i++)
		if (!isnan(v[i]))
			sum = (isnan(sum) ? 0 : sum) + v[i];
	return sum;
}

static void
totals(const json_t *o, double scale, struct found_session *s)
{
	const double parts[] = {json_num(o, "asleep"), json_num(o, "core"),
		json_num(o, "deep"), json_num(o, "rem")};
	double total = json_num(o, "totalSleep"), awake = json_num(o, "awake");
	double staged = sum_of_known(parts + 1, 3);

	if (isnan(total))
		total = sum_of_known(parts, array_len(parts));
	vendor_metric(s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S, total * scale);
	if (!(staged > 0)) /* zeros of a device that does not stage */
		return;
	vendor_metric(s, DOZED__V1__METRIC__METRIC_LIGHT_S, parts[1] * scale);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_DEEP_S, parts[2] * scale);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_REM_S, parts[3] * scale);
	vendor_metric(s, DOZED__V1__METRIC__METRIC_AWAKE_S, awake * scale);
}

static int
take_day(struct reading *g, const json_t *o, double scale, const char *place)
{
	struct found_session s = {.status = RECORD_FINAL};
	const char *wake = json_text(o, "sleepEnd"), *source = source_of(o);
	char what[16 + DATE_SIZE];
	const char *why = widen(g, o, "sleepStart", "sleepEnd", &s);

	if (!why && !s.end)
		why = "no sleepStart and sleepEnd";
	if (!why)
		why = widen(g, o, "inBedStart", "inBedEnd", &s);
	if (!why) {
		totals(o, scale, &s);
		if (s.n_metrics == 0)
			why = "no total of sleep";
		snprintf(what, sizeof what, "day %.*s", DATE_SIZE, wake);
		apple_record_id(&s, what, source);
		s.family = apple_family(g, KIND, source);
		vendor_app(&s, source);
	}
	return vendor_session(g, &s, NULL, place, why);
}

static int
take_span(struct reading *g, const json_t *o, double scale, struct apple_nights *nights,
	const char *place)
{
	struct apple_span span = {.stage = (uint8_t)apple_stage(json_text(o, "value"))};
	int from = 0, to = 0;
	const char *why = apple_time(g, json_text(o, "startDate"), &span.start, &from);
	double stated = json_num(o, "qty") * scale;

	if (!why)
		why = apple_time(g, json_text(o, "endDate"), &span.end, &to);
	if (!why && span.stage == STAGE_UNSPECIFIED)
		why = "a value that is none of Apple's stages";
	span.offset_start_min = (int16_t)from;
	span.offset_end_min = (int16_t)to;
	if (!why && span.stage != STAGE_IN_BED && stated >= 0 &&
		(double)(span.end - span.start) / SECOND_MS - stated > ROUND_S)
		span.stated = (uint32_t)lround(stated) + 1;
	if (!why)
		why = apple_nights_add(nights, source_of(o), &span);
	if (why)
		report_refuse(g->report, 0, "%s: %s", place, why);
	else
		g->used++;
	return 0;
}

static int
take_sleep(struct reading *g, const json_t *metric, struct apple_nights *nights)
{
	const json_t *list = json_at(metric, "data");
	const char *units = json_text(metric, "units");
	double scale = units && strcmp(units, "min") == 0 ? HOUR_S / 60 : HOUR_S;
	int r = 0;

	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		const json_t *o = json_array_get(list, i);
		char place[VENDOR_PLACE_LEN];
		snprintf(place, sizeof place, "sleep_analysis %zu", i + 1);
		if (units && strcmp(units, "hr") != 0 && strcmp(units, "min") != 0)
			report_refuse(g->report, 0, "%s: units that are not hr", place);
		else if (json_text(o, "value"))
			r = take_span(g, o, scale, nights, place);
		else
			r = take_day(g, o, scale, place);
	}
	return r;
}

/* Lists beside the metrics, which become nothing. */
static int
has_other_lists(const json_t *o)
{
	static const char *const lists[] = {"data.symptoms", "data.stateOfMind",
		"data.medications", "data.workouts", "data.ecg",
		"data.heartRateNotifications", "data.cycleTracking"};
	int n = 0;

	for (size_t i = 0; i < array_len(lists); i++)
		n += json_is_array(json_at(o, lists[i]));
	return n;
}

static int
take_document(struct reading *g, const json_t *o, void *ctx)
{
	const json_t *metrics = json_at(o, "data.metrics");
	int is_daily = hae_is_daily(metrics), r = 0;

	if (!json_is_array(metrics))
		report_refuse(g->report, 0, "no list of metrics in it%s",
			has_other_lists(o)
				? "; symptoms, states of mind, medications and workouts "
				  "are no ratings from 0 to 10 and are not taken"
				: "");
	for (size_t i = 0; i < json_array_size(metrics) && r == 0; i++) {
		const json_t *metric = json_array_get(metrics, i);
		const char *name = json_text(metric, "name");
		if (!name)
			report_refuse(g->report, 0, "metric %zu: no name", i + 1);
		else if (strcmp(name, "sleep_analysis") == 0)
			r = take_sleep(g, metric, ctx);
		else
			r = hae_samples(g, metric, is_daily);
	}
	return r;
}

static int
read_hae(struct input *in, struct reading *g)
{
	struct apple_nights nights = {.kind = KIND};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int r = json_file_list(in, g, "metrics", take_document, &nights);
	if (r == 0)
		r = apple_nights_put(&nights, g);
	apple_nights_finish(&nights);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char *const texts[] = {
		"\"data\"", "\"metrics\"", "\"units\"", "\"name\"", NULL};
	return vendor_sniff(head, n, texts);
}

const struct reader reader_hae = {
	.name = "hae",
	.carries =
		"Health Auto Export's JSON: sleep as totals or spans, heart rate, HRV, "
		"breaths, oxygen, steps",
	.example = "{\"data\": {\"metrics\": [{\"name\": \"sleep_analysis\", ...}]}}",
	.fields = hae_fields,
	.sniff = sniff,
	.read = read_hae,
};
