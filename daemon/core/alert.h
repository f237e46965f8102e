/* SPDX-License-Identifier: MIT */
/* Whether a forecast is worth a word to the person: one table of rules, each with the
 * sentence that says why not. Cost ratio 3:1 gives the threshold 0.25; the lower bound, the
 * weekly budget and the free day between two keep alerts rare (reference: README, "How often
 * it is wrong"). */
#pragma once

#include "core/notice.h"
#include "core/person.h"

#define ALERT_RULE "pain_day_expected"

/* NULL = raise it; else why not. days[i] is the forecast's day; days before it say when
 * alerts were raised. */
const char *alert_why_not(const struct forecast *f, const struct day *days, int i,
	const struct policy *policy);
/* The alert of a forecast, worded, revision 1. */
void alert_make(const struct forecast *f, const struct person *who, struct alert *ret);
/* What the person is told of an alert: same id, same revision. */
void alert_notice(const struct alert *a, const struct forecast *f,
	const struct person *who, const struct policy *policy, struct notice *ret);
