/* SPDX-License-Identifier: MIT */
/* What the writers of `dozed export` share. Each writes one person's rows in order of time
 * and returns 0 or negative errno. */
#pragma once

#include "cmd/args.h"
#include "cmd/progress.h"

struct export
{
	const struct cmd_context *cmd; /* borrowed, as all of these */
	struct store *store;
	struct table *table;
	civil_day from, to;
	struct progress progress;
};

int export_samples(struct export *e, const struct person *who) must_check;
int export_sessions(struct export *e, const struct person *who) must_check;
int export_stages(struct export *e, const struct person *who) must_check;
int export_epochs(struct export *e, const struct person *who) must_check;
