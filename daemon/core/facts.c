/* SPDX-License-Identifier: MIT */
/* See facts.h. Days are counted back from the morning: days[i - 1] is yesterday. */
#include "core/facts.h"

#include <math.h>
#include <string.h>

#define ANSWERS_MS    (DECIDE_DAYS * DAY_MS)
#define WEEK          7
#define USUAL_DAYS    28 /* whose mean is the usual, where FEW are known */
#define FEW           7
#define BETTER_RATING 1.0 /* of 10: clearly better than the usual */
#define BETTER_SCORE  5.0 /* of 100 */

/* --- answers ------------------------------------------------------------------------------ */

struct answers {
	utc_ms alert; /* the last one's outlook */
	utc_ms last, snooze;
	int false_alarm; /* after the last alert */
};

static int
take_answer(void *ctx, const struct feedback *f)
{
	struct answers *a = ctx;
	a->last = f->at;
	if (f->kind == FEEDBACK_SNOOZE)
		a->snooze = f->at;
	if (f->kind == FEEDBACK_FALSE_ALARM && f->at.ms >= a->alert.ms)
		a->false_alarm = 1;
	return 0;
}

static int
was_told(const struct day *d)
{
	return d->has_alert && d->alert_state == ALERT_RAISED && d->forecast.live;
}

int
facts_gather(const struct morning *m, const struct forecast *f, utc_ms at,
	struct alert_facts *ret)
{
	const struct day *today = &m->days[m->i];
	struct answers a = {UTC(INT64_MAX), UTC(INT64_MIN), UTC(INT64_MIN), 0};
	*ret = (struct alert_facts){.f = f,
		.policy = m->policy,
		.at = at,
		.expires = zone_instant(m->who->zone, today->date, m->policy->expiry_min),
		.since = INT32_MAX,
		.free_days = m->policy->free_days,
		.is_quiet = person_is_quiet(m->who, at)};
	for (int k = 1; k <= m->i; k++) {
		const struct day *d = &m->days[m->i - k];
		if (!d->has_alert)
			continue;
		if (ret->since == INT32_MAX) {
			ret->since = k;
			a.alert = d->forecast.issued;
		}
		ret->last_week += k < WEEK;
	}
	int r = 0;
	if (m->io->feedback)
		r = m->io->feedback(m->io->user, m->who->id, UTC(at.ms - ANSWERS_MS),
			UTC(at.ms + 1), take_answer, &a);
	if (a.false_alarm)
		ret->free_days *= 2;
	ret->snoozed = a.snooze.ms > at.ms - m->policy->snooze_ms;
	for (int k = 1; k <= m->i; k++) {
		const struct day *d = &m->days[m->i - k];
		ret->unanswered += was_told(d) && d->forecast.issued.ms > a.last.ms;
	}
	return r;
}

int
facts_alerts(const struct morning *m, int days)
{
	int n = 0;
	for (int k = 1; k <= days && k <= m->i; k++)
		n += was_told(&m->days[m->i - k]);
	return n;
}

/* --- what else was told ------------------------------------------------------------------- */

struct told_call {
	int32_t today;
	struct facts_told *ret;
};

static int
take_told(void *ctx, const struct decision *d)
{
	struct told_call *call = ctx;
	struct facts_told *ret = call->ret;
	int ago = call->today - d->date.n;
	if (!d->live)
		return 0;
	ret->good_nights += d->verdict == VERDICT_GOOD_NIGHT;
	ret->good_yesterday |= d->verdict == VERDICT_GOOD_NIGHT && ago == 1;
	ret->digests += d->verdict == VERDICT_DIGEST && ago < WEEK;
	ret->held_by_digest += strcmp(d->rule, "digest") == 0 && ago < WEEK;
	return 0;
}

int
facts_told(const struct morning *m, struct facts_told *ret)
{
	int32_t today = m->days[m->i].date.n;
	struct told_call call = {today, ret};
	*ret = (struct facts_told){0};
	return m->io->decisions(m->io->user, m->who->id, DAY(today - FACTS_BALANCE_DAYS),
		DAY(today - 1), take_told, &call);
}

/* --- a good night ------------------------------------------------------------------------- */

/* Whether v is better by `by` than the mean of the days before, which start so many bytes into a
 * day's record. */
static int
is_better(const struct morning *m, size_t offset, double by)
{
	double sum = 0, v = *(const double *)((const char *)&m->days[m->i] + offset);
	int n = 0;
	for (int k = 1; k <= USUAL_DAYS && k <= m->i; k++) {
		double was = *(const double *)((const char *)&m->days[m->i - k] + offset);
		if (isnan(was))
			continue;
		sum += was;
		n++;
	}
	return n >= FEW && v >= sum / n + by;
}

int
facts_good_night(const struct morning *m)
{
	const struct day *d = &m->days[m->i];
	int rated = !isnan(d->rating[RATING_SLEEP_QUALITY]) &&
		    d->rated[RATING_SLEEP_QUALITY].ms <= m->now.ms;
	if (rated)
		return is_better(m, offsetof(struct day, rating[RATING_SLEEP_QUALITY]),
			BETTER_RATING);
	return d->night_settled.ms && d->night_settled.ms <= m->now.ms &&
	       is_better(m, offsetof(struct day, score), BETTER_SCORE);
}
