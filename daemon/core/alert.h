/* SPDX-License-Identifier: MIT */
/* Whether a forecast is worth a word to the person: one table of rules, each with its name and
 * the sentence that says why not; `explain` and ARCHITECTURE.md show the same rows. Cost ratio
 * 3:1 gives the threshold 0.25; the lower bound, the weekly budget and the free day between two
 * keep alerts rare (reference: README, "How often it is wrong"). */
#pragma once

#include "core/decision.h"
#include "core/notice.h"
#include "core/person.h"

#define ALERT_RULE "pain_day_expected"

/* What a told alert must have lost before it is withdrawn, as a share of the threshold: with one
 * level for both, an outlook beside it would come and go with every minute of a revised night,
 * and half of all withdrawals would be chance. */
#define ALERT_FALL 0.8

/* How much of the probability the night must have added. Without it a notice would tell somebody whose
 * nights say nothing about their days what they know from yesterday: on the simulated cohorts
 * without a sleep effect 0.56 a week are 0.05, where the days follow nothing 0.73 are 0.12,
 * with a central effect 0.55 stay 0.39, and more of them are right (docs/forecast.md). */
#define ALERT_NIGHT_ADDS 0.03

/* What the rules look at: the outlook, the person's answers and what was told before, all as
 * they were known at `at`. */
struct alert_facts {
	const struct forecast *f; /* borrowed, as the next */
	const struct policy *policy;
	utc_ms at, expires; /* of the decision; when the morning is over */
	int last_week;      /* alerts in the six days before */
	int since;          /* days since the last alert; large if none */
	int free_days;      /* between the last alert and the next: doubled after a
			       false alarm */
	int snoozed;
	int unanswered; /* the last so many alerts, all told live, without any answer */
	int is_quiet;
};

/* predicate NULL: no rule for a first decision, but a reason that one may have. of_level: what
 * comes in later may change it, and an alert may still be given on the same morning. */
struct alert_rule {
	const char *name, *why;
	int (*holds_back)(const struct alert_facts *);
	int of_level;
};
/* The first that holds back; NULL: raise it. */
const struct alert_rule *alert_held_by(const struct alert_facts *x);
/* By name; NULL: none such. */
const struct alert_rule *alert_rule(const char *name);
const struct alert_rule *alert_rules(unsigned *ret_n);

/* Whether an alert that was told on the day no longer holds by this forecast. */
int alert_fell(const struct forecast *f, const struct policy *policy);

/* The alert that rests on a forecast, worded: revision 1, or 2 with state ALERT_WITHDRAWN. n: the
 * notice of it, which has the words. */
void alert_make(const struct notice *n, enum alert_state state, struct alert *ret);
