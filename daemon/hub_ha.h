/* SPDX-License-Identifier: MIT */
/* What Home Assistant needs beyond the results: the announcement of everybody's entities, the
 * sliders' values, the time of the last sample, and the state once more whenever somebody may
 * have missed it. Part of the hub (hub_private.h includes it), on the loop's thread.
 *
 * None of it goes through the outbox: each message can be made again from the configuration
 * and the store at any time, only the newest counts, and everything is told again when the link
 * comes up (a broker without persistence has forgotten what was retained) and when Home
 * Assistant starts. So nothing is lost with a message, a full disk holds nothing up, and a
 * link that comes and goes writes nothing. The table `announced` only remembers who must be
 * taken back. Paced: at most HA_WINDOW on their way. */
#pragma once

#include <uv.h>

#include "config.h"
#include "out/homeassistant.h"

#define HA_WINDOW 8 /* of MQTT_IN_FLIGHT_MAX; results go beside it */

enum ha_topic { /* of a person, in the order in which they are told */
	HA_CONFIG,
	HA_STATE,
	HA_NIGHT,
	HA_SAMPLE,
	HA_SLIDER, /* + rating kind */
	HA_TOPICS = HA_SLIDER + RATING_KINDS
};

#define HA_BIT(topic) (1u << (topic))
#define HA_ALL        (HA_BIT(HA_TOPICS) - 1)

struct hub;

struct ha_person {
	char id[ID_MAX + 1];
	const struct person *who; /* borrowed: configuration; NULL: has left it */
	unsigned todo, empty;
	int announced; /* stands in the table, with this hash */
	uint64_t hash;
	int heard;
	/* what was told last */
	int slider[RATING_KINDS]; /* -1 = unknown */
	civil_day slider_day[RATING_KINDS];
	utc_ms sample, state_until;
};

struct ha {
	uv_timer_t timer;
	unsigned due; /* topics that are told when it rings, a bit each */
	unsigned
		again; /* how often what is not retained was told again since the announcement */
	struct ha_person
		*people; /* owned; those of the configuration and those to take back */
	unsigned n, next;
	struct {
		int64_t id; /* 0 = free */
		unsigned person;
		enum ha_topic topic;
		int emptied;
	} flights[HA_WINDOW];
	int64_t last_id;
	uint64_t taps; /* counted when they were last looked at */
};

void ha_open(struct hub *h);
void ha_close(struct hub *h); /* again: does nothing */
/* Another configuration: people may have come and gone. */
void ha_reloaded(struct hub *h);
/* Everything once more: at once when our own link came up, else (Home Assistant has started)
 * after a short random delay, since every device in the house answers that. */
void ha_announce(struct hub *h, int link_is_new);
/* Something came in, h->news tells of whom; once it is scored, ha_look looks. */
void ha_heard(struct hub *h);
/* After a turn of the line, and at least once a minute: what has changed, also by the clock. */
void ha_look(struct hub *h);
/* A publication of ours ended. */
void ha_ended(struct hub *h, int64_t id, int ok);

/* --- hub_ha_say.c: what is said --------------------------------------------------------- */

/* Where Home Assistant says "online". */
void ha_birth_topic(const struct config *c, char ret[static 160]);
int ha_is_retained(const struct config *c, enum ha_topic topic);
unsigned ha_not_retained(const struct config *c); /* a bit each */
unsigned ha_told(const struct hub *h, const struct ha_person *p);
/* What a broker may still hold of the person and must not. State and night are a promise to
 * others as well and outlive the announcement. */
unsigned ha_emptied(const struct hub *h, const struct ha_person *p);
void ha_topic_name(const struct config *c, const char *person, enum ha_topic topic,
	char ret[static HOMEASSISTANT_TOPIC_LEN]);
/* Of the announcement; its last bits are ha_not_retained. */
uint64_t ha_hash(const struct config *c, const struct person *who);
/* As of now, and notes in p what is told; data NULL: there is nothing to say. */
struct bytes ha_bytes(struct hub *h, struct ha_person *p, enum ha_topic topic);
/* The day of a rating given now. */
civil_day ha_slider_day(const struct hub *h, const struct person *who, int kind);
/* Today's ratings; -1 = none. Negative errno. */
int ha_sliders(
	struct hub *h, const struct person *who, int ret[static RATING_KINDS]) must_check;
/* Of a tracker; 0 = none. */
utc_ms ha_sample(struct hub *h, const char *person);
