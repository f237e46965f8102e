/* SPDX-License-Identifier: MIT */
/* A push section of the configuration: one way to reach a phone. Plain values; secrets are
 * read from their files when something is sent, never kept. */
#pragma once

#include "base/base.h"

#define PUSH_HEADERS_MAX    8
#define PUSH_HEADER_LEN     256
#define PUSH_WORDS_MAX      16 /* of a command */
#define PUSH_URL_LEN        512
#define PUSH_TEMPLATE_LEN   1024
#define PUSH_TOPIC_MAX      64 /* ntfy's own limit */
#define PUSH_URL_PUSHOVER   "https://api.pushover.net/1/messages.json"
#define PUSH_SECRET_LEN     512
#define PUSH_CREDENTIAL_LEN (ID_MAX + 16)

enum push_kind {
	PUSH_NONE,
	PUSH_NTFY,
	PUSH_GOTIFY,
	PUSH_PUSHOVER,
	PUSH_HOMEASSISTANT,
	PUSH_WEBHOOK,
	PUSH_EXEC,
	PUSH_KINDS
};
extern const char *const push_kind_names[PUSH_KINDS]; /* [0] = NULL */

/* How loud: low shows without a sound. Nothing of ours is ever an emergency. */
enum push_priority { PUSH_AUTO, PUSH_LOW, PUSH_NORMAL, PUSH_HIGH };

struct push_config {
	char name[ID_MAX + 1];
	int kind; /* enum push_kind */
	char url[PUSH_URL_LEN];
	char topic[PUSH_TOPIC_MAX + 1];       /* ntfy */
	char token_file[256], user_file[256]; /* or systemd's push-NAME, push-NAME-user */
	char template[PUSH_TEMPLATE_LEN];     /* webhook: the body; empty: as it is */
	char template_file[256], content_type[96];
	char click[PUSH_URL_LEN], answer_url[PUSH_URL_LEN]; /* empty: none */
	char ca_file[256];
	int allow_plain, timeout_s, priority;
	unsigned n_headers, n_words;
	char headers[PUSH_HEADERS_MAX][PUSH_HEADER_LEN]; /* "Name: value" */
	char command[PUSH_WORDS_MAX][256];               /* exec: program and arguments */
};

/* The names of systemd's credentials for the section. */
void push_credentials(const struct push_config *c, char ret_token[PUSH_CREDENTIAL_LEN],
	char ret_user[PUSH_CREDENTIAL_LEN]);
/* 1 where the kind cannot do without a token (a user's key). */
int push_needs_token(const struct push_config *c);
int push_needs_user(const struct push_config *c);
/* 1 if an http:// URL stays on this machine. */
int push_is_loopback(const char *url);
/* NULL, or what is wrong with the text as "https://host..." of ours. */
const char *push_url_fault(const char *url);
