/* SPDX-License-Identifier: MIT */
/* What the board of one date shows along the recording: epochs and single values, in the hours
 * that are asked for. Within a night whatever NIGHT scorers wrote comes in the place of what the
 * stretch has, as the scorers after them saw it. */
#pragma once

#include "core/board.h"
#include "core/night.h"

struct epochs {
	const struct board *board; /* borrowed */
	utc_ms from, to;
	int (*each)(void *ctx, const char *channel, utc_ms t, double value);
	void *ctx;
	int r; /* the first that each() gave and is not 0: nothing is called after it */
	unsigned n_nights;
	struct {
		int64_t from, to;
	} nights[NIGHTS_MAX]; /* in bed */
	/* by channel: the nights whose own values hide those of the stretch, a bit each */
	uint32_t by_night[BOARD_CHANNELS_MAX];
};

/* Right after the night was made, while the board has it: as night_input.made. */
void epochs_of_night(void *ctx, const struct night *n);
/* Everything else, when all nights of the date are made. Returns r. */
int epochs_of_stretch(struct epochs *e);
