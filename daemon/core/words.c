/* SPDX-License-Identifier: MIT */
/* Builds the sentences from small pieces; every piece works for every number, since no
 * one proof-reads what a hub says at seven in the morning. Knows no channel, no store. */
#include "core/words_reason.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tr.h"

const char *const outlook_names[OUTLOOKS] = {
	"unknown", "learning", "lower", "usual", "higher"};

/* How often a notice at this probability does not come true. */
static void
wrong_times(double p, char ret[static 48])
{
	double wrong = 1 - p;
	if (fabs(wrong - 0.75) < 0.0251)
		snprintf(ret, 48, "about 3 times in 4");
	else if (fabs(wrong - 0.5) < 0.05)
		snprintf(ret, 48, "about as often as not");
	else if (wrong < 0.1)
		snprintf(ret, 48, "about 1 time in 10");
	else if (wrong > 0.9)
		snprintf(ret, 48, "more than 9 times in 10");
	else
		snprintf(ret, 48, "about %d times in 10", (int)lround(wrong * 10));
}

/* --- what is missing ------------------------------------------------------------------
 */

/* The names that core/day puts into forecast.missing. */
static const struct {
	const char *name, *text;
} missing_texts[] = {
	{"sleep", N_("no tracker data last night")},
	{"sleep_quality", N_("no sleep rating this morning")},
	{"yesterday", N_("no rating yesterday")},
};

const char *
words_missing(enum language l, const char *name)
{
	for (unsigned i = 0; i < array_len(missing_texts); i++)
		if (strcmp(missing_texts[i].name, name) == 0)
			return tr(l, missing_texts[i].text);
	return name;
}

/* --- outlook --------------------------------------------------------------------------
 */

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
		[OUTLOOK_UNKNOWN] = "not enough entries for an outlook",
		[OUTLOOK_LOWER] = "lower than usual for you",
		[OUTLOOK_USUAL] = "about as usual",
		[OUTLOOK_HIGHER] = "higher than usual for you",
	};
	enum outlook o = words_outlook(f, min_rated_days);
	if (o == OUTLOOK_LEARNING)
		snprintf(ret, 64, tr(l, "learning: %u of %d rated days"),
			(unsigned)f->rated_days, min_rated_days);
	else
		snprintf(ret, 64, "%s", tr(l, texts[o]));
}

/* --- the alert ------------------------------------------------------------------------
 */

/* The text as it grows; what does not fit is left off whole, so that no sentence is cut.
 */
struct text {
	char *p;
	size_t used, size;
};

static void printf_like(2, 3) add(struct text *t, const char *fmt, ...)
{
	char piece[400];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	if (n <= 0 || (size_t)n >= sizeof piece || t->used + (size_t)n >= t->size)
		return;
	memcpy(t->p + t->used, piece, (size_t)n + 1);
	t->used += (size_t)n;
}

static int
has_reason(const struct forecast *f, const char *code)
{
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++)
		if (strcmp(f->reasons[i].code, code) == 0)
			return 1;
	return 0;
}

/* The reason with the greatest weight in the direction of `sign`, `other` left out. Parts
 * count through their whole where it is there, so that nothing is told twice. */
static const struct reason *
strongest(enum language l, const struct forecast *f, double sign, int only_parts,
	const struct reason *other)
{
	const struct reason *best = NULL;
	int has_whole = has_reason(f, "tracker");
	char text[128];
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &f->reasons[i];
		words_say(l, r, 1, text, sizeof text);
		if (r == other || !text[0] || !(r->weight * sign > 0))
			continue;
		int is_part = words_is_part(r->code);
		if (only_parts ? !is_part : is_part && has_whole)
			continue;
		if (!best || r->weight * sign > best->weight * sign)
			best = r;
	}
	return best;
}

/* "a less restful night than your usual (74 min more awake)" */
static void
tell(enum language l, const struct forecast *f, const struct reason *r, char *ret,
	size_t size)
{
	char part_text[96];
	words_say(l, r, 1, ret, size);
	const struct reason *part = strcmp(r->code, "tracker") == 0
					    ? strongest(l, f, r->weight, 1, NULL)
					    : NULL;
	if (!part)
		return;
	words_say(l, part, 0, part_text, sizeof part_text);
	size_t n = strlen(ret);
	snprintf(ret + n, size - n, " (%s)", part_text);
}

static void
add_reasons(enum language l, struct text *t, const struct forecast *f)
{
	const struct reason *first = strongest(l, f, 1, 0, NULL);
	const struct reason *second = strongest(l, f, 1, 0, first);
	const struct reason *against = strongest(l, f, -1, 0, NULL);
	char a[160] = "", b[160] = "";
	if (!first)
		return;
	tell(l, f, first, a, sizeof a);
	if (second)
		tell(l, f, second, b, sizeof b);
	add(t, " What stands out: %s%s%s.", a, second ? "; " : "", b);
	if (against && -against->weight > first->weight / 2) {
		tell(l, f, against, a, sizeof a);
		add(t, " On the brighter side: %s.", a);
	}
}

static void
add_missing(enum language l, struct text *t, const struct forecast *f)
{
	char names[WHY_LEN], *rest = names, *name, list[200] = "";
	struct text names_text = {list, 0, sizeof list};
	snprintf(names, sizeof names, "%s", f->missing);
	while ((name = strsep(&rest, ",")))
		if (*name)
			add(&names_text, "%s%s", names_text.used ? ", " : "",
				words_missing(l, name));
	if (names_text.used)
		add(t, " Not known: %s.", list);
}

void
words_like(enum language l, const struct forecast *f, char *ret, size_t size)
{
	char usual[32];
	words_share(l, f->base_rate, usual);
	if (f->like_days == 0)
		snprintf(ret, size,
			"Your log has no rated day after a night like this yet; "
			"usually %s of your days is a higher-discomfort day.",
			usual);
	else if (f->like_days < WORDS_FEW_DAYS)
		snprintf(ret, size,
			"Your log has only %u rated day%s after nights like this, "
			"%u of them higher-discomfort for you; usually it is %s.",
			f->like_days, f->like_days == 1 ? "" : "s", f->like_high, usual);
	else
		snprintf(ret, size,
			"Of %u rated days after nights like this, "
			"%u %s for you; usually it is %s.",
			f->like_days, f->like_high,
			f->like_high == 1 ? "was a higher-discomfort day"
					  : "were higher-discomfort days",
			usual);
}

void
words_alert(const struct forecast *f, const struct person *who, char title[static 96],
	char text[static ALERT_TEXT_LEN])
{
	snprintf(title, 96, "You may like to plan a gentler day");
	/* the end is never left off: it is made first, the rest gets the room before it
	 */
	enum language l = who ? (enum language)who->language : LANGUAGE_EN;
	char end[ALERT_TEXT_LEN] = "", wrong[48], like[160];
	struct text tail = {end, 0, sizeof end};
	words_like(l, f, like, sizeof like);
	add(&tail, " %s", like);
	wrong_times(f->probability, wrong);
	add(&tail, " Expect a notice like this to be wrong %s.", wrong);
	add(&tail, " You may like to plan a gentler day.");
	add(&tail, " Based on your entries only; you can turn these notices off.");

	struct text t = {text, 0, ALERT_TEXT_LEN - tail.used};
	if (who && who->name[0])
		add(&t, "Good morning, %s.", who->name);
	else
		add(&t, "Good morning.");
	add_reasons(l, &t, f);
	add_missing(l, &t, f);
	memcpy(text + t.used, end, tail.used + 1);
}
