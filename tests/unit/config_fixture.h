/* SPDX-License-Identifier: MIT */
/* Configurations from strings in a test: written to a directory of its own, read, faults
 * kept with the directory's name taken off. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"

struct fixture {
	char dir[64], file[96];
	unsigned n; /* faults told */
	char faults[120][400];
};

static inline int
fixture_open(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	snprintf(f->dir, sizeof f->dir, "/tmp/dozed-config-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->file, sizeof f->file, "%s/dozed.conf", f->dir);
	*state = f;
	return 0;
}

static inline int
fixture_close(void **state)
{
	struct fixture *f = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -r '%s'", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static inline void
fixture_complain(void *ctx, const char *text)
{
	struct fixture *f = ctx;
	size_t n = strlen(f->dir);
	assert_true(f->n < array_len(f->faults));
	if (strncmp(text, f->dir, n) == 0)
		text += n + 1;
	snprintf(f->faults[f->n++], sizeof f->faults[0], "%s", text);
}

static inline void
fixture_write(struct fixture *f, const char *name, const char *text, size_t n)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	FILE *out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
}

/* NULL if it was refused, with a fault told. */
static inline struct config *
fixture_read_bytes(struct fixture *f, const char *text, size_t n)
{
	struct config *c = NULL;
	fixture_write(f, "dozed.conf", text, n);
	f->n = 0;
	int r = config_read(f->file, fixture_complain, f, &c);
	assert_true((r == 0) == (f->n == 0));
	assert_true((r == 0) == (c != NULL));
	return c;
}

static inline struct config *
fixture_read(struct fixture *f, const char *text)
{
	return fixture_read_bytes(f, text, strlen(text));
}

/* The configuration, or the test fails with what was wrong. */
static inline struct config *
fixture_good(struct fixture *f, const char *text)
{
	struct config *c = fixture_read(f, text);
	if (!c)
		fail_msg("refused: %s\n%s", f->faults[0], text);
	return c;
}
