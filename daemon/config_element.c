/* SPDX-License-Identifier: MIT */
/* Elements of lists, included files, and the hint for a name that is not known. */
#include <libgen.h>
#include <string.h>

#include "base/suggest.h"
#include "config_parse.h"

size_t
config_row(const struct config_option *o)
{
	size_t row = (size_t)(o - config_options);
	assert(row < CONFIG_OPTIONS_MAX);
	return row;
}

int
config_scorer_name_is_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return n >= 1 && n < NAME_LEN && s[n] == '\0';
}

static void
add_device(
	struct config_load *l, struct config_place at, struct person *p, const char *text)
{
	char part[sizeof p->devices[0]];
	const char *slash = strchr(text, '/');
	int good = slash && strlen(text) < sizeof part;
	if (good) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - text), text);
		good = (strcmp(part, "*") == 0 || id_is_valid(part)) &&
		       (strcmp(slash + 1, "*") == 0 || id_is_valid(slash + 1));
	}
	if (!good) {
		faults_add(l->faults, at, 0,
			"device \"%.60s\": \"source/device\" is wanted, either of a-z, "
			"0-9, "
			"'_' and '-', or \"*\"",
			text);
		return;
	}
	for (unsigned i = 0; i < p->n_devices; i++)
		if (strcmp(p->devices[i], text) == 0)
			faults_add(
				l->faults, at, 0, "device \"%s\" is listed twice", text);
	if (p->n_devices == PERSON_DEVICES_MAX)
		faults_add(l->faults, at, 0, "more than %d devices", PERSON_DEVICES_MAX);
	else
		snprintf(p->devices[p->n_devices++], sizeof p->devices[0], "%s", text);
}

static void
add_night_source(
	struct config_load *l, struct config_place at, struct person *p, const char *text)
{
	unsigned source = 0;
	while (source < NIGHT_SOURCES && strcmp(night_source_names[source], text) != 0)
		source++;
	if (source == NIGHT_SOURCES) {
		faults_add(l->faults, at, 0,
			"nights from \"%.60s\": session, markers, rest or activity is "
			"wanted",
			text);
		return;
	}
	for (unsigned i = 0; i < p->n_nights; i++)
		if (p->nights[i] == source) {
			faults_add(l->faults, at, 0, "nights from \"%s\" twice", text);
			return;
		}
	p->nights[p->n_nights++] = (unsigned char)source;
}

static void
add_scorer(struct config_load *l, struct config_place at, const char *text)
{
	struct config *c = l->c;
	if (!config_scorer_name_is_valid(text)) {
		faults_add(l->faults, at, 0,
			"scorer \"%.60s\": a name has 1 to %d of a-z, 0-9 and '_'", text,
			NAME_LEN - 1);
		return;
	}
	for (unsigned i = 0; i < c->n_scorers; i++)
		if (strcmp(c->scorers[i], text) == 0) {
			faults_add(
				l->faults, at, 0, "scorer \"%s\" is listed twice", text);
			return;
		}
	if (c->n_scorers == SCORERS_MAX) {
		faults_add(l->faults, at, 0, "more than %d scorers", SCORERS_MAX);
		return;
	}
	c->scorer_at[c->n_scorers] = at;
	snprintf(c->scorers[c->n_scorers++], NAME_LEN, "%s", text);
}

void
config_include(struct config_load *l, struct config_place at, const char *path)
{
	struct config *c = l->c;
	char full[512], dir[256];
	snprintf(dir, sizeof dir, "%s", c->files[at.file]);
	snprintf(full, sizeof full, "%s%s%s", path[0] == '/' ? "" : dirname(dir),
		path[0] == '/' ? "" : "/", path);
	if (strlen(full) >= sizeof c->files[0]) {
		faults_add(l->faults, at, 0, "include \"%.60s...\": the path is too long",
			path);
		return;
	}
	int i = 0;
	while (i < c->n_files && strcmp(c->files[i], full) != 0)
		i++;
	if (i < c->n_files && l->queued[i]) {
		faults_add(l->faults, at, 0, "include \"%.60s\": is read already", path);
		return;
	}
	if (i == CONFIG_FILES_MAX) {
		faults_add(l->faults, at, 0, "more than %d files", CONFIG_FILES_MAX);
		return;
	}
	if (i == c->n_files) {
		int r = config_text_read(full, i, l->faults, &l->texts[i]);
		if (r < 0) {
			faults_add(l->faults, at, 0, "include \"%.60s\": %s", path,
				strerror(-r));
			return;
		}
		if (r == CONFIG_TEXT_E_BROKEN)
			config_text_finish(&l->texts[i]); /* its faults are noted */
		snprintf(c->files[c->n_files++], sizeof c->files[0], "%.255s", full);
		l->n_texts = c->n_files;
	}
	l->queued[i] = 1;
}

void
config_element(struct config_load *l, cfg_t *section, cfg_opt_t *opt)
{
	struct config_place at = {l->file, section->line};
	const struct config_option *o = config_option_find(section->name, opt->name);
	struct person *p = l->person ? &l->c->people[l->c->n_people - 1] : NULL;
	unsigned n = cfg_opt_size(opt);
	if (l->list == opt &&
		l->list_n == n) { /* a list's closing brace calls once more */
		l->list = NULL;
		return;
	}
	l->list = opt;
	l->list_n = n;
	const char *text = cfg_opt_getnstr(opt, n - 1);
	switch (o->kind) {
	case CONFIG_DEVICES:
		if (n == 1)
			p->n_devices = 0;
		add_device(l, at, p, text);
		break;
	case CONFIG_NIGHTS:
		if (n == 1)
			p->n_nights = 0;
		add_night_source(l, at, p, text);
		break;
	case CONFIG_SCORERS:
		if (n == 1)
			l->c->n_scorers = 0;
		add_scorer(l, at, text);
		break;
	case CONFIG_INCLUDES:
		config_include(l, at, text);
		break;
	case CONFIG_PUSH:
	case CONFIG_HEADERS:
	case CONFIG_COMMAND:
		config_push_element(l, at, o, n, text);
		break;
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_TOPIC:
	case CONFIG_TOPIC_PREFIX:
	case CONFIG_HOST:
	case CONFIG_URL:
	case CONFIG_PATH:
	case CONFIG_INT:
	case CONFIG_REAL:
	case CONFIG_BOOL:
	case CONFIG_SECONDS:
	case CONFIG_MS:
	case CONFIG_CLOCK:
	case CONFIG_CHOICE:
	case CONFIG_ZONE:
	case CONFIG_SECRET:
		assert(!"a list");
	}
}

void
config_unknown(struct config_load *l, struct config_place at, const char *section,
	const char *name)
{
	static const char *const units[] = {
		"s", "min", "h", "d", "ms", "minutes", "hours"};
	static const char *const sections[] = {"person", "scorer", "push"};
	int root = strcmp(section, "root") == 0;
	struct suggest s = {.word = name};
	struct suggest far = {.word = name}; /* in another section */
	const char *elsewhere = NULL;
	for (const struct config_option *o = config_options; o->name; o++) {
		if (strcmp(o->section, section) == 0 && o->kind != CONFIG_SECRET)
			suggest_offer(&s, o->name);
		else if (strcmp(o->name, name) == 0)
			elsewhere = o->section;
		else if (o->kind != CONFIG_SECRET)
			suggest_offer(&far, o->name);
	}
	for (size_t i = 0; root && i < array_len(sections); i++)
		suggest_offer(&s, sections[i]);
	for (size_t i = 0; root && i < CONFIG_SECTIONS; i++)
		suggest_offer(&s, config_sections[i]);
	for (size_t i = 0; i < array_len(units); i++)
		if (strcmp(name, units[i]) == 0) {
			faults_add(l->faults, at, 1,
				"'%s' is not expected here: a value with a unit stands "
				"in "
				"quotes, as in \"30 min\"",
				name);
			return;
		}
	if (elsewhere && strcmp(elsewhere, "root") == 0)
		faults_add(l->faults, at, 1,
			"%s stands outside of all sections, not in %s { }", name,
			section);
	else if (elsewhere)
		faults_add(l->faults, at, 1, "%s belongs into the section %s { }", name,
			elsewhere);
	else if (s.nearest)
		faults_add(l->faults, at, 1, "unknown option %.60s; did you mean %s?",
			name, s.nearest);
	else if (far.nearest)
		faults_add(l->faults, at, 1,
			"unknown option %.60s; did you mean %s of another section?", name,
			far.nearest);
	else
		faults_add(l->faults, at, 1, "unknown option %.60s", name);
}
