/* SPDX-License-Identifier: MIT */
/* Between explain_text.c, explain_night.c and evaluate_print.c only. */
#pragma once

#include "cmd/explain.h"

const char *page_clock(const struct explanation *x, utc_ms t, char ret[static 6]);
/* Breaks a text at blanks, each line indented. */
void page_wrapped(unsigned indent, const char *fmt, ...) printf_like(2, 3);
void page_night(const struct explanation *x);
