/* SPDX-License-Identifier: MIT */
/* What is to be made again of one person, and how far their devices have come: the only
 * state that the pipeline keeps between two runs. All of it can be lost and rebuilt from
 * unscored batches. */
#pragma once

#include "core/batch.h"
#include "core/person.h"

#define DUE_DEVICES_MAX 64
#define DUE_HISTORY_MS                                                                   \
	(2 * SECOND_MS) /* history that stopped flowing so long ago is complete */
#define DUE_OLD_MS                                                                       \
	(48 * HOUR_MS) /* as bridges: what is so old when it comes is history */

struct due_device {
	char id[2 * ID_MAX + 2]; /* source/device */
	utc_ms newest, arrived;
	int historical;
};

struct due {
	const struct person *who; /* borrowed: the configuration */
	int64_t margin_ms; /* as far as a window reaches beyond the stretch of a night */
	int32_t *dates;    /* local dates whose nights to make, ascending */
	unsigned n, cap;
	int32_t days_from; /* first date whose forecast to make again; INT32_MAX = none */
	int32_t last;      /* last date with input; INT32_MIN = none yet */
	utc_ms since;      /* the first live run; INT64_MIN = none yet */
	unsigned open;     /* dates left waiting by the last run */
	utc_ms next;       /* run again then; INT64_MAX = never */
	unsigned char *is_open; /* of the run under way: by index into dates */
	utc_ms then;            /* of the run under way: becomes next */
	int ran;
	unsigned n_devices;
	struct due_device devices[DUE_DEVICES_MAX];
};

void due_init(struct due *d, const struct person *who, int64_t margin_ms);
void due_finish(struct due *d);
/* A night of that date, and whatever builds on it. */
void due_night(struct due *d, civil_day date);
/* Every night that input in [from, to] can touch: its own date, the one after (whose level
 * and look-back it is in), and the one before where it confirms that a waking was final. */
void due_span(struct due *d, utc_ms from, utc_ms to);
/* The day record of that date and every forecast from it on. */
void due_day(struct due *d, civil_day date);
/* An answer of the person counts for every decision from its date on. */
void due_batch(struct due *d, const struct batch *b);
/* The run succeeded: what it made is no longer marked. Until then every mark stands, so that
 * a run that failed can be made again. */
void due_done(struct due *d);

/* Complete up to here: the slowest device that is still sending, less the allowed lateness.
 * Where all are silent the clock pushes it on. INT64_MAX: nothing is expected any more. */
utc_ms due_watermark(const struct due *d, utc_ms now, const struct policy *policy);
/* When to look again at a night that is open although nothing arrives: a device falls silent,
 * its morning is over at `stop`, or the clock has pushed the watermark on. */
utc_ms due_again(
	const struct due *d, utc_ms now, utc_ms stop, const struct policy *policy);
