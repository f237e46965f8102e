/* SPDX-License-Identifier: MIT */
/* How things stand with what this bridge was given: the spool, the inbox, the refused; and what a
 * person is to make of it, in sentences. Looks only. */
#pragma once

#include "base/civil.h"
#include "spool_look.h"
#include "tray.h"

#define STANDING_ADVICE_MAX 16
#define STANDING_ADVICE_LEN 640
#define STANDING_LATE_MS    DAY_MS /* what waits longer than this is no everyday thing */

struct standing {
	const char *dir;         /* borrowed: the spool's */
	const struct zone *zone; /* borrowed; NULL = UTC */
	utc_ms now;
	int has_spool;
	struct spool_look spool;
	struct tray_totals tray;
	utc_ms inbox_since;            /* the oldest document; 0 none */
	struct tray_item last_refused; /* without its path; arrived 0 = none */
	int is_late, is_refused;       /* either: somebody should look */
	char advice[STANDING_ADVICE_MAX][STANDING_ADVICE_LEN];
	unsigned n_advice;
};

/* 0, or negative errno with a sentence in why. */
int standing_take(const char *dir, const struct zone *zone, utc_ms now,
	struct standing *ret, char why[static SPOOL_WHY]) must_check;
void standing_finish(struct standing *s);

#define STANDING_TIME_LEN 40
/* "Tuesday 2026-03-24 21:10". */
const char *standing_time(
	const struct zone *z, utc_ms t, char ret[static STANDING_TIME_LEN]);
