/* SPDX-License-Identifier: MIT */
/* Scenario scripts: one statement a line or between semicolons, words between blanks,
 * "quoted text" as one word, # to the end of the line. docs: tests/scenario/README.md.
 * Whatever is wrong, in the script or with the line, ends the program with file:line. */
#pragma once

#include "chance.h"
#include "world.h"

#define WORDS_MAX  64
#define PEOPLE_MAX 8

struct script {
	const char *path;
	int line;
	struct world world;
	int is_open; /* the world: with the first `day` */
	/* the configuration: what stands for the people, the alert section and everything */
	char people[PEOPLE_MAX][512];
	unsigned n_people;
	char options[1024], root[512];
	int unanswered; /* the end asks no replay: `no replay` said why */
	char first_person[ID_MAX + 1];
	civil_day day; /* what times of day in inputs refer to */
	char *word[WORDS_MAX];
	int n;          /* words of the statement */
	struct skewed { /* devices whose clock is wrong */
		struct device_id id;
		int64_t off_ms;
	} skewed[PEOPLE_MAX];
	unsigned n_skewed;
};

_Noreturn void script_fail(const struct script *s, const char *fmt, ...)
	printf_like(2, 3);

/* --- words; i is an index into word[]; all of them fail with what was expected ------------ */
const char *word_at(const struct script *s, int i);
int word_is(const struct script *s, int i, const char *text); /* 0 beyond the end too */
long word_number(const struct script *s, int i, long low, long high);
/* "0.31" or "0.31±0.01"; *ret_tolerance is left alone without one. */
double word_real(const struct script *s, int i, double *ret_tolerance);
civil_day word_date(const struct script *s, int i);
int word_is_date(const struct script *s, int i);
/* "07:30" in minutes after midnight; what may follow it stands in *ret_rest. */
int word_clock(const struct script *s, int i, const char **ret_rest);
/* "40min", "3h", "2d" */
int64_t word_duration_ms(const struct script *s, int i);
/* "+3h", "-10min" */
int64_t word_step_ms(const struct script *s, int i);
const struct person *word_person(const struct script *s, int i);
/* "07:30", or "2026-03-29 07:30" in two words, in the person's zone; *i moves past it. */
utc_ms word_instant(const struct script *s, int *i, const struct person *who);

/* --- the statements' own files ------------------------------------------------------------ */
void inputs_statement(struct script *s);        /* HH:MM who ..., who session ... */
void days_statement(struct script *s);          /* days 20 anna ... */
void device_statement(struct script *s);        /* device anna@left clock +3650d */
void expect_statement(struct script *s);        /* expect ... */
void stored_statement(struct script *s, int i); /* expect stored ... */
void decided_statement(struct script *s);       /* expect decided ... */
/* Fails if anything was announced that no `expect` has named. */
void expect_nothing_left(struct script *s);
/* At the end of a script. */
void replay_gives_the_same(struct script *s);
/* A sentence about what came, in ret. */
void said_text(const struct script *s, const struct said *x, char *ret, size_t size);
/* NULL, or why the night is not what the words from i on say. */
const char *night_differs(
	const struct script *s, int i, const struct night *n, utc_ms at);
const char *forecast_differs(
	const struct script *s, int i, const struct forecast *f, utc_ms at);
void night_text(const struct night *n, const struct zone *z, char *ret, size_t size);
void forecast_text(
	const struct forecast *f, const struct zone *z, char *ret, size_t size);
