/* SPDX-License-Identifier: MIT */
/* The table of readers and what they share. */
#include "reader.h"

#include <string.h>

#define FUTURE_MS (5 * MINUTE_MS)
#define OLDEST_MS INT64_C(-2208988800000) /* 1900: older is a broken clock */

const struct reader *const readers[] = {
	&reader_csv,
	&reader_fitbit,
	&reader_actigraph,
	&reader_actiwatch,
	&reader_apple,
	&reader_fit,
	&reader_gadgetbridge,
	&reader_garmin,
	&reader_google_health,
	&reader_hae,
	&reader_health_connect,
	&reader_open_mhealth,
	&reader_oura,
	&reader_polar,
	&reader_sleep_as_android,
	&reader_whoop,
	&reader_withings,
	NULL,
};

const struct reader *
reader_by_name(const char *name)
{
	for (size_t i = 0; readers[i]; i++)
		if (strcmp(readers[i]->name, name) == 0)
			return readers[i];
	return NULL;
}

const struct reader *
reader_by_sniff(const char *head, size_t n)
{
	for (size_t i = 0; readers[i]; i++)
		if (readers[i]->sniff(head, n))
			return readers[i];
	return NULL;
}

const char *
reading_time(
	const struct reading *reading, const char *text, int naive_is_utc, int64_t *ret)
{
	const struct zone *local = naive_is_utc ? reading->utc : reading->zone;
	utc_ms t;

	if (!civil_time_parse(text, local, &t, NULL)) {
		if (!local && reading->utc &&
			civil_time_parse(text, reading->utc, &t, NULL))
			return "the time has no zone: say --zone, for example --zone "
			       "Europe/Berlin";
		return "not a time (ISO 8601, or seconds or milliseconds since 1970)";
	}
	if (t.ms > reading->now.ms + FUTURE_MS)
		return "the time lies in the future";
	if (t.ms < OLDEST_MS)
		return "the time lies before 1900";
	*ret = t.ms;
	return NULL;
}
