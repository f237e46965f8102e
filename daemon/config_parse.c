/* SPDX-License-Identifier: MIT */
/* Drives libconfuse. Its callbacks carry no pointer of ours, hence `current`; it ends at the
 * first unknown name, hence the rounds: the statement is blanked and all is read again. */
#include "config_parse.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX FAULTS_MAX

static struct config_load *current;

static struct config_place
place(const cfg_t *cfg)
{
	return (struct config_place){current->file, cfg->line};
}

static struct person *
person_of(struct config_load *l, cfg_t *section)
{
	struct config *c = l->c;
	if (l->person != section) {
		l->person = section;
		l->list = NULL;
		c->people = xrealloc(c->people, c->n_people + 1, sizeof *c->people);
		l->people = xrealloc(l->people, c->n_people + 1, sizeof *l->people);
		struct person *p = &c->people[c->n_people];
		*p = (struct person){0};
		config_section_defaults("person", p);
		snprintf(p->id, sizeof p->id, "%.*s", ID_MAX, section->title);
		l->people[c->n_people++] = (struct person_note){0};
		for (size_t i = 0; config_options[i].name; i++)
			if (strcmp(config_options[i].section, "person") == 0)
				l->seen[i] = (struct config_place){0};
	}
	return &c->people[c->n_people - 1];
}

static int
on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	struct config_load *l = current;
	const struct config_option *o = config_option_find(cfg->name, opt->name);
	void *base = strcmp(cfg->name, "person") == 0 ? (void *)person_of(l, cfg)
		     : strcmp(cfg->name, "push") == 0 ? (void *)config_push_of(l, cfg)
						      : (void *)l->c;
	if (config_kind_is_list(o->kind)) {
		config_element(l, cfg, opt);
		return 0;
	}
	struct config_place at = place(cfg), *seen = &l->seen[config_row(o)];
	if (seen->line > 0)
		faults_add(l->faults, at, 0, "%s stands here and in line %d", o->name,
			seen->line);
	*seen = at;
	if (o->kind == CONFIG_ZONE)
		l->people[l->c->n_people - 1].has_zone = 1;
	char why[CONFIG_WHY_LEN];
	const char *text = cfg_opt_getnstr(opt, 0);
	if (config_value_set(o, base, text, why))
		return 0;
	if (o->kind == CONFIG_SECRET)
		faults_add(l->faults, at, 0, "%s: %s", o->name, why);
	else
		faults_add(l->faults, at, 0, "%s = \"%.60s\": %s", o->name, text, why);
	return 0;
}

static void
close_person(struct config_load *l, cfg_t *section, int line)
{
	struct person_note *note;
	(void)person_of(l, section);
	note = &l->people[l->c->n_people - 1];
	note->at = (struct config_place){
		l->file, config_text_opening(&l->texts[l->file], line)};
	l->person = NULL;
	if (!id_is_valid(section->title))
		faults_add(l->faults, note->at, 0,
			"person \"%.60s\": an id has 1 to %d of a-z, 0-9, '_' and '-'",
			section->title, ID_MAX);
	cfg_opt_t *devices = cfg_getopt(section, "devices");
	if ((devices->flags & CFGF_MODIFIED) && cfg_opt_size(devices) == 0)
		faults_add(l->faults, note->at, 0,
			"devices = {} admits none; leave it out to admit all");
	cfg_opt_t *nights = cfg_getopt(section, "nights");
	if ((nights->flags & CFGF_MODIFIED) && cfg_opt_size(nights) == 0)
		faults_add(l->faults, note->at, 0,
			"nights = {} names no source; leave it out to ask all");
	if (l->c->n_people > CONFIG_PEOPLE_MAX)
		faults_add(
			l->faults, note->at, 0, "more than %d people", CONFIG_PEOPLE_MAX);
}

/* The names and places of a scorer's settings were noted as unknown options. */
static void
close_scorer(struct config_load *l, cfg_t *section, int line)
{
	struct config *c = l->c;
	if (!config_scorer_name_is_valid(section->title))
		faults_add(l->faults,
			(struct config_place){
				l->file, config_text_opening(&l->texts[l->file], line)},
			0, "scorer \"%.60s\": a name has 1 to %d of a-z, 0-9 and '_'",
			section->title, NAME_LEN - 1);
	for (; l->n_pending > 0; l->n_pending--) {
		struct scorer_setting *s = &c->settings[c->n_settings - l->n_pending];
		const char *text = cfg_getstr(section, s->option);
		snprintf(s->scorer, sizeof s->scorer, "%.*s", NAME_LEN - 1,
			section->title);
		if (text && strlen(text) >= sizeof s->text)
			faults_add(l->faults, s->at, 0, "%s = \"%.60s\": too long",
				s->option, text);
		snprintf(s->text, sizeof s->text, "%.*s", (int)sizeof s->text - 1,
			text ? text : "");
	}
}

static int
on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	struct config_load *l = current;
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	if (strcmp(opt->name, "person") == 0) {
		close_person(l, section, cfg->line);
		return 0;
	}
	if (strcmp(opt->name, "push") == 0) {
		config_push_close(l, section, cfg->line);
		return 0;
	}
	if (strcmp(opt->name, "scorer") == 0) {
		close_scorer(l, section, cfg->line);
		return 0;
	}
	int i = 0;
	while (strcmp(config_sections[i], opt->name) != 0)
		i++;
	struct config_place *seen = &l->section_at[i];
	int line = config_text_opening(&l->texts[l->file], cfg->line);
	if (seen->line > 0)
		faults_add(l->faults, (struct config_place){l->file, line}, 0,
			"section %s stands here and in line %d", opt->name, seen->line);
	*seen = (struct config_place){l->file, line};
	return 0;
}

static void
note_setting(struct config_load *l, struct config_place at, const char *name)
{
	struct config *c = l->c;
	if (strlen(name) >= NAME_LEN) {
		faults_add(
			l->faults, at, 0, "option \"%.60s\": the name is too long", name);
		return;
	}
	if (c->n_settings == CONFIG_SETTINGS_MAX) {
		faults_add(l->faults, at, 0, "more than %d options of scorers",
			CONFIG_SETTINGS_MAX);
		return;
	}
	c->settings = xrealloc(c->settings, c->n_settings + 1, sizeof *c->settings);
	struct scorer_setting *s = &c->settings[c->n_settings++];
	*s = (struct scorer_setting){.at = at};
	snprintf(s->option, sizeof s->option, "%s", name);
	l->n_pending++;
}

/* The line at or above `line` that has the word, NULL: anything at all. An error is met one
 * token after the statement that lacks something. */
static int
line_with(const struct config_text *t, int line, const char *word)
{
	int at = 1, found = line;
	for (const char *s = t->buf; s < t->buf + t->n && at <= line; at++) {
		size_t n = strcspn(s, "\n");
		if (word ? memmem(s, n, word, strlen(word)) != NULL
			 : n > strspn(s, " \t"))
			found = at;
		s += n + 1;
	}
	return found;
}

static void
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct config_load *l = current;
	struct config_place at = place(cfg);
	const struct config_text *text = &l->texts[l->file];
	const char *word = strstr(fmt, "%s") ? va_arg(ap, const char *) : "";
	if (strncmp(fmt, "no such option", 14) == 0) {
		if (cfg->flags & CFGF_KEYSTRVAL) { /* 3.3 says so of free keys too */
			note_setting(l, at, word);
			return;
		}
		l->error_at = at;
		config_unknown(l, at, cfg->name, word);
		return;
	}
	if (strncmp(fmt, "missing", 7) == 0)
		at.line = line_with(text, at.line, word);
	else if (strncmp(fmt, "premature", 9) == 0)
		at.line = line_with(text, at.line, NULL);
	l->error_at = at;
	if (strncmp(fmt, "missing equal", 13) == 0)
		faults_add(l->faults, at, 1, "'=' is missing after %.60s", word);
	else if (strncmp(fmt, "missing opening", 15) == 0)
		faults_add(l->faults, at, 1, "'{' is missing after %.60s", word);
	else if (strncmp(fmt, "missing title", 13) == 0)
		faults_add(l->faults, at, 1,
			"%s needs its name in quotes, as in %s \"%s\" {", word, word,
			strcmp(word, "push") == 0 ? "phone" : "anna");
	else if (strncmp(fmt, "found duplicate", 15) == 0)
		faults_add(l->faults, at, 1, "\"%.60s\" has a section already", word);
	else if (strncmp(fmt, "attempt to append", 17) == 0)
		faults_add(l->faults, at, 1, "%s holds one value: '=' instead of '+='",
			word);
	else if (strncmp(fmt, "unexpected token", 16) == 0)
		faults_add(l->faults, at, 1, "'%.60s' is not expected here", word);
	else if (strncmp(fmt, "premature", 9) == 0)
		faults_add(l->faults, at, 1, "the file ends amid a statement");
	else
		faults_add(l->faults, at, 1, fmt, word);
}

/* The options of a section as libconfuse wants them: text all of them, so that the table
 * alone says what a value may be. */
static void
section_options(const char *section, cfg_opt_t ret[static CONFIG_OPTIONS_MAX])
{
	size_t n = 0;
	for (const struct config_option *o = config_options; o->name; o++)
		if (strcmp(o->section, section) == 0) {
			cfg_opt_t one = CFG_STR(o->name, NULL, CFGF_NODEFAULT);
			cfg_opt_t many = CFG_STR_LIST(o->name, NULL, CFGF_NODEFAULT);
			ret[n] = config_kind_is_list(o->kind) ? many : one;
			ret[n++].validcb = on_value;
		}
	ret[n] = (cfg_opt_t)CFG_END();
}

static cfg_t *
confuse_new(void)
{
	static cfg_opt_t plain[CONFIG_SECTIONS][CONFIG_OPTIONS_MAX],
		person[CONFIG_OPTIONS_MAX], push[CONFIG_OPTIONS_MAX],
		root[CONFIG_OPTIONS_MAX], scorer[] = {CFG_END()};
	section_options("person", person);
	section_options("push", push);
	section_options("root", root);
	const int titled = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
	cfg_opt_t sections[CONFIG_SECTIONS + 4] = {CFG_SEC("person", person, titled),
		CFG_SEC("push", push, titled),
		CFG_SEC("scorer", scorer, titled | CFGF_KEYSTRVAL)};
	for (int i = 0; i < CONFIG_SECTIONS; i++) {
		cfg_opt_t one = CFG_SEC(config_sections[i], plain[i], CFGF_NONE);
		section_options(config_sections[i], plain[i]);
		sections[3 + i] = one;
	}
	sections[3 + CONFIG_SECTIONS] = (cfg_opt_t)CFG_END();
	size_t n = (size_t)cfg_numopts(root);
	assert(n + array_len(sections) <= CONFIG_OPTIONS_MAX);
	for (size_t i = 0; i < array_len(sections); i++) {
		root[n + i] = sections[i];
		root[n + i].validcb = sections[i].name ? on_section : NULL;
	}
	cfg_t *cfg = cfg_init(root, CFGF_NONE);
	if (!cfg)
		abort();
	cfg_set_error_function(cfg, on_error);
	return cfg;
}

/* 1 if the file was read to its end. */
static int
parse_file(struct config_load *l, cfg_t *cfg, int file)
{
	struct config_text *t = &l->texts[file];
	if (!t->buf || t->n == 0)
		return 1;
	FILE *f = fmemopen(t->buf, t->n, "r");
	if (!f)
		abort();
	l->file = file;
	l->list = NULL;
	int r = cfg_parse_fp(cfg, f);
	fclose(f);
	return r == CFG_SUCCESS;
}

static void
round_begin(struct config_load *l)
{
	struct config *c = l->c;
	faults_keep_syntax(l->faults);
	for (unsigned i = 0; i < c->n_people; i++)
		c->people[i].zone = zone_free(c->people[i].zone);
	c->n_people = c->n_settings = c->n_push = 0;
	l->n_pending = 0;
	l->person = l->push = NULL;
	memset(l->seen, 0, sizeof l->seen);
	memset(&l->queued[1], 0, sizeof l->queued - sizeof l->queued[0]);
	memset(l->section_at, 0, sizeof l->section_at);
	l->queued[0] = 1;
}

int
config_parse(struct config_load *l)
{
	int r = config_text_read(l->c->files[0], 0, l->faults, &l->texts[0]);
	l->n_texts = 1;
	if (r != 0)
		return r < 0 ? r : 0;
	current = l;
	for (int round = 0, again = 1; again && round < ROUNDS_MAX; round++) {
		cfg_t *cfg = confuse_new();
		round_begin(l);
		again = 0;
		for (int i = 0; i < l->n_texts && !again; i++)
			again = l->queued[i] && !parse_file(l, cfg, i);
		cfg_free(cfg);
		if (again)
			again = config_text_blank(
				&l->texts[l->error_at.file], l->error_at.line);
	}
	current = NULL;
	return 0;
}
