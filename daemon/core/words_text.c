/* SPDX-License-Identifier: MIT */
/* See words_text.h. Which reasons are worth a word, and sentences into a text. */
#include "core/words_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"
#include "core/words_reason.h"

#define SECOND_LEAST 0.1 /* of log-odds; what counts for less does not stand out */

void
text_add(struct words_text *t, enum rank rank, const char *fmt, ...)
{
	if (t->n == SENTENCES_MAX)
		return;
	struct sentence *s = &t->list[t->n];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(s->text, sizeof s->text, fmt, ap);
	va_end(ap);
	if (n <= 0 || (size_t)n >= sizeof s->text)
		return;
	s->rank = rank;
	t->n++;
}

static size_t
length(const struct words_text *t)
{
	size_t n = 0;
	for (unsigned i = 0; i < t->n; i++)
		n += strlen(t->list[i].text) + (i > 0);
	return n;
}

static void
leave_off_least(struct words_text *t)
{
	unsigned least = 0;
	for (unsigned i = 1; i < t->n; i++)
		if (t->list[i].rank < t->list[least].rank)
			least = i;
	t->n--;
	memmove(&t->list[least], &t->list[least + 1], (t->n - least) * sizeof t->list[0]);
}

void
text_join(struct words_text *t, char *ret, size_t size)
{
	size_t used = 0;
	while (t->n && length(t) >= size)
		leave_off_least(t);
	ret[0] = '\0';
	for (unsigned i = 0; i < t->n; i++)
		used += (size_t)snprintf(
			ret + used, size - used, "%s%s", i ? " " : "", t->list[i].text);
}

/* --- reasons ---------------------------------------------------------------------------- */

/* Of which reasons the strongest is looked for. */
struct choice {
	enum language l;
	const struct reason *list;
	uint32_t n;
	double sign; /* +1: what makes the day harder; -1: easier */
	enum { CHOICE_WHOLE, CHOICE_PARTS, CHOICE_SLEEP } of;
};

static int
has_tracker(const struct choice *c)
{
	for (uint32_t i = 0; i < c->n && i < REASONS_MAX; i++)
		if (strcmp(c->list[i].code, "tracker") == 0)
			return 1;
	return 0;
}

/* Parts count through their whole where it is there, so that nothing is told twice. */
static int
is_choice(const struct choice *c, const struct reason *r)
{
	char text[128];
	int is_part = words_is_part(r->code);
	words_say(c->l, r, 1, text, sizeof text);
	if (!text[0] || !(r->weight * c->sign > 0) || !words_stands_out(r))
		return 0;
	if (c->of == CHOICE_SLEEP && !words_is_of_sleep(r->code))
		return 0;
	return c->of == CHOICE_PARTS ? is_part : !is_part || !has_tracker(c);
}

static const struct reason *
strongest(const struct choice *c, const struct reason *other)
{
	const struct reason *best = NULL;
	for (uint32_t i = 0; i < c->n && i < REASONS_MAX; i++) {
		const struct reason *r = &c->list[i];
		if (r == other || !is_choice(c, r))
			continue;
		if (!best || r->weight * c->sign > best->weight * c->sign)
			best = r;
	}
	return best;
}

/* "a less restful night than your usual (74 min more awake)" */
static void
tell(struct choice c, const struct reason *r, char *ret, size_t size)
{
	char part_text[96];
	c.of = CHOICE_PARTS;
	words_say(c.l, r, 1, ret, size);
	const struct reason *part =
		strcmp(r->code, "tracker") == 0 ? strongest(&c, NULL) : NULL;
	if (!part)
		return;
	words_say(c.l, part, 0, part_text, sizeof part_text);
	size_t n = strlen(ret);
	snprintf(ret + n, size - n, " (%s)", part_text);
}

void
text_reasons(struct words_text *t, const struct forecast *f)
{
	struct choice up = {t->l, f->reasons, f->n_reasons, 1, CHOICE_WHOLE};
	struct choice down = up;
	down.sign = -1;
	const struct reason *first = strongest(&up, NULL);
	const struct reason *second = strongest(&up, first);
	const struct reason *against = strongest(&down, NULL);
	char a[192] = "", b[192] = "";
	if (!first) {
		text_add(t, RANK_REASONS, "%s",
			tr(t->l, "No single thing stands out; it is several small ones "
				 "together."));
		return;
	}
	if (second && second->weight < SECOND_LEAST)
		second = NULL;
	tell(up, first, a, sizeof a);
	if (second)
		tell(up, second, b, sizeof b);
	text_add(t, RANK_REASONS, tr(t->l, "What stands out: %s%s%s."), a,
		second ? "; " : "", b);
	if (against && -against->weight > first->weight / 2) {
		tell(down, against, a, sizeof a);
		text_add(t, RANK_AGAINST, tr(t->l, "On the brighter side: %s."), a);
	}
}

void
text_bright_side(struct words_text *t, const struct forecast *f, const struct night *n)
{
	struct choice c = {.l = t->l, .sign = -1, .of = CHOICE_SLEEP};
	if (f)
		c.list = f->reasons, c.n = f->n_reasons;
	else if (n)
		c.list = n->reasons, c.n = n->n_reasons;
	const struct reason *first = strongest(&c, NULL);
	const struct reason *second = strongest(&c, first);
	char a[192] = "", b[192] = "";
	if (!first)
		return;
	tell(c, first, a, sizeof a);
	if (second)
		tell(c, second, b, sizeof b);
	text_add(t, RANK_REASONS, tr(t->l, "What stands out: %s%s%s."), a,
		second ? "; " : "", b);
}
