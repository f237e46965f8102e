/* SPDX-License-Identifier: MIT */
/* What the rules look at, gathered from days, answers and earlier decisions. */
#pragma once

#include "core/alert.h"
#include "core/decide.h"

/* Alerts and answers up to `at`. */
int facts_gather(const struct morning *m, const struct forecast *f, utc_ms at,
	struct alert_facts *ret) must_check;

/* What was told on the days before this morning, other than alerts. */
struct facts_told {
	int good_nights;    /* in FACTS_BALANCE_DAYS */
	int good_yesterday; /* one of them */
	int digests;        /* in the six days before */
	int held_by_digest; /* mornings of those days on which an alert was held back by it */
};
int facts_told(const struct morning *m, struct facts_told *ret) must_check;

#define FACTS_BALANCE_DAYS                                                               \
	28 /* good nights are told as often as poor ones within these */
/* Alerts told live and not withdrawn, of the days before the morning. */
int facts_alerts(const struct morning *m, int days);
/* 1: the night was better than the person's usual by its tap, or without one by its score. */
int facts_good_night(const struct morning *m);
