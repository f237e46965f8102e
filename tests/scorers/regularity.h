/* SPDX-License-Identifier: MIT */
/* For tests of regularity: its ports and options in their order, and a call without any. */
#pragma once

#include "scorers/rig.h"

enum { PERIOD, ACTIVITY, WORN, ONSET, WAKE, PORTS };
enum {
	OPTION_SRI,
	OPTION_IS_IV,
	OPTION_ACTIVITY,
	OPTION_MIDPOINT,
	OPTION_FREE_DAYS,
	OPTION_MIN_DAYS
};
enum { PAIRS, PER_MINUTE, MISMATCH };

#define DAY 1440

/* The default options, and no views. */
static inline struct rig *
fresh(void **state)
{
	struct rig *r = *state;
	for (int i = 0; r->desc->options[i].name; i++)
		r->options[i] = r->desc->options[i].def;
	memset(r->views, 0, sizeof r->views);
	return r;
}
