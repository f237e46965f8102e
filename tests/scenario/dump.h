/* SPDX-License-Identifier: MIT */
/* Everything that the line has made, as text: every field, numbers to the last bit. */
#pragma once

#include "store/store.h"

/* malloc'd */
char *dump_results(struct store *s, const char *const *people, unsigned n_people);
