/* SPDX-License-Identifier: MIT */
/* What is said of an outlook: how it stands, what was missing, how nights like this went.
 * Knows no channel, no store. */
#include "core/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"

const char *const outlook_names[OUTLOOKS] = {
	"unknown", "learning", "lower", "usual", "higher"};

/* The names that core/day puts into forecast.missing. */
static const struct {
	const char *name, *text;
} inputs[] = {
	{"sleep", N_("last night's tracker data")},
	{"sleep_quality", N_("your sleep rating of this morning")},
	{"pain_morning", N_("your rating of this morning")},
	{"yesterday", N_("your rating of yesterday")},
};

const char *
words_missing(enum language l, const char *name)
{
	for (unsigned i = 0; i < array_len(inputs); i++)
		if (strcmp(inputs[i].name, name) == 0)
			return tr(l, inputs[i].text);
	return name;
}

enum outlook
words_outlook(const struct forecast *f, int min_rated_days)
{
	if (!f || f->insufficient[0] || !isfinite(f->probability) || !(f->base_rate > 0))
		return OUTLOOK_UNKNOWN;
	if ((int64_t)f->rated_days < min_rated_days)
		return OUTLOOK_LEARNING;
	double ratio = f->probability / f->base_rate;
	if (ratio >= 4.0 / 3)
		return OUTLOOK_HIGHER;
	return ratio <= 3.0 / 4 ? OUTLOOK_LOWER : OUTLOOK_USUAL;
}

void
words_level(enum language l, const struct forecast *f, int min_rated_days,
	char ret[static 64])
{
	static const char *const texts[OUTLOOKS] = {
		[OUTLOOK_UNKNOWN] = N_("not enough entries for an outlook"),
		[OUTLOOK_LOWER] = N_("lower than usual for you"),
		[OUTLOOK_USUAL] = N_("about as usual"),
		[OUTLOOK_HIGHER] = N_("higher than usual for you"),
	};
	enum outlook o = words_outlook(f, min_rated_days);
	if (o == OUTLOOK_LEARNING)
		snprintf(ret, 64, tr(l, "learning: %u of %d rated days"),
			(unsigned)f->rated_days, min_rated_days);
	else
		snprintf(ret, 64, "%s", tr(l, texts[o]));
}

void
words_like(enum language l, const struct forecast *f, char *ret, size_t size)
{
	char usual[32];
	unsigned days = f->like_days, high = f->like_high;
	words_share(l, f->base_rate, usual);
	if (days == 0)
		snprintf(ret, size,
			tr(l, "Your log has no rated day after a night like this yet; "
			      "usually %s of your days is a higher-discomfort day."),
			usual);
	else if (days < WORDS_FEW_DAYS)
		snprintf(ret, size,
			trn(l,
				"Your log has only %u rated day after nights like this, "
				"%u of them higher-discomfort for you; usually it is %s.",
				"Your log has only %u rated days after nights like this, "
				"%u of them higher-discomfort for you; usually it is %s.",
				days),
			days, high, usual);
	else if (high == 0)
		snprintf(ret, size,
			tr(l, "Of %u rated days after nights like this, none was a "
			      "higher-discomfort day for you; usually it is %s."),
			days, usual);
	else
		snprintf(ret, size,
			trn(l,
				"Of %u rated days after nights like this, %u was a "
				"higher-discomfort day for you; usually it is %s.",
				"Of %u rated days after nights like this, %u were "
				"higher-discomfort days for you; usually it is %s.",
				high),
			days, high, usual);
}

void
words_wrong(enum language l, double p, char *ret, size_t size)
{
	double wrong = isfinite(p) ? 1 - p : 1;
	const char *form =
		N_("Expect a notice like this to be wrong about %d times in 10.");
	if (fabs(wrong - 0.75) < 0.0251)
		form = N_("Expect a notice like this to be wrong about 3 times in 4.");
	else if (fabs(wrong - 0.5) < 0.05)
		form = N_("Expect a notice like this to be wrong about as often as not.");
	else if (!(wrong >= 0.1))
		form = N_("Expect a notice like this to be wrong about 1 time in 10.");
	else if (wrong > 0.9)
		form = N_("Expect a notice like this to be wrong more than 9 times in "
			  "10.");
	snprintf(ret, size, tr(l, form), (int)lround(wrong * 10));
}
