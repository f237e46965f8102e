/* SPDX-License-Identifier: MIT */
/* A hub of prompts alone: no store, no line, local times of one person. */
#pragma once

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "unit/core_fixture.h"

#include "core/day.h"
#include "core/prompts.h"

#define DAYS 400

static struct person who;
static struct due due;
static struct policy policy;
static civil_day first;
static double ratings[DAYS][RATING_KINDS];
static struct notice notices[2 * DAYS];
static int n_notices, fails;
static utc_ms now;

static inline int
io_days(void *user, const char *person, civil_day from, int n, struct day *days)
{
	(void)user;
	assert_string_equal(person, "anna");
	for (int i = 0; i < n; i++) {
		int at = from.n + i - first.n;
		memset(&days[i], 0, sizeof days[i]);
		days[i].date = DAY(from.n + i);
		for (int k = 0; k < RATING_KINDS; k++)
			days[i].rating[k] = at < 0 || at >= DAYS ? NAN : ratings[at][k];
	}
	return fails ? -EIO : 0;
}

static inline int
io_notices(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx)
{
	int r = 0;
	(void)user, (void)person;
	for (int i = 0; i < n_notices && r == 0; i++)
		if (notices[i].date.n >= from.n && notices[i].date.n <= to.n)
			r = each(ctx, &notices[i]);
	return r;
}

static inline int
io_notice_put(void *user, const struct notice *n, const struct forecast *f, int *ret_told)
{
	(void)user;
	assert_null(f);
	for (int i = 0; i < n_notices; i++)
		assert_string_not_equal(notices[i].id, n->id);
	assert_true(n_notices < (int)array_len(notices));
	notices[n_notices++] = *n;
	*ret_told = 1;
	return 0;
}

static const struct line_io io = {
	.days = io_days, .notices = io_notices, .notice_put = io_notice_put};

/* The local time on the first day or, "+3 20:30", days after it. */
static inline utc_ms
local(const char *text)
{
	char *end;
	int days = *text == '+' ? (int)strtol(text, &end, 10) : 0, h, m;
	if (*text == '+')
		text = end + 1;
	assert_int_equal(sscanf(text, "%d:%d", &h, &m), 2);
	return zone_instant(who.zone, DAY(first.n + days), 60 * h + m);
}

static inline void
look(void)
{
	due.then = UTC(INT64_MAX);
	assert_int_equal(prompts_make(&io, &policy, &due, now), 0);
	assert_true(due.then.ms > now.ms);
}

/* As the hub does: looks now, then whenever it is told to. */
static inline void
live_until(const char *text)
{
	utc_ms end = local(text);
	for (look(); due.then.ms <= end.ms; look())
		now = due.then;
	now = end;
	look();
}

/* The hub comes up. */
static inline void
up_at(const char *text)
{
	now = due.since = local(text);
	look();
}

static inline void
expect_none(void)
{
	assert_int_equal(n_notices, 0);
}

/* Takes the first of the notices. */
static inline void
expect(enum notice_kind kind, const char *date_and_time, const char *expires)
{
	assert_true(n_notices > 0);
	assert_int_equal(notices[0].kind, kind);
	assert_int_equal(notices[0].issued.ms, local(date_and_time).ms);
	assert_int_equal(notices[0].expires.ms, local(expires).ms);
	memmove(notices, notices + 1, (size_t)--n_notices * sizeof *notices);
}

static inline int
begin_in(const char *zone, const char *date)
{
	who = fixture_person("anna", zone);
	who.sleep_prompt_min = 8 * 60 + 30, who.pain_prompt_min = 20 * 60 + 30;
	who.quiet_from_min = 22 * 60, who.quiet_until_min = 6 * 60;
	policy = (struct policy){.settle_ms = 30 * MINUTE_MS};
	due_init(&due, &who, 0);
	assert_true(civil_date_parse(date, &first));
	n_notices = fails = 0;
	for (int i = 0; i < DAYS; i++)
		for (int k = 0; k < RATING_KINDS; k++)
			ratings[i][k] = NAN;
	return 0;
}

static inline int
begin(void **state)
{
	(void)state;
	return begin_in("Europe/Berlin", "2026-03-09");
}

static inline int
end(void **state)
{
	(void)state;
	due_finish(&due);
	who.zone = zone_free(who.zone);
	return 0;
}
