/* SPDX-License-Identifier: MIT */
/* Guards first, then the few addresses there are. */
#include "web/answer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/tr.h"
#include "http/secret.h"
#include "web/reply.h"

#define COOKIE     "dozed"
#define TARGET_LEN (1 + ID_MAX + 1 + 32)

/* --- guards -------------------------------------------------------------------------------- */

static const char *
header(const struct asked *a, const char *name)
{
	return a->mhd->MHD_lookup_connection_value(a->c, MHD_HEADER_KIND, name);
}

/* The address that the connection came to, as a browser writes it. */
static const char *
local_address(const struct asked *a, char ret[static INET6_ADDRSTRLEN])
{
	const union MHD_ConnectionInfo *info =
		a->mhd->MHD_get_connection_info(a->c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_storage at = {0};
	socklen_t n = sizeof at;
	const void *address = &((struct sockaddr_in *)&at)->sin_addr;
	if (!info || getsockname(info->connect_fd, (struct sockaddr *)&at, &n) != 0)
		return NULL;
	if (at.ss_family == AF_INET6) {
		const struct in6_addr *six = &((struct sockaddr_in6 *)&at)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six))
			return inet_ntop(
				AF_INET, &six->s6_addr[12], ret, INET6_ADDRSTRLEN);
		address = six;
	}
	return inet_ntop(at.ss_family, address, ret, INET6_ADDRSTRLEN);
}

static int
is_for_us(const struct asked *a)
{
	char local[INET6_ADDRSTRLEN];
	return guard_host_is_ours(header(a, "Host"), a->rules->listen,
		local_address(a, local), a->rules->hosts);
}

static int
may_look(const struct asked *a)
{
	return !a->rules->token[0] ||
	       secret_same(a->rules->session, a->mhd->MHD_lookup_connection_value(
						      a->c, MHD_COOKIE_KIND, COOKIE));
}

static int
field(const struct asked *a, const char *name, char *ret, size_t size)
{
	return form_field(a->request->body, a->request->n, name, ret, size);
}

/* From a form of our own page? */
static int
is_our_form(const struct asked *a)
{
	char secret[GUARD_SECRET_LEN];
	return guard_is_same_origin(header(a, "Sec-Fetch-Site"), header(a, "Origin"),
		       header(a, "Host")) &&
	       field(a, "form", secret, sizeof secret) &&
	       secret_same(a->rules->form, secret);
}

/* --- what there is --------------------------------------------------------------------------
 */

/* "/anna/rate" is anna's "rate"; "" for her page. NULL: nobody of that name. */
static const struct person *
person_at(const struct asked *a, const char *url, const char **ret_action)
{
	const struct page_events *e = &a->rules->events;
	size_t n = strcspn(url + 1, "/");
	const struct person *who;
	for (unsigned i = 0; (who = e->person(e->user, i)); i++)
		if (strlen(who->id) == n && memcmp(who->id, url + 1, n) == 0) {
			*ret_action = url + 1 + n;
			return who;
		}
	return NULL;
}

static enum MHD_Result
show(struct asked *a, const struct person *who)
{
	struct html h = {0};
	a->frame.language = (enum language)who->language;
	if (a->rules->events.show(a->rules->events.user, who, &a->frame, &h) != 0) {
		html_finish(&h);
		return reply_note(a, MHD_HTTP_SERVICE_UNAVAILABLE,
			N_("The store cannot be read now; please try again."), "/");
	}
	return reply(a, MHD_HTTP_OK, REPLY_HTML, &h);
}

static enum MHD_Result
get(struct asked *a, const char *url)
{
	const struct page_events *e = &a->rules->events;
	const char *action;
	const struct person *who;
	struct html h = {0};
	if (strcmp(url, "/healthz") == 0) {
		html_put(&h, "ok\n");
		return reply(a, MHD_HTTP_OK, REPLY_TEXT, &h);
	}
	if (!may_look(a)) {
		render_login(&h, &a->frame, 0);
		return reply(a, MHD_HTTP_FORBIDDEN, REPLY_HTML, &h);
	}
	if (strcmp(url, "/") == 0) {
		who = e->person(e->user, 0);
		if (who && !e->person(e->user, 1))
			return show(a, who);
		render_people(&h, &a->frame, e->person, e->user);
		return reply(a, MHD_HTTP_OK, REPLY_HTML, &h);
	}
	who = person_at(a, url, &action);
	if (who && !*action)
		return show(a, who);
	return reply_note(a, MHD_HTTP_NOT_FOUND, N_("There is nothing here."), "/");
}

static enum MHD_Result
login(struct asked *a)
{
	char token[sizeof a->rules->token], cookie[160];
	struct html h = {0};
	const char *proto = header(a, "X-Forwarded-Proto");
	int ok = field(a, "token", token, sizeof token) &&
		 secret_same(a->rules->token, token) && a->rules->token[0];
	explicit_bzero(token, sizeof token);
	if (!ok) {
		render_login(&h, &a->frame, 1);
		return reply(a, MHD_HTTP_FORBIDDEN, REPLY_HTML, &h);
	}
	snprintf(cookie, sizeof cookie,
		COOKIE "=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict%s",
		a->rules->session,
		proto && strcmp(proto, "https") == 0 ? "; Secure" : "");
	return reply_on(a, "/", cookie);
}

/* What a rating or an answer came to. */
static enum MHD_Result
tapped(struct asked *a, const struct person *who, const char *part, int rc,
	const char *why)
{
	char target[TARGET_LEN];
	snprintf(target, sizeof target, "/%s", who->id);
	if (rc != 0)
		return reply_note(a, MHD_HTTP_SERVICE_UNAVAILABLE, why, target);
	snprintf(target, sizeof target, "/%s%s%s", who->id, part ? "#" : "",
		part ? part : "");
	return reply_on(a, target, NULL);
}

/* The index of the field's text among names[1 ... n - 1]; 0 if it is none of them. */
static int
choice(const struct asked *a, const char *name, const char *const *names, int n)
{
	char text[32];
	if (!field(a, name, text, sizeof text))
		return 0;
	for (int i = 1; i < n; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	return 0;
}

static enum MHD_Result
rate(struct asked *a, const struct person *who)
{
	const struct page_events *e = &a->rules->events;
	int kind = choice(a, "kind", rating_names, RATING_KINDS), value;
	char text[8], why[PAGE_WHY_LEN] = "";
	if (!kind || !field(a, "value", text, sizeof text) ||
		!form_number(text, 10, &value))
		return reply_note(a, MHD_HTTP_BAD_REQUEST,
			N_("A rating is a whole number from 0 to 10."), "/");
	int rc = e->rate(e->user, who, (enum rating_kind)kind, value, why);
	return tapped(a, who, rating_names[kind], rc, why);
}

static enum MHD_Result
answer(struct asked *a, const struct person *who)
{
	const struct page_events *e = &a->rules->events;
	int kind = choice(a, "what", feedback_names, FEEDBACK_KINDS);
	char why[PAGE_WHY_LEN] = "";
	if (!kind)
		return reply_note(
			a, MHD_HTTP_BAD_REQUEST, N_("There is nothing here."), "/");
	int rc = e->answer(e->user, who, (enum feedback_kind)kind, why);
	return tapped(a, who, NULL, rc, why);
}

static enum MHD_Result
post(struct asked *a, const char *url)
{
	const char *action = "";
	if (!is_our_form(a))
		return reply_note(a, MHD_HTTP_FORBIDDEN,
			N_("This did not come from this page as it is now. Please open "
			   "it "
			   "again and repeat the tap."),
			"/");
	if (strcmp(url, "/login") == 0)
		return login(a);
	if (!may_look(a))
		return reply_note(a, MHD_HTTP_FORBIDDEN,
			N_("Please open the page with its token first."), "/");
	const struct person *who = person_at(a, url, &action);
	if (who)
		a->frame.language = (enum language)who->language;
	if (who && strcmp(action, "/rate") == 0)
		return rate(a, who);
	if (who && strcmp(action, "/answer") == 0)
		return answer(a, who);
	return reply_note(a, MHD_HTTP_NOT_FOUND, N_("There is nothing here."), "/");
}

/* --- libmicrohttpd's side ------------------------------------------------------------------ */

static int
begin(struct asked *a, const struct answer_rules *rules, struct MHD_Connection *c)
{
	const struct person *first = rules->events.person(rules->events.user, 0);
	*a = (struct asked){.rules = rules, .mhd = &rules->mhd, .c = c};
	a->frame.language = first ? (enum language)first->language : LANGUAGE_EN;
	a->frame.nonce = a->nonce;
	a->frame.token = rules->form;
	return guard_secret(a->nonce) == 0;
}

/* Before a body is read: is it announced, and short enough? MHD_HTTP_OK, or the refusal. */
static unsigned
judge_length(const struct asked *a)
{
	const char *text = header(a, "Content-Length");
	int n;
	if (!text)
		return MHD_HTTP_LENGTH_REQUIRED;
	return form_number(text, FORM_MAX, &n) ? MHD_HTTP_OK : MHD_HTTP_CONTENT_TOO_LARGE;
}

static enum MHD_Result
on_head(const struct answer_rules *rules, struct MHD_Connection *c, int is_post,
	void **request)
{
	struct asked a;
	if (!begin(&a, rules, c))
		return MHD_NO;
	unsigned status = is_post ? judge_length(&a) : MHD_HTTP_OK;
	if (status != MHD_HTTP_OK)
		return reply_note(&a, status, N_("That is more than a tap."), "/");
	*request = xcalloc(1, sizeof(struct answer_request));
	return MHD_YES;
}

static void
take_body(struct answer_request *q, const char *data, size_t n)
{
	if (n > sizeof q->body - q->n) {
		q->too_long = 1;
		return;
	}
	memcpy(q->body + q->n, data, n);
	q->n += n;
}

enum MHD_Result
answer_handle(void *user, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *data_n, void **request)
{
	const struct answer_rules *rules = user;
	int is_post = strcmp(method, "POST") == 0;
	struct asked a;
	(void)version;
	if (!*request)
		return on_head(rules, c, is_post, request);
	struct answer_request *q = *request;
	if (*data_n > 0) {
		take_body(q, data, *data_n);
		*data_n = 0;
		return MHD_YES;
	}
	if (!begin(&a, rules, c))
		return MHD_NO;
	a.request = q;
	if (!is_for_us(&a))
		return reply_note(&a, MHD_HTTP_MISDIRECTED_REQUEST,
			N_("This page does not answer to that name; its owner can add it "
			   "to hosts in the section page of the configuration."),
			"/");
	if (q->too_long)
		return reply_note(&a, MHD_HTTP_CONTENT_TOO_LARGE,
			N_("That is more than a tap."), "/");
	if (is_post)
		return post(&a, url);
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return get(&a, url);
	return reply_note(
		&a, MHD_HTTP_METHOD_NOT_ALLOWED, N_("There is nothing here."), "/");
}

void
answer_end(void *user, struct MHD_Connection *c, void **request,
	enum MHD_RequestTerminationCode why)
{
	(void)user;
	(void)c;
	(void)why;
	free(*request);
	*request = NULL;
}
