/* SPDX-License-Identifier: MIT */
/* Another forecast scorer over what is stored: `NAME[:option=value...]` in place of the
 * configured one, and what it would have said and told, in memory. Nights are those that are
 * stored (no forecast scorer has a part in them); every forecast is made as of its own settle
 * time, as history is. Writes nothing. */
#pragma once

#include "cmd/cmd.h"
#include "core/board.h"
#include "reader.h"

struct loader;

struct variant {
	const char *spec; /* borrowed: the command line */
	struct scorers scorers;
	struct loader *loader; /* owned */
	struct board board;
	int has_board;
};

/* EXIT_DONE, or the exit code; what is wrong was told. */
int variant_open(struct variant *v, const struct config *c, const char *spec) must_check;
void variant_close(struct variant *v);

/* Replaces forecasts and notices of a person's n days (all of them, in order) by its own. 0 or
 * negative errno. */
int variant_days(struct variant *v, struct reader *in, const struct person *who,
	struct day *days, int n) must_check;
