/* SPDX-License-Identifier: MIT */
/* See rows.h. Minutes have one decimal at most, probabilities 12 significant digits. */
#include "cmd/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/day.h"
#include "core/numbers.h"

#define SHORTEST (-1)

void
cell_time(struct table *t, const struct zone *zone, utc_ms at)
{
	char s[CIVIL_TIME_LEN];
	if (at.ms == 0) {
		table_empty(t);
		return;
	}
	int64_t ms = (at.ms % 1000 + 1000) % 1000;
	civil_time_text(zone, UTC(at.ms - ms), s);
	if (ms == 0)
		table_text(t, s);
	else /* 19 characters up to the second */
		table_textf(t, "%.19s.%03d%s", s, (int)ms, s + 19);
}

static void
cell_date(struct table *t, civil_day d)
{
	char s[CIVIL_DATE_LEN];
	table_text(t, civil_date_text(d, s));
}

static void
cell_rounded(struct table *t, double v)
{
	table_number(t, number_round(v), SHORTEST);
}

void
row_night(struct table *t, const struct night *n, const struct zone *zone)
{
	table_text(t, n->person);
	cell_date(t, n->date);
	table_text(t, sleep_kind_name(n->kind));
	cell_time(t, zone, n->in_bed);
	cell_time(t, zone, n->onset);
	cell_time(t, zone, n->wake);
	cell_time(t, zone, n->out_of_bed);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		cell_rounded(t, n->insufficient[0]
					? NAN
					: night_value(n, night_numbers[i].channel));
	table_number(t, round(n->coverage * 1000) / 1000, SHORTEST);
	table_text(t, n->sources);
	table_integer(t, n->revision);
}

void
row_values(struct table *t, const struct night *n)
{
	for (uint32_t i = 0; i < n->n_values; i++) {
		table_text(t, n->person);
		cell_date(t, n->date);
		table_text(t, sleep_kind_name(n->kind));
		table_integer(t, n->ordinal);
		table_text(t, n->values[i].name);
		table_number(t, number_digits12(n->values[i].value), SHORTEST);
		table_number(t, round(n->values[i].confidence * 1000) / 1000, SHORTEST);
	}
}

static void
cell_outcome(struct table *t, const struct day *d)
{
	int outcome = day_outcome(d);
	if (outcome < 0)
		table_empty(t);
	else
		table_integer(t, outcome);
}

void
row_day(struct table *t, const struct person *who, const struct day *d)
{
	const double numbers[] = {
		d->tst, d->se, d->waso, d->sol, d->awakenings, d->score};
	table_text(t, who->id);
	cell_date(t, d->date);
	for (unsigned i = 0; i < array_len(numbers); i++)
		cell_rounded(t, numbers[i]);
	for (int k = RATING_SLEEP_QUALITY; k < RATING_KINDS; k++)
		table_number(t, d->rating[k], SHORTEST);
	table_number(t, d->has_forecast ? number_digits12(d->forecast.probability) : NAN,
		SHORTEST);
	table_number(t, d->has_forecast ? number_digits12(d->forecast.threshold) : NAN,
		SHORTEST);
	cell_outcome(t, d);
}

void
row_forecast(struct table *t, const struct person *who, const struct day *d)
{
	const struct forecast *f = &d->forecast;
	table_text(t, who->id);
	cell_date(t, d->date);
	cell_time(t, who->zone, f->issued);
	table_number(t, number_digits12(f->probability), SHORTEST);
	table_number(t, number_digits12(f->threshold), SHORTEST);
	table_integer(t, d->has_alert);
	cell_outcome(t, d);
	table_text(t, f->scorer);
	table_integer(t, f->changed_since);
}

void
row_decision(struct table *t, const struct decision *d, const struct zone *zone)
{
	table_text(t, d->person);
	cell_date(t, d->date);
	cell_time(t, zone, d->at);
	table_integer(t, d->live);
	table_text(t, verdict_names[d->verdict]);
	table_text(t, d->rule);
	table_number(t, number_digits12(d->probability), SHORTEST);
	table_number(t, number_digits12(d->low), SHORTEST);
	table_number(t, number_digits12(d->base_rate), SHORTEST);
	table_number(t, d->threshold, SHORTEST);
	table_text(t, d->why);
}

const char *
alert_state_name(enum alert_state s)
{
	switch (s) {
	case ALERT_NONE:
		break;
	case ALERT_RAISED:
		return "raised";
	case ALERT_CORRECTED:
		return "corrected";
	case ALERT_WITHDRAWN:
		return "withdrawn";
	}
	return "none";
}

void
row_alert(struct table *t, const struct alert *a, const struct zone *zone)
{
	table_text(t, a->person);
	cell_date(t, a->date);
	table_text(t, a->id);
	table_text(t, a->rule);
	table_integer(t, a->revision);
	table_text(t, alert_state_name(a->state));
	cell_time(t, zone, a->issued);
	table_text(t, a->title);
	table_text(t, a->text);
}

void
row_rating(
	struct table *t, const struct person *who, civil_day date, const struct rating *r)
{
	table_text(t, who->id);
	cell_time(t, who->zone, r->at);
	cell_date(t, date);
	table_text(t, rating_names[r->kind]);
	if (r->value == RATING_WITHDRAWN)
		table_empty(t);
	else
		table_integer(t, r->value);
}

void
row_feedback(struct table *t, const struct person *who, const struct feedback *f)
{
	table_text(t, who->id);
	cell_time(t, who->zone, f->at);
	table_text(t, feedback_names[f->kind]);
}
