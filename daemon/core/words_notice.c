/* SPDX-License-Identifier: MIT */
/* See words_notice.h. Each kind is a few sentences; what every one of them carries (counts, the
 * base rate, how often it is wrong, the way out) has the rank that is never left off. */
#include "core/words_notice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"
#include "core/words_text.h"

struct telling {
	const struct notice_facts *x;
	enum language l;
	struct words_text text;
};

static enum language
language_of(const struct person *who)
{
	return who ? (enum language)who->language : LANGUAGE_EN;
}

/* --- sentences of several kinds -------------------------------------------------------- */

static void
greet(struct telling *t)
{
	const struct person *who = t->x->who;
	if (who && who->name[0])
		text_add(&t->text, RANK_GREETING, tr(t->l, "Good morning, %s."),
			who->name);
	else
		text_add(&t->text, RANK_GREETING, "%s", tr(t->l, "Good morning."));
}

static void
add_missing(struct telling *t)
{
	char names[WHY_LEN], *rest = names, *name, list[SENTENCE_LEN / 2] = "";
	size_t used = 0;
	snprintf(names, sizeof names, "%s", t->x->f->missing);
	while ((name = strsep(&rest, ",")))
		if (*name && used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
				used ? ", " : "", words_missing(t->l, name));
	if (used && used < sizeof list)
		text_add(&t->text, RANK_MISSING, tr(t->l, "Not known: %s."), list);
}

static void
add_like(struct telling *t)
{
	char like[SENTENCE_LEN];
	words_like(t->l, t->x->f, like, sizeof like);
	text_add(&t->text, RANK_MUST, "%s", like);
}

static void
add_wrong(struct telling *t)
{
	char wrong[SENTENCE_LEN];
	words_wrong(t->l, t->x->f->probability, wrong, sizeof wrong);
	text_add(&t->text, RANK_MUST, "%s", wrong);
}

/* Where nights like this were no harder than others, the person may wonder why they are told. */
static void
add_not_the_night(struct telling *t)
{
	const struct forecast *f = t->x->f;
	if (f->like_days >= WORDS_FEW_DAYS && f->like_high <= f->base_rate * f->like_days)
		text_add(&t->text, RANK_ASIDE, "%s",
			tr(t->l, "The night alone says little here."));
}

/* How the person's own notices went; nothing before the first that can be judged. */
static void
add_record(struct telling *t)
{
	unsigned rated = t->x->told_rated, right = t->x->told_right;
	if (rated == 0)
		return;
	if (rated == 1)
		text_add(&t->text, RANK_RECORD, "%s",
			right ? tr(t->l, "Your one notice so far on a rated day was "
					 "followed by a higher-discomfort day.")
			      : tr(t->l, "Your one notice so far on a rated day was not "
					 "followed by a higher-discomfort day."));
	else if (right == 0)
		text_add(&t->text, RANK_RECORD,
			tr(t->l, "Of your %u notices so far on rated days, none was "
				 "followed by a higher-discomfort day."),
			rated);
	else
		text_add(&t->text, RANK_RECORD,
			trn(t->l,
				"Of your %u notices so far on rated days, %u was "
				"followed by a higher-discomfort day.",
				"Of your %u notices so far on rated days, %u were "
				"followed by a higher-discomfort day.",
				right),
			rated, right);
}

static void
add_way_out(struct telling *t)
{
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "Based on your entries only; you can turn these notices off."));
}

static int
is_in(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = list; (p = strstr(p, name)); p += n)
		if ((p == list || p[-1] == ',') && (p[n] == ',' || p[n] == '\0'))
			return 1;
	return 0;
}

/* What was missing in the morning and is there now. */
static void
add_came(struct telling *t)
{
	const struct forecast *before = t->x->before, *now = t->x->f;
	char names[WHY_LEN], *rest = names, *name, list[SENTENCE_LEN / 2] = "";
	size_t used = 0;
	snprintf(names, sizeof names, "%s", before ? before->missing : "");
	while ((name = strsep(&rest, ",")))
		if (*name && now && !is_in(now->missing, name) && used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
				used ? ", " : "", words_missing(t->l, name));
	if (used && used < sizeof list)
		text_add(&t->text, RANK_MUST, tr(t->l, "Since then this came in: %s."),
			list);
	else
		text_add(&t->text, RANK_MUST, "%s",
			tr(t->l, "The data behind it has changed since."));
}

/* The outlook before and now, in shares. */
static void
add_change(struct telling *t)
{
	const struct forecast *before = t->x->before, *now = t->x->f;
	char was[32], is[32], usual[32];
	if (!now)
		return;
	words_share(t->l, now->probability, is);
	words_share(t->l, now->base_rate, usual);
	if (before)
		words_share(t->l, before->probability, was);
	if (before && strcmp(was, is) != 0)
		text_add(&t->text, RANK_MUST,
			tr(t->l, "Among days like today, %s are higher-discomfort days "
				 "(before: %s; usually: %s)."),
			is, was, usual);
	else
		text_add(&t->text, RANK_MUST,
			tr(t->l, "Among days like today, still %s are "
				 "higher-discomfort days (usually: %s)."),
			is, usual);
}

/* --- the kinds --------------------------------------------------------------------------- */

static void
tell_pain_day(struct telling *t)
{
	greet(t);
	if (!t->x->f) {
		add_way_out(t);
		return;
	}
	text_reasons(&t->text, t->x->f);
	add_missing(t);
	add_not_the_night(t);
	add_like(t);
	add_wrong(t);
	add_record(t);
	add_way_out(t);
}

static void
tell_correction(struct telling *t)
{
	add_came(t);
	add_change(t);
	if (t->x->f) {
		text_reasons(&t->text, t->x->f);
		add_missing(t);
		add_not_the_night(t);
		add_like(t);
		add_wrong(t);
	}
	add_way_out(t);
}

static void
tell_all_clear(struct telling *t)
{
	add_came(t);
	add_change(t);
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "You can set this morning's note aside."));
	if (t->x->f)
		add_like(t);
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "The day may still turn out otherwise."));
	add_way_out(t);
}

static void
tell_good_night(struct telling *t)
{
	const struct night *n = t->x->night;
	double tst = n ? night_value(n, "night.tst") : NAN;
	double waso = n ? night_value(n, "night.waso") : NAN;
	char asleep[32], awake[32];
	greet(t);
	if (isfinite(tst) && isfinite(waso)) {
		words_minutes(t->l, tst, asleep);
		words_minutes(t->l, waso, awake);
		text_add(&t->text, RANK_ASIDE,
			tr(t->l, "Last night: %s asleep, %s awake in between."), asleep,
			awake);
	}
	text_bright_side(&t->text, t->x->f, n);
	if (t->x->f)
		add_like(t);
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "One night settles nothing; the day may still turn out "
			 "otherwise."));
	add_way_out(t);
}

static void
tell_digest(struct telling *t)
{
	const struct notice_facts *x = t->x;
	char usual[32];
	text_add(&t->text, RANK_MUST,
		trn(t->l, "Your last seven days: %u night came in.",
			"Your last seven days: %u nights came in.", x->week_nights),
		x->week_nights);
	if (x->week_rated == 0)
		text_add(&t->text, RANK_MUST, "%s", tr(t->l, "No day was rated."));
	else
		text_add(&t->text, RANK_MUST,
			trn(t->l,
				"You rated %u day, %u of them higher-discomfort for you.",
				"You rated %u days, %u of them higher-discomfort for "
				"you.",
				x->week_rated),
			x->week_rated, x->week_high);
	if (x->f && x->f->base_rate > 0) {
		words_share(t->l, x->f->base_rate, usual);
		text_add(&t->text, RANK_MUST,
			tr(t->l, "Usually %s of your days is a higher-discomfort day."),
			usual);
	}
	if (x->week_held)
		text_add(&t->text, RANK_REASONS,
			trn(t->l,
				"On %u morning there was something to tell; it is "
				"gathered here, since the last notices went unanswered.",
				"On %u mornings there was something to tell; it is "
				"gathered here, since the last notices went unanswered.",
				x->week_held),
			x->week_held);
	else
		text_add(&t->text, RANK_REASONS, "%s",
			tr(t->l, "There was nothing to tell on any morning."));
	add_record(t);
	text_add(&t->text, RANK_ASIDE, "%s",
		tr(t->l, "Answer this note, and they come one by one again."));
	add_way_out(t);
}

static void
tell_no_data(struct telling *t)
{
	unsigned days = t->x->days_silent > 0 ? (unsigned)t->x->days_silent : 0;
	if (days)
		text_add(&t->text, RANK_MUST,
			trn(t->l, "No night has come in for %u day.",
				"No night has come in for %u days.", days),
			days);
	else
		text_add(&t->text, RANK_MUST, "%s",
			tr(t->l, "No night has come in for a while."));
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l,
			"That is not enough nights to say anything about your sleep, and "
			"no number is made up in their place; your own ratings still "
			"count."));
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "What helps: check that the tracker is charged and worn at "
			 "night, "
			 "and that its app or bridge still syncs."));
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "This is said only once; you can turn these notices off."));
}

static void
tell_sleep_prompt(struct telling *t)
{
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "How did you sleep, from 0 (worst night) to 10 (best night)?"));
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "One tap is enough; skip freely. You can turn this question "
			 "off."));
}

static void
tell_pain_prompt(struct telling *t)
{
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "How much pain was there today, from 0 (none) to 10 (worst "
			 "imaginable)?"));
	text_add(&t->text, RANK_MUST, "%s",
		tr(t->l, "One tap is enough; skip freely. You can turn this question "
			 "off."));
}

/* --- all of them --------------------------------------------------------------------------- */

static const struct kind {
	const char *title;
	void (*tell)(struct telling *);
	/* what anybody may read on a locked screen */
	const char *discreet_title, *discreet_text;
} kinds[NOTICE_KINDS] = {
	[NOTICE_PAIN_DAY] = {N_("You may like to plan a gentler day"), tell_pain_day,
		N_("A note for you"), N_("It can wait until you have a moment.")},
	[NOTICE_CORRECTION] = {N_("This morning's note has changed"), tell_correction,
		N_("A note has changed"), N_("It can wait until you have a moment.")},
	[NOTICE_ALL_CLEAR] = {N_("This morning's note no longer holds"), tell_all_clear,
		N_("A note has changed"), N_("It can wait until you have a moment.")},
	[NOTICE_GOOD_NIGHT] = {N_("A more restful night than your usual"),
		tell_good_night, N_("A note for you"),
		N_("It can wait until you have a moment.")},
	[NOTICE_DIGEST] = {N_("Your week in brief"), tell_digest, N_("A note for you"),
		N_("It can wait until you have a moment.")},
	[NOTICE_NO_DATA] = {N_("No night has come in lately"), tell_no_data,
		N_("A note for you"), N_("It can wait until you have a moment.")},
	[NOTICE_SLEEP_PROMPT] = {N_("How was your night?"), tell_sleep_prompt,
		N_("A question for you"), N_("One tap is enough; skip freely.")},
	[NOTICE_PAIN_PROMPT] = {N_("How was your day?"), tell_pain_prompt,
		N_("A question for you"), N_("One tap is enough; skip freely.")},
};

void
words_notice(const struct notice_facts *x, struct notice *n)
{
	struct telling t = {.x = x, .l = language_of(x->who)};
	const struct kind *k = &kinds[n->kind];
	t.text.l = t.l;
	k->tell(&t);
	text_join(&t.text, n->text, sizeof n->text);
	snprintf(n->title, sizeof n->title, "%s", tr(t.l, k->title));
	snprintf(n->discreet_title, sizeof n->discreet_title, "%s",
		tr(t.l, k->discreet_title));
	snprintf(n->discreet_text, sizeof n->discreet_text, "%s",
		tr(t.l, k->discreet_text));
}

void
words_alert(const struct forecast *f, const struct person *who, char title[static 96],
	char text[static ALERT_TEXT_LEN])
{
	const struct notice_facts x = {.who = who, .f = f};
	struct telling t = {.x = &x, .l = language_of(who)};
	t.text.l = t.l;
	tell_pain_day(&t);
	text_join(&t.text, text, ALERT_TEXT_LEN);
	snprintf(title, 96, "%s", tr(t.l, kinds[NOTICE_PAIN_DAY].title));
}
