/* SPDX-License-Identifier: MIT */
/* The explanation as a page of text. Numbers of tonight beside the usual ones; every
 * contribution as the model made it. Sentences come from core/words. */
#include "cmd/explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/rows.h"
#include "core/day.h"
#include "core/words.h"

static const char *
clock_at(const struct explanation *x, utc_ms t, char ret[static 6])
{
	if (t.ms == 0)
		snprintf(ret, 6, "-");
	else
		civil_clock_text(x->who->zone, t, ret);
	return ret;
}

static void
say_value(double v, const char *unit, char ret[static 32])
{
	if (isnan(v))
		snprintf(ret, 32, "-");
	else if (strcmp(unit, "min") == 0)
		words_minutes(v, ret);
	else
		words_number(v, 1, ret);
	if (!isnan(v) && strcmp(unit, "%") == 0) {
		size_t n = strlen(ret);
		snprintf(ret + n, 32 - n, " %%");
	}
}

#define WIDTH 78

/* Breaks a text at blanks, each line indented. */
static void printf_like(2, 3) print_wrapped(unsigned indent, const char *fmt, ...)
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

/* --- the night ------------------------------------------------------------------------- */

static void
print_times(const struct explanation *x, const struct night *n)
{
	char a[6], b[6], c[6], d[6];
	printf("  In bed %s", clock_at(x, n->in_bed, a));
	if (n->onset.ms)
		printf(", asleep %s, awake %s", clock_at(x, n->onset, b),
			clock_at(x, n->wake, c));
	printf(", up %s (%s).\n", clock_at(x, n->out_of_bed, d), zone_name(x->who->zone));
	printf("  From %s; %.0f %% of that time was measured", n->sources,
		n->coverage * 100);
	printf(n->revision > 1 ? "; revision %u.\n" : ".\n", n->revision);
}

static int
has_a_label(const char *channel)
{
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		if (strcmp(night_numbers[i].channel, channel) == 0)
			return 1;
	return 0;
}

/* What scorers found that has no words of its own, by channel. */
static void
print_others(const struct night *n)
{
	char list[NIGHT_VALUES_MAX * (NAME_LEN + 16)] = "", v[32];
	size_t used = 0;
	for (uint32_t i = 0; i < n->n_values; i++) {
		const struct named_value *q = &n->values[i];
		if (has_a_label(q->name))
			continue;
		say_value(q->value, "", v);
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s=%s",
			used ? ", " : "",
			q->name + (strncmp(q->name, "night.", 6) == 0 ? 6 : 0), v);
	}
	if (used)
		print_wrapped(2, "Also: %s.", list);
}

static void
print_not_given(const struct night *n)
{
	char list[NIGHT_NOTES_MAX * (NAME_LEN + WHY_LEN + 4)] = "";
	size_t used = 0;
	for (uint32_t i = 0; i < n->n_notes && i < NIGHT_NOTES_MAX; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s: %s",
			used ? "; " : "", n->notes[i].scorer, n->notes[i].why);
	if (used)
		print_wrapped(2, "Not given: %s.", list);
}

static void
print_numbers(const struct explanation *x, const struct night *n)
{
	char v[32], u[32], head[32];
	snprintf(head, sizeof head, x->n_usual ? "usual (%d nights)" : "usual",
		x->n_usual);
	printf("\n  %-29s %12s   %s\n", "", "this night", head);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++) {
		const struct night_number *q = &night_numbers[i];
		double value = night_value(n, q->channel);
		if (isnan(value) && isnan(x->usual[i]))
			continue;
		say_value(value, q->unit, v);
		say_value(x->usual[i], q->unit, u);
		printf("  %-29s %12s   %s\n", q->label, v, u);
	}
	print_others(n);
	for (uint32_t i = 0; i < n->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &n->reasons[i];
		char said[128];
		words_reason(r, said, sizeof said);
		say_value(r->weight, "", v);
		printf("    %-27s %12s   %s\n", r->code, v, said);
	}
}

static void
print_inputs(const struct explanation *x)
{
	char a[6], b[6];
	if (x->n_inputs == 0)
		return;
	printf("\n  What it was made of\n");
	for (unsigned i = 0; i < x->n_inputs; i++) {
		const struct explain_input *in = &x->inputs[i];
		printf("    %-24s %s, %lld %s from %s to %s\n", in->from, in->what,
			(long long)in->n,
			strncmp(in->what, "sleep record", 12) == 0 ? "stages" : "samples",
			clock_at(x, in->first, a), clock_at(x, in->last, b));
	}
	if (x->more_inputs)
		printf("    and %u more\n", x->more_inputs);
}

static void
print_naps(const struct explanation *x)
{
	char a[6], b[6], tst[32];
	for (unsigned i = 0; i < x->n_nights; i++) {
		const struct night *n = &x->nights[i];
		if (n->kind != SLEEP_NAP)
			continue;
		say_value(night_value(n, "night.tst"), "min", tst);
		printf("\n  Nap from %s to %s, %s asleep.\n", clock_at(x, n->in_bed, a),
			clock_at(x, n->out_of_bed, b), tst);
	}
}

static void
print_night(const struct explanation *x)
{
	const struct night *n = &x->nights[0];
	printf("\nThe night\n");
	if (x->n_nights == 0 || n->kind != SLEEP_MAIN) {
		printf("  No main sleep is known for this date.\n");
	} else {
		print_times(x, n);
		if (n->insufficient[0])
			printf("  Not enough to say more: %s.\n", n->insufficient);
		else
			print_numbers(x, n);
		print_not_given(n);
		print_inputs(x);
	}
	print_naps(x);
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
			labels[k], x->day.rating[k], clock_at(x, x->day.rated[k], at));
		any = 1;
	}
	printf(any ? ".\n" : "\nYour entries\n  None for this date.\n");
}

static void
print_reason(const struct reason *r, const char *before)
{
	char said[128], weight[32];
	words_reason(r, said, sizeof said);
	snprintf(weight, sizeof weight, "%+.2f", r->weight);
	if (strcmp(weight, "-0.00") == 0)
		weight[0] = '+';
	printf("    %s  %s%s\n", weight, before, *said ? said : r->code);
}

/* Each with its parts below it. */
static void
print_reasons(const struct forecast *f)
{
	printf("\n  What moves it, in the model's own units (+ up, - down; usual: as "
	       "learned so far)\n");
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		if (words_is_part(f->reasons[i].code))
			continue;
		print_reason(&f->reasons[i], "");
		for (uint32_t k = 0; k < f->n_reasons && k < REASONS_MAX; k++)
			if (strcmp(f->reasons[i].code, "tracker") == 0 &&
				words_is_part(f->reasons[k].code))
				print_reason(&f->reasons[k], "  of it: ");
	}
}

static void
print_missing(const struct forecast *f)
{
	char names[WHY_LEN], *rest = names, *name;
	const char *before = "  Not known when it was made: ";
	snprintf(names, sizeof names, "%s", f->missing);
	while ((name = strsep(&rest, ","))) {
		if (!*name)
			continue;
		printf("%s%s", before, words_missing(name));
		before = ", ";
	}
	if (strcmp(before, ", ") == 0)
		printf(".\n");
}

static void
print_outlook(const struct explanation *x)
{
	const struct forecast *f = &x->day.forecast;
	int min_days = x->config->policy.min_rated_days;
	char level[64], share[32], number[32], said[160], at[6];
	printf("\nThe outlook for the day\n");
	if (!x->day.has_forecast) {
		printf("  None was made for this date.\n");
		return;
	}
	words_level(f, min_days, level);
	words_share(f->base_rate, share);
	words_number(f->threshold, 1, number);
	words_like(f, said, sizeof said);
	print_wrapped(2,
		"%.0f %% (%s): how likely it is that you rate the day %s of 10 or more, "
		"which "
		"counts as high for you. Usually it is %s (%.0f %%).",
		f->probability * 100, level, number, share, f->base_rate * 100);
	print_wrapped(2, "%s", said);
	print_reasons(f);
	printf("\n");
	print_missing(f);
	print_wrapped(2,
		"Made at %s%s by %s from %u rated days, %u of them high. With some "
		"caution "
		"(one-sided 80 %%) at least %.0f %%.",
		clock_at(x, f->issued, at), f->live ? "" : " (as of that time)",
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
			clock_at(x, x->alert.issued, at), x->alert.title);
		print_wrapped(4, "%s", x->alert.text);
	} else if (x->why_no_alert) {
		print_wrapped(2, "None: %s.", x->why_no_alert);
	} else {
		printf("  None.\n");
	}
}

static void
print_scorers(const struct explanation *x)
{
	printf("\nScorers in use, in their order\n");
	for (unsigned i = 0; i < x->scorers->n; i++) {
		const struct scorer *s = x->scorers->list[i].desc;
		char window[48];
		explain_window(s, window);
		printf("  %-14s %-6s looks at %s\n", s->name, s->version, window);
	}
}

void
explain_text(const struct explanation *x)
{
	static const char *const weekdays[] = {"Thursday", "Friday", "Saturday", "Sunday",
		"Monday", "Tuesday", "Wednesday"}; /* 1970-01-01 was a Thursday */
	char date[CIVIL_DATE_LEN];
	printf("%s, %s %s\n", x->who->name[0] ? x->who->name : x->who->id,
		weekdays[((x->date.n % 7) + 7) % 7], civil_date_text(x->date, date));
	print_night(x);
	print_ratings(x);
	print_outlook(x);
	print_notice(x);
	print_scorers(x);
	printf("\nBased on your entries only. A sleep and comfort diary, nothing "
	       "more.\n");
}
