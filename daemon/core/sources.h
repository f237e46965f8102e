/* SPDX-License-Identifier: MIT */
/* Sources: whose data a night was made of. The record's maker, and of every stream that a NIGHT
 * scorer looked at, itself or through what SLIDING and RECORDING scorers made of it, the sources
 * whose samples counted in that night. Not who else had sent something. */
#pragma once

#include "core/stretch.h"

#define SOURCES_MAX 16

struct sources {
	unsigned n;
	char list[SOURCES_MAX][ID_MAX + 1]; /* ascending, none twice */
};

/* "csv" of "csv/watch". */
void sources_add(struct sources *s, const char *device);
/* "csv,fitbit" */
void sources_text(const struct sources *s, char ret[static SOURCES_LEN]);
/* For every channel of the board the channels of the wire that it is made of in the stretch, as
 * bits: the board numbers them first. */
void sources_feeds(const struct board *b, uint32_t ret[static BOARD_CHANNELS_MAX]);
/* Adds whose samples of these channels of the wire counted in [from, to). */
void sources_add_streams(struct sources *s, const struct stretch *stretch, uint32_t wire,
	utc_ms from, utc_ms to);
