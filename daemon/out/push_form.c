/* SPDX-License-Identifier: MIT */
/* See push_form.h. One function a kind. */
#include "out/push_form.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tr.h"

int
push_form_priority(const struct push_config *c, const struct push_notice *n)
{
	if (c->priority != PUSH_AUTO)
		return c->priority;
	return n->is_prompt ? PUSH_LOW : PUSH_NORMAL;
}

static void
put(json_t *o, const char *key, const char *text)
{
	if (text[0])
		json_object_set_new(o, key, json_string(text));
}

static void
set_body(struct push_request *r, json_t *o)
{
	r->body = json_dumps(o, JSON_COMPACT);
	assert(r->body); /* every text came out of JSON or was checked */
	r->size = strlen(r->body);
	json_decref(o);
}

static void printf_like(2, 3) add_line(struct push_request *r, const char *fmt, ...)
{
	va_list ap;
	assert(r->n_lines < PUSH_LINES_MAX);
	va_start(ap, fmt);
	vsnprintf(r->lines[r->n_lines++], PUSH_LINE_LEN, fmt, ap);
	va_end(ap);
}

/* The address of the section with the path that the kind has; one '/' between. */
static void
set_url(struct push_request *r, const char *url, const char *path)
{
	size_t n = strlen(url);
	while (n > 0 && path[0] == '/' && url[n - 1] == '/')
		n--;
	snprintf(r->url, sizeof r->url, "%.*s%s", (int)n, url, path);
}

/* --- ntfy -------------------------------------------------------------------------------- */

static enum language
language_of(const struct push_notice *n)
{
	for (int l = 0; l < LANGUAGES; l++)
		if (strcmp(language_names[l], n->language) == 0)
			return (enum language)l;
	return LANGUAGE_EN;
}

/* A button that posts what a tap or an answer on MQTT would be, with who it is from. */
static void
add_button(json_t *list, const struct push_config *c, const char *label, json_t *answer)
{
	char *body cleanup(freep) = json_dumps(answer, JSON_COMPACT);
	json_array_append_new(list,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:b}", "action", "http",
			"label", label, "url", c->answer_url, "method", "POST", "body",
			body, "headers", "Content-Type", "application/json", "clear", 1));
	json_decref(answer);
}

static json_t *
ntfy_buttons(const struct push_config *c, const struct push_notice *n)
{
	static const struct {
		const char *label;
		int value;
	} ranges[] = {{"0-3", 2}, {"4-6", 5}, {"7-10", 8}};
	static const struct {
		const char *label, *cmd;
	} answers[] = {{N_("Thanks"), "ack"}, {N_("Pause"), "snooze"},
		{N_("Not so"), "false_alarm"}};
	json_t *list = json_array();
	for (size_t i = 0; i < array_len(ranges); i++)
		if (n->rating[0])
			add_button(list, c, ranges[i].label,
				json_pack("{s:s, s:s, s:i}", "person", n->person, "kind",
					n->rating, "value", ranges[i].value));
		else
			add_button(list, c, tr(language_of(n), answers[i].label),
				json_pack("{s:s, s:s, s:s}", "person", n->person, "cmd",
					answers[i].cmd, "id", n->id));
	return list;
}

/* To the root of the server. The tag is the sequence id: from ntfy 2.16 on a later notice of
 * the same tag takes the place of the earlier one, and so does the same one sent twice. */
static void
form_ntfy(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, struct push_request *r)
{
	static const int levels[] = {3, 2, 3, 4}; /* of 1 ... 5 */
	json_t *o = json_object();
	set_url(r, c->url, "/");
	if (s->token[0])
		add_line(r, "Authorization: Bearer %s", s->token);
	put(o, "topic", c->topic);
	put(o, "title", n->title);
	put(o, "message", n->text);
	json_object_set_new(
		o, "priority", json_integer(levels[push_form_priority(c, n)]));
	if (!n->discreet)
		json_object_set_new(o, "tags", json_pack("[s]", n->event_type));
	put(o, "sequence_id", n->tag);
	put(o, "click", c->click);
	if (c->answer_url[0] && !n->discreet)
		json_object_set_new(o, "actions", ntfy_buttons(c, n));
	set_body(r, o);
}

/* --- the others --------------------------------------------------------------------------- */

static void
form_gotify(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, struct push_request *r)
{
	static const int levels[] = {5, 2, 5, 7}; /* of 0 ... 10 */
	json_t *o = json_object(),
	       *extras = json_pack("{s:{s:s}, s:{s:s, s:s, s:i}}", "client::display",
		       "contentType", "text/plain", "dozed::notice", "id", n->id, "tag",
		       n->tag, "revision", n->revision);
	set_url(r, c->url, "/message");
	add_line(r, "X-Gotify-Key: %s", s->token);
	put(o, "title", n->title);
	put(o, "message", n->text);
	json_object_set_new(
		o, "priority", json_integer(levels[push_form_priority(c, n)]));
	if (c->click[0])
		json_object_set_new(extras, "client::notification",
			json_pack("{s:{s:s}}", "click", "url", c->click));
	json_object_set_new(o, "extras", extras);
	set_body(r, o);
}

/* Priority 2 would ring until somebody answers; ours ends at 1. */
static void
form_pushover(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, struct push_request *r)
{
	static const char *const levels[] = {"0", "-1", "0", "1"};
	const struct {
		const char *name, *value;
	} fields[] = {{"token", s->token}, {"user", s->user}, {"title", n->title},
		{"message", n->text}, {"priority", levels[push_form_priority(c, n)]},
		{"url", c->click}};
	FILE *out = open_memstream(&r->body, &r->size);
	if (!out)
		abort();
	for (size_t i = 0; i < array_len(fields); i++)
		if (fields[i].value[0]) {
			fprintf(out, "%s%s=", i > 0 ? "&" : "", fields[i].name);
			fill_put(out, fields[i].value, FILL_FORM);
		}
	fclose(out);
	snprintf(r->lines[0], PUSH_LINE_LEN,
		"Content-Type: application/x-www-form-urlencoded");
	set_url(r, c->url[0] ? c->url : PUSH_URL_PUSHOVER, "");
}

static void
form_homeassistant(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, struct push_request *r)
{
	char path[PUSH_SECRET_LEN + 16];
	snprintf(path, sizeof path, "/api/webhook/%s", s->token);
	set_url(r, c->url, path);
	r->body = push_form_json(c, n);
	r->size = strlen(r->body);
}

char *
push_form_json(const struct push_config *c, const struct push_notice *n)
{
	json_t *o = json_object();
	struct push_request r;
	put(o, "id", n->id);
	json_object_set_new(o, "revision", json_integer(n->revision));
	put(o, "tag", n->tag);
	put(o, "person", n->person);
	put(o, "date", n->date);
	put(o, "event_type", n->event_type);
	put(o, "rating", n->rating);
	put(o, "title", n->title);
	put(o, "text", n->text);
	put(o, "language", n->language);
	put(o, "issued_at", n->issued_at);
	put(o, "expires_at", n->expires_at);
	put(o, "click", c->click);
	set_body(&r, o);
	return r.body;
}

/* A secret with a line break in it would be a header line of its own. */
static int
form_lines(const struct push_config *c, const struct fill *f, struct push_request *r,
	char *why)
{
	for (unsigned i = 0; i < c->n_headers; i++) {
		char *line cleanup(freep) = fill_text(c->headers[i], FILL_PLAIN, f, why);
		if (!line)
			return -EINVAL;
		add_line(r, "%s", line);
	}
	return 0;
}

static int
form_webhook(
	const struct fill *f, const char *template, struct push_request *r, char *why)
{
	const struct push_config *c = f->c;
	const char *text = template ? template : c->template;
	int as = fill_of_type(c->content_type);
	char *url cleanup(freep) = fill_text(c->url, FILL_URL, f, why);
	if (!url)
		return -EINVAL;
	set_url(r, url, "");
	if (text[0]) {
		const char *fault = fill_fault(text, c->content_type, why);
		if (fault) {
			if (fault != why)
				snprintf(why, FILL_WHY_LEN, "content_type is %s", fault);
			return -EINVAL;
		}
		snprintf(r->lines[0], PUSH_LINE_LEN, "Content-Type: %s", c->content_type);
	}
	r->body = text[0] ? fill_text(text, (enum fill_as)as, f, why)
			  : push_form_json(c, f->n);
	r->size = r->body ? strlen(r->body) : 0;
	return r->body ? 0 : -EINVAL;
}

int
push_form(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, const char *template, struct push_request *ret,
	char why[static FILL_WHY_LEN])
{
	const struct fill f = {c, n, s->token, push_form_priority(c, n)};
	int r = 0;
	*ret = (struct push_request){.n_lines = 0};
	add_line(ret, "Content-Type: application/json");
	if (strpbrk(s->token, "\r\n") || strpbrk(s->user, "\r\n")) {
		snprintf(why, FILL_WHY_LEN, "a secret is more than one line");
		return -EINVAL;
	}
	switch ((enum push_kind)c->kind) {
	case PUSH_NTFY:
		form_ntfy(c, n, s, ret);
		break;
	case PUSH_GOTIFY:
		form_gotify(c, n, s, ret);
		break;
	case PUSH_PUSHOVER:
		form_pushover(c, n, s, ret);
		break;
	case PUSH_HOMEASSISTANT:
		form_homeassistant(c, n, s, ret);
		break;
	case PUSH_WEBHOOK:
		r = form_webhook(&f, template, ret, why);
		break;
	case PUSH_NONE:
	case PUSH_EXEC:
	case PUSH_KINDS:
		assert(!"is not posted");
	}
	if (r == 0)
		r = form_lines(c, &f, ret, why);
	if (r != 0)
		push_request_finish(ret);
	return r;
}

void
push_request_finish(struct push_request *r)
{
	if (r->body)
		explicit_bzero(r->body, r->size);
	free(r->body);
	explicit_bzero(r, sizeof *r);
}
