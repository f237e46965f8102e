/* SPDX-License-Identifier: MIT */
/* The parts of the hae reader: sleep (hae.c), samples and what becomes of each field
 * (hae_samples.c). */
#pragma once

#include "json_file.h"

extern const struct field hae_fields[];

/* 1 if the document's numbers are of whole days: all of them lie at midnight. */
int hae_is_daily(const json_t *metrics);
/* The samples of a metric, if it is one that becomes samples. 0 or negative errno. */
int hae_samples(struct reading *g, const json_t *metric, int is_daily) must_check;
