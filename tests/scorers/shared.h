/* SPDX-License-Identifier: MIT */
/* Lines and columns of shared data, for tests: where it is not there, the test skips. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 24000 /* of a column */

/* NULL, and says so, where the shared data is not there. */
static inline FILE *
shared_data(const char *path)
{
	char full[1024];
	const char *root = getenv("DOZED_SHARED_DATA"), *source = getenv("DOZED_SOURCE");
	snprintf(full, sizeof full, "%s%s/%s", root ? root : source,
		root ? "" : "/../shared/data", path);
	FILE *f = fopen(full, "r");
	if (!f)
		print_message("SKIP: %s not found\n", path);
	return f;
}

/* Splits a CSV line in place; returns the number of fields. */
static inline unsigned
split(char *line, char **fields, unsigned max)
{
	unsigned n = 0;
	line[strcspn(line, "\r\n")] = 0;
	while (line && n < max)
		fields[n++] = strsep(&line, ",");
	return n;
}

static inline double
number(const char *field)
{
	return *field ? strtod(field, NULL) : NAN;
}

/* R writes the heads of its tables in quotes. */
static inline int
is_named(const char *head, const char *name)
{
	size_t n = strlen(name);
	head += *head == '"';
	return strncmp(head, name, n) == 0 && (!head[n] || head[n] == '"');
}

/* A column of a shared table into v: numbers, an S is 1, a W is 0, a blank is NAN. Returns the
 * rows; skips the test where the table is not there. */
static inline int
read_column(const char *path, const char *name, double v[ROWS_MAX])
{
	FILE *f = shared_data(path);
	char line[1024], *cells[32];
	unsigned column = 0, n = 0;
	int rows = 0;
	if (!f)
		skip();
	assert_non_null(fgets(line, sizeof line, f));
	n = split(line, cells, 32);
	while (column < n && !is_named(cells[column], name))
		column++;
	assert_true(column < n);
	while (rows < ROWS_MAX && fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, cells, 32), n);
		const char *cell = cells[column];
		v[rows++] = *cell == 'S' ? 1 : *cell == 'W' ? 0 : number(cell);
	}
	fclose(f);
	return rows;
}
