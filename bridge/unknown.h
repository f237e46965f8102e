/* SPDX-License-Identifier: MIT */
/* What to tell a person whose file no reader knows: what it seems to be, and what is wanted in its
 * place. Reads nothing out of it. */
#pragma once

#include <stddef.h>

/* A sentence by the file's first bytes; never NULL. */
const char *unknown_why(const char *head, size_t n);
