/* SPDX-License-Identifier: MIT */
/* See dump.h. */
#include "dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"

static void
reasons(FILE *f, const struct reason *r, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		fprintf(f, " %s/%s=%a,%a,%a", r[i].scorer, r[i].code, r[i].value,
			r[i].usual, r[i].weight);
	fputc('\n', f);
}

static int
night(void *ctx, const struct night *n)
{
	FILE *f = ctx;
	char date[CIVIL_DATE_LEN];
	fprintf(f,
		"night %s %s %d %d revision %u %" PRId64 " %" PRId64 " %" PRId64
		" %" PRId64,
		n->person, civil_date_text(n->date, date), (int)n->kind, n->ordinal,
		n->revision, n->in_bed.ms, n->onset.ms, n->wake.ms, n->out_of_bed.ms);
	fprintf(f, " %d %d coverage %a %s \"%s\" settled %" PRId64 " historical %d",
		n->offset_start_s, n->offset_end_s, n->coverage, n->sources,
		n->insufficient, n->settled.ms, n->historical);
	for (uint32_t i = 0; i < n->n_values; i++)
		fprintf(f, " %s=%a,%a", n->values[i].name, n->values[i].value,
			n->values[i].confidence);
	for (uint32_t i = 0; i < n->n_notes; i++)
		fprintf(f, " %s: %s;", n->notes[i].scorer, n->notes[i].why);
	reasons(f, n->reasons, n->n_reasons);
	return 0;
}

static void
forecast(FILE *out, const struct forecast *f)
{
	fprintf(out,
		" forecast issued %" PRId64
		" live %d p %a low %a usual %a threshold %a base %a rated %u %u",
		f->issued.ms, f->live, f->probability, f->low, f->usual_night,
		f->threshold, f->base_rate, f->rated_days, f->positives);
	fprintf(out, " like %u %u %s \"%s\" \"%s\"", f->like_days, f->like_high,
		f->scorer, f->missing, f->insufficient);
	reasons(out, f->reasons, f->n_reasons);
}

static void
day(FILE *f, const char *person, const struct day *d)
{
	char date[CIVIL_DATE_LEN];
	fprintf(f, "day %s %s %a %a %a %a %a %a settled %" PRId64 " alert %d", person,
		civil_date_text(d->date, date), d->tst, d->se, d->waso, d->awakenings,
		d->sol, d->score, d->night_settled.ms, d->has_alert);
	for (int k = 1; k < RATING_KINDS; k++)
		fprintf(f, " %g@%" PRId64, d->rating[k], d->rated[k].ms);
	if (d->has_forecast)
		forecast(f, &d->forecast);
	else
		fputc('\n', f);
}

static int
alert(void *ctx, const struct alert *a)
{
	fprintf(ctx, "alert %s %s revision %u state %d %" PRId64 " %s | %s\n", a->id,
		a->rule, a->revision, (int)a->state, a->issued.ms, a->title, a->text);
	return 0;
}

static int
answer(void *ctx, const struct feedback *f)
{
	char at[CIVIL_TIME_LEN];
	fprintf(ctx, "feedback %s %s\n", civil_time_text(NULL, f->at, at),
		feedback_names[f->kind]);
	return 0;
}

static int
decision(void *ctx, const struct decision *d)
{
	char date[CIVIL_DATE_LEN];
	fprintf(ctx, "decision %s %s %" PRId64 " live %d %s %s \"%s\" %a %a %a %a\n",
		d->person, civil_date_text(d->date, date), d->at.ms, d->live,
		verdict_names[d->verdict], d->rule, d->why, d->probability, d->low,
		d->base_rate, d->threshold);
	return 0;
}

#define AROUND 20 /* days before and after all input: nothing may stand there */

static int
days_of(FILE *f, struct store *s, const char *person)
{
	civil_day first, last;
	int r = store_days_span(s, person, &first, &last);
	if (r != 0)
		return r < 0 ? r : 0;
	int n = last.n - first.n + 1 + 2 * AROUND;
	struct day *days cleanup(freep) = xcalloc((size_t)n, sizeof *days);
	r = store_days_load(s, person, DAY(first.n - AROUND), n, days);
	for (int i = 0; i < n && r == 0; i++)
		day(f, person, &days[i]);
	return r;
}

char *
dump_results(struct store *s, const char *const *people, unsigned n_people)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	civil_day from = DAY(-1000000), to = DAY(1000000);
	int r = f ? store_nights_each(s, NULL, from, to, night, f) : -1;
	for (unsigned i = 0; i < n_people && r == 0; i++)
		if ((r = days_of(f, s, people[i])) == 0 &&
			(r = store_feedback_between(s, people[i], UTC(INT64_MIN),
				 UTC(INT64_MAX), answer, f)) == 0)
			r = store_decisions_each(s, people[i], from, to, decision, f);
	if (r == 0)
		r = store_alerts_each(s, NULL, from, to, alert, f);
	if (!f || fclose(f) != 0 || r != 0) {
		fprintf(stderr, "the results cannot be read: %d\n", r);
		exit(1);
	}
	return text;
}
