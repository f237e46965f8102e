/* SPDX-License-Identifier: MIT */
/* Commands in a test as a person types them: a configuration for anna and ben, what a
 * command prints kept as text. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/scratch.h"

struct world {
	char dir[SCRATCH_PATH], conf[SCRATCH_PATH + 16];
	char *out, *err; /* of the last command */
};

static inline void
world_path(const struct world *w, const char *name, char ret[static 320])
{
	snprintf(ret, 320, "%s/%s", w->dir, name);
}

static inline void
world_write(const struct world *w, const char *name, const char *text)
{
	char path[320];
	world_path(w, name, path);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline int
world_open(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char text[1024], path[320];
	assert_int_equal(scratch_make(w->dir), 0);
	world_path(w, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(text, sizeof text,
		"state_dir = \"%s\"\n"
		"person \"anna\" { name = \"Anna\" timezone = \"Europe/Berlin\" }\n"
		"person \"ben\" { timezone = \"Europe/London\" devices = "
		"{\"test/watch\"} }\n",
		path);
	world_write(w, "dozed.conf", text);
	snprintf(w->conf, sizeof w->conf, "%s/dozed.conf", w->dir);
	*state = w;
	return 0;
}

static inline int
world_close(void **state)
{
	struct world *w = *state;
	scratch_remove(w->dir);
	free(w->out);
	free(w->err);
	free(w);
	return 0;
}

static inline char *
whole_file(FILE *f)
{
	long n = (fflush(f), fseek(f, 0, SEEK_END), ftell(f));
	char *s = calloc(1, (size_t)n + 1);
	rewind(f);
	assert_int_equal(fread(s, 1, (size_t)n, f), n);
	fclose(f);
	return s;
}

static inline void
fail_fault(void *ctx, const char *text)
{
	(void)ctx;
	fail_msg("%s", text);
}

/* Runs a command with its words, NULL at the end; gives its exit code. */
static inline int
typed(struct world *w, int (*cmd)(const struct cmd_context *, int, char **), ...)
{
	char *argv[16] = {(char *)"command"};
	int argc = 1;
	va_list ap;
	va_start(ap, cmd);
	while ((argv[argc] = va_arg(ap, char *)))
		argc++;
	va_end(ap);
	struct cmd_context ctx = {.config_file = w->conf};
	assert_int_equal(config_read(w->conf, fail_fault, NULL, &ctx.config), 0);
	FILE *out = tmpfile(), *err = tmpfile();
	fflush(stdout);
	fflush(stderr);
	int old_out = dup(1), old_err = dup(2);
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	int code = cmd(&ctx, argc, argv);
	fflush(stdout);
	fflush(stderr);
	dup2(old_out, 1);
	dup2(old_err, 2);
	close(old_out);
	close(old_err);
	free(w->out);
	free(w->err);
	w->out = whole_file(out);
	w->err = whole_file(err);
	config_free(ctx.config);
	return code;
}

static inline unsigned
lines(const char *s)
{
	unsigned n = 0;
	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static inline void
assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}
