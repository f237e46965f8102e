/* SPDX-License-Identifier: MIT */
/* What lies in the tray, read off its two directories; see tray.h. */
#include "tray_names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The part up to the next dot or the end; NULL: longer than an id. */
static const char *
part(const char *p, char ret[static ID_MAX + 1])
{
	size_t n = strcspn(p, ".");

	if (n > ID_MAX)
		return NULL;
	memcpy(ret, p, n);
	ret[n] = 0;
	return p + n;
}

int
tray_parse(const char *name, uint64_t *ret_number, struct tray_item *ret)
{
	char *end;

	if (name[0] < '0' || name[0] > '9')
		return 0;
	*ret_number = strtoull(name, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9')
		return 0;
	ret->arrived.ms = strtoll(end + 1, &end, 10);
	const char *p = *end == '.' ? part(end + 1, ret->person) : NULL;
	p = p && *p == '.' ? part(p + 1, ret->format) : NULL;
	return p && *p == 0 && (!ret->person[0] || id_is_valid(ret->person)) &&
	       (!ret->format[0] || id_is_valid(ret->format));
}

int
tray_join(char ret[static PATH_MAX], const char *dir, const char *name)
{
	return snprintf(ret, PATH_MAX, "%s/%s", dir, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static void
read_reason(const char *dir, const char *name, char ret[static TRAY_REASON_MAX + 1])
{
	char path[PATH_MAX], file[TRAY_NAME_MAX + sizeof TRAY_REASON];

	ret[0] = 0;
	snprintf(file, sizeof file, "%s" TRAY_REASON, name);
	FILE *f = tray_join(path, dir, file) ? NULL : fopen(path, "re");
	if (!f)
		return;
	ret[fread(ret, 1, TRAY_REASON_MAX, f)] = 0;
	ret[strcspn(ret, "\n")] = 0;
	fclose(f);
}

static int
is_document(const struct dirent *e)
{
	struct tray_item item;
	uint64_t number;

	return strlen(e->d_name) < TRAY_NAME_MAX && tray_parse(e->d_name, &number, &item);
}

/* By number, which has no leading zeros beyond its width. */
static int
by_number(const struct dirent **a, const struct dirent **b)
{
	uint64_t x = strtoull((*a)->d_name, NULL, 10),
		 y = strtoull((*b)->d_name, NULL, 10);
	return x != y ? (x < y ? -1 : 1) : strcmp((*a)->d_name, (*b)->d_name);
}

int
tray_each_of(const char *dir, int reasons,
	int (*each)(void *ctx, const struct tray_item *i), void *ctx)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, is_document, by_number), r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		struct tray_item item = {.bytes = 0};
		char path[PATH_MAX];
		uint64_t number;
		struct stat st;
		if (r == 0 && tray_parse(entry[i]->d_name, &number, &item) &&
			tray_join(path, dir, entry[i]->d_name) == 0 &&
			stat(path, &st) == 0) {
			item.bytes = st.st_size;
			item.path = path;
			if (reasons)
				read_reason(dir, entry[i]->d_name, item.reason);
			r = each(ctx, &item);
		}
		free(entry[i]);
	}
	free(entry);
	return r;
}

int
tray_each_waiting(
	const char *spool, int (*each)(void *ctx, const struct tray_item *i), void *ctx)
{
	char dir[PATH_MAX];

	return tray_join(dir, spool, "inbox") ? -ENAMETOOLONG
					      : tray_each_of(dir, 0, each, ctx);
}

int
tray_each_refused(
	const char *spool, int (*each)(void *ctx, const struct tray_item *i), void *ctx)
{
	char dir[PATH_MAX];

	return tray_join(dir, spool, "refused") ? -ENAMETOOLONG
						: tray_each_of(dir, 1, each, ctx);
}

static int
add_up(void *ctx, const struct tray_item *item)
{
	struct tray_part *p = ctx;

	p->files++;
	p->bytes += item->bytes;
	return 0;
}

static unsigned long
read_forgotten(const char *refused)
{
	char path[PATH_MAX], text[32] = "";
	FILE *f = tray_join(path, refused, TRAY_FORGOTTEN) ? NULL : fopen(path, "re");

	if (f && !fgets(text, sizeof text, f))
		text[0] = 0;
	if (f)
		fclose(f);
	return strtoul(text, NULL, 10);
}

void
tray_look(const char *spool, struct tray_totals *ret)
{
	char refused[PATH_MAX];

	*ret = (struct tray_totals){.forgotten = 0};
	/* what cannot be seen counts as empty */
	(void)!tray_each_waiting(spool, add_up, &ret->inbox);
	(void)!tray_each_refused(spool, add_up, &ret->refused);
	if (tray_join(refused, spool, "refused") == 0)
		ret->forgotten = read_forgotten(refused);
}
