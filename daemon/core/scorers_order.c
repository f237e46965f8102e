/* SPDX-License-Identifier: MIT */
/* What reads what: every required channel has a provider that is done in time, units and
 * kinds agree, and there is an order without a cycle. Small numbers: at most 64 scorers
 * with 16 ports each, so plain loops over everything. */
#include "core/scorers.h"

#include <string.h>

static const struct scorer_port *
port_named(const struct scorer_port *ports, unsigned n, const char *channel)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(ports[i].channel, channel) == 0)
			return &ports[i];
	return NULL;
}

static const struct scorer_port *
writes(const struct loaded_scorer *l, const char *channel)
{
	return port_named(l->desc->writes, l->n_writes, channel);
}

static enum channel_kind
written_kind(const struct scorer *d, const char *channel)
{
	switch (d->window.kind) {
	case SCORER_SLIDING:
	case SCORER_RECORDING:
		return CHANNEL_KIND_EPOCHS;
	case SCORER_NIGHT:
	case SCORER_NIGHTS:
		return strncmp(channel, "night.", 6) == 0 ? CHANNEL_KIND_NIGHTLY
							  : CHANNEL_KIND_EPOCHS;
	case SCORER_DAYS:
		break;
	}
	return CHANNEL_KIND_DAILY;
}

int
scorers_channel_kind(const struct scorers *s, const char *channel)
{
	const struct channel *c = channel_by_name(channel);
	if (c)
		return (int)c->kind;
	for (unsigned i = 0; i < s->n; i++)
		if (writes(&s->list[i], channel))
			return (int)written_kind(s->list[i].desc, channel);
	return -1;
}

static const char *const kind_names[] = {
	[CHANNEL_KIND_SAMPLES] = "a series of samples",
	[CHANNEL_KIND_EPOCHS] = "a series of epochs",
	[CHANNEL_KIND_NIGHTLY] = "one value a night",
	[CHANNEL_KIND_DAILY] = "one value a day",
};

const char *
scorers_window_name(enum scorer_window_kind kind)
{
	static const char *const names[] = {
		"", "SLIDING", "RECORDING", "NIGHT", "NIGHTS", "DAYS"};
	return names[kind];
}

/* SLIDING and RECORDING scorers may feed each other, in any mixture. */
static int
stage_of(const struct scorer *d)
{
	return d->window.kind == SCORER_RECORDING ? SCORER_SLIDING : d->window.kind;
}

static int
window_takes(enum scorer_window_kind window, enum channel_kind kind)
{
	int grid = kind == CHANNEL_KIND_SAMPLES || kind == CHANNEL_KIND_EPOCHS;
	switch (window) {
	case SCORER_SLIDING:
	case SCORER_RECORDING:
		return grid;
	case SCORER_NIGHT:
	case SCORER_NIGHTS:
		return grid || kind == CHANNEL_KIND_NIGHTLY;
	case SCORER_DAYS:
		break;
	}
	return !grid;
}

/* an expression: says why, gives the code */
#define refuse(code, why, ...) (snprintf((why), SCORERS_WHY_LEN, __VA_ARGS__), (code))

static int
check_unit(const struct scorer *d, const struct scorer_port *read, const char *unit,
	const char *by, char *why)
{
	if (strcmp(read->unit, unit) == 0)
		return 0;
	return refuse(SCORERS_E_RANGE, why,
		"%s reads %s in \"%.20s\", %s gives it in \"%.20s\"", d->name,
		read->channel, read->unit, by, unit);
}

/* A reader's step is its writer's; but a list of times is another thing than a grid. */
static int
check_events(const struct scorer *d, const struct scorer_port *read,
	const struct scorer_port *written, const char *by, char *why)
{
	int wants = read->step_ms == SCORER_EVENTS;
	if (wants == (written->step_ms == SCORER_EVENTS))
		return 0;
	return refuse(SCORERS_E_RANGE, why, "%s reads %s %s, %s writes %s", d->name,
		read->channel, wants ? "as events" : "on a grid", by,
		wants ? "a grid" : "events");
}

/* Every writer in time must agree on the unit; at least one provider must be in time. */
static int
check_read(const struct scorers *s, const struct scorer *d,
	const struct scorer_port *read, char *why)
{
	const struct channel *c = channel_by_name(read->channel);
	const char *late = NULL;
	int provided = c != NULL, kind = scorers_channel_kind(s, read->channel);
	if (c && check_unit(d, read, c->unit, "the input", why))
		return SCORERS_E_RANGE;
	for (unsigned i = 0; i < s->n; i++) {
		const struct scorer *by = s->list[i].desc;
		const struct scorer_port *w = writes(&s->list[i], read->channel);
		if (!w)
			continue;
		if (stage_of(by) > stage_of(d)) {
			late = by->name;
			continue;
		}
		if (check_unit(d, read, w->unit, by->name, why) ||
			check_events(d, read, w, by->name, why))
			return SCORERS_E_RANGE;
		provided = 1;
	}
	if (provided && !window_takes(d->window.kind, (enum channel_kind)kind))
		return refuse(SCORERS_E_UNPROVIDED, why,
			"%s reads %s, which is %s: a %s window cannot show it", d->name,
			read->channel, kind_names[kind],
			scorers_window_name(d->window.kind));
	if (provided || (!read->required && !late))
		return 0;
	if (late)
		return refuse(SCORERS_E_UNPROVIDED, why,
			"%s reads %s, which %s writes only later: SLIDING runs before "
			"NIGHT "
			"before NIGHTS before DAYS",
			d->name, read->channel, late);
	return refuse(SCORERS_E_UNPROVIDED, why,
		"%s reads %s, which no input and no loaded scorer provides", d->name,
		read->channel);
}

/* The scorers that write one channel must mean the same by it. */
static int
check_writers_agree(const struct scorers *s, const struct loaded_scorer *l, char *why)
{
	for (unsigned k = 0; k < l->n_writes; k++)
		for (unsigned i = 0; i < s->n; i++) {
			const struct scorer_port *mine = &l->desc->writes[k];
			const struct scorer *by = s->list[i].desc;
			const struct scorer_port *w = writes(&s->list[i], mine->channel);
			if (w && (strcmp(w->unit, mine->unit) != 0 ||
					 (w->step_ms == SCORER_EVENTS) !=
						 (mine->step_ms == SCORER_EVENTS) ||
					 written_kind(by, mine->channel) !=
						 written_kind(l->desc, mine->channel)))
				return refuse(SCORERS_E_RANGE, why,
					"%s and %s both write %s, but not in the same "
					"unit and kind",
					l->desc->name, by->name, mine->channel);
		}
	return 0;
}

/* Must b run before a? Only within a kind; across kinds the kind decides. */
static const struct scorer_port *
needs(const struct loaded_scorer *a, const struct loaded_scorer *b)
{
	if (stage_of(a->desc) != stage_of(b->desc))
		return NULL;
	for (unsigned k = 0; k < a->n_reads; k++)
		if (writes(b, a->desc->reads[k].channel))
			return &a->desc->reads[k];
	return NULL;
}

/* The lowest one, by kind and then by position, that waits for nobody; -1 = all wait. */
static int
next_ready(const struct scorers *s, const char done[static SCORERS_MAX])
{
	for (int kind = SCORER_SLIDING; kind <= SCORER_DAYS; kind++)
		for (unsigned i = 0; i < s->n; i++) {
			int ready = !done[i] && stage_of(s->list[i].desc) == kind;
			for (unsigned k = 0; ready && k < s->n; k++)
				ready = done[k] || !needs(&s->list[i], &s->list[k]);
			if (ready)
				return (int)i;
		}
	return -1;
}

/* Each waiting scorer waits for another waiting one: following that, `n` steps lead into
 * the cycle, and once around it names its members. */
static int
name_cycle(const struct scorers *s, const char done[static SCORERS_MAX], char *why)
{
	unsigned at = 0, start;
	size_t used = 0;
	while (done[at])
		at++;
	for (unsigned step = 0; step <= s->n; step++)
		for (unsigned k = 0; k < s->n; k++)
			if (!done[k] && needs(&s->list[at], &s->list[k])) {
				at = k;
				break;
			}
	start = at;
	why[0] = 0;
	do {
		unsigned k = 0;
		while (done[k] || !needs(&s->list[at], &s->list[k]))
			k++;
		int w = snprintf(why + used, SCORERS_WHY_LEN - used,
			"%s%s reads %s of %s",
			used ? ", " : "a cycle: ", s->list[at].desc->name,
			needs(&s->list[at], &s->list[k])->channel, s->list[k].desc->name);
		used += (size_t)w < SCORERS_WHY_LEN - used ? (size_t)w
							   : SCORERS_WHY_LEN - 1 - used;
		at = k;
	} while (at != start);
	return SCORERS_E_CYCLE;
}

int
scorers_order(struct scorers *s, char why[static SCORERS_WHY_LEN])
{
	struct scorers ordered = {0};
	char done[SCORERS_MAX] = {0};
	for (unsigned i = 0; i < s->n; i++) {
		const struct loaded_scorer *l = &s->list[i];
		int r = check_writers_agree(s, l, why);
		for (unsigned k = 0; r == 0 && k < l->n_reads; k++)
			r = check_read(s, l->desc, &l->desc->reads[k], why);
		if (r)
			return r;
	}
	while (ordered.n < s->n) {
		int i = next_ready(s, done);
		if (i < 0)
			return name_cycle(s, done, why);
		done[i] = 1;
		ordered.list[ordered.n++] = s->list[i];
	}
	*s = ordered;
	return 0;
}
