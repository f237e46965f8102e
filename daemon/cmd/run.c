/* SPDX-License-Identifier: MIT */
/* `dozed run`: the daemon in the foreground. All of it is hub.c. */
#include "cmd/args.h"
#include "hub.h"

#include <malloc.h>

/* What is larger goes back to the system when it is freed. By itself glibc raises its limit to the
 * largest that was ever freed, and keeps what a run worked on (2.5 MiB) until the process ends. */
#define KEPT_MAX (128 * 1024)

int
cmd_run(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct arg none[] = {{0}};
	static const struct arg_words words = {NULL,
		"Runs the daemon in the foreground until SIGTERM. SIGHUP reads the "
		"configuration again."};
	int rest, rc;

	rc = args_parse(none, &words, argc, argv, &rest);
	if (rc != ARGS_GO)
		return rc;
	mallopt(M_ARENA_MAX, 2); /* four threads, but only one that allocates much */
	mallopt(M_MMAP_THRESHOLD, KEPT_MAX);
	log_init(ctx->config->log_level);
	return hub_run(ctx->config);
}
