/* SPDX-License-Identifier: MIT */
/* A notice as it waits in the outbox, one JSON object for every channel, and what of it may
 * be shown. It is put into a channel's own form only when it is sent, so that a changed
 * secret, template or wish for discretion holds for what waits, too. */
#pragma once

#include "out/encode.h"

struct json_t;

/* The payload of a row; its topic is "<id>/<revision>". free() the bytes. */
struct bytes push_notice_encode(const struct notice *n, enum language l);

/* What goes out. Texts point into root. */
struct push_notice {
	struct json_t *root; /* owned */
	int revision, discreet, is_prompt;
	const char *title, *text, *person, *date, *event_type, *language, *issued_at,
		*expires_at,
		*rating; /* rating: what a prompt asks for, "pain_day"; or "" */
	char id[96], tag[64];
};

/* discreet: title and text are those for a locked screen, event_type is "notice", there is no
 * person, and id and tag are hashes, the same each time: nothing says what it is about.
 * 0, or -EINVAL where the payload is none of ours. */
int push_notice_read(
	const void *payload, size_t n, int discreet, struct push_notice *ret) must_check;
void push_notice_finish(struct push_notice *n);
