/* SPDX-License-Identifier: MIT */
/* The explanation as one JSON object; what is unknown is null. */
#include "cmd/explain.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/rows.h"
#include "core/day.h"
#include "core/words.h"
#include "core/words_record.h"
#include "out/encode.h"

static json_t *
number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *
text(const char *s)
{
	json_t *j = s && *s ? json_string(s) : NULL;
	return j ? j : json_null();
}

static json_t *
time_of(const struct explanation *x, utc_ms t)
{
	char s[CIVIL_TIME_LEN];
	return t.ms ? json_string(civil_time_text(x->who->zone, t, s)) : json_null();
}

/* What out/json makes, as a part of this object. Takes ownership of b. */
static json_t *
embedded(struct bytes b)
{
	json_t *j = json_loadb((const char *)b.data, b.size, 0, NULL);
	free(b.data);
	return j ? j : json_null();
}

static json_t *
nights(const struct explanation *x)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < x->n_nights; i++)
		json_array_append_new(list, embedded(encode_night_json(&x->nights[i],
						    x->who->zone, x->who->language)));
	return list;
}

static json_t *
usual(const struct explanation *x)
{
	json_t *o = json_object();
	json_object_set_new(o, "nights", json_integer(x->n_usual));
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		json_object_set_new(
			o, night_numbers[i].column, number(number_round(x->usual[i])));
	return o;
}

static json_t *
inputs(const struct explanation *x)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < x->n_inputs; i++) {
		const struct explain_input *in = &x->inputs[i];
		json_t *o = json_object();
		json_object_set_new(o, "from", text(in->from));
		json_object_set_new(o, "what", text(in->what));
		json_object_set_new(o, "count", json_integer(in->n));
		json_object_set_new(o, "first", time_of(x, in->first));
		json_object_set_new(o, "last", time_of(x, in->last));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
ratings(const struct explanation *x)
{
	json_t *o = json_object();
	for (int k = RATING_SLEEP_QUALITY; k < RATING_KINDS; k++)
		json_object_set_new(o, rating_names[k], number(x->day.rating[k]));
	return o;
}

static json_t *
reasons(enum language l, const struct forecast *f)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &f->reasons[i];
		char said[128];
		json_t *o = json_object();
		words_reason(l, r, said, sizeof said);
		json_object_set_new(o, "code", text(r->code));
		json_object_set_new(o, "value", number(r->value));
		json_object_set_new(o, "usual", number(r->usual));
		json_object_set_new(o, "weight", number(r->weight));
		json_object_set_new(
			o, "part_of_tracker", json_boolean(words_is_part(r->code)));
		json_object_set_new(o, "text", text(said));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
forecast(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	if (!x->day.has_forecast)
		return json_null();
	enum language l = x->who->language;
	char level[64], like[160];
	int outcome = day_outcome(&x->day);
	json_t *o = json_object();
	words_level(l, f, x->config->policy.min_rated_days, level);
	words_like(l, f, like, sizeof like);
	json_object_set_new(o, "issued_at", time_of(x, f->issued));
	json_object_set_new(o, "live", json_boolean(f->live));
	json_object_set_new(o, "changed_since", json_boolean(f->changed_since));
	json_object_set_new(o, "probability", number(f->probability));
	json_object_set_new(o, "low", number(f->low));
	json_object_set_new(o, "usual_night", number(f->usual_night));
	json_object_set_new(o, "base_rate", number(f->base_rate));
	json_object_set_new(o, "threshold", number(f->threshold));
	json_object_set_new(o, "level", text(level));
	json_object_set_new(o, "rated_days", json_integer(f->rated_days));
	json_object_set_new(o, "positives", json_integer(f->positives));
	json_object_set_new(o, "like_days", json_integer(f->like_days));
	json_object_set_new(o, "like_high", json_integer(f->like_high));
	json_object_set_new(o, "like_text", text(like));
	json_object_set_new(o, "missing", text(f->missing));
	json_object_set_new(o, "scorer", text(f->scorer));
	json_object_set_new(o, "reasons", reasons(l, f));
	json_object_set_new(
		o, "outcome", outcome < 0 ? json_null() : json_integer(outcome));
	return o;
}

static json_t *
alert(const struct explanation *x)
{
	const struct alert *a = &x->alert;
	if (!x->has_alert)
		return json_null();
	json_t *o = json_object();
	json_object_set_new(o, "id", text(a->id));
	json_object_set_new(o, "state", text(alert_state_name(a->state)));
	json_object_set_new(o, "issued_at", time_of(x, a->issued));
	json_object_set_new(o, "title", text(a->title));
	json_object_set_new(o, "text", text(a->text));
	return o;
}

/* Everything that was decided of the morning, in its order. */
static json_t *
decisions(const struct explanation *x)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < x->n_decisions; i++) {
		const struct decision *d = &x->decisions[i];
		json_t *o = json_object();
		json_object_set_new(o, "at", time_of(x, d->at));
		json_object_set_new(o, "live", json_boolean(d->live));
		json_object_set_new(o, "verdict", text(verdict_names[d->verdict]));
		json_object_set_new(o, "rule", text(d->rule));
		json_object_set_new(o, "why", text(d->why));
		json_object_set_new(o, "probability", number(d->probability));
		json_object_set_new(o, "low", number(d->low));
		json_object_set_new(o, "base_rate", number(d->base_rate));
		json_object_set_new(o, "threshold", number(d->threshold));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
scorers(const struct explanation *x)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < x->scorers->n; i++) {
		const struct scorer *s = x->scorers->list[i].desc;
		char window[48];
		json_t *o = json_object();
		explain_window(s, window);
		json_object_set_new(o, "name", text(s->name));
		json_object_set_new(o, "version", text(s->version));
		json_object_set_new(o, "window", text(window));
		json_array_append_new(list, o);
	}
	return list;
}

void
explain_json(const struct explanation *x)
{
	char date[CIVIL_DATE_LEN], record[WORDS_RECORD_LEN];
	json_t *o = json_object();
	words_record((enum language)x->who->language, &x->record, record);
	json_object_set_new(o, "person", text(x->who->id));
	json_object_set_new(o, "date", text(civil_date_text(x->date, date)));
	json_object_set_new(o, "nights", nights(x));
	json_object_set_new(o, "usual", usual(x));
	json_object_set_new(o, "inputs", inputs(x));
	json_object_set_new(o, "ratings", ratings(x));
	json_object_set_new(o, "forecast", forecast(x));
	json_object_set_new(o, "alert", alert(x));
	json_object_set_new(o, "why_no_alert", text(x->why_no_alert));
	json_object_set_new(o, "decisions", decisions(x));
	json_object_set_new(o, "record", text(record));
	json_object_set_new(o, "scorers", scorers(x));
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(o);
}
