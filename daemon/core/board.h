/* SPDX-License-Identifier: MIT */
/* The board: where the values of every channel lie while one stretch, one night or one day
 * is worked on, and how a scorer is called on them. Channels are numbered once, when the
 * scorers are known; after that no name is compared and, after warm-up, nothing allocated.
 *
 * A channel has up to five places, each for what it is at the moment:
 *   span          a grid over the stretch of the job: streams, what SLIDING and RECORDING scorers wrote
 *   events        single values of the stretch: irregular streams, what RECORDING scorers wrote so
 *   night         a grid over one night: a vendor's stages, and what NIGHT scorers wrote
 *   night_events  single values of one night that NIGHT scorers wrote
 *   value         one number: of the night (NIGHT scorers; names "night.*", "vendor.*") or of the day */
#pragma once

#include "core/records.h"
#include "core/scorers.h"
#include "core/stream.h"

#define BOARD_CHANNELS_MAX 256
#define BOARD_FAULTS_MAX   3 /* in one process life: then the scorer is benched */

struct board_grid {
	int64_t t0_ms;
	uint32_t interval_ms, n, cap;
	double *v;
	int set; /* 0 = this channel has no such grid now */
};

/* Single values by time, ascending: what a port with SCORER_EVENTS reads or writes. */
struct board_events {
	uint32_t n, cap;
	int64_t *t_ms;
	double *v;
	int set; /* 0 = this channel has none now */
};

struct board_channel {
	char name[NAME_LEN];
	int nightly; /* a NIGHT scorer's value of it is one number, not a grid */
	struct board_grid span, night;
	struct board_events events, night_events;
	double value, confidence; /* NAN = none */
};

struct board_scorer {
	const struct loaded_scorer *scorer; /* borrowed: the set */
	uint16_t reads[SCORER_PORTS_MAX], writes[SCORER_PORTS_MAX];
	void *scratch;
	unsigned faults;
	uint64_t calls, skips;
	char last_fault[96];
};

struct board {
	unsigned n_channels, n_scorers;
	struct board_channel channels[BOARD_CHANNELS_MAX];
	struct board_scorer scorers[SCORERS_MAX];
	struct scorer_value *values;
	uint32_t cap_values;
	struct scorer_reason reasons[REASONS_MAX];
};

/* Numbers the channels. -E2BIG: more than BOARD_CHANNELS_MAX. Borrows set. */
int board_init(struct board *b, const struct scorers *set) must_check;
void board_finish(struct board *b);
/* The channel's number, or -1. */
int board_find(const struct board *b, const char *name);
/* Makes room for n values in a grid and marks it set; contents are the caller's to fill. */
void board_grid_set(
	struct board_grid *g, int64_t t0_ms, uint32_t interval_ms, uint32_t n);
/* Empties it, with room for so many values, and marks it set. */
void board_events_set(struct board_events *e, uint32_t room);
/* Appends one. 0; 1 = refused: not later than the one before, or no room left. */
int board_events_add(struct board_events *e, int64_t t_ms, double v) must_check;
/* The part of it in [from, to), n = 0 where there is none; zero copy. */
struct scorer_view board_events_view(
	const struct board_events *e, int64_t from_ms, int64_t to_ms);
/* What the stretch holds for read port `port` of s, in the layout that the port asks for,
 * in [from, to): every cell that it touches, or events. n = 0: nothing. Looks at span and
 * events only; the night's own places come first and are night.c's business. */
struct scorer_view board_view(const struct board *b, const struct board_scorer *s,
	unsigned port, int64_t from_ms, int64_t to_ms);

/* Calls one scorer on a window whose views are filled. The result's values were checked:
 * finite, in the declared range, of a declared port. SCORER_OK, SCORER_SKIP (also when
 * benched or faulty; ret->skip says why). The window's scratch is the board's to fill. */
int board_call(struct board *b, struct board_scorer *s, const struct scorer_window *w,
	struct scorer_result *ret);
/* Room for values of the next call. */
void board_room(struct board *b, uint32_t values);

/* Runs every SLIDING scorer, in order, over minutes [from, to) of the span grids. A window that
 * would leave the grid is not scored: pad the stretch with board_margin_min() minutes. */
void board_slide(struct board *b, uint32_t from, uint32_t to);
/* The longest reach of any SLIDING window. */
uint32_t board_margin_min(const struct board *b);
