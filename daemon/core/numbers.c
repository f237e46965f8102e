/* SPDX-License-Identifier: MIT */
/* See numbers.h. The order is the order of the columns. */
#include "core/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const struct night_number night_numbers[NIGHT_NUMBERS] = {
	{"tib_min", "night.tib", "in bed", "min"},
	{"spt_min", "night.spt", "from falling asleep to waking", "min"},
	{"tst_min", "night.tst", "asleep", "min"},
	{"sol_min", "night.sol", "to fall asleep", "min"},
	{"waso_min", "night.waso", "awake after falling asleep", "min"},
	{"awakenings", "night.awakenings", "wake-ups", ""},
	{"se_pct", "night.se", "asleep of the time in bed", "%"},
	{"score", "night.score", "night score", ""},
};

double
number_round(double v)
{
	return round(v * 10) / 10 + 0.0;
}

double
number_digits12(double v)
{
	char s[64];
	if (!isfinite(v))
		return NAN;
	snprintf(s, sizeof s, "%.12g", v);
	return strtod(s, NULL) + 0.0;
}

const char *
sleep_kind_name(enum sleep_kind kind)
{
	return kind == SLEEP_NAP ? "nap" : "main";
}
