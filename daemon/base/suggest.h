/* SPDX-License-Identifier: MIT */
/* "Did you mean": the nearest of some known words. Knows nothing of what they name. */
#pragma once

#include "base/base.h"

/* Keeps the nearest of the words offered so far. Start with {.word = "tresholds"}. */
struct suggest {
	const char *word;
	const char *nearest; /* borrowed from suggest_offer; NULL: nothing near enough */
	unsigned distance;   /* of nearest */
};

/* Near enough: at most one slip (wrong, missing, extra or swapped letter) in three letters. */
void suggest_offer(struct suggest *s, const char *candidate);
