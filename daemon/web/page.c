/* SPDX-License-Identifier: MIT */
/* libmicrohttpd inside the loop: its epoll descriptor in a uv_poll, its next time-out in a timer,
 * and a list of connections with their age. Idle, it wakes nobody. */
#include "web/page.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "web/answer.h"

#define SWEEP_MS 1000 /* how often ages are looked at, while there are connections */

struct page {
	struct answer_rules rules;
	struct MHD_Daemon *server;
	uv_poll_t poll;
	uv_timer_t soon, sweep;
	struct answer_connection connections[PAGE_CONNECTIONS_MAX];
	unsigned n_connections;
	int handles;
};

/* --- the loop ------------------------------------------------------------------------------ */

static void turn(struct page *p);

static void
on_soon(uv_timer_t *t)
{
	turn(t->data);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	turn(poll->data);
}

/* A client that sent half a request and hung up, all before it was first read: libmicrohttpd, told
 * of changes only, would wait for the rest until the time-out, and has only so many places. */
static void
notice_hang_ups(struct page *p)
{
	char byte;
	for (size_t i = 0; i < PAGE_CONNECTIONS_MAX; i++) {
		const struct answer_connection *k = &p->connections[i];
		if (k->used && !k->answered &&
			recv(k->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			shutdown(k->fd, SHUT_RDWR);
	}
}

static void
turn(struct page *p)
{
	MHD_UNSIGNED_LONG_LONG ms;
	p->rules.mhd.MHD_run(p->server);
	notice_hang_ups(p);
	if (p->rules.mhd.MHD_get_timeout(p->server, &ms) == MHD_YES)
		uv_timer_start(&p->soon, on_soon, ms, 0);
	else
		uv_timer_stop(&p->soon);
}

/* What is too old is shut down; libmicrohttpd then finds its end and lets go of it. */
static void
on_sweep(uv_timer_t *t)
{
	struct page *p = t->data;
	for (size_t i = 0; i < PAGE_CONNECTIONS_MAX; i++) {
		struct answer_connection *k = &p->connections[i];
		if (k->used && ++k->age * SWEEP_MS >= PAGE_PATIENCE_MS)
			shutdown(k->fd, SHUT_RDWR);
	}
	if (p->n_connections == 0)
		uv_timer_stop(t);
}

/* --- connections --------------------------------------------------------------------------- */

static void
begin_connection(struct page *p, struct MHD_Connection *c, void **slot)
{
	const union MHD_ConnectionInfo *info = p->rules.mhd.MHD_get_connection_info(
		c, MHD_CONNECTION_INFO_CONNECTION_FD);
	size_t i = 0;
	while (i < PAGE_CONNECTIONS_MAX && p->connections[i].used)
		i++;
	if (!info || i == PAGE_CONNECTIONS_MAX)
		return; /* not above libmicrohttpd's own limit */
	p->connections[i] = (struct answer_connection){.fd = info->connect_fd, .used = 1};
	*slot = &p->connections[i];
	if (p->n_connections++ == 0)
		uv_timer_start(&p->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
}

static void
on_connection(void *user, struct MHD_Connection *c, void **slot,
	enum MHD_ConnectionNotificationCode what)
{
	struct page *p = user;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		begin_connection(p, c, slot);
	} else if (*slot) {
		((struct answer_connection *)*slot)->used = 0;
		*slot = NULL;
		p->n_connections--;
	}
}

/* --- opening and closing ------------------------------------------------------------------- */

static int
address_of(const struct page_options *o, struct sockaddr_storage *ret)
{
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
	const char *text = strcmp(o->listen, "localhost") == 0 ? "127.0.0.1" : o->listen;
	*ret = (struct sockaddr_storage){0};
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)o->port);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return -EINVAL;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)o->port);
	return 0;
}

static int
start_server(struct page *p, const struct page_options *o)
{
	struct sockaddr_storage at;
	int rc = address_of(o, &at);
	if (rc != 0)
		return rc;
	unsigned flags = MHD_USE_EPOLL;
	if (at.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6 | MHD_USE_DUAL_STACK;
	errno = 0;
	p->server = p->rules.mhd.MHD_start_daemon(flags, 0, NULL, NULL, answer_handle,
		&p->rules, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)PAGE_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)PAGE_REQUEST_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)(PAGE_PATIENCE_MS / SECOND_MS), MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, p,
		MHD_OPTION_NOTIFY_COMPLETED, answer_end, p, MHD_OPTION_END);
	if (p->server)
		return 0;
	return errno ? -errno : -EADDRINUSE;
}

static void
on_closed(uv_handle_t *handle)
{
	struct page *p = handle->data;
	if (--p->handles > 0)
		return;
	explicit_bzero(&p->rules, sizeof p->rules);
	free(p);
}

static void
open_handles(struct page *p, uv_loop_t *loop)
{
	const union MHD_DaemonInfo *info =
		p->rules.mhd.MHD_get_daemon_info(p->server, MHD_DAEMON_INFO_EPOLL_FD);
	int rc = uv_poll_init(loop, &p->poll, info->epoll_fd);
	assert(rc == 0);
	uv_timer_init(loop, &p->soon);
	uv_timer_init(loop, &p->sweep);
	p->poll.data = p->soon.data = p->sweep.data = p;
	p->handles = 3;
	rc = uv_poll_start(&p->poll, UV_READABLE, on_readable);
	assert(rc == 0);
}

int
page_open(uv_loop_t *loop, const struct page_options *o, const struct page_events *e,
	struct page **ret)
{
	struct page *p = xcalloc(1, sizeof *p);
	struct answer_rules *r = &p->rules;
	r->events = *e;
	snprintf(r->listen, sizeof r->listen, "%s", o->listen);
	snprintf(r->hosts, sizeof r->hosts, "%s", o->hosts);
	snprintf(r->token, sizeof r->token, "%s", o->token);
	int rc = mhd_load(&r->mhd);
	if (rc == 0)
		rc = guard_secret(r->form);
	if (rc == 0)
		rc = guard_secret(r->session);
	if (rc == 0)
		rc = start_server(p, o);
	if (rc != 0) {
		explicit_bzero(r, sizeof *r);
		free(p);
		return rc;
	}
	open_handles(p, loop);
	*ret = p;
	return 0;
}

void
page_close(struct page *p)
{
	if (!p)
		return;
	uv_poll_stop(&p->poll); /* before its descriptor goes */
	p->rules.mhd.MHD_stop_daemon(p->server);
	uv_close((uv_handle_t *)&p->poll, on_closed);
	uv_close((uv_handle_t *)&p->soon, on_closed);
	uv_close((uv_handle_t *)&p->sweep, on_closed);
}
