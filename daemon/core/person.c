/* SPDX-License-Identifier: MIT */
/* See person.h. */
#include "core/person.h"

#define DAY_S (DAY_MS / SECOND_MS)

const char *const language_names[LANGUAGES] = {"en", "de"};
const char *const night_source_names[NIGHT_SOURCES] = {
	"session", "markers", "rest", "activity"};

unsigned
person_nights(const struct person *p, enum night_source ret[static NIGHT_SOURCES])
{
	for (unsigned i = 0; i < NIGHT_SOURCES; i++)
		ret[i] = (enum night_source)(p->n_nights ? p->nights[i] : i);
	return p->n_nights ? p->n_nights : NIGHT_SOURCES;
}

int
person_is_beyond(const struct person *p, utc_ms newest, utc_ms received)
{
	return p->retention_ms > 0 && newest.ms != 0 &&
	       newest.ms < received.ms - p->retention_ms;
}

int
person_is_quiet(const struct person *p, utc_ms at)
{
	int from = p->quiet_from_min, until = p->quiet_until_min;
	int64_t s = at.ms / SECOND_MS + zone_offset_s(p->zone, at);
	int minute = (int)((s % DAY_S + DAY_S) % DAY_S / 60);
	return from <= until ? minute >= from && minute < until
			     : minute >= from || minute < until;
}

utc_ms
person_quiet_end(const struct person *p, utc_ms at)
{
	civil_day d = zone_date(p->zone, at, 0);
	utc_ms end = zone_instant(p->zone, d, p->quiet_until_min);
	return end.ms > at.ms ? end
			      : zone_instant(p->zone, DAY(d.n + 1), p->quiet_until_min);
}
