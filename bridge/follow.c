/* SPDX-License-Identifier: MIT */
/* See follow.h. The files are a table sorted by path. */
#include "follow_table.h"
#include "sorted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_POLL_MS                                                                     \
	500 /* at least, between two looks at whether somebody still writes */

int
follow_is_ignored(const char *name)
{
	static const char *const ends[] = {"~", ".part", ".partial", ".tmp", ".temp",
		".crdownload", ".download", "-wal", "-shm", "-journal"};
	size_t n = strlen(name);

	if (name[0] == '.' || name[0] == '~')
		return 1;
	for (size_t i = 0; i < array_len(ends); i++) {
		size_t k = strlen(ends[i]);
		if (n >= k && strcmp(name + n - k, ends[i]) == 0)
			return 1;
	}
	return 0;
}

/* --- the table -------------------------------------------------------------------------- */

struct file *
follow_find(const struct follow *f, const char *path)
{
	int found;
	size_t at = sorted_place(f->files, f->n, sizeof *f->files, path, &found);

	return found ? &f->files[at] : NULL;
}

int
follow_root_of(const struct follow *f, const char *path)
{
	for (int i = 0; i < f->o.n; i++) {
		size_t n = strlen(f->roots[i].path);
		if (strncmp(path, f->roots[i].path, n) == 0 &&
			(path[n] == 0 || path[n] == '/' || n == 1))
			return i;
	}
	return -1;
}

static struct file *
find_or_add(struct follow *f, const char *path)
{
	int found;
	size_t at = sorted_place(f->files, f->n, sizeof *f->files, path, &found);

	if (found)
		return &f->files[at];
	if (f->n == FOLLOW_FILES_MAX) {
		f->is_over = 1;
		return NULL;
	}
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 64;
		f->files = xrealloc(f->files, f->cap, sizeof *f->files);
	}
	memmove(f->files + at + 1, f->files + at, (f->n - at) * sizeof *f->files);
	f->n++;
	f->files[at] =
		(struct file){.path = xstrdup(path), .root = follow_root_of(f, path)};
	f->files[at].in_directory = f->files[at].root < 0 ||
				    strcmp(path, f->roots[f->files[at].root].path) != 0;
	f->cursor += at < f->cursor;
	return &f->files[at];
}

void
follow_drop(struct follow *f, size_t at)
{
	free(f->files[at].path);
	memmove(f->files + at, f->files + at + 1, (f->n - at - 1) * sizeof *f->files);
	f->n--;
	f->cursor -= at < f->cursor;
}

static int
same(const struct stamp *a, const struct stamp *b)
{
	return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode;
}

/* --- one file --------------------------------------------------------------------------- */

static int
is_wanted(const struct file *x)
{
	if (!x->is_there || x->is_taken)
		return 0;
	return !x->is_known || !x->before.whole || !same(&x->before.stamp, &x->stamp);
}

/* From when on it counts as complete. */
static int64_t
quiet_from(const struct follow *f, const struct stamp *s, const struct moment *m)
{
	int64_t age = m->wall.ms - s->mtime_ns / 1000000;

	if (m->moved || age >= f->o.settle_ms)
		return m->now.ms;
	return m->now.ms + f->o.settle_ms;
}

void
follow_look(
	struct follow *f, const char *path, const struct stat *st, const struct moment *m)
{
	struct stamp s = {st->st_size,
		(int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		(int64_t)st->st_ino};
	struct file *x = find_or_add(f, path);

	if (!x)
		return;
	x->scan = f->scan;
	if (!x->is_there || !same(&x->stamp, &s)) {
		int again = x->is_known && same(&x->before.stamp, &s);
		x->stamp = s;
		x->since_ms = m->now.ms;
		x->quiet_ms = quiet_from(f, &s, m);
		x->again_ms = again ? x->again_ms : 0;
		x->wait_ms = again ? x->wait_ms : 0;
	} else {
		int64_t quiet = quiet_from(f, &s, m);
		x->quiet_ms = quiet < x->quiet_ms ? quiet : x->quiet_ms;
	}
	x->is_there = 1;
	f->due_ms = INT64_MIN;
}

/* A lease is only given while nobody has the file open for writing; SIGIO must be ignored. */
static int
is_being_written(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	int busy = fcntl(fd, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
	if (!busy)
		(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	close(fd);
	return busy;
}

/* --- what is next ----------------------------------------------------------------------- */

/* 1: it may be read as it is. Else its quiet_ms is moved on. */
static int
is_complete(struct follow *f, size_t at, mono_ms now, utc_ms wall)
{
	struct file *x = &f->files[at];
	struct stamp before = x->stamp;
	struct moment m = {now, wall, 0};
	struct stat st;

	if (stat(x->path, &st) != 0 || !S_ISREG(st.st_mode)) {
		x->is_there = 0;
		return 0;
	}
	follow_look(f, x->path, &st, &m);
	if (!same(&before, &x->stamp) && x->quiet_ms > now.ms)
		return 0;
	if (now.ms - x->since_ms < FOLLOW_OPEN_MAX_MS && is_being_written(x->path)) {
		x->quiet_ms = now.ms + (f->o.settle_ms > OPEN_POLL_MS ? f->o.settle_ms
								      : OPEN_POLL_MS);
		return 0;
	}
	return 1;
}

static int64_t
ready_at(const struct file *x)
{
	return x->quiet_ms > x->again_ms ? x->quiet_ms : x->again_ms;
}

int
follow_next(struct follow *f, mono_ms now, utc_ms wall, struct follow_file *ret)
{
	int64_t due = INT64_MAX;

	if (now.ms < f->due_ms)
		return 0;
	for (size_t k = 0; k < f->n; k++) {
		size_t at = f->cursor < f->n ? f->cursor : 0;
		struct file *x = &f->files[at];
		f->cursor = at + 1;
		if (is_wanted(x) && ready_at(x) <= now.ms &&
			is_complete(f, at, now, wall)) {
			x->is_taken = 1;
			*ret = (struct follow_file){xstrdup(x->path), x->in_directory,
				x->stamp,
				x->is_known && same(&x->stamp, &x->before.stamp),
				x->before, x->is_known};
			f->due_ms = now.ms;
			return 1;
		}
		if (is_wanted(x) && ready_at(x) < due)
			due = ready_at(x);
	}
	f->due_ms = due;
	return 0;
}

void
follow_done(struct follow *f, const char *path, const struct seen *seen, mono_ms now)
{
	struct file *x = follow_find(f, path);

	if (!x)
		return;
	x->is_taken = 0;
	x->before = *seen;
	x->is_known = 1;
	f->due_ms = INT64_MIN;
	if (seen->whole) {
		x->wait_ms = x->again_ms = 0;
		return;
	}
	x->wait_ms = x->wait_ms ? 2 * x->wait_ms : FOLLOW_AGAIN_MS;
	x->wait_ms = x->wait_ms < FOLLOW_AGAIN_MAX_MS ? x->wait_ms : FOLLOW_AGAIN_MAX_MS;
	x->again_ms = now.ms + x->wait_ms;
}

void
follow_later(struct follow *f, const char *path, int64_t wait_ms, mono_ms now)
{
	struct file *x = follow_find(f, path);

	if (!x)
		return;
	x->is_taken = 0;
	x->again_ms = now.ms + wait_ms;
	f->due_ms = INT64_MIN;
}

mono_ms
follow_due(const struct follow *f)
{
	return (mono_ms){f->due_ms};
}

/* --- life ------------------------------------------------------------------------------- */

/* What is there is named without links; what is not, as it was said. */
static char *
absolute(const char *path)
{
	char here[PATH_MAX], whole[2 * PATH_MAX];
	char *real = realpath(path, NULL);

	if (real)
		return real;
	if (path[0] == '/' || !getcwd(here, sizeof here))
		snprintf(whole, sizeof whole, "%s", path);
	else
		snprintf(whole, sizeof whole, "%s/%s", here, path);
	for (size_t n = strlen(whole); n > 1 && whole[n - 1] == '/';)
		whole[--n] = 0;
	return xstrdup(whole);
}

struct follow *
follow_new(const struct follow_options *o)
{
	struct follow *f = xcalloc(1, sizeof *f);

	f->o = *o;
	f->due_ms = INT64_MIN;
	f->roots = xcalloc((size_t)(o->n ? o->n : 1), sizeof *f->roots);
	for (int i = 0; i < o->n; i++)
		f->roots[i].path = absolute(o->paths[i]);
	return f;
}

struct follow *
follow_free(struct follow *f)
{
	if (!f)
		return NULL;
	for (size_t i = 0; i < f->n; i++)
		free(f->files[i].path);
	for (int i = 0; i < f->o.n; i++)
		free(f->roots[i].path);
	free(f->files);
	free(f->roots);
	free(f);
	return NULL;
}

void
follow_remember(struct follow *f, const char *path, const struct seen *seen)
{
	struct file *x = find_or_add(f, path);

	if (!x)
		return;
	x->before = *seen;
	x->is_known = 1;
}

const char *
follow_missing(const struct follow *f, int i, const char **ret_why)
{
	for (int k = 0; k < f->o.n; k++)
		if (f->roots[k].fault && i-- == 0) {
			*ret_why = strerror(-f->roots[k].fault);
			return f->roots[k].path;
		}
	return NULL;
}

int
follow_is_over(const struct follow *f)
{
	return f->is_over;
}
