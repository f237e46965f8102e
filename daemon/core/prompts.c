/* SPDX-License-Identifier: MIT */
/* See prompts.h. Words are core/words_notice's business. */
#include "core/prompts.h"

#include <math.h>
#include <string.h>

#include "core/day.h"
#include "core/words_notice.h"

#define NOON_MIN (12 * 60)

struct prompt {
	enum notice_kind kind;
	enum rating_kind rating;
	size_t minute; /* in struct person */
};
static const struct prompt prompts[] = {
	{NOTICE_SLEEP_PROMPT, RATING_SLEEP_QUALITY,
		offsetof(struct person, sleep_prompt_min)},
	{NOTICE_PAIN_PROMPT, RATING_PAIN_DAY, offsetof(struct person, pain_prompt_min)},
};

/* Of one date: asked in [due, late), worth reading until expires. */
struct asking {
	civil_day date;
	utc_ms due, late, expires;
};

static utc_ms
earlier(utc_ms a, utc_ms b)
{
	return a.ms < b.ms ? a : b;
}

static utc_ms
later(utc_ms a, utc_ms b)
{
	return a.ms > b.ms ? a : b;
}

static struct asking
asking_of(const struct prompt *p, const struct person *who, civil_day date)
{
	int minute = *(const int *)((const char *)who + p->minute);
	struct asking a = {.date = date};
	utc_ms from, to;
	rating_span(who->zone, p->rating, date, &from, &to);
	a.due = zone_instant(who->zone, date, minute);
	if (a.due.ms < from.ms) /* after midnight, of the day that ends */
		a.due = zone_instant(who->zone, DAY(date.n + 1), minute);
	a.late = earlier(UTC(a.due.ms + PROMPT_LATE_MS), to);
	utc_ms noon = zone_instant(who->zone, date, NOON_MIN);
	a.expires = p->rating == RATING_PAIN_DAY ? to : later(noon, a.late);
	return a;
}

struct asked {
	enum notice_kind kind;
	int32_t today,
		after;   /* the date of the last rating, or the first one looked at */
	int n, is_asked; /* since then; today */
	int32_t last;    /* date of the newest before today; INT32_MIN = none */
};

static int
count_asked(void *ctx, const struct notice *n)
{
	struct asked *a = ctx;
	if (n->kind != a->kind || n->date.n <= a->after)
		return 0;
	if (n->date.n == a->today) {
		a->is_asked = 1;
	} else {
		a->n++;
		a->last = n->date.n;
	}
	return 0;
}

/* Who is asked, by what is known and told. */
struct asker {
	const struct line_io *io;
	const struct person *who;
	utc_ms since, now; /* nobody is asked before `since` */
};

/* 1: asked already, or the person no longer answers and was asked this week. */
static int
holds_back(const struct asker *k, const struct prompt *p, civil_day date)
{
	const struct line_io *io = k->io;
	struct asked a = {.kind = p->kind, .today = date.n, .last = INT32_MIN};
	a.after = date.n - PROMPT_LOOK_BACK;
	int r = io->notices(io->user, k->who->id, date, date, count_asked, &a);
	for (int i = 1; i <= PROMPT_FADE_DAYS && r == 0 && !a.is_asked; i++) {
		struct day day;
		r = io->days(io->user, k->who->id, DAY(date.n - i), 1, &day);
		if (r == 0 && !isnan(day.rating[p->rating]))
			return 0;
	}
	if (r < 0 || a.is_asked)
		return r < 0 ? r : 1;
	r = io->notices(
		io->user, k->who->id, DAY(a.after + 1), DAY(date.n - 1), count_asked, &a);
	return r < 0 ? r
		     : a.n >= PROMPT_FADE_DAYS && date.n - a.last < PROMPT_FADED_EVERY;
}

static int
tell(const struct asker *k, const struct prompt *p, const struct asking *a)
{
	const struct notice_facts facts = {.who = k->who};
	struct notice n;
	int told;
	notice_init(&n, k->who->id, a->date, p->kind);
	n.issued = k->now;
	n.expires = a->expires;
	words_notice(&facts, &n);
	return k->io->notice_put(k->io->user, &n, NULL, &told);
}

static int
ask(const struct asker *k, const struct prompt *p, const struct asking *a)
{
	struct day day;
	int r = k->io->days(k->io->user, k->who->id, a->date, 1, &day);
	if (r < 0 || !isnan(day.rating[p->rating]))
		return r;
	r = holds_back(k, p, a->date);
	return r != 0 ? (r < 0 ? r : 0) : tell(k, p, a);
}

/* One prompt; *ret_then: when to look at it again. */
static int
make_one(const struct asker *k, const struct prompt *p, utc_ms *ret_then)
{
	const struct rating today = {.kind = p->rating, .at = k->now};
	civil_day date = rating_date(k->who->zone, &today);
	struct asking a = asking_of(p, k->who, date);
	utc_ms at = later(a.due, k->since), now = k->now;
	int r = 0;
	if (now.ms >= at.ms && person_is_quiet(k->who, now))
		at = person_quiet_end(k->who, now);
	if (now.ms >= at.ms && now.ms < a.late.ms)
		r = ask(k, p, &a);
	if (now.ms >= at.ms || at.ms >= a.late.ms) {
		a = asking_of(p, k->who, DAY(date.n + 1));
		at = later(a.due, k->since);
	}
	*ret_then = at;
	return r;
}

int
prompts_make(
	const struct line_io *io, const struct policy *policy, struct due *d, utc_ms now)
{
	int64_t wait =
		policy->settle_ms < PROMPT_FIRST_MS ? policy->settle_ms : PROMPT_FIRST_MS;
	const struct asker k = {io, d->who, UTC(d->since.ms + wait), now};
	for (size_t i = 0; i < array_len(prompts); i++) {
		utc_ms then;
		if (*(const int *)((const char *)d->who + prompts[i].minute) < 0)
			continue;
		int r = make_one(&k, &prompts[i], &then);
		if (r < 0)
			return r;
		d->then = earlier(d->then, then);
	}
	return 0;
}
