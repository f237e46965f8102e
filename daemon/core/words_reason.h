/* SPDX-License-Identifier: MIT */
/* Between the words_*.c only. */
#pragma once

#include "core/words.h"

struct words_said {
	char *text;
	size_t size;
};

/* As words_reason(); `than`: a sentence of its own, else what stands in brackets behind one. */
void words_say(enum language l, const struct reason *r, int than, char *ret, size_t size);
/* 0 where own number and usual one are too close to stand out, or say the opposite of what the
 * model made of them: true, but nothing that would convince anybody. */
int words_stands_out(const struct reason *r);
/* 1 for a reason that speaks of the night, not of earlier days. */
int words_is_of_sleep(const char *code);
