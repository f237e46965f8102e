/* SPDX-License-Identifier: MIT */
/* See http_answer.h. */
#include "http_answer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server.h"

#define RETRY_S "60" /* by then a hub that runs has stored some */

static void
add(const struct mhd *mhd, struct MHD_Response *r, const char *name, const char *value)
{
	enum MHD_Result ok = mhd->MHD_add_response_header(r, name, value);
	assert(ok == MHD_YES);
}

/* Takes the object over. */
static enum MHD_Result
send_json(const struct mhd *mhd, struct MHD_Connection *c, unsigned status, json_t *o)
{
	char *text = o ? json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	struct MHD_Response *r = text ? mhd->MHD_create_response_from_buffer(
						strlen(text), text, MHD_RESPMEM_MUST_COPY)
				      : NULL;

	json_decref(o);
	free(text);
	if (!r)
		return MHD_NO;
	add(mhd, r, "Content-Type", "application/json");
	add(mhd, r, "Cache-Control", "no-store");
	add(mhd, r, "X-Content-Type-Options", "nosniff");
	add(mhd, r, "Connection", "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add(mhd, r, "Allow", "GET, HEAD, POST");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		add(mhd, r, "Retry-After", RETRY_S);
	if (status == MHD_HTTP_UNAUTHORIZED) { /* some send a password only when asked */
		add(mhd, r, "WWW-Authenticate", "Basic realm=\"dozed-bridge\"");
		add(mhd, r, "WWW-Authenticate", "Bearer");
	}
	return server_answer(mhd, c, status, r);
}

enum MHD_Result
http_answer_error(const struct mhd *mhd, struct MHD_Connection *c, unsigned status,
	const char *text)
{
	return send_json(mhd, c, status, json_pack("{s:s}", "error", text));
}

enum MHD_Result
http_answer_plain(const struct mhd *mhd, struct MHD_Connection *c, unsigned status,
	size_t limit_mib)
{
	char text[HTTP_WHY] = "";

	switch (status) {
	case MHD_HTTP_OK:
		return send_json(
			mhd, c, status, json_pack("{s:s}", "service", "dozed-bridge"));
	case MHD_HTTP_UNAUTHORIZED:
		return http_answer_error(mhd, c, status,
			"send the token: the header Authorization: Bearer TOKEN, or "
			"http://x:TOKEN@... as the address");
	case MHD_HTTP_NOT_FOUND:
		return http_answer_error(mhd, c, status,
			"nothing is here: POST the document to /PERSON, the wearer's id "
			"of a-z 0-9 _ -");
	case MHD_HTTP_METHOD_NOT_ALLOWED:
		return http_answer_error(
			mhd, c, status, "only POST takes documents here");
	case MHD_HTTP_UNSUPPORTED_MEDIA_TYPE:
		return http_answer_error(mhd, c, status,
			"send the document itself as the body, plain or gzip, not a form "
			"(curl: --data-binary @FILE)");
	case MHD_HTTP_SERVICE_UNAVAILABLE:
		return http_answer_error(mhd, c, status,
			"others are sending just now; send it again in a minute");
	case MHD_HTTP_CONTENT_TOO_LARGE:
		snprintf(text, sizeof text,
			"more than %zu MiB (--body-limit), unpacked: send fewer days at "
			"a time",
			limit_mib);
		break;
	}
	return http_answer_error(mhd, c, status, text);
}

/* Foreign bytes may stand in a reason: what is no UTF-8 is replaced. */
static json_t *
words(const char *text)
{
	json_t *s = json_string(text);
	char ascii[HTTP_WHY];
	size_t n = 0;

	if (s)
		return s;
	for (; text[n] && n < sizeof ascii - 1; n++)
		ascii[n] = text[n] & (char)0x80 ? '?' : text[n];
	ascii[n] = 0;
	return json_string(ascii);
}

static unsigned
status_of(enum http_outcome outcome)
{
	switch (outcome) {
	case HTTP_TAKEN:
		return MHD_HTTP_OK;
	case HTTP_BAD:
		return MHD_HTTP_BAD_REQUEST;
	case HTTP_FULL:
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	case HTTP_BROKEN:
		return MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
	return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

static const char *
error_of(enum http_outcome outcome)
{
	switch (outcome) {
	case HTTP_TAKEN:
		return NULL;
	case HTTP_BAD:
		return "nothing in this could be read";
	case HTTP_FULL:
		return "there is no room for it just now: a large file is being read, or "
		       "the spool is full because dozed has not answered. Nothing of "
		       "this was kept; send it again later";
	case HTTP_BROKEN:
		return "this could not be kept; the bridge's log says why. Send it again "
		       "later";
	}
	return NULL;
}

enum MHD_Result
http_answer_reply(
	const struct mhd *mhd, struct MHD_Connection *c, const struct http_reply *r)
{
	json_t *o = json_object(), *reasons = json_array();
	const char *error = error_of(r->outcome);

	if (error)
		json_object_set_new(o, "error", json_string(error));
	json_object_set_new(o, "read", json_integer((json_int_t)r->read));
	json_object_set_new(o, "refused", json_integer((json_int_t)r->refused));
	for (unsigned i = 0; i < r->n_reasons; i++)
		json_array_append_new(reasons, words(r->reasons[i]));
	json_object_set_new(o, "reasons", reasons);
	return send_json(mhd, c, status_of(r->outcome), o);
}
