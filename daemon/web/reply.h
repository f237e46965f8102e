/* SPDX-License-Identifier: MIT */
/* What is sent goes through here, with the headers that keep a browser from telling others,
 * keeping copies, or running anything. Between answer.c and libmicrohttpd. */
#pragma once

#include "web/answer.h"

#define REPLY_TEXT "text/plain; charset=utf-8"
#define REPLY_HTML "text/html; charset=utf-8"

/* The request in hand. */
struct asked {
	const struct answer_rules *rules;
	const struct mhd *mhd; /* the rules' */
	struct MHD_Connection *c;
	const struct answer_request *request; /* NULL: without its body */
	char nonce[GUARD_SECRET_LEN];
	struct render_frame frame;
};

/* Takes the bytes over. */
enum MHD_Result reply(
	const struct asked *a, unsigned status, const char *type, struct html *h);
/* A sentence (English; it goes through tr()), and the way back. */
enum MHD_Result reply_note(
	const struct asked *a, unsigned status, const char *text, const char *back);
/* See other: so that reloading a page does not send its form again. cookie: NULL = none. */
enum MHD_Result reply_on(const struct asked *a, const char *where, const char *cookie);
