/* SPDX-License-Identifier: MIT */
/* What goes out: nights, days, forecasts, alerts, as plain values without pointers, so that
 * they can be compared, stored and sent as they are. A number that is not known is NAN. */
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "core/batch.h"

#define REASONS_MAX      8
#define NIGHT_VALUES_MAX 128
#define NIGHT_NOTES_MAX  8
#define SOURCES_LEN      128
#define WHY_LEN          64
#define NAME_LEN         33

struct named_value {
	char name[NAME_LEN]; /* channel */
	double value, confidence;
};

struct reason {
	char code[24];
	double value, usual, weight;
	char scorer[NAME_LEN];
};

/* A scorer that was called and gave nothing, and why. */
struct night_note {
	char scorer[NAME_LEN];
	char why[WHY_LEN];
};

/* One sleep period. Key: (person, date, kind, ordinal): one SLEEP_MAIN a date at most. */
struct night {
	char person[ID_MAX + 1];
	civil_day date; /* local date of the final waking; the day changes at 18:00 */
	enum sleep_kind kind;
	int ordinal; /* among the naps of the date, by start; 0 for the main sleep */
	uint32_t revision;
	utc_ms in_bed, onset, wake,
		out_of_bed;                   /* onset, wake: 0 when nothing was asleep */
	int32_t offset_start_s, offset_end_s; /* the person's zone at either end */
	double coverage;            /* share of the period that was measured, 0-1 */
	char sources[SOURCES_LEN];  /* "csv,fitbit": sorted */
	char insufficient[WHY_LEN]; /* not empty: no values, and why */
	uint32_t n_values;
	struct named_value values[NIGHT_VALUES_MAX]; /* sorted by name */
	uint32_t n_reasons;
	struct reason reasons[REASONS_MAX];
	uint32_t n_notes; /* in running order; of more than fit the first */
	struct night_note notes[NIGHT_NOTES_MAX];
	utc_ms settled; /* when the last sign of it came in: its own time, or the hub's */
	int historical;
	int told; /* some revision of it was announced: every change is news from then on */
	int gone; /* withdrawn: told so once, never stored; insufficient says why */
};

/* NAN if the night has no such value. */
double night_value(const struct night *n, const char *name);

struct forecast {
	char person[ID_MAX + 1];
	civil_day date;
	utc_ms issued;
	int live;          /* made on the day itself: never rewritten */
	int changed_since; /* its night came or changed after it was made and told */
	double probability, low, threshold, base_rate;
	double usual_night; /* the probability had the night been as usual; NAN: the scorer
			       does not say */
	uint32_t rated_days, positives;
	char scorer[2 * NAME_LEN]; /* "pain_forecast 1.0" */
	char missing[WHY_LEN];     /* "sleep,yesterday": what was not there */
	uint32_t n_reasons;
	struct reason reasons[REASONS_MAX];
	uint32_t like_days,
		like_high; /* own rated days after nights like this; of them high */
	char insufficient[WHY_LEN];
};

enum alert_state { ALERT_NONE, ALERT_RAISED, ALERT_CORRECTED, ALERT_WITHDRAWN };

#define ALERT_TEXT_LEN 640
struct alert {
	char id[96]; /* "<person>-<date>-<rule>" */
	char person[ID_MAX + 1], rule[NAME_LEN];
	civil_day date;
	uint32_t revision;
	enum alert_state state;
	utc_ms issued;
	char title[96], text[ALERT_TEXT_LEN];
};

/* A local day: the night that ended on it, its taps, what was forecast, what came true. */
struct day {
	civil_day date;
	double tst, se, waso, awakenings, sol, score; /* of the main night; NAN */
	double rating[RATING_KINDS];                  /* by enum rating_kind; NAN */
	utc_ms rated[RATING_KINDS];
	utc_ms night_settled; /* 0 = no night */
	int has_forecast, has_alert;
	enum alert_state alert_state; /* of its alert */
	struct forecast forecast;
};
