/* SPDX-License-Identifier: MIT */
/* The one table of options: name, default, range, unit, help and where the value goes. It
 * feeds reading, checking, reload and `dozed check --defaults`, hence etc/dozed.conf. */
#pragma once

#include "config.h"

enum config_kind {
	CONFIG_TEXT,         /* UTF-8 without control characters */
	CONFIG_ID,           /* a client id: [A-Za-z0-9_.-] */
	CONFIG_TOPIC,        /* [A-Za-z0-9_-] in levels, "a/b" */
	CONFIG_TOPIC_PREFIX, /* the same with a '/' at its end, or empty */
	CONFIG_HOST,
	CONFIG_URL,  /* http:// or https://, or empty: not set */
	CONFIG_PATH, /* absolute, or empty: not set */
	CONFIG_INT,
	CONFIG_REAL,
	CONFIG_BOOL,
	CONFIG_SECONDS, /* int, written with a unit; min and max in seconds */
	CONFIG_MS,      /* int64_t, likewise */
	CONFIG_CLOCK,   /* int, minutes after midnight, written 10:30; min -1: or off */
	CONFIG_CHOICE,  /* one of choices; codes[] of its index */
	CONFIG_ZONE,    /* struct zone * */
	/* lists: each element goes through a function of config_parse.c */
	CONFIG_DEVICES,
	CONFIG_NIGHTS,
	CONFIG_SCORERS,
	CONFIG_INCLUDES,
	CONFIG_PUSH,    /* names of push sections */
	CONFIG_HEADERS, /* "Name: value" */
	CONFIG_COMMAND,
	CONFIG_SECRET, /* never accepted; help says what to do instead */
};

struct config_option {
	const char *section; /* "root", "person", "push", or one of config_sections */
	const char *name;
	enum config_kind kind;
	size_t at, size; /* in struct config, struct person, struct push_config */
	const char *def; /* as one would write it, with quotes where needed; NULL: none */
	double min, max;
	const char *choices; /* "a|b|c" */
	const int *codes;
	int restart;      /* a change needs a restart */
	const char *help; /* sentences, for the file */
};

/* Sections without a name of their own; ends with NULL. */
#define CONFIG_SECTIONS 4
extern const char *const config_sections[CONFIG_SECTIONS + 1];
/* Sets every option of the section that has a default; base as in config_value_set. */
void config_section_defaults(const char *section, void *base);

/* Ends with name == NULL. Options of one section stand together. */
extern const struct config_option config_options[];
const struct config_option *config_option_find(const char *section, const char *name);
int config_kind_is_list(enum config_kind k);

#define CONFIG_WHY_LEN 192
/* Reads text as o's kind into base + o->at. 1, or 0 with the reason in why. Not for lists. */
int config_value_set(const struct config_option *o, void *base, const char *text,
	char why[static CONFIG_WHY_LEN]) must_check;
/* "30 min": seconds in the largest unit that divides them. */
void config_duration_text(double s, char ret[static 32]);
