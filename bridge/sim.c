/* SPDX-License-Identifier: MIT */
/* sim: a simulated wearable and its wearer. */
#include "sim.h"

#include <stdio.h>

int
sim_job(struct job *j)
{
	(void)j;
	fprintf(stderr, "dozed-bridge: sim comes with the next commit\n");
	return JOB_E_USAGE;
}
