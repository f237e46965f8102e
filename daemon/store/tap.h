/* SPDX-License-Identifier: MIT */
/* Ratings, bed markers and answers to notices, as the line files them. Part of store/store.h, which
 * includes it; what is said there of revisions holds. */
#pragma once

#include "core/batch.h"

struct store;

int store_rating_put(struct store *s, const char *person, civil_day date,
	const struct rating *r, utc_ms received) must_check;
/* When the newest of its kind for the date is, withdrawn or not; STORE_E_NONE: there is none. */
int store_rating_newest(struct store *s, const char *person, enum rating_kind kind,
	civil_day date, utc_ms *ret_at) must_check;
int store_marker_put(
	struct store *s, const char *person, const struct marker *m) must_check;
int store_markers_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct marker *), void *ctx) must_check;
/* The same answer of one instant twice is one. [from, to), by time. */
int store_feedback_put(struct store *s, const char *person, const struct feedback *f,
	utc_ms received) must_check;
int store_feedback_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct feedback *), void *ctx) must_check;
int store_ratings_each(struct store *s, const char *person,
	int (*each)(void *ctx, const char *person, civil_day date, const struct rating *),
	void *ctx) must_check;
