/* SPDX-License-Identifier: MIT */
/* See day.h. Local time only through the person's zone. */
#include "core/day.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LATE_EVENING_MIN 240 /* a day's pain may be rated until 03:59 */

static int
starts_min(enum rating_kind kind)
{
	return kind == RATING_PAIN_DAY ? LATE_EVENING_MIN : 0;
}

civil_day
rating_date(const struct zone *z, const struct rating *r)
{
	return zone_date(z, r->at, starts_min(r->kind));
}

void
rating_span(const struct zone *z, enum rating_kind kind, civil_day date, utc_ms *ret_from,
	utc_ms *ret_to)
{
	*ret_from = zone_instant(z, date, starts_min(kind));
	*ret_to = zone_instant(z, DAY(date.n + 1), starts_min(kind));
}

/* The channels of a day record: one table for views and for the check of what scorers read. */
static const struct {
	const char *name;
	size_t offset;
	int rating; /* enum rating_kind; 0 = of the night */
} day_channels[] = {
	{"night.tst", offsetof(struct day, tst), 0},
	{"night.se", offsetof(struct day, se), 0},
	{"night.waso", offsetof(struct day, waso), 0},
	{"night.awakenings", offsetof(struct day, awakenings), 0},
	{"night.sol", offsetof(struct day, sol), 0},
	{"night.score", offsetof(struct day, score), 0},
	{"sleep_quality", offsetof(struct day, rating[RATING_SLEEP_QUALITY]),
		RATING_SLEEP_QUALITY},
	{"pain_morning", offsetof(struct day, rating[RATING_PAIN_MORNING]),
		RATING_PAIN_MORNING},
	{"pain_day", offsetof(struct day, rating[RATING_PAIN_DAY]), RATING_PAIN_DAY},
};

static int
day_channel(const char *name)
{
	for (unsigned k = 0; k < array_len(day_channels); k++)
		if (strcmp(day_channels[k].name, name) == 0)
			return (int)k;
	return -1;
}

/* NAN for what had not happened by asof, and for today's evening. */
static double
value_as_of(const struct day *d, int k, utc_ms asof, int is_today)
{
	int kind = day_channels[k].rating;
	if (kind ? d->rated[kind].ms > asof.ms || (is_today && kind == RATING_PAIN_DAY)
		 : d->night_settled.ms > asof.ms)
		return NAN;
	return *(const double *)((const char *)d + day_channels[k].offset);
}

static int
is_days(const struct board_scorer *s)
{
	return s->scorer->desc->window.kind == SCORER_DAYS;
}

int
days_needed(const struct board *b)
{
	int most = 1;
	for (unsigned i = 0; i < b->n_scorers; i++)
		if (is_days(&b->scorers[i]) &&
			b->scorers[i].scorer->desc->window.days > most)
			most = b->scorers[i].scorer->desc->window.days;
	return most;
}

/* Who writes the channel: a DAYS scorer, another one, or nobody (0). */
static enum scorer_window_kind
writer_of(const struct board *b, uint16_t channel)
{
	for (unsigned i = 0; i < b->n_scorers; i++)
		for (unsigned k = 0; k < b->scorers[i].scorer->n_writes; k++)
			if (b->scorers[i].writes[k] == channel)
				return b->scorers[i].scorer->desc->window.kind;
	return 0;
}

const char *
days_unknown(const struct board *b)
{
	for (unsigned i = 0; i < b->n_scorers; i++) {
		const struct board_scorer *s = &b->scorers[i];
		for (unsigned k = 0; is_days(s) && k < s->scorer->n_reads; k++) {
			const char *name = b->channels[s->reads[k]].name;
			enum scorer_window_kind writer = writer_of(b, s->reads[k]);
			if (day_channel(name) < 0 && writer != SCORER_DAYS &&
				(writer || s->scorer->desc->reads[k].required))
				return name;
		}
	}
	return NULL;
}

utc_ms
day_settled(const struct day *days, int i, const struct person *who,
	const struct policy *policy)
{
	const struct day *d = &days[i];
	utc_ms stop = zone_instant(who->zone, d->date, policy->hard_stop_min);
	int sleeps = 0, taps = 0;
	for (int k = i - DAY_HABIT < 0 ? 0 : i - DAY_HABIT; k < i; k++) {
		sleeps |= days[k].night_settled.ms != 0;
		taps |= !isnan(days[k].rating[RATING_SLEEP_QUALITY]);
	}
	int64_t last = INT64_MIN;
	int night = d->night_settled.ms && d->night_settled.ms <= stop.ms, tap = 0;
	if (night)
		last = d->night_settled.ms;
	for (int k = RATING_SLEEP_QUALITY; k <= RATING_PAIN_MORNING; k++) {
		if (isnan(d->rating[k]) || d->rated[k].ms > stop.ms)
			continue;
		tap |= k == RATING_SLEEP_QUALITY;
		last = d->rated[k].ms > last ? d->rated[k].ms : last;
	}
	int complete = (night || tap) && (night || !sleeps) && (tap || !taps);
	if (!complete || last + policy->settle_ms >= stop.ms)
		return stop;
	utc_ms earliest = zone_instant(who->zone, d->date, policy->earliest_min);
	return last + policy->settle_ms > earliest.ms ? UTC(last + policy->settle_ms)
						      : earliest;
}

/* Lays one day channel on the board as n days ending with days[i]. */
static void
lay_out(struct board *b, uint16_t channel, const struct day *days, int i, int n,
	utc_ms asof)
{
	struct board_grid *g = &b->channels[channel].span;
	int k = day_channel(b->channels[channel].name);
	board_grid_set(
		g, (int64_t)(days[i].date.n - (n - 1)) * DAY_MS, DAY_MS, (uint32_t)n);
	for (int j = 0; j < n; j++) {
		int at = i - (n - 1) + j;
		g->v[j] =
			at < 0 || k < 0 ? NAN : value_as_of(&days[at], k, asof, at == i);
	}
	if (k < 0) /* another DAYS scorer's value of today */
		g->v[n - 1] = b->channels[channel].value;
}

static void
take_reasons(struct forecast *f, const char *scorer, const struct scorer_result *r)
{
	for (uint32_t i = 0; i < r->n_reasons && f->n_reasons < REASONS_MAX; i++) {
		struct reason *q = &f->reasons[f->n_reasons++];
		memcpy(q->code, r->reasons[i].code, sizeof q->code);
		q->value = r->reasons[i].value, q->usual = r->reasons[i].usual;
		q->weight = r->reasons[i].weight;
		snprintf(q->scorer, sizeof q->scorer, "%s", scorer);
	}
}

static void
score_day(struct board *b, struct board_scorer *s, const struct day *days, int i,
	utc_ms asof, struct forecast *f)
{
	const struct scorer *d = s->scorer->desc;
	struct scorer_view views[SCORER_PORTS_MAX];
	int n = d->window.days;
	for (unsigned k = 0; k < s->scorer->n_reads; k++) {
		lay_out(b, s->reads[k], days, i, n, asof);
		const struct board_grid *g = &b->channels[s->reads[k]].span;
		views[k] = (struct scorer_view){
			g->v, g->n, (uint32_t)g->interval_ms, g->t0_ms};
	}
	struct scorer_window w = {sizeof w, s->scorer->n_reads, views, .at_ms = asof.ms,
		.end_ms = asof.ms, .date = days[i].date.n, .scratch = s->scratch,
		.scratch_size = d->scratch_size};
	struct scorer_result r;
	if (board_call(b, s, &w, &r) != SCORER_OK) {
		snprintf(f->insufficient, sizeof f->insufficient, "%s", r.skip);
		return;
	}
	int is_outlook = 0;
	for (uint32_t k = 0; k < r.n_values; k++) {
		struct board_channel *c = &b->channels[s->writes[r.values[k].port]];
		c->value = r.values[k].value, c->confidence = r.values[k].confidence;
		is_outlook |= strcmp(c->name, "day_outlook") == 0;
	}
	if (is_outlook)
		snprintf(f->scorer, sizeof f->scorer, "%s %s", d->name, d->version);
	take_reasons(f, d->name, &r);
}

static double
value(const struct board *b, const char *name)
{
	int i = board_find(b, name);
	return i < 0 ? NAN : b->channels[i].value;
}

static unsigned
count_of(const struct board *b, const char *name)
{
	double v = value(b, name);
	return isnan(v) ? 0 : (unsigned)lround(v);
}

static void
say_missing(const struct day *days, int i, utc_ms asof, struct forecast *f)
{
	int tst = day_channel("night.tst"), tap = day_channel("sleep_quality"),
	    pain = day_channel("pain_day");
	snprintf(f->missing, sizeof f->missing, "%s%s%s",
		isnan(value_as_of(&days[i], tst, asof, 1)) ? "sleep," : "",
		isnan(value_as_of(&days[i], tap, asof, 1)) ? "sleep_quality," : "",
		i == 0 || isnan(value_as_of(&days[i - 1], pain, asof, 0)) ? "yesterday,"
									  : "");
	size_t n = strlen(f->missing);
	if (n)
		f->missing[n - 1] = 0;
}

int
day_forecast(struct board *b, const struct day *days, int i, const struct person *who,
	utc_ms asof, struct forecast *ret)
{
	memset(ret, 0, sizeof *ret);
	snprintf(ret->person, sizeof ret->person, "%s", who->id);
	ret->date = days[i].date;
	ret->issued = asof;
	for (unsigned s = 0; s < b->n_scorers; s++)
		for (unsigned k = 0;
			is_days(&b->scorers[s]) && k < b->scorers[s].scorer->n_writes;
			k++)
			b->channels[b->scorers[s].writes[k]].value = NAN;
	for (unsigned s = 0; s < b->n_scorers; s++)
		if (is_days(&b->scorers[s]))
			score_day(b, &b->scorers[s], days, i, asof, ret);
	ret->probability = value(b, "day_outlook");
	if (isnan(ret->probability))
		return 1;
	ret->insufficient[0] = 0;
	ret->low = value(b, "day_outlook.low");
	ret->usual_night = value(b, "day_outlook.usual_night");
	ret->threshold = value(b, "day_threshold");
	ret->base_rate = value(b, "day_base_rate");
	ret->rated_days = count_of(b, "day_rated");
	ret->positives = count_of(b, "day_positives");
	ret->like_days = count_of(b, "day_like");
	ret->like_high = count_of(b, "day_like_high");
	say_missing(days, i, asof, ret);
	return 0;
}

int
day_outcome(const struct day *d)
{
	if (!d->has_forecast || isnan(d->rating[RATING_PAIN_DAY]) ||
		isnan(d->forecast.threshold))
		return -1;
	return d->rating[RATING_PAIN_DAY] >= d->forecast.threshold;
}
