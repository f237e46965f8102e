/* SPDX-License-Identifier: MIT */
/* SLIDING and RECORDING scorers over a stretch: in passes, so that those who read fast channels
 * see an hour at a time of them, all of one pass in the same hour. Within a pass these run
 * first, then the others in their order; nobody runs before whom it reads. */
#pragma once

#include "core/board.h"
#include "core/kept_hours.h"

#define BOARD_HOUR_MS HOUR_MS /* fast channels: calls of so long at a time */

/* 1: it runs over a stretch at all, as SLIDING and RECORDING ones do. */
int board_runs(const struct board_scorer *s);
/* Margins and passes of a board whose scorers are numbered; board_init() calls it. */
void board_plan(struct board *b);
/* The longest reach of any window beyond a job, in minutes: so far on both sides its grids go. */
uint32_t board_margin_min(const struct board *b);
/* How far before and after an hour the windows of the fast scorers' calls in it go, at most. */
int64_t board_fast_before_ms(const struct board *b);
int64_t board_fast_after_ms(const struct board *b);
int board_has_fast(const struct board *b, unsigned pass);
/* 1: what the fast scorers of the pass write in an hour follows from the fast channels alone. */
int board_keeps_fast(const struct board *b, unsigned pass);

/* Begins a job, [from, to): no place of the stretch is set. */
void board_begin(struct board *b, int64_t from_ms, int64_t to_ms);
/* The fast scorers of a pass, calls in the hour. Layouts of fast channels reach around it. What
 * they write is put into keep, too, if there is one. */
void board_run_fast(
	struct board *b, unsigned pass, int64_t hour_ms, struct kept_hour *keep);
/* Writes it again. */
void board_write_kept(struct board *b, const struct kept_hour *kept);
/* The other scorers of a pass, over the whole job. A window that would leave the grids is not
 * scored. */
void board_run(struct board *b, unsigned pass);
