/* SPDX-License-Identifier: MIT */
/* What is the case now, for dozed/<person>/state and /night: whoever asks later, after a
 * broker or a dashboard was away, is told the same as whoever listened. */
#include "teller.h"

#include <stdio.h>
#include <string.h>

#include "core/night.h"
#include "out/homeassistant.h"
#include "track.h"

#define FRESH_DATES 4 /* tomorrow's, which begins at 18:00, and back as far as is fresh */

static int
take_alert(void *ctx, const struct alert *a)
{
	*(struct alert *)ctx = *a;
	return 0;
}

static int
take_main(void *ctx, const struct night *n)
{
	if (n->kind == SLEEP_MAIN)
		*(struct night *)ctx = *n;
	return 0;
}

/* The main sleep of the date: stored, or withdrawn and gone: 1; 0 there is none. */
static int
main_night(struct teller *t, const char *person, civil_day date, struct night *ret)
{
	ret->person[0] = '\0';
	int r = store_nights_each(t->store, person, date, date, take_main, ret);
	if (r < 0 || ret->person[0])
		return r < 0 ? r : 1;
	*ret = (struct night){.date = date, .kind = SLEEP_MAIN};
	snprintf(ret->person, sizeof ret->person, "%s", person);
	r = store_night_withdrawn(t->store, ret, &ret->revision);
	ret->gone = ret->revision > 0;
	return r < 0 ? r : ret->gone;
}

/* The newest main sleep that may still be called last night's: 1, else 0. One that was
 * withdrawn counts as long as it would be today's. */
static int
last_night(struct teller *t, const char *person, civil_day today, struct night *ret)
{
	for (int i = 0; i < FRESH_DATES; i++) {
		civil_day date = DAY(today.n + 1 - i);
		int r = main_night(t, person, date, ret);
		if (r < 0)
			return r;
		if (r && ret->gone && date.n < today.n)
			continue;
		if (r)
			return ret->gone ||
			       ret->out_of_bed.ms + HOMEASSISTANT_FRESH_MS > t->now.ms;
	}
	return 0;
}

int
teller_state(struct teller *t, const char *person, struct bytes *ret, utc_ms *ret_until)
{
	const struct person *who = config_person(t->config, person);
	civil_day today = zone_date(who->zone, t->now, 0);
	struct track_record record;
	struct night night;
	struct alert alert = {0};
	struct day day;
	int known = last_night(t, person, today, &night);
	int r = known < 0 ? known
			  : store_alerts_each(
				    t->store, person, today, today, take_alert, &alert);
	if (r == 0)
		r = store_days_load(t->store, person, today, 1, &day);
	if (r == 0)
		r = track_load(t->store, person, today, &t->config->policy, &record);
	if (r < 0)
		return r;
	const struct state_facts facts = {known ? &night : NULL,
		day.has_forecast ? &day.forecast : NULL, alert.id[0] ? &alert : NULL,
		&record, who->zone, (enum language)who->language, t->config->retain_pain};
	*ret = encode_state_json(&facts);
	*ret_until = zone_instant(who->zone, DAY(today.n + 1), 0);
	if (known && !night.gone &&
		night.out_of_bed.ms + HOMEASSISTANT_FRESH_MS < ret_until->ms)
		*ret_until = UTC(night.out_of_bed.ms + HOMEASSISTANT_FRESH_MS);
	return 0;
}

int
teller_last_night(struct teller *t, const char *person, struct bytes *ret)
{
	const struct person *who = config_person(t->config, person);
	struct night night;
	int r = last_night(t, person, zone_date(who->zone, t->now, 0), &night);

	*ret = r > 0 ? encode_night_json(&night, who->zone, (enum language)who->language)
		     : (struct bytes){NULL, 0};
	return r < 0 ? r : 0;
}
