/* SPDX-License-Identifier: MIT */
/* Two stores' results side by side: how many nights, forecasts, alerts and decisions are the same, in
 * what the others differ, and the worst case of each. Equal means equal to the last bit;
 * revisions are not compared, since they count what was announced. */
#pragma once

#include "cmd/table.h"
#include "core/person.h"
#include "store/store.h"

#define COMPARE_SILENT_DAYS 14 /* after the last input something may still be decided */
#define COMPARE_WHAT_LEN    (NAME_LEN + 16)

struct compare_row {
	char what[COMPARE_WHAT_LEN]; /* "nights", "nights.tst_min" */
	const char *unit;            /* static */
	int is_total;
	int64_t compared, different, only_stored, only_replay;
	double worst; /* NAN: not a number that differs */
	char person[ID_MAX + 1];
	civil_day date; /* of the worst, or the first */
};

struct compare {
	unsigned n, cap;
	struct compare_row *rows; /* owned */
};

/* Zeroed memory is a valid comparison. */
void compare_finish(struct compare *c);

/* Adds one person's results of [from, to]. */
int compare_person(struct compare *c, struct store *stored, struct store *replayed,
	const struct person *who, civil_day from, civil_day to) must_check;
/* Everything that differs, in sum. */
int64_t compare_differences(const struct compare *c);
/* Totals, and below each the fields that differ. */
int compare_print(const struct compare *c, enum table_format format) must_check;
