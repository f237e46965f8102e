/* SPDX-License-Identifier: MIT */
/* See csv_fields.h. */
#include "csv_fields.h"

#include <string.h>

#define OTHER "(other columns)"

const struct field csv_fields[] = {
	{"person", "person", "--person picks one out of many"},
	{"time", "time", "cut to milliseconds"},
	{"start", "stage", "rounded to seconds; rows within 30 min are one night"},
	{"duration_s", "stage", "whole seconds"},
	{"stage", "stage", NULL},
	{"kind", "rating", "sleep_quality, pain_morning, pain_day"},
	{"value", "rating", "whole numbers, 0 to 10"},
	{"activity", "activity", "rounded to 1"},
	{"heart_rate", "heart_rate", "rounded to 0.1"},
	{"rr", "rr", "rounded to 1 ms"},
	{"hrv_rmssd", "hrv_rmssd", "rounded to 0.1 ms"},
	{"hrv_sdnn", "hrv_sdnn", "rounded to 0.1 ms"},
	{"spo2", "spo2", "rounded to 0.1"},
	{"resp_rate", "resp_rate", "rounded to 0.1"},
	{"skin_temp_delta", "skin_temp_delta", "rounded to 0.01"},
	{"steps", "steps", "rounded to 1"},
	{"accel_x", "accel_x", "rounded to 0.001 g"},
	{"accel_y", "accel_y", "rounded to 0.001 g"},
	{"accel_z", "accel_z", "rounded to 0.001 g"},
	{"snore", "snore", "rounded to 1 s"},
	{"light", "light", "rounded to 0.1 lux"},
	{OTHER, NULL, "no column of this format: not read"},
	{0},
};

const char *
csv_field_name(const char *column)
{
	for (const struct field *f = csv_fields; f->path; f++)
		if (strcmp(f->path, column) == 0)
			return f->path;
	return OTHER;
}
