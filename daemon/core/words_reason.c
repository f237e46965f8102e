/* SPDX-License-Identifier: MIT */
/* What the reasons of forecasts and nights say, code by code. */
#include "core/words_reason.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tr.h"

enum shape { SHAPE_MINUTES, SHAPE_COUNT, SHAPE_LEVEL, SHAPE_DIRECTION, SHAPE_PLAIN };

/* What a code of the forecast's or the night's scorer speaks of. MINUTES, COUNT,
 * DIRECTION: what to say where the value lies above, below, at the usual. LEVEL: the
 * words before the value, after it, after the usual value. PLAIN: after minutes, or after
 * a percentage. */
static const struct phrase {
	const char *code;
	enum shape shape;
	int is_part; /* of "tracker": says the same in own numbers */
	int decimals;
	const char *a, *b, *c;
} phrases[] = {
	{"tst_low", SHAPE_MINUTES, 1, 0, "more sleep", "less sleep",
		"about as much sleep as usual"},
	{"waso_high", SHAPE_MINUTES, 1, 0, "more awake", "less awake",
		"awake about as long as usual"},
	{"wakes_high", SHAPE_COUNT, 1, 0, "more", "fewer",
		"about as many wake-ups as usual"},
	{"se_low", SHAPE_LEVEL, 1, 0, "asleep for", " % of the time in bed", " %"},
	{"tracker", SHAPE_DIRECTION, 0, 0, "a less restful night than your usual",
		"a more restful night than your usual", "a night much like your usual"},
	{"sleep_quality", SHAPE_LEVEL, 0, 1, "sleep rated", " of 10", ""},
	{"sq_low", SHAPE_LEVEL, 0, 1, "sleep rated", " of 10", ""},
	{"yesterday", SHAPE_LEVEL, 0, 1, "discomfort yesterday rated", " of 10", ""},
	{"recent_pain", SHAPE_LEVEL, 0, 1, "discomfort of the last days around", " of 10",
		""},
	{"duration", SHAPE_PLAIN, 0, 0, " asleep", NULL, NULL},
	{"efficiency", SHAPE_PLAIN, 0, 0, NULL, "asleep for ", " % of the time in bed"},
	{"continuity", SHAPE_PLAIN, 0, 0, " awake after falling asleep", NULL, NULL},
	{"latency", SHAPE_PLAIN, 0, 0, " to fall asleep", NULL, NULL},
};

static const struct phrase *
phrase_of(const char *code)
{
	for (unsigned i = 0; i < array_len(phrases); i++)
		if (strcmp(phrases[i].code, code) == 0)
			return &phrases[i];
	return NULL;
}

/* "74 min more awake", "7 fewer wake-ups"; `than`: with " than your usual". */
static void
say_difference(enum language l, const struct phrase *p, double diff, int than, char *ret,
	size_t size)
{
	long whole = lround(fmin(fmax(diff, -1e6), 1e6));
	const char *more = whole > 0 ? p->a : p->b,
		   *tail = than ? " than your usual" : "";
	char amount[32];
	words_minutes(l, (double)labs(whole), amount);
	if (whole == 0)
		snprintf(ret, size, "%s", p->c);
	else if (p->shape == SHAPE_MINUTES)
		snprintf(ret, size, "%s %s%s", amount, more, tail);
	else
		snprintf(ret, size, "%ld %s wake-up%s%s", labs(whole), more,
			labs(whole) == 1 ? "" : "s", tail);
}

static void
say_plain(enum language l, const struct phrase *p, double value, char *ret, size_t size)
{
	char s[32];
	if (p->a) {
		words_minutes(l, value, s);
		snprintf(ret, size, "%s%s", s, p->a);
	} else {
		words_number(l, value, p->decimals, s);
		snprintf(ret, size, "%s%s%s", p->b, s, p->c);
	}
}

/* A measure of the night against its usual. more, less: what to say before the two numbers;
 * same: where they read alike. unit NULL: minutes. */
static const struct measure {
	const char *code, *unit;
	int decimals;
	const char *more, *less, *same;
} measures[] = {
	{"z_tst", NULL, 0, "more sleep than your usual", "less sleep than your usual",
		"as much sleep as usual"},
	{"z_se", " %", 0, "asleep for more of the time in bed than your usual",
		"asleep for less of the time in bed than your usual",
		"asleep for as much of the time in bed as usual"},
	{"z_waso", NULL, 0, "longer awake than your usual", "less awake than your usual",
		"awake about as long as usual"},
	{"z_sol", NULL, 0, "longer to fall asleep than your usual",
		"asleep sooner than your usual", "asleep about as soon as usual"},
	{"z_awakenings", "", 0, "more wake-ups than your usual",
		"fewer wake-ups than your usual", "about as many wake-ups as usual"},
	{"z_score", "", 0, "night score higher than your usual",
		"night score lower than your usual", "night score as usual"},
	{"z_rmssd", " ms", 0, "heart rate variability higher than your usual",
		"heart rate variability lower than your usual",
		"heart rate variability as usual"},
	{"z_hr_min", "", 0, "lowest heart rate higher than your usual",
		"lowest heart rate lower than your usual", "lowest heart rate as usual"},
	{"z_hr_dip", " %", 0, "heart rate fell further than your usual",
		"heart rate fell less far than your usual",
		"heart rate fell as far as usual"},
	{"z_resp_rate", " a minute", 1, "breathing faster than your usual",
		"breathing slower than your usual", "breathing as fast as usual"},
};

static const struct measure *
measure_of(const char *code)
{
	for (unsigned i = 0; i < array_len(measures); i++)
		if (strcmp(measures[i].code, code) == 0)
			return &measures[i];
	return NULL;
}

/* "lowest heart rate higher than your usual: 61, usually 56" */
static void
say_measure(enum language l, const struct measure *m, const struct reason *r, char *ret,
	size_t size)
{
	char value[32], usual[32];
	if (!isfinite(r->value) || !isfinite(r->usual))
		return;
	if (m->unit) {
		words_number(l, r->value, m->decimals, value);
		words_number(l, r->usual, m->decimals, usual);
	} else {
		words_minutes(l, r->value, value);
		words_minutes(l, r->usual, usual);
	}
	const char *unit = m->unit ? m->unit : "";
	if (strcmp(value, usual) == 0)
		snprintf(ret, size, "%s: %s%s", m->same, value, unit);
	else
		snprintf(ret, size, "%s: %s%s, usually %s%s",
			r->value > r->usual ? m->more : m->less, value, unit, usual,
			unit);
}

void
words_say(enum language l, const struct reason *r, int than, char *ret, size_t size)
{
	ret[0] = '\0';
	const struct phrase *p = phrase_of(r->code);
	const struct measure *m = measure_of(r->code);
	if (m)
		say_measure(l, m, r, ret, size);
	if (!p)
		return;
	int has_value = isfinite(r->value), has_both = has_value && isfinite(r->usual);
	char value[32], usual[32];
	switch (p->shape) {
	case SHAPE_DIRECTION: {
		double d = has_both ? r->value - r->usual : r->weight;
		snprintf(ret, size, "%s", d > 0.005 ? p->a : d < -0.005 ? p->b : p->c);
		return;
	}
	case SHAPE_MINUTES:
	case SHAPE_COUNT:
		if (has_both)
			say_difference(l, p, r->value - r->usual, than, ret, size);
		return;
	case SHAPE_PLAIN:
		if (has_value)
			say_plain(l, p, r->value, ret, size);
		return;
	case SHAPE_LEVEL:
		if (!has_both)
			return;
		words_number(l, r->value, p->decimals, value);
		words_number(l, r->usual, p->decimals, usual);
		snprintf(ret, size,
			than ? "%s %s%s (your usual is %s%s)" : "%s %s%s, usually %s%s",
			p->a, value, p->b, usual, p->c);
		return;
	}
}

void
words_reason(enum language l, const struct reason *r, char *ret, size_t size)
{
	words_say(l, r, 1, ret, size);
}

int
words_is_part(const char *code)
{
	const struct phrase *p = phrase_of(code);
	return p && p->is_part;
}

enum reason_of
words_reason_of(const char *code)
{
	const struct phrase *p = phrase_of(code);
	if (measure_of(code))
		return REASON_OF_USUAL;
	return p && p->shape == SHAPE_PLAIN ? REASON_OF_SCORE : REASON_OF_OTHER;
}

const char *
words_unusual(enum language l, double z_all)
{
	if (isnan(z_all))
		return tr(l, "not enough is known of this night");
	if (fabs(z_all) < 1)
		return tr(l, "much like the others");
	if (fabs(z_all) < 2)
		return z_all > 0 ? tr(l, "harder than most") : tr(l, "easier than most");
	return z_all > 0 ? tr(l, "one of the harder ones")
			 : tr(l, "one of the easier ones");
}
