/* SPDX-License-Identifier: MIT */
/* See decision.h. */
#include "core/decision.h"

const char *const verdict_names[VERDICTS] = {NULL, "nothing", "held", "settling",
	"raised", "raised_late", "withdrawn", "good_night", "digest", "no_data"};
