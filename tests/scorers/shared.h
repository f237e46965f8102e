/* SPDX-License-Identifier: MIT */
/* Lines of shared data, for tests: where it is not there, the test skips. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
