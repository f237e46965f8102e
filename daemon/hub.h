/* SPDX-License-Identifier: MIT */
/* `dozed run`: everything the daemon owns, on one loop. Opens, runs until a signal, closes;
 * nothing is left behind but the store. */
#pragma once

#include "config.h"

/* Runs until SIGTERM or SIGINT. Returns the exit status (cmd.h). config is borrowed. */
int hub_run(const struct config *config);
