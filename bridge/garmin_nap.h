/* SPDX-License-Identifier: MIT */
/* Garmin's naps: records of their own beside the night with which they come. */
#pragma once

#include "json_file.h"

/* Those of a day of Connect, of which offset_min is the offset where no --zone is known; 0 or
 * negative errno. */
int garmin_connect_naps(struct reading *g, const json_t *day, int offset_min) must_check;
/* Those of a sleep summary of the Health API. */
int garmin_push_naps(struct reading *g, const json_t *summary) must_check;
