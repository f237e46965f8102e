/* SPDX-License-Identifier: MIT */
/* Between words.c and words_reason.c only. */
#pragma once

#include "core/words.h"

/* As words_reason(); `than`: a sentence of its own, else what stands in brackets behind one. */
void words_say(enum language l, const struct reason *r, int than, char *ret, size_t size);
