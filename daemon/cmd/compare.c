/* SPDX-License-Identifier: MIT */
/* See compare.h. Both sides come ordered by key, so each pair is found by walking along. */
#include "cmd/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/rows.h"
#include "core/numbers.h"

static struct compare_row *
row(struct compare *c, const char *what, const char *unit, int is_total)
{
	for (unsigned i = 0; i < c->n; i++)
		if (strcmp(c->rows[i].what, what) == 0)
			return &c->rows[i];
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 64;
		c->rows = xrealloc(c->rows, c->cap, sizeof *c->rows);
	}
	struct compare_row *r = &c->rows[c->n++];
	*r = (struct compare_row){.unit = unit, .is_total = is_total, .worst = NAN};
	snprintf(r->what, sizeof r->what, "%s", what);
	return r;
}

void
compare_finish(struct compare *c)
{
	free(c->rows);
	*c = (struct compare){0};
}

/* One pair of records: where it is told, and whether anything differed. */
struct pair {
	struct compare *c;
	const char *person;
	civil_day date;
	int differs;
};

static void
note(struct pair *p, const char *what, const char *unit, double difference)
{
	struct compare_row *r = row(p->c, what, unit, 0);
	p->differs = 1;
	if (r->different++ == 0 || isnan(r->worst) || fabs(difference) > fabs(r->worst)) {
		r->worst = difference;
		snprintf(r->person, sizeof r->person, "%s", p->person);
		r->date = p->date;
	}
}

static void
numbers(struct pair *p, const char *what, const char *unit, double a, double b)
{
	if (a == b || (isnan(a) && isnan(b)))
		return;
	note(p, what, unit, b - a); /* NAN where one is unknown */
}

static void
times(struct pair *p, const char *what, utc_ms a, utc_ms b)
{
	if (a.ms != b.ms)
		note(p, what, "min", (double)(b.ms - a.ms) / MINUTE_MS);
}

static void
texts(struct pair *p, const char *what, const char *a, const char *b)
{
	if (strcmp(a, b) != 0)
		note(p, what, "", NAN);
}

static void
total(struct compare *c, const struct pair *p, const char *what)
{
	struct compare_row *r = row(c, what, "", 1);
	r->compared++;
	r->different += p->differs;
}

static void
alone(struct compare *c, const char *what, int in_store)
{
	struct compare_row *r = row(c, what, "", 1);
	if (in_store)
		r->only_stored++;
	else
		r->only_replay++;
}

/* --- lists out of a store ------------------------------------------------------------- */

struct nights {
	struct night *v; /* owned */
	size_t n, cap;
};

static int
add_night(void *ctx, const struct night *n)
{
	struct nights *l = ctx;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		l->v = xrealloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = *n;
	return 0;
}

struct alerts {
	struct alert *v; /* owned */
	size_t n, cap;
};

static int
add_alert(void *ctx, const struct alert *a)
{
	struct alerts *l = ctx;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = xrealloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = *a;
	return 0;
}

struct decisions {
	struct decision *v; /* owned */
	size_t n, cap;
};

static int
add_decision(void *ctx, const struct decision *d)
{
	struct decisions *l = ctx;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		l->v = xrealloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = *d;
	return 0;
}

/* --- nights ------------------------------------------------------------------------------ */

/* What a value is called: its column where `nights` has one, else its channel. */
static void
compare_value(
	struct pair *p, const char *channel, const struct night *a, const struct night *b)
{
	char what[COMPARE_WHAT_LEN];
	const char *name = channel, *unit = "";
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		if (strcmp(night_numbers[i].channel, channel) == 0) {
			name = night_numbers[i].column;
			unit = night_numbers[i].unit;
		}
	snprintf(what, sizeof what, "nights.%s", name);
	numbers(p, what, unit, night_value(a, channel), night_value(b, channel));
}

static void
compare_night(struct compare *c, const struct night *a, const struct night *b)
{
	struct pair p = {c, a->person, a->date, 0};
	times(&p, "nights.in_bed", a->in_bed, b->in_bed);
	times(&p, "nights.onset", a->onset, b->onset);
	times(&p, "nights.wake", a->wake, b->wake);
	times(&p, "nights.out_bed", a->out_of_bed, b->out_of_bed);
	for (uint32_t i = 0; i < a->n_values; i++)
		compare_value(&p, a->values[i].name, a, b);
	for (uint32_t i = 0; i < b->n_values; i++)
		if (isnan(night_value(a, b->values[i].name)))
			compare_value(&p, b->values[i].name, a, b);
	numbers(&p, "nights.coverage", "", a->coverage, b->coverage);
	texts(&p, "nights.sources", a->sources, b->sources);
	texts(&p, "nights.insufficient", a->insufficient, b->insufficient);
	total(c, &p, "nights");
}

static int
night_order(const struct night *a, const struct night *b)
{
	if (a->date.n != b->date.n)
		return a->date.n < b->date.n ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->ordinal - b->ordinal;
}

static void
compare_nights(struct compare *c, const struct nights *a, const struct nights *b)
{
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		int order = i == a->n   ? 1
			    : k == b->n ? -1
					: night_order(&a->v[i], &b->v[k]);
		if (order)
			alone(c, "nights", order < 0);
		else
			compare_night(c, &a->v[i], &b->v[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

/* --- forecasts and alerts ----------------------------------------------------------------- */

static void
compare_forecast(struct compare *c, const struct forecast *a, const struct forecast *b)
{
	struct pair p = {c, a->person, a->date, 0};
	numbers(&p, "forecasts.probability", "", a->probability, b->probability);
	numbers(&p, "forecasts.low", "", a->low, b->low);
	numbers(&p, "forecasts.usual_night", "", a->usual_night, b->usual_night);
	numbers(&p, "forecasts.threshold", "", a->threshold, b->threshold);
	numbers(&p, "forecasts.base_rate", "", a->base_rate, b->base_rate);
	times(&p, "forecasts.issued_at", a->issued, b->issued);
	texts(&p, "forecasts.missing", a->missing, b->missing);
	texts(&p, "forecasts.scorer", a->scorer, b->scorer);
	total(c, &p, "forecasts");
}

static int
compare_days(struct compare *c, struct store *stored, struct store *replayed,
	const struct person *who, civil_day from, civil_day to)
{
	struct day two[2];
	for (int32_t d = from.n; d <= to.n; d++) {
		int r = store_days_load(stored, who->id, DAY(d), 1, &two[0]);
		if (r == 0)
			r = store_days_load(replayed, who->id, DAY(d), 1, &two[1]);
		if (r)
			return r;
		if (two[0].has_forecast && two[1].has_forecast)
			compare_forecast(c, &two[0].forecast, &two[1].forecast);
		else if (two[0].has_forecast || two[1].has_forecast)
			alone(c, "forecasts", two[0].has_forecast);
	}
	return 0;
}

static void
compare_alerts(struct compare *c, const struct alerts *a, const struct alerts *b)
{
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		const struct alert *x = i < a->n ? &a->v[i] : NULL;
		const struct alert *y = k < b->n ? &b->v[k] : NULL;
		int order = !x   ? 1
			    : !y ? -1
				 : (x->date.n > y->date.n) - (x->date.n < y->date.n);
		if (order == 0)
			order = strcmp(x->rule, y->rule);
		if (order) {
			alone(c, "alerts", order < 0);
		} else {
			struct pair p = {c, x->person, x->date, 0};
			texts(&p, "alerts.state", alert_state_name(x->state),
				alert_state_name(y->state));
			texts(&p, "alerts.text", x->text, y->text);
			total(c, &p, "alerts");
		}
		i += order <= 0;
		k += order >= 0;
	}
}

static void
compare_decision(struct compare *c, const struct decision *a, const struct decision *b)
{
	struct pair p = {c, a->person, a->date, 0};
	texts(&p, "decisions.verdict", verdict_names[a->verdict],
		verdict_names[b->verdict]);
	texts(&p, "decisions.rule", a->rule, b->rule);
	texts(&p, "decisions.why", a->why, b->why);
	numbers(&p, "decisions.live", "", a->live, b->live);
	numbers(&p, "decisions.probability", "", a->probability, b->probability);
	numbers(&p, "decisions.low", "", a->low, b->low);
	numbers(&p, "decisions.base_rate", "", a->base_rate, b->base_rate);
	numbers(&p, "decisions.threshold", "", a->threshold, b->threshold);
	total(c, &p, "decisions");
}

static int
decision_order(const struct decision *a, const struct decision *b)
{
	if (a->date.n != b->date.n)
		return a->date.n < b->date.n ? -1 : 1;
	return (a->at.ms > b->at.ms) - (a->at.ms < b->at.ms);
}

static void
walk_decisions(struct compare *c, const struct decisions *a, const struct decisions *b)
{
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		int order = i == a->n   ? 1
			    : k == b->n ? -1
					: decision_order(&a->v[i], &b->v[k]);
		if (order)
			alone(c, "decisions", order < 0);
		else
			compare_decision(c, &a->v[i], &b->v[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

static int
compare_decisions(struct compare *c, struct store *stored, struct store *replayed,
	const char *person, const civil_day span[2])
{
	struct decisions a = {0}, b = {0};
	int r = store_decisions_each(stored, person, span[0], span[1], add_decision, &a);
	if (r == 0)
		r = store_decisions_each(
			replayed, person, span[0], span[1], add_decision, &b);
	if (r == 0)
		walk_decisions(c, &a, &b);
	free(a.v);
	free(b.v);
	return r;
}

/* The dates that either store knows, within [from, to]: 1, or 0 if there is none. */
static int
span(struct store *stored, struct store *replayed, const struct person *who,
	civil_day *from, civil_day *to)
{
	civil_day a, b, c, d;
	int has_a = store_days_span(stored, who->id, &a, &b) == 0;
	int has_c = store_days_span(replayed, who->id, &c, &d) == 0;
	if (!has_a && !has_c)
		return 0;
	int32_t first = !has_a || (has_c && c.n < a.n) ? c.n : a.n;
	int32_t last = !has_a || (has_c && d.n > b.n) ? d.n : b.n;
	from->n = from->n < first ? first : from->n;
	to->n = to->n > last + COMPARE_SILENT_DAYS ? last + COMPARE_SILENT_DAYS : to->n;
	return 1;
}

int
compare_person(struct compare *c, struct store *stored, struct store *replayed,
	const struct person *who, civil_day from, civil_day to)
{
	struct nights na = {0}, nb = {0};
	struct alerts aa = {0}, ab = {0};
	row(c, "nights", "", 1);
	row(c, "forecasts", "", 1);
	row(c, "alerts", "", 1);
	row(c, "decisions", "", 1);
	if (!span(stored, replayed, who, &from, &to))
		return 0;
	int r = store_nights_each(stored, who->id, from, to, add_night, &na);
	if (r == 0)
		r = store_nights_each(replayed, who->id, from, to, add_night, &nb);
	if (r == 0)
		r = store_alerts_each(stored, who->id, from, to, add_alert, &aa);
	if (r == 0)
		r = store_alerts_each(replayed, who->id, from, to, add_alert, &ab);
	if (r == 0) {
		compare_nights(c, &na, &nb);
		compare_alerts(c, &aa, &ab);
		r = compare_days(c, stored, replayed, who, from, to);
		if (r == 0)
			r = compare_decisions(c, stored, replayed, who->id,
				(const civil_day[2]){from, to});
	}
	free(na.v);
	free(nb.v);
	free(aa.v);
	free(ab.v);
	return r;
}

/* --- the table ------------------------------------------------------------------------------ */

int64_t
compare_differences(const struct compare *c)
{
	int64_t n = 0;
	for (unsigned i = 0; i < c->n; i++)
		if (c->rows[i].is_total)
			n += c->rows[i].different + c->rows[i].only_stored +
			     c->rows[i].only_replay;
	return n;
}

static void
print_row(struct table *t, const struct compare_row *r)
{
	char date[CIVIL_DATE_LEN];
	table_text(t, r->what);
	if (r->is_total) {
		table_integer(t, r->compared);
		table_integer(t, r->different);
		table_integer(t, r->only_stored);
		table_integer(t, r->only_replay);
		for (int k = 0; k < 4; k++)
			table_empty(t);
		return;
	}
	table_empty(t);
	table_integer(t, r->different);
	table_empty(t);
	table_empty(t);
	table_number(t, number_digits12(r->worst), -1);
	table_text(t, r->unit);
	table_text(t, r->person);
	table_text(t, civil_date_text(r->date, date));
}

int
compare_print(const struct compare *c, enum table_format format)
{
	struct table *t = table_new(stdout, format,
		"what,compared,different,only_stored,only_replay,worst,unit,person,date");
	for (unsigned i = 0; i < c->n; i++) {
		if (!c->rows[i].is_total)
			continue;
		print_row(t, &c->rows[i]);
		size_t n = strlen(c->rows[i].what);
		for (unsigned k = 0; k < c->n; k++)
			if (strncmp(c->rows[k].what, c->rows[i].what, n) == 0 &&
				c->rows[k].what[n] == '.')
				print_row(t, &c->rows[k]);
	}
	return table_end(t);
}
