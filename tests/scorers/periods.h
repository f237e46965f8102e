/* SPDX-License-Identifier: MIT */
/* For tests of scorers of periods: the shared ActiGraph recording, rows of tables of periods in
 * it, and minutes of letters. */
#pragma once

#include "scorers/epochs.h"

#define ACTIGRAPH_MINUTES 1500
#define ACTIGRAPH_EPOCHS  "sleep/actilife/GT3XPlus-RawData-Day01-sleep-awake.csv"
#define PERIOD_CELLS      32

/* "2012-06-28T00:03:00Z" as a minute of that recording, which begins on the 27th at 10:54. */
static inline int
minute_of(const char *time)
{
	int day = 0, hour = 0, minute = 0;
	assert_int_equal(sscanf(time, "2012-06-%dT%d:%d", &day, &hour, &minute), 3);
	return ((day - 27) * 24 + hour - 10) * 60 + minute - 54;
}

/* A table of periods, row by row; skips the test where it is not there. */
struct table {
	FILE *f;
	char line[1024], *cells[PERIOD_CELLS];
	unsigned n;
};

static inline struct table
open_table(const char *path)
{
	struct table t = {.f = shared_data(path)};
	if (!t.f)
		skip();
	assert_non_null(fgets(t.line, sizeof t.line, t.f));
	return t;
}

/* 0 at the end, closed then. */
static inline int
next_row(struct table *t)
{
	if (!fgets(t->line, sizeof t->line, t->f)) {
		fclose(t->f);
		return 0;
	}
	t->n = split(t->line, t->cells, PERIOD_CELLS);
	return 1;
}

/* What `letters` say of minutes: '.' is missing, else v of '0'..'9', 'S' 1, 'W' 0; x is 500. */
static inline int
spell(const char *letters, double *v)
{
	int n = 0;
	for (; letters[n]; n++) {
		char c = letters[n];
		v[n] = c == '.'   ? NAN
		       : c == 'S' ? 1
		       : c == 'W' ? 0
		       : c == 'x' ? 500
				  : c - '0';
	}
	return n;
}

/* score() on spelt minutes; what it wrote to a channel of 0 and 1, as letters. */
static inline const char *
scored(struct rig *r, const char *letters, const char *channel)
{
	static char ret[512];
	double v[512], got[512];
	int n = spell(letters, v);
	assert_int_equal(score_recording(r, v, n, 60), SCORER_OK);
	written(r, channel, got);
	for (int i = 0; i < n; i++)
		ret[i] = isnan(got[i]) ? '.' : got[i] > 0 ? '1' : '0';
	ret[n] = 0;
	return ret;
}
