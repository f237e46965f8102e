/* SPDX-License-Identifier: MIT */
/* See server.h. */
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/base.h"
#include "base/clock.h"

#define SWEEP_MS 1000 /* how often time is taken off, while there are connections */

struct connection {
	int fd; /* libmicrohttpd's */
	int used;
	int answered; /* an answer is on its way: let it end by itself */
	int64_t left_ms;
};

struct server {
	const struct mhd *mhd; /* borrowed */
	int64_t patience_ms;
	struct MHD_Daemon *daemon;
	uv_poll_t poll;
	uv_timer_t soon, sweep;
	struct connection connections[SERVER_CONNECTIONS_MAX];
	unsigned n_connections;
	int handles;
};

/* --- the loop ------------------------------------------------------------------------------ */

static void turn(struct server *s);

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
notice_hang_ups(struct server *s)
{
	char byte;
	for (size_t i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
		const struct connection *k = &s->connections[i];
		if (k->used && !k->answered &&
			recv(k->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			shutdown(k->fd, SHUT_RDWR);
	}
}

static void
turn(struct server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;
	s->mhd->MHD_run(s->daemon);
	notice_hang_ups(s);
	if (s->mhd->MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		uv_timer_start(&s->soon, on_soon, ms, 0);
	else
		uv_timer_stop(&s->soon);
}

/* Whose time is over is shut down; libmicrohttpd then finds its end and lets go of it. */
static void
on_sweep(uv_timer_t *t)
{
	struct server *s = t->data;
	for (size_t i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
		struct connection *k = &s->connections[i];
		if (k->used && (k->left_ms -= SWEEP_MS) <= 0)
			shutdown(k->fd, SHUT_RDWR);
	}
	if (s->n_connections == 0)
		uv_timer_stop(t);
}

/* --- connections --------------------------------------------------------------------------- */

static void
begin_connection(struct server *s, struct MHD_Connection *c, void **slot)
{
	const union MHD_ConnectionInfo *info =
		s->mhd->MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	size_t i = 0;
	while (i < SERVER_CONNECTIONS_MAX && s->connections[i].used)
		i++;
	if (!info || i == SERVER_CONNECTIONS_MAX)
		return; /* not above libmicrohttpd's own limit */
	s->connections[i] = (struct connection){
		.fd = info->connect_fd, .used = 1, .left_ms = s->patience_ms};
	*slot = &s->connections[i];
	if (s->n_connections++ == 0)
		uv_timer_start(&s->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
}

static void
on_connection(void *user, struct MHD_Connection *c, void **slot,
	enum MHD_ConnectionNotificationCode what)
{
	struct server *s = user;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		begin_connection(s, c, slot);
	} else if (*slot) {
		((struct connection *)*slot)->used = 0;
		*slot = NULL;
		s->n_connections--;
	}
}

static struct connection *
connection_of(const struct mhd *mhd, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		mhd->MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

void
server_patience(const struct mhd *mhd, struct MHD_Connection *c, int64_t ms)
{
	struct connection *k = connection_of(mhd, c);
	if (k)
		k->left_ms = ms;
}

enum MHD_Result
server_answer(const struct mhd *mhd, struct MHD_Connection *c, unsigned status,
	struct MHD_Response *r)
{
	struct connection *k = connection_of(mhd, c);
	enum MHD_Result ok = mhd->MHD_queue_response(c, status, r);
	if (k && ok == MHD_YES)
		k->answered = 1;
	mhd->MHD_destroy_response(r);
	return ok;
}

/* --- opening and closing ------------------------------------------------------------------- */

static int
address_of(const struct server_options *o, struct sockaddr_storage *ret)
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
start_daemon(struct server *s, const struct server_options *o)
{
	struct sockaddr_storage at;
	int rc = address_of(o, &at);
	if (rc != 0)
		return rc;
	unsigned flags = MHD_USE_EPOLL;
	if (at.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6 | MHD_USE_DUAL_STACK;
	errno = 0;
	s->daemon = s->mhd->MHD_start_daemon(flags, 0, NULL, NULL, o->handle, o->user,
		MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)SERVER_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		o->head_max, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)(o->patience_ms / SECOND_MS), MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_NOTIFY_COMPLETED, o->end, o->user, MHD_OPTION_END);
	if (s->daemon)
		return 0;
	return errno ? -errno : -EADDRINUSE;
}

static void
on_closed(uv_handle_t *handle)
{
	struct server *s = handle->data;
	if (--s->handles == 0)
		free(s);
}

static void
open_handles(struct server *s, uv_loop_t *loop)
{
	const union MHD_DaemonInfo *info =
		s->mhd->MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int rc = uv_poll_init(loop, &s->poll, info->epoll_fd);
	assert(rc == 0);
	uv_timer_init(loop, &s->soon);
	uv_timer_init(loop, &s->sweep);
	s->poll.data = s->soon.data = s->sweep.data = s;
	s->handles = 3;
	rc = uv_poll_start(&s->poll, UV_READABLE, on_readable);
	assert(rc == 0);
}

int
server_open(uv_loop_t *loop, const struct mhd *mhd, const struct server_options *o,
	struct server **ret)
{
	struct server *s = xcalloc(1, sizeof *s);
	s->mhd = mhd;
	s->patience_ms = o->patience_ms;
	int rc = start_daemon(s, o);
	if (rc != 0) {
		free(s);
		return rc;
	}
	open_handles(s, loop);
	*ret = s;
	return 0;
}

void
server_close(struct server *s)
{
	if (!s)
		return;
	uv_poll_stop(&s->poll); /* before its descriptor goes */
	s->mhd->MHD_stop_daemon(s->daemon);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	uv_close((uv_handle_t *)&s->soon, on_closed);
	uv_close((uv_handle_t *)&s->sweep, on_closed);
}
