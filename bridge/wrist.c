/* SPDX-License-Identifier: MIT */
/* See wrist.h. */
#include "wrist.h"

#include <stdio.h>

#define FUTURE_MS (5 * MINUTE_MS)
#define OLDEST_MS                                                                        \
	INT64_C(-2208988800000) /* 1900: recordings are shared with shifted dates */

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
	int64_t t = c->instant + (face - c->face);

	if (t > g->now.ms + FUTURE_MS)
		return "the time lies in the future";
	if (t < OLDEST_MS)
		return "the time lies before 1900";
	*ret = t;
	return NULL;
}

static civil_day
day_of(int64_t face)
{
	int64_t rest = face % DAY_MS;
	civil_day d = {0};

	d.n = (face - (rest < 0 ? rest + DAY_MS : rest)) / DAY_MS;
	return d;
}

unsigned
wrist_rank(const struct wrist_night *v, size_t n, size_t i)
{
	unsigned rank = 0;

	for (size_t k = 0; k < n; k++)
		rank += v[k].length > 0 &&
			day_of(v[k].end_face).n == day_of(v[i].end_face).n &&
			(v[k].length > v[i].length ||
				(v[k].length == v[i].length && k < i));
	return rank;
}

void
wrist_night_id(
	struct found_session *s, const char *serial, int64_t end_face, unsigned rank)
{
	char date[CIVIL_DATE_LEN];

	snprintf(s->record_id, sizeof s->record_id, "%.47s%s%s.%u", serial,
		*serial ? "." : "", civil_date_text(day_of(end_face), date), rank);
}
