/* SPDX-License-Identifier: MIT */
/* The five bundled scorers as built, in running order, for tests of core; and the policy at its
 * defaults. */
#pragma once

#include "unit/core_fixture.h"

#include "core/scorers.h"
#include "sys/loader.h"

struct bundled {
	struct loader *loader;
	struct scorers set;
};

static inline void
bundled_open(struct bundled *b)
{
	static const char *const names[] = {"cole_kripke", "vendor_stages", "sleep_stats",
		"night_score", "pain_forecast"};
	char why[SCORERS_WHY_LEN] = "";
	memset(b, 0, sizeof *b);
	assert_int_equal(loader_new(getenv("DOZED_SCORER_DIR"), &b->loader), 0);
	for (unsigned i = 0; i < array_len(names); i++) {
		const struct scorer *desc;
		if (loader_open(b->loader, names[i], &desc, why) ||
			scorers_add(&b->set, desc, why))
			fail_msg("%s", why);
	}
	if (scorers_order(&b->set, why))
		fail_msg("%s", why);
}

static inline void
bundled_close(struct bundled *b)
{
	loader_free(b->loader);
}

static inline struct policy
fixture_policy(void)
{
	return (struct policy){.threshold = 0.25,
		.min_rated_days = 14,
		.max_per_week = 2,
		.free_days = 1,
		.settle_ms = 30 * MINUTE_MS,
		.earliest_min = 6 * 60,
		.hard_stop_min = 10 * 60 + 30,
		.expiry_min = 18 * 60,
		.lateness_ms = 10 * MINUTE_MS,
		.idle_ms = 10 * MINUTE_MS};
}
