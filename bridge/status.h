/* SPDX-License-Identifier: MIT */
/* `dozed-bridge status`: how things stand, as a table or as JSON. */
#pragma once

#include "options.h"

/* Prints it; the exit status: 0 nothing to look after, 1 something has waited for more than a day,
 * was refused, or cannot be looked at, 2 usage. */
int status_print(const struct options *o);
