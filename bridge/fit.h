/* SPDX-License-Identifier: MIT */
/* The parts of the fit reader: messages (fit.c), nights (fit_night.c), and what becomes of which
 * field (fit_fields.c). */
#pragma once

#include "fit_decode.h"
#include "wrist.h"

#define FIT_LEVELS_MAX  20000 /* half a minute each: a week */
#define FIT_EVENTS_MAX  256
#define FIT_OFFSETS_MAX 256

/* Global message numbers of Garmin's public profile, but for the two that tools read by common
 * knowledge: 273 and 274. */
enum {
	FIT_FILE_ID = 0,
	FIT_EVENT = 21,
	FIT_MONITORING = 55,
	FIT_MONITORING_INFO = 103,
	FIT_CORRELATION = 162,
	FIT_SPO2 = 269,
	FIT_SLEEP_INFO = 273,
	FIT_SLEEP_RAW = 274,
	FIT_SLEEP_LEVEL = 275,
	FIT_RESPIRATION = 297,
	FIT_HSA_HEART_RATE = 308,
	FIT_SLEEP_ASSESSMENT = 346,
	FIT_HRV_VALUE = 371,
	FIT_NAP = 412,
};

struct fit_level {
	int64_t t; /* Unix ms */
	int level; /* 0 unmeasurable, 1 awake, 2 light, 3 deep, 4 REM */
	uint32_t order;
};

/* What one FIT held of sleep. */
struct fit {
	struct reading *g; /* borrowed */
	int cut;           /* the file ends before it does */
	char serial[24], device[64];
	int64_t created;         /* Unix ms; 0: not stated */
	struct fit_level *level; /* owned */
	size_t n_levels, cap_levels;
	int64_t start[FIT_EVENTS_MAX], stop[FIT_EVENTS_MAX]; /* of sleep, Unix ms */
	size_t n_start, n_stop;
	struct {
		int64_t t;
		int minutes;
	} offset[FIT_OFFSETS_MAX];
	size_t n_offsets;
	int64_t stream,
		step;      /* of minutes without times: the next one, and between them */
	unsigned long raw; /* minutes that are left to Garmin's servers */
	double score, awakenings; /* NAN: not stated */
};

/* The offset from UTC in minutes: what a message before t states, or the first, or --zone. */
int fit_offset(const struct fit *f, int64_t t);
/* Hands on the nights. 0 or negative errno. */
int fit_nights(struct fit *f) must_check;

extern const struct field fit_fields[];
/* Tells --explain all fields of a message. */
void fit_explain(struct fidelity *f, const struct fit_message *m);
