/* SPDX-License-Identifier: MIT */
/* See fitbit_heart.h. Times are local and to the second; in the hour that the clocks show twice
 * they are in the first, and what repeats a time of day is left out there. */
#include "fitbit_heart.h"

#include <stdio.h>
#include <string.h>

#include "vendor.h"

#define VALUES_MAX (24 * 3600 + 1)

int
fitbit_is_heart(const json_t *o)
{
	return json_is_array(json_object_get(o, "activities-heart"));
}

int
fitbit_heart(struct reading *g, const json_t *o)
{
	const json_t *days = json_object_get(o, "activities-heart");
	const json_t *list = json_at(o, "activities-heart-intraday.dataset");
	const char *day = json_text(json_array_get(days, 0), "dateTime");
	civil_day date;
	char text[40];
	int64_t t;

	if (!json_is_array(list) || json_array_size(list) > VALUES_MAX) {
		report_refuse(g->report, 0, "no heart rates with their times in it");
		return 0;
	}
	if (json_array_size(days) != 1 || !day || !civil_date_parse(day, &date)) {
		report_refuse(g->report, 0,
			"the day of its heart rates is not stated: ask for a date, not "
			"for \"today\"");
		return 0;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *time = json_text(item, "time");
		double rate = json_num(item, "value");
		snprintf(text, sizeof text, "%sT%.12s", day, time ? time : "");
		const char *why = reading_time(g, text, 0, &t);
		if (why) {
			report_refuse(g->report, 0, "heart rate %zu: %s", i + 1, why);
			continue;
		}
		int r = rate > 0 ? vendor_sample(g, "heart_rate", t, rate) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}
