/* SPDX-License-Identifier: MIT */
/* Which field of which message becomes what. The numbers are those of Garmin's public profile, as
 * several free libraries carry it; 273 and 274 are not in it. */
#include "fit.h"

#include <math.h>
#include <stdio.h>

#define ALL 255 /* every field of the message that no other line names */

/* One for each line of fit_fields. */
static const struct {
	unsigned message;
	int number;
} keys[] = {
	{FIT_FILE_ID, 0},
	{FIT_FILE_ID, 1},
	{FIT_FILE_ID, 2},
	{FIT_FILE_ID, 3},
	{FIT_FILE_ID, 4},
	{FIT_FILE_ID, ALL},
	{FIT_EVENT, 253},
	{FIT_EVENT, 0},
	{FIT_EVENT, 1},
	{FIT_EVENT, ALL},
	{FIT_MONITORING, 253},
	{FIT_MONITORING, 26},
	{FIT_MONITORING, 27},
	{FIT_MONITORING, 3},
	{FIT_MONITORING, ALL},
	{FIT_MONITORING_INFO, 0},
	{FIT_MONITORING_INFO, 253},
	{FIT_MONITORING_INFO, ALL},
	{FIT_CORRELATION, 3},
	{FIT_CORRELATION, 253},
	{FIT_CORRELATION, ALL},
	{FIT_SPO2, 253},
	{FIT_SPO2, 0},
	{FIT_SPO2, ALL},
	{FIT_SLEEP_INFO, 253},
	{FIT_SLEEP_INFO, 1},
	{FIT_SLEEP_INFO, 2},
	{FIT_SLEEP_INFO, ALL},
	{FIT_SLEEP_RAW, ALL},
	{FIT_SLEEP_LEVEL, 253},
	{FIT_SLEEP_LEVEL, 0},
	{FIT_RESPIRATION, 253},
	{FIT_RESPIRATION, 0},
	{FIT_HSA_HEART_RATE, 253},
	{FIT_HSA_HEART_RATE, 2},
	{FIT_HSA_HEART_RATE, ALL},
	{FIT_SLEEP_ASSESSMENT, 6},
	{FIT_SLEEP_ASSESSMENT, 11},
	{FIT_SLEEP_ASSESSMENT, ALL},
	{FIT_HRV_VALUE, 253},
	{FIT_HRV_VALUE, 0},
	{FIT_NAP, 0},
	{FIT_NAP, 1},
	{FIT_NAP, 2},
	{FIT_NAP, 3},
	{FIT_NAP, 5},
	{FIT_NAP, 7},
	{FIT_NAP, ALL},
	{227, ALL},
	{370, ALL},
	{211, ALL},
	{78, ALL},
	{398, ALL},
	{207, ALL},
	{206, ALL},
	{23, ALL},
	{49, ALL},
};

/* clang-format off */
const struct field fit_fields[] = {
	{"file_id.type", NULL, "the messages say it"},
	{"file_id.manufacturer", NULL, "of the watch, not of the wearer"},
	{"file_id.product", "app", NULL},
	{"file_id.serial_number", "record_id", "with the date and the rank by length"},
	{"file_id.time_created", "revision", NULL},
	{"file_id.others", NULL, "of the watch, not of the wearer"},
	{"event.timestamp", "start, end", "of event 74, sleep"},
	{"event.event", "start, end", "74: sleep; others are not"},
	{"event.event_type", "start, end", "0 start, 1 stop"},
	{"event.others", NULL, "of other kinds of events"},
	{"monitoring.timestamp", "time", NULL},
	{"monitoring.timestamp_16", "time", "counts on from the last time"},
	{"monitoring.heart_rate", "heart_rate", "0 means none"},
	{"monitoring.cycles", NULL, "a running total of the day"},
	{"monitoring.others", NULL, "energy, distance and the kind of activity are not kept"},
	{"monitoring_info.local_timestamp", "offset", NULL},
	{"monitoring_info.timestamp", "offset", NULL},
	{"monitoring_info.others", NULL, "of activities"},
	{"timestamp_correlation.local_timestamp", "offset", NULL},
	{"timestamp_correlation.timestamp", "offset", NULL},
	{"timestamp_correlation.others", NULL, "the same once more in other clocks"},
	{"spo2_data.timestamp", "time", NULL},
	{"spo2_data.reading_spo2", "spo2", "0 means none"},
	{"spo2_data.others", NULL, "confidence and kind"},
	{"sleep_data_info.timestamp", "time", "of levels without one"},
	{"sleep_data_info.sample_length", "time", "of levels without one"},
	{"sleep_data_info.local_timestamp", "offset", NULL},
	{"sleep_data_info.others", NULL, "nobody knows what they are"},
	{"sleep_data_raw", NULL, "features that Garmin's servers stage"},
	{"sleep_level.timestamp", "stage", NULL},
	{"sleep_level.sleep_level", "stage", "until the next"},
	{"respiration_rate.timestamp", "time", NULL},
	{"respiration_rate.respiration_rate", "resp_rate", "below 0 means none"},
	{"hsa_heart_rate_data.timestamp", "time", "a second each from there"},
	{"hsa_heart_rate_data.heart_rate", "heart_rate", "0 means none"},
	{"hsa_heart_rate_data.others", NULL, "how the values are packed"},
	{"sleep_assessment.overall_sleep_score", "vendor score", "of the longest sleep in the file"},
	{"sleep_assessment.awakenings_count", "awakenings", "of the longest sleep in the file"},
	{"sleep_assessment.others", NULL, "scores of parts"},
	{"hrv_value.timestamp", "time", NULL},
	{"hrv_value.value", "hrv_rmssd", "of five minutes; rounded to 0.1 ms"},
	{"nap_event.start_time", "start, record_id", NULL},
	{"nap_event.start_timezone_offset", "offset", NULL},
	{"nap_event.end_time", "end", "asleep from start to end"},
	{"nap_event.end_timezone_offset", "offset", NULL},
	{"nap_event.is_deleted", "status", NULL},
	{"nap_event.update_timestamp", "revision", NULL},
	{"nap_event.others", NULL, "what the watch says of it"},
	{"stress_level", NULL, "stress has no channel"},
	{"hrv_status_summary", NULL, "worked out from the values"},
	{"monitoring_hr_data", NULL, "resting heart rate has no channel"},
	{"hrv", NULL, "beats of an activity, without times"},
	{"skin_temp_overnight", NULL, "one value a night; the channel takes samples"},
	{"developer_data_id", NULL, "of apps"},
	{"field_description", NULL, "of apps"},
	{"device_info", NULL, "of the watch, not of the wearer"},
	{"file_creator", NULL, "of the watch, not of the wearer"},
	{0},
};
/* clang-format on */
static_assert(sizeof fit_fields / sizeof *fit_fields == array_len(keys) + 1,
	"a key for every line");

static const char *
path_of(unsigned message, int number)
{
	const char *all = NULL;

	for (size_t i = 0; i < array_len(keys); i++) {
		if (keys[i].message != message)
			continue;
		if (keys[i].number == number)
			return fit_fields[i].path;
		if (keys[i].number == ALL)
			all = fit_fields[i].path;
	}
	return all;
}

void
fit_explain(struct fidelity *f, const struct fit_message *m)
{
	char path[FIDELITY_PATH_MAX], text[32];

	for (unsigned i = 0; f && i < m->def->n; i++) {
		int number = m->def->field[i].number;
		const char *known = path_of(m->def->message, number);
		double v = fit_number(m, number);
		snprintf(path, sizeof path, "message %u", m->def->message);
		snprintf(text, sizeof text, "%.10g", v);
		fidelity_saw(f, known ? known : path, isnan(v) ? NULL : text);
	}
}
