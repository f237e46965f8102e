/* SPDX-License-Identifier: MIT */
/* sim: a simulated wearable and its wearer, after reference model of sleep and next-day
 * pain. */
#pragma once

#include "job.h"

/* Puts the people of the options into the collection. 0 or JOB_E_USAGE. */
int sim_job(struct job *j) must_check;
