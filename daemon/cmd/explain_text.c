/* SPDX-License-Identifier: MIT */
/* The explanation as a page of text. Every contribution as the model made it. Sentences
 * come from core/words; the night stands in explain_night.c. */
#include "cmd/explain_page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/rows.h"
#include "core/day.h"
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

#define WIDTH 78

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
		size_t n = strcspn(p, " ");
		if (column > indent && column + 1 + n > WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column == 0)
			column = (size_t)printf("%*s", (int)indent, "");
		else
			column += (size_t)printf(" ");
		column += (size_t)printf("%.*s", (int)n, p);
		p += n;
		p += strspn(p, " ");
	}
	putchar('\n');
}

/* --- the outlook ------------------------------------------------------------------------- */

static void
print_ratings(const struct explanation *x)
{
	static const char *const labels[RATING_KINDS] = {
		NULL, "sleep", "discomfort in the morning", "discomfort of the day"};
	char at[6];
	int any = 0;
	for (int k = RATING_SLEEP_QUALITY; k < RATING_KINDS; k++) {
		if (isnan(x->day.rating[k]))
			continue;
		printf("%s%s %g of 10 at %s", any ? "; " : "\nYour entries\n  ",
			labels[k], x->day.rating[k], page_clock(x, x->day.rated[k], at));
		any = 1;
	}
	printf(any ? ".\n" : "\nYour entries\n  None for this date.\n");
}

static void
print_reason(enum language l, const struct reason *r, const char *before)
{
	char said[128], weight[32];
	words_reason(l, r, said, sizeof said);
	snprintf(weight, sizeof weight, "%+.2f", r->weight);
	if (strcmp(weight, "-0.00") == 0)
		weight[0] = '+';
	printf("    %s  %s%s\n", weight, before, *said ? said : r->code);
}

/* Each with its parts below it. */
static void
print_reasons(enum language l, const struct forecast *f)
{
	printf("\n  What moves it, in the model's own units (+ up, - down; usual: as "
	       "learned so far)\n");
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		if (words_is_part(f->reasons[i].code))
			continue;
		print_reason(l, &f->reasons[i], "");
		for (uint32_t k = 0; k < f->n_reasons && k < REASONS_MAX; k++)
			if (strcmp(f->reasons[i].code, "tracker") == 0 &&
				words_is_part(f->reasons[k].code))
				print_reason(l, &f->reasons[k], "  of it: ");
	}
}

static void
print_missing(enum language l, const struct forecast *f)
{
	char names[WHY_LEN], *rest = names, *name;
	const char *before = "  Not known when it was made: ";
	snprintf(names, sizeof names, "%s", f->missing);
	while ((name = strsep(&rest, ","))) {
		if (!*name)
			continue;
		printf("%s%s", before, words_missing(l, name));
		before = ", ";
	}
	if (strcmp(before, ", ") == 0)
		printf(".\n");
}

static void
print_outlook(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	enum language l = x->who->language;
	int min_days = x->config->policy.min_rated_days;
	char level[64], share[32], number[32], said[160], at[6];
	printf("\nThe outlook for the day\n");
	if (!x->day.has_forecast) {
		printf("  None was made for this date.\n");
		return;
	}
	words_level(l, f, min_days, level);
	words_share(l, f->base_rate, share);
	words_number(l, f->threshold, 1, number);
	words_like(l, f, said, sizeof said);
	page_wrapped(2,
		"%.0f %% (%s): how likely it is that you rate the day %s of 10 or more, "
		"which "
		"counts as high for you. Usually it is %s (%.0f %%).",
		f->probability * 100, level, number, share, f->base_rate * 100);
	page_wrapped(2, "%s", said);
	print_reasons(l, f);
	printf("\n");
	print_missing(l, f);
	page_wrapped(2,
		"Made at %s%s by %s from %u rated days, %u of them high. With some "
		"caution "
		"(one-sided 80 %%) at least %.0f %%.",
		page_clock(x, f->issued, at), f->live ? "" : " (as of that time)",
		f->scorer, f->rated_days, f->positives, f->low * 100);
	if (f->changed_since)
		printf("  The night came or was revised after this was made; what was "
		       "told stays.\n");
	int outcome = day_outcome(&x->day);
	if (outcome >= 0)
		printf("  The day was then rated %g of 10: %s.\n",
			x->day.rating[RATING_PAIN_DAY],
			outcome ? "a high one" : "not a high one");
}

static void
print_notice(const struct explanation *x)
{
	char at[6];
	printf("\nThe notice\n");
	if (x->has_alert) {
		printf("  %s at %s: %s\n",
			x->alert.state == ALERT_RAISED ? "given"
						       : alert_state_name(x->alert.state),
			page_clock(x, x->alert.issued, at), x->alert.title);
		page_wrapped(4, "%s", x->alert.text);
	} else if (x->why_no_alert) {
		page_wrapped(2, "None: %s.", x->why_no_alert);
	} else {
		printf("  None.\n");
	}
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
	printf("\nScorers in use, in their order\n");
	page_wrapped(2, "%s", list);
}

void
explain_text(const struct explanation *x)
{
	static const char *const weekdays[] = {"Thursday", "Friday", "Saturday", "Sunday",
		"Monday", "Tuesday", "Wednesday"}; /* 1970-01-01 was a Thursday */
	char date[CIVIL_DATE_LEN];
	printf("%s, %s %s\n", x->who->name[0] ? x->who->name : x->who->id,
		weekdays[((x->date.n % 7) + 7) % 7], civil_date_text(x->date, date));
	page_night(x);
	print_ratings(x);
	print_outlook(x);
	print_notice(x);
	print_record(x);
	print_scorers(x);
	printf("\nBased on your entries only. A sleep and comfort diary, nothing "
	       "more.\n");
}
