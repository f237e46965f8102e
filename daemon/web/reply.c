/* SPDX-License-Identifier: MIT */
/* See reply.h. */
#include "web/reply.h"

#include <stdio.h>

#include "core/tr.h"
#include "http/server.h"

static void
add(const struct asked *a, struct MHD_Response *r, const char *name, const char *value)
{
	enum MHD_Result ok = a->mhd->MHD_add_response_header(r, name, value);
	assert(ok == MHD_YES);
}

/* Referrer-Policy: with no-referrer browsers send "Origin: null" with our own forms, which is what
 * a foreign page's sandbox sends; same-origin tells other sites just as little. */
static void
add_headers(struct MHD_Response *r, const struct asked *a)
{
	char csp[256];
	snprintf(csp, sizeof csp,
		"default-src 'none'; style-src 'nonce-%s'; img-src 'self' data:; "
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		a->nonce);
	add(a, r, "Content-Security-Policy", csp);
	add(a, r, "Cache-Control", "no-store");
	add(a, r, "X-Frame-Options", "DENY");
	add(a, r, "X-Content-Type-Options", "nosniff");
	add(a, r, "Referrer-Policy", "same-origin");
	add(a, r, "Cross-Origin-Resource-Policy", "same-origin");
	add(a, r, "Cross-Origin-Opener-Policy", "same-origin");
	add(a, r, "Connection", "close");
}

enum MHD_Result
reply(const struct asked *a, unsigned status, const char *type, struct html *h)
{
	size_t n = h->overflow ? 0 : h->n;
	struct MHD_Response *r = a->mhd->MHD_create_response_from_buffer(
		n, h->data, MHD_RESPMEM_MUST_FREE);
	if (!r) {
		html_finish(h);
		return MHD_NO;
	}
	*h = (struct html){.overflow = h->overflow};
	add_headers(r, a);
	add(a, r, "Content-Type", type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add(a, r, "Allow", "GET, HEAD, POST");
	return server_answer(
		a->mhd, a->c, h->overflow ? MHD_HTTP_INTERNAL_SERVER_ERROR : status, r);
}

enum MHD_Result
reply_note(const struct asked *a, unsigned status, const char *text, const char *back)
{
	struct html h = {0};
	render_note(&h, &a->frame, tr(a->frame.language, text), back);
	return reply(a, status, REPLY_HTML, &h);
}

enum MHD_Result
reply_on(const struct asked *a, const char *where, const char *cookie)
{
	struct MHD_Response *r =
		a->mhd->MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (!r)
		return MHD_NO;
	add_headers(r, a);
	add(a, r, "Location", where);
	if (cookie)
		add(a, r, "Set-Cookie", cookie);
	return server_answer(a->mhd, a->c, MHD_HTTP_SEE_OTHER, r);
}
