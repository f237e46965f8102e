/* SPDX-License-Identifier: MIT */
/* The stages of one sleep record, put in any order, as the ascending spans of a session: what
 * comes later lies over what came before (Fitbit's short wakes over its stages), what nothing
 * covers stays open (unmeasurable). Knows no vendor. */
#pragma once

#include "collect.h"

struct timeline {
	struct timeline_span {
		int64_t start, end; /* UTC ms, [start, end) */
		enum stage stage;
		uint32_t order;
	} * v;
	size_t n, cap;
};

/* NULL, or why it cannot be: the end not after the start, longer than a session may be, too many. */
const char *timeline_add(
	struct timeline *t, int64_t start, int64_t end, enum stage stage) must_check;
/* Fills s->stages (owned by s from then on) with what lies in [s->start, s->end); where both are 0
 * they become those of the spans. Milliseconds are cut to whole seconds from the start. NULL, or
 * why not: no span, too many spans, a session too long. The timeline is empty afterwards. */
const char *timeline_session(struct timeline *t, struct found_session *s) must_check;
void timeline_finish(struct timeline *t);
