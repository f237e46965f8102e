/* SPDX-License-Identifier: MIT */
/* Runs the bridge's job inside a test: text in, batches out, each of them checked by the
 * hub's own decoder. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batcher.h"
#include "in/decode.h"
#include "job.h"
#include "options.h"
#include "report.h"

#include "dozed/v1/batch.pb-c.h"

#define NOW "2026-07-01T12:00:00Z"

struct caught {
	char person[ID_MAX + 1], source[ID_MAX + 1];
	uint8_t *payload;
	size_t size;
	Dozed__V1__Batch *b;
};

struct run {
	struct options o;
	struct job j;
	char dir[32];
	char *path[8];
	char *said; /* what was reported */
	size_t said_size;
	struct caught *got;
	size_t n;
	int status;
	unsigned long refused;
	unsigned long twice_samples, twice_sessions, twice_ratings;
};

static inline int
run_put(void *ctx, struct wearer *w, Dozed__V1__Batch *b)
{
	struct run *r = ctx;
	struct caught c = {0};

	b->epoch = 1;
	b->seq = ++w->seq;
	b->sent_ms = r->j.now.ms;
	strcpy(c.person, w->id);
	snprintf(c.source, sizeof c.source, "%s", r->o.source ? r->o.source : "");
	c.size = dozed__v1__batch__get_packed_size(b);
	assert_true(c.size <= PACK_PAYLOAD_MAX);
	c.payload = malloc(c.size);
	dozed__v1__batch__pack(b, c.payload);
	c.b = dozed__v1__batch__unpack(NULL, c.size, c.payload);
	assert_non_null(c.b);

	static uint8_t mem[DECODE_ARENA_SIZE];
	struct arena a;
	struct batch decoded;
	struct device_id id = {.source = "csv", .device = "file"};
	char why[DECODE_WHY_LEN] = "";
	strcpy(id.person, w->id);
	arena_init(&a, mem, sizeof mem);
	int d = decode_batch(
		&a, &id, r->j.now, r->j.now, c.payload, c.size, &decoded, why);
	if (d != 0)
		fail_msg("the hub would refuse this: %s", why);

	r->got = realloc(r->got, (r->n + 1) * sizeof *r->got);
	r->got[r->n++] = c;
	return 0;
}

static inline void
run_init(struct run *r, const char *format)
{
	char *argv[] = {(char *)"dozed-bridge", (char *)format};

	memset(r, 0, sizeof *r);
	assert_int_equal(options_parse(&r->o, 2, argv), 0);
	r->o.person = "anna";
	r->o.now = NOW;
	r->o.source = format;
	r->o.device = "file";
	strcpy(r->dir, "/tmp/dozed-bridge-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
}

/* Writes bytes to a file of the run and has it read. */
static inline void
run_add(struct run *r, const char *name, const void *bytes, size_t n)
{
	char *path = calloc(1, 128);
	snprintf(path, 128, "%s/%s", r->dir, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	r->path[r->o.n_paths++] = path;
	r->o.paths = r->path;
}

/* What the options say. */
static inline void
run_go(struct run *r)
{
	FILE *said = open_memstream(&r->said, &r->said_size);

	assert_int_equal(job_init(&r->j, &r->o), 0);
	r->j.report.to = said;
	r->j.to = (struct outlet){run_put, r};
	int err = job_read(&r->j);
	assert_int_equal(err, 0);
	assert_int_equal(job_flush(&r->j), 0);
	r->status = job_status(&r->j);
	r->refused = r->j.report.refused;
	r->twice_samples = r->j.found.replaced_samples;
	r->twice_sessions = r->j.found.replaced_sessions;
	r->twice_ratings = r->j.found.replaced_ratings;
	job_finish(&r->j);
	fclose(said);
}

static inline void
run_text(struct run *r, const char *text)
{
	run_add(r, "in", text, strlen(text));
	run_go(r);
}

static inline void
run_finish(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		dozed__v1__batch__free_unpacked(r->got[i].b, NULL);
		free(r->got[i].payload);
	}
	free(r->got);
	for (int i = 0; i < 8 && r->path[i]; i++) {
		unlink(r->path[i]);
		free(r->path[i]);
	}
	rmdir(r->dir);
	free(r->said);
	memset(r, 0, sizeof *r);
}

static inline void
assert_said(const struct run *r, const char *text)
{
	if (!strstr(r->said, text))
		fail_msg("not said: \"%s\", but: %s", text, r->said);
}

/* The shared data's file, or NULL. */
static inline const char *
shared_file(const char *name, char ret[static 512])
{
	const char *root = getenv("DOZED_SHARED_DATA"), *source = getenv("DOZED_SOURCE");

	if (root)
		snprintf(ret, 512, "%s/%s", root, name);
	else
		snprintf(ret, 512, "%s/../shared/data/%s", source ? source : ".", name);
	if (access(ret, R_OK) == 0)
		return ret;
	printf("SKIP: %s not found\n", ret);
	return NULL;
}
