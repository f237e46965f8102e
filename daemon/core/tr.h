/* SPDX-License-Identifier: MIT */
/* Texts in the person's language. The English text is its own key; po/<language>.po has the
 * others, and the build makes a table of them. What has no translation stays English. No
 * locale and no file at run time: which language is always an argument. After a new text run
 * po/update. */
#pragma once

#include "core/person.h"

/* Marks a text that stands in a table and goes through tr() later. */
#define N_(s) s

const char *tr(enum language l, const char *text) __attribute__((format_arg(2)));
/* The form for n things. */
const char *trn(enum language l, const char *one, const char *many, unsigned long n)
	__attribute__((format_arg(2), format_arg(3)));
