/* SPDX-License-Identifier: MIT */
/* What the fast scorers of a pass wrote in an hour, for the next stretch that has the same hour:
 * a night lies in those of two dates. Kept is what was written, not what became of it, so that
 * it can be written again, to the bit, into whatever grids are there then.
 *
 * Nothing is ever kept beyond kept_hours_end(), nor for another person: whoever begins promises
 * that the inputs of this one stay as they are until then. */
#pragma once

#include "core/stream.h"

/* Of (hour, pass), each in a place of its own among those that follow each other: two passes of the
 * 62 hours that two stretches share and their margins reach. */
#define KEPT_HOURS_MAX 128
/* Of an hour: five outputs by 5 s; one that has more is not kept. 16 bytes each, so that all
 * hours take 8 MiB at most; a night with four outputs takes 0.2 MiB. */
#define KEPT_VALUES_MAX 4096
#define KEPT_OPENS      0xff /* instead of a port: here a scorer began */

struct kept_value {
	double v;
	int32_t dt_ms; /* since the hour */
	uint16_t scorer;
	uint8_t port;
};

struct kept_device {
	uint16_t channel;
	char device[STREAM_KEY_LEN];
};

struct kept_hour {
	int64_t hour_ms;
	unsigned pass;
	int whole;   /* there is nothing else to say of this hour */
	int refused; /* it did not fit, or a result was not in order */
	uint32_t n_values, cap_values, n_devices, cap_devices;
	struct kept_value *values;
	struct kept_device *devices;
};

struct kept_hours {
	int on;
	char person[ID_MAX + 1];
	struct kept_hour list[KEPT_HOURS_MAX];
};

/* Zeroed memory is valid, and keeps nothing. */
void kept_hours_finish(struct kept_hours *k);
void kept_hours_begin(struct kept_hours *k, const char *person);
void kept_hours_end(struct kept_hours *k);
/* The hour's place: whole, or empty and to be filled. NULL: not kept now, or of another person. */
struct kept_hour *kept_hours_at(
	struct kept_hours *k, const char *person, unsigned pass, int64_t hour_ms);
/* All are forgotten, but what comes is kept. */
void kept_hours_clear(struct kept_hours *k);

void kept_hour_put(
	struct kept_hour *h, unsigned scorer, unsigned port, int64_t t_ms, double v);
void kept_hour_device(struct kept_hour *h, uint16_t channel, const char *device);
