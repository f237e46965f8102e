/* SPDX-License-Identifier: MIT */
/* Results to bytes: protobuf for machines, JSON for Home Assistant and scripts. Pure: the
 * caller owns what comes back (free()). Texts come from core/words; nothing is worded
 * here. A number that is not known is left out in protobuf and null in JSON, never 0. */
#pragma once

#include "base/civil.h"
#include "core/notice.h"
#include "core/track_record.h"

struct bytes {
	unsigned char *data; /* malloc'd; JSON also ends with '\0', not counted in size */
	size_t size;
};

/* The words of night_status, everywhere. */
enum night_status {
	NIGHT_NONE,
	NIGHT_DELETED, /* withdrawn by whoever recorded it */
	NIGHT_INSUFFICIENT,
	NIGHT_FINAL,
	NIGHT_STATUSES
};
extern const char *const night_status_names[NIGHT_STATUSES];
enum night_status night_status_of(const struct night *n); /* NULL: NIGHT_NONE */

struct bytes encode_night(const struct night *n);
struct bytes encode_forecast(const struct forecast *f);
struct bytes encode_alert(const struct alert *a, const struct forecast *f);

/* dozed/<person>/night: last night and its explanation. */
struct bytes encode_night_json(
	const struct night *n, const struct zone *zone, enum language l);
/* dozed/<person>/state: scalars only; pain values only where asked for. Night, forecast and
 * alert may be NULL: not there, or not of the day that the state speaks of. */
struct state_facts {
	const struct night *night; /* borrowed, as all of these */
	const struct forecast *forecast;
	const struct alert *alert;
	const struct track_record *record; /* of the days up to the state's; or NULL */
	const struct zone *zone;
	enum language language;
	int with_pain;
};
struct bytes encode_state_json(const struct state_facts *s);
/* dozed/<person>/alert: an event. f: the forecast it speaks of, or NULL, and then without
 * what is told of one. */
struct bytes encode_notice_json(const struct notice *n, const struct forecast *f,
	const struct zone *zone, enum language l);
