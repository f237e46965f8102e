/* SPDX-License-Identifier: MIT */
/* One request, from its head to the answer: what page.c hands over for every connection. Knows
 * libmicrohttpd's view of a request, but no loop. */
#pragma once

#include "http/mhd.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/page.h"

/* What all requests are judged by; owned by struct page. */
struct answer_rules {
	struct mhd mhd;
	struct page_events events;
	char listen[64], hosts[512];
	char token[256]; /* "": none is asked for */
	/* of this start of the daemon: in our forms; in the cookie of who showed the token */
	char form[GUARD_SECRET_LEN], session[GUARD_SECRET_LEN];
};

/* The body as it comes in. */
struct answer_request {
	char body[FORM_MAX];
	size_t n;
	int too_long;
};

/* libmicrohttpd's access handler; user: struct answer_rules. */
enum MHD_Result answer_handle(void *user, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *data_n,
	void **request);
/* Its end, whatever came of it. */
void answer_end(void *user, struct MHD_Connection *c, void **request,
	enum MHD_RequestTerminationCode why);
