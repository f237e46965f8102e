/* SPDX-License-Identifier: MIT */
/* See chance.h. The generator is splitmix64 (Steele, Lea, Flood 2014). */
#include "chance.h"

const char *const motion_names[MOTION_COUNT] = {"awake", "asleep", "still", "off"};

uint64_t
chance_next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int
chance_between(struct chance *c, int low, int high)
{
	return low + (int)(chance_next(c) % (uint64_t)(high - low + 1));
}

int
motion_minute(struct motion_maker *m, enum motion kind)
{
	switch (kind) {
	case MOTION_AWAKE: /* two minutes in three are lively */
		return chance_between(&m->chance, 0, 2)
			       ? chance_between(&m->chance, 600, 4000)
			       : chance_between(&m->chance, 0, 600);
	case MOTION_ASLEEP:
		if (m->stir == 0 && chance_between(&m->chance, 0, 24) == 0)
			m->stir = chance_between(&m->chance, 1, 2);
		if (m->stir == 0)
			return 0;
		m->stir--;
		return chance_between(&m->chance, 20, 250);
	case MOTION_STILL:
		return chance_between(&m->chance, 0, 3)
			       ? chance_between(&m->chance, 0, 200)
			       : chance_between(&m->chance, 300, 1200);
	case MOTION_OFF:
	case MOTION_COUNT:
		break;
	}
	return 0;
}
