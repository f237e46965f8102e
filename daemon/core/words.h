/* SPDX-License-Identifier: MIT */
/* Every sentence that a person reads about a night or an outlook, in one place, for the
 * alert, `explain`, JSON and pages alike. Wellness wording: what was seen, against the
 * person's own usual, how often it is wrong; never a diagnosis, never an alarm. */
#pragma once

#include "core/person.h"
#include "core/records.h"

/* Fills title and text of an alert from its forecast. */
void words_alert(const struct forecast *f, const struct person *who, char title[static 96], char text[static ALERT_TEXT_LEN]);
/* One reason in words with own numbers: "74 min more awake than your usual"; "" if the code is unknown. */
void words_reason(const struct reason *r, char *ret, size_t size);
/* "learning: 9 of 14 rated days", "higher than usual for you", "about as usual". */
const char *words_level(const struct forecast *f, int min_rated_days);
