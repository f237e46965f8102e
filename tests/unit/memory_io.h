/* SPDX-License-Identifier: MIT */
/* A store of a few days in plain memory, as struct line_io, that can fail at a chosen call and
 * be rolled back by copying. For tests of the pipeline alone. */
#pragma once

#include "unit/core_scorers.h"

#include <errno.h>

#include "core/day.h"
#include "core/line_io.h"
#include "core/night.h"

#define MEMORY_DAYS      40
#define MEMORY_SESSIONS  80
#define MEMORY_BATCHES   64
#define MEMORY_ANSWERS   16
#define MEMORY_DECISIONS 256
#define MEMORY_NOTICES   128

struct memory_person {
	char id[ID_MAX + 1];
	int n_sessions;
	struct session sessions[MEMORY_SESSIONS];
	struct stage_span spans[MEMORY_SESSIONS];
	struct day days[MEMORY_DAYS]; /* nights of the dates, by date - first */
	struct night nights[MEMORY_DAYS];
	int has_night[MEMORY_DAYS];
	uint32_t withdrawn[MEMORY_DAYS];
	struct alert alerts[MEMORY_DAYS];
	struct feedback answers[MEMORY_ANSWERS];
	int n_answers;
	struct decision decisions[MEMORY_DECISIONS]; /* by date and time */
	int n_decisions;
	struct notice notices[MEMORY_NOTICES];
	int n_notices;
};

struct memory {
	civil_day first;
	struct memory_person people[2];
	const struct batch *batches[MEMORY_BATCHES]; /* of the first person */
	int n_batches;
	int calls, fail_at; /* the nth call fails; 0 = none */
	int announced;
	struct night last_told;
};

static inline int
memory_call(struct memory *m)
{
	return ++m->calls == m->fail_at ? -ENOSPC : 0;
}

static inline struct memory_person *
memory_of(struct memory *m, const char *person)
{
	return &m->people[strcmp(person, m->people[0].id) != 0];
}

static inline int
memory_index(const struct memory *m, civil_day d)
{
	int i = d.n - m->first.n;
	return i >= 0 && i < MEMORY_DAYS ? i : -1;
}

static inline int
memory_samples(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct batch *), void *ctx)
{
	struct memory *m = user;
	int r = memory_call(m);
	for (int i = 0; i < m->n_batches && r == 0 && memory_of(m, person) == m->people;
		i++)
		if (m->batches[i]->last.ms >= from.ms && m->batches[i]->first.ms < to.ms)
			r = each(ctx, m->batches[i]);
	return r;
}

static inline int
memory_sessions(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct session *, utc_ms, int), void *ctx)
{
	struct memory_person *p = memory_of(user, person);
	int r = memory_call(user);
	for (int i = 0; i < p->n_sessions && r == 0; i++)
		if (p->sessions[i].end.ms > from.ms && p->sessions[i].start.ms < to.ms)
			r = each(ctx, &p->sessions[i], p->sessions[i].end, 0);
	return r;
}

static inline int
memory_markers(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct marker *), void *ctx)
{
	(void)person, (void)from, (void)to, (void)each, (void)ctx;
	return memory_call(user);
}

static inline int
memory_has_input(const struct memory_person *p, int i)
{
	return p->has_night[i] || !isnan(p->days[i].rating[RATING_SLEEP_QUALITY]) ||
	       !isnan(p->days[i].rating[RATING_PAIN_DAY]);
}

static inline int
memory_span(void *user, const char *person, civil_day *ret_first, civil_day *ret_last)
{
	struct memory *m = user;
	struct memory_person *p = memory_of(m, person);
	int r = memory_call(m), found = 0;
	for (int i = 0; i < MEMORY_DAYS && r == 0; i++) {
		if (!memory_has_input(p, i))
			continue;
		if (!found++)
			*ret_first = DAY(m->first.n + i);
		*ret_last = DAY(m->first.n + i);
	}
	return r < 0 ? r : !found;
}

static inline void
memory_empty_day(struct day *d, civil_day date)
{
	memset(d, 0, sizeof *d);
	d->date = date;
	d->tst = d->se = d->waso = d->awakenings = d->sol = d->score = NAN;
	for (int k = 0; k < RATING_KINDS; k++)
		d->rating[k] = NAN;
}

static inline int
memory_load_days(void *user, const char *person, civil_day from, int n, struct day *days)
{
	struct memory *m = user;
	struct memory_person *p = memory_of(m, person);
	for (int k = 0; k < n; k++) {
		int i = memory_index(m, DAY(from.n + k));
		memory_empty_day(&days[k], DAY(from.n + k));
		if (i < 0)
			continue;
		days[k] = p->days[i];
		if (!p->has_night[i])
			continue;
		days[k].tst = night_value(&p->nights[i], "night.tst");
		days[k].se = night_value(&p->nights[i], "night.se");
		days[k].waso = night_value(&p->nights[i], "night.waso");
		days[k].awakenings = night_value(&p->nights[i], "night.awakenings");
		days[k].night_settled = p->nights[i].settled;
	}
	return memory_call(m);
}

static inline int
memory_nights(void *user, const char *person, civil_day date, struct night *ret, int cap,
	int *ret_n)
{
	struct memory *m = user;
	int i = memory_index(m, date);
	*ret_n = 0;
	if (cap > 0 && i >= 0 && memory_of(m, person)->has_night[i])
		ret[(*ret_n)++] = memory_of(m, person)->nights[i];
	return memory_call(m);
}

static inline int
memory_nights_between(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *, const struct night *), void *ctx)
{
	struct memory *m = user;
	int r = memory_call(m);
	for (int i = 0; i < MEMORY_DAYS && r == 0; i++)
		if (memory_of(m, person)->has_night[i] && m->first.n + i >= from.n &&
			m->first.n + i <= to.n)
			r = each(ctx, &memory_of(m, person)->nights[i]);
	return r;
}

static inline int
memory_night_put(void *user, const struct night *n, int publish)
{
	struct memory *m = user;
	int i = memory_index(m, n->date);
	assert_true(i >= 0 && n->kind == SLEEP_MAIN);
	memory_of(m, n->person)->nights[i] = *n;
	memory_of(m, n->person)->has_night[i] = 1;
	m->announced += publish;
	if (publish)
		m->last_told = *n;
	return memory_call(m);
}

static inline int
memory_night_drop(void *user, const struct night *gone, int withdraw)
{
	struct memory *m = user;
	int i = memory_index(m, gone->date);
	memory_of(m, gone->person)->has_night[i] = 0;
	if (withdraw)
		memory_of(m, gone->person)->withdrawn[i] = gone->revision;
	m->announced += withdraw;
	m->last_told = *gone;
	return memory_call(m);
}

static inline int
memory_night_withdrawn(void *user, const struct night *n, uint32_t *ret_revision)
{
	struct memory *m = user;
	*ret_revision = memory_of(m, n->person)->withdrawn[memory_index(m, n->date)];
	return memory_call(m);
}

static inline int
memory_forecast_put(void *user, const struct forecast *f, int publish)
{
	struct memory *m = user;
	struct day *d = &memory_of(m, f->person)->days[memory_index(m, f->date)];
	d->has_forecast = 1, d->forecast = *f;
	m->announced += publish;
	return memory_call(m);
}

static inline int
memory_forecast_drop(void *user, const char *person, civil_day date)
{
	struct memory *m = user;
	struct day *d = &memory_of(m, person)->days[memory_index(m, date)];
	d->has_forecast = 0;
	memset(&d->forecast, 0, sizeof d->forecast);
	return memory_call(m);
}

static inline int
memory_alert_put(void *user, const struct alert *a, const struct forecast *f, int publish)
{
	struct memory *m = user;
	int i = memory_index(m, f->date);
	memory_of(m, a->person)->days[i].has_alert = 1;
	memory_of(m, a->person)->days[i].alert_state = a->state;
	memory_of(m, a->person)->alerts[i] = *a;
	m->announced += publish;
	return memory_call(m);
}

static inline int
memory_alert_drop(void *user, const char *person, civil_day date)
{
	struct memory *m = user;
	memory_of(m, person)->days[memory_index(m, date)].has_alert = 0;
	memory_of(m, person)->days[memory_index(m, date)].alert_state = ALERT_NONE;
	return memory_call(m);
}

static inline int
memory_feedback(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct feedback *), void *ctx)
{
	const struct memory_person *p = memory_of(user, person);
	int r = memory_call(user);
	for (int i = 0; i < p->n_answers && r == 0; i++)
		if (p->answers[i].at.ms >= from.ms && p->answers[i].at.ms < to.ms)
			r = each(ctx, &p->answers[i]);
	return r;
}

static inline int
memory_decisions(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct decision *), void *ctx)
{
	const struct memory_person *p = memory_of(user, person);
	int r = memory_call(user);
	for (int i = 0; i < p->n_decisions && r == 0; i++)
		if (p->decisions[i].date.n >= from.n && p->decisions[i].date.n <= to.n)
			r = each(ctx, &p->decisions[i]);
	return r;
}

static inline int
memory_decision_put(void *user, const struct decision *d)
{
	struct memory_person *p = memory_of(user, d->person);
	int i = p->n_decisions;
	while (i > 0 && (p->decisions[i - 1].date.n > d->date.n ||
				(p->decisions[i - 1].date.n == d->date.n &&
					p->decisions[i - 1].at.ms >= d->at.ms)))
		i--;
	int is_new = i == p->n_decisions || p->decisions[i].date.n != d->date.n ||
		     p->decisions[i].at.ms != d->at.ms;
	assert_true(p->n_decisions < MEMORY_DECISIONS);
	memmove(&p->decisions[i + is_new], &p->decisions[i],
		(size_t)(p->n_decisions - i) * sizeof *d);
	p->n_decisions += is_new;
	p->decisions[i] = *d;
	return memory_call(user);
}

static inline int
memory_decision_drop(void *user, const char *person, civil_day date)
{
	struct memory_person *p = memory_of(user, person);
	int n = 0;
	for (int i = 0; i < p->n_decisions; i++)
		if (p->decisions[i].date.n != date.n || p->decisions[i].live)
			p->decisions[n++] = p->decisions[i];
	p->n_decisions = n;
	return memory_call(user);
}

static inline int
memory_notices(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx)
{
	const struct memory_person *p = memory_of(user, person);
	int r = memory_call(user);
	for (int i = 0; i < p->n_notices && r == 0; i++)
		if (p->notices[i].date.n >= from.n && p->notices[i].date.n <= to.n)
			r = each(ctx, &p->notices[i]);
	return r;
}

static inline int
memory_notice_put(
	void *user, const struct notice *n, const struct forecast *f, int *ret_told)
{
	struct memory_person *p = memory_of(user, n->person);
	(void)f;
	*ret_told = 1;
	for (int i = 0; i < p->n_notices; i++)
		if (strcmp(p->notices[i].id, n->id) == 0 &&
			p->notices[i].revision == n->revision)
			*ret_told = 0;
	assert_true(p->n_notices < MEMORY_NOTICES);
	if (*ret_told)
		p->notices[p->n_notices++] = *n;
	return memory_call(user);
}

static inline struct line_io
memory_io(struct memory *m)
{
	return (struct line_io){.user = m,
		.samples = memory_samples,
		.sessions = memory_sessions,
		.markers = memory_markers,
		.feedback = memory_feedback,
		.span = memory_span,
		.days = memory_load_days,
		.nights = memory_nights,
		.nights_between = memory_nights_between,
		.night_put = memory_night_put,
		.night_drop = memory_night_drop,
		.night_withdrawn = memory_night_withdrawn,
		.forecast_put = memory_forecast_put,
		.forecast_drop = memory_forecast_drop,
		.alert_put = memory_alert_put,
		.alert_drop = memory_alert_drop,
		.notices = memory_notices,
		.decisions = memory_decisions,
		.decision_put = memory_decision_put,
		.decision_drop = memory_decision_drop,
		.notice_put = memory_notice_put};
}
