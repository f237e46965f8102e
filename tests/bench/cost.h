/* SPDX-License-Identifier: MIT */
/* The clock of the benches: what this process has had of its processor. */
#pragma once

#include <time.h>

static inline double
seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
