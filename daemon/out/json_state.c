/* SPDX-License-Identifier: MIT */
/* dozed/<person>/state: scalars for automations, one flat object. The list of its keys stands
 * in docs/evaluate.md and proto/README.md. */
#include "out/json_parts.h"

#include "core/numbers.h"
#include "core/words.h"
#include "core/words_record.h"

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

static json_t *
share(double v)
{
	return number(round(v * 1000) / 1000);
}

/* How often it was right. Before the first judged morning most of it is null. */
static void
put_record(json_t *o, const struct track_record *t, enum language l)
{
	char learning[WORDS_LEARNING_LEN] = "";
	if (track_is_learning(t))
		words_learning(l, t, learning);
	put(o, "nights", json_integer(t->nights));
	put(o, "rated_days", json_integer(t->rated_days));
	put(o, "learning", text(learning));
	put(o, "base_rate", share(t->base_rate));
	put(o, "hit_rate", share(track_hit_rate(t, &t->told)));
	put(o, "false_alarm_share", share(1 - track_ppv(&t->told)));
	put(o, "alerts_per_week", number(round(track_a_week(t, &t->told) * 100) / 100));
	put(o, "brier_skill", share(t->skill));
	put(o, "brier_skill_low", share(t->skill_low));
	put(o, "brier_skill_high", share(t->skill_high));
	put(o, "skill_claimed", json_string(t->skill_claimed ? "ON" : "OFF"));
}

static void
put_no_record(json_t *o)
{
	static const char *const keys[] = {"nights", "rated_days", "learning",
		"base_rate", "hit_rate", "false_alarm_share", "alerts_per_week",
		"brier_skill", "brier_skill_low", "brier_skill_high", "skill_claimed"};
	for (unsigned i = 0; i < array_len(keys); i++)
		put(o, keys[i], json_null());
}

struct bytes
encode_state_json(const struct state_facts *s)
{
	const struct night *n = s->night;
	const struct forecast *f = s->forecast;
	const struct alert *a = s->alert;
	json_t *o = json_object();
	put_night_scalars(o, n, s->zone);
	int known = f && !f->insufficient[0] && isfinite(f->probability);
	put(o, "outlook_date", f ? date_of(f->date) : json_null());
	put(o, "day_outlook", known ? number(round(f->probability * 100)) : json_null());
	put(o, "outlook_level",
		json_string(outlook_names[words_outlook(f, WORDS_LEARNING_DAYS)]));
	put(o, "outlook_high",
		known || a ? json_string(is_standing(a) ? "ON" : "OFF") : json_null());
	put(o, "outlook_issued", f ? time_of(f->issued, s->zone) : json_null());
	if (s->record)
		put_record(o, s->record, s->language);
	else
		put_no_record(o);
	if (s->with_pain) {
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
