/* SPDX-License-Identifier: MIT */
/* Between libconfuse and the table of options: every value goes through config_value_set as
 * it is met, with its place. Private to config_*.c. */
#pragma once

#include <confuse.h>

#include "config_faults.h"
#include "config_table.h"
#include "config_text.h"

#define CONFIG_OPTIONS_MAX 128

/* What is remembered of a person while reading. */
struct person_note {
	struct config_place at;
	int has_zone;                              /* one was given, good or not */
	struct config_place push[PERSON_PUSH_MAX]; /* of the names in push */
};

/* A configuration being read. */
struct config_load {
	struct config *c; /* borrowed: config_read */
	struct faults *faults;
	struct config_text texts[CONFIG_FILES_MAX]; /* of c->files */
	int n_texts, queued[CONFIG_FILES_MAX];      /* to be read in this round */
	int file;                                   /* being read */
	struct config_place
		seen[CONFIG_OPTIONS_MAX]; /* by row of config_options; line 0: not */
	struct config_place section_at[CONFIG_SECTIONS], error_at;
	struct person_note *people; /* owned; one for each of c->people */
	cfg_t *person, *push;       /* the section being read, NULL between */
	cfg_opt_t *list;            /* whose elements came last, and how many */
	unsigned list_n, n_pending; /* settings of the scorer section being read */
};

/* Reads c->files[0] and what it includes, as often as it takes to get past the faults that
 * end a reading. 0, with faults noted, or -errno where the file cannot be read. */
int config_parse(struct config_load *l) must_check;

/* --- config_page.c: what holds between the options of the page ------------------------- */
void config_check_page(struct config_load *l);

/* --- config_push.c: push sections, and who is reached by them ------------------------ */
/* The section being read, begun where it is met first. */
struct push_config *config_push_of(struct config_load *l, cfg_t *section);
void config_push_close(struct config_load *l, cfg_t *section, int line);
/* Element n of a list of kind CONFIG_PUSH, _HEADERS or _COMMAND. */
void config_push_element(struct config_load *l, struct config_place at,
	const struct config_option *o, unsigned n, const char *text);
/* When all is read: what goes together, and names that nobody has. */
void config_push_check(struct config_load *l);

/* --- config_element.c: lists, and what is said of a name that is not known ------------ */
void config_element(struct config_load *l, cfg_t *section, cfg_opt_t *opt);
int config_scorer_name_is_valid(const char *s);
void config_unknown(struct config_load *l, struct config_place at, const char *section,
	const char *name);
/* The option's row number, for seen[]. */
size_t config_row(const struct config_option *o);
/* Adds a file to be read; the fault, if any, belongs to `at`. */
void config_include(struct config_load *l, struct config_place at, const char *path);
