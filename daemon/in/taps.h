/* SPDX-License-Identifier: MIT */
/* What a person says, a rating or an answer to a notice, as text or JSON, and as the bytes of
 * a Batch: so there is one kind of input only. Reads no clock, knows no broker.
 *
 * A rating: 7, 7.0, withdraw; or {"value": 7} with "time" (ISO 8601 with a zone, epoch seconds
 * or ms) or "date" (2026-03-29) and, for whoever reads the log of the sender, "source". What
 * dashboards send for "nothing" (None, unknown, unavailable, null) is TAPS_E_NOTHING.
 * An answer: ack, snooze, false_alarm; or {"cmd": "snooze"} with "time" and "source".
 * Other keys are refused: a misspelt "time" would date a rating wrongly. */
#pragma once

#include "base/base.h"
#include "base/civil.h"
#include "core/batch.h"

#define TAPS_PAYLOAD_MAX 512
#define TAPS_BATCH_MAX   128
#define TAPS_WHY_LEN     128
#define TAPS_FUTURE_MS   (5 * MINUTE_MS)
#define TAPS_EDIT_MS     (48 * HOUR_MS) /* so long after its day a rating can change */
#define TAPS_HISTORY_MS  (48 * HOUR_MS) /* older: history, which pushes nothing */

#define TAPS_SOURCE "tap" /* the source of every batch that is made here */

enum { TAPS_E_REFUSED = 1, TAPS_E_NOTHING, TAPS_E_RECOMPUTE };

/* What was said, not yet dated. `why` is a sentence without what was said in it. */
struct tap_said {
	int value; /* 0-10, or RATING_WITHDRAWN */
	enum tap_when { TAP_NOW, TAP_AT, TAP_OF } when;
	utc_ms at;      /* TAP_AT */
	civil_day date; /* TAP_OF */
};
int taps_parse(const void *payload, size_t n, enum rating_kind kind, struct tap_said *ret,
	char why[static TAPS_WHY_LEN]) must_check;

/* When that was: now, at its time, or, of a date that is over, in the last millisecond of that
 * date's day (core/day.h), so that it counts for everything after and for nothing before.
 * Refused: the future; a day that ended more than TAPS_EDIT_MS ago. now.ms = INT64_MAX: the
 * hub's clock is not trusted, then only a rating with a time of its own is taken.
 * ret->kind is set by the caller; revision is left 0. */
int taps_date(const struct tap_said *said, const struct zone *z, utc_ms now,
	struct rating *ret, char why[static TAPS_WHY_LEN]) must_check;

/* One answer, parsed and dated. TAPS_E_RECOMPUTE: the command of this name, no input. */
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
