/* SPDX-License-Identifier: MIT */
/* A notice in the form that each kind of server takes: where to, which header lines, which
 * body. Pure: secrets and a template's text are arguments. Forms as their makers document
 * them: ntfy "publish as JSON" and "updating notifications", Gotify POST /message and message
 * extras, Pushover /1/messages.json, Home Assistant webhook triggers. */
#pragma once

#include "out/push_fill.h"

#define PUSH_LINES_MAX (PUSH_HEADERS_MAX + 2)
#define PUSH_LINE_LEN  (PUSH_HEADER_LEN + PUSH_SECRET_LEN)

/* What is posted; holds secrets until push_request_finish. */
struct push_request {
	char url[PUSH_URL_LEN + 3 * PUSH_SECRET_LEN];
	unsigned n_lines;
	char lines[PUSH_LINES_MAX]
		  [PUSH_LINE_LEN]; /* header lines, the content type first */
	char *body;                /* owned */
	size_t size;
};

/* "" where there is none. */
struct push_secrets {
	char token[PUSH_SECRET_LEN], user[PUSH_SECRET_LEN];
};

/* template: the text of template_file, or NULL where c->template holds. Not for exec, which
 * gets push_form_json. 0, or -EINVAL with the reason. */
int push_form(const struct push_config *c, const struct push_notice *n,
	const struct push_secrets *s, const char *template, struct push_request *ret,
	char why[static FILL_WHY_LEN]) must_check;
void push_request_finish(struct push_request *r);

/* The notice as JSON, as a webhook without a template and a program get it: malloc'd. */
char *push_form_json(const struct push_config *c, const struct push_notice *n) must_check;
/* low, normal or high, where the section leaves it to the notice. */
int push_form_priority(const struct push_config *c, const struct push_notice *n);
