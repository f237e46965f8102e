/* SPDX-License-Identifier: MIT */
/* Made-up days for dozed-mornings: two nights in five are bad, and a bad one is followed by a
 * painful day, so that there is something to tell; most things come late, twice, or other than at
 * first. */
#pragma once

#include "chance.h"
#include "world.h"

/* The days before w->now as history that is there at once. */
void life_history(
	struct world *w, const struct person *who, int days, struct chance *chance);
/* Plans the night into the day and what comes of it. w->now is not after its midnight in UTC. */
void life_day(
	struct world *w, const struct person *who, civil_day day, struct chance *chance);
