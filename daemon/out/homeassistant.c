/* SPDX-License-Identifier: MIT */
/* See homeassistant.h. Keys and rules: https://www.home-assistant.io/integrations/mqtt/ and the
 * page of each component there; tests/integration/ha_schema.py holds what they allow. One
 * unknown key at the top rejects the whole message. A row that is taken out of the table
 * must stay for a while as {"p": component} alone, or its entity stays behind. */
#include "out/homeassistant.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/notice.h"
#include "core/words.h"

/* What an entity shows, and whence. */
enum kind {
	VALUE,  /* a key of the state */
	SHARE,  /* the same, 0-1 there and per cent here */
	ENUM,   /* a key of the state with a word of a table */
	SWITCH, /* a key of the state with ON or OFF */
	SAMPLE, /* a topic of its own with a time */
	SLIDER, /* a rating */
	BUTTON, /* a command */
	EVENTS, /* notices */
};

struct entity {
	enum kind kind;
	const char *key;  /* of unique id, entity id and, unless below, the value */
	const char *json; /* key in the state, or kind of rating, or command */
	const char *name[LANGUAGES];
	const char *icon, *unit, *device_class;
	int diagnostic;
	const char *const *words; /* of an ENUM */
	unsigned n_words;
};

static const struct entity entities[] = {
	{VALUE, "night_score", NULL, {"Night score", "Nachtwert"}, "mdi:sleep"},
	{VALUE, "sleep_minutes", "sleep_min", {"Sleep last night", "Schlaf letzte Nacht"},
		"mdi:bed-clock", "min", "duration"},
	{VALUE, "awake_minutes", "waso_min", {"Awake last night", "Wach letzte Nacht"},
		"mdi:eye-outline", "min", "duration"},
	{VALUE, "efficiency", "se_pct", {"Sleep efficiency", "Schlafeffizienz"},
		"mdi:bed-outline", "%"},
	{VALUE, "day_outlook", NULL, {"Day outlook", "Tagesaussicht"},
		"mdi:chart-bell-curve", "%"},
	{ENUM, "outlook_level", NULL, {"Day outlook level", "Tagesaussicht, Stufe"},
		"mdi:chart-bell-curve", .words = outlook_names, .n_words = OUTLOOKS},
	{SWITCH, "outlook_high", NULL,
		{"Higher-discomfort day likely", "Eher ein Tag mit mehr Beschwerden"},
		"mdi:weather-partly-cloudy"},
	{ENUM, "night_status", NULL, {"Night data", "Daten der Nacht"},
		"mdi:database-check-outline", .diagnostic = 1,
		.words = night_status_names, .n_words = NIGHT_STATUSES},
	{SAMPLE, "last_sample", NULL, {"Last sample", "Letzte Messung"},
		"mdi:clock-outline", NULL, "timestamp", .diagnostic = 1},
	/* how often it was right: for who wants to know, not for the front of a dashboard */
	{VALUE, "rated_days", NULL, {"Rated days", "Bewertete Tage"}, "mdi:counter",
		.diagnostic = 1},
	{SHARE, "base_rate", NULL,
		{"Higher-discomfort days", "Tage mit mehr Beschwerden"},
		"mdi:calendar-range-outline", "%", .diagnostic = 1},
	{SHARE, "hit_rate", NULL,
		{"Higher-discomfort days announced",
			"Angekündigte Tage mit mehr Beschwerden"},
		"mdi:bullseye-arrow", "%", .diagnostic = 1},
	{SHARE, "false_alarm_share", NULL,
		{"Notices that were wrong", "Hinweise, die nicht zutrafen"},
		"mdi:bullseye", "%", .diagnostic = 1},
	{VALUE, "alerts_per_week", NULL, {"Notices a week", "Hinweise je Woche"},
		"mdi:calendar-week-outline", .diagnostic = 1},
	{SHARE, "brier_skill", NULL, {"Skill of the outlook", "Güte der Aussicht"},
		"mdi:chart-line", "%", .diagnostic = 1},
	{SWITCH, "skill_claimed", NULL,
		{"Outlook better than the usual rate",
			"Aussicht besser als die übliche Häufigkeit"},
		"mdi:scale-balance", .diagnostic = 1},
	{SLIDER, "sleep_quality", NULL, {"Sleep quality (0-10)", "Schlafqualität (0-10)"},
		"mdi:star-half-full"},
	{SLIDER, "pain_morning", NULL,
		{"Pain this morning (0-10)", "Schmerz heute Morgen (0-10)"},
		"mdi:weather-sunset-up"},
	{SLIDER, "pain_day", NULL, {"Pain today (0-10)", "Schmerz heute (0-10)"},
		"mdi:weather-sunset-down"},
	{BUTTON, "ack", NULL, {"Acknowledge notice", "Hinweis bestätigen"}, "mdi:check"},
	{BUTTON, "snooze", NULL, {"Snooze notices", "Hinweise pausieren"},
		"mdi:bell-sleep-outline"},
	{BUTTON, "false_alarm", NULL, {"Notice was wrong", "Hinweis traf nicht zu"},
		"mdi:thumb-down-outline"},
	{EVENTS, "alert", NULL, {"Notice", "Hinweis"}, "mdi:bell-outline"},
};

static void
put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static void
put_text(json_t *o, const char *key, const char *text)
{
	put(o, key, json_string(text));
}

/* root/person/a or root/person/a/b */
static void
put_topic(json_t *o, const char *key, const char *root, const char *person, const char *a,
	const char *b)
{
	put(o, key,
		json_sprintf("%s/%s/%s%s%s", root, person, a, b ? "/" : "", b ? b : ""));
}

static const char *
component_of(enum kind k)
{
	switch (k) {
	case VALUE:
	case SHARE:
	case ENUM:
	case SAMPLE:
		break;
	case SWITCH:
		return "binary_sensor";
	case SLIDER:
		return "number";
	case BUTTON:
		return "button";
	case EVENTS:
		return "event";
	}
	return "sensor";
}

static const char *
json_key(const struct entity *e)
{
	return e->json ? e->json : e->key;
}

/* From the state: what is old there is not shown as new. */
static void
put_state(json_t *o, const struct entity *e, const char *root, const char *person)
{
	const char *key = json_key(e);
	json_t *template =
		e->kind == SHARE ? json_sprintf("{{ (value_json.%s * 100) | round(1) if "
						"value_json.%s is number else none }}",
					   key, key)
				 : json_sprintf("{{ value_json.%s }}", key);

	put_topic(o, "state_topic", root, person, "state", NULL);
	put(o, "value_template", template);
	put(o, "expire_after", json_integer(HOMEASSISTANT_FRESH_MS / SECOND_MS));
	if (e->kind == VALUE || e->kind == SHARE)
		put_text(o, "state_class", "measurement");
	if (e->kind == SWITCH) {
		put_text(o, "payload_on", "ON");
		put_text(o, "payload_off", "OFF");
	}
	/* the night's explanation, for who looks closer */
	if (strcmp(e->key, "night_score") == 0)
		put_topic(o, "json_attributes_topic", root, person, "night", NULL);
}

static json_t *
names(const char *const *words, unsigned first, unsigned n)
{
	json_t *list = json_array();

	for (unsigned i = first; i < n; i++)
		json_array_append_new(list, json_string(words[i]));
	return list;
}

static void
put_own(json_t *o, const struct entity *e, const char *root, const char *person)
{
	switch (e->kind) {
	case VALUE:
	case SHARE:
	case SWITCH:
		put_state(o, e, root, person);
		break;
	case ENUM:
		put_state(o, e, root, person);
		put_text(o, "device_class", "enum");
		put(o, "options", names(e->words, 0, e->n_words));
		break;
	case SAMPLE:
		put_topic(o, "state_topic", root, person, e->key, NULL);
		break;
	case SLIDER:
		put_topic(o, "state_topic", root, person, json_key(e), "state");
		put_topic(o, "command_topic", root, person, json_key(e), "set");
		put(o, "min", json_integer(0)); /* the default is 1 */
		put(o, "max", json_integer(10));
		put(o, "step", json_integer(1));
		put_text(o, "mode", "slider");
		break;
	case BUTTON:
		put_topic(o, "command_topic", root, person, "cmd", NULL);
		put_text(o, "payload_press", json_key(e));
		break;
	case EVENTS:
		put_topic(o, "state_topic", root, person, "alert", NULL);
		put(o, "event_types", names(notice_names, 1, NOTICE_KINDS));
		break;
	}
}

/* Entity ids know no '-'. */
static json_t *
entity_id(const char *component, const char *person, const char *key)
{
	char slug[ID_MAX + 1];

	snprintf(slug, sizeof slug, "%s", person);
	for (char *c = slug; *c; c++)
		if (*c == '-')
			*c = '_';
	return json_sprintf("%s.%s_%s", component, slug, key);
}

static json_t *
component(const struct entity *e, const char *root, const struct person *who)
{
	const char *p = component_of(e->kind);
	json_t *o = json_object();

	put_text(o, "p", p);
	put(o, "unique_id", json_sprintf("dozed_%s_%s", who->id, e->key));
	put(o, "default_entity_id", entity_id(p, who->id, e->key));
	put_text(o, "name", e->name[who->language]);
	put_text(o, "icon", e->icon);
	if (e->unit)
		put_text(o, "unit_of_measurement", e->unit);
	if (e->device_class)
		put_text(o, "device_class", e->device_class);
	if (e->diagnostic)
		put_text(o, "entity_category", "diagnostic");
	put_own(o, e, root, who->id);
	return o;
}

static json_t *
device(const struct person *who)
{
	static const char *const titles[LANGUAGES] = {
		"Sleep and comfort (%s)", "Schlaf und Befinden (%s)"};
	char name[128];

	snprintf(name, sizeof name, titles[who->language],
		who->name[0] ? who->name : who->id);
	/* the name is the configuration's, which is UTF-8; '*': anything else is left out */
	return json_pack("{s:[o], s:s*, s:s, s:s, s:s}", "ids",
		json_sprintf("dozed_%s", who->id), "name", name, "mf", "dozed", "mdl",
		"person", "sw", DOZED_VERSION);
}

struct bytes
homeassistant_config(const char *root, const struct person *who)
{
	json_t *o = json_object(), *components = json_object();

	put(o, "dev", device(who));
	put(o, "o", json_pack("{s:s, s:s}", "name", "dozed", "sw", DOZED_VERSION));
	put(o, "availability_topic", json_sprintf("%s/status", root));
	put_text(o, "payload_available", "online");
	put_text(o, "payload_not_available", "offline");
	put(o, "qos", json_integer(1));
	for (unsigned i = 0; i < array_len(entities); i++)
		put(components, entities[i].key, component(&entities[i], root, who));
	put(o, "cmps", components);
	char *s = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	assert(s); /* only out of memory gets here */
	return (struct bytes){(unsigned char *)s, strlen(s)};
}

const char *
homeassistant_topic(
	const char *prefix, const char *person, char ret[static HOMEASSISTANT_TOPIC_LEN])
{
	snprintf(ret, HOMEASSISTANT_TOPIC_LEN, "%s/device/dozed_%s/config", prefix,
		person);
	return ret;
}
