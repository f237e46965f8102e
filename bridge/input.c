/* SPDX-License-Identifier: MIT */
/* Plain, gzip and standard input through zlib, see input.h. */
#include "input.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

int
input_open(struct input *in, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*in = (struct input){0};
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		int err = errno;
		close(fd);
		return S_ISDIR(st.st_mode) ? -EISDIR : -err;
	}
	if (S_ISREG(st.st_mode))
		in->written_ms = (int64_t)st.st_mtim.tv_sec * SECOND_MS +
				 st.st_mtim.tv_nsec / 1000000;
	in->file = strcmp(path, "-") == 0 ? NULL : path;
	in->gz = gzdopen(fd, "rb");
	if (!in->gz) {
		close(fd);
		return -ENOMEM;
	}
	in->buf = xcalloc(1, INPUT_BUFFER + 1); /* room to end a last line with NUL */
	return 0;
}

void
input_from(struct input *in, int (*more)(void *from, char *ret, size_t n), void *from)
{
	*in = (struct input){.more = more, .from = from};
	in->buf = xcalloc(1, INPUT_BUFFER + 1);
}

void
input_close(struct input *in)
{
	if (in->gz)
		gzclose(in->gz);
	free(in->buf);
	*in = (struct input){0};
}

/* Bytes read; 0 or less: the end, or a fault. */
static int
more(struct input *in, char *ret, size_t room)
{
	int code = Z_OK;

	if (in->more) {
		int got = in->more(in->from, ret, room);
		in->fault = got < 0 ? got : 0;
		return got;
	}
	int n = gzread(in->gz, ret, (unsigned)room);
	gzerror(in->gz, &code);
	if (code == Z_ERRNO)
		in->fault = errno ? -errno : -EIO;
	else if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
		in->fault = -EBADMSG;
	return n;
}

int
input_fill(struct input *in, size_t want)
{
	assert(want <= INPUT_BUFFER);
	while (in->end - in->start < want && !in->eof) {
		if (in->start > 0) {
			memmove(in->buf, in->buf + in->start, in->end - in->start);
			in->end -= in->start;
			in->start = 0;
		}
		int n = more(in, in->buf + in->end, INPUT_BUFFER - in->end);
		if (n <= 0 || in->fault)
			in->eof = 1;
		in->end += n > 0 ? (size_t)n : 0;
	}
	/* what came before the damage can be had first */
	return in->end == in->start ? in->fault : 0;
}

int
input_slurp(struct input *in, size_t max, char **ret, size_t *ret_size)
{
	char *all = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		int r = input_fill(in, 1);
		size_t have = in->end - in->start;
		if (r < 0 || n + have > max) {
			free(all);
			return r < 0 ? r : -EFBIG;
		}
		if (n + have + 1 > cap) {
			cap = 2 * (n + have) + 1;
			all = xrealloc(all, cap, 1);
		}
		memcpy(all + n, in->buf + in->start, have);
		n += have;
		all[n] = 0;
		in->start = in->end;
		if (have == 0)
			break;
	}
	*ret = all;
	*ret_size = n;
	return 0;
}
