/* SPDX-License-Identifier: MIT */
/* For tests of sleep_wake: a night of 30-s epochs as the host lends it, and what was written
 * at each of them. */
#pragma once

#include "scorers/rig.h"
#include "scorers/shared.h"
#include "sleep_wake_table.h"

#define STEP_S  30
#define STEP_MS 30000

enum { ACTIVITY, HEART, WALCH_COUNT, WALCH_HEART };

static inline void
lend(struct rig *r, const double *counts, const double *heart, uint32_t n)
{
	r->in.start_ms = 1000 * (int64_t)STEP_MS;
	r->in.end_ms = r->in.at_ms = r->in.start_ms + (int64_t)n * STEP_MS;
	memset(r->views, 0, sizeof r->views);
	rig_view(r, ACTIVITY, counts, n, STEP_S);
	if (heart)
		rig_view(r, HEART, heart, n, STEP_S);
}

/* What was written at each epoch; NAN where nothing was. */
static inline void
written(const struct rig *r, const char *channel, double *ret)
{
	for (uint32_t i = 0; i < r->views[0].n; i++)
		ret[i] = NAN;
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (!strcmp(r->desc->writes[r->values[i].port].channel, channel))
			ret[(r->values[i].t_ms - r->in.start_ms) / STEP_MS] =
				r->values[i].value;
}

static inline void
score_p(struct rig *r, double *p)
{
	assert_int_equal(rig_score(r), SCORER_OK);
	written(r, "sleep_wake.p", p);
}
