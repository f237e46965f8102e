/* SPDX-License-Identifier: MIT */
/* The numbers of a night as people and scripts see them: column, channel, unit, words.
 * One table for `nights`, `export`, `explain` and JSON. Knows no scorer: it names
 * channels. */
#pragma once

#include "core/records.h"

struct night_number {
	const char *column;  /* "waso_min" */
	const char *channel; /* "night.waso" */
	const char *label;   /* "awake after falling asleep", for tr() */
	const char *unit;    /* "min", "%", "" */
};

#define NIGHT_NUMBERS 8
extern const struct night_number night_numbers[NIGHT_NUMBERS];

/* Rounded to one decimal; NAN stays NAN; never -0. */
double number_round(double v);
/* Rounded to 12 significant digits, as exports show probabilities. */
double number_digits12(double v);
/* "main", "nap". */
const char *sleep_kind_name(enum sleep_kind kind);
