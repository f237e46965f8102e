/* SPDX-License-Identifier: MIT */
/* A person's record out of the store: how often the outlook was right up to a date. */
#pragma once

#include "core/track_record.h"

struct store;

/* Of the TRACK_DAYS days that end with `until`. 0 or negative errno. */
int track_load(struct store *s, const char *person, civil_day until,
	const struct policy *policy, struct track_record *ret) must_check;
