/* SPDX-License-Identifier: MIT */
/* Temporary files, see spill.h. */
#include "spill.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPILL_DIR "/var/tmp" /* a disk; /tmp may be memory, a database is large */

/* A signal handler is told nothing but the signal. */
static char path[PATH_MAX];

static const int ends[] = {SIGHUP, SIGINT, SIGTERM};
static struct sigaction before[array_len(ends)];

static void
remove_and_end(int signal)
{
	unlink(path);
	raise(signal); /* by now what it was before: the end */
}

/* Only where nobody else listens. */
static void
listen_for_ends(void)
{
	struct sigaction listen = {.sa_handler = remove_and_end,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};

	sigemptyset(&listen.sa_mask);
	for (size_t i = 0; i < array_len(ends); i++) {
		sigaction(ends[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_DFL)
			sigaction(ends[i], &listen, NULL);
	}
}

static void
forget(void)
{
	unlink(path);
	for (size_t i = 0; i < array_len(ends); i++)
		if (before[i].sa_handler == SIG_DFL)
			sigaction(ends[i], &before[i], NULL);
	path[0] = 0;
}

static int
create(void)
{
	const char *dir = getenv("TMPDIR");
	int n = snprintf(path, sizeof path, "%s/dozed-bridge-XXXXXX",
		dir && *dir == '/' ? dir : SPILL_DIR);
	int fd = n < (int)sizeof path ? mkostemp(path, O_CLOEXEC) : -1;

	return fd < 0 ? -errno : fd;
}

/* 0 or negative errno. */
static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
copy(struct input *from, int fd)
{
	int64_t size = 0;
	int r;

	while ((r = input_fill(from, INPUT_BUFFER)) == 0 && from->end > from->start) {
		size_t n = from->end - from->start;
		size += (int64_t)n;
		r = size > SPILL_MAX ? -EFBIG : write_all(fd, from->buf + from->start, n);
		if (r < 0)
			return r;
		from->start = from->end;
	}
	return r;
}

int
spill_open(struct input *from, struct input *ret)
{
	struct timespec changed[2];
	int fd, r;

	assert(!path[0]);
	/* a signal before the file is there removes nothing */
	listen_for_ends();
	fd = create();
	r = fd < 0 ? fd : copy(from, fd);
	changed[0].tv_sec = changed[1].tv_sec = from->written_ms / SECOND_MS;
	changed[0].tv_nsec = changed[1].tv_nsec = from->written_ms % SECOND_MS * 1000000;
	if (r == 0 && futimens(fd, changed) < 0)
		r = -errno;
	if (fd >= 0)
		close(fd);
	if (r == 0)
		r = input_open(ret, path);
	if (r < 0)
		forget();
	return r;
}

void
spill_close(struct input *in)
{
	input_close(in);
	forget();
}
