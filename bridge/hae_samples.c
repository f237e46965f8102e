/* SPDX-License-Identifier: MIT */
/* See hae.h. A metric states its unit; one that is not known is refused, never guessed. Where
 * the app was told to sum up by days, every item lies at midnight and is no sample. A document
 * in which anything lies elsewhere is not summed up by days: there midnight is a time. So is it
 * for an item whose least and greatest value are one. */
#include "hae.h"

#include <math.h>
#include <string.h>

#include "apple_night.h"
#include "vendor.h"

#define MIDNIGHT  " 00:00:00"
#define DATE_SIZE 10 /* "2026-03-29" */

static const struct kind {
	const char *name, *channel;
	struct {
		const char *name;
		double scale;
	} units[4]; /* ends with name NULL */
} kinds[] = {
	{"heart_rate", "heart_rate", {{"count/min", 1}, {"bpm", 1}, {"count/s", 60}}},
	{"heart_rate_variability", "hrv_sdnn", {{"ms", 1}, {"s", 1000}}},
	{"heart_rate_variability_sdnn", "hrv_sdnn", {{"ms", 1}, {"s", 1000}}},
	{"respiratory_rate", "resp_rate",
		{{"count/min", 1}, {"breaths/min", 1}, {"count/s", 60}}},
	{"blood_oxygen_saturation", "spo2", {{"%", 1}}},
	{"step_count", "steps", {{"count", 1}, {"steps", 1}}},
};

static const struct kind *
kind_of(const json_t *metric)
{
	const char *name = json_text(metric, "name");

	for (size_t i = 0; name && i < array_len(kinds); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return &kinds[i];
	return NULL;
}

static int
is_at_midnight(const json_t *o)
{
	const char *date = json_text(o, "date");
	return date && strlen(date) > DATE_SIZE &&
	       strncmp(date + DATE_SIZE, MIDNIGHT, sizeof MIDNIGHT - 1) == 0;
}

int
hae_is_daily(const json_t *metrics)
{
	for (size_t i = 0; i < json_array_size(metrics); i++) {
		const json_t *metric = json_array_get(metrics, i),
			     *list = json_at(metric, "data");
		for (size_t k = 0; kind_of(metric) && k < json_array_size(list); k++)
			if (!is_at_midnight(json_array_get(list, k)))
				return 0;
	}
	return 1;
}

/* 0: the unit is not known. */
static double
scale_of(const struct kind *k, const char *unit)
{
	for (size_t i = 0; unit && i < array_len(k->units) && k->units[i].name; i++)
		if (strcmp(unit, k->units[i].name) == 0)
			return k->units[i].scale;
	return 0;
}

static int
take(struct reading *g, const struct kind *k, double scale, const json_t *list, size_t i)
{
	const json_t *o = json_array_get(list, i);
	double v = json_num(o, "Avg");
	int64_t t;
	int offset;
	const char *why = apple_time(g, json_text(o, "date"), &t, &offset);

	if (isnan(v))
		v = json_num(o, "qty");
	v *= scale;
	if (strcmp(k->channel, "spo2") == 0 && v <= 1)
		v *= 100; /* a share: nobody has one percent */
	if (!why)
		return vendor_sample(g, k->channel, t, v);
	report_refuse(g->report, 0, "%s %zu: %s", k->name, i + 1, why);
	return 0;
}

int
hae_samples(struct reading *g, const json_t *metric, int is_daily)
{
	const struct kind *k = kind_of(metric);
	const char *unit = json_text(metric, "units");
	const json_t *list = json_at(metric, "data");
	int r = 0;

	if (!k || json_array_size(list) == 0)
		return 0;
	double scale = scale_of(k, unit);
	if (!(scale > 0)) {
		report_refuse(g->report, 0,
			"%s: the unit \"%.20s\" is not known; nothing of it was taken",
			k->name, unit ? unit : "");
		return 0;
	}
	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		const json_t *o = json_array_get(list, i);
		double least = json_num(o, "Min"), most = json_num(o, "Max");
		if (is_daily && is_at_midnight(o) && !(least == most))
			fidelity_refused(g->fidelity, "data.metrics.data.date",
				"a number of a whole day is no sample");
		else
			r = take(g, k, scale, list, i);
	}
	return r;
}

#define DATA    "data.metrics.data."
#define SYMPTOM "words (mild, moderate, severe) of one symptom are no number from 0 to 10"
#define MIND    "-1 to 1 of a mood: neither sleep nor pain was rated"

const struct field hae_fields[] = {
	{"data.metrics.name", "channel",
		"sleep_analysis, heart_rate, heart_rate_variability, "
		"respiratory_rate, blood_oxygen_saturation, step_count; "
		"others are not read"},
	{"data.metrics.units", "scale",
		"of sleep: hr or min; of samples: see their names; others are refused"},
	{DATA "date", "time", "of a sample; of aggregated sleep not read"},
	{DATA "qty", "value", "of a sample; hours of a span where fewer than its length"},
	{DATA "Avg", "heart_rate", "rounded to 0.1"},
	{DATA "Min", NULL, "the mean stands for the interval"},
	{DATA "Max", NULL, "the mean stands for the interval"},
	{DATA "source", "app", NULL},
	{DATA "sleepSource", "app", NULL},
	{DATA "inBedSource", NULL, "the night is that of the source of sleep"},
	{DATA "startDate", "stage", "start and offset"},
	{DATA "endDate", "stage", "end and offset"},
	{DATA "value", "stage", NULL},
	{DATA "sleepStart", "start", "and of the id of the day: sleepEnd"},
	{DATA "sleepEnd", "end", NULL},
	{DATA "inBedStart", "start", "if earlier"},
	{DATA "inBedEnd", "end", "if later"},
	{DATA "inBed", NULL, "the hub takes the time from start to end"},
	{DATA "totalSleep", "vendor.tst", "rounded to 1 s"},
	{DATA "asleep", "vendor.tst",
		"with core, deep and rem where no totalSleep is stated"},
	{DATA "core", "vendor.light", NULL},
	{DATA "deep", "vendor.deep", NULL},
	{DATA "rem", "vendor.rem", NULL},
	{DATA "awake", "vendor.awake", "beside stages only"},
	{"data.symptoms.name", NULL, SYMPTOM},
	{"data.symptoms.severity", NULL, SYMPTOM},
	{"data.symptoms.start", NULL, SYMPTOM},
	{"data.symptoms.end", NULL, SYMPTOM},
	{"data.symptoms.source", NULL, SYMPTOM},
	{"data.symptoms.userEntered", NULL, SYMPTOM},
	{"data.stateOfMind.valence", NULL, MIND},
	{"data.stateOfMind.valenceClassification", NULL, MIND},
	{"data.stateOfMind.kind", NULL, MIND},
	{"data.stateOfMind.labels", NULL, MIND},
	{"data.stateOfMind.associations", NULL, MIND},
	{"data.stateOfMind.start", NULL, MIND},
	{"data.stateOfMind.end", NULL, MIND},
	{"data.stateOfMind.id", NULL, MIND},
	{"data.medications", NULL, "a dose is no rating"},
	{0},
};
