/* SPDX-License-Identifier: MIT */
/* Judges descriptors and options. A descriptor comes from a file that somebody else
 * wrote: every count, name and number in it is checked here once, so that nobody behind
 * has to. What reads what is scorers_order.c. */
#include "core/scorers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHANNEL_NAME_MAX 32
/* the fields of ABI 1.0; a newer minor only appends */
#define SIZE_1_0 (offsetof(struct scorer, score) + sizeof(((struct scorer *)0)->score))

/* an expression: says why, gives the code */
#define refuse(code, why, ...) (snprintf((why), SCORERS_WHY_LEN, __VA_ARGS__), (code))

static int
is_name(const char *s, const char *letters)
{
	size_t n = s ? strnlen(s, CHANNEL_NAME_MAX + 1) : 0;
	return n >= 1 && n <= CHANNEL_NAME_MAX && strspn(s, letters) == n;
}

#define SCORER_LETTERS  "abcdefghijklmnopqrstuvwxyz0123456789_"
#define CHANNEL_LETTERS SCORER_LETTERS "."

static int
is_range(double min, double max)
{
	return isfinite(min) && isfinite(max) && min <= max;
}

static int
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

int
scorers_check_abi(const void *desc, size_t size, char why[static SCORERS_WHY_LEN])
{
	uint32_t head[4] = {0}; /* magic, major, minor, size: first in every major */
	memcpy(head, desc, size < sizeof head ? size : sizeof head);
	if (size < sizeof head || head[0] != SCORER_MAGIC)
		return refuse(SCORERS_E_ABI, why,
			"dozed_scorer is no scorer descriptor: magic 0x%08x, expected "
			"0x%08x",
			head[0], SCORER_MAGIC);
	if (head[1] != SCORER_ABI_MAJOR)
		return refuse(SCORERS_E_ABI, why,
			"made for scorer ABI %u, this dozed speaks %u: build it again "
			"with this "
			"dozed's scorer.h",
			head[1], SCORER_ABI_MAJOR);
	if (head[3] < SIZE_1_0 || size < head[3])
		return refuse(SCORERS_E_ABI, why,
			"descriptor of %zu bytes says it has %u, ABI %u.%u has %zu", size,
			head[3], SCORER_ABI_MAJOR, SCORER_ABI_MINOR, SIZE_1_0);
	return 0;
}

static int
check_name(const struct scorers *s, const struct scorer *d, char *why)
{
	if (!is_name(d->name, SCORER_LETTERS))
		return refuse(SCORERS_E_NAME, why,
			"a scorer's name is [a-z0-9_]{1,32}, not \"%.40s\"",
			d->name ? d->name : "");
	if (scorers_find(s, d->name))
		return refuse(SCORERS_E_NAME, why, "%s is loaded twice", d->name);
	if (s->n >= SCORERS_MAX)
		return refuse(SCORERS_E_LIMIT, why,
			"%s would be scorer %u, the limit is %d", d->name, s->n + 1,
			SCORERS_MAX);
	if (!d->version || !d->summary || !d->score)
		return refuse(SCORERS_E_ABI, why, "%s has no %s", d->name,
			!d->version   ? "version"
			: !d->summary ? "summary"
				      : "score function");
	if (d->scratch_size > SCORER_SCRATCH_MAX)
		return refuse(SCORERS_E_LIMIT, why,
			"%s asks for %zu bytes of scratch, the limit is %d", d->name,
			d->scratch_size, SCORER_SCRATCH_MAX);
	if (d->scratch_each > SCORER_EACH_MAX)
		return refuse(SCORERS_E_LIMIT, why,
			"%s asks for %zu bytes of scratch for each element, the limit is "
			"%d",
			d->name, d->scratch_each, SCORER_EACH_MAX);
	return 0;
}

static int
check_span(const struct scorer *d, char *why)
{
	const struct scorer_span *w = &d->window;
	switch (w->kind) {
	case SCORER_SLIDING:
		if (w->length_s < 1 || w->length_s > SCORER_LENGTH_MAX_S ||
			w->hop_s < 1 || w->hop_s > SCORER_LENGTH_MAX_S ||
			w->anchor_s < 0 || w->anchor_s > w->length_s)
			return refuse(SCORERS_E_RANGE, why,
				"%s: a sliding window of %d s, hop %d s, anchor %d s is "
				"not "
				"possible: length and hop are 1..%d, anchor 0..length",
				d->name, w->length_s, w->hop_s, w->anchor_s,
				SCORER_LENGTH_MAX_S);
		return 0;
	case SCORER_RECORDING:
		return 0;
	case SCORER_NIGHT:
		if (w->anchor_s < 0 || w->anchor_s > SCORER_REACH_MAX_S ||
			w->length_s < 0 || w->length_s > SCORER_REACH_MAX_S)
			return refuse(SCORERS_E_RANGE, why,
				"%s: a night's window that reaches %d s before and %d s "
				"after "
				"is not possible: 0..%d",
				d->name, w->anchor_s, w->length_s, SCORER_REACH_MAX_S);
		return 0;
	case SCORER_NIGHTS:
		if (w->days < 1 || w->days > SCORER_NIGHTS_MAX)
			return refuse(SCORERS_E_RANGE, why,
				"%s: a window of %d nights is not possible: 1..%d",
				d->name, w->days, SCORER_NIGHTS_MAX);
		return 0;
	case SCORER_DAYS:
		if (w->days < 1 || w->days > SCORER_DAYS_MAX)
			return refuse(SCORERS_E_RANGE, why,
				"%s: a window of %d days is not possible: 1..%d", d->name,
				w->days, SCORER_DAYS_MAX);
		return 0;
	}
	return refuse(SCORERS_E_RANGE, why, "%s: window kind %d is unknown, it is 1..5",
		d->name, (int)w->kind);
}

static int
check_ports(const struct scorer *d, const struct scorer_port *ports, const char *verb,
	unsigned *ret_n, char *why)
{
	unsigned n = 0;
	for (const struct scorer_port *p = ports; p && p->channel; p++, n++) {
		if (n >= SCORER_PORTS_MAX)
			return refuse(SCORERS_E_LIMIT, why, "%s %s more than %d channels",
				d->name, verb, SCORER_PORTS_MAX);
		if (!is_name(p->channel, CHANNEL_LETTERS))
			return refuse(SCORERS_E_NAME, why,
				"%s %s \"%.40s\": a channel's name is [a-z0-9_.]{1,32}",
				d->name, verb, p->channel);
		for (const struct scorer_port *o = ports; o < p; o++)
			if (strcmp(o->channel, p->channel) == 0)
				return refuse(SCORERS_E_NAME, why, "%s %s %s twice",
					d->name, verb, p->channel);
		if (!p->unit || !is_range(p->min, p->max))
			return refuse(SCORERS_E_RANGE, why, "%s %s %s: %s", d->name, verb,
				p->channel,
				p->unit ? "its range is not min <= max"
					: "it has no unit");
	}
	if (n == 0)
		return refuse(SCORERS_E_RANGE, why, "%s %s no channel", d->name, verb);
	*ret_n = n;
	return 0;
}

static int
is_step(int32_t ms)
{
	return ms == SCORER_DEFAULT || ms == SCORER_EVENTS ||
	       (ms >= SCORER_STEP_MIN_MS && ms <= SCORER_STEP_MAX_MS);
}

/* Fast channels never lie side by side for longer than an hour and its margins. */
static int
check_fast(const struct scorer *d, const struct scorer_port *p, char *why)
{
	const struct scorer_span *w = &d->window;
	if (w->kind != SCORER_SLIDING)
		return refuse(SCORERS_E_RANGE, why,
			"%s reads %s, which comes too fast for a %s window: a SLIDING "
			"scorer makes epochs of it first",
			d->name, p->channel, scorers_window_name(w->kind));
	if (w->length_s + w->hop_s > SCORER_FAST_MAX_S)
		return refuse(SCORERS_E_RANGE, why,
			"%s reads %s in windows of %d s, hop %d s: together %d s at most",
			d->name, p->channel, w->length_s, w->hop_s, SCORER_FAST_MAX_S);
	if (p->step_ms == SCORER_EVENTS)
		return refuse(SCORERS_E_RANGE, why,
			"%s reads %s as events, but it comes on a grid", d->name,
			p->channel);
	return 0;
}

static int
check_steps(const struct scorer *d, char *why)
{
	for (const struct scorer_port *p = d->reads; p->channel; p++) {
		const struct channel *c = channel_by_name(p->channel);
		int r = c && c->fast ? check_fast(d, p, why) : 0;
		if (r)
			return r;
		if (p->step_ms != SCORER_AS_RECORDED && !is_step(p->step_ms))
			return refuse(SCORERS_E_RANGE, why,
				"%s reads %s in steps of %d ms: %d..%d are possible",
				d->name, p->channel, p->step_ms, SCORER_STEP_MIN_MS,
				SCORER_STEP_MAX_MS);
	}
	for (const struct scorer_port *p = d->writes; p->channel; p++) {
		if (!is_step(p->step_ms))
			return refuse(SCORERS_E_RANGE, why,
				"%s writes %s in steps of %d ms: %d..%d are possible",
				d->name, p->channel, p->step_ms, SCORER_STEP_MIN_MS,
				SCORER_STEP_MAX_MS);
		if (p->step_ms == SCORER_EVENTS && d->window.kind == SCORER_SLIDING)
			return refuse(SCORERS_E_RANGE, why,
				"%s writes %s as events, but its windows overlap: a "
				"RECORDING or NIGHT scorer may",
				d->name, p->channel);
	}
	return 0;
}

/* Who may write what, so that a name says what kind of series it is. */
static int
check_writes(const struct scorer *d, char *why)
{
	for (const struct scorer_port *p = d->writes; p->channel; p++) {
		if (channel_by_name(p->channel) || starts_with(p->channel, "vendor."))
			return refuse(SCORERS_E_NAME, why,
				"%s writes %s, which is an input: a scorer writes its "
				"own channels",
				d->name, p->channel);
		int is_night = starts_with(p->channel, "night."), kind = d->window.kind;
		if (is_night && kind != SCORER_NIGHT && kind != SCORER_NIGHTS)
			return refuse(SCORERS_E_NAME, why,
				"%s writes %s, but only a NIGHT or NIGHTS scorer writes "
				"night.*",
				d->name, p->channel);
		if (!is_night && kind == SCORER_NIGHTS)
			return refuse(SCORERS_E_NAME, why,
				"%s writes %s, but a NIGHTS scorer writes night.* only",
				d->name, p->channel);
	}
	return 0;
}

/* The index of the word in "a|b|c", or -1; *ret_n = how many there are. */
static int
choice_index(const char *choices, const char *word, unsigned *ret_n)
{
	int found = -1;
	unsigned n = 0;
	for (const char *c = choices; *c; n++) {
		size_t len = strcspn(c, "|");
		if (word && strlen(word) == len && strncmp(c, word, len) == 0)
			found = (int)n;
		c += len + (c[len] == '|');
	}
	*ret_n = n;
	return found;
}

static int
option_takes(const struct scorer_option *o, double v)
{
	unsigned n = 0;
	if (!o->choices)
		return isfinite(v) && v >= o->min && v <= o->max;
	choice_index(o->choices, NULL, &n);
	return v >= 0 && v < n && floor(v) == v;
}

static int
check_options(const struct scorer *d, unsigned *ret_n, char *why)
{
	unsigned n = 0;
	for (const struct scorer_option *o = d->options; o && o->name; o++, n++) {
		if (n >= SCORER_OPTS_MAX)
			return refuse(SCORERS_E_LIMIT, why, "%s has more than %d options",
				d->name, SCORER_OPTS_MAX);
		if (!is_name(o->name, SCORER_LETTERS) || !o->help || !o->unit)
			return refuse(SCORERS_E_NAME, why,
				"%s: option \"%.40s\" needs a name [a-z0-9_]{1,32}, a "
				"unit and "
				"a help text",
				d->name, o->name);
		for (const struct scorer_option *before = d->options; before < o;
			before++)
			if (strcmp(before->name, o->name) == 0)
				return refuse(SCORERS_E_NAME, why,
					"%s has the option %s twice", d->name, o->name);
		if (!o->choices && !is_range(o->min, o->max))
			return refuse(SCORERS_E_RANGE, why,
				"%s: option %s has no range min <= max", d->name,
				o->name);
		if (!option_takes(o, o->def))
			return refuse(SCORERS_E_RANGE, why,
				"%s: the default %g of option %s is outside its own "
				"range",
				d->name, o->def, o->name);
	}
	*ret_n = n;
	return 0;
}

int
scorers_add(
	struct scorers *s, const struct scorer *desc, char why[static SCORERS_WHY_LEN])
{
	struct loaded_scorer l = {.desc = desc};
	int r = scorers_check_abi(desc, desc->size, why);
	if (r == 0)
		r = check_name(s, desc, why);
	if (r == 0)
		r = check_span(desc, why);
	if (r == 0)
		r = check_ports(desc, desc->reads, "reads", &l.n_reads, why);
	if (r == 0)
		r = check_ports(desc, desc->writes, "writes", &l.n_writes, why);
	if (r == 0)
		r = check_writes(desc, why);
	if (r == 0)
		r = check_steps(desc, why);
	if (r == 0)
		r = check_options(desc, &l.n_options, why);
	if (r)
		return r;
	for (unsigned i = 0; i < l.n_options; i++)
		l.options[i] = desc->options[i].def;
	s->list[s->n++] = l;
	return 0;
}

static int
parse_number(const char *text, double *ret)
{
	char *end = NULL;
	double v = strtod(text, &end);
	if (end == text || *end || !isfinite(v))
		return -EINVAL;
	*ret = v;
	return 0;
}

static int
set_value(const struct scorer *d, const struct scorer_option *o, const char *text,
	double *ret, char *why)
{
	double v = 0;
	if (o->choices) {
		unsigned n = 0;
		int i = choice_index(o->choices, text, &n);
		if (i < 0)
			return refuse(SCORERS_E_OPTION, why,
				"%s: %s = %.40s: it is one of %.100s", d->name, o->name,
				text, o->choices);
		*ret = i;
		return 0;
	}
	if (parse_number(text, &v))
		return refuse(SCORERS_E_OPTION, why, "%s: %s = %.40s is not a number",
			d->name, o->name, text);
	if (!option_takes(o, v))
		return refuse(SCORERS_E_OPTION, why,
			"%s: %s = %.40s is outside %g..%g %s", d->name, o->name, text,
			o->min, o->max, o->unit);
	*ret = v;
	return 0;
}

int
scorers_set(struct scorers *s, const char *scorer, const char *option, const char *text,
	char why[static SCORERS_WHY_LEN])
{
	for (unsigned i = 0; i < s->n; i++) {
		struct loaded_scorer *l = &s->list[i];
		if (strcmp(l->desc->name, scorer) != 0)
			continue;
		for (unsigned k = 0; k < l->n_options; k++)
			if (strcmp(l->desc->options[k].name, option) == 0)
				return set_value(l->desc, &l->desc->options[k], text,
					&l->options[k], why);
		return refuse(
			SCORERS_E_OPTION, why, "%s has no option %.40s", scorer, option);
	}
	return refuse(SCORERS_E_OPTION, why, "no scorer %.40s is loaded", scorer);
}

const struct loaded_scorer *
scorers_find(const struct scorers *s, const char *name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->list[i].desc->name, name) == 0)
			return &s->list[i];
	return NULL;
}
