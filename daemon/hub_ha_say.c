/* SPDX-License-Identifier: MIT */
/* What hub_ha.c says: topics, whether a broker keeps them, and the bytes. */
#include "hub_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/log.h"
#include "core/day.h"
#include "in/taps.h"
#include "out/homeassistant.h"
#include "teller.h"

static const struct config *
config(const struct hub *h)
{
	return h->setup.config;
}

void
ha_birth_topic(const struct config *c, char ret[static 160])
{
	snprintf(ret, 160, "%s%s/status", c->topic_prefix, c->homeassistant_prefix);
}

/* Pain stays with nobody but those who listen, unless asked for; the rating of a night is
 * worth as much as its score. */
int
ha_is_retained(const struct config *c, enum ha_topic topic)
{
	if (topic == HA_CONFIG)
		return 1;
	if (topic == HA_SLIDER + RATING_PAIN_MORNING ||
		topic == HA_SLIDER + RATING_PAIN_DAY)
		return c->retain_state && c->retain_pain;
	return c->retain_state;
}

unsigned
ha_not_retained(const struct config *c)
{
	unsigned set = 0;

	for (unsigned t = 0; t < HA_TOPICS; t++)
		if (!ha_is_retained(c, t))
			set |= HA_BIT(t);
	return set;
}

unsigned
ha_told(const struct hub *h, const struct ha_person *p)
{
	if (!p->who)
		return 0;
	return config(h)->homeassistant ? HA_ALL & ~HA_BIT(HA_SLIDER)
					: HA_BIT(HA_STATE) | HA_BIT(HA_NIGHT);
}

unsigned
ha_emptied(const struct hub *h, const struct ha_person *p)
{
	const struct config *c = config(h);
	unsigned told = ha_told(h, p), loose = ha_not_retained(c);
	/* nobody has subscribed yet before the first announcement */
	unsigned before = p->announced ? (unsigned)(p->hash & HA_ALL) : 0;

	if (told & HA_BIT(HA_CONFIG))
		return told & loose & ~before;
	return p->announced ? HA_ALL & ~HA_BIT(HA_SLIDER) & ~(told & ~loose) : 0;
}

void
ha_topic_name(const struct config *c, const char *person, enum ha_topic topic,
	char ret[static HOMEASSISTANT_TOPIC_LEN])
{
	static const char *const last[] = {
		[HA_STATE] = "state", [HA_NIGHT] = "night", [HA_SAMPLE] = "last_sample"};

	if (topic == HA_CONFIG)
		homeassistant_topic(c->homeassistant_prefix, person, ret);
	else if (topic < HA_SLIDER)
		snprintf(ret, HOMEASSISTANT_TOPIC_LEN, "%s/%s/%s", c->topic_root, person,
			last[topic]);
	else
		snprintf(ret, HOMEASSISTANT_TOPIC_LEN, "%s/%s/%s/state", c->topic_root,
			person, rating_names[topic - HA_SLIDER]);
}

static struct bytes
text_bytes(const char *text)
{
	return (struct bytes){(unsigned char *)xstrdup(text), strlen(text)};
}

/* A rating given now would be of this day. */
civil_day
ha_slider_day(const struct hub *h, const struct person *who, int kind)
{
	const struct rating r = {.kind = (enum rating_kind)kind, .at = h->ticker.utc};

	return rating_date(who->zone, &r);
}

/* Today's ratings; -1 = none. Negative errno. */
int
ha_sliders(struct hub *h, const struct person *who, int ret[static RATING_KINDS])
{
	struct day days[2];
	civil_day today = zone_date(who->zone, h->ticker.utc, 0);
	int r = store_days_load(h->store, who->id, DAY(today.n - 1), 2, days);

	for (int k = 1; k < RATING_KINDS && r == 0; k++) {
		double v = days[1 - (today.n - ha_slider_day(h, who, k).n)].rating[k];
		ret[k] = isnan(v) ? -1 : (int)v;
	}
	return r;
}

static struct bytes
slider_bytes(struct hub *h, struct ha_person *p, int kind)
{
	int now[RATING_KINDS];
	char text[12] = "None"; /* which is how Home Assistant spells unknown */

	if (ha_sliders(h, p->who, now) < 0)
		return (struct bytes){NULL, 0};
	p->slider[kind] = now[kind];
	p->slider_day[kind] = ha_slider_day(h, p->who, kind);
	if (now[kind] >= 0)
		snprintf(text, sizeof text, "%d", now[kind]);
	return text_bytes(text);
}

static int
newest_sample(void *ctx, const struct device_state *d)
{
	utc_ms *newest = ctx;

	if (strcmp(d->id.source, TAPS_SOURCE) != 0 && d->newest.ms > newest->ms)
		*newest = d->newest;
	return 0;
}

utc_ms
ha_sample(struct hub *h, const char *person)
{
	utc_ms newest = {0};

	if (store_devices_each(h->store, person, newest_sample, &newest) != 0)
		return UTC(0);
	return newest;
}

static struct bytes
sample_bytes(struct hub *h, struct ha_person *p)
{
	char text[CIVIL_TIME_LEN];
	utc_ms newest = ha_sample(h, p->id);

	if (newest.ms == 0)
		return (struct bytes){NULL, 0};
	p->sample = newest;
	return text_bytes(civil_time_text(p->who->zone, newest, text));
}

/* data NULL: there is nothing to say. */
struct bytes
ha_bytes(struct hub *h, struct ha_person *p, enum ha_topic topic)
{
	struct teller t = {0};
	struct bytes b = {NULL, 0};
	int r = 0;

	teller_begin(&t, config(h), h->store, h->ticker.utc);
	if (topic == HA_CONFIG)
		b = homeassistant_config(config(h)->topic_root, p->who);
	else if (topic == HA_STATE)
		r = teller_state(&t, p->id, &b, &p->state_until);
	else if (topic == HA_NIGHT)
		r = teller_last_night(&t, p->id, &b);
	else if (topic == HA_SAMPLE)
		b = sample_bytes(h, p);
	else
		b = slider_bytes(h, p, (int)topic - HA_SLIDER);
	teller_finish(&t);
	if (r < 0)
		log_debug("the store cannot be read now");
	return b;
}

/* Of the announcement; its last bits are the topics that were not retained. */
uint64_t
ha_hash(const struct config *c, const struct person *who)
{
	struct bytes b = homeassistant_config(c->topic_root, who);
	uint64_t hash = XXH64(b.data, b.size, 0);

	free(b.data);
	return (hash & ~(uint64_t)HA_ALL) | ha_not_retained(c);
}
