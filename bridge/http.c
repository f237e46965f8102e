/* SPDX-License-Identifier: MIT */
/* See http.h. A refusal is decided on the request's head, but told only when the body has come and
 * been thrown away, within bounds: who is still sending when the connection goes sees a broken
 * connection instead of the reason. */
#include "http.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "http/mhd.h"
#include "http/server.h"
#include "http_answer.h"
#include "http_body.h"
#include "http_door.h"
#include "http_notice.h"

#define HEAD_MAX     32768
#define DRAIN_MAX    (INT64_C(64) << 20) /* of a body that nobody wants */
#define NOTICE_LINES 4                   /* in the log, a minute */

struct http {
	struct mhd mhd;
	struct server *server;
	struct door door;
	uv_loop_t *loop; /* borrowed */
	char person[ID_MAX + 1];
	size_t body_max;
	struct http_budget budget;
	http_body_fn *on_body;
	void *ctx;
	struct log_sieve notices;
};

struct request {
	unsigned status; /* of the refusal; 0: none so far */
	char person[ID_MAX + 1];
	struct http_body body;
	int64_t drained;
	int is_form;
};

void
http_reason(struct http_reply *r, const char *fmt, ...)
{
	va_list ap;

	if (r->n_reasons >= HTTP_REASONS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(r->reasons[r->n_reasons++], HTTP_WHY, fmt, ap);
	va_end(ap);
}

static void printf_like(1, 2) say(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "dozed-bridge: http: %s\n", text);
}

/* --- the head ------------------------------------------------------------------------------ */

struct asked {
	struct http *h;
	struct MHD_Connection *c;
	const char *url, *method;
};

static const char *
header(const struct asked *a, const char *name)
{
	return a->h->mhd.MHD_lookup_connection_value(a->c, MHD_HEADER_KIND, name);
}

static int
is_read_only(const struct asked *a)
{
	return strcmp(a->method, "GET") == 0 || strcmp(a->method, "HEAD") == 0;
}

/* The token was shown? What was wrong is logged, without it. */
static int
may_send(const struct asked *a)
{
	struct http *h = a->h;
	enum door_shown shown = door_judge(&h->door, header(a, "Authorization"));
	const union MHD_ConnectionInfo *info =
		h->mhd.MHD_get_connection_info(a->c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char address[DOOR_ADDRESS_LEN];
	unsigned long n;

	if (shown == DOOR_OPEN)
		return 1;
	door_address(info ? info->client_addr : NULL, address);
	if (door_failed(&h->door, address, &n))
		say("%s sent %s token (%lu so far): nothing was taken; it "
		    "goes into the header Authorization: Bearer TOKEN, or into "
		    "the address as http://x:TOKEN@...",
			address, shown == DOOR_WRONG ? "a wrong" : "no", n);
	return 0;
}

/* "/anna", "/anna/", "/": whose it is; 0: nobody's. */
static int
whose(const struct asked *a, char ret[static ID_MAX + 1])
{
	size_t n = strlen(a->url + 1);

	n -= n > 0 && a->url[n] == '/';
	if (n > ID_MAX)
		return 0;
	snprintf(ret, ID_MAX + 1, "%.*s", (int)n, a->url + 1);
	if (n == 0)
		snprintf(ret, ID_MAX + 1, "%s", a->h->person);
	return id_is_valid(ret);
}

/* 1 gzip, 0 plain, -1 something else. */
static int
is_gzip(const struct asked *a)
{
	const char *coding = header(a, "Content-Encoding");

	if (!coding || strcasecmp(coding, "identity") == 0)
		return 0;
	return strcasecmp(coding, "gzip") == 0 || strcasecmp(coding, "x-gzip") == 0 ? 1
										    : -1;
}

static int
type_is(const struct asked *a, const char *type)
{
	const char *given = header(a, "Content-Type");
	return given && strncasecmp(given, type, strlen(type)) == 0;
}

/* What the head says about its body: bytes; 0 none, -1 chunked or unsaid. */
static int64_t
announced(const struct asked *a)
{
	const char *length = header(a, "Content-Length");
	char *end;

	if (!length)
		return header(a, "Transfer-Encoding") ? -1 : 0;
	errno = 0;
	int64_t n = strtoll(length, &end, 10);
	return errno || n < 0 ? INT64_MAX : n;
}

/* Nobody learns anything but that something listens here before the token was shown. */
static unsigned
judge_head(const struct asked *a, struct request *q)
{
	int gzip = is_gzip(a);

	if (is_read_only(a))
		return strcmp(a->url, "/") == 0 ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND;
	if (strcmp(a->method, "POST") != 0)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (!may_send(a))
		return MHD_HTTP_UNAUTHORIZED;
	if (!whose(a, q->person))
		return MHD_HTTP_NOT_FOUND;
	if (gzip < 0 || type_is(a, "multipart/"))
		return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
	if (announced(a) > (int64_t)a->h->body_max)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	q->is_form = type_is(a, "application/x-www-form-urlencoded");
	http_body_begin(&q->body, &a->h->budget, a->h->body_max, gzip);
	server_patience(&a->h->mhd, a->c, HTTP_BODY_MS);
	return 0;
}

/* --- answers ------------------------------------------------------------------------------- */

static enum MHD_Result
refuse(const struct asked *a, unsigned status)
{
	return http_answer_plain(&a->h->mhd, a->c, status, a->h->body_max >> 20);
}

/* 1: the answer can be given although a body was announced and has not come. */
static int
is_told_at_once(const struct asked *a)
{
	return is_read_only(a) || header(a, "Expect") || announced(a) == 0 ||
	       announced(a) > DRAIN_MAX;
}

static enum MHD_Result
on_head(const struct asked *a, void **slot)
{
	struct request *q = xcalloc(1, sizeof *q);

	*slot = q; /* on_end() frees it */
	q->status = judge_head(a, q);
	return q->status && is_told_at_once(a) ? refuse(a, q->status) : MHD_YES;
}

static unsigned
status_of_fault(enum http_body_fault fault)
{
	switch (fault) {
	case BODY_FINE:
		return 0;
	case BODY_TOO_LONG:
		return MHD_HTTP_CONTENT_TOO_LARGE;
	case BODY_NO_ROOM:
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	case BODY_DAMAGED:
	case BODY_CUT:
		return MHD_HTTP_BAD_REQUEST;
	}
	return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* MHD_NO ends the connection. */
static enum MHD_Result
on_piece(struct request *q, const char *data, size_t n)
{
	if (!q->status) {
		http_body_take(&q->body, data, n);
		q->status = status_of_fault(q->body.fault);
	}
	if (q->status && (q->drained += (int64_t)n) > DRAIN_MAX)
		return MHD_NO;
	return MHD_YES;
}

static void
take_notice(const struct asked *a, const char *vendor, struct http_reply *reply)
{
	http_reason(reply,
		"this is a notice of %s that something has changed, without the data "
		"itself: let the tool that has your account there fetch it and send it "
		"here",
		vendor);
	if (log_sieve_pass(&a->h->notices, (int64_t)uv_now(a->h->loop), NOTICE_LINES))
		say("a notice of %s came in; it carries no data, so nothing "
		    "was stored: let the tool that has the account there fetch the "
		    "data and send it here",
			vendor);
}

static enum MHD_Result
on_whole(const struct asked *a, struct request *q)
{
	struct http_reply *reply;
	struct http_body *b = &q->body;
	const char *vendor;

	if (!q->status) {
		http_body_end(b);
		q->status = status_of_fault(b->fault);
	}
	if (b->fault == BODY_DAMAGED || b->fault == BODY_CUT)
		return http_answer_error(&a->h->mhd, a->c, q->status,
			b->fault == BODY_CUT
				? "the gzip body ends too early; send it again"
				: "the body says that it is gzip, and is not");
	if (q->status)
		return refuse(a, q->status);
	if (b->n == 0)
		return http_answer_error(&a->h->mhd, a->c, MHD_HTTP_BAD_REQUEST,
			"the body is empty: it is to be the document itself");
	vendor = notice_of(b->data, b->n);
	if (!vendor && q->is_form && !strchr("{[<", b->data[0]))
		return refuse(a, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
	reply = xcalloc(1, sizeof *reply);
	if (vendor)
		take_notice(a, vendor, reply);
	else
		a->h->on_body(a->h->ctx, q->person, b->data, b->n, reply);
	http_body_finish(b); /* whoever reads the answer slowly holds no memory */
	enum MHD_Result r = http_answer_reply(&a->h->mhd, a->c, reply);
	free(reply);
	return r;
}

/* --- libmicrohttpd's side ------------------------------------------------------------------ */

static enum MHD_Result
on_request(void *user, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *data_n, void **slot)
{
	struct asked a = {user, c, url, method};

	(void)version;
	if (!*slot)
		return on_head(&a, slot);
	if (*data_n > 0) {
		size_t n = *data_n;
		*data_n = 0;
		return on_piece(*slot, data, n);
	}
	return on_whole(&a, *slot);
}

static void
on_end(void *user, struct MHD_Connection *c, void **slot,
	enum MHD_RequestTerminationCode why)
{
	struct request *q = steal(slot);

	(void)user;
	(void)c;
	(void)why;
	if (q)
		http_body_finish(&q->body);
	free(q);
}

/* --- opening and closing ------------------------------------------------------------------- */

static int
start(struct http *h, char why[static HTTP_WHY])
{
	const struct server_options o = {.listen = h->door.listen,
		.port = h->door.port,
		.head_max = HEAD_MAX,
		.patience_ms = HTTP_PATIENCE_MS,
		.handle = on_request,
		.end = on_end,
		.user = h};
	int r = mhd_load(&h->mhd);

	if (r < 0) {
		snprintf(why, HTTP_WHY,
			"--listen needs libmicrohttpd (%s), which is not installed",
			MHD_SONAME);
		return r;
	}
	r = server_open(h->loop, &h->mhd, &o, &h->server);
	if (r < 0)
		snprintf(why, HTTP_WHY, "--listen %s port %d: %s", h->door.listen,
			h->door.port,
			r == -EADDRINUSE ? "something else listens there" : strerror(-r));
	return r;
}

static void
forget(struct http *h)
{
	door_finish(&h->door);
	free(h);
}

int
http_open(uv_loop_t *loop, const struct http_options *o, http_body_fn *on_body, void *ctx,
	char why[static HTTP_WHY], struct http **ret)
{
	struct http *h = xcalloc(1, sizeof *h);
	int64_t mib = o->body_mib ? o->body_mib : HTTP_BODY_MIB_DEFAULT;

	h->loop = loop;
	h->on_body = on_body;
	h->ctx = ctx;
	h->body_max = (size_t)mib << 20;
	h->budget.max = HTTP_BODIES * (h->body_max + 2);
	snprintf(h->person, sizeof h->person, "%s", o->person ? o->person : "");
	int r = door_open(&h->door, o->listen, o->token_file, why);
	if (r == 0)
		r = start(h, why);
	if (r < 0) {
		forget(h);
		return r;
	}
	say("listening on %s port %d", h->door.listen, h->door.port);
	if (!h->door.is_loopback)
		say("other machines reach this, and it is plain HTTP: "
		    "whoever listens in on the network reads the token and the "
		    "data; use it within a VPN, or behind a reverse proxy with "
		    "TLS");
	*ret = h;
	return 0;
}

struct http *
http_close(struct http *h)
{
	if (!h)
		return NULL;
	server_close(h->server);
	forget(h);
	return NULL;
}
