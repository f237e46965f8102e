/* SPDX-License-Identifier: MIT */
/* Between tr.c and the table that the build makes of po/ only. */
#pragma once

#include "core/person.h"

struct tr_entry {
	const char *text; /* English; of a plural the form for one */
	const char
		*forms[2]; /* for one, for any other number; without a plural the same */
};
struct tr_table {
	const struct tr_entry *entries; /* sorted by text */
	unsigned n;
};
extern const struct tr_table tr_tables[LANGUAGES];
