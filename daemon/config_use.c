/* SPDX-License-Identifier: MIT */
/* What is done with a configuration once it is good: secrets fetched, scorers loaded, a new
 * one compared with the old. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/suggest.h"
#include "config_table.h"
#include "sys/loader.h"

/* private: refuse what everybody may read. systemd's own credentials are made by it. */
static int
read_secret(const char *path, int private, char *ret, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && !S_ISREG(st.st_mode))
		r = -EINVAL;
	else if (r == 0 && private && (st.st_mode & S_IROTH))
		r = -EPERM;
	char buf[1024];
	ssize_t n = r == 0 ? read(fd, buf, sizeof buf) : 0;
	if (n < 0)
		r = -errno;
	close(fd);
	if (r < 0)
		return r;
	if (n > 0 && buf[n - 1] == '\n')
		n--;
	if (n > 0 && buf[n - 1] == '\r')
		n--;
	if (n == 0 || (size_t)n >= size || (size_t)n >= sizeof buf - 2 ||
		memchr(buf, '\0', (size_t)n))
		r = -EMSGSIZE;
	if (r == 0) {
		memcpy(ret, buf, (size_t)n);
		ret[n] = '\0';
	}
	explicit_bzero(buf, sizeof buf);
	return r;
}

int
config_secret(const char *path, const char *name, char *ret, size_t size)
{
	if (path[0])
		return read_secret(path, 1, ret, size);
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char credential[512];
	if (!dir || dir[0] != '/' ||
		(size_t)snprintf(credential, sizeof credential, "%s/%s", dir, name) >=
			sizeof credential)
		return -ENOENT;
	return read_secret(credential, 0, ret, size);
}

struct teller {
	const struct config *c;
	void (*complain)(void *ctx, const char *text);
	void *ctx;
	int faults;
};

static void printf_like(3, 4)
	tell(struct teller *t, struct config_place at, const char *fmt, ...)
{
	char reason[512], line[800];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	snprintf(line, sizeof line, "%s:%d: %s", t->c->files[at.file],
		at.line > 0 ? at.line : 1, reason);
	t->complain(t->ctx, line);
	t->faults++;
}

static const char *
nearest_option(const struct scorers *s, const struct scorer_setting *set)
{
	const struct loaded_scorer *l = scorers_find(s, set->scorer);
	struct suggest g = {.word = set->option};
	for (unsigned i = 0; l && i < l->n_options; i++)
		suggest_offer(&g, l->desc->options[i].name);
	return g.nearest && g.distance > 0 ? g.nearest : NULL;
}

static void
load_all(struct teller *t, struct loader *loader, struct scorers *s)
{
	const struct config *c = t->c;
	char why[LOADER_WHY_LEN > SCORERS_WHY_LEN ? LOADER_WHY_LEN : SCORERS_WHY_LEN];
	for (unsigned i = 0; i < c->n_scorers; i++) {
		const struct scorer *desc;
		int r = loader_open(loader, c->scorers[i], &desc, why);
		if (r == 0)
			r = scorers_add(s, desc, why);
		if (r < 0)
			tell(t, c->scorer_at[i], "scorer \"%s\": %s", c->scorers[i],
				strerror(-r));
		else if (r > 0)
			tell(t, c->scorer_at[i], "%s", why);
	}
	for (unsigned i = 0; i < c->n_settings; i++) {
		const struct scorer_setting *set = &c->settings[i];
		if (!scorers_find(s, set->scorer))
			continue; /* could not be loaded, which was told */
		int r = scorers_set(s, set->scorer, set->option, set->text, why);
		const char *near = r == SCORERS_E_OPTION ? nearest_option(s, set) : NULL;
		if (r < 0)
			tell(t, set->at, "%s: %s", set->option, strerror(-r));
		else if (r > 0)
			tell(t, set->at, "%s%s%s%s", why, near ? "; did you mean " : "",
				near ? near : "", near ? "?" : "");
	}
	int r = t->faults == 0 ? scorers_order(s, why) : 0;
	if (r != 0)
		tell(t, c->n_scorers > 0 ? c->scorer_at[0] : (struct config_place){0},
			"%s", r < 0 ? strerror(-r) : why);
}

int
config_scorers(const struct config *c, void (*complain)(void *ctx, const char *text),
	void *ctx, struct scorers *ret, struct loader **ret_loader)
{
	struct teller t = {c, complain, ctx, 0};
	struct loader *loader = NULL;
	struct scorers *s cleanup(freep) = xcalloc(1, sizeof *s);
	int r = loader_new(c->scorer_dir, &loader);
	if (r != 0)
		tell(&t, (struct config_place){0}, "scorer_dir = \"%s\": %s",
			c->scorer_dir, strerror(-r));
	else
		load_all(&t, loader, s);
	if (t.faults > 0) {
		loader_free(loader);
		return r < 0 ? r : -EINVAL;
	}
	*ret = *s;
	*ret_loader = loader;
	return 0;
}

int
config_needs_restart(
	const struct config *old, const struct config *new_, char why[static 128])
{
	for (const struct config_option *o = config_options; o->name; o++) {
		if (!o->restart)
			continue;
		const char *a = (const char *)old + o->at,
			   *b = (const char *)new_ + o->at;
		/* texts are compared as texts: what follows their end means nothing */
		int text = o->kind <= CONFIG_PATH;
		if (text ? strcmp(a, b) != 0 : memcmp(a, b, o->size) != 0) {
			snprintf(why, 128, "%s%s%s",
				strcmp(o->section, "root") == 0 ? "" : o->section,
				strcmp(o->section, "root") == 0 ? "" : ".", o->name);
			return 1;
		}
	}
	return 0;
}
