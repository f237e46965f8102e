/* SPDX-License-Identifier: MIT */
/* What the tests of the vendors' readers ask of what came out. */
#pragma once

#include "bridge_fixture.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>

/* The i-th session of all batches. */
static inline const Dozed__V1__Session *
night(const struct run *r, size_t i)
{
	for (size_t b = 0; b < r->n; b++) {
		if (i < r->got[b].b->n_sessions)
			return r->got[b].b->sessions[i];
		i -= r->got[b].b->n_sessions;
	}
	fail_msg("no such night; said: %s", r->said ? r->said : "");
	return NULL;
}

static inline size_t
nights(const struct run *r)
{
	size_t n = 0;
	for (size_t b = 0; b < r->n; b++)
		n += r->got[b].b->n_sessions;
	return n;
}

static inline double
metric(const Dozed__V1__Session *s, int which)
{
	for (size_t i = 0; i < s->n_metrics; i++)
		if ((int)s->metrics[i]->metric == which)
			return s->metrics[i]->value;
	return NAN;
}

static inline int
stage_s(const Dozed__V1__Session *s, int stage)
{
	int n = 0;
	for (size_t i = 0; i < s->n_stages; i++)
		if ((int)s->stages[i]->stage == stage)
			n += (int)s->stages[i]->duration_s;
	return n;
}

/* Samples of a channel in all batches that are not marked as missing. */
static inline size_t
samples(const struct run *r, const char *channel)
{
	size_t n = 0;
	for (size_t b = 0; b < r->n; b++)
		for (size_t i = 0; i < r->got[b].b->n_series; i++) {
			const Dozed__V1__Series *s = r->got[b].b->series[i];
			if ((int)s->channel == channel_by_name(channel)->wire)
				n += (s->n_v ? s->n_v : s->i16.len / 2) - s->n_missing;
		}
	return n;
}

static inline void
run_shared(struct run *r, char *path)
{
	static char *paths[1];
	paths[0] = path;
	r->o.paths = paths;
	r->o.n_paths = 1;
	run_go(r);
}

/* How many readers take the file; *ret_name is the last one's. */
static inline int
sniffed(const char *path, const char **ret_name)
{
	char head[INPUT_SNIFF];
	FILE *f = fopen(path, "rb");
	int n = 0;
	assert_non_null(f);
	size_t len = fread(head, 1, sizeof head, f);
	fclose(f);
	for (size_t i = 0; readers[i]; i++)
		if (readers[i]->sniff(head, len)) {
			*ret_name = readers[i]->name;
			n++;
		}
	return n;
}

/* Every *.json and *.ndjson of the folder is this reader's and no other's; those that hold
 * `except` in their name are nobody's. 0: the shared data are not here. */
static inline int
sniffed_alone(const char *folder, const char *reader, const char *except)
{
	char dir[512], path[1024];
	struct dirent *e;
	if (!shared_file(folder, dir))
		return 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d))) {
		const char *name = "nobody";
		if (!strstr(e->d_name, "json"))
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		int n = sniffed(path, &name);
		int none = except && strstr(e->d_name, except);
		if (n != !none || (n && strcmp(name, reader) != 0))
			fail_msg("%s: %d readers, %s", e->d_name, n, name);
	}
	closedir(d);
	return 1;
}
