/* SPDX-License-Identifier: MIT */
/* The listening side of the control socket, on the loop. A client's memory is one struct
 * with a fixed buffer; it goes away in the close callback of its last handle. */
#include "sys/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
	struct control *control; /* borrowed; NULL = slot free */
	uv_pipe_t pipe;
	uv_timer_t patience;
	uv_write_t write;
	char request[CONTROL_REQUEST_MAX + 1];
	size_t used;
	char *answer; /* owned */
	int handles;
};

struct control {
	uv_pipe_t listener;
	control_answer answer;
	void *user; /* borrowed */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct client clients[CONTROL_CLIENTS];
	int n_clients, closing, listener_closed;
};

static void
free_when_done(struct control *c)
{
	if (c->closing && c->listener_closed && c->n_clients == 0)
		free(c);
}

static void
client_closed(uv_handle_t *h)
{
	struct client *k = h->data;
	struct control *c = k->control;

	if (--k->handles > 0)
		return;
	free(k->answer);
	memset(k, 0, sizeof(*k));
	c->n_clients--;
	free_when_done(c);
}

static void
client_close(struct client *k)
{
	if (uv_is_closing((uv_handle_t *)&k->pipe))
		return;
	uv_close((uv_handle_t *)&k->pipe, client_closed);
	uv_close((uv_handle_t *)&k->patience, client_closed);
}

static void
on_patience(uv_timer_t *t)
{
	client_close(t->data);
}

static void
on_written(uv_write_t *w, int status)
{
	(void)status;
	client_close(w->data);
}

static void
client_answer(struct client *k)
{
	static char newline[] = "\n";
	uv_buf_t parts[2];

	uv_read_stop((uv_stream_t *)&k->pipe);
	k->answer = k->control->answer(k->control->user, k->request);
	if (!k->answer) {
		client_close(k);
		return;
	}
	parts[0] = uv_buf_init(k->answer, (unsigned)strlen(k->answer));
	parts[1] = uv_buf_init(newline, 1);
	k->write.data = k;
	if (uv_write(&k->write, (uv_stream_t *)&k->pipe, parts, 2, on_written) < 0)
		client_close(k);
}

static void
on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *ret)
{
	struct client *k = h->data;

	(void)suggested;
	*ret = uv_buf_init(
		k->request + k->used, (unsigned)(CONTROL_REQUEST_MAX - k->used));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct client *k = s->data;
	char *end;

	(void)buf;
	if (n < 0) { /* the end, an error, or no room left (UV_ENOBUFS): a request that
			long is none */
		client_close(k);
		return;
	}
	k->used += (size_t)n;
	k->request[k->used] = '\0';
	end = memchr(k->request, '\n', k->used);
	if (!end)
		return;
	*end = '\0';
	client_answer(k);
}

static struct client *
client_slot(struct control *c)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (!c->clients[i].control)
			return &c->clients[i];
	return NULL;
}

static void
turn_away_closed(uv_handle_t *h)
{
	free(h);
}

/* Too many: accept and close at once, or the backlog would stay readable for ever. */
static void
turn_away(uv_stream_t *listener)
{
	uv_pipe_t *p = xcalloc(1, sizeof(*p));

	uv_pipe_init(listener->loop, p, 0);
	(void)uv_accept(listener, (uv_stream_t *)p);
	uv_close((uv_handle_t *)p, turn_away_closed);
}

static void
on_connection(uv_stream_t *listener, int status)
{
	struct control *c = listener->data;
	struct client *k;

	if (status < 0 || c->closing)
		return;
	k = client_slot(c);
	if (!k) {
		turn_away(listener);
		return;
	}
	k->control = c;
	k->handles = 2;
	c->n_clients++;
	uv_pipe_init(listener->loop, &k->pipe, 0);
	uv_timer_init(listener->loop, &k->patience);
	k->pipe.data = k;
	k->patience.data = k;
	uv_timer_start(&k->patience, on_patience, CONTROL_PATIENCE_MS, 0);
	if (uv_accept(listener, (uv_stream_t *)&k->pipe) < 0 ||
		uv_read_start((uv_stream_t *)&k->pipe, on_alloc, on_read) < 0)
		client_close(k);
}

/* 0: nobody there (a stale socket was removed), or negative errno. */
static int
remove_stale(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct stat st;
	int fd, rc;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	rc = connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 ? 0 : errno;
	close(fd);
	if (rc == 0 || rc == EAGAIN)
		return -EADDRINUSE;
	return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}

static void
listener_closed(uv_handle_t *h)
{
	struct control *c = h->data;

	c->listener_closed = 1;
	free_when_done(c);
}

int
control_open(uv_loop_t *loop, const char *dir, control_answer answer, void *user,
	struct control **ret)
{
	struct control *c = xcalloc(1, sizeof(*c));
	mode_t old;
	int rc;

	rc = snprintf(c->path, sizeof(c->path), "%s/%s", dir, CONTROL_SOCKET);
	rc = rc < (int)sizeof(c->path) ? remove_stale(c->path) : -ENAMETOOLONG;
	if (rc < 0) {
		free(c);
		return rc;
	}
	c->answer = answer;
	c->user = user;
	uv_pipe_init(loop, &c->listener, 0);
	c->listener.data = c;
	old = umask(0177); /* no moment in which others could open it */
	rc = uv_pipe_bind(&c->listener, c->path);
	umask(old);
	if (rc == 0)
		rc = uv_listen(
			(uv_stream_t *)&c->listener, CONTROL_CLIENTS, on_connection);
	if (rc < 0) {
		control_close(c);
		return rc;
	}
	*ret = c;
	return 0;
}

void
control_close(struct control *c)
{
	if (!c || c->closing)
		return;
	c->closing = 1;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (c->clients[i].control)
			client_close(&c->clients[i]);
	uv_close((uv_handle_t *)&c->listener, listener_closed); /* unlinks the path */
}
