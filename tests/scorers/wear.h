/* SPDX-License-Identifier: MIT */
/* For tests of the scorers that tell minutes worn from minutes not worn: what choi and troiano
 * have in common, and ActiLife's and actigraph.sleepr's periods of the shared recording. */
#pragma once

#include "scorers/periods.h"

/* The options that both begin with, for words of minutes. */
enum { MIN_PERIOD, STILL = 3 };

#define expect_worn(r, counts, worn) assert_string_equal(scored(r, counts, "worn"), worn)

/* Of a rig in which not worn is at least six minutes long. */
static inline void
expect_long_stillness_alone(struct rig *r)
{
	expect_worn(r, "xx000000xx", "1100000011");
	expect_worn(r, "xx00000xx", "111111111");
	expect_worn(r, "000000", "000000");
}

static inline void
expect_missing_minutes_to_end_it(struct rig *r)
{
	expect_worn(r, "x0000.0000x", "11111.11111");
	expect_worn(r, "x000000.000", "1000000.111");
	rig_view(r, 0, (double[]){0, 0}, 2, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

static inline void
expect_still_to_be_an_option(struct rig *r)
{
	expect_worn(r, "x010201x", "11111111");
	r->options[STILL] = 2;
	expect_worn(r, "x010201x", "10000001");
}

/* Rows of a table of wear periods with the same parameters (cells[parameters..]) in one run: the
 * minutes that it has as not worn. Returns its rows; 0 at the end. `t` is at its next row. */
static inline int
read_wear(struct table *t, double *worn, char name[96], unsigned parameters)
{
	int rows = 0;
	char first[1024] = "";
	for (int i = 0; i < ACTIGRAPH_MINUTES; i++)
		worn[i] = 1;
	while (t->n > 0) {
		char key[1024] = "";
		for (unsigned c = parameters; c < t->n; c++)
			snprintf(key + strlen(key), sizeof key - strlen(key), "%s ",
				t->cells[c]);
		if (rows && strcmp(key, first) != 0)
			break;
		snprintf(first, sizeof first, "%s", key);
		key[strlen(key) - 1] = 0;
		snprintf(name, 96, "ActiLife, %.80s", key);
		int from = minute_of(t->cells[0]), to = minute_of(t->cells[1]);
		assert_int_equal(to - from, (int)number(t->cells[3]));
		for (int i = from; i < to && *t->cells[2] == 'F'; i++)
			worn[i] = 0;
		rows++;
		if (!next_row(t))
			t->n = 0;
	}
	return rows;
}

/* The shared recording with the rig's options; prints how many minutes equal `worn`. */
static inline void
expect_minutes(struct rig *r, const char *name, const double *worn)
{
	static double counts[EPOCHS_MAX], got[EPOCHS_MAX];
	assert_int_equal(
		read_column(ACTIGRAPH_EPOCHS, "axis1", counts), ACTIGRAPH_MINUTES);
	assert_int_equal(score_recording(r, counts, ACTIGRAPH_MINUTES, 60), SCORER_OK);
	written(r, "worn", got);
	assert_int_equal(print_equal(name, got, worn, ACTIGRAPH_MINUTES, 0), 0);
}

/* ActiLife's table: `rows` rows with `sets` sets of parameters, which set() makes options of. */
static inline void
expect_actilife(struct rig *r, const char *path, void (*set)(struct rig *, char **cells),
	int rows, int sets)
{
	static double worn[EPOCHS_MAX];
	struct table t = open_table(path);
	char name[96];
	int seen_rows = 0, seen_sets = 0;
	assert_int_equal(next_row(&t), 1);
	for (; t.n > 0; seen_sets++) {
		set(r, t.cells);
		seen_rows += read_wear(&t, worn, name, 4);
		expect_minutes(r, name, worn);
	}
	print_message("%s, ActiLife: %d rows in %d sets of parameters\n", r->desc->name,
		seen_rows, seen_sets);
	assert_int_equal(seen_rows, rows);
	assert_int_equal(seen_sets, sets);
}

/* actigraph.sleepr's periods of an algorithm, with the default options. */
static inline void
expect_sleepr(struct rig *r, const char *algorithm)
{
	static double worn[EPOCHS_MAX];
	char name[96];
	struct table t = open_table("sleep/actilife/oracle/nonwear_sleepr.csv");
	for (int i = 0; i < ACTIGRAPH_MINUTES; i++)
		worn[i] = 1;
	while (next_row(&t))
		for (int i = minute_of(t.cells[2]);
			i < minute_of(t.cells[3]) && strcmp(t.cells[1], algorithm) == 0;
			i++)
			worn[i] = 0;
	snprintf(name, sizeof name, "%s, sleepr", r->desc->name);
	expect_minutes(r, name, worn);
}
