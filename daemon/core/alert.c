/* SPDX-License-Identifier: MIT */
/* See alert.h. Words are core/words' business. */
#include "core/alert.h"

#include <stdio.h>
#include <string.h>

#include "core/words.h"
#include "core/words_notice.h"

struct facts {
	const struct forecast *f;
	const struct policy *policy;
	int last_week; /* alerts in the six days before */
	int since;     /* days since the last alert; large if none */
};

static int
few_ratings(const struct facts *x)
{
	return (int)x->f->rated_days < x->policy->min_rated_days;
}

static int
below_threshold(const struct facts *x)
{
	return !(x->f->probability >= x->policy->threshold);
}

static int
not_clearly_above_usual(const struct facts *x)
{
	return !(x->f->low > x->f->base_rate);
}

static int
too_soon(const struct facts *x)
{
	return x->since <= x->policy->free_days;
}

static int
week_is_full(const struct facts *x)
{
	return x->last_week >= x->policy->max_per_week;
}

static const struct {
	int (*holds_back)(const struct facts *);
	const char *why;
} rules[] = {
	{few_ratings, "still learning: not enough rated days"},
	{below_threshold, "the outlook is below the alert threshold"},
	{not_clearly_above_usual, "the outlook is not clearly above the person's usual"},
	{too_soon, "there was a notice a day ago: a day without one comes between"},
	{week_is_full, "this week already had its notices"},
};

const char *
alert_why_not(const struct forecast *f, const struct day *days, int i,
	const struct policy *policy)
{
	struct facts x = {f, policy, 0, 1 << 20};
	for (int k = 1; k <= i; k++) {
		if (!days[i - k].has_alert)
			continue;
		if (k < x.since)
			x.since = k;
		if (k <= 6)
			x.last_week++;
	}
	for (unsigned r = 0; r < array_len(rules); r++)
		if (rules[r].holds_back(&x))
			return rules[r].why;
	return NULL;
}

void
alert_make(const struct forecast *f, const struct person *who, struct alert *ret)
{
	char date[CIVIL_DATE_LEN];
	memset(ret, 0, sizeof *ret);
	snprintf(ret->id, sizeof ret->id, "%s-%s-%s", f->person,
		civil_date_text(f->date, date), ALERT_RULE);
	snprintf(ret->person, sizeof ret->person, "%s", f->person);
	snprintf(ret->rule, sizeof ret->rule, "%s", ALERT_RULE);
	ret->date = f->date;
	ret->revision = 1;
	ret->state = ALERT_RAISED;
	ret->issued = f->issued;
	words_alert(f, who, ret->title, ret->text);
}

void
alert_notice(const struct alert *a, const struct forecast *f, const struct person *who,
	const struct policy *policy, struct notice *ret)
{
	const struct notice_facts facts = {.who = who, .f = f};
	notice_init(ret, a->person, a->date, NOTICE_PAIN_DAY);
	ret->revision = a->revision;
	ret->issued = a->issued;
	ret->expires = zone_instant(who->zone, a->date, policy->expiry_min);
	words_notice(&facts, ret);
}
