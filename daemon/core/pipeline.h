/* SPDX-License-Identifier: MIT */
/* The line: stored inputs in; nights, days, forecasts and alerts out. Live, late data,
 * restart and replay are one operation: say what was touched (push), then run.
 * Knows no clock, no broker, no SQLite. */
#pragma once

#include "core/line_io.h"
#include "core/person.h"
#include "core/scorers.h"

struct pipeline;

/* Everything is borrowed and must outlive the pipeline. */
int pipeline_new(const struct scorers *scorers, const struct policy *policy,
	const struct person *people, unsigned n_people, const struct line_io *io,
	struct pipeline **ret) must_check;
struct pipeline *pipeline_free(struct pipeline *p); /* returns NULL */

/* Notes what a stored batch touches: watermark of its device, nights and days to make again.
 * Cheap; allocates nothing per sample. A batch of an unknown person is ignored (it is a
 * dead letter, which is not this file's business). */
void pipeline_push(struct pipeline *p, const struct batch *b);
/* Marks everything of the person, or of everyone (NULL), from `from` on to be made again. */
void pipeline_touch(struct pipeline *p, const char *person, civil_day from);

/* Marks the nights that [from, to) can touch. */
void pipeline_touch_span(struct pipeline *p, const char *person, utc_ms from, utc_ms to);

enum pipeline_mode {
	PIPELINE_LIVE, /* `now` is the hub's trusted time: what is due is made and published */
	PIPELINE_HISTORY, /* all input is here: close everything, tell nothing new; only
			     what had been told and changed is told again */
};
/* Makes whatever is due. Call inside a write transaction; 0 or negative errno, after which
 * the transaction must be rolled back and the same call may be tried again. */
int pipeline_run(struct pipeline *p, utc_ms now, enum pipeline_mode mode) must_check;
/* Nothing waits any more: gives back what runs work on and keep for the next one (2.5 MiB). The
 * next one makes it again. */
void pipeline_rest(struct pipeline *p);

/* Until it is said otherwise, every run makes this person, due or not, and nobody else, whose marks
 * stay; NULL: everyone who is due. */
void pipeline_only(struct pipeline *p, const char *person);

/* When to run again although nothing arrives; INT64_MAX = never. */
utc_ms pipeline_due(const struct pipeline *p);
/* Dates whose night is still open: a rest under way, or its end not confirmed. */
unsigned pipeline_waiting(const struct pipeline *p);
/* Faults of scorers so far, for `status`: the scorer's name and what it did last, or NULL. */
const char *pipeline_fault(const struct pipeline *p, const char *scorer);

/* For `export --what epochs`: calls each() for every epoch and single value in [from, to) that
 * scorers gave, and for channels of the wire the minutes. Each hour is as the nights of the
 * date saw it that it belongs to (18:00 to 18:00): of one stretch, with that date's nights made.
 * Date by date; within one in no order. */
int pipeline_epochs(struct pipeline *p, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const char *channel, utc_ms t, double value),
	void *ctx) must_check;
