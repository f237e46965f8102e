/* SPDX-License-Identifier: MIT */
/* The board: where the values of every channel lie while one stretch, one night or one day
 * is worked on, and how a scorer is called on them. Channels are numbered once, when the
 * scorers are known; after that no name is compared and, after warm-up, nothing allocated.
 *
 * A channel has up to five places, each for what it is at the moment:
 *   span          a grid over the stretch of the job: streams by the minute, what SLIDING and
 *                 RECORDING scorers wrote
 *   events        single values of the stretch: streams, what RECORDING scorers wrote so
 *   night         a grid over one night: a vendor's stages, and what NIGHT scorers wrote
 *   night_events  single values of one night that NIGHT scorers wrote
 *   value         one number: of the night (NIGHT scorers; names "night.*", "vendor.*") or of the day
 * and a stream one grid more for every other step in which somebody reads it (a layout).
 *
 * Cells lie at multiples of their step since 1970, and so do the hops of SLIDING scorers:
 * what is in them does not depend on where a stretch was cut. What is written has the
 * smallest step among its writers; a coarser one fills all the cells that begin in its own. */
#pragma once

#include "core/records.h"
#include "core/scorers.h"
#include "core/stream.h"

#define BOARD_CHANNELS_MAX 256
#define BOARD_LAYOUTS_MAX  64
#define BOARD_ROOM_MIN     64 /* values of a call for which nobody asked for more */
#define BOARD_FAULTS_MAX   3  /* in one process life: then the scorer is benched */

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

/* A stream in another step than a minute. A fast channel's is of one hour and its margins. */
struct board_layout {
	uint16_t channel;
	int32_t step_ms; /* as the port asks: SCORER_AS_RECORDED or ms */
	struct board_grid grid;
};

struct board_scorer {
	const struct loaded_scorer *scorer; /* borrowed: the set */
	uint16_t reads[SCORER_PORTS_MAX], writes[SCORER_PORTS_MAX];
	uint16_t
		layouts[SCORER_PORTS_MAX]; /* of reads; 0 = the channel's own, else + 1 */
	int fast;                          /* reads a fast channel: runs hour by hour */
	int writes_events;
	unsigned pass;               /* after all of the passes before */
	int64_t beyond_ms, reach_ms; /* how far beyond the job it runs, and reads */
	void *scratch;
	size_t cap_scratch;
	unsigned faults;
	uint64_t calls, skips;
	char last_fault[96];
};

struct board {
	unsigned n_channels, n_layouts, n_scorers, n_passes;
	struct board_channel channels[BOARD_CHANNELS_MAX];
	struct board_layout layouts[BOARD_LAYOUTS_MAX];
	struct board_scorer scorers[SCORERS_MAX];
	struct scorer_value *values;
	uint32_t cap_values;
	struct scorer_reason reasons[REASONS_MAX];
	int64_t from_ms, to_ms;   /* the job: what is scored for certain */
	int64_t begin_ms, end_ms; /* the grids: with margins, whole minutes */
	int32_t date, offset_s;   /* for RECORDING windows; the caller's to set */
};

/* Numbers the channels. -E2BIG: more than fit. Borrows set. */
int board_init(struct board *b, const struct scorers *set) must_check;
void board_finish(struct board *b);
/* The channel's number, or -1. */
int board_find(const struct board *b, const char *name);

/* Makes room for n values in a grid and marks it set; contents are the caller's to fill. */
void board_grid_set(
	struct board_grid *g, int64_t t0_ms, uint32_t interval_ms, uint32_t n);
/* The same for the cells that cover [from, to). */
void board_grid_cover(
	struct board_grid *g, int64_t from_ms, int64_t to_ms, uint32_t interval_ms);
/* Empties it, with room for so many values, and marks it set. */
void board_events_set(struct board_events *e, uint32_t room);
/* Appends one. 0; 1 = refused: not later than the one before, or no room left. */
int board_events_add(struct board_events *e, int64_t t_ms, double v) must_check;
/* The part of it in [from, to), n = 0 where there is none; zero copy. */
struct scorer_view board_events_view(
	const struct board_events *e, int64_t from_ms, int64_t to_ms);
/* What the stretch holds for read port `port` of s, in the layout that the port asks for,
 * in [from, to): every cell that it touches, or events. n = 0: nothing. Looks at the stretch's
 * places only; the night's own come first and are night.c's business. */
struct scorer_view board_view(const struct board *b, const struct board_scorer *s,
	unsigned port, int64_t from_ms, int64_t to_ms);

/* 1 if anything in it is known: a required channel without that calls no scorer. */
static inline int
board_view_has_value(const struct scorer_view *v)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (!isnan(v->v[i]))
			return 1;
	return 0;
}

/* Room for values of the next call. */
void board_room(struct board *b, uint32_t values);
/* No call follows for a while: gives back the room for a night's values. */
void board_rest(struct board *b);
/* Calls one scorer on a window whose views are filled. The result's values were checked:
 * finite, in the declared range, of a declared port, events ascending. SCORER_OK, SCORER_SKIP
 * (also when benched or faulty; ret->skip says why). The window's scratch is the board's to
 * fill. */
int board_call(struct board *b, struct board_scorer *s, const struct scorer_window *w,
	struct scorer_result *ret);
