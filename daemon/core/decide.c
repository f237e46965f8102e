/* SPDX-License-Identifier: MIT */
/* See decide.h. What is right to tell is judge's business, the notices are
 * tell's; here they meet. */
#include "core/decide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/day.h"
#include "core/judge.h"
#include "core/keep.h"
#include "core/tell.h"

#define LAST_CALL_MS MINUTE_MS /* so long before correct_until the last look is taken */

static utc_ms
clock_of(const struct morning *m, int minute)
{
	return zone_instant(m->who->zone, m->days[m->i].date, minute);
}

/* Keeps a decision and does what it says. */
static int
carry_out(const struct morning *m, const struct decision *d, const struct forecast *f,
	int told_good_night)
{
	int r = 0;
	switch (d->verdict) {
	case VERDICT_RAISED:
	case VERDICT_RAISED_LATE:
		r = tell_alert(m, f,
			told_good_night ? NOTICE_CORRECTION : NOTICE_PAIN_DAY, d->at);
		break;
	case VERDICT_WITHDRAWN:
		r = tell_all_clear(m, f);
		break;
	case VERDICT_GOOD_NIGHT:
		r = tell_good_night(m, f);
		break;
	case VERDICT_DIGEST:
		r = tell_digest(m, f);
		break;
	case VERDICT_NOTHING:
	case VERDICT_HELD:
	case VERDICT_SETTLING:
	case VERDICT_NO_DATA:
	case VERDICTS:
		break;
	}
	if (r == 0 && m->io->decision_put)
		r = m->io->decision_put(m->io->user, d);
	return r;
}

static int
is_alert(const struct decision *d)
{
	return d->verdict == VERDICT_RAISED || d->verdict == VERDICT_RAISED_LATE;
}

/* Nothing of history stands beside what is decided now. */
static int
begin(const struct morning *m, int keeps_alert)
{
	int r = 0;
	if (m->io->decision_drop)
		r = m->io->decision_drop(m->io->user, m->who->id, m->days[m->i].date);
	if (r < 0 || keeps_alert)
		return r;
	return keep_alert(m->io, m->who->id, &m->days[m->i], NULL, NULL);
}

/* --- history ------------------------------------------------------------------------------ */

static int
decide_none(const struct morning *m, const char *insufficient)
{
	struct decision d = judge_open(m, NULL, m->now);
	int r = begin(m, 0);
	judge_no_outlook(&d, insufficient);
	return r < 0 ? r : carry_out(m, &d, NULL, 0);
}

int
decide_history(
	const struct morning *m, const struct forecast *f, const char *insufficient)
{
	struct decision d = judge_open(m, f, m->now), held = d;
	int r = 0;
	if (!f)
		return decide_none(m, insufficient);
	r = judge_alert(m, f, &d);
	if (r == 0 && d.verdict == VERDICT_HELD) {
		held = d;
		d = judge_open(m, f, person_quiet_end(m->who, m->now));
		r = judge_alert(m, f, &d);
	}
	if (r == 0)
		r = begin(m, is_alert(&d));
	if (r == 0 && held.verdict == VERDICT_HELD)
		r = carry_out(m, &held, f, 0);
	return r < 0 ? r : carry_out(m, &d, f, 0);
}

/* --- the day itself ----------------------------------------------------------------------- */

/* What was decided of the morning so far. */
struct so_far {
	int n, corrected, good_night;
	struct decision last, basis; /* basis: the last that was more than a look */
};

static int
take_decision(void *ctx, const struct decision *d)
{
	struct so_far *s = ctx;
	if (!d->live || d->verdict == VERDICT_NO_DATA)
		return 0;
	s->n++;
	s->last = *d;
	s->corrected |=
		d->verdict == VERDICT_WITHDRAWN || d->verdict == VERDICT_RAISED_LATE;
	s->good_night |= d->verdict == VERDICT_GOOD_NIGHT;
	if (d->verdict != VERDICT_SETTLING && strcmp(d->rule, "same_level") != 0)
		s->basis = *d;
	return 0;
}

static int
read_so_far(const struct morning *m, struct so_far *ret)
{
	civil_day date = m->days[m->i].date;
	*ret = (struct so_far){0};
	return m->io->decisions(m->io->user, m->who->id, date, date, take_decision, ret);
}

/* There is none yet, and perhaps none the next time: said once. */
static int
decide_nothing(const struct morning *m, const char *insufficient)
{
	struct so_far s;
	struct decision d = judge_open(m, NULL, m->now);
	int r = read_so_far(m, &s);
	d.live = 1;
	judge_no_outlook(&d, insufficient);
	if (r < 0 || (s.n && strcmp(s.last.rule, d.rule) == 0 &&
			     strcmp(s.last.why, d.why) == 0))
		return r;
	return carry_out(m, &d, NULL, 0);
}

int
decide_live(const struct morning *m, const struct forecast *f, const char *insufficient)
{
	if (!f) {
		int r = begin(m, 0);
		return r < 0 ? r : decide_nothing(m, insufficient);
	}
	struct decision d = judge_open(m, f, m->now);
	int r = judge_first(m, f, &d);
	if (r == 0)
		r = begin(m, is_alert(&d));
	return r < 0 ? r : carry_out(m, &d, f, 0);
}

/* --- the same morning, later -------------------------------------------------------------- */

/* What the morning looks like now; 1 if nothing can be said. */
static int
forecast_now(const struct morning *m, struct forecast *ret)
{
	int r = day_forecast(m->board, m->days, m->i, m->who, m->now, ret);
	ret->live = 1;
	return r;
}

static int
same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static int
is_news(const struct decision *last, const struct forecast *f)
{
	return !same_number(last->probability, f->probability) ||
	       !same_number(last->low, f->low) ||
	       !same_number(last->base_rate, f->base_rate);
}

/* Decided again when the quiet hours end, on what is known then. */
static int
end_of_quiet(const struct morning *m, const struct so_far *s, utc_ms *ret_then)
{
	utc_ms end = person_quiet_end(m->who, s->last.at);
	struct forecast f;
	end = end.ms > m->not_before.ms ? end : m->not_before;
	if (m->now.ms < end.ms) {
		*ret_then = end.ms < ret_then->ms ? end : *ret_then;
		return 0;
	}
	if (forecast_now(m, &f) != 0)
		return decide_nothing(m, f.insufficient);
	struct decision d = judge_open(m, &f, m->now);
	int r = judge_first(m, &f, &d);
	return r < 0 ? r : carry_out(m, &d, &f, 0);
}

/* When the last change has settled, and at the last call at the latest; never while it is quiet,
 * as a turn that comes late might be. */
static utc_ms
settled_again(const struct morning *m, const struct so_far *s)
{
	int64_t due = s->last.at.ms + m->policy->settle_ms;
	int64_t end = clock_of(m, m->policy->correct_until_min).ms - LAST_CALL_MS;
	due = due < end ? due : end;
	due = due > m->not_before.ms ? due : m->not_before.ms;
	due = due > m->now.ms ? due : m->now.ms;
	return person_is_quiet(m->who, UTC(due)) ? person_quiet_end(m->who, UTC(due))
						 : UTC(due);
}

/* The one correction, or that there is none. */
static int
look_again(const struct morning *m, const struct so_far *s, const struct forecast *f)
{
	const struct day *q = &m->days[m->i];
	struct decision d = judge_open(m, f, m->now);
	int r = 0;
	if (q->has_alert && alert_fell(f, m->policy)) {
		d.verdict = VERDICT_WITHDRAWN;
	} else if (q->has_alert || !judge_is_of_level(&s->basis)) {
		judge_because(&d, VERDICT_NOTHING, "same_level");
	} else {
		r = judge_alert(m, f, &d);
		if (judge_is_of_level(&d))
			judge_because(&d, VERDICT_NOTHING, "same_level");
		else if (d.verdict == VERDICT_RAISED)
			d.verdict = VERDICT_RAISED_LATE;
	}
	return r < 0 ? r : carry_out(m, &d, f, s->good_night);
}

static int
settling(const struct morning *m, const struct forecast *f, struct so_far *s)
{
	s->last = judge_open(m, f, m->now);
	judge_because(&s->last, VERDICT_SETTLING, "settling");
	return carry_out(m, &s->last, f, 0);
}

/* Came too late for a look: said, so that the morning does not end with a promise. */
static int
past_correcting(const struct morning *m, const struct so_far *s)
{
	struct decision d = s->last;
	if (d.verdict != VERDICT_SETTLING)
		return 0;
	d.at = m->now;
	judge_because(&d, VERDICT_NOTHING, "past_correcting");
	return carry_out(m, &d, NULL, 0);
}

int
decide_again(const struct morning *m, utc_ms *ret_then)
{
	struct so_far s;
	struct forecast f;
	int r = read_so_far(m, &s);
	if (r < 0 || s.n == 0 || s.corrected)
		return r;
	if (s.last.verdict == VERDICT_HELD)
		return end_of_quiet(m, &s, ret_then);
	if (m->now.ms >= clock_of(m, m->policy->correct_until_min).ms)
		return past_correcting(m, &s);
	if (forecast_now(m, &f) != 0)
		return 0;
	if (is_news(&s.last, &f))
		r = settling(m, &f, &s);
	if (r < 0 || s.last.verdict != VERDICT_SETTLING)
		return r;
	utc_ms due = settled_again(m, &s);
	if (m->now.ms >= due.ms)
		return look_again(m, &s, &f);
	if (due.ms < ret_then->ms)
		*ret_then = due;
	return 0;
}
