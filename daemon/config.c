/* SPDX-License-Identifier: MIT */
/* Reads a configuration whole: defaults, file, what the environment fills in, and the rules
 * that concern more than one option. Either all of it is good, or nobody gets to see it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "config_parse.h"

void
config_section_defaults(const char *section, void *base)
{
	char why[CONFIG_WHY_LEN], text[256];
	for (const struct config_option *o = config_options; o->name; o++) {
		if (!o->def || strcmp(o->section, section) != 0 ||
			config_kind_is_list(o->kind))
			continue;
		int quoted = o->def[0] == '"';
		snprintf(text, sizeof text, "%.*s", (int)strlen(o->def) - 2 * quoted,
			o->def + quoted);
		int good = config_value_set(o, base, text, why);
		assert(good);
	}
}

static void
set_defaults(struct config *c)
{
	config_section_defaults("root", c);
	for (int i = 0; i < CONFIG_SECTIONS; i++)
		config_section_defaults(config_sections[i], c);
	for (const char *s = config_option_find("root", "scorers")->def;
		(s = strchr(s, '"')); s++) {
		size_t n = strcspn(++s, "\"");
		snprintf(c->scorers[c->n_scorers++], NAME_LEN, "%.*s", (int)n, s);
		s += n;
	}
}

/* systemd lists several directories with ':' between; the first is ours. */
static void
from_environment(char *dir, size_t size, const char *variable, const char *otherwise)
{
	const char *v = getenv(variable);
	if (dir[0] == '\0' && v && v[0] == '/')
		snprintf(dir, size, "%.*s", (int)strcspn(v, ":"), v);
	if (dir[0] == '\0')
		snprintf(dir, size, "%s", otherwise);
}

const char *
config_file_default(void)
{
	return DOZED_CONFIG;
}

const char *
config_scorer_dir_default(void)
{
	const char *v = getenv("DOZED_SCORER_DIR");
	return v && v[0] ? v : DOZED_SCORER_DIR;
}

static int
is_loopback(const char *host)
{
	unsigned a, b, c, d;
	char rest;
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 &&
		       a == 127);
}

static struct config_place
seen_at(const struct config_load *l, const char *section, const char *name)
{
	return l->seen[config_row(config_option_find(section, name))];
}

static void
check_broker(struct config_load *l)
{
	const struct broker_config *b = &l->c->broker;
	if (!b->tls && !is_loopback(b->host) && !b->allow_plain_remote)
		faults_add(l->faults, seen_at(l, "broker", "host"), 0,
			"host = \"%s\" is another machine and tls is off: what is sent "
			"could be "
			"read on the way; set tls = true, or allow_plain_remote = true",
			b->host);
	if (!b->cert_file[0] != !b->key_file[0])
		faults_add(l->faults,
			seen_at(l, "broker", b->cert_file[0] ? "cert_file" : "key_file"),
			0, "cert_file and key_file go together");
	if (!b->tls && (b->ca_file[0] || b->cert_file[0]))
		faults_add(l->faults,
			seen_at(l, "broker", b->ca_file[0] ? "ca_file" : "cert_file"), 0,
			"certificates are named, but tls is off");
	if (b->password_file[0] && !b->username[0])
		faults_add(l->faults, seen_at(l, "broker", "password_file"), 0,
			"a password without a username is not sent");
}

static void
check_alert(struct config_load *l)
{
	struct config_place at = seen_at(l, "alert", "expiry");
	if (at.line == 0)
		at = seen_at(l, "alert", "hard_stop");
	if (l->c->policy.expiry_min <= l->c->policy.hard_stop_min)
		faults_add(l->faults, at, 0, "expiry must be later than hard_stop");
	at = seen_at(l, "alert", "earliest");
	if (at.line == 0)
		at = seen_at(l, "alert", "hard_stop");
	if (l->c->policy.hard_stop_min <= l->c->policy.earliest_min)
		faults_add(l->faults, at, 0, "hard_stop must be later than earliest");
}

static void
check_people(struct config_load *l)
{
	for (unsigned i = 0; i < l->c->n_people; i++)
		if (!l->people[i].has_zone)
			faults_add(l->faults, l->people[i].at, 0,
				"person \"%s\" has no timezone, as in timezone = "
				"\"Europe/Berlin\"",
				l->c->people[i].id);
}

static void
check_settings(struct config_load *l)
{
	const struct config *c = l->c;
	for (unsigned i = 0; i < c->n_settings; i++) {
		struct suggest s = {.word = c->settings[i].scorer};
		for (unsigned k = 0; k < c->n_scorers; k++)
			suggest_offer(&s, c->scorers[k]);
		if (s.nearest && s.distance == 0)
			continue;
		faults_add(l->faults, c->settings[i].at, 0,
			"scorer \"%s\" is not among the scorers to run%s%s%s", s.word,
			s.nearest ? "; did you mean " : "", s.nearest ? s.nearest : "",
			s.nearest ? "?" : "");
	}
}

static void
load_finish(struct config_load *l)
{
	for (int i = 0; i < CONFIG_FILES_MAX; i++)
		config_text_finish(&l->texts[i]);
	free(l->people);
	free(l->faults);
}

int
config_read(const char *file, void (*complain)(void *ctx, const char *text), void *ctx,
	struct config **ret)
{
	struct config *c = xcalloc(1, sizeof *c);
	struct config_load l = {.c = c, .faults = xcalloc(1, sizeof *l.faults)};
	c->files = xcalloc(CONFIG_FILES_MAX, sizeof *c->files);
	c->n_files = 1;
	set_defaults(c);
	int r = -ENAMETOOLONG;
	if (strlen(file) < sizeof c->file) {
		snprintf(c->file, sizeof c->file, "%s", file);
		snprintf(c->files[0], sizeof c->files[0], "%s", file);
		r = config_parse(&l);
	} else {
		snprintf(c->files[0], sizeof c->files[0], "%.250s...", file);
	}
	if (r < 0)
		faults_add(l.faults, (struct config_place){0}, 1, "cannot be read: %s",
			strerror(-r));
	/* half of a file makes no sense as a whole */
	if (faults_syntax(l.faults) == 0) {
		check_broker(&l);
		check_alert(&l);
		config_check_page(&l);
		check_people(&l);
		check_settings(&l);
		config_push_check(&l);
	}
	if (r == 0 && l.faults->n > 0)
		r = -EINVAL;
	c->password_at = seen_at(&l, "broker", "password_file");
	c->token_at = seen_at(&l, "page", "token_file");
	faults_tell(l.faults, (const char(*)[256])c->files, complain, ctx);
	load_finish(&l);
	if (r < 0) {
		config_free(c);
		return r;
	}
	from_environment(
		c->state_dir, sizeof c->state_dir, "STATE_DIRECTORY", DOZED_STATE_DIR);
	from_environment(
		c->runtime_dir, sizeof c->runtime_dir, "RUNTIME_DIRECTORY", c->state_dir);
	from_environment(c->scorer_dir, sizeof c->scorer_dir, "DOZED_SCORER_DIR",
		config_scorer_dir_default());
	*ret = c;
	return 0;
}

struct config *
config_free(struct config *c)
{
	if (c) {
		for (unsigned i = 0; i < c->n_people; i++)
			zone_free(c->people[i].zone);
		free(c->people);
		free(c->settings);
		free(c->push);
		free(c->push_at);
		free(c->files);
		free(c);
	}
	return NULL;
}

const struct person *
config_person(const struct config *c, const char *id)
{
	for (unsigned i = 0; i < c->n_people; i++)
		if (strcmp(c->people[i].id, id) == 0)
			return &c->people[i];
	return NULL;
}

const struct push_config *
config_push(const struct config *c, const char *name)
{
	for (unsigned i = 0; i < c->n_push; i++)
		if (strcmp(c->push[i].name, name) == 0)
			return &c->push[i];
	return NULL;
}

int
person_has_device(const struct person *p, const char *source, const char *device)
{
	size_t n = strlen(source);
	for (unsigned i = 0; i < p->n_devices; i++) {
		const char *d = p->devices[i], *slash = strchr(d, '/');
		int same_source = strncmp(d, "*/", 2) == 0 ||
				  ((size_t)(slash - d) == n && memcmp(d, source, n) == 0);
		if (same_source &&
			(strcmp(slash, "/*") == 0 || strcmp(slash + 1, device) == 0))
			return 1;
	}
	return p->n_devices == 0;
}
