/* SPDX-License-Identifier: MIT */
/* What is right to tell of a forecast: the alert's rules, and what may be told instead. Decides, and
 * tells nothing. */
#pragma once

#include "core/alert.h"
#include "core/decide.h"

/* A decision of the morning that rests on f, or on none (NULL), and tells nothing yet. */
struct decision judge_open(const struct morning *m, const struct forecast *f, utc_ms at);
void judge_because(struct decision *d, enum verdict verdict, const char *rule);
void judge_no_outlook(struct decision *d, const char *insufficient);
/* Whether what comes in later may still change it on the same morning. */
int judge_is_of_level(const struct decision *d);

/* By the table alone: NOTHING, HELD or RAISED. 0 or what io returned. */
int judge_alert(
	const struct morning *m, const struct forecast *f, struct decision *d) must_check;
/* What is told of a live morning for the first time: also a good night, or the week. */
int judge_first(
	const struct morning *m, const struct forecast *f, struct decision *d) must_check;
