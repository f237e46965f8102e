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

struct awd_labels {
	const char *program, *column, *name;
	int edge; /* epochs at both ends that are not compared */
};

/* The rig's `asleep` of the whole recording k; prints how much of it equals. */
static inline void
expect_awd(struct rig *r, int k, const struct awd_labels *by)
{
	static double counts[EPOCHS_MAX], label[EPOCHS_MAX], got[EPOCHS_MAX];
	char line[64];
	int n = read_awd(k, by->program, "activity", counts);
	assert_int_equal(read_awd(k, by->program, by->column, label), n);
	assert_int_equal(score_recording(r, counts, n, 60), SCORER_OK);
	written(r, "asleep", got);
	snprintf(line, sizeof line, "%s, AWD 0%d, %s", r->desc->name, k, by->name);
	assert_int_equal(print_equal(line, got, label, n, by->edge), 0);
}
