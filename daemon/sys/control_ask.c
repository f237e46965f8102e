/* SPDX-License-Identifier: MIT */
/* The asking side of the control socket: blocking, with a limit on time and size. */
#include "sys/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX (4 * 1024 * 1024)

static int
dial(const char *dir)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int n = snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", dir, CONTROL_SOCKET);
	int fd, rc;

	if (n >= (int)sizeof(sa.sun_path))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

static int
read_all(int fd, int timeout_ms, char **ret)
{
	size_t used = 0, size = 16384;
	char *text = xrealloc(NULL, size, 1);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	for (;;) {
		if (used + 1 == size && size < ANSWER_MAX)
			text = xrealloc(text, size *= 2, 1);
		n = poll(&p, 1, timeout_ms);
		if (n > 0)
			n = read(fd, text + used, size - used - 1);
		else if (n == 0)
			n = -1, errno = ETIMEDOUT;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (n < 0 || used == 0) {
		free(text);
		return n < 0 ? -errno : -EPROTO;
	}
	text[used] = '\0';
	text[strcspn(text, "\n")] = '\0';
	*ret = text;
	return 0;
}

int
control_ask(const char *dir, const char *request, int timeout_ms, char **ret)
{
	int fd = dial(dir), rc;

	if (fd < 0)
		return fd;
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 ||
		send(fd, "\n", 1, MSG_NOSIGNAL) < 0)
		rc = -errno;
	else
		rc = read_all(fd, timeout_ms, ret);
	close(fd);
	return rc;
}
