/* SPDX-License-Identifier: MIT */
/* See evaluate.h: a person's days, once for every row, and what of them is judged. */
#include "cmd/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "store/store.h"

const char *
evaluate_row_name(const struct evaluate *e, unsigned row)
{
	if (row == 0)
		return EVALUATE_STORED;
	return row <= e->n_variants ? e->variants[row - 1].spec
				    : plain_names[row - 1 - e->n_variants];
}

/* One person's days, once for every row. */
struct rows {
	int n;
	civil_day first;
	struct day *days[EVALUATE_ROWS_MAX];
	unsigned n_mornings[EVALUATE_ROWS_MAX];
};

static void
rows_finish(struct rows *w)
{
	for (unsigned k = 0; k < EVALUATE_ROWS_MAX; k++)
		free(w->days[k]);
}

static int
load(const struct evaluate *e, const struct person *who, struct rows *w)
{
	civil_day last;
	int r = store_days_span(e->in->store, who->id, &w->first, &last);
	if (r)
		return r < 0 ? r : 0;
	w->n = last.n - w->first.n + 1;
	w->days[0] = xcalloc((size_t)w->n, sizeof **w->days);
	return store_days_load(e->in->store, who->id, w->first, w->n, w->days[0]);
}

static int
make(struct evaluate *e, const struct person *who, struct rows *w)
{
	int r = 0;
	for (unsigned k = 1; k < e->n_rows && r == 0; k++) {
		w->days[k] = xcalloc((size_t)w->n, sizeof **w->days);
		memcpy(w->days[k], w->days[0], (size_t)w->n * sizeof **w->days);
		if (k <= e->n_variants)
			r = variant_days(
				&e->variants[k - 1], e->in, who, w->days[k], w->n);
		else
			plain_days((enum plain)(k - 1 - e->n_variants), w->days[0], w->n,
				w->days[k]);
	}
	return r;
}

/* By index of the day: how many rows have a morning that counts. */
static unsigned char *
count_rows(const struct evaluate *e, const struct rows *w, struct evaluate_person *p)
{
	unsigned char *rows = xcalloc((size_t)w->n, 1);
	for (unsigned k = 0; k < e->n_rows; k++) {
		p->mornings[k] = xcalloc((size_t)w->n, sizeof *p->mornings[k]);
		unsigned n = track_mornings(
			w->days[k], w->n, &e->cmd->config->policy, p->mornings[k]);
		for (unsigned i = 0; i < n; i++)
			rows[p->mornings[k][i].date.n - w->first.n]++;
		p->t[k].mornings = n;
	}
	for (int i = 0; i < w->n; i++)
		if (w->first.n + i < e->from.n || w->first.n + i > e->to.n)
			rows[i] = 0;
	return rows;
}

static void
judge(struct evaluate *e, const struct rows *w, struct evaluate_person *p,
	const unsigned char *rows)
{
	const struct policy *policy = &e->cmd->config->policy;
	struct track_record all;
	track_record_make(w->days[0], w->n, policy, &all);
	for (unsigned k = 0; k < e->n_rows; k++) {
		unsigned kept = 0, n = p->t[k].mornings;
		struct track_morning *m = p->mornings[k];
		for (unsigned i = 0; i < n; i++)
			if (rows[m[i].date.n - w->first.n] == e->n_rows)
				m[kept++] = m[i];
		p->t[k] = (struct track_record){.nights = all.nights,
			.rated_days = all.rated_days,
			.base_rate = all.base_rate};
		track_record_judge(m, kept, policy, &p->t[k]);
	}
}

/* With all their digits: a threshold of 6 and one just above ask for different ratings. */
static void
list(struct evaluate *e, const struct person *who, const struct rows *w, unsigned k,
	const unsigned char *rows)
{
	char date[CIVIL_DATE_LEN];
	for (int i = 0; i < w->n; i++) {
		const struct day *d = &w->days[k][i];
		const struct forecast *f = &d->forecast;
		int outcome = day_outcome(d);
		if (!d->has_forecast || d->date.n < e->from.n || d->date.n > e->to.n)
			continue;
		table_text(e->forecasts, who->id);
		table_text(e->forecasts, civil_date_text(d->date, date));
		table_text(e->forecasts, evaluate_row_name(e, k));
		table_number(e->forecasts, f->probability, -1);
		table_number(e->forecasts, f->low, -1);
		table_number(e->forecasts, f->threshold, -1);
		table_number(e->forecasts, f->base_rate, -1);
		table_integer(e->forecasts, f->rated_days);
		table_integer(e->forecasts, d->has_alert != 0);
		table_number(e->forecasts, d->rating[RATING_PAIN_DAY], -1);
		if (outcome < 0)
			table_empty(e->forecasts);
		else
			table_integer(e->forecasts, outcome);
		table_integer(e->forecasts, rows[i] == e->n_rows);
	}
}

int
evaluate_person(struct evaluate *e, const struct person *who)
{
	struct rows w cleanup(rows_finish) = {0};
	struct evaluate_person *p = &e->people[e->n_people];
	int r = load(e, who, &w);
	if (r < 0)
		return r;
	e->n_people++;
	*p = (struct evaluate_person){.who = who};
	if (w.n == 0) {
		for (unsigned k = 0; k < e->n_rows; k++)
			track_record_make(NULL, 0, &e->cmd->config->policy, &p->t[k]);
		return 0;
	}
	r = make(e, who, &w);
	if (r < 0)
		return r;
	unsigned char *rows cleanup(freep) = count_rows(e, &w, p);
	judge(e, &w, p, rows);
	for (unsigned k = 0; e->forecasts && k < e->n_rows; k++)
		list(e, who, &w, k, rows);
	return 0;
}

void
evaluate_pool(struct evaluate *e)
{
	struct pool_person *people cleanup(freep) =
		xcalloc(e->n_people + 1, sizeof *people);
	for (unsigned k = 0; k < e->n_rows; k++) {
		for (unsigned i = 0; i < e->n_people; i++)
			people[i] = (struct pool_person){
				e->people[i].mornings[k], e->people[i].t[k]};
		track_pool_make(people, e->n_people, &e->pools[k]);
	}
}

void
evaluate_finish(struct evaluate *e)
{
	for (unsigned i = 0; i < e->n_people; i++)
		for (unsigned k = 0; k < EVALUATE_ROWS_MAX; k++)
			free(e->people[i].mornings[k]);
	for (unsigned k = 0; e->variants && k < e->n_variants; k++)
		variant_close(&e->variants[k]);
	free(e->people);
	free(e->variants);
}
