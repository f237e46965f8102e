/* SPDX-License-Identifier: MIT */
/* For tests of scorers of minutes: the shared AWD recordings 1 to 3 as other programs scored
 * them. */
#pragma once

#include "scorers/epochs.h"

/* A column of recording k in the table of "pyactigraphy" or "ggir_hasib"; returns its rows. */
static inline int
read_awd(int k, const char *program, const char *column, double v[EPOCHS_MAX])
{
	char path[96];
	snprintf(path, sizeof path, "sleep/awd/oracle/example_0%d_epochs60_%s.csv", k,
		program);
	return read_column(path, column, v);
}

/* As read_awd, of what GGIR wrote `late` minutes late: the last ones have no label. */
static inline int
read_late_ggir(int k, const char *column, int late, double v[EPOCHS_MAX])
{
	int n = read_awd(k, "ggir_hasib", column, v);
	memmove(v, v + late, (size_t)(n - late) * sizeof *v);
	for (int i = n - late; i < n; i++)
		v[i] = NAN;
	return n;
}
