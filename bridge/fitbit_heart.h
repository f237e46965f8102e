/* SPDX-License-Identifier: MIT */
/* Fitbit's heart rates of one day, as its Web API answers "activities/heart/date/...": the day
 * stands in one part of the document, the times of day in another. */
#pragma once

#include "json_file.h"

/* 1 if the document is of this kind. */
int fitbit_is_heart(const json_t *o);
/* Takes the samples; needs g->zone and g->person. 0 or negative errno. */
int fitbit_heart(struct reading *g, const json_t *o) must_check;
