/* SPDX-License-Identifier: MIT */
/* Gathers a day from the store. Only reads; words come later (core/words, cmd/explain_*.c,
 * web/). */
#include "explanation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tr.h"
#include "reader.h"
#include "track.h"

/* --- nights ----------------------------------------------------------------------------- */

static int
take_night(void *ctx, const struct night *n)
{
	struct explanation *x = ctx;
	if (x->n_nights < NIGHTS_MAX)
		x->nights[x->n_nights++] = *n;
	return 0;
}

struct mean {
	double sum;
	int n;
};

struct usual {
	const struct night *tonight;
	struct mean numbers[NIGHT_NUMBERS], values[NIGHT_VALUES_MAX];
	int nights;
};

static void
add_value(struct mean *m, double v)
{
	if (isnan(v))
		return;
	m->sum += v;
	m->n++;
}

static double
mean_of(const struct mean *m)
{
	return m->n ? m->sum / m->n : NAN;
}

static int
add_usual(void *ctx, const struct night *n)
{
	struct usual *u = ctx;
	if (n->kind != SLEEP_MAIN || n->insufficient[0])
		return 0;
	u->nights++;
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		add_value(&u->numbers[i], night_value(n, night_numbers[i].channel));
	for (uint32_t i = 0; i < u->tonight->n_values; i++)
		add_value(&u->values[i], night_value(n, u->tonight->values[i].name));
	return 0;
}

static int
gather_nights(struct explanation *x, struct store *s)
{
	struct usual u = {.tonight = &x->nights[0]};
	int r = store_nights_each(s, x->who->id, x->date, x->date, take_night, x);
	if (r == 0)
		r = store_nights_each(s, x->who->id, DAY(x->date.n - EXPLAIN_USUAL_DAYS),
			DAY(x->date.n - 1), add_usual, &u);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		x->usual[i] = mean_of(&u.numbers[i]);
	for (unsigned i = 0; i < NIGHT_VALUES_MAX; i++)
		x->usual_of[i] = mean_of(&u.values[i]);
	x->n_usual = u.nights;
	return r;
}

/* --- inputs of the night ---------------------------------------------------------------- */

struct inputs {
	struct explanation *x;
	utc_ms from, to;
};

static struct explain_input *
input_of(struct explanation *x, const char *source, const char *device, const char *what)
{
	char from[2 * ID_MAX + 2];
	snprintf(from, sizeof from, "%s/%s", source, device);
	for (unsigned i = 0; i < x->n_inputs; i++)
		if (strcmp(x->inputs[i].from, from) == 0 &&
			strcmp(x->inputs[i].what, what) == 0)
			return &x->inputs[i];
	if (x->n_inputs == EXPLAIN_INPUTS_MAX) {
		x->more_inputs++;
		return NULL;
	}
	struct explain_input *in = &x->inputs[x->n_inputs++];
	snprintf(in->from, sizeof in->from, "%s", from);
	snprintf(in->what, sizeof in->what, "%s", what);
	return in;
}

static int
take_batch(void *ctx, const struct batch *b)
{
	struct inputs *c = ctx;
	for (uint32_t i = 0; i < b->n_series; i++) {
		const struct series *s = &b->series[i];
		struct explain_input *in = NULL;
		for (uint32_t k = 0; k < s->n; k++) {
			int64_t t = s->t ? s->t[k]
					 : s->start.ms + (int64_t)k * s->interval_ms;
			if (t < c->from.ms || t >= c->to.ms || isnan(s->v[k]))
				continue;
			if (!in && !(in = input_of(c->x, b->from.source, b->from.device,
					     s->channel->name)))
				break;
			if (in->n == 0 || t < in->first.ms)
				in->first = UTC(t);
			if (in->n == 0 || t > in->last.ms)
				in->last = UTC(t);
			in->n++;
		}
	}
	return 0;
}

static int
take_session(void *ctx, const struct session *v, utc_ms received, int historical)
{
	struct inputs *c = ctx;
	char what[RECORD_ID_MAX + 16];
	(void)received;
	(void)historical;
	snprintf(what, sizeof what, "sleep record %s", v->record_id);
	struct explain_input *in = input_of(c->x, v->source, v->device, what);
	if (in) {
		in->n = v->n_stages;
		in->first = v->start;
		in->last = v->end;
	}
	return 0;
}

int
explanation_inputs(struct explanation *x, struct store *s)
{
	if (x->n_nights == 0)
		return 0;
	struct inputs c = {x, x->nights[0].in_bed, x->nights[0].out_of_bed};
	struct reader in cleanup(reader_finish) = {0};
	reader_init(&in, s);
	int r = reader_batches(&in, x->who->id, c.from, c.to, take_batch, &c);
	if (r == 0)
		r = store_sessions_between(s, x->who->id, c.from, c.to, take_session, &c);
	return r;
}

/* --- the day ------------------------------------------------------------------------------ */

static int
take_alert(void *ctx, const struct alert *a)
{
	struct explanation *x = ctx;
	x->alert = *a;
	x->has_alert = 1;
	return 0;
}

static int
take_decision(void *ctx, const struct decision *d)
{
	struct explanation *x = ctx;
	if (x->n_decisions < EXPLAIN_DECISIONS_MAX)
		x->decisions[x->n_decisions++] = *d;
	else /* the last one matters most */
		x->decisions[EXPLAIN_DECISIONS_MAX - 1] = *d;
	return 0;
}

static const char *
why_no_alert(const struct explanation *x)
{
	if (x->has_alert || !x->day.has_forecast)
		return NULL;
	for (unsigned i = x->n_decisions; i > 0; i--)
		if (x->decisions[i - 1].why[0])
			return x->decisions[i - 1].why;
	return N_("it was decided by a version that did not write down why");
}

static int
gather_day(struct explanation *x, struct store *s)
{
	int r = store_days_load(s, x->who->id, x->date, 1, &x->day);
	if (r == 0)
		r = store_alerts_each(s, x->who->id, x->date, x->date, take_alert, x);
	if (r == 0)
		r = store_decisions_each(
			s, x->who->id, x->date, x->date, take_decision, x);
	x->why_no_alert = why_no_alert(x);
	return r;
}

int
explanation_last(struct store *s, const char *person, civil_day *ret)
{
	civil_day first, last;
	struct day day;
	if (store_days_span(s, person, &first, &last) != 0)
		return 0;
	for (int32_t d = last.n; d >= first.n; d--) {
		if (store_days_load(s, person, DAY(d), 1, &day) != 0)
			return 0;
		if (day.night_settled.ms == 0 && !day.has_forecast && d > first.n)
			continue;
		*ret = DAY(d);
		return 1;
	}
	return 0;
}

int
explanation_gather(struct explanation *x, struct store *s)
{
	int r = gather_nights(x, s);
	if (r == 0)
		r = gather_day(x, s);
	return r ? r
		 : track_load(s, x->who->id, DAY(x->date.n - 1), &x->config->policy,
			   &x->record);
}
