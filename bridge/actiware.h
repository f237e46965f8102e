/* SPDX-License-Identifier: MIT */
/* The parts that read Actiware's export: its sections and epochs (actiware.c), its intervals as
 * nights (actiware_nights.c). */
#pragma once

#include "actiwatch.h"

#define ACTIWARE_JUMPS_MAX 8 /* changes of clocks that a file shows */

enum { LINE, DATE, TIME, ACTIVITY, WHITE, SLEEP_WAKE, STATUS, OFF_WRIST, EPOCH_COLUMNS };
enum { SLEEP_TIME, WAKE_TIME, EFFICIENCY, ONSET_LATENCY, WAKE_BOUTS, STATISTICS };

/* What is known of an epoch. */
enum { EPOCH_NOTHING, EPOCH_ASLEEP, EPOCH_AWAKE };

struct interval {
	unsigned long line;
	int is_sleep; /* 0: REST */
	long number;
	int from[3], to[3]; /* the dates as written */
	int64_t from_clock, to_clock;
	double minutes, stated[STATISTICS]; /* NAN: not stated */
};

struct actiware {
	struct reading *g; /* borrowed */
	struct rows start; /* of the epochs: after the heading of their columns */
	int column[EPOCH_COLUMNS], statistic[STATISTICS]; /* -1: none */
	char device[64], serial[48];
	int has_offset, offset_min;
	struct interval *interval; /* owned */
	size_t n_intervals, cap_intervals;

	/* the epochs' times: the first one's, and how the lines go on from it */
	enum date_order order;
	struct wrist_clock clock;
	long first_line, last_line;
	int64_t epoch_ms;
	struct {
		int64_t face, by; /* from this face on the file shows `by` more */
	} jump[ACTIWARE_JUMPS_MAX];
	size_t n_jumps;
	unsigned char *epoch; /* owned: EPOCH_*, a line each */
};

/* Keeps a row of the statistics if it is a REST or SLEEP interval. */
void actiware_interval(struct actiware *a, const struct row *row);
/* The offset from UTC at t, of --zone or as the file states it. */
int actiware_offset(const struct actiware *a, int64_t t);
/* Hands on all nights. 0 or negative errno. */
int actiware_nights(struct actiware *a) must_check;
