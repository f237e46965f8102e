/* SPDX-License-Identifier: MIT */
/* What a person tapped, a rating or an answer to a notice, as the bytes of a Batch: so there is
 * one kind of input only. Accepts "7", "7.0" or {"value": 7, "time":
 * "2026-03-29T07:12:00+02:00"} (time may be epoch seconds or ms); "snooze" or {"cmd":
 * "snooze", "time": ...}. Reads no clock, knows no broker. */
#pragma once

#include "base/base.h"
#include "core/batch.h"

#define TAPS_PAYLOAD_MAX 512
#define TAPS_BATCH_MAX   128
#define TAPS_WHY_LEN     128
#define TAPS_FUTURE_MS   (5 * MINUTE_MS)
#define TAPS_HISTORY_MS  (48 * HOUR_MS) /* older: history, which pushes nothing */

#define TAPS_SOURCE "tap"
#define TAPS_DEVICE "mqtt"

enum { TAPS_E_REFUSED = 1, TAPS_E_RECOMPUTE };

/* One rating from what was published. now.ms = INT64_MAX: the hub's clock is not trusted,
 * so only a rating with a time of its own is taken. why: a sentence without the value. */
int taps_parse(const void *payload, size_t n, enum rating_kind kind, utc_ms now,
	struct rating *ret, char why[static TAPS_WHY_LEN]) must_check;
/* One answer, likewise. TAPS_E_RECOMPUTE: the command of this name, which is no input. */
int taps_command(const void *payload, size_t n, utc_ms now, struct feedback *ret,
	char why[static TAPS_WHY_LEN]) must_check;

struct tap {
	struct rating rating;     /* kind 0: none */
	struct feedback feedback; /* kind 0: none */
	uint64_t epoch, seq;
	utc_ms sent;
	int historical;
};
/* The Batch; returns its size. */
size_t taps_encode(const struct tap *t, unsigned char ret[static TAPS_BATCH_MAX]);
