/* SPDX-License-Identifier: MIT */
/* See person.h. */
#include "core/person.h"

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
	return p->retention_ms > 0 && newest.ms < received.ms - p->retention_ms;
}
