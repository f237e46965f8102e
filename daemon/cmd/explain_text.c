/* SPDX-License-Identifier: MIT */
/* The explanation as a page of text. Every contribution as the model made it. Sentences
 * come from core/words; the night stands in explain_night.c. */
#include "cmd/explain_page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/day.h"
#include "core/tr.h"
#include "core/words.h"
#include "core/words_record.h"

const char *
page_clock(const struct explanation *x, utc_ms t, char ret[static 6])
{
	if (t.ms == 0)
		snprintf(ret, 6, "-");
	else
		civil_clock_text(x->who->zone, t, ret);
	return ret;
}

#define WIDTH        78
#define WEIGHT_SHOWN 0.005 /* less reads as 0.00 */

/* Columns that a text takes: of UTF-8 every byte but the continuing ones. */
static size_t
columns(const char *s, size_t bytes)
{
	size_t n = 0;
	for (size_t i = 0; i < bytes; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

int
page_width(const char *s, int wanted)
{
	size_t bytes = strlen(s);
	int more = (int)(bytes - columns(s, bytes));
	return wanted < 0 ? wanted - more : wanted + more;
}

/* Breaks a text at blanks, each line indented. */
void
page_wrapped(unsigned indent, const char *fmt, ...)
{
	char text[NIGHT_VALUES_MAX * (NAME_LEN + 17)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	size_t column = 0;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " "), wide;
		if (p[n] == ' ' && p[n + 1] == '%') /* "18 %" is one */
			n += 1 + strcspn(p + n + 1, " ");
		wide = columns(p, n);
		if (column > indent && column + 1 + wide > WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column == 0)
			column = (size_t)printf("%*s", (int)indent, "");
		else
			column += (size_t)printf(" ");
		printf("%.*s", (int)n, p);
		column += wide;
		p += n;
		p += strspn(p, " ");
	}
	putchar('\n');
}

static enum language
language(const struct explanation *x)
{
	return (enum language)x->who->language;
}

const char *
page_point(const struct explanation *x, char *number)
{
	char *point = strchr(number, '.');
	if (point)
		*point = tr(language(x), ".")[0];
	return number;
}

const char *
page_weight(const struct explanation *x, double weight, char ret[static 16])
{
	snprintf(ret, 16, "%+.2f", fabs(weight) < WEIGHT_SHOWN ? 0.0 : weight);
	return page_point(x, ret);
}

/* --- the outlook ------------------------------------------------------------------------- */

static void
print_ratings(const struct explanation *x)
{
	static const char *const forms[RATING_KINDS] = {NULL, N_("sleep %s of 10 at %s"),
		N_("discomfort in the morning %s of 10 at %s"),
		N_("discomfort of the day %s of 10 at %s")};
	enum language l = language(x);
	char at[6], value[32];
	int any = 0;
	printf("\n%s\n  ", tr(l, "Your entries"));
	for (int k = RATING_SLEEP_QUALITY; k < RATING_KINDS; k++) {
		if (isnan(x->day.rating[k]) || !forms[k])
			continue;
		words_number(l, x->day.rating[k], 1, value);
		printf("%s", any ? "; " : "");
		printf(tr(l, forms[k]), value, page_clock(x, x->day.rated[k], at));
		any = 1;
	}
	printf("%s\n", any ? "." : tr(l, "None for this date."));
}

static void
print_reason(const struct explanation *x, const struct reason *r, int is_part)
{
	enum language l = language(x);
	char said[128], weight[16];
	words_reason(l, r, said, sizeof said);
	printf("    %s  ", page_weight(x, r->weight, weight));
	printf(is_part ? tr(l, "  of it: %s") : "%s", *said ? said : r->code);
	putchar('\n');
}

/* Each with its parts below it, where they count for anything. */
static void
print_reasons(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	printf("\n");
	page_wrapped(2, "%s",
		tr(language(x), "What makes it differ from your average day (plus: more "
				"likely, minus: less; 0.7 about doubles the odds):"));
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		if (words_is_part(f->reasons[i].code))
			continue;
		print_reason(x, &f->reasons[i], 0);
		for (uint32_t k = 0; k < f->n_reasons && k < REASONS_MAX; k++)
			if (strcmp(f->reasons[i].code, "tracker") == 0 &&
				words_is_part(f->reasons[k].code) &&
				fabs(f->reasons[k].weight) >= WEIGHT_SHOWN)
				print_reason(x, &f->reasons[k], 1);
	}
	printf("\n");
}

static void
print_missing(const struct explanation *x)
{
	enum language l = language(x);
	char names[WHY_LEN], *rest = names, *name, list[256] = "";
	size_t used = 0;
	snprintf(names, sizeof names, "%s", x->day.forecast.missing);
	while ((name = strsep(&rest, ",")))
		if (*name && used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
				used ? ", " : "", words_missing(l, name));
	if (used)
		page_wrapped(2, tr(l, "Not known when it was made: %s."), list);
}

/* Probability, what is usual, how nights like this went. */
static void
print_chance(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	enum language l = language(x);
	char level[64], share[32], number[32], said[256];
	words_level(l, f, x->config->policy.min_rated_days, level);
	words_share(l, f->base_rate, share);
	words_number(l, ceil(f->threshold), 0, number); /* ratings are whole */
	words_like(l, f, said, sizeof said);
	page_wrapped(2,
		tr(l, "%.0f %% (%s): how likely it is that you rate the day %s of 10 or "
		      "more, which counts as high for you. Usually it is %s (%.0f %%)."),
		f->probability * 100, level, number, share, f->base_rate * 100);
	page_wrapped(2, "%s", said);
}

static void
print_origin(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	enum language l = language(x);
	char at[6];
	page_clock(x, f->issued, at);
	page_wrapped(2,
		f->live ? trn(l,
				  "Made at %s by %s from %u rated day, %u of them high. "
				  "Cautiously put it is at least %.0f %%.",
				  "Made at %s by %s from %u rated days, %u of them high. "
				  "Cautiously put it is at least %.0f %%.",
				  f->rated_days)
			: trn(l,
				  "Made as of %s by %s from %u rated day, %u of them "
				  "high. "
				  "Cautiously put it is at least %.0f %%.",
				  "Made as of %s by %s from %u rated days, %u of them "
				  "high. Cautiously put it is at least %.0f %%.",
				  f->rated_days),
		at, f->scorer, f->rated_days, f->positives, f->low * 100);
	if (f->changed_since)
		page_wrapped(2, "%s",
			tr(l, "The night came or was revised after this was made; what "
			      "was told stays."));
}

static void
print_outlook(const struct explanation *x)
{
	enum language l = language(x);
	char rated[32];
	printf("\n%s\n", tr(l, "The outlook for the day"));
	if (!x->day.has_forecast) {
		printf("  %s\n", tr(l, "None was made for this date."));
		return;
	}
	print_chance(x);
	print_reasons(x);
	print_missing(x);
	print_origin(x);
	int outcome = day_outcome(&x->day);
	words_number(l, x->day.rating[RATING_PAIN_DAY], 1, rated);
	if (outcome >= 0)
		page_wrapped(2,
			outcome ? tr(l, "The day was then rated %s of 10: a high one.")
				: tr(l, "The day was then rated %s of 10: not a high "
					"one."),
			rated);
}

static void
print_record(const struct explanation *x)
{
	char said[WORDS_RECORD_LEN];
	words_record((enum language)x->who->language, &x->record, said);
	printf("\n");
	page_wrapped(2, "%s", said);
}

static void
print_scorers(const struct explanation *x)
{
	char list[SCORERS_MAX * 2 * NAME_LEN] = "";
	size_t used = 0;
	for (unsigned i = 0; i < x->scorers->n && used < sizeof list; i++) {
		const struct scorer *s = x->scorers->list[i].desc;
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s %s",
			i ? ", " : "", s->name, s->version);
	}
	printf("\n%s\n", tr(language(x), "Scorers in use, in their order"));
	page_wrapped(2, "%s", list);
}

void
explain_text(const struct explanation *x)
{
	enum language l = language(x);
	char date[32];
	words_date(l, x->date, date);
	printf(tr(l, "%s, %s %s"), x->who->name[0] ? x->who->name : x->who->id,
		words_weekday(l, x->date), date);
	putchar('\n');
	page_night(x);
	print_ratings(x);
	print_outlook(x);
	page_notice(x);
	print_record(x);
	print_scorers(x);
	printf("\n%s\n",
		tr(l, "Based on your entries only. A sleep and comfort diary, nothing "
		      "more."));
}
