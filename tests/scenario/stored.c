/* SPDX-License-Identifier: MIT */
/* `expect stored`: what stands in the store, announced or not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/night.h"
#include "script.h"

struct found {
	struct script *script;
	int i, matches;
	const char *why;
	char seen[1024];
};

static int
look_at_night(void *ctx, const struct night *n)
{
	struct found *f = ctx;
	size_t used = strlen(f->seen);
	const char *why = night_differs(f->script, f->i, n, n->settled);
	if (!why) {
		f->matches++;
		return 0;
	}
	f->why = why;
	used += (size_t)snprintf(f->seen + used, sizeof f->seen - used, "\n  stored: ");
	if (used < sizeof f->seen)
		night_text(n, world_person(&f->script->world, n->person)->zone,
			f->seen + used, sizeof f->seen - used);
	return 0;
}

/* expect stored night anna 2026-03-29 onset ... / no night anna 2026-03-29 / nights anna 12 */
static void
stored_night(struct script *s, int i)
{
	const struct person *who = word_person(s, i);
	civil_day d = word_date(s, i + 1);
	struct found f = {.script = s, .i = i + 1};
	if (store_nights_each(
		    line_store(s->world.line), who->id, d, d, look_at_night, &f) != 0)
		script_fail(s, "the store cannot be read");
	if (!f.matches)
		script_fail(s, "no such night is stored%s%s%s",
			f.why ? "; what differs: " : "", f.why ? f.why : "", f.seen);
}

static int
count_night(void *ctx, const struct night *n)
{
	(void)n;
	++*(int *)ctx;
	return 0;
}

static int
count_main_night(void *ctx, const struct night *n)
{
	*(int *)ctx += n->kind == SLEEP_MAIN;
	return 0;
}

static int
count_alert(void *ctx, const struct alert *a)
{
	(void)a;
	++*(int *)ctx;
	return 0;
}

static void
no_night(struct script *s, int i)
{
	int n = 0;
	civil_day d = word_date(s, i + 1);
	int only_main = word_is(s, i + 2, "kind");
	if (store_nights_each(line_store(s->world.line), word_person(s, i)->id, d, d,
		    only_main ? count_main_night : count_night, &n) != 0 ||
		n != 0)
		script_fail(s, "%d nights are stored of that date", n);
}

static struct day
stored_day(struct script *s, int i, civil_day d)
{
	struct day day;
	if (store_days_load(
		    line_store(s->world.line), word_person(s, i)->id, d, 1, &day) != 0)
		script_fail(s, "the store cannot be read");
	return day;
}

static void
stored_forecast(struct script *s, int i)
{
	struct day day = stored_day(s, i, word_date(s, i + 1));
	char text[512];
	if (!day.has_forecast)
		script_fail(s, "no forecast is stored of that date");
	const char *why = forecast_differs(s, i + 1, &day.forecast, day.forecast.issued);
	if (!why)
		return;
	forecast_text(&day.forecast, word_person(s, i)->zone, text, sizeof text);
	script_fail(s, "%s differs; stored: %s", why, text);
}

static void
no_forecast(struct script *s, int i)
{
	if (stored_day(s, i, word_date(s, i + 1)).has_forecast)
		script_fail(s, "a forecast is stored of that date");
}

struct rhythm {
	struct script *script;
	int last, before_last, n; /* dates of the two alerts before */
	long free, week, rated;
	const struct person *who;
};

static int
look_at_alert(void *ctx, const struct alert *a)
{
	struct rhythm *r = ctx;
	struct day day;
	if (r->n > 0 && a->date.n - r->last <= r->free)
		script_fail(r->script, "two alerts %d days apart", a->date.n - r->last);
	if (r->n > 1 && r->week == 2 && a->date.n - r->before_last < 7)
		script_fail(r->script, "three alerts in seven days");
	if (store_days_load(line_store(r->script->world.line), r->who->id, a->date, 1,
		    &day) != 0 ||
		(long)day.forecast.rated_days < r->rated)
		script_fail(r->script, "an alert after %u rated days",
			day.forecast.rated_days);
	r->before_last = r->last, r->last = a->date.n, r->n++;
	return 0;
}

/* expect stored rhythm anna rated 14 free 1 week 2: holds for all alerts so far */
static void
stored_rhythm(struct script *s, int i)
{
	struct rhythm r = {.script = s, .who = word_person(s, i)};
	for (i++; i < s->n; i += 2) {
		long v = word_number(s, i + 1, 0, 1000);
		*(word_is(s, i, "rated")        ? &r.rated
			: word_is(s, i, "free") ? &r.free
						: &r.week) = v;
	}
	if (store_alerts_each(line_store(s->world.line), r.who->id, DAY(-1000000),
		    DAY(1000000), look_at_alert, &r) != 0)
		script_fail(s, "the store cannot be read");
}

/* expect stored counts anna nights 20 forecasts 20 alerts 3 */
static void
stored_counts(struct script *s, int i)
{
	const struct person *who = word_person(s, i);
	struct store *store = line_store(s->world.line);
	int n[3] = {0};
	static const char *const names[] = {"nights", "forecasts", "alerts"};
	civil_day first, last, from = DAY(-1000000), to = DAY(1000000);
	if (store_nights_each(store, who->id, from, to, count_night, &n[0]) != 0 ||
		store_alerts_each(store, who->id, from, to, count_alert, &n[2]) != 0)
		script_fail(s, "the store cannot be read");
	if (store_days_span(store, who->id, &first, &last) == 0)
		for (int32_t d = first.n - 30; d <= last.n + 30; d++)
			n[1] += stored_day(s, i, DAY(d)).has_forecast;
	for (i++; i < s->n; i += 2)
		for (int k = 0; k < 3; k++)
			if (word_is(s, i, names[k]) &&
				word_number(s, i + 1, 0, 100000) != n[k])
				script_fail(s, "%d %s are stored", n[k], names[k]);
}

void
stored_statement(struct script *s, int i)
{
	if (!s->world.line)
		script_fail(s, "the hub is off");
	if (word_is(s, i, "night"))
		stored_night(s, i + 1);
	else if (word_is(s, i, "forecast"))
		stored_forecast(s, i + 1);
	else if (word_is(s, i, "rhythm"))
		stored_rhythm(s, i + 1);
	else if (word_is(s, i, "count"))
		stored_counts(s, i + 1);
	else if (word_is(s, i, "no") && word_is(s, i + 1, "night"))
		no_night(s, i + 2);
	else if (word_is(s, i, "no") && word_is(s, i + 1, "forecast"))
		no_forecast(s, i + 2);
	else
		script_fail(s, "expect stored night, forecast, rhythm, count, no night, "
			       "no forecast");
}
