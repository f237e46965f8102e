/* SPDX-License-Identifier: MIT */
/* What came of a file, for `--explain`: its sleep records with their times and totals, how many
 * samples of each channel, ratings and markers. Hands nothing on. */
#pragma once

#include "collect.h"

#define OUTCOME_SHOWN_MAX 12 /* records of a file in full */

/* On standard output; sorts c, so that what came twice counts once. before: what c->of_channel
 * was before the file. */
void outcome_print(
	struct collect *c, const unsigned long before[static COLLECT_CHANNELS]);
