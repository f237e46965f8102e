/* SPDX-License-Identifier: MIT */
/* A maker's stages on the board: channel `vendor_stage` of one night. */
#pragma once

#include "core/bed.h"
#include "core/board.h"

/* Lays them out on a grid whose step divides every boundary, so that no second is lost. Between two
 * parts of one sleep its maker saw a waking. Also sets vendor.latency, the first part's, and
 * vendor.score, where it speaks of the whole. */
void stages_lay_out(struct board *b, const struct bed_time *p);
