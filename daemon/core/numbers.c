/* SPDX-License-Identifier: MIT */
/* See numbers.h. The order is the order of the columns. */
#include "core/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/tr.h"

const struct night_number night_numbers[NIGHT_NUMBERS] = {
	{"tib_min", "night.tib", N_("in bed"), "min"},
	{"spt_min", "night.spt", N_("from falling asleep to waking"), "min"},
	{"tst_min", "night.tst", N_("asleep"), "min"},
	{"sol_min", "night.sol", N_("to fall asleep"), "min"},
	{"waso_min", "night.waso", N_("awake after falling asleep"), "min"},
	{"awakenings", "night.awakenings", N_("wake-ups"), ""},
	{"se_pct", "night.se", N_("asleep of the time in bed"), "%"},
	{"score", "night.score", N_("night score"), ""},
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
