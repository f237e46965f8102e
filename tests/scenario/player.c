/* SPDX-License-Identifier: MIT */
/* dozed-scenario FILE...: plays scenario scripts against the real line in simulated time. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define CONFIG_SIZE 8192

static void
config_text(const struct script *s, char ret[static CONFIG_SIZE])
{
	int used = snprintf(ret, CONFIG_SIZE, "%s\n", s->root);
	for (unsigned i = 0; i < s->n_people; i++)
		used += snprintf(
			ret + used, CONFIG_SIZE - (size_t)used, "%s", s->people[i]);
	snprintf(ret + used, CONFIG_SIZE - (size_t)used, "alert {\n%s}\n", s->options);
}

static void
configure(struct script *s)
{
	char config[CONFIG_SIZE];
	expect_nothing_left(s);
	config_text(s, config);
	world_configure(&s->world, config);
}

/* "a,b" as elements of a list of the configuration */
static void
add_list(char *ret, size_t size, const char *name, const char *elements)
{
	size_t used = strlen(ret);
	used += (size_t)snprintf(ret + used, size - used, " %s = {\"", name);
	for (; *elements && used + 8 < size; elements++)
		used += (size_t)snprintf(ret + used, size - used, "%s",
			*elements == ',' ? "\", \"" : (char[2]){*elements, 0});
	snprintf(ret + used, size - used, "\"}");
}

/* prompts 08:30,20:30: times of the sleep and of the pain prompt */
static void
add_prompts(const struct script *s, char *ret, size_t size, int i)
{
	char sleep[16] = "off", pain[16] = "off";
	for (; i < s->n; i += 2)
		if (word_is(s, i, "prompts") &&
			sscanf(word_at(s, i + 1), "%15[^,],%15s", sleep, pain) != 2)
			script_fail(s, "prompts 08:30,20:30");
	size_t used = strlen(ret);
	snprintf(ret + used, size - used, " sleep_prompt = \"%s\" pain_prompt = \"%s\"",
		sleep, pain);
}

/* person anna Europe/Berlin [nights session,activity] [retention 30d] [prompts 08:30,off] [quiet
 * 22:00,06:00]; once more, the hub is configured anew */
static void
person_statement(struct script *s)
{
	unsigned at = 0;
	char head[64];
	snprintf(head, sizeof head, "person \"%s\" {", word_at(s, 1));
	while (at < s->n_people && strncmp(s->people[at], head, strlen(head)) != 0)
		at++;
	if (at == PEOPLE_MAX || (s->is_open && at == s->n_people))
		script_fail(
			s, "people come before the first day, %d at most", PEOPLE_MAX);
	s->n_people += at == s->n_people;
	if (!s->first_person[0])
		snprintf(s->first_person, sizeof s->first_person, "%s", word_at(s, 1));
	char *text = s->people[at];
	size_t size = sizeof s->people[at];
	snprintf(text, size, "%s timezone = \"%s\"", head, word_at(s, 2));
	add_prompts(s, text, size, 3);
	for (int i = 3; i < s->n; i += 2) {
		size_t used = strlen(text);
		if (word_is(s, i, "retention"))
			snprintf(text + used, size - used, " retention = \"%s\"",
				word_at(s, i + 1));
		else if (word_is(s, i, "quiet"))
			snprintf(text + used, size - used,
				" quiet_from = \"%.5s\" quiet_until = \"%s\"",
				word_at(s, i + 1),
				strlen(s->word[i + 1]) > 6 ? s->word[i + 1] + 6 : "");
		else if (!word_is(s, i, "prompts"))
			add_list(text, size, word_at(s, i), word_at(s, i + 1));
	}
	snprintf(text + strlen(text), size - strlen(text), " }\n");
	if (s->is_open)
		configure(s);
}

/* scorers sleep_stats,night_score: instead of those that are the default */
static void
scorers_statement(struct script *s)
{
	add_list(s->root, sizeof s->root, "scorers", word_at(s, 1));
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

/* scenarios end with a replay, which cannot know what a wrong clock of the hub once said */
static void
no_statement(struct script *s)
{
	if (!word_is(s, 1, "replay"))
		script_fail(s, "no replay");
	s->unanswered = 1;
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
	char config[CONFIG_SIZE];
	config_text(s, config);
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
	else if (word_is(s, 1, "sleeps") && s->world.line)
		world_sleep(&s->world, word_duration_ms(s, 2));
	else
		script_fail(s, "hub off, hub on, in turn, or hub sleeps 5h");
}

/* clock 1970, clock right, clock synced, clock +3h: of the hub */
static void
clock_statement(struct script *s)
{
	struct world *w = &s->world;
	expect_nothing_left(s);
	if (word_is(s, 1, "1970"))
		world_clock(w, -w->now.ms, 0);
	else if (word_is(s, 1, "right") || word_is(s, 1, "synced"))
		world_clock(w, 0, word_is(s, 1, "synced"));
	else
		world_clock(w, w->hub_off_ms + word_step_ms(s, 1), 0);
}

/* broker twice 7min: everything that is said from here on comes once more, so much later */
static void
broker_statement(struct script *s)
{
	s->world.twice_ms = word_is(s, 1, "twice") ? word_duration_ms(s, 2) : 0;
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
	{"scorers", scorers_statement, 0},
	{"no", no_statement, 0},
	{"day", day_statement, 0},
	{"days", days_statement, 1},
	{"until", until_statement, 1},
	{"silence", silence_statement, 1},
	{"restart", restart_statement, 1},
	{"hub", hub_statement, 1},
	{"import", import_statement, 1},
	{"clock", clock_statement, 1},
	{"broker", broker_statement, 1},
	{"device", device_statement, 1},
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
	if (s.is_open && !s.unanswered)
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
