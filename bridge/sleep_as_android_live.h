/* SPDX-License-Identifier: MIT */
/* The live events of Sleep as Android, as it sends them over MQTT: {"event": "deep_sleep"}, one a
 * document and without a time. An event counts as of when it arrived (what waited at the broker
 * for a bridge that was away: as of when it came at last): a document alone is of when its file
 * was written. Several in one file must state a "time" each.
 *
 * The beginning and the end of the tracking become markers, in bed and out of bed, each as it
 * comes. Where stages came in between, they become a night at the end: what has come of an
 * open night is kept with the marks (marks.h), so that no restart forgets it; without marks
 * (--out) a night must be in one file. A stage that goes on for more than three hours is left
 * open: what followed it was lost. A night whose beginning or end is missing is none, but the
 * markers stay. Its id is "live-" and its start; the export calls the same night by its own Id,
 * which is the app's clock; the hub sees one sleep in both. */
#pragma once

#include "reader.h"

int saa_live_sniff(const char *head, size_t n);
int saa_live_read(struct input *in, struct reading *g) must_check;
