/* SPDX-License-Identifier: MIT */
/* openat2 beneath the directory, fstat on the open file, dlopen of that very file: what
 * was checked is what is mapped. dlopen knows a library by its path first, and keeps every
 * path under which it was opened while anybody has it mapped: a re-used "/proc/self/fd/7"
 * would silently give the old one, also after a reload that mapped the same file twice.
 * Therefore each file's descriptor stays open for the life of the process. */
#include "sys/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/scorers.h"

static_assert(LOADER_WHY_LEN == SCORERS_WHY_LEN, "one sentence fits both");

#define NAME_LEN_MAX 32
#define PARENTS_MAX  64
#define KEPT_MAX     256 /* different files over the life of the process */

/* an expression: says why, gives the code */
#define refuse(why, ...) (snprintf((why), LOADER_WHY_LEN, __VA_ARGS__), LOADER_E_REFUSED)

struct loader {
	char *dir;
	int dir_fd;
	unsigned n;
	void *opened[SCORERS_MAX]; /* handles */
};

int
loader_new(const char *dir, struct loader **ret)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	struct loader *l = xcalloc(1, sizeof *l);
	l->dir = xstrdup(dir);
	l->dir_fd = fd;
	*ret = l;
	return 0;
}

struct loader *
loader_free(struct loader *l)
{
	if (!l)
		return NULL;
	while (l->n > 0)
		dlclose(l->opened[--l->n]);
	close(l->dir_fd);
	free(l->dir);
	free(l);
	return NULL;
}

/* NULL = only root and the daemon's user can change it. */
static const char *
mistrust(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to somebody else than root or the daemon's user";
	if (st->st_mode & S_IWOTH)
		return "can be written by everyone";
	if (st->st_mode & S_IWGRP)
		return "can be written by its group";
	return NULL;
}

/* The directory and all above it, by following ".." from the open directory, so that a
 * link or a rename in the path's text does not matter. In a sticky directory only a
 * file's owner can replace it, therefore such a parent is safe. */
static int
check_directory(const struct loader *l, char *why)
{
	struct stat st, above;
	int r = 0, fd = fcntl(l->dir_fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0 || fstat(fd, &st) < 0)
		r = refuse(why, "%.150s: %s", l->dir, strerror(errno));
	for (int depth = 0; r == 0; depth++, st = above) {
		const char *bad = mistrust(&st);
		int other = st.st_uid != 0 && st.st_uid != geteuid();
		if (bad && !(depth > 0 && !other && (st.st_mode & S_ISVTX)))
			r = refuse(why, "%.150s %s%s", l->dir,
				depth > 0 ? "lies under a directory that " : "", bad);
		int up = r ? -1 : openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (r == 0 && (up < 0 || fstat(up, &above) < 0 || depth > PARENTS_MAX))
			r = refuse(why, "%.150s: its parents cannot be checked", l->dir);
		if (up >= 0) {
			close(fd);
			fd = up;
		}
		if (r || (above.st_ino == st.st_ino && above.st_dev == st.st_dev))
			break;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

/* Non-blocking, so that a fifo of that name holds nobody up before fstat refuses it. */
static int
open_beneath(int dir_fd, const char *file)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int fd = (int)syscall(SYS_openat2, dir_fd, file, &how, sizeof how);
	/* an old kernel or a strict sandbox: the name has no slash, so this is as tight
	 */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(dir_fd, file, (int)how.flags);
	return fd;
}

static int
open_checked(const struct loader *l, const char *name, int *ret_fd, char *why)
{
	char file[NAME_LEN_MAX + 4];
	struct stat st;
	const char *bad = NULL;
	snprintf(file, sizeof file, "%.32s.so", name);
	int r = check_directory(l, why);
	if (r)
		return r;
	int fd = open_beneath(l->dir_fd, file);
	if (fd < 0 && errno == ENOENT)
		return refuse(why, "there is no %s in %.150s", file, l->dir);
	if (fd < 0 && errno == ELOOP)
		return refuse(why, "%.150s/%s is a symbolic link", l->dir, file);
	if (fd < 0)
		return refuse(why, "%.150s/%s: %s", l->dir, file, strerror(errno));
	if (fstat(fd, &st) < 0)
		bad = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		bad = "is not a regular file";
	else
		bad = mistrust(&st);
	if (bad) {
		close(fd);
		return refuse(why, "%.150s/%s %s", l->dir, file, bad);
	}
	*ret_fd = fd;
	return 0;
}

/* One descriptor a file, kept; fd is either kept or closed. -1: too many different files. */
static int
keep(int fd)
{
	static struct {
		dev_t dev;
		ino_t ino;
		int fd;
	} kept[KEPT_MAX];
	static unsigned n;
	struct stat st;

	if (fstat(fd, &st) != 0) {
		close(fd);
		return -1;
	}
	for (unsigned i = 0; i < n; i++)
		if (kept[i].dev == st.st_dev && kept[i].ino == st.st_ino) {
			close(fd);
			return kept[i].fd;
		}
	if (n == KEPT_MAX) {
		close(fd);
		return -1;
	}
	kept[n].dev = st.st_dev;
	kept[n].ino = st.st_ino;
	return kept[n++].fd = fd;
}

/* The symbol's own size comes from the file's symbol table, so that something shorter
 * than a descriptor is not read beyond its end. */
static int
find_descriptor(void *handle, const char *name, const struct scorer **ret, char *why)
{
	Dl_info info;
	const ElfW(Sym) *sym = NULL;
	const struct scorer *d = dlsym(handle, "dozed_scorer");
	if (!d || !dladdr1(d, &info, (void **)&sym, RTLD_DL_SYMENT) || !sym)
		return refuse(why, "%s.so does not export dozed_scorer", name);
	if (scorers_check_abi(d, sym->st_size, why))
		return LOADER_E_REFUSED;
	if (!d->name || strcmp(d->name, name) != 0)
		return refuse(why,
			"%s.so calls itself \"%.40s\": name and file must agree", name,
			d->name ? d->name : "");
	*ret = d;
	return 0;
}

int
loader_open(struct loader *l, const char *name, const struct scorer **ret,
	char why[static LOADER_WHY_LEN])
{
	char path[32];
	int fd = -1;
	size_t len = strnlen(name, NAME_LEN_MAX + 1);
	if (len < 1 || len > NAME_LEN_MAX ||
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len)
		return refuse(
			why, "\"%.40s\" is not a scorer's name: [a-z0-9_]{1,32}", name);
	if (l->n >= array_len(l->opened))
		return refuse(why, "more than %d scorers", SCORERS_MAX);
	int r = open_checked(l, name, &fd, why);
	if (r)
		return r;
	fd = keep(fd);
	if (fd < 0)
		return refuse(
			why, "%s.so: too many scorers were replaced; restart", name);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		const char *said = dlerror();
		return refuse(
			why, "%s.so cannot be loaded: %.150s", name, said ? said : "");
	}
	l->opened[l->n++] = handle;
	return find_descriptor(handle, name, ret, why);
}
