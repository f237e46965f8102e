/* SPDX-License-Identifier: MIT */
/* Which night is which, where the vendor gives a night no id: segments, minutes, spans. A night
 * of one family (maker, device, source) that lies over one that was told before is that one,
 * and keeps its record id however its start moves; what is told no more is withdrawn. What was
 * told is kept with the marks (marks.h); without them it is known within one run only.
 *
 *     two or more told nights became one    one keeps its id, the others are withdrawn
 *     stages over totals                    a version without stages adds the totals that the
 *                                           one with stages lacks, if both are in this run;
 *                                           else it is set aside. Stages of less than half of
 *                                           what the totals are of do not count
 *     cut by what was asked for             see COLLECT_CUT: what a told night has already is
 *                                           set aside, what goes beyond it is a piece of its
 *                                           own, which the hub joins
 *     covered, and not there any more       withdrawn, see struct found_cover */
#pragma once

#include "reader.h"

/* A night at the end of what was read that ends this much earlier than it was told has been
 * cut; one that ends a little earlier was corrected. */
#define TOLD_CUT_MS HOUR_MS

#define TOLD_MAX 32768 /* nights that are remembered: three sources for thirty years */

/* The family of a night, for found_session and found_cover. 0: too many. */
int told_family(const struct reading *g, const char *kind);
/* Of all nights with a family; before collect_sort. m may be NULL; 0 or negative errno. */
int told_apply(struct collect *c, struct marks *m) must_check;
