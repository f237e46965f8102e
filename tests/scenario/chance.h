/* SPDX-License-Identifier: MIT */
/* Seeded chance and made-up movement: the same seed, the same minutes, on every machine.
 * Integers only, so that no compiler rounds differently. */
#pragma once

#include <stdint.h>

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *c);
/* In [low, high], both included. */
int chance_between(struct chance *c, int low, int high);

enum motion { MOTION_AWAKE, MOTION_ASLEEP, MOTION_STILL, MOTION_OFF, MOTION_COUNT };
extern const char *const motion_names[MOTION_COUNT];

/* Minutes of wrist movement in counts: about awake, asleep (mostly zeros, a stir of a
 * minute or two now and then), sitting still, or lying on a table. */
struct motion_maker {
	struct chance chance;
	int stir; /* minutes left of a stir */
};
int motion_minute(struct motion_maker *m, enum motion kind);
