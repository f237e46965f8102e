/* SPDX-License-Identifier: MIT */
/* inotify, see watch.h. Not uv_fs_event: that does not tell a file that was moved here, which is
 * whole, from one that was just made, which is not. Writing itself is not listened to: each piece
 * of a large file would wake us. */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define MASK                                                                             \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR |             \
		IN_EXCL_UNLINK)
#define EVENTS_SIZE 65536

struct watched {
	int wd;
	char *path;
};

struct watch {
	uv_poll_t poll;
	int fd;
	struct watch_events events;
	struct watched *v; /* sorted by wd */
	size_t n, cap;
	char buf[EVENTS_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
};

static size_t
place(const struct watch *w, int wd)
{
	size_t lo = 0, hi = w->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->v[mid].wd < wd)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int
watch_add(struct watch *w, const char *directory)
{
	int wd = inotify_add_watch(w->fd, directory, MASK);

	if (wd < 0)
		return -errno;
	size_t at = place(w, wd);
	if (at < w->n && w->v[at].wd == wd) {
		if (strcmp(w->v[at].path, directory) != 0) { /* it was moved */
			free(w->v[at].path);
			w->v[at].path = xstrdup(directory);
		}
		return 0;
	}
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 16;
		w->v = xrealloc(w->v, w->cap, sizeof *w->v);
	}
	memmove(w->v + at + 1, w->v + at, (w->n - at) * sizeof *w->v);
	w->v[at] = (struct watched){wd, xstrdup(directory)};
	w->n++;
	return 0;
}

static void
forget(struct watch *w, int wd)
{
	size_t at = place(w, wd);

	if (at >= w->n || w->v[at].wd != wd)
		return;
	free(w->v[at].path);
	memmove(w->v + at, w->v + at + 1, (w->n - at - 1) * sizeof *w->v);
	w->n--;
}

static void
tell(struct watch *w, const struct inotify_event *e)
{
	char path[PATH_MAX];

	if (e->mask & IN_Q_OVERFLOW)
		w->events.missed(w->events.ctx);
	if (e->mask & IN_IGNORED)
		forget(w, e->wd);
	size_t at = place(w, e->wd);
	if (e->len == 0 || at >= w->n || w->v[at].wd != e->wd ||
		snprintf(path, sizeof path, "%s/%s",
			w->v[at].path[1] ? w->v[at].path : "", e->name) >= PATH_MAX)
		return;
	if (!(e->mask & IN_ISDIR))
		w->events.file(w->events.ctx, path, (e->mask & IN_MOVED_TO) != 0);
	else if (e->mask & (IN_CREATE | IN_MOVED_TO))
		w->events.directory(w->events.ctx, path, (e->mask & IN_MOVED_TO) != 0);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;

	(void)status;
	(void)events;
	for (;;) {
		ssize_t n = read(w->fd, w->buf, sizeof w->buf);
		if (n <= 0)
			return;
		for (char *p = w->buf; p < w->buf + n;) {
			const struct inotify_event *e = (const struct inotify_event *)p;
			tell(w, e);
			p += sizeof *e + e->len;
		}
	}
}

int
watch_open(uv_loop_t *loop, const struct watch_events *e, struct watch **ret)
{
	struct watch *w = xcalloc(1, sizeof *w);

	w->events = *e;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int r = w->fd < 0 ? -errno : uv_poll_init(loop, &w->poll, w->fd);
	if (r < 0) {
		if (w->fd >= 0)
			close(w->fd);
		free(w);
		return r;
	}
	w->poll.data = w;
	r = uv_poll_start(&w->poll, UV_READABLE, on_readable);
	if (r < 0) {
		watch_close(w);
		return r;
	}
	*ret = w;
	return 0;
}

static void
on_closed(uv_handle_t *h)
{
	struct watch *w = h->data;

	close(w->fd);
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i].path);
	free(w->v);
	free(w);
}

struct watch *
watch_close(struct watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->poll, on_closed);
	return NULL;
}
