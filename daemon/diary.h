/* SPDX-License-Identifier: MIT */
/* The diary: what a person says, whatever way it comes (MQTT, the page, the command line), goes
 * through diary_take: the same checks, the same words, one batch of the source "tap" in the
 * store. Committed when it returns; the line files it in its next turn. Not thread-safe: a diary
 * belongs to the thread of its store. Reads no clock. */
#pragma once

#include "core/person.h"
#include "in/taps.h"
#include "store/store.h"

/* The ways, which are the devices of those batches. */
#define DIARY_MQTT    "mqtt"
#define DIARY_PAGE    "page"
#define DIARY_COMMAND "command"

enum {
	DIARY_E_REFUSED = TAPS_E_REFUSED, /* why: a sentence for the person and the log */
	DIARY_E_NOTHING = TAPS_E_NOTHING, /* a dashboard's "None": nothing was said */
	DIARY_E_RECOMPUTE = TAPS_E_RECOMPUTE, /* the command, which is the caller's */
};

struct diary {
	struct store *store; /* borrowed */
	const char *device;  /* borrowed: one of the three */
	uint64_t epoch, seq;
};
void diary_init(struct diary *d, struct store *store, const char *device, utc_ms now);

/* What was said, as it would stand in MQTT: payload and topic. */
struct diary_entry {
	const struct person *who; /* borrowed, as the payload */
	enum rating_kind kind;    /* 0: an answer, the payload of <person>/cmd */
	const void *payload;
	size_t n;
	utc_ms received;
	int clock_trusted;
};
/* What was stored of it. */
struct diary_kept {
	struct rating rating; /* kind 0: it was an answer */
	civil_day date;       /* that the rating belongs to */
	struct feedback feedback;
};
/* 0 and *ret; a DIARY_E_*; or a negative errno of the store, after which the same call may be
 * tried again.
 * A date has one rating of a kind, the one that was given last. It can be given, changed and
 * withdrawn until 48 h after the end of its day (midnight; of pain_day 04:00). Batches of
 * bridges and imports do not come through here: history is not bound to this. */
int diary_take(struct diary *d, const struct diary_entry *e, struct diary_kept *ret,
	char why[static TAPS_WHY_LEN]) must_check;

/* "pain_day", or "cmd" for an answer, as *ret_kind; 0: neither. */
int diary_kind(const char *name, enum rating_kind *ret_kind) must_check;
