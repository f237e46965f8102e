/* SPDX-License-Identifier: MIT */
/* See judge.h. */
#include "core/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/facts.h"
#include "core/words.h"

#define WEEK 7

struct decision
judge_open(const struct morning *m, const struct forecast *f, utc_ms at)
{
	struct decision d = {.date = m->days[m->i].date,
		.at = at,
		.live = f && f->live,
		.verdict = VERDICT_NOTHING,
		.probability = f ? f->probability : NAN,
		.low = f ? f->low : NAN,
		.base_rate = f ? f->base_rate : NAN,
		.threshold = m->policy->threshold};
	snprintf(d.person, sizeof d.person, "%s", m->who->id);
	return d;
}

void
judge_because(struct decision *d, enum verdict verdict, const char *rule)
{
	d->verdict = verdict;
	snprintf(d->rule, sizeof d->rule, "%s", rule);
	snprintf(d->why, sizeof d->why, "%s", alert_rule(rule)->why);
}

void
judge_no_outlook(struct decision *d, const char *insufficient)
{
	judge_because(d, VERDICT_NOTHING, "no_outlook");
	if (insufficient[0])
		snprintf(d->why, sizeof d->why, "%s", insufficient);
}

int
judge_is_of_level(const struct decision *d)
{
	const struct alert_rule *r = alert_rule(d->rule);
	return d->verdict == VERDICT_GOOD_NIGHT || (r && r->of_level);
}

/* --- what is told instead of an alert ----------------------------------------------------- */

static int
holds(const char *rule, const struct alert_facts *x)
{
	return alert_rule(rule)->holds_back(x);
}

/* Once a week while nobody answers, the first a week after the last alert. */
static int
is_digest_due(const struct alert_facts *x, const struct facts_told *told)
{
	return holds("digest", x) && x->since >= WEEK && !told->digests &&
	       !holds("snoozed", x) && !holds("expired", x);
}

/* A better night than usual and a lower outlook: as often as alerts, never on two days in a row, nor
 * after a day with an alert. */
static int
is_good_night_due(const struct morning *m, const struct alert_facts *x,
	const struct facts_told *told)
{
	return m->policy->good_nights &&
	       words_outlook(x->f, m->policy->min_rated_days) == OUTLOOK_LOWER &&
	       x->since > 1 && !told->good_yesterday &&
	       told->good_nights < facts_alerts(m, FACTS_BALANCE_DAYS) &&
	       !holds("digest", x) && !holds("snoozed", x) && !holds("expired", x) &&
	       facts_good_night(m);
}

/* --- judging ------------------------------------------------------------------------------ */

static int
by_table(const struct morning *m, const struct forecast *f, struct decision *d,
	struct alert_facts *ret)
{
	int r = facts_gather(m, f, d->at, ret);
	const struct alert_rule *held = r < 0 ? NULL : alert_held_by(ret);
	if (!held)
		d->verdict = VERDICT_RAISED;
	else
		judge_because(d,
			strcmp(held->name, "quiet_hours") == 0 ? VERDICT_HELD
							       : VERDICT_NOTHING,
			held->name);
	return r;
}

int
judge_alert(const struct morning *m, const struct forecast *f, struct decision *d)
{
	struct alert_facts x;
	return by_table(m, f, d, &x);
}

int
judge_first(const struct morning *m, const struct forecast *f, struct decision *d)
{
	struct alert_facts x;
	struct facts_told told;
	int r = by_table(m, f, d, &x);
	if (r < 0 || d->verdict != VERDICT_NOTHING)
		return r;
	r = facts_told(m, &told);
	if (r < 0)
		return r;
	enum verdict instead = is_digest_due(&x, &told)          ? VERDICT_DIGEST
			       : is_good_night_due(m, &x, &told) ? VERDICT_GOOD_NIGHT
								 : VERDICT_NOTHING;
	if (instead == VERDICT_NOTHING)
		return 0;
	if (x.is_quiet) {
		judge_because(d, VERDICT_HELD, "quiet_hours");
		return 0;
	}
	d->verdict = instead;
	if (instead == VERDICT_GOOD_NIGHT) /* what is told needs no reason */
		d->rule[0] = d->why[0] = 0;
	return 0;
}
