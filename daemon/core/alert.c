/* SPDX-License-Identifier: MIT */
/* See alert.h. Knows no store and no words but the rules' own. */
#include "core/alert.h"

#include <stdio.h>
#include <string.h>

#include "core/tr.h"

static int
few_ratings(const struct alert_facts *x)
{
	return (int)x->f->rated_days < x->policy->min_rated_days;
}

static int
below_threshold(const struct alert_facts *x)
{
	return !(x->f->probability >= x->policy->threshold);
}

static int
not_clearly_above_usual(const struct alert_facts *x)
{
	return !(x->f->low > x->f->base_rate);
}

/* Neither a night nor a tap of the morning: nothing that an alert could speak of. */
static int
no_night(const struct alert_facts *x)
{
	char missing[WHY_LEN + 2];
	snprintf(missing, sizeof missing, ",%s,", x->f->missing);
	return strstr(missing, ",sleep,") && strstr(missing, ",sleep_quality,");
}

/* A scorer that does not say what the night adds is taken at its word. */
static int
night_adds_little(const struct alert_facts *x)
{
	return x->f->probability - x->f->usual_night < ALERT_NIGHT_ADDS;
}

static int
snoozed(const struct alert_facts *x)
{
	return x->snoozed;
}

static int
nobody_answers(const struct alert_facts *x)
{
	return x->policy->digest_after > 0 && x->unanswered >= x->policy->digest_after;
}

static int
too_soon(const struct alert_facts *x)
{
	return x->since <= x->free_days;
}

static int
week_is_full(const struct alert_facts *x)
{
	return x->last_week >= x->policy->max_per_week;
}

static int
too_late(const struct alert_facts *x)
{
	return x->at.ms >= x->expires.ms;
}

static int
quiet(const struct alert_facts *x)
{
	return x->is_quiet;
}

/* The first that holds back is what is told as the reason: what can still change on the same
 * morning stands first. */
static const struct alert_rule rules[] = {
	{"learning", N_("still learning: not enough rated days"), few_ratings, 1},
	{"below_threshold", N_("the outlook is below the level of a notice"),
		below_threshold, 1},
	{"not_clear", N_("the outlook is not clearly above the person's usual"),
		not_clearly_above_usual, 1},
	{"no_night", N_("nothing is known of the night"), no_night, 1},
	{"not_the_night", N_("the night has little part in the outlook"),
		night_adds_little, 1},
	{"snoozed", N_("notices are snoozed"), snoozed, 0},
	{"digest",
		N_("the last notices were not answered: a summary once a week instead"),
		nobody_answers, 0},
	{"cool_down",
		N_("there was a notice shortly before: days without one come between"),
		too_soon, 0},
	{"week_full", N_("this week already had its notices"), week_is_full, 0},
	{"expired", N_("it is too late in the day for a morning's outlook"), too_late, 0},
	{"quiet_hours", N_("these are quiet hours: decided again when they end"), quiet,
		0},
	/* what a first decision does not say */
	{"no_outlook", N_("there is no outlook"), NULL, 1},
	{"settling", N_("something came in since: looked at again once it has settled"),
		NULL, 0},
	{"same_level", N_("looked at again: nothing that would change what was told"),
		NULL, 0},
	{"past_correcting", N_("what came in since came too late for a correction"), NULL,
		0},
};

const struct alert_rule *
alert_held_by(const struct alert_facts *x)
{
	for (unsigned r = 0; r < array_len(rules); r++)
		if (rules[r].holds_back && rules[r].holds_back(x))
			return &rules[r];
	return NULL;
}

const struct alert_rule *
alert_rule(const char *name)
{
	for (unsigned r = 0; r < array_len(rules); r++)
		if (strcmp(rules[r].name, name) == 0)
			return &rules[r];
	return NULL;
}

const struct alert_rule *
alert_rules(unsigned *ret_n)
{
	*ret_n = array_len(rules);
	return rules;
}

int
alert_fell(const struct forecast *f, const struct policy *policy)
{
	return f->probability < ALERT_FALL * policy->threshold;
}

void
alert_make(const struct notice *n, enum alert_state state, struct alert *ret)
{
	memset(ret, 0, sizeof *ret);
	memcpy(ret->id, n->id, sizeof ret->id);
	memcpy(ret->person, n->person, sizeof ret->person);
	snprintf(ret->rule, sizeof ret->rule, "%s", ALERT_RULE);
	ret->date = n->date;
	ret->revision = n->revision;
	ret->state = state;
	ret->issued = n->issued;
	memcpy(ret->title, n->title, sizeof ret->title);
	memcpy(ret->text, n->text, sizeof ret->text);
}
