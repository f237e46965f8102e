/* SPDX-License-Identifier: MIT */
/* Channels: the named, typed series that everything is about. One table holds the built-in
 * ones (what the wire carries and what night assembly and ratings provide); scorers add
 * theirs by name when they are loaded. */
#pragma once

#include "base/base.h"

enum channel_kind {
	CHANNEL_KIND_SAMPLES, /* a series of a device, from the wire */
	CHANNEL_KIND_EPOCHS, /* a grid made by a SLIDING scorer or from a vendor's session */
	CHANNEL_KIND_NIGHTLY, /* one value a night */
	CHANNEL_KIND_DAILY,   /* one value a local day */
};

/* How samples of an interval shorter than the grid become one value. */
enum channel_fold { CHANNEL_FOLD_MEAN, CHANNEL_FOLD_SUM };

struct channel {
	const char *name, *unit;
	enum channel_kind kind;
	int wire;     /* dozed.v1.Channel number, 0 = not on the wire */
	double scale; /* value = wire integer * scale */
	double min,
		max; /* plausible, closed; a sample outside is refused with a reason */
	enum channel_fold fold;
	const char *help;
	int fast; /* more samples than a stretch holds: only SLIDING scorers read it, an hour at
		     a time */
};

/* The built-in table; ends with name == NULL. */
extern const struct channel channels[];

/* The table's row, or NULL. */
const struct channel *channel_by_name(const char *name);
const struct channel *channel_by_wire(int wire);
