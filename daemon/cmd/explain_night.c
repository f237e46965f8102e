/* SPDX-License-Identifier: MIT */
/* The night on the page: numbers of tonight beside the usual ones, what they add up to, and
 * what was not given, and why. */
#include "cmd/explain_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/words.h"

#define WEIGHT_LEAST 0.05 /* reads as 0 otherwise */

/* "csv, fitbit" */
static void
print_sources(const char *sources)
{
	for (; *sources; sources++)
		printf(*sources == ',' ? ", " : "%c", *sources);
}

static void
print_times(const struct explanation *x, const struct night *n)
{
	char a[6], b[6], c[6], d[6];
	printf("  In bed %s", page_clock(x, n->in_bed, a));
	if (n->onset.ms)
		printf(", asleep %s, awake %s", page_clock(x, n->onset, b),
			page_clock(x, n->wake, c));
	printf(", up %s (%s).\n  From ", page_clock(x, n->out_of_bed, d),
		zone_name(x->who->zone));
	print_sources(n->sources);
	printf("; %.0f %% of that time was measured", n->coverage * 100);
	printf(n->revision > 1 ? "; revision %u.\n" : ".\n", n->revision);
}

static void
print_row(const char *label, const char *value, const char *usual)
{
	if (*usual)
		printf("  %-29s %12s   %s\n", label, value, usual);
	else
		printf("  %-29s %12s\n", label, value);
}

/* --- reasons ---------------------------------------------------------------------------- */

static void
print_score_parts(enum language l, const struct night *n)
{
	for (uint32_t i = 0; i < n->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &n->reasons[i];
		char said[128];
		words_reason(l, r, said, sizeof said);
		if (words_reason_of(r->code) == REASON_OF_SCORE && said[0])
			printf("%14.1f  %s\n", r->weight, said);
	}
}

static void
print_unusual(enum language l, const struct night *n)
{
	double z = night_value(n, "night.z_all");
	if (isnan(z))
		return;
	printf("\n  Against your own last nights (usually: their median): %s\n",
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
		if (strcmp(of, r->scorer) != 0)
			printf("\n  What %s says\n", r->scorer);
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
	enum language l = x->who->language;
	char v[48], u[48], head[32];
	snprintf(head, sizeof head, x->n_usual ? "usual (%d nights)" : "usual",
		x->n_usual);
	printf("\n");
	print_row("", "this night", head);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++) {
		const struct night_number *q = &night_numbers[i];
		int is_score = strcmp(q->channel, "night.score") == 0;
		struct value_words w = {q->channel, VALUE_SLEEP,
			strcmp(q->unit, "min") == 0 ? VALUE_MINUTES : VALUE_NUMBER,
			is_score, q->label, strcmp(q->unit, "%") == 0 ? " %" : ""};
		double value = night_value(n, q->channel);
		if (isnan(value) && isnan(x->usual[i]))
			continue;
		words_value(l, &w, value, v);
		words_value(l, &w, x->usual[i], u);
		print_row(q->label, v, u);
		if (is_score)
			print_score_parts(l, n);
	}
}

/* Of a group what the night has; the title before the first. */
static void
print_group(const struct explanation *x, const struct night *n, enum value_group group,
	const char *title)
{
	enum language l = x->who->language;
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
			print_row(all[i].label, v, group == VALUE_ROW ? "" : u);
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

/* What has no label: by channel. */
static void
print_also(enum language l, const struct night *n)
{
	char list[NIGHT_VALUES_MAX * (NAME_LEN + 32)] = "", v[48];
	size_t used = 0;
	for (uint32_t i = 0; i < n->n_values; i++) {
		const struct named_value *q = &n->values[i];
		if (has_a_row(q->name))
			continue;
		words_value(l, words_value_of(q->name), q->value, v);
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s %s",
			used ? ", " : "",
			q->name + (strncmp(q->name, "night.", 6) == 0 ? 6 : 0), v);
	}
	if (used) {
		printf("\n");
		page_wrapped(2, "Also: %s.", list);
	}
}

static void
print_not_given(const struct night *n)
{
	char list[NIGHT_NOTES_MAX * (NAME_LEN + WHY_LEN + 4)] = "";
	size_t used = 0;
	for (uint32_t i = 0; i < n->n_notes && i < NIGHT_NOTES_MAX; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s: %s",
			used ? "; " : "", n->notes[i].scorer, n->notes[i].why);
	if (used) {
		printf("\n");
		page_wrapped(2, "Not given: %s.", list);
	}
}

static void
print_numbers(const struct explanation *x, const struct night *n)
{
	enum language l = x->who->language;
	print_main(x, n);
	print_group(x, n, VALUE_SLEEP, "More of the sleep");
	print_group(x, n, VALUE_BODY, "Heart and breathing");
	print_group(x, n, VALUE_ROW, "The last weeks, with this night");
	print_unusual(l, n);
	print_other_reasons(l, n);
	print_also(l, n);
}

/* --- the rest --------------------------------------------------------------------------- */

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
			page_clock(x, in->first, a), page_clock(x, in->last, b));
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
		double asleep = night_value(n, "night.tst");
		if (n->kind != SLEEP_NAP)
			continue;
		printf("\n  Nap from %s to %s", page_clock(x, n->in_bed, a),
			page_clock(x, n->out_of_bed, b));
		words_minutes(x->who->language, isnan(asleep) ? 0 : asleep, tst);
		if (isnan(asleep))
			printf("%s%s.\n", n->insufficient[0] ? ": " : "",
				n->insufficient);
		else
			printf(", %s asleep.\n", tst);
	}
}

void
page_night(const struct explanation *x)
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
