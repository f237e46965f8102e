/* SPDX-License-Identifier: MIT */
/* A small web server on the hub's loop, in its thread: people's pages, their taps, nothing else. No
 * file is served, no script sent. Every connection carries one request and ends after
 * PAGE_PATIENCE_MS, however slowly it speaks (http/server.h).
 *
 * Who may look: whoever reaches the address, where there is no token; else whoever has shown it in
 * the login form, which sets a cookie that ends with this start of the daemon. A form and not HTTP
 * Basic: a browser sends Basic's password with requests that other pages make, too, and never
 * forgets it; a SameSite=Strict cookie goes only to our own. What is checked besides:
 * web/guard.h. Names and texts of people are never logged. */
#pragma once

#include <uv.h>

#include "core/batch.h"
#include "web/render.h"

#define PAGE_PATIENCE_MS (15 * SECOND_MS)
#define PAGE_REQUEST_MAX 16384 /* head of a request, and what the answer's head needs */
#define PAGE_WHY_LEN     160

/* What the hub does for the page; all are called on the loop. 0, or not, with a sentence for
 * the person in why. */
struct page_events {
	void *user;
	/* In the configuration's order; NULL behind the last. Borrowed for the call. */
	const struct person *(*person)(void *user, unsigned i);
	/* Draws the person's page (render_person). */
	int (*show)(void *user, const struct person *who, const struct render_frame *f,
		struct html *ret);
	/* Returns when it is stored. */
	int (*rate)(void *user, const struct person *who, enum rating_kind kind,
		int value, char why[static PAGE_WHY_LEN]);
	int (*answer)(void *user, const struct person *who, enum feedback_kind kind,
		char why[static PAGE_WHY_LEN]);
};

struct page_options {
	const char *listen; /* an address, or "localhost" */
	int port;
	const char *token; /* "": everybody who gets here may look */
	const char *hosts; /* more names under which we may be asked, blanks between */
};

struct page;

/* Options are copied. 0, or negative errno. */
int page_open(uv_loop_t *loop, const struct page_options *o, const struct page_events *e,
	struct page **ret) must_check;
/* Ends every connection; memory goes in the loop's close callbacks. NULL is accepted. */
void page_close(struct page *p);
