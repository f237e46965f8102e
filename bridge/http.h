/* SPDX-License-Identifier: MIT */
/* --listen: documents that webhook senders and phones POST, on the service's loop and thread.
 * One request a connection. Knows addresses, tokens, lengths and gzip; what a document is, and
 * whether it is stored, is on_body's business: it is answered only with what on_body says.
 *
 *   POST /PERSON, or POST / with --person    one document, plain or Content-Encoding: gzip
 *   GET or HEAD /                            200 to anybody: something listens here
 *
 * Who may: whoever sends the token, as `Authorization: Bearer TOKEN` or as the password of
 * HTTP Basic with any user (http://x:TOKEN@hub:8378/anna). Answers are JSON: {"read": n, "refused": n,
 * "reasons": [...]} with 200, else {"error": "..."}. No TLS: for other machines than this one
 * there is a reverse proxy or a VPN, and a token of HTTP_TOKEN_MIN. Values, names and tokens
 * are never logged. */
#pragma once

#include <uv.h>

#include "base/base.h"

#define HTTP_BODY_MIB_DEFAULT 16 /* inflated; --body-limit */
#define HTTP_BODY_MIB_MAX     64 /* TRAY_DOCUMENT_MAX */
#define HTTP_BODIES           4  /* full bodies in memory at a time, over all */
#define HTTP_TOKEN_MIN        16 /* characters, to listen beyond this machine */
#define HTTP_PATIENCE_MS      INT64_C(30000) /* for a head, and between two pieces of a body */
#define HTTP_BODY_MS          INT64_C(600000) /* for a body whose sender has the token */
#define HTTP_WHY              256
#define HTTP_REASONS_MAX      20

struct http_options {
	const char *listen; /* "[ADDR:]PORT": "8378", "0.0.0.0:8378", "[::1]:8378" */
	const char
		*token_file; /* the token stands on its first line; for its owner alone */
	const char *person;  /* of POST /; NULL: it needs /PERSON */
	int64_t body_mib;
};

/* What became of a document; zeroed before on_body is called. */
struct http_reply {
	enum http_outcome {
		HTTP_TAKEN, /* 200: committed in the spool, or kept in the inbox */
		HTTP_BAD,   /* 400: nothing in it could be read; the reasons say why */
		HTTP_FULL, /* 503 and Retry-After: nothing was kept, it shall come again */
		HTTP_BROKEN, /* 500: as HTTP_FULL, but somebody must look (disk, spool) */
	} outcome;
	unsigned long read, refused; /* rows, records */
	char reasons[HTTP_REASONS_MAX][HTTP_WHY];
	unsigned n_reasons; /* http_reason() */
};
/* Adds a reason in plain words; beyond HTTP_REASONS_MAX they are only counted. */
void http_reason(struct http_reply *r, const char *fmt, ...) printf_like(2, 3);

/* bytes[n] is NUL and bytes are borrowed for the call. person is an id, checked. */
typedef void http_body_fn(void *ctx, const char *person, const char *bytes, size_t n,
	struct http_reply *ret);

struct http;

/* Options are copied. 0, or negative errno with a sentence in why. */
int http_open(uv_loop_t *loop, const struct http_options *o, http_body_fn *on_body,
	void *ctx, char why[static HTTP_WHY], struct http **ret) must_check;
/* on_body is not called any more; memory goes in the loop's close callbacks. Returns NULL. */
struct http *http_close(struct http *h);
