/* SPDX-License-Identifier: MIT */
/* --to: through the spool to the broker. */
#pragma once

#include "job.h"

/* Runs the job and returns the exit status. */
int publish_job(struct job *j, unsigned long *ret_batches);
