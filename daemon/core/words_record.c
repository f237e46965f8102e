/* SPDX-License-Identifier: MIT */
/* See words_record.h. */
#include "core/words_record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"
#include "core/words.h"

#define FIRST_MONTHS 180 /* judged days */
#define SENTENCE_LEN 200

void
words_learning(enum language l, const struct track_record *t,
	char ret[static WORDS_LEARNING_LEN])
{
	snprintf(ret, WORDS_LEARNING_LEN, tr(l, "learning, %u of %u days"), t->rated_days,
		t->min_rated_days);
}

/* In percent, whole, with its sign. */
static void
percent(double v, char ret[static 16])
{
	snprintf(ret, 16, "%+.0f %%", v * 100);
	if (strcmp(ret, "-0 %") == 0)
		ret[0] = '+';
}

void
words_verdict(
	enum language l, const struct track_record *t, char ret[static WORDS_RECORD_LEN])
{
	char skill[16], low[16], high[16];
	if (isnan(t->skill_low)) {
		snprintf(ret, WORDS_RECORD_LEN, "%s",
			tr(l, "There are too few rated days yet to say whether this "
			      "outlook beats your own average."));
		return;
	}
	percent(t->skill, skill);
	percent(floor(t->skill_low * 100) / 100, low); /* never narrower than it is */
	percent(ceil(t->skill_high * 100) / 100, high);
	const char *said =
		t->skill_claimed
			? tr(l, "On your ratings so far this outlook has been closer "
				"than your own average: %s, in truth perhaps anything "
				"from %s to %s. Most of that may come from your "
				"ratings, not from your nights.")
		: t->judged < FIRST_MONTHS
			? tr(l, "Your ratings so far do not show that this outlook beats "
				"your own average (%s, in truth perhaps anything from %s "
				"to %s); that is normal in the first months.")
			: tr(l, "Your ratings so far do not show that this outlook beats "
				"your own average (%s, in truth perhaps anything from %s "
				"to %s).");
	snprintf(ret, WORDS_RECORD_LEN, said, skill, low, high);
}

/* How notices fared, against how many days are high ones anyway. */
static void
say_notices(enum language l, const struct track_record *t, char *ret, size_t size)
{
	char usual[32];
	words_share(l, t->base_rate, usual);
	if (t->told.rated)
		snprintf(ret, size,
			trn(l,
				"Of %u notice so far on rated days, %u was right; "
				"usually %s of your days is a higher-discomfort day.",
				"Of %u notices so far on rated days, %u were right; "
				"usually %s of your days is a higher-discomfort day.",
				t->told.rated),
			t->told.rated, t->told.right, usual);
	else
		snprintf(ret, size,
			tr(l, "No notice so far has a rated day; usually %s of your days "
			      "is a higher-discomfort day."),
			usual);
}

void
words_record(
	enum language l, const struct track_record *t, char ret[static WORDS_RECORD_LEN])
{
	char notices[SENTENCE_LEN], days[SENTENCE_LEN], verdict[WORDS_RECORD_LEN];
	if (track_is_learning(t)) {
		snprintf(ret, WORDS_RECORD_LEN,
			tr(l, "How often this is right is not known yet: learning, %u of "
			      "%u days."),
			t->rated_days, t->min_rated_days);
		return;
	}
	if (t->judged == 0) {
		snprintf(ret, WORDS_RECORD_LEN, "%s",
			tr(l, "How often this is right is not known yet: no day since "
			      "the "
			      "learning is rated."));
		return;
	}
	say_notices(l, t, notices, sizeof notices);
	snprintf(days, sizeof days,
		trn(l, "Of %u such day %u had a notice.",
			"Of %u such days %u had a notice.", t->high),
		t->high, t->told.right);
	words_verdict(l, t, verdict);
	snprintf(ret, WORDS_RECORD_LEN, "%s %s %s", notices, days, verdict);
}
