/* SPDX-License-Identifier: MIT */
/* The night on the page: numbers of tonight beside the usual ones, what they add up to, and
 * what was not given, and why. */
#include "cmd/explain_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"
#include "core/words.h"

#define WEIGHT_LEAST 0.05 /* reads as 0 otherwise */

static enum language
language(const struct explanation *x)
{
	return (enum language)x->who->language;
}

/* "csv,fitbit" as "csv, fitbit" */
static void
spaced(const char *sources, char ret[static 2 * SOURCES_LEN])
{
	size_t n = 0;
	for (; *sources && n + 3 < 2 * SOURCES_LEN; sources++) {
		ret[n++] = *sources;
		if (*sources == ',')
			ret[n++] = ' ';
	}
	ret[n] = '\0';
}

static void
print_times(const struct explanation *x, const struct night *n)
{
	enum language l = language(x);
	char a[6], b[6], c[6], d[6], sources[2 * SOURCES_LEN];
	page_clock(x, n->in_bed, a);
	page_clock(x, n->onset, b);
	page_clock(x, n->wake, c);
	page_clock(x, n->out_of_bed, d);
	if (n->onset.ms)
		page_wrapped(2, tr(l, "In bed %s, asleep %s, awake %s, up %s (%s)."), a,
			b, c, d, zone_name(x->who->zone));
	else
		page_wrapped(2, tr(l, "In bed %s, up %s (%s)."), a, d,
			zone_name(x->who->zone));
	spaced(n->sources, sources);
	if (n->revision > 1)
		page_wrapped(2,
			tr(l, "From %s; %.0f %% of that time was measured; revision "
			      "%u."),
			sources, n->coverage * 100, n->revision);
	else
		page_wrapped(2, tr(l, "From %s; %.0f %% of that time was measured."),
			sources, n->coverage * 100);
}

static void
print_row(const char *label, const char *value, const char *usual)
{
	printf("  %*s %*s", page_width(label, -29), label, page_width(value, 12), value);
	printf(*usual ? "   %s\n" : "\n", usual);
}

/* --- reasons ---------------------------------------------------------------------------- */

static void
print_score_parts(const struct explanation *x, const struct night *n)
{
	for (uint32_t i = 0; i < n->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &n->reasons[i];
		char said[128], points[32];
		words_reason(language(x), r, said, sizeof said);
		snprintf(points, sizeof points, "%.1f", r->weight);
		if (words_reason_of(r->code) == REASON_OF_SCORE && said[0])
			printf("%14s  %s\n", page_point(x, points), said);
	}
}

static void
print_unusual(enum language l, const struct night *n)
{
	double z = night_value(n, "night.z_all");
	if (isnan(z))
		return;
	printf("\n");
	page_wrapped(2, tr(l, "Against your own last nights (usually: their median): %s"),
		words_unusual(l, z));
	for (uint32_t i = 0; i < n->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &n->reasons[i];
		char said[128];
		words_reason(l, r, said, sizeof said);
		if (words_reason_of(r->code) == REASON_OF_USUAL && said[0] &&
			fabs(r->weight) >= WEIGHT_LEAST)
			printf("    %s\n", said);
	}
}

/* Of scorers that nobody wrote words for, under their names. */
static void
print_other_reasons(enum language l, const struct night *n)
{
	const char *of = "";
	for (uint32_t i = 0; i < n->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &n->reasons[i];
		char said[128], v[32];
		words_reason(l, r, said, sizeof said);
		if (words_reason_of(r->code) != REASON_OF_OTHER)
			continue;
		if (strcmp(of, r->scorer) != 0) {
			printf("\n");
			page_wrapped(2, tr(l, "What %s says"), r->scorer);
		}
		of = r->scorer;
		words_number(l, r->weight, 2, v);
		printf("    %-24s %s%s%s\n", r->code, v, *said ? "  " : "", said);
	}
}

/* --- numbers ---------------------------------------------------------------------------- */

/* The numbers that every night has. */
static void
print_main(const struct explanation *x, const struct night *n)
{
	enum language l = language(x);
	char v[48], u[48], head[48];
	if (x->n_usual)
		snprintf(head, sizeof head,
			trn(l, "usual (%d night)", "usual (%d nights)",
				(unsigned)x->n_usual),
			x->n_usual);
	else
		snprintf(head, sizeof head, "%s", tr(l, "usual"));
	printf("\n");
	print_row("", tr(l, "this night"), head);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++) {
		const struct night_number *q = &night_numbers[i];
		int is_score = strcmp(q->channel, "night.score") == 0;
		struct value_words w = {q->channel, VALUE_SLEEP,
			strcmp(q->unit, "min") == 0 ? VALUE_MINUTES : VALUE_NUMBER,
			is_score, q->label, strcmp(q->unit, "%") == 0 ? "%s %%" : "%s"};
		double value = night_value(n, q->channel);
		if (isnan(value) && isnan(x->usual[i]))
			continue;
		words_value(l, &w, value, v);
		words_value(l, &w, x->usual[i], u);
		print_row(tr(l, q->label), v, u);
		if (is_score)
			print_score_parts(x, n);
	}
}

/* Of a group what the night has; the title before the first. */
static void
print_group(const struct explanation *x, const struct night *n, enum value_group group,
	const char *title)
{
	enum language l = language(x);
	char v[48], u[48];
	unsigned count;
	const struct value_words *all = words_values(&count);
	for (unsigned i = 0; i < count; i++)
		for (uint32_t k = 0; k < n->n_values; k++) {
			if (all[i].group != group ||
				strcmp(all[i].channel, n->values[k].name) != 0)
				continue;
			words_value(l, &all[i], n->values[k].value, v);
			words_value(l, &all[i], x->usual_of[k], u);
			if (title)
				printf("\n  %s\n", title);
			title = NULL;
			print_row(tr(l, all[i].label), v, group == VALUE_ROW ? "" : u);
		}
}

static int
has_a_row(const char *channel)
{
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		if (strcmp(night_numbers[i].channel, channel) == 0)
			return 1;
	return words_value_of(channel)->group != VALUE_ALSO;
}

/* What has no label is for machines. */
static void
print_also(enum language l, const struct night *n)
{
	unsigned more = 0;
	for (uint32_t i = 0; i < n->n_values; i++)
		more += !has_a_row(n->values[i].name);
	if (more == 0)
		return;
	printf("\n");
	page_wrapped(2,
		trn(l, "%u more number with --format json.",
			"%u more numbers with --format json.", more),
		more);
}

static void
print_not_given(enum language l, const struct night *n)
{
	char list[NIGHT_NOTES_MAX * (NAME_LEN + WHY_LEN + 40)] = "", why[128];
	size_t used = 0;
	for (uint32_t i = 0; i < n->n_notes && i < NIGHT_NOTES_MAX; i++) {
		words_why(l, n->notes[i].why, why, sizeof why);
		if (used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used,
				"%s%s: %s", used ? "; " : "", n->notes[i].scorer, why);
	}
	if (used) {
		printf("\n");
		page_wrapped(2, tr(l, "Not given: %s."), list);
	}
}

static void
print_numbers(const struct explanation *x, const struct night *n)
{
	enum language l = language(x);
	print_main(x, n);
	print_group(x, n, VALUE_SLEEP, tr(l, "More of the sleep"));
	print_group(x, n, VALUE_BODY, tr(l, "Heart and breathing"));
	print_group(x, n, VALUE_ROW, tr(l, "The last weeks, with this night"));
	print_unusual(l, n);
	print_other_reasons(l, n);
	print_also(l, n);
}

/* --- the rest --------------------------------------------------------------------------- */

static void
print_input(const struct explanation *x, const struct explain_input *in)
{
	static const char record[] = "sleep record ";
	enum language l = language(x);
	char a[6], b[6], line[256];
	unsigned long n = (unsigned long)in->n;
	page_clock(x, in->first, a);
	page_clock(x, in->last, b);
	if (strncmp(in->what, record, strlen(record)) == 0)
		snprintf(line, sizeof line,
			trn(l, "sleep record %s, %lu stage from %s to %s",
				"sleep record %s, %lu stages from %s to %s", n),
			in->what + strlen(record), n, a, b);
	else
		snprintf(line, sizeof line,
			trn(l, "%s, %lu sample from %s to %s",
				"%s, %lu samples from %s to %s", n),
			words_channel(l, in->what), n, a, b);
	printf("    %-24s %s\n", in->from, line);
}

static void
print_inputs(const struct explanation *x)
{
	enum language l = language(x);
	if (x->n_inputs == 0)
		return;
	printf("\n  %s\n", tr(l, "What it was made of"));
	for (unsigned i = 0; i < x->n_inputs; i++)
		print_input(x, &x->inputs[i]);
	if (x->more_inputs) {
		printf("    ");
		printf(tr(l, "and %u more"), x->more_inputs);
		putchar('\n');
	}
}

static void
print_nap(const struct explanation *x, const struct night *n)
{
	enum language l = language(x);
	char a[6], b[6], said[128];
	double asleep = night_value(n, "night.tst");
	page_clock(x, n->in_bed, a);
	page_clock(x, n->out_of_bed, b);
	printf("\n");
	if (!isnan(asleep)) {
		words_minutes(l, asleep, said);
		page_wrapped(2, tr(l, "Nap from %s to %s, %s asleep."), a, b, said);
	} else if (n->insufficient[0]) {
		words_why(l, n->insufficient, said, sizeof said);
		page_wrapped(2, tr(l, "Nap from %s to %s: %s."), a, b, said);
	} else {
		page_wrapped(2, tr(l, "Nap from %s to %s."), a, b);
	}
}

void
page_night(const struct explanation *x)
{
	enum language l = language(x);
	const struct night *n = &x->nights[0];
	char why[128];
	printf("\n%s\n", tr(l, "The night"));
	if (x->n_nights == 0 || n->kind != SLEEP_MAIN) {
		printf("  %s\n", tr(l, "No main sleep is known for this date."));
	} else {
		print_times(x, n);
		words_why(l, n->insufficient, why, sizeof why);
		if (why[0])
			page_wrapped(2, tr(l, "Not enough to say more: %s."), why);
		else
			print_numbers(x, n);
		print_not_given(l, n);
		print_inputs(x);
	}
	for (unsigned i = 0; i < x->n_nights; i++)
		if (x->nights[i].kind == SLEEP_NAP)
			print_nap(x, &x->nights[i]);
}
