/* SPDX-License-Identifier: MIT */
/* The part of `dozed check` that tells of push: which sections there are, and whether their
 * secrets, certificates, templates and programs can be read by whoever asks. Sends nothing. */
#pragma once

#include "config.h"

/* Prints; faults go through complain. */
void check_push(
	const struct config *c, void (*complain)(void *ctx, const char *text), void *ctx);
