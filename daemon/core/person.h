/* SPDX-License-Identifier: MIT */
/* A person as the configuration describes them, and the rules that hold for all. */
#pragma once

#include "base/base.h"
#include "base/civil.h"

#define PERSON_DEVICES_MAX 32
#define PERSON_PUSH_MAX    8

/* Where bed times may come from; config: person "..." { nights = {"session", ...} } */
enum night_source {
	NIGHT_SESSION,  /* a maker's own record */
	NIGHT_MARKERS,  /* in-bed and out-of-bed markers */
	NIGHT_REST,     /* the channel `rest`, where a scorer gives it */
	NIGHT_ACTIVITY, /* rest found in the movement: core/rest */
	NIGHT_SOURCES
};
extern const char *const night_source_names[NIGHT_SOURCES];

/* The language of every text that this person reads; po/<language>.po has the words. */
enum language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGES };
extern const char *const language_names[LANGUAGES]; /* "en", "de" */

struct person {
	char id[ID_MAX + 1];
	char name[64]; /* how texts address them; may be empty */
	struct zone *zone;
	unsigned n_devices; /* 0 = any device under the person's topic */
	char devices[PERSON_DEVICES_MAX]
		    [2 * ID_MAX + 2]; /* "source/device", "*" allowed for either */
	unsigned n_nights;            /* 0 = all sources, in the order of the enum */
	unsigned char
		nights[NIGHT_SOURCES]; /* enum night_source; the first that has one */
	int64_t retention_ms; /* what is older when it arrives is only kept; 0 = nothing is */
	int language;         /* enum language */
	int discreet; /* notices on a phone say that there is one, not what it says */
	/* minutes after local midnight; -1 = never */
	int sleep_prompt_min, pain_prompt_min;
	/* nothing is told in [from, until), which may span midnight; equal = no quiet hours */
	int quiet_from_min, quiet_until_min;
	unsigned n_push;
	char push[PERSON_PUSH_MAX][ID_MAX + 1]; /* push sections that reach them */
};

/* 1 if input whose newest event is at `newest` was older than the person's retention when it
 * arrived: it is kept, and makes nothing. Says the same at every later time. newest 0: nothing in it
 * has a time (a record is withdrawn), and it counts. */
int person_is_beyond(const struct person *p, utc_ms newest, utc_ms received);
/* The sources of the person's nights in order; returns how many. */
unsigned person_nights(
	const struct person *p, enum night_source ret[static NIGHT_SOURCES]);

/* Whether nothing may be told at `at`, and when that ends next. */
int person_is_quiet(const struct person *p, utc_ms at);
utc_ms person_quiet_end(const struct person *p, utc_ms at);

/* Alert policy and timing; defaults and help stand in the configuration table. */
struct policy {
	double threshold;   /* alert at p >= this; 0.25 = cost ratio 3:1 */
	int min_rated_days; /* 14 */
	int max_per_week;   /* 2 in any 7 days */
	int free_days;      /* 1 alert-free day between two alerts */
	int64_t settle_ms;  /* 30 min after the last sign of the morning */
	int earliest_min; /* 06:00, minutes after local midnight: nobody is told before */
	int hard_stop_min;   /* 10:30 */
	int expiry_min;      /* 18:00: a morning's outlook is not sent any more */
	int64_t lateness_ms; /* allowed lateness of samples behind their device's newest */
	int64_t idle_ms;     /* a device that is silent this long holds nobody up */
	int correct_until_min; /* 12:00: later than this nothing told is corrected */
	int64_t snooze_ms;     /* 24 h: no alert so long after a snooze */
	int digest_after;   /* 3 alerts in a row without an answer: one digest a week */
	int good_nights;    /* tell good nights as often as poor ones */
	int64_t no_data_ms; /* 48 h without a night: said once; 0 = never */
};
