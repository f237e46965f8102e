/* SPDX-License-Identifier: MIT */
/* Command lines of the sub-commands: one table of options per command feeds parsing and
 * `--help`; and the two things that most commands open first, a person and the store.
 * Every fault is told on stderr with what to do about it. */
#pragma once

#include "cmd/cmd.h"
#include "cmd/table.h"

enum arg_type {
	ARG_FLAG,   /* int */
	ARG_TEXT,   /* const char *, borrowed from argv */
	ARG_DATE,   /* struct arg_date */
	ARG_FORMAT, /* enum table_format; "table" is refused where ARG_LINES */
	ARG_LINES,  /* enum table_format: csv or json */
	ARG_LIST,   /* struct arg_list: may be given several times */
};

struct arg_date {
	int given;
	civil_day day;
};

#define ARG_LIST_MAX 16
struct arg_list {
	unsigned n;
	const char *items[ARG_LIST_MAX]; /* borrowed from argv */
};

/* Tables end with name == NULL. */
struct arg {
	const char *name, *value; /* "--from", "DATE"; value NULL for a flag */
	enum arg_type type;
	void *into;
	const char *help;
};

struct arg_words {
	const char *rest;    /* what may follow the options, "FILE..."; NULL = nothing */
	const char *summary; /* a sentence for --help */
};

enum { ARGS_GO = -1 };
/* ARGS_GO: go on, *ret_rest = index of the first argument that is no option; else the
 * exit code: help was printed, or a fault was told. */
int args_parse(const struct arg *table, const struct arg_words *words, int argc,
	char **argv, int *ret_rest) must_check;

/* The same for commands whose words and options may stand in any order: every word that is no
 * option goes into ret. */
int args_words(const struct arg *table, const struct arg_words *words, int argc,
	char **argv, struct arg_list *ret) must_check;

/* The configured person; with id == NULL the only one there is. NULL: told why. */
const struct person *args_person(const struct cmd_context *ctx, const char *id);
/* [from, to] of two optional dates, everything where they are not given. 0 and told why
 * if they are the wrong way round. */
int args_range(const struct arg_date *from, const struct arg_date *to,
	civil_day *ret_from, civil_day *ret_to) must_check;
/* The store of the configuration for reading; NULL: told why. Where batches wait to be scored
 * it says so on stderr: what is shown then is not all. */
struct store *args_store(const struct cmd_context *ctx);

/* For cleanup(). */
void store_closep(struct store **s);
