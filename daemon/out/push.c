/* SPDX-License-Identifier: MIT */
/* See push.h. After libcurl's documentation of the multi socket interface: it says which
 * sockets to watch and when to call again, we tell it what happened. */
#include "out/push.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out/curl_api.h"

struct push {
	struct curl_api api;
	CURLM *multi;
	uv_loop_t *loop;   /* borrowed */
	uv_timer_t timer;  /* libcurl's own */
	struct post *list; /* of post.next */
	int n_handles, closing;
};

/* One transfer. */
struct post {
	struct post *next;
	struct push *push; /* borrowed */
	CURL *easy;
	struct curl_slist *lines;
	push_done done;
	void *user; /* borrowed */
	size_t answered;
	char error[CURL_ERROR_SIZE];
};

/* One socket that libcurl wants watched. */
struct watch {
	uv_poll_t poll;
	struct push *push; /* borrowed */
	curl_socket_t fd;
};

static void
forget(struct push *p)
{
	if (p->closing && p->n_handles == 0)
		free(p);
}

/* --- one transfer ----------------------------------------------------------------------- */

static void
post_free(struct push *p, struct post *t)
{
	struct post **at = &p->list;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	p->api.curl_multi_remove_handle(p->multi, t->easy);
	p->api.curl_easy_cleanup(t->easy);
	for (struct curl_slist *l = t->lines; l; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	p->api.curl_slist_free_all(t->lines);
	free(t);
}

static size_t
on_answer(char *bytes, size_t size, size_t n, void *user)
{
	struct post *t = user;
	(void)bytes;
	t->answered += size * n;
	return t->answered > PUSH_ANSWER_BYTES_MAX ? 0 : size * n;
}

/* A status that has come decides, whatever happened to the rest of the answer. */
static void
judge(const struct post *t, CURLcode rc, struct push_result *ret)
{
	long status = 0;
	curl_off_t after = 0;
	t->push->api.curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->push->api.curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &after);
	if (status >= 200) {
		push_judge((int)status, after, ret);
		return;
	}
	*ret = (struct push_result){.outcome = PUSH_AGAIN};
	snprintf(ret->why, sizeof ret->why, "%s",
		t->error[0] ? t->error : t->push->api.curl_easy_strerror(rc));
}

static void
take_ended(struct push *p)
{
	CURLMsg *m;
	int left;
	while (!p->closing && (m = p->api.curl_multi_info_read(p->multi, &left))) {
		struct post *t = NULL;
		struct push_result result;
		if (m->msg != CURLMSG_DONE)
			continue;
		p->api.curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		judge(t, m->data.result, &result);
		push_done done = t->done;
		void *user = t->user;
		post_free(p, t);
		done(user, &result);
	}
}

/* --- libcurl and the loop ----------------------------------------------------------------- */

static void
on_watch_closed(uv_handle_t *h)
{
	struct watch *w = h->data;
	struct push *p = w->push;
	free(w);
	p->n_handles--;
	forget(p);
}

static void
on_event(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	struct push *p = w->push;
	int running, flags = status < 0 ? CURL_CSELECT_ERR : 0;
	flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
	flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
	p->api.curl_multi_socket_action(
		p->multi, w->fd, flags, &running); /* may close w */
	take_ended(p);
}

static struct watch *
watch_new(struct push *p, curl_socket_t fd)
{
	struct watch *w = xcalloc(1, sizeof *w);
	w->push = p;
	w->fd = fd;
	if (uv_poll_init_socket(p->loop, &w->poll, fd) != 0) {
		free(w);
		return NULL;
	}
	w->poll.data = w;
	p->n_handles++;
	p->api.curl_multi_assign(p->multi, fd, w);
	return w;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *socket)
{
	struct push *p = user;
	struct watch *w = socket;
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			uv_close((uv_handle_t *)&w->poll, on_watch_closed);
		p->api.curl_multi_assign(p->multi, fd, NULL);
		return 0;
	}
	if (!w)
		w = watch_new(p, fd);
	if (!w)
		return -1;
	uv_poll_start(&w->poll,
		(what & CURL_POLL_IN ? UV_READABLE : 0) |
			(what & CURL_POLL_OUT ? UV_WRITABLE : 0),
		on_event);
	return 0;
}

static void
on_timer(uv_timer_t *t)
{
	struct push *p = t->data;
	int running;
	p->api.curl_multi_socket_action(p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	take_ended(p);
}

/* 0 ms means soon, and never from in here: libcurl would be called by itself. */
static int
on_timeout_wish(CURLM *multi, long ms, void *user)
{
	struct push *p = user;
	(void)multi;
	if (p->closing)
		return 0;
	if (ms < 0)
		uv_timer_stop(&p->timer);
	else
		uv_timer_start(&p->timer, on_timer, ms > 0 ? (uint64_t)ms : 1, 0);
	return 0;
}

struct push *
push_new(uv_loop_t *loop)
{
	struct push *p = xcalloc(1, sizeof *p);
	CURLM *m = NULL;
	if (curl_api_load(&p->api) == 0 &&
		p->api.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		m = p->api.curl_multi_init();
	if (!m) {
		free(p);
		return NULL;
	}
	p->loop = loop;
	p->multi = m;
	p->api.curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket);
	p->api.curl_multi_setopt(m, CURLMOPT_SOCKETDATA, p);
	p->api.curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timeout_wish);
	p->api.curl_multi_setopt(m, CURLMOPT_TIMERDATA, p);
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	p->n_handles = 1;
	return p;
}

/* --- posting ------------------------------------------------------------------------------ */

static int
add_lines(struct post *t, const struct push_request *r)
{
	/* "Expect:" takes the line off that would cost a round trip */
	for (unsigned i = 0; i <= r->n_lines; i++) {
		const char *line = i < r->n_lines ? r->lines[i] : "Expect:";
		struct curl_slist *l = t->push->api.curl_slist_append(t->lines, line);
		if (!l)
			return -ENOMEM;
		t->lines = l;
	}
	return 0;
}

static void
set_options(struct post *t, const struct push_request *r, const struct push_options *o)
{
	const struct curl_api *api = &t->push->api;
	CURL *e = t->easy;
	api->curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	api->curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
	api->curl_easy_setopt(e, CURLOPT_URL, r->url);
	api->curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	api->curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	api->curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->lines);
	api->curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->size);
	api->curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, r->body);
	api->curl_easy_setopt(e, CURLOPT_USERAGENT, "dozed/" DOZED_VERSION);
	api->curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	api->curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	api->curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	api->curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file[0]) {
		api->curl_easy_setopt(e, CURLOPT_CAINFO, o->ca_file);
		api->curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	api->curl_easy_setopt(
		e, CURLOPT_PROXY, ""); /* none, whatever the environment says */
	api->curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	api->curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_answer);
	api->curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	api->curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)o->timeout_ms);
	api->curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)o->timeout_ms);
	api->curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L); /* a few notices a day */
	api->curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	api->curl_easy_setopt(
		e, CURLOPT_QUICK_EXIT, 1L); /* stopping waits for no name server */
}

int
push_post(struct push *p, const struct push_request *r, const struct push_options *o,
	push_done done, void *user)
{
	struct post *t = xcalloc(1, sizeof *t);
	t->push = p;
	t->done = done;
	t->user = user;
	t->next = p->list;
	p->list = t;
	t->easy = p->api.curl_easy_init();
	int err = t->easy ? add_lines(t, r) : -ENOMEM;
	if (err == 0) {
		set_options(t, r, o);
		err = p->api.curl_multi_add_handle(p->multi, t->easy) == CURLM_OK
			      ? 0
			      : -ENOMEM;
	}
	if (err != 0)
		post_free(p, t);
	return err;
}

static void
on_timer_closed(uv_handle_t *h)
{
	struct push *p = h->data;
	p->n_handles--;
	forget(p);
}

void
push_close(struct push *p)
{
	if (!p || p->closing)
		return;
	p->closing = 1;
	while (p->list)
		post_free(p, p->list);
	p->api.curl_multi_cleanup(p->multi); /* asks for the last sockets to be let go */
	p->multi = NULL;
	p->api.curl_global_cleanup();
	uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}
