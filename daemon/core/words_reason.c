/* SPDX-License-Identifier: MIT */
/* What the reasons of forecasts and nights say, code by code. */
#include "core/words_reason.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tr.h"

#define VALUE_MOST   1e6 /* no value that is larger fits a sentence, or means anything */
#define RATING_LEAST 0.5 /* of ten: people rate in whole numbers */
#define SAME_BELOW   0.005 /* spreads; what differs less reads as the same night */

enum shape { SHAPE_MINUTES, SHAPE_WAKES, SHAPE_LEVEL, SHAPE_DIRECTION, SHAPE_PLAIN };

/* What a code of the forecast's or the night's scorer says. MINUTES, DIRECTION: where the value
 * lies above, below, at the usual; in brackets behind another: short_more, short_less. LEVEL:
 * value and usual, `less` in brackets. PLAIN: the value; minutes unless is_percent. */
static const struct phrase {
	const char *code;
	enum shape shape;
	int is_part; /* of "tracker": says the same in own numbers */
	int decimals, is_percent;
	int harder;   /* +1: more of it makes a harder day; -1: less of it */
	double least; /* difference from the usual that stands out */
	const char *more, *less, *same, *short_more, *short_less;
} phrases[] = {
	{"tst_low", SHAPE_MINUTES, 1, .harder = -1,
		.more = N_("%s more sleep than your usual"),
		.less = N_("%s less sleep than your usual"),
		.same = N_("about as much sleep as usual"),
		.short_more = N_("%s more sleep"), .short_less = N_("%s less sleep")},
	{"waso_high", SHAPE_MINUTES, 1, .harder = 1,
		.more = N_("%s more awake than your usual"),
		.less = N_("%s less awake than your usual"),
		.same = N_("awake about as long as usual"),
		.short_more = N_("%s more awake"), .short_less = N_("%s less awake")},
	{"wakes_high", SHAPE_WAKES, 1, .harder = 1},
	{"se_low", SHAPE_LEVEL, 1, .harder = -1,
		.more = N_("asleep for %s %% of the time in bed (your usual is %s %%)"),
		.less = N_("asleep for %s %% of the time in bed, usually %s %%")},
	{"tracker", SHAPE_DIRECTION, .harder = 1,
		.more = N_("a less restful night than your usual"),
		.less = N_("a more restful night than your usual"),
		.same = N_("a night much like your usual")},
	{"sleep_quality", SHAPE_LEVEL, .harder = -1, .least = RATING_LEAST, .decimals = 1,
		.more = N_("sleep rated %s of 10 (your usual is %s)")},
	{"sq_low", SHAPE_LEVEL, .harder = -1, .least = RATING_LEAST, .decimals = 1,
		.more = N_("sleep rated %s of 10 (your usual is %s)")},
	{"yesterday", SHAPE_LEVEL, .harder = 1, .least = RATING_LEAST, .decimals = 1,
		.more = N_("discomfort yesterday rated %s of 10 (your usual is %s)")},
	{"pain_morning", SHAPE_LEVEL, .harder = 1, .least = RATING_LEAST, .decimals = 1,
		.more = N_("discomfort this morning rated %s of 10 (your usual is %s)")},
	{"recent_pain", SHAPE_LEVEL, .harder = 1, .least = RATING_LEAST, .decimals = 1,
		.more = N_("discomfort of the last days around %s of 10 (your usual is "
			   "%s)")},
	{"duration", SHAPE_PLAIN, .more = N_("%s asleep")},
	{"efficiency", SHAPE_PLAIN, .is_percent = 1,
		.more = N_("asleep for %s %% of the time in bed")},
	{"continuity", SHAPE_PLAIN, .more = N_("%s awake after falling asleep")},
	{"latency", SHAPE_PLAIN, .more = N_("%s to fall asleep")},
};

static const struct phrase *
phrase_of(const char *code)
{
	for (unsigned i = 0; i < array_len(phrases); i++)
		if (strcmp(phrases[i].code, code) == 0)
			return &phrases[i];
	return NULL;
}

static double
sane(double v)
{
	return fmin(fmax(v, -VALUE_MOST), VALUE_MOST);
}

/* "74 min more awake"; `than`: with " than your usual". */
static void
say_minutes(enum language l, const struct phrase *p, double diff, int than,
	struct words_said ret)
{
	long whole = lround(sane(diff));
	char amount[32];
	if (whole == 0) {
		snprintf(ret.text, ret.size, "%s", tr(l, p->same));
		return;
	}
	words_minutes(l, (double)labs(whole), amount);
	const char *form = whole > 0 ? (than ? p->more : p->short_more)
				     : (than ? p->less : p->short_less);
	snprintf(ret.text, ret.size, tr(l, form), amount);
}

/* "7 fewer wake-ups" */
static void
say_wakes(enum language l, double diff, int than, struct words_said ret)
{
	long whole = lround(sane(diff));
	unsigned long n = (unsigned long)labs(whole);
	const char *form;
	if (whole == 0)
		form = tr(l, "about as many wake-ups as usual");
	else if (whole > 0)
		form = than ? trn(l, "%lu more wake-up than your usual",
				      "%lu more wake-ups than your usual", n)
			    : trn(l, "%lu more wake-up", "%lu more wake-ups", n);
	else
		form = than ? trn(l, "%lu fewer wake-up than your usual",
				      "%lu fewer wake-ups than your usual", n)
			    : trn(l, "%lu fewer wake-up", "%lu fewer wake-ups", n);
	snprintf(ret.text, ret.size, form, n);
}

static void
say_level(enum language l, const struct phrase *p, const struct reason *r, int than,
	struct words_said ret)
{
	char value[32], usual[32];
	words_number(l, sane(r->value), p->decimals, value);
	words_number(l, sane(r->usual), p->decimals, usual);
	const char *form = than || !p->less ? p->more : p->less;
	snprintf(ret.text, ret.size, tr(l, form), value, usual);
}

static void
say_plain(enum language l, const struct phrase *p, double value, struct words_said ret)
{
	char s[32];
	if (p->is_percent)
		words_number(l, sane(value), p->decimals, s);
	else
		words_minutes(l, value, s);
	snprintf(ret.text, ret.size, tr(l, p->more), s);
}

/* A measure of the night against its usual. more, less: what to say before the two numbers;
 * same: where they read alike. form NULL: minutes. */
static const struct measure {
	const char *code, *form;
	int decimals;
	const char *more, *less, *same;
} measures[] = {
	{"z_tst", NULL, 0, N_("more sleep than your usual"),
		N_("less sleep than your usual"), N_("as much sleep as usual")},
	{"z_se", N_("%s %%"), 0, N_("asleep for more of the time in bed than your usual"),
		N_("asleep for less of the time in bed than your usual"),
		N_("asleep for as much of the time in bed as usual")},
	{"z_waso", NULL, 0, N_("longer awake than your usual"),
		N_("less awake than your usual"), N_("awake about as long as usual")},
	{"z_sol", NULL, 0, N_("longer to fall asleep than your usual"),
		N_("asleep sooner than your usual"), N_("asleep about as soon as usual")},
	{"z_awakenings", "%s", 0, N_("more wake-ups than your usual"),
		N_("fewer wake-ups than your usual"),
		N_("about as many wake-ups as usual")},
	{"z_score", "%s", 0, N_("night score higher than your usual"),
		N_("night score lower than your usual"), N_("night score as usual")},
	{"z_rmssd", N_("%s ms"), 0, N_("heart rate variability higher than your usual"),
		N_("heart rate variability lower than your usual"),
		N_("heart rate variability as usual")},
	{"z_hr_min", "%s", 0, N_("lowest heart rate higher than your usual"),
		N_("lowest heart rate lower than your usual"),
		N_("lowest heart rate as usual")},
	{"z_hr_dip", N_("%s %%"), 0, N_("heart rate fell further than your usual"),
		N_("heart rate fell less far than your usual"),
		N_("heart rate fell as far as usual")},
	{"z_resp_rate", N_("%s a minute"), 1, N_("breathing faster than your usual"),
		N_("breathing slower than your usual"), N_("breathing as fast as usual")},
};

static const struct measure *
measure_of(const char *code)
{
	for (unsigned i = 0; i < array_len(measures); i++)
		if (strcmp(measures[i].code, code) == 0)
			return &measures[i];
	return NULL;
}

static void
say_amount(enum language l, const struct measure *m, double v, char ret[static 48])
{
	char s[32];
	if (!m->form) {
		words_minutes(l, v, ret);
		return;
	}
	words_number(l, sane(v), m->decimals, s);
	snprintf(ret, 48, tr(l, m->form), s);
}

/* "lowest heart rate higher than your usual: 61, usually 56" */
static void
say_measure(enum language l, const struct measure *m, const struct reason *r,
	struct words_said ret)
{
	char value[48], usual[48];
	if (!isfinite(r->value) || !isfinite(r->usual))
		return;
	say_amount(l, m, r->value, value);
	say_amount(l, m, r->usual, usual);
	if (strcmp(value, usual) == 0)
		snprintf(ret.text, ret.size, "%s: %s", tr(l, m->same), value);
	else
		snprintf(ret.text, ret.size, tr(l, "%s: %s, usually %s"),
			tr(l, r->value > r->usual ? m->more : m->less), value, usual);
}

void
words_say(enum language l, const struct reason *r, int than, char *text, size_t size)
{
	struct words_said ret = {text, size};
	text[0] = '\0';
	const struct phrase *p = phrase_of(r->code);
	const struct measure *m = measure_of(r->code);
	if (m)
		say_measure(l, m, r, ret);
	if (!p)
		return;
	int has_value = isfinite(r->value), has_both = has_value && isfinite(r->usual);
	double diff = has_both ? r->value - r->usual : r->weight;
	switch (p->shape) {
	case SHAPE_DIRECTION:
		snprintf(text, size, "%s",
			tr(l, diff > SAME_BELOW      ? p->more
				: diff < -SAME_BELOW ? p->less
						     : p->same));
		return;
	case SHAPE_MINUTES:
		if (has_both)
			say_minutes(l, p, diff, than, ret);
		return;
	case SHAPE_WAKES:
		if (has_both)
			say_wakes(l, diff, than, ret);
		return;
	case SHAPE_PLAIN:
		if (has_value)
			say_plain(l, p, r->value, ret);
		return;
	case SHAPE_LEVEL:
		if (has_both)
			say_level(l, p, r, than, ret);
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

int
words_stands_out(const struct reason *r)
{
	const struct phrase *p = phrase_of(r->code);
	if (!p || !p->harder || !isfinite(r->value) || !isfinite(r->usual))
		return 1;
	double diff = (r->value - r->usual) * p->harder;
	return diff * r->weight > 0 && fabs(diff) >= p->least;
}

int
words_is_of_sleep(const char *code)
{
	static const char *const codes[] = {"tracker", "sleep_quality", "sq_low", "z_tst",
		"z_se", "z_waso", "z_sol", "z_awakenings"};
	for (unsigned i = 0; i < array_len(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return 1;
	return words_is_part(code);
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
