/* SPDX-License-Identifier: MIT */
/* Prompts: "how was the night?" in the morning, "how was the day?" in the evening, at the person's
 * own times, once a date, and only while that rating is missing. Live only. Of stored inputs, the
 * notices of before, and `now`; reads no clock.
 *
 * Never in quiet hours: it comes when they end, if it is still worth asking. Never more than
 * four hours late (the hub was off), nor once the question is over: of a night at noon or four hours
 * after its time, whichever is later; of a day at 04:00, when a new one begins (core/day.h). A hub
 * that has just come up waits for what the broker has kept.
 *
 * It fades politely: who has given no rating of a kind for 14 days and left 14 of its prompts
 * unanswered is asked for it once a week, until the next rating. */
#pragma once

#include "core/due.h"
#include "core/line_io.h"

#define PROMPT_LATE_MS     (4 * HOUR_MS)
#define PROMPT_FADE_DAYS   14  /* without a rating, and that many prompts unanswered */
#define PROMPT_FADED_EVERY 7   /* days between two prompts then */
#define PROMPT_LOOK_BACK   120 /* days: holds 14 prompts of which one came a week */
#define PROMPT_FIRST_MS    MINUTE_MS /* after the hub came up */

/* Asks what is due of d->who, and lowers d->then to when it is to be called again. 0, or what
 * io gave. */
int prompts_make(const struct line_io *io, const struct policy *policy, struct due *d,
	utc_ms now) must_check;
