/* SPDX-License-Identifier: MIT */
/* Builds the sentences from small pieces; every piece works for every number, since no
 * one proof-reads what a hub says at seven in the morning. Knows no channel, no store. */
#include "core/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* --- reasons --------------------------------------------------------------------------
 */

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
say_difference(const struct phrase *p, double diff, int than, char *ret, size_t size)
{
	long whole = lround(fmin(fmax(diff, -1e6), 1e6));
	const char *more = whole > 0 ? p->a : p->b,
		   *tail = than ? " than your usual" : "";
	char amount[32];
	words_minutes((double)labs(whole), amount);
	if (whole == 0)
		snprintf(ret, size, "%s", p->c);
	else if (p->shape == SHAPE_MINUTES)
		snprintf(ret, size, "%s %s%s", amount, more, tail);
	else
		snprintf(ret, size, "%ld %s wake-up%s%s", labs(whole), more,
			labs(whole) == 1 ? "" : "s", tail);
}

static void
say_plain(const struct phrase *p, double value, char *ret, size_t size)
{
	char s[32];
	if (p->a) {
		words_minutes(value, s);
		snprintf(ret, size, "%s%s", s, p->a);
	} else {
		words_number(value, p->decimals, s);
		snprintf(ret, size, "%s%s%s", p->b, s, p->c);
	}
}

static void
say_reason(const struct reason *r, int than, char *ret, size_t size)
{
	ret[0] = '\0';
	const struct phrase *p = phrase_of(r->code);
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
			say_difference(p, r->value - r->usual, than, ret, size);
		return;
	case SHAPE_PLAIN:
		if (has_value)
			say_plain(p, r->value, ret, size);
		return;
	case SHAPE_LEVEL:
		if (!has_both)
			return;
		words_number(r->value, p->decimals, value);
		words_number(r->usual, p->decimals, usual);
		snprintf(ret, size,
			than ? "%s %s%s (your usual is %s%s)" : "%s %s%s, usually %s%s",
			p->a, value, p->b, usual, p->c);
		return;
	}
}

void
words_reason(const struct reason *r, char *ret, size_t size)
{
	say_reason(r, 1, ret, size);
}

int
words_is_part(const char *code)
{
	const struct phrase *p = phrase_of(code);
	return p && p->is_part;
}

/* The names that core/day puts into forecast.missing. */
static const struct {
	const char *name, *text;
} missing_texts[] = {
	{"sleep", "no tracker data last night"},
	{"sleep_quality", "no sleep rating this morning"},
	{"yesterday", "no rating yesterday"},
};

const char *
words_missing(const char *name)
{
	for (unsigned i = 0; i < array_len(missing_texts); i++)
		if (strcmp(missing_texts[i].name, name) == 0)
			return missing_texts[i].text;
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
words_level(const struct forecast *f, int min_rated_days, char ret[static 64])
{
	static const char *const texts[OUTLOOKS] = {
		[OUTLOOK_UNKNOWN] = "not enough entries for an outlook",
		[OUTLOOK_LOWER] = "lower than usual for you",
		[OUTLOOK_USUAL] = "about as usual",
		[OUTLOOK_HIGHER] = "higher than usual for you",
	};
	enum outlook o = words_outlook(f, min_rated_days);
	if (o == OUTLOOK_LEARNING)
		snprintf(ret, 64, "learning: %u of %d rated days",
			(unsigned)f->rated_days, min_rated_days);
	else
		snprintf(ret, 64, "%s", texts[o]);
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
strongest(
	const struct forecast *f, double sign, int only_parts, const struct reason *other)
{
	const struct reason *best = NULL;
	int has_whole = has_reason(f, "tracker");
	char text[128];
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &f->reasons[i];
		say_reason(r, 1, text, sizeof text);
		if (r == other || !text[0] || !(r->weight * sign > 0))
			continue;
		int is_part = phrase_of(r->code)->is_part;
		if (only_parts ? !is_part : is_part && has_whole)
			continue;
		if (!best || r->weight * sign > best->weight * sign)
			best = r;
	}
	return best;
}

/* "a less restful night than your usual (74 min more awake)" */
static void
tell(const struct forecast *f, const struct reason *r, char *ret, size_t size)
{
	char part_text[96];
	say_reason(r, 1, ret, size);
	const struct reason *part =
		strcmp(r->code, "tracker") == 0 ? strongest(f, r->weight, 1, NULL) : NULL;
	if (!part)
		return;
	say_reason(part, 0, part_text, sizeof part_text);
	size_t n = strlen(ret);
	snprintf(ret + n, size - n, " (%s)", part_text);
}

static void
add_reasons(struct text *t, const struct forecast *f)
{
	const struct reason *first = strongest(f, 1, 0, NULL);
	const struct reason *second = strongest(f, 1, 0, first);
	const struct reason *against = strongest(f, -1, 0, NULL);
	char a[160] = "", b[160] = "";
	if (!first)
		return;
	tell(f, first, a, sizeof a);
	if (second)
		tell(f, second, b, sizeof b);
	add(t, " What stands out: %s%s%s.", a, second ? "; " : "", b);
	if (against && -against->weight > first->weight / 2) {
		tell(f, against, a, sizeof a);
		add(t, " On the brighter side: %s.", a);
	}
}

static void
add_missing(struct text *t, const struct forecast *f)
{
	char names[WHY_LEN], *rest = names, *name, list[200] = "";
	struct text l = {list, 0, sizeof list};
	snprintf(names, sizeof names, "%s", f->missing);
	while ((name = strsep(&rest, ",")))
		if (*name)
			add(&l, "%s%s", l.used ? ", " : "", words_missing(name));
	if (l.used)
		add(t, " Not known: %s.", list);
}

void
words_like(const struct forecast *f, char *ret, size_t size)
{
	char usual[32];
	words_share(f->base_rate, usual);
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
	char end[ALERT_TEXT_LEN] = "", wrong[48], like[160];
	struct text tail = {end, 0, sizeof end};
	words_like(f, like, sizeof like);
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
	add_reasons(&t, f);
	add_missing(&t, f);
	memcpy(text + t.used, end, tail.used + 1);
}
