/* SPDX-License-Identifier: MIT */
/* See wrist.h. */
#include "wrist.h"

const char *
wrist_clock_set(const struct reading *g, int64_t face, struct wrist_clock *ret)
{
	if (!g->zone)
		return "the times have no zone: say --zone, for example --zone "
		       "Europe/Berlin";
	*ret = (struct wrist_clock){face, zone_from_wall(g->zone, face).ms};
	return NULL;
}

const char *
wrist_clock_at(
	const struct reading *g, const struct wrist_clock *c, int64_t face, int64_t *ret)
{
	return vendor_epoch(g, c->instant + (face - c->face), ret);
}
