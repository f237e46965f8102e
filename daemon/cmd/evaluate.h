/* SPDX-License-Identifier: MIT */
/* What the writers of `dozed evaluate` share: one row a scorer, the stored forecasts first, then
 * those of --scorer, then the plain ones. Every row is judged on the same mornings: those
 * that all of them have. */
#pragma once

#include "cmd/args.h"
#include "cmd/plain.h"
#include "cmd/variant.h"
#include "core/track_pool.h"

#define EVALUATE_ROWS_MAX (1 + ARG_LIST_MAX + PLAINS)
#define EVALUATE_STORED   "stored" /* the name of the first row */
#define EVALUATE_ALL      "(all)"  /* in the place of a person; no id looks like that */

struct evaluate_person {
	const struct person *who;                          /* borrowed */
	struct track_morning *mornings[EVALUATE_ROWS_MAX]; /* owned */
	struct track_record t[EVALUATE_ROWS_MAX];
};

struct evaluate {
	const struct cmd_context *cmd; /* borrowed */
	struct reader *in;             /* borrowed */
	civil_day from, to;
	unsigned n_variants, n_rows;
	struct variant *variants; /* owned */
	unsigned n_people;
	struct evaluate_person *people;             /* owned */
	struct track_pool pools[EVALUATE_ROWS_MAX]; /* of all people */
	struct table *forecasts; /* borrowed; NULL unless they are listed */
};

const char *evaluate_row_name(const struct evaluate *e, unsigned row);
/* One person more: days loaded, every row made and judged. */
int evaluate_person(struct evaluate *e, const struct person *who) must_check;
/* After the last one. */
void evaluate_pool(struct evaluate *e);
void evaluate_finish(struct evaluate *e);

#define EVALUATE_FORECAST_COLUMNS                                                        \
	"person,date,scorer,probability,low,threshold,base_rate,rated_days,told,rating," \
	"outcome,judged"
/* The other two listings, and a page to read. 0 or negative errno. */
int evaluate_print_records(const struct evaluate *e, enum table_format format) must_check;
int evaluate_print_calibration(
	const struct evaluate *e, enum table_format format) must_check;
void evaluate_print_page(const struct evaluate *e);
