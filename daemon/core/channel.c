/* SPDX-License-Identifier: MIT */
/* The table of built-in channels. Ranges are what a body and a sensor can show, wide on
 * purpose: they catch broken trackers, they judge nobody. */
#include "core/batch.h"
#include "core/channel.h"

#include <string.h>

#define SAMPLES CHANNEL_KIND_SAMPLES
#define MEAN    CHANNEL_FOLD_MEAN
#define SUM     CHANNEL_FOLD_SUM

/* clang-format off */
const struct channel channels[] = {
	/* name             unit      kind     wire scale  min     max    fold  help, fast */
	{"activity",        "counts",  SAMPLES,  1, 1,     0,      1e7,   SUM,  "movement counts in the interval"},
	{"heart_rate",      "1/min",   SAMPLES,  2, 0.1,   20,     250,   MEAN, "heart rate"},
	{"rr",              "ms",      SAMPLES,  3, 1,     100,    5000,  MEAN, "time since the beat before"},
	{"hrv_rmssd",       "ms",      SAMPLES,  4, 0.1,   0,      1000,  MEAN, "heart rate variability, RMSSD"},
	{"hrv_sdnn",        "ms",      SAMPLES,  5, 0.1,   0,      1000,  MEAN, "heart rate variability, SDNN"},
	{"spo2",            "%",       SAMPLES,  6, 0.1,   40,     100,   MEAN, "blood oxygen saturation"},
	{"resp_rate",       "1/min",   SAMPLES,  7, 0.1,   2,      80,    MEAN, "breaths"},
	{"skin_temp_delta", "K",       SAMPLES,  8, 0.01,  -20,    20,    MEAN, "skin temperature against the wearer's usual"},
	{"steps",           "steps",   SAMPLES,  9, 1,     0,      1e6,   SUM,  "steps in the interval"},
	{"accel_x",         "mg",      SAMPLES, 10, 1,     -32768, 32767, MEAN, "acceleration, 0.001 g", 1},
	{"accel_y",         "mg",      SAMPLES, 11, 1,     -32768, 32767, MEAN, "acceleration, 0.001 g", 1},
	{"accel_z",         "mg",      SAMPLES, 12, 1,     -32768, 32767, MEAN, "acceleration, 0.001 g", 1},
	{"snore",           "s",       SAMPLES, 13, 1,     0,      86400, SUM,  "snoring in the interval"},
	{"light",           "lux",     SAMPLES, 14, 0.1,   0,      2e5,   MEAN, "light"},
	/* what the host provides of a night and a day, from sessions and taps */
	{"vendor_stage",    "stage",   CHANNEL_KIND_EPOCHS,  0, 1, 1, 10,     MEAN, "a vendor's own sleep stages"},
	{"sleep_period",    "0/1",     CHANNEL_KIND_EPOCHS,  0, 1, 0, 1,      MEAN, "in a night or nap, for scorers of many nights"},
	{"vendor.latency",  "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 1440,   MEAN, "time to fall asleep as the vendor states it"},
	{"vendor.score",    "points",  CHANNEL_KIND_NIGHTLY, 0, 1, 0, 100,    MEAN, "the vendor's own sleep score"},
	{"vendor.tst",      "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "asleep, as the vendor states it of a record without stages"},
	{"vendor.waso",     "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: awake after falling asleep"},
	{"vendor.awake",    "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: awake in all"},
	{"vendor.light",    "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: light sleep"},
	{"vendor.deep",     "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: deep sleep"},
	{"vendor.rem",      "min",     CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: REM sleep"},
	{"vendor.awakenings", "count", CHANNEL_KIND_NIGHTLY, 0, 1, 0, 2880,   MEAN, "the same: awakenings"},
	{"sleep_quality",   "NRS",     CHANNEL_KIND_DAILY,   0, 1, 0, 10,     MEAN, "rated sleep, 0 worst, 10 best"},
	{"pain_morning",    "NRS",     CHANNEL_KIND_DAILY,   0, 1, 0, 10,     MEAN, "rated pain in the morning"},
	{"pain_day",        "NRS",     CHANNEL_KIND_DAILY,   0, 1, 0, 10,     MEAN, "rated pain of the day"},
	{0},
};
/* clang-format on */

const char *const rating_names[] = {NULL, "sleep_quality", "pain_morning", "pain_day"};
const char *const stated_channels[] = {"vendor.tst", "vendor.waso", "vendor.awake",
	"vendor.light", "vendor.deep", "vendor.rem", "vendor.awakenings"};
const char *const feedback_names[] = {NULL, "ack", "snooze", "false_alarm"};

const struct channel *
channel_by_name(const char *name)
{
	for (const struct channel *c = channels; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

const struct channel *
channel_by_wire(int wire)
{
	for (const struct channel *c = channels; c->name; c++)
		if (c->wire == wire && wire != 0)
			return c;
	return NULL;
}
