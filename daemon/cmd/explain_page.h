/* SPDX-License-Identifier: MIT */
/* Between the writers of pages, explain_*.c and evaluate_print.c, only. */
#pragma once

#include "cmd/explain.h"

const char *page_clock(const struct explanation *x, utc_ms t, char ret[static 6]);
/* Breaks a text at blanks, each line indented. */
void page_wrapped(unsigned indent, const char *fmt, ...) printf_like(2, 3);
/* A field width that makes `columns` on the screen of s: "%*s" counts bytes. */
int page_width(const char *s, int columns);
/* Puts the language's decimal point into a number; returns it. */
const char *page_point(const struct explanation *x, char *number);
/* "+0.52", with the language's decimal point. */
const char *page_weight(const struct explanation *x, double weight, char ret[static 16]);
void page_night(const struct explanation *x);
/* The notice of the day, or why there was none, and everything that was decided. */
void page_notice(const struct explanation *x);
