/* SPDX-License-Identifier: MIT */
/* Push sections as they are read, and the rules that hold between their options and between
 * them and the people. */
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "config_parse.h"
#include "out/push_fill.h"

/* Which kinds have a use for an option; what is not here is for all of them. */
#define BIT(kind) (1u << (kind))
#define POSTED    (~BIT(PUSH_EXEC))
static const struct use {
	const char *option;
	unsigned kinds;
	const char *whose;
} uses[] = {
	{"url", POSTED, "a kind that posts to a server"},
	{"topic", BIT(PUSH_NTFY), "ntfy"},
	{"answer_url", BIT(PUSH_NTFY), "ntfy"},
	{"user_file", BIT(PUSH_PUSHOVER), "pushover"},
	{"template", BIT(PUSH_WEBHOOK), "webhook"},
	{"template_file", BIT(PUSH_WEBHOOK), "webhook"},
	{"content_type", BIT(PUSH_WEBHOOK), "webhook"},
	{"headers", POSTED, "a kind that posts to a server"},
	{"ca_file", POSTED, "a kind that posts to a server"},
	{"token_file", POSTED, "a kind that posts to a server"},
	{"allow_plain", POSTED, "a kind that posts to a server"},
	{"command", BIT(PUSH_EXEC), "exec"},
};

static size_t
first_row(void)
{
	size_t row = 0;
	while (strcmp(config_options[row].section, "push") != 0)
		row++;
	return row;
}

struct push_config *
config_push_of(struct config_load *l, cfg_t *section)
{
	struct config *c = l->c;
	if (l->push != section) {
		l->push = section;
		l->list = NULL;
		c->push = xrealloc(c->push, c->n_push + 1, sizeof *c->push);
		c->push_at = xrealloc(c->push_at, c->n_push + 1, sizeof *c->push_at);
		struct push_config *p = &c->push[c->n_push];
		*p = (struct push_config){0};
		c->push_at[c->n_push++] = (struct push_places){0};
		config_section_defaults("push", p);
		snprintf(p->name, sizeof p->name, "%.*s", ID_MAX, section->title);
		for (size_t i = first_row(); config_options[i].name; i++)
			if (strcmp(config_options[i].section, "push") == 0)
				l->seen[i] = (struct config_place){0};
	}
	return &c->push[c->n_push - 1];
}

void
config_push_close(struct config_load *l, cfg_t *section, int line)
{
	(void)config_push_of(l, section);
	struct push_places *at = &l->c->push_at[l->c->n_push - 1];
	size_t first = first_row();
	at->section = (struct config_place){
		l->file, config_text_opening(&l->texts[l->file], line)};
	l->push = NULL;
	for (size_t i = first; config_options[i].name; i++)
		if (strcmp(config_options[i].section, "push") == 0) {
			assert(i - first < CONFIG_PUSH_OPTIONS_MAX);
			at->options[i - first] = l->seen[i];
		}
	if (!id_is_valid(section->title))
		faults_add(l->faults, at->section, 0,
			"push \"%.60s\": a name has 1 to %d of a-z, 0-9, '_' and '-'",
			section->title, ID_MAX);
	if (l->c->n_push > CONFIG_PUSH_MAX)
		faults_add(l->faults, at->section, 0, "more than %d push sections",
			CONFIG_PUSH_MAX);
}

/* Line 0 where it was not given. */
static struct config_place
option_at(const struct config *c, const struct push_config *p, const char *option)
{
	size_t row = config_row(config_option_find("push", option)) - first_row();
	return c->push_at[p - c->push].options[row];
}

struct config_place
config_push_place(const struct config *c, const struct push_config *p, const char *option)
{
	struct config_place at = option_at(c, p, option);
	return at.line > 0 ? at : c->push_at[p - c->push].section;
}

/* --- lists ----------------------------------------------------------------------------- */

static void
add_name(struct config_load *l, struct config_place at, const char *text)
{
	unsigned who = l->c->n_people - 1;
	struct person *p = &l->c->people[who];
	if (!id_is_valid(text)) {
		faults_add(l->faults, at, 0,
			"push \"%.60s\": the name of a push section is wanted", text);
		return;
	}
	for (unsigned i = 0; i < p->n_push; i++)
		if (strcmp(p->push[i], text) == 0) {
			faults_add(l->faults, at, 0, "push \"%s\" is listed twice", text);
			return;
		}
	if (p->n_push == PERSON_PUSH_MAX) {
		faults_add(l->faults, at, 0, "more than %d push sections for one person",
			PERSON_PUSH_MAX);
		return;
	}
	l->people[who].push[p->n_push] = at;
	snprintf(p->push[p->n_push++], sizeof p->push[0], "%s", text);
}

/* A name of RFC 9110's token characters, a colon, and something visible. */
static const char *
header_fault(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789!#$%&'*+-.^_`|~");
	if (n == 0 || text[n] != ':' || text[n + 1 + strspn(text + n + 1, " ")] == '\0')
		return "\"Name: value\" is wanted";
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c < 0x20 || *c == 0x7f)
			return "a control character has no place here";
	if (strncasecmp(text, "authorization:", 14) == 0 && !strstr(text, "{{token}}"))
		return "a secret does not belong in the configuration: write {{token}} "
		       "and name its file with token_file";
	return NULL;
}

static void
add_header(struct config_load *l, struct config_place at, const char *text)
{
	struct push_config *p = &l->c->push[l->c->n_push - 1];
	const char *why =
		strlen(text) >= PUSH_HEADER_LEN ? "too long" : header_fault(text);
	if (why)
		faults_add(l->faults, at, 0, "header \"%.20s\": %s", text, why);
	else if (p->n_headers == PUSH_HEADERS_MAX)
		faults_add(l->faults, at, 0, "more than %d headers", PUSH_HEADERS_MAX);
	else
		snprintf(p->headers[p->n_headers++], PUSH_HEADER_LEN, "%s", text);
}

static void
add_word(struct config_load *l, struct config_place at, const char *text)
{
	struct push_config *p = &l->c->push[l->c->n_push - 1];
	if (p->n_words == 0 && text[0] != '/')
		faults_add(l->faults, at, 0,
			"command \"%.60s\": a program with its path from the root "
			"(/...) is wanted",
			text);
	if (strlen(text) >= sizeof p->command[0])
		faults_add(l->faults, at, 0, "command: \"%.20s...\" is too long", text);
	else if (p->n_words == PUSH_WORDS_MAX)
		faults_add(
			l->faults, at, 0, "command: more than %d words", PUSH_WORDS_MAX);
	else
		snprintf(p->command[p->n_words++], sizeof p->command[0], "%s", text);
}

void
config_push_element(struct config_load *l, struct config_place at,
	const struct config_option *o, unsigned n, const char *text)
{
	if (o->kind == CONFIG_PUSH) {
		if (n == 1)
			l->c->people[l->c->n_people - 1].n_push = 0;
		add_name(l, at, text);
		return;
	}
	struct push_config *p = &l->c->push[l->c->n_push - 1];
	if (n == 1)
		l->seen[config_row(o)] = at;
	if (n == 1 && o->kind == CONFIG_HEADERS)
		p->n_headers = 0;
	if (n == 1 && o->kind == CONFIG_COMMAND)
		p->n_words = 0;
	if (o->kind == CONFIG_HEADERS)
		add_header(l, at, text);
	else
		add_word(l, at, text);
}

/* --- when all is read ---------------------------------------------------------------- */

#define FAULT(option, ...)                                                               \
	faults_add(l->faults, config_push_place(l->c, p, option), 0, __VA_ARGS__)

/* 1 where the option was left out or left empty; not where what stands there was refused. */
static int
lacks(struct config_load *l, const struct push_config *p, const char *option,
	int is_empty)
{
	struct config_place at = option_at(l->c, p, option);
	int told = 0;
	for (unsigned i = 0; i < l->faults->n; i++)
		told |= l->faults->list[i].at.file == at.file &&
			l->faults->list[i].at.line == at.line;
	return is_empty && (at.line == 0 || !told);
}

static void
check_needs(struct config_load *l, const struct push_config *p)
{
	const char *kind = push_kind_names[p->kind];
	int posts = p->kind != PUSH_EXEC && p->kind != PUSH_PUSHOVER;
	if (posts && lacks(l, p, "url", !p->url[0]))
		FAULT("kind", "push \"%s\": %s needs a url", p->name, kind);
	if (p->kind == PUSH_NTFY && lacks(l, p, "topic", !p->topic[0]))
		FAULT("kind", "push \"%s\": ntfy needs a topic", p->name);
	if (p->kind == PUSH_EXEC && lacks(l, p, "command", p->n_words == 0))
		FAULT("kind", "push \"%s\": exec needs a command", p->name);
	for (size_t i = 0; i < array_len(uses); i++)
		if (!(uses[i].kinds & BIT(p->kind)) &&
			option_at(l->c, p, uses[i].option).line > 0)
			FAULT(uses[i].option, "%s is of no use to %s, only to %s",
				uses[i].option, kind, uses[i].whose);
}

static void
check_url(struct config_load *l, const struct push_config *p)
{
	size_t n = strlen(p->url);
	const char *path = n > 8 ? strchr(p->url + 8, '/') : NULL;
	if (strncmp(p->url, "http://", 7) == 0 && !push_is_loopback(p->url) &&
		!p->allow_plain)
		FAULT("url",
			"url = \"%.60s\" is another machine and not encrypted: what is "
			"sent could be read on the way; use https://, or set "
			"allow_plain = true",
			p->url);
	if (p->kind == PUSH_NTFY && path && path[1])
		FAULT("url",
			"url = \"%.60s\": ntfy's is the server alone; the topic "
			"stands in topic",
			p->url);
	if (p->kind != PUSH_WEBHOOK && strstr(p->url, "{{"))
		FAULT("url", "{{...}} in a url is for webhook");
	if (p->topic[strspn(p->topic, "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")])
		FAULT("topic",
			"topic = \"%.60s\": letters, digits, '_' and '-' are "
			"wanted",
			p->topic);
}

static void
check_names(struct config_load *l, const struct push_config *p)
{
	char why[FILL_WHY_LEN];
	const char *fault = NULL;
	if (fill_of_type(p->content_type) < 0)
		FAULT("content_type",
			"content_type = \"%.60s\": JSON, "
			"application/x-www-form-urlencoded or text/plain is wanted",
			p->content_type);
	else if (p->template[0] && p->kind == PUSH_WEBHOOK)
		fault = fill_fault(p->template, p->content_type, why);
	if (fault)
		FAULT("template", "template: %s", fault);
	if ((fault = fill_fault(p->url, "text/plain", why)))
		FAULT("url", "url: %s", fault);
	for (unsigned i = 0; i < p->n_headers; i++)
		if ((fault = fill_fault(p->headers[i], "text/plain", why)))
			FAULT("headers", "header \"%.20s\": %s", p->headers[i], fault);
}

static void
check_section(struct config_load *l, const struct push_config *p)
{
	if (p->kind == PUSH_NONE) {
		if (option_at(l->c, p, "kind").line == 0) /* else that was told */
			FAULT("kind", "push \"%s\" has no kind, as in kind = ntfy",
				p->name);
		return;
	}
	check_needs(l, p);
	check_url(l, p);
	if (p->template[0] && p->template_file[0])
		FAULT("template_file", "template and template_file exclude each other");
	if (p->kind != PUSH_EXEC)
		check_names(l, p);
}

static void
check_person(struct config_load *l, unsigned who)
{
	const struct person *p = &l->c->people[who];
	for (unsigned i = 0; i < p->n_push; i++) {
		struct suggest s = {.word = p->push[i]};
		for (unsigned k = 0; k < l->c->n_push; k++)
			suggest_offer(&s, l->c->push[k].name);
		if (s.nearest && s.distance == 0)
			continue;
		faults_add(l->faults, l->people[who].push[i], 0,
			"there is no section push \"%s\"%s%s%s", p->push[i],
			s.nearest ? "; did you mean " : "", s.nearest ? s.nearest : "",
			s.nearest ? "?" : "");
	}
}

void
config_push_check(struct config_load *l)
{
	for (unsigned i = 0; i < l->c->n_push; i++)
		check_section(l, &l->c->push[i]);
	for (unsigned i = 0; i < l->c->n_people; i++)
		check_person(l, i);
}
