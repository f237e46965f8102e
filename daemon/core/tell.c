/* SPDX-License-Identifier: MIT */
/* See tell.h. Whether something is told is decided elsewhere, but for the silence. */
#include "core/tell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alert.h"
#include "core/day.h"
#include "core/facts.h"
#include "core/keep.h"
#include "core/words_notice.h"

#define WEEK            7
#define SILENCE_NIGHTS  3         /* in the two weeks up to the last night: a habit */
#define SILENCE_TIME_MS MINUTE_MS /* it is said within so long, or the next day */
#define DIGEST_VALID_MS DAY_MS    /* what is of no single morning */

static struct day *
today(const struct morning *m)
{
	return &m->days[m->i];
}

static void
start(const struct morning *m, enum notice_kind kind, utc_ms at, struct notice *ret)
{
	notice_init(ret, m->who->id, today(m)->date, kind);
	ret->issued = at;
	ret->expires = zone_instant(m->who->zone, today(m)->date, m->policy->expiry_min);
}

static int
put(const struct morning *m, const struct notice *n, const struct forecast *f,
	int *ret_told)
{
	return m->io->notice_put(m->io->user, n, f, ret_told);
}

/* --- of a morning's outlook --------------------------------------------------------------- */

int
tell_alert(const struct morning *m, const struct forecast *f, enum notice_kind kind,
	utc_ms at)
{
	const struct notice_facts facts = {.who = m->who,
		.f = f,
		.before = kind == NOTICE_CORRECTION ? &today(m)->forecast : NULL};
	struct notice n;
	struct alert a;
	int told;
	start(m, kind, at, &n);
	words_notice(&facts, &n);
	alert_make(&n, ALERT_RAISED, &a);
	int r = keep_alert(m->io, m->who->id, today(m), &a, f);
	return r < 0 || !f->live ? r : put(m, &n, f, &told);
}

int
tell_all_clear(const struct morning *m, const struct forecast *f)
{
	const struct notice_facts facts = {
		.who = m->who, .f = f, .before = &today(m)->forecast};
	struct notice n;
	struct alert a;
	int told;
	start(m, NOTICE_ALL_CLEAR, m->now, &n);
	n.revision = 2;
	words_notice(&facts, &n);
	alert_make(&n, ALERT_WITHDRAWN, &a);
	int r = keep_alert(m->io, m->who->id, today(m), &a, f);
	return r < 0 ? r : put(m, &n, f, &told);
}

int
tell_good_night(const struct morning *m, const struct forecast *f)
{
	struct night nights[NIGHTS_MAX];
	struct notice_facts facts = {.who = m->who, .f = f};
	struct notice n;
	int count = 0, told;
	int r = m->io->nights(
		m->io->user, m->who->id, today(m)->date, nights, NIGHTS_MAX, &count);
	if (r < 0)
		return r;
	if (count > 0 && nights[0].kind == SLEEP_MAIN)
		facts.night = &nights[0];
	start(m, NOTICE_GOOD_NIGHT, m->now, &n);
	words_notice(&facts, &n);
	return put(m, &n, f, &told);
}

/* --- the week ----------------------------------------------------------------------------- */

static void
count_week(const struct morning *m, struct notice_facts *x)
{
	for (int k = 0; k < WEEK && k <= m->i; k++) {
		const struct day *d = &m->days[m->i - k];
		int outcome = day_outcome(d);
		x->week_nights += d->night_settled.ms != 0;
		x->week_rated += !isnan(d->rating[RATING_PAIN_DAY]);
		x->week_high += outcome == 1;
	}
	for (int k = 1; k <= m->i; k++) {
		const struct day *d = &m->days[m->i - k];
		int outcome = day_outcome(d);
		if (!d->has_alert || !d->forecast.live)
			continue;
		x->told++;
		x->told_rated += outcome >= 0;
		x->told_right += outcome == 1;
	}
}

int
tell_digest(const struct morning *m, const struct forecast *f)
{
	struct notice_facts facts = {.who = m->who, .f = f};
	struct facts_told told_before;
	struct notice n;
	int told, r = facts_told(m, &told_before);
	if (r < 0)
		return r;
	count_week(m, &facts);
	facts.week_held = (unsigned)told_before.held_by_digest;
	start(m, NOTICE_DIGEST, m->now, &n);
	n.expires = UTC(m->now.ms + DIGEST_VALID_MS);
	words_notice(&facts, &n);
	return put(m, &n, NULL, &told);
}

/* --- nothing came ------------------------------------------------------------------------- */

/* The last night of somebody who has them, or NULL. */
static const struct day *
last_night(const struct morning *m)
{
	int last = m->i, nights = 0;
	while (last >= 0 && !m->days[last].night_settled.ms)
		last--;
	for (int k = last; k >= 0 && k > last - DAY_HABIT; k--)
		nights += m->days[k].night_settled.ms != 0;
	return nights >= SILENCE_NIGHTS ? &m->days[last] : NULL;
}

/* When of a day it is said: once its own night has had its time to come, and not while it is
 * quiet. */
static utc_ms
silence_time(const struct morning *m, civil_day day)
{
	utc_ms stop = zone_instant(m->who->zone, day, m->policy->hard_stop_min);
	return person_is_quiet(m->who, stop) ? person_quiet_end(m->who, stop) : stop;
}

/* The next such time that is not over. A hub that was off at that time says it the next day: bridges
 * may still be delivering what they kept. */
static utc_ms
silence_due(const struct morning *m, const struct day *last)
{
	int64_t due = last->night_settled.ms + m->policy->no_data_ms;
	civil_day day = zone_date(m->who->zone, UTC(due), 0);
	utc_ms at = silence_time(m, day);
	while (at.ms < due || m->now.ms >= at.ms + SILENCE_TIME_MS)
		at = silence_time(m, DAY(++day.n));
	return at;
}

static int
take_no_data(void *ctx, const struct decision *d)
{
	if (d->verdict == VERDICT_NO_DATA)
		*(utc_ms *)ctx = d->at;
	return 0;
}

/* A night of before the last such notice that is brought in later ends no silence. */
static int
is_said(const struct morning *m, const struct day *last, int *ret)
{
	utc_ms said = UTC(INT64_MIN);
	civil_day from = DAY(last->date.n - DAY_HABIT);
	int r = m->io->decisions(
		m->io->user, m->who->id, from, last->date, take_no_data, &said);
	*ret = last->night_settled.ms <= said.ms;
	return r;
}

static int
say_no_data(const struct morning *m, const struct day *last, civil_day date)
{
	const struct notice_facts facts = {
		.who = m->who, .days_silent = date.n - last->date.n};
	struct notice n;
	int told = 0;
	notice_init(&n, m->who->id, last->date, NOTICE_NO_DATA);
	n.issued = m->now;
	n.expires = UTC(m->now.ms + DIGEST_VALID_MS);
	words_notice(&facts, &n);
	int r = put(m, &n, NULL, &told);
	if (r < 0 || !told)
		return r;
	struct decision d = {.date = last->date,
		.at = m->now,
		.live = 1,
		.verdict = VERDICT_NO_DATA,
		.probability = NAN,
		.low = NAN,
		.base_rate = NAN,
		.threshold = m->policy->threshold};
	snprintf(d.person, sizeof d.person, "%s", m->who->id);
	return m->io->decision_put(m->io->user, &d);
}

int
tell_no_data(const struct morning *m, utc_ms *ret_then)
{
	civil_day date = zone_date(m->who->zone, m->now, 0);
	const struct day *last = m->policy->no_data_ms > 0 ? last_night(m) : NULL;
	if (!last || date.n - last->date.n > DAY_HABIT)
		return 0;
	int said, r = is_said(m, last, &said);
	if (r < 0 || said)
		return r;
	utc_ms due = silence_due(m, last);
	if (m->now.ms >= due.ms)
		return say_no_data(m, last, date);
	if (due.ms < ret_then->ms)
		*ret_then = due;
	return 0;
}
