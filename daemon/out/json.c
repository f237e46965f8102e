/* SPDX-License-Identifier: MIT */
/* Records to JSON, with the names of Home Assistant's discovery. Everything that may be
 * unknown goes through number() or time_of(), which give null. */
#include "out/encode.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/words.h"

static json_t *
number(double v)
{
	if (!isfinite(v))
		return json_null();
	/* a whole number is written as one: 42, not 42.0 */
	return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v)
					       : json_real(v);
}

static json_t *
text(const char *s)
{
	/* the records hold what went through decode and words: valid UTF-8 unless broken
	 */
	json_t *j = s[0] ? json_string(s) : json_null();
	return j ? j : json_null();
}

static json_t *
time_of(utc_ms t, const struct zone *zone)
{
	char s[CIVIL_TIME_LEN];
	return t.ms ? json_string(civil_time_text(zone, t, s)) : json_null();
}

static json_t *
date_of(civil_day d)
{
	char s[CIVIL_DATE_LEN];
	return json_string(civil_date_text(d, s));
}

static json_t *
list_of(const char *commas)
{
	json_t *list = json_array();
	char *buf cleanup(freep) = xstrdup(commas);
	for (char *rest = buf, *item; (item = strsep(&rest, ","));)
		if (*item)
			json_array_append_new(list, text(item));
	return list;
}

static struct bytes
dump(json_t *j)
{
	char *s = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(j);
	assert(s); /* only out of memory gets here: every text was checked */
	return (struct bytes){(unsigned char *)s, strlen(s)};
}

static void
put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *
reason_objects(enum language l, const struct reason *reasons, uint32_t n)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < n && i < REASONS_MAX; i++) {
		const struct reason *r = &reasons[i];
		char words[128];
		words_reason(l, r, words, sizeof words);
		json_t *o = json_object();
		put(o, "code", text(r->code));
		put(o, "value", number(r->value));
		put(o, "usual", number(r->usual));
		put(o, "weight", number(r->weight));
		put(o, "text", text(words));
		put(o, "scorer", text(r->scorer));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
status_of(const struct night *n)
{
	return json_string(!n                   ? "none"
			   : n->gone            ? "deleted"
			   : n->insufficient[0] ? "insufficient"
						: "final");
}

/* null where nothing stands that could have been measured */
static json_t *
coverage_of(const struct night *n)
{
	return n && !n->gone ? number(round(n->coverage * 1000) / 1000) : json_null();
}

/* Every number by its channel: what has a name of its own above, and what else was scored. */
static json_t *
values_of(const struct night *n)
{
	json_t *o = json_object();
	for (uint32_t i = 0; i < n->n_values && i < NIGHT_VALUES_MAX; i++)
		put(o, n->values[i].name, number(number_digits12(n->values[i].value)));
	return o;
}

/* Scorers that were called and gave nothing: why, by name. */
static json_t *
not_given_of(const struct night *n)
{
	json_t *o = json_object();
	for (uint32_t i = 0; i < n->n_notes && i < NIGHT_NOTES_MAX; i++)
		put(o, n->notes[i].scorer, text(n->notes[i].why));
	return o;
}

struct bytes
encode_night_json(const struct night *n, const struct zone *zone, enum language l)
{
	json_t *o = json_object();
	put(o, "person", text(n->person));
	put(o, "date", date_of(n->date));
	put(o, "kind", text(sleep_kind_name(n->kind)));
	put(o, "ordinal", json_integer(n->ordinal));
	put(o, "revision", json_integer(n->revision));
	put(o, "status", status_of(n));
	put(o, "in_bed", time_of(n->in_bed, zone));
	put(o, "onset", time_of(n->onset, zone));
	put(o, "wake", time_of(n->wake, zone));
	put(o, "out_bed", time_of(n->out_of_bed, zone));
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		put(o, night_numbers[i].column,
			number(number_round(night_value(n, night_numbers[i].channel))));
	put(o, "values", values_of(n));
	put(o, "coverage", coverage_of(n));
	put(o, "sources", list_of(n->sources));
	put(o, "insufficient", text(n->insufficient));
	put(o, "reasons", reason_objects(l, n->reasons, n->n_reasons));
	put(o, "not_given", not_given_of(n));
	return dump(o);
}

static void
put_night_scalars(json_t *o, const struct night *n, const struct zone *zone)
{
	static const struct {
		const char *key, *channel;
		int decimals;
	} scalars[] = {
		{"night_score", "night.score", 0},
		{"sleep_min", "night.tst", 0},
		{"waso_min", "night.waso", 0},
		{"sol_min", "night.sol", 0},
		{"awakenings", "night.awakenings", 0},
		{"se_pct", "night.se", 1},
	};
	put(o, "night", n ? date_of(n->date) : json_null());
	put(o, "night_status", status_of(n));
	for (unsigned i = 0; i < array_len(scalars); i++) {
		double v = n ? night_value(n, scalars[i].channel) : NAN;
		put(o, scalars[i].key,
			number(scalars[i].decimals ? number_round(v) : round(v) + 0.0));
	}
	put(o, "bedtime", n ? time_of(n->in_bed, zone) : json_null());
	put(o, "onset", n ? time_of(n->onset, zone) : json_null());
	put(o, "wake", n ? time_of(n->wake, zone) : json_null());
	put(o, "coverage", coverage_of(n));
}

static int
is_standing(const struct alert *a)
{
	return a && (a->state == ALERT_RAISED || a->state == ALERT_CORRECTED);
}

struct bytes
encode_state_json(const struct night *n, const struct forecast *f, const struct alert *a,
	const struct zone *zone, int with_pain)
{
	json_t *o = json_object();
	put_night_scalars(o, n, zone);
	int known = f && !f->insufficient[0] && isfinite(f->probability);
	put(o, "outlook_date", f ? date_of(f->date) : json_null());
	put(o, "day_outlook", known ? number(round(f->probability * 100)) : json_null());
	put(o, "outlook_level",
		json_string(outlook_names[words_outlook(f, WORDS_LEARNING_DAYS)]));
	put(o, "outlook_high",
		known || a ? json_string(is_standing(a) ? "ON" : "OFF") : json_null());
	put(o, "outlook_issued", f ? time_of(f->issued, zone) : json_null());
	put(o, "rated_days", f ? json_integer(f->rated_days) : json_null());
	if (with_pain) {
		put(o, "pain_threshold",
			known ? number(number_round(f->threshold)) : json_null());
		double yesterday = NAN, recent = NAN;
		for (uint32_t i = 0; f && i < f->n_reasons && i < REASONS_MAX; i++) {
			if (strcmp(f->reasons[i].code, "yesterday") == 0)
				yesterday = f->reasons[i].value;
			if (strcmp(f->reasons[i].code, "recent_pain") == 0)
				recent = f->reasons[i].value;
		}
		put(o, "pain_yesterday", number(number_round(yesterday)));
		put(o, "pain_recent", number(number_round(recent)));
	}
	return dump(o);
}

/* What a forecast adds to an event. */
static void
put_outlook(json_t *o, const struct forecast *f, enum language l)
{
	json_t *reasons = json_array();
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		char words[128];
		words_reason(l, &f->reasons[i], words, sizeof words);
		if (words[0] && f->reasons[i].weight > 0)
			json_array_append_new(reasons, text(words));
	}
	put(o, "day_outlook", number(round(f->probability * 100)));
	put(o, "base_rate", number(round(f->base_rate * 1000) / 1000));
	put(o, "night", date_of(f->date));
	put(o, "reasons", reasons);
}

struct bytes
encode_notice_json(const struct notice *n, const struct forecast *f,
	const struct zone *zone, enum language l)
{
	json_t *o = json_object();
	put(o, "event_type", text(notice_names[n->kind]));
	if (f)
		put_outlook(o, f, l);
	put(o, "date", date_of(n->date));
	put(o, "title", text(n->title));
	put(o, "text", text(n->text));
	put(o, "discreet_title", text(n->discreet_title));
	put(o, "discreet_text", text(n->discreet_text));
	put(o, "tag", text(n->tag));
	put(o, "id", text(n->id));
	put(o, "rule", text(notice_rule(n->kind)));
	put(o, "revision", json_integer(n->revision));
	put(o, "issued_at", time_of(n->issued, zone));
	put(o, "expires_at", time_of(n->expires, zone));
	return dump(o);
}
