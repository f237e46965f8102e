/* SPDX-License-Identifier: MIT */
/* dozed-scenario FILE...: plays scenario scripts against the real line in simulated time. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

static void
person_statement(struct script *s)
{
	size_t used = strlen(s->people);
	if (s->is_open)
		script_fail(s, "people come before the first day");
	if (!s->first_person[0])
		snprintf(s->first_person, sizeof s->first_person, "%s", word_at(s, 1));
	snprintf(s->people + used, sizeof s->people - used,
		"person \"%s\" { timezone = \"%s\" }\n", word_at(s, 1), word_at(s, 2));
}

/* option settle 30 min: one of the alert section */
static void
option_statement(struct script *s)
{
	char value[128] = "";
	if (s->is_open)
		script_fail(s, "options come before the first day");
	for (int i = 2; i < s->n; i++)
		snprintf(value + strlen(value), sizeof value - strlen(value), "%s%s",
			i > 2 ? " " : "", s->word[i]);
	size_t used = strlen(s->options);
	snprintf(s->options + used, sizeof s->options - used, "\t%s = \"%s\"\n",
		word_at(s, 1), value);
}

static const struct zone *
zone_of(const struct script *s)
{
	return world_person(&s->world, s->first_person)->zone;
}

static void
day_statement(struct script *s)
{
	s->day = word_date(s, 1);
	if (s->is_open)
		return;
	if (!s->first_person[0])
		script_fail(s, "`person NAME ZONE` comes before the first day");
	char config[6144];
	snprintf(config, sizeof config, "%salert {\n%s}\n", s->people, s->options);
	world_open(&s->world, config, UTC(0));
	s->world.now = zone_instant(zone_of(s), s->day, 0);
	s->is_open = 1;
}

static void
go(struct script *s, utc_ms to)
{
	expect_nothing_left(s);
	if (to.ms < s->world.now.ms)
		script_fail(s, "time does not run backwards");
	world_go(&s->world, to);
}

/* until 07:30: the next time that clocks show it; until 2026-03-31 09:00 */
static void
until_statement(struct script *s)
{
	const struct zone *z = zone_of(s);
	int has_date = word_is_date(s, 1), minute = word_clock(s, has_date ? 2 : 1, NULL);
	civil_day d = has_date ? word_date(s, 1) : zone_date(z, s->world.now, 0);
	utc_ms to = zone_instant(z, d, minute);
	if (!has_date && to.ms <= s->world.now.ms)
		to = zone_instant(z, DAY(d.n + 1), minute);
	go(s, to);
}

static void
silence_statement(struct script *s)
{
	go(s, UTC(s->world.now.ms + word_duration_ms(s, 1)));
}

static void
restart_statement(struct script *s)
{
	expect_nothing_left(s);
	world_off(&s->world);
	world_on(&s->world);
}

static void
hub_statement(struct script *s)
{
	expect_nothing_left(s);
	if (word_is(s, 1, "off") && s->world.line)
		world_off(&s->world);
	else if (word_is(s, 1, "on") && !s->world.line)
		world_on(&s->world);
	else
		script_fail(s, "hub off, or hub on, in turn");
}

static void
import_statement(struct script *s)
{
	expect_nothing_left(s);
	world_import(&s->world);
}

static const struct {
	const char *name;
	void (*run)(struct script *);
	int needs_world;
} statements[] = {
	{"person", person_statement, 0},
	{"option", option_statement, 0},
	{"day", day_statement, 0},
	{"days", days_statement, 1},
	{"until", until_statement, 1},
	{"silence", silence_statement, 1},
	{"restart", restart_statement, 1},
	{"hub", hub_statement, 1},
	{"import", import_statement, 1},
	{"expect", expect_statement, 1},
};

static void
run_statement(struct script *s)
{
	for (unsigned i = 0; i < array_len(statements); i++) {
		if (!word_is(s, 0, statements[i].name))
			continue;
		if (statements[i].needs_world && !s->is_open)
			script_fail(s, "`day DATE` comes before the first input");
		statements[i].run(s);
		return;
	}
	if (!s->is_open)
		script_fail(s, "\"%s\" before the first `day DATE`", s->word[0]);
	inputs_statement(s);
}

/* Cuts one statement off *at, in place; 0 at the end of the line. */
static int
next_statement(struct script *s, char **at)
{
	char *p = *at;
	s->n = 0;
	while (*p && *p != ';' && *p != '#') {
		if (isspace((unsigned char)*p)) {
			*p++ = 0;
			continue;
		}
		int quoted = *p == '"';
		p += quoted;
		if (s->n == WORDS_MAX)
			script_fail(s, "more than %d words", WORDS_MAX);
		s->word[s->n++] = p;
		while (*p &&
			(quoted ? *p != '"'
				: !isspace((unsigned char)*p) && *p != ';' && *p != '#'))
			p++;
		if (quoted && !*p)
			script_fail(s, "a quote that does not end");
		if (quoted)
			*p++ = 0;
	}
	int more = *p == ';';
	*p = 0;
	*at = p + more;
	return more || s->n > 0;
}

static void
play(const char *path)
{
	struct script s = {.path = path};
	char line[1024];
	FILE *f = fopen(path, "re");
	if (!f)
		script_fail(&s, "cannot be opened");
	while (fgets(line, sizeof line, f)) {
		char *at = line;
		s.line++;
		while (next_statement(&s, &at))
			if (s.n > 0)
				run_statement(&s);
	}
	fclose(f);
	expect_nothing_left(&s);
	if (s.is_open && s.world.n_queue)
		script_fail(&s, "the script ends before everything has arrived");
	if (s.is_open)
		replay_gives_the_same(&s);
	printf("ok: %s (%u turns)\n", path, s.world.takes);
	if (s.is_open)
		world_close(&s.world);
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: dozed-scenario FILE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		play(argv[i]);
	return 0;
}
