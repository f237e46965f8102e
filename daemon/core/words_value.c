/* SPDX-License-Identifier: MIT */
/* The numbers of a night as one says them. Within a group the order here is the order shown. */
#include "core/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"

#define DAY_MIN 1440

#define MIN(channel, group, label)                                                       \
	{                                                                                \
		channel, group, VALUE_MINUTES, 0, label, "%s"                            \
	}
#define CLOCK(channel, group, label)                                                     \
	{                                                                                \
		channel, group, VALUE_CLOCK, 0, label, "%s"                              \
	}
#define NUM(channel, group, decimals, label, form)                                       \
	{                                                                                \
		channel, group, VALUE_NUMBER, decimals, label, form                      \
	}

static const struct value_words values[] = {
	MIN("night.light", VALUE_SLEEP, N_("light sleep")),
	MIN("night.deep", VALUE_SLEEP, N_("deep sleep")),
	MIN("night.rem", VALUE_SLEEP, N_("REM sleep")),
	MIN("night.rem_latency", VALUE_SLEEP, N_("until the first REM sleep")),
	NUM("night.sme", VALUE_SLEEP, 0, N_("asleep since falling asleep"), N_("%s %%")),
	CLOCK("night.midpoint", VALUE_SLEEP, N_("middle of the night")),
	NUM("night.hr_min", VALUE_BODY, 0, N_("lowest heart rate"), N_("%s a minute")),
	MIN("night.hr_min_at", VALUE_BODY, N_("  so long into sleep")),
	NUM("night.hr_mean", VALUE_BODY, 0, N_("mean heart rate asleep"),
		N_("%s a minute")),
	NUM("night.hr_dip", VALUE_BODY, 0, N_("  slower than when awake by"),
		N_("%s %%")),
	NUM("night.rmssd", VALUE_BODY, 0, N_("heart rate variability, RMSSD"),
		N_("%s ms")),
	NUM("night.resp_rate", VALUE_BODY, 1, N_("breathing"), N_("%s a minute")),
	NUM("night.odi3", VALUE_BODY, 1, N_("oxygen falls of 3 %"), N_("%s an hour")),
	NUM("night.odi4", VALUE_BODY, 1, N_("oxygen falls of 4 %"), N_("%s an hour")),
	NUM("night.spo2_mean", VALUE_BODY, 0, N_("mean oxygen saturation"), N_("%s %%")),
	NUM("night.spo2_min", VALUE_BODY, 0, N_("lowest oxygen saturation"), N_("%s %%")),
	MIN("night.debt", VALUE_ROW, N_("sleep lacking in 14 nights")),
	MIN("night.need", VALUE_ROW, N_("  with a need a night of")),
	NUM("night.sri", VALUE_ROW, 0, N_("regularity of sleep"), N_("%s of 100")),
	CLOCK("night.midpoint_mean", VALUE_ROW, N_("usual middle of the night")),
	MIN("night.midpoint_sd", VALUE_ROW, N_("  which wanders by")),
	MIN("night.jetlag", VALUE_ROW, N_("  later on free days by")),
	NUM("night.is", VALUE_ROW, 2, N_("how alike the days are, 0-1"), "%s"),
	NUM("night.iv", VALUE_ROW, 2, N_("  how broken up, 0-2"), "%s"),
	NUM("night.ra", VALUE_ROW, 2, N_("  day against night, 0-1"), "%s"),
	NUM("night.l5", VALUE_ROW, 1, N_("movement, quietest 5 hours"),
		N_("%s counts a minute")),
	CLOCK("night.l5_start", VALUE_ROW, N_("  which begin at")),
	NUM("night.m10", VALUE_ROW, 1, N_("movement, busiest 10 hours"),
		N_("%s counts a minute")),
	CLOCK("night.m10_start", VALUE_ROW, N_("  which begin at")),
	NUM("night.sdnn", VALUE_ALSO, 0, NULL, N_("%s ms")),
	NUM("night.pnn50", VALUE_ALSO, 0, NULL, N_("%s %%")),
	NUM("night.rmssd_5min", VALUE_ALSO, 0, NULL, N_("%s ms")),
	NUM("night.sdnn_5min", VALUE_ALSO, 0, NULL, N_("%s ms")),
	NUM("night.pnn50_5min", VALUE_ALSO, 0, NULL, N_("%s %%")),
	NUM("night.rr_artifact_pct", VALUE_ALSO, 1, NULL, N_("%s %%")),
	NUM("night.resp_rate_iqr", VALUE_ALSO, 1, NULL, N_("%s a minute")),
	MIN("night.sleep_start", VALUE_ALSO, NULL),
	MIN("night.sleep_end", VALUE_ALSO, NULL),
	MIN("night.snooze", VALUE_ALSO, NULL),
	MIN("night.actiware_sol", VALUE_ALSO, NULL),
	MIN("night.actiware_spt", VALUE_ALSO, NULL),
	MIN("night.actiware_tst", VALUE_ALSO, NULL),
	MIN("night.actiware_waso", VALUE_ALSO, NULL),
	NUM("night.actiware_se", VALUE_ALSO, 0, NULL, N_("%s %%")),
	NUM("night.mobile_pct", VALUE_SLEEP, 0, N_("with movement"), N_("%s %%")),
	NUM("night.fragmentation", VALUE_SLEEP, 0, N_("restlessness"), N_("%s %%")),
};

static const struct value_words unknown = NUM("", VALUE_ALSO, 1, NULL, "%s"),
				z = NUM("night.z_", VALUE_Z, 1, NULL, "%s");

const struct value_words *
words_value_of(const char *channel)
{
	for (unsigned i = 0; i < array_len(values); i++)
		if (strcmp(values[i].channel, channel) == 0)
			return &values[i];
	return strncmp(channel, z.channel, strlen(z.channel)) == 0 ? &z : &unknown;
}

const char *
words_channel(enum language l, const char *channel)
{
	static const struct {
		const char *channel, *label;
	} inputs[] = {
		{"activity", N_("movement")},
		{"steps", N_("steps")},
		{"heart_rate", N_("heart rate")},
		{"rr", N_("heartbeats")},
		{"spo2", N_("oxygen saturation")},
		{"accel_x", N_("acceleration x")},
		{"accel_y", N_("acceleration y")},
		{"accel_z", N_("acceleration z")},
	};
	for (unsigned i = 0; i < array_len(inputs); i++)
		if (strcmp(inputs[i].channel, channel) == 0)
			return tr(l, inputs[i].label);
	return channel;
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
		snprintf(ret, 48, tr(l, w->form), s);
		return;
	}
}
