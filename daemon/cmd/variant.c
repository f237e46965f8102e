/* SPDX-License-Identifier: MIT */
/* See variant.h. The mornings are core/mornings', over an io that reads the store and keeps
 * what is made in an array. */
#include "cmd/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "core/mornings.h"
#include "sys/loader.h"

#define FORECAST_CHANNEL "day_outlook"

/* --- the set of scorers -------------------------------------------------------------------- */

static int
is_forecast(const struct scorer *s)
{
	for (const struct scorer_port *p = s->writes; p && p->channel; p++)
		if (strcmp(p->channel, FORECAST_CHANNEL) == 0)
			return 1;
	return 0;
}

static int
say(const struct variant *v, const char *why)
{
	fprintf(stderr, "dozed: --scorer %s: %s\n", v->spec, why);
	return EXIT_USAGE;
}

static int
has_option(const struct scorer *s, const char *name)
{
	for (const struct scorer_option *o = s->options; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return 1;
	return 0;
}

/* Settings of everyone but forecasts as configured; of the replaced ones what the new one knows
 * by the same name (high_at: the same days are high ones). */
static int
apply_settings(struct variant *v, const struct config *c, const struct scorer *own)
{
	char why[SCORERS_WHY_LEN];
	for (unsigned i = 0; i < c->n_settings; i++) {
		const struct scorer_setting *set = &c->settings[i];
		const char *name = set->scorer;
		if (!scorers_find(&v->scorers, name))
			name = own->name;
		if (strcmp(name, own->name) == 0 && !has_option(own, set->option))
			continue;
		if (scorers_set(&v->scorers, name, set->option, set->text, why) != 0)
			return say(v, why);
	}
	return EXIT_DONE;
}

/* ":option=value:option=value" */
static int
apply_options(struct variant *v, const char *name, char *rest)
{
	char why[SCORERS_WHY_LEN];
	for (char *option; (option = strsep(&rest, ":"));) {
		char *value = strchr(option, '=');
		if (!value)
			return say(v, "write NAME[:option=value...]");
		*value++ = '\0';
		if (scorers_set(&v->scorers, name, option, value, why) != 0)
			return say(v, why);
	}
	return EXIT_DONE;
}

static int
add(struct variant *v, const struct scorer *s)
{
	char why[SCORERS_WHY_LEN] = "out of memory";
	return scorers_add(&v->scorers, s, why) == 0 ? EXIT_DONE : say(v, why);
}

static int
add_scorers(struct variant *v, const struct config *c, char *spec)
{
	char why[LOADER_WHY_LEN] = "it cannot be opened", *rest = spec;
	const char *name = strsep(&rest, ":");
	const struct scorer *own, *s;
	int code = EXIT_DONE;
	if (loader_open(v->loader, name, &own, why) != 0)
		return say(v, why);
	if (!is_forecast(own))
		return say(v, "it makes no outlook for a day (" FORECAST_CHANNEL ")");
	for (unsigned i = 0; i < c->n_scorers && code == EXIT_DONE; i++) {
		if (loader_open(v->loader, c->scorers[i], &s, why) != 0)
			return say(v, why);
		if (!is_forecast(s))
			code = add(v, s);
	}
	if (code == EXIT_DONE)
		code = add(v, own);
	if (code == EXIT_DONE)
		code = apply_settings(v, c, own);
	return code == EXIT_DONE && rest ? apply_options(v, name, rest) : code;
}

int
variant_open(struct variant *v, const struct config *c, const char *spec)
{
	char why[SCORERS_WHY_LEN] = "out of memory";
	char *text cleanup(freep) = xstrdup(spec);
	*v = (struct variant){.spec = spec};
	int r = loader_new(c->scorer_dir, &v->loader);
	if (r < 0)
		return say(v, strerror(-r));
	int code = add_scorers(v, c, text);
	if (code != EXIT_DONE)
		return code;
	if (scorers_order(&v->scorers, why) != 0)
		return say(v, why);
	if (board_init(&v->board, &v->scorers) < 0)
		return say(v, "the scorers name more channels than there is room for");
	v->has_board = 1;
	const char *unknown = days_unknown(&v->board);
	if (unknown) {
		snprintf(why, sizeof why, "it reads %s, which day records do not carry",
			unknown);
		return say(v, why);
	}
	return EXIT_DONE;
}

void
variant_close(struct variant *v)
{
	if (v->has_board)
		board_finish(&v->board);
	v->loader = loader_free(v->loader);
	v->has_board = 0;
}

/* --- its mornings -------------------------------------------------------------------------- */

/* The user of line_io is both the reader and this: the reader stands first. */
struct memory {
	struct reader reader; /* a copy: borrows what it points to */
	struct day *days;     /* borrowed */
	int n;
};

static struct day *
day_of(struct memory *m, civil_day date)
{
	int64_t i = (int64_t)date.n - m->days[0].date.n;
	return i >= 0 && i < m->n ? &m->days[i] : NULL;
}

static int
io_days(void *user, const char *person, civil_day from, int n, struct day *days)
{
	struct memory *m = user;
	int32_t first = m->days[0].date.n, end = first + m->n;
	(void)person;
	for (int i = 0; i < n; i++) {
		int32_t date = from.n + i;
		if (date >= first && date < end) {
			days[i] = m->days[date - first];
			continue;
		}
		memset(&days[i], 0, sizeof days[i]);
		days[i].date = DAY(date);
		days[i].tst = days[i].se = days[i].waso = days[i].awakenings =
			days[i].sol = days[i].score = NAN;
		for (int k = 0; k < RATING_KINDS; k++)
			days[i].rating[k] = NAN;
	}
	return 0;
}

static int
io_span(void *user, const char *person, civil_day *ret_first, civil_day *ret_last)
{
	struct memory *m = user;
	(void)person;
	*ret_first = m->days[0].date;
	*ret_last = m->days[m->n - 1].date;
	return 0;
}

static int
io_forecast_put(void *user, const struct forecast *f, int publish)
{
	struct day *d = day_of(user, f->date);
	(void)publish;
	if (d) {
		d->has_forecast = 1;
		d->forecast = *f;
	}
	return 0;
}

static int
io_forecast_drop(void *user, const char *person, civil_day date)
{
	struct day *d = day_of(user, date);
	(void)person;
	if (d)
		d->has_forecast = 0;
	return 0;
}

static int
io_alert_put(void *user, const struct alert *a, const struct forecast *f, int publish)
{
	struct day *d = day_of(user, a->date);
	(void)f;
	(void)publish;
	if (d) {
		d->has_alert = 1;
		d->alert_state = a->state;
	}
	return 0;
}

static int
io_alert_drop(void *user, const char *person, civil_day date)
{
	struct day *d = day_of(user, date);
	(void)person;
	if (d)
		d->has_alert = 0;
	return 0;
}

static int
io_notice_put(void *user, const struct notice *n, const struct forecast *f, int *ret_told)
{
	(void)user;
	(void)n;
	(void)f;
	*ret_told = 0;
	return 0;
}

int
variant_days(struct variant *v, struct reader *in, const struct person *who,
	struct day *days, int n)
{
	struct memory m = {*in, days, n};
	struct line_io io = in->io;
	struct due due;
	if (n == 0)
		return 0;
	for (int i = 0; i < n; i++) {
		days[i].has_forecast = days[i].has_alert = 0;
		memset(&days[i].forecast, 0, sizeof days[i].forecast);
	}
	io.user = &m;
	io.days = io_days, io.span = io_span;
	io.forecast_put = io_forecast_put, io.forecast_drop = io_forecast_drop;
	io.alert_put = io_alert_put, io.alert_drop = io_alert_drop;
	io.notice_put = io_notice_put;
	struct mornings mornings = {
		.board = &v->board, .policy = &in->config->policy, .io = &io};
	due_init(&due, who, 0);
	due_day(&due, days[0].date);
	int r = mornings_make(&mornings, &due, UTC(INT64_MAX), 0);
	mornings_finish(&mornings);
	due_finish(&due);
	return r;
}
