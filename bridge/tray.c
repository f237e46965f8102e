/* SPDX-License-Identifier: MIT */
/* What comes into the tray and leaves it, see tray.h and tray_names.h. */
#include "tray_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP ".new"

struct tray {
	char inbox[PATH_MAX], refused[PATH_MAX];
	struct tray_limits limit;
	pthread_mutex_t mutex;
	/* under the mutex */
	struct tray_totals sum;
	uint64_t number; /* the last one given */
};

/* --- files ------------------------------------------------------------------------------ */

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static int
sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) != 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

static int
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);
		if (done < 0 && errno != EINTR)
			return -errno;
		bytes += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return 0;
}

/* The whole of it under `name`, or nothing; lasting once the directory has been synced. */
static int
write_file(const char *dir, const char *name, const void *bytes, size_t n)
{
	char path[PATH_MAX], temp[PATH_MAX];

	if (tray_join(path, dir, name) || tray_join(temp, dir, TEMP))
		return -ENAMETOOLONG;
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = write_all(fd, bytes, n);
	if (r == 0 && fsync(fd) != 0)
		r = -errno;
	if (close(fd) != 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(temp, path) != 0)
		r = -errno;
	if (r < 0)
		unlink(temp);
	return r;
}

/* --- opening ---------------------------------------------------------------------------- */

/* Removes what is in the making, and reasons of nothing; the highest number. */
static int
tidy(const char *dir, uint64_t *number)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		char path[PATH_MAX], of[PATH_MAX];
		size_t n = strlen(e->d_name);
		struct tray_item item;
		uint64_t x;
		if (tray_join(path, dir, e->d_name))
			continue;
		if (tray_parse(e->d_name, &x, &item))
			*number = x > *number ? x : *number;
		if (strcmp(e->d_name, TEMP) == 0)
			unlink(path);
		if (n <= sizeof TRAY_REASON - 1 ||
			strcmp(e->d_name + n - (sizeof TRAY_REASON - 1), TRAY_REASON) !=
				0)
			continue;
		snprintf(of, sizeof of, "%.*s",
			(int)(strlen(path) - (sizeof TRAY_REASON - 1)), path);
		if (access(of, F_OK) != 0)
			unlink(path);
	}
	closedir(d);
	return 0;
}

static int
make_directory(const char *dir)
{
	return mkdir(dir, 0700) != 0 && errno != EEXIST ? -errno : 0;
}

int
tray_open(const char *spool, const struct tray_limits *limits, struct tray **ret)
{
	struct tray *t = xcalloc(1, sizeof *t);
	int r = 0;

	t->limit = limits ? *limits : (struct tray_limits){.inbox_files = 0};
	t->limit.inbox_files =
		t->limit.inbox_files ? t->limit.inbox_files : TRAY_INBOX_FILES;
	t->limit.inbox_bytes =
		t->limit.inbox_bytes ? t->limit.inbox_bytes : TRAY_INBOX_BYTES;
	t->limit.refused_files =
		t->limit.refused_files ? t->limit.refused_files : TRAY_REFUSED_FILES;
	t->limit.refused_bytes =
		t->limit.refused_bytes ? t->limit.refused_bytes : TRAY_REFUSED_BYTES;
	pthread_mutex_init(&t->mutex, NULL);
	if (tray_join(t->inbox, spool, "inbox") ||
		tray_join(t->refused, spool, "refused"))
		r = -ENAMETOOLONG;
	if (r == 0)
		r = make_directory(t->inbox);
	if (r == 0)
		r = make_directory(t->refused);
	if (r == 0)
		r = sync_directory(spool);
	if (r == 0)
		r = tidy(t->inbox, &t->number);
	if (r == 0)
		r = tidy(t->refused, &t->number);
	if (r < 0) {
		tray_close(t);
		return r;
	}
	tray_look(spool, &t->sum);
	*ret = t;
	return 0;
}

struct tray *
tray_close(struct tray *t)
{
	if (!t)
		return NULL;
	pthread_mutex_destroy(&t->mutex);
	free(t);
	return NULL;
}

/* --- in and out ------------------------------------------------------------------------- */

static int
keep(struct tray *t, const struct tray_document *d, utc_ms now, char **ret_path)
{
	char name[TRAY_NAME_MAX];

	if (t->sum.inbox.files >= t->limit.inbox_files ||
		t->sum.inbox.bytes + (int64_t)d->n > t->limit.inbox_bytes)
		return TRAY_E_FULL;
	snprintf(name, sizeof name, "%010llu.%013lld.%s.%s",
		(unsigned long long)++t->number, (long long)(now.ms > 0 ? now.ms : 0),
		d->person ? d->person : "", d->format ? d->format : "");
	int r = write_file(t->inbox, name, d->bytes, d->n);
	if (r == 0)
		r = sync_directory(t->inbox);
	if (r < 0)
		return r;
	t->sum.inbox.files++;
	t->sum.inbox.bytes += (int64_t)d->n;
	if (ret_path) {
		size_t size = strlen(t->inbox) + strlen(name) + 2;
		*ret_path = xcalloc(size, 1);
		snprintf(*ret_path, size, "%s/%s", t->inbox, name);
	}
	return 0;
}

int
tray_put(struct tray *t, const struct tray_document *d, utc_ms now, char **ret_path)
{
	if (d->n > TRAY_DOCUMENT_MAX)
		return TRAY_E_BIG;
	if ((d->person && !id_is_valid(d->person)) ||
		(d->format && !id_is_valid(d->format)))
		return -EINVAL;
	pthread_mutex_lock(&t->mutex);
	int r = keep(t, d, now, ret_path);
	pthread_mutex_unlock(&t->mutex);
	return r;
}

static void
leaves_inbox(struct tray *t, int64_t bytes)
{
	t->sum.inbox.files -= t->sum.inbox.files > 0;
	t->sum.inbox.bytes -= bytes < t->sum.inbox.bytes ? bytes : t->sum.inbox.bytes;
}

int
tray_done(struct tray *t, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (unlink(path) != 0)
		return -errno;
	pthread_mutex_lock(&t->mutex);
	leaves_inbox(t, st.st_size);
	pthread_mutex_unlock(&t->mutex);
	/* not synced: one that comes back after a power cut is read twice, which does no harm */
	return 0;
}

/* Ends the walk over the refused once enough of the oldest are gone. */
static int
forget(void *ctx, const struct tray_item *item)
{
	struct tray *t = ctx;
	char reason[PATH_MAX];

	if (t->sum.refused.files <= t->limit.refused_files &&
		t->sum.refused.bytes <= t->limit.refused_bytes)
		return 1;
	if (unlink(item->path) != 0)
		return 0;
	if (snprintf(reason, sizeof reason, "%s" TRAY_REASON, item->path) < PATH_MAX)
		unlink(reason);
	t->sum.refused.files--;
	t->sum.refused.bytes -= item->bytes;
	t->sum.forgotten++;
	return 0;
}

static int
trim(struct tray *t)
{
	unsigned long before = t->sum.forgotten;
	char text[32];
	int r = tray_each_of(t->refused, 0, forget, t);

	if (r < 0 || t->sum.forgotten == before)
		return r < 0 ? r : 0;
	int n = snprintf(text, sizeof text, "%lu\n", t->sum.forgotten);
	return write_file(t->refused, TRAY_FORGOTTEN, text, (size_t)n);
}

static int
move(struct tray *t, const char *path, const char *reason)
{
	char to[PATH_MAX], name[TRAY_NAME_MAX + sizeof TRAY_REASON],
		text[TRAY_REASON_MAX + 1];
	struct stat st;
	int n = snprintf(text, sizeof text, "%.*s\n", TRAY_REASON_MAX - 1, reason);

	if (tray_join(to, t->refused, base_of(path)) ||
		snprintf(name, sizeof name, "%s" TRAY_REASON, base_of(path)) >=
			(int)sizeof name)
		return -ENAMETOOLONG;
	/* the reason first: one without its document is swept up, a document stays where it is */
	int r = stat(path, &st) != 0 ? -errno
				     : write_file(t->refused, name, text, (size_t)n);
	if (r == 0 && rename(path, to) != 0)
		r = -errno;
	if (r < 0)
		return r;
	leaves_inbox(t, st.st_size);
	t->sum.refused.files++;
	t->sum.refused.bytes += st.st_size;
	r = trim(t);
	if (r == 0)
		r = sync_directory(t->refused);
	return r == 0 ? sync_directory(t->inbox) : r;
}

int
tray_refuse(struct tray *t, const char *path, const char *reason)
{
	pthread_mutex_lock(&t->mutex);
	int r = move(t, path, reason);
	pthread_mutex_unlock(&t->mutex);
	return r;
}

int
tray_is_filling(struct tray *t)
{
	pthread_mutex_lock(&t->mutex);
	int full = t->sum.inbox.files >= t->limit.inbox_files / 2 ||
		   t->sum.inbox.bytes >= t->limit.inbox_bytes / 2;
	pthread_mutex_unlock(&t->mutex);
	return full;
}

void
tray_count(struct tray *t, struct tray_totals *ret)
{
	pthread_mutex_lock(&t->mutex);
	*ret = t->sum;
	pthread_mutex_unlock(&t->mutex);
}
