/* SPDX-License-Identifier: MIT */
/* The whole contract between dozed and a scorer: one .so file that exports one const
 * descriptor, `dozed_scorer`, reads windows of some channels and writes values of others.
 * score() is a pure function of its arguments: no globals, clock, files, sockets, threads
 * or allocation. The same window gives the same result, on the day, in a replay and ten
 * years later. Missing data is NAN, never zero. A guide: docs/writing-a-scorer.md. */
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#define SCORER_MAGIC     0x444f5a53u /* "DOZS" */
#define SCORER_ABI_MAJOR 1u          /* another major is refused, both numbers named */
#define SCORER_ABI_MINOR 0u          /* grows when a field is appended */

/* How a channel is laid out: an element every step_ms, or one of these. What a scorer
 * wrote is always read with its writer's step. */
enum {
	SCORER_DEFAULT = 0, /* reads: a minute. writes: the hop, else view 0's step */
	SCORER_AS_RECORDED =
		-1,         /* the recording's own interval: view.interval_ms says it */
	SCORER_EVENTS = -2, /* no grid: value i at view.t_ms[i], ascending */
};
struct scorer_port {                /* read or written; lists end with channel == NULL */
	const char *channel, *unit; /* channel: [a-z0-9_.]{1,32} */
	double min, max; /* plausible, closed; a result outside it is refused */
	int required;    /* reads: not called where this channel has no value */
	int32_t step_ms;
};
enum scorer_window_kind {     /* in running order, the first two mixed */
	SCORER_SLIDING = 1,   /* fixed length, along the recording: one call a hop */
	SCORER_RECORDING = 2, /* all the host has around a night, 2 days: one call */
	SCORER_NIGHT = 3,     /* [in bed, out of bed): one call a night */
	SCORER_NIGHTS = 4,    /* the last n dates' main nights, this one last: one call */
	SCORER_DAYS = 5,      /* the last n local days, today last: one call a day */
};
/* SLIDING: a call at every multiple of hop_s; the window is [t - anchor_s, t - anchor_s +
 * length_s), t being the time that the result belongs to. NIGHT: the views reach anchor_s
 * before in bed and length_s after out of bed. NIGHTS, DAYS: days = n. */
struct scorer_span {
	enum scorer_window_kind kind;
	int32_t length_s, hop_s, anchor_s, days;
};
/* An option of the configuration section `scorer "<name>" { ... }`. Lists end with
 * name == NULL. With choices ("a|b|c") the value is the index of the chosen word. */
struct scorer_option {
	const char *name;
	double def, min, max;
	const char *unit, *choices, *help;
};
/* One read port's data, borrowed for the call. Element i lies at t0_ms + i * interval_ms;
 * NAN = missing. n = 0: an optional channel that nobody provides. A channel with one value a
 * night (night.*, vendor.*) has n = 1 for NIGHT; for NIGHTS and DAYS its element i is local
 * date `date` - (n - 1) + i (DAYS: no evening yet), a grid the n * 24 h up to end_ms. */
struct scorer_view {
	const double *v;
	uint32_t n, interval_ms;
	int64_t t0_ms;
	const int64_t *t_ms; /* SCORER_EVENTS, else NULL */
};
struct scorer_window {
	uint32_t size, n_views;          /* sizeof, as the host knows it */
	const struct scorer_view *views; /* one per read port, in their order */
	int64_t start_ms, end_ms, at_ms; /* [start, end); at: the result's time */
	int32_t date;                    /* local date as days since 1970-01-01 */
	int32_t offset_s;    /* of local time at end_ms, east of UTC (not for SLIDING) */
	void *scratch;       /* zeroed before each call */
	size_t scratch_size; /* what the descriptor asked for, all in all */
};
struct scorer_value {
	uint32_t port; /* index into writes */
	int64_t t_ms;
	double value, confidence; /* confidence 0-1 */
};
struct scorer_reason {
	char code[24];               /* why */
	double value, usual, weight; /* the person's, and what it added to the result */
};
/* The host lends the arrays, 8 reasons at least; use the three helpers below. */
struct scorer_result {
	struct scorer_value *values;
	uint32_t n_values, cap_values;
	struct scorer_reason *reasons;
	uint32_t n_reasons, cap_reasons;
	char skip[64];
};
enum { SCORER_OK = 0, SCORER_SKIP = 1 };
struct scorer {
	uint32_t magic, abi_major, abi_minor, size;
	const char *name, *version, *summary; /* name [a-z0-9_]{1,32} = the file's name */
	const struct scorer_port *reads, *writes;
	struct scorer_span window;
	const struct scorer_option *options; /* NULL = none */
	size_t scratch_size, scratch_each; /* bytes; each: for every element of view 0 */
	/* options: one double each, in their order. SCORER_OK, or SCORER_SKIP when no
	 * result can be given honestly; anything else counts as a fault. */
	int (*score)(const struct scorer_window *in, const double *options,
		struct scorer_result *ret);
};
#define SCORER_SIZE   sizeof(struct scorer)
#define SCORER_HEAD   SCORER_MAGIC, SCORER_ABI_MAJOR, SCORER_ABI_MINOR, SCORER_SIZE
#define SCORER_PUBLIC __attribute__((visibility("default")))
#define SCORER_EXPORT SCORER_PUBLIC const struct scorer dozed_scorer

/* Writes one value; beyond the lent room it is dropped and the host reports a fault. */
static inline void
scorer_put(struct scorer_result *ret, uint32_t port, int64_t t, double v, double conf)
{
	if (ret->n_values++ < ret->cap_values)
		ret->values[ret->n_values - 1] = (struct scorer_value){port, t, v, conf};
}
/* return scorer_skip(ret, "why, in a few words"); */
#define scorer_skip(r, w) (snprintf((r)->skip, sizeof((r)->skip), "%s", w), SCORER_SKIP)
static inline void
scorer_because(struct scorer_result *ret, const char *code, double v, double u, double w)
{
	struct scorer_reason r = {.value = v, .usual = u, .weight = w};
	snprintf(r.code, sizeof r.code, "%s", code);
	if (ret->n_reasons < ret->cap_reasons)
		ret->reasons[ret->n_reasons++] = r;
}
