/* SPDX-License-Identifier: MIT */
/* Stage rows become sessions: rows of one person that lie no further than COLLECT_GAP_MS
 * apart are one night. Rows in_bed may lie under the others and fill what they leave
 * open; any other overlap is refused. A hole stays a hole (unmeasurable). */
#pragma once

#include "collect.h"
#include "report.h"

/* Turns the rows of everyone into sessions and drops the rows. zone (NULL allowed) gives
 * the sessions their offsets. The record id is the start in UTC, "2026-01-01T22:10:00Z".
 */
int stages_to_sessions(
	struct collect *c, const struct zone *zone, struct report *r) must_check;

/* "awake" ... "unmeasurable", or STAGE_UNSPECIFIED. */
enum stage stage_by_name(const char *name);
