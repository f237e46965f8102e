/* SPDX-License-Identifier: MIT */
/* The numbers of a night as one says them. Within a group the order here is the order shown. */
#include "core/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY_MIN 1440

#define MIN(channel, group, label)                                                       \
	{                                                                                \
		channel, group, VALUE_MINUTES, 0, label, ""                              \
	}
#define CLOCK(channel, group, label)                                                     \
	{                                                                                \
		channel, group, VALUE_CLOCK, 0, label, ""                                \
	}
#define NUM(channel, group, decimals, label, unit)                                       \
	{                                                                                \
		channel, group, VALUE_NUMBER, decimals, label, unit                      \
	}

static const struct value_words values[] = {
	MIN("night.light", VALUE_SLEEP, "light sleep"),
	MIN("night.deep", VALUE_SLEEP, "deep sleep"),
	MIN("night.rem", VALUE_SLEEP, "REM sleep"),
	MIN("night.rem_latency", VALUE_SLEEP, "until the first REM sleep"),
	NUM("night.sme", VALUE_SLEEP, 0, "asleep since falling asleep", " %"),
	CLOCK("night.midpoint", VALUE_SLEEP, "middle of the night"),
	NUM("night.hr_min", VALUE_BODY, 0, "lowest heart rate", " a minute"),
	MIN("night.hr_min_at", VALUE_BODY, "  so long into sleep"),
	NUM("night.hr_mean", VALUE_BODY, 0, "mean heart rate asleep", " a minute"),
	NUM("night.hr_dip", VALUE_BODY, 0, "  slower than when awake by", " %"),
	NUM("night.rmssd", VALUE_BODY, 0, "heart rate variability, RMSSD", " ms"),
	NUM("night.resp_rate", VALUE_BODY, 1, "breathing", " a minute"),
	NUM("night.odi3", VALUE_BODY, 1, "oxygen falls of 3 %", " an hour"),
	NUM("night.odi4", VALUE_BODY, 1, "oxygen falls of 4 %", " an hour"),
	NUM("night.spo2_mean", VALUE_BODY, 0, "mean oxygen saturation", " %"),
	NUM("night.spo2_min", VALUE_BODY, 0, "lowest oxygen saturation", " %"),
	MIN("night.debt", VALUE_ROW, "sleep lacking in 14 nights"),
	MIN("night.need", VALUE_ROW, "  with a need a night of"),
	NUM("night.sri", VALUE_ROW, 0, "regularity of sleep", " of 100"),
	CLOCK("night.midpoint_mean", VALUE_ROW, "usual middle of the night"),
	MIN("night.midpoint_sd", VALUE_ROW, "  which wanders by"),
	MIN("night.jetlag", VALUE_ROW, "  later on free days by"),
	NUM("night.is", VALUE_ALSO, 2, NULL, ""),
	NUM("night.iv", VALUE_ALSO, 2, NULL, ""),
	NUM("night.ra", VALUE_ALSO, 2, NULL, ""),
	NUM("night.l5", VALUE_ALSO, 1, NULL, " counts a minute"),
	CLOCK("night.l5_start", VALUE_ALSO, NULL),
	NUM("night.m10", VALUE_ALSO, 1, NULL, " counts a minute"),
	CLOCK("night.m10_start", VALUE_ALSO, NULL),
	NUM("night.sdnn", VALUE_ALSO, 0, NULL, " ms"),
	NUM("night.pnn50", VALUE_ALSO, 0, NULL, " %"),
	NUM("night.rmssd_5min", VALUE_ALSO, 0, NULL, " ms"),
	NUM("night.sdnn_5min", VALUE_ALSO, 0, NULL, " ms"),
	NUM("night.pnn50_5min", VALUE_ALSO, 0, NULL, " %"),
	NUM("night.rr_artifact_pct", VALUE_ALSO, 1, NULL, " %"),
	NUM("night.resp_rate_iqr", VALUE_ALSO, 1, NULL, " a minute"),
	MIN("night.sleep_start", VALUE_ALSO, NULL),
	MIN("night.sleep_end", VALUE_ALSO, NULL),
	MIN("night.snooze", VALUE_ALSO, NULL),
	MIN("night.actiware_sol", VALUE_ALSO, NULL),
	MIN("night.actiware_spt", VALUE_ALSO, NULL),
	MIN("night.actiware_tst", VALUE_ALSO, NULL),
	MIN("night.actiware_waso", VALUE_ALSO, NULL),
	NUM("night.actiware_se", VALUE_ALSO, 0, NULL, " %"),
	NUM("night.mobile_pct", VALUE_ALSO, 0, NULL, " %"),
	NUM("night.fragmentation", VALUE_ALSO, 0, NULL, " %"),
};

static const struct value_words unknown = NUM("", VALUE_ALSO, 1, NULL, ""),
				z = NUM("night.z_", VALUE_Z, 1, NULL, "");

const struct value_words *
words_value_of(const char *channel)
{
	for (unsigned i = 0; i < array_len(values); i++)
		if (strcmp(values[i].channel, channel) == 0)
			return &values[i];
	return strncmp(channel, z.channel, strlen(z.channel)) == 0 ? &z : &unknown;
}

const struct value_words *
words_values(unsigned *ret_n)
{
	*ret_n = array_len(values);
	return values;
}

void
words_value(enum language l, const struct value_words *w, double v, char ret[static 48])
{
	char s[32];
	if (!isfinite(v)) {
		snprintf(ret, 48, "-");
		return;
	}
	switch (w->kind) {
	case VALUE_MINUTES:
		words_minutes(l, fabs(v), s);
		snprintf(ret, 48, "%s%s", v <= -0.5 ? "-" : "", s);
		return;
	case VALUE_CLOCK: {
		long m = lround(fmod(v, DAY_MIN));
		m = (m + DAY_MIN) % DAY_MIN;
		snprintf(ret, 48, "%02ld:%02ld", m / 60, m % 60);
		return;
	}
	case VALUE_NUMBER:
		words_number(l, v, w->decimals, s);
		snprintf(ret, 48, "%s%s", s, w->unit);
		return;
	}
}
