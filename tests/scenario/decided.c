/* SPDX-License-Identifier: MIT */
/* `expect decided`: all live decisions of a morning, as `explain` shows them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

struct reading {
	const struct script *script;
	const struct zone *zone;
	int i; /* the next word */
	int differs;
	char seen[1024];
};

/* Says what came as words that can be pasted. */
static void
note(struct reading *q, const struct decision *d)
{
	char clock[6];
	size_t used = strlen(q->seen);
	snprintf(q->seen + used, sizeof q->seen - used, " %s %s%s%s",
		civil_clock_text(q->zone, d->at, clock), verdict_names[d->verdict],
		d->rule[0] ? "/" : "", d->rule);
}

static int
is_at(const struct script *s, int i, const struct zone *z, utc_ms at)
{
	const char *rest;
	char clock[6];
	int h, m, tolerance = 0, want = word_clock(s, i, &rest);
	if (*rest && sscanf(rest, "\xc2\xb1%d", &tolerance) != 1)
		script_fail(s, "\"%s\" after a time of day", rest);
	return sscanf(civil_clock_text(z, at, clock), "%d:%d", &h, &m) == 2 &&
	       abs(h * 60 + m - want) <= tolerance;
}

static int
is_verdict(const char *word, const struct decision *d)
{
	char whole[2 * NAME_LEN];
	const char *verdict = verdict_names[d->verdict];
	snprintf(whole, sizeof whole, "%s/%s", verdict, d->rule);
	return strcmp(word, d->rule[0] ? whole : verdict) == 0;
}

static int
look(void *ctx, const struct decision *d)
{
	struct reading *q = ctx;
	const struct script *s = q->script;
	if (!d->live)
		return 0;
	note(q, d);
	q->differs |= q->i + 1 >= s->n || !is_at(s, q->i, q->zone, d->at) ||
		      !is_verdict(s->word[q->i + 1], d);
	q->i += 2;
	return 0;
}

void
decided_statement(struct script *s)
{
	const struct person *who = word_person(s, 2);
	civil_day d = word_date(s, 3);
	struct reading q = {.script = s, .zone = who->zone, .i = 4};
	if (!s->world.line)
		script_fail(s, "the hub is off");
	if (store_decisions_each(line_store(s->world.line), who->id, d, d, look, &q) != 0)
		script_fail(s, "the store cannot be read");
	if (q.differs || q.i != s->n)
		script_fail(s, "decided was:\n  expect decided %s %s%s", s->word[2],
			s->word[3], q.seen);
}
