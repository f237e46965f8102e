/* SPDX-License-Identifier: MIT */
/* A notice: one thing that is told to a person, whatever the road (MQTT event, push, page).
 * core/alert and core/prompts decide that there is one, core/words words it, the teller
 * (daemon/teller.h) sends it on every road of the person. Plain values, no pointers. */
#pragma once

#include "core/records.h"

enum notice_kind {
	NOTICE_PAIN_DAY = 1, /* today may be a higher-discomfort day */
	NOTICE_CORRECTION,   /* what was told this morning has changed */
	NOTICE_ALL_CLEAR,    /* what was told this morning no longer holds */
	NOTICE_GOOD_NIGHT,   /* better than usual: as often as the poor ones */
	NOTICE_DIGEST,       /* the week, instead of alerts that nobody answers */
	NOTICE_NO_DATA,      /* no night has come for a while; once */
	NOTICE_SLEEP_PROMPT, /* how was the night? */
	NOTICE_PAIN_PROMPT,  /* how was the day? */
	NOTICE_KINDS
};
/* The event types of the Home Assistant entity: "pain_day_expected", "correction", "all_clear",
 * "good_night", "digest", "no_data", "sleep_prompt", "pain_prompt"; [0] = NULL. */
extern const char *const notice_names[NOTICE_KINDS];

#define NOTICE_LINE_LEN 160
struct notice {
	char id[96]; /* "<person>-<date>-<what>": the same notice always has the same id */
	char tag[64]; /* "<person>-<date>" and "-sleep", "-pain": a later one replaces it */
	char person[ID_MAX + 1];
	civil_day date;
	enum notice_kind kind;
	uint32_t revision;      /* 1, then one more for every change that is told */
	utc_ms issued, expires; /* not sent any more from `expires` on */
	char title[96], text[ALERT_TEXT_LEN];
	/* what a locked screen may show to anybody: nothing of sleep, pain or health */
	char discreet_title[96], discreet_text[NOTICE_LINE_LEN];
};

/* Id, tag, person, date, kind, revision 1; all else zero. Those that speak of the outlook of
 * one morning (PAIN_DAY, CORRECTION, ALL_CLEAR) are one notice in its revisions. */
void notice_init(
	struct notice *n, const char *person, civil_day date, enum notice_kind kind);
/* What it is about, as its id says: one name for all that speak of the outlook. */
const char *notice_rule(enum notice_kind kind);
