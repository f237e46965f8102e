/* SPDX-License-Identifier: MIT */
/* Records to JSON, with the names of Home Assistant's discovery. Everything that may be
 * unknown goes through number() or time_of(), which give null. */
#include "out/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/words.h"
#include "out/json_parts.h"

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
