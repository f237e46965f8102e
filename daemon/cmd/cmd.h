/* SPDX-License-Identifier: MIT */
/* Sub-commands: one a file, one line each in the table of main.c. Each gets its own argv
 * (argv[0] = its name) and prints results to stdout, faults to stderr. */
#pragma once

#include "config.h"

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_CONFIG = 78 };

struct cmd_context {
	const char *config_file;
	struct config *config; /* read and checked; owned by main */
};

struct cmd {
	const char *name, *args, *summary;
	int (*run)(const struct cmd_context *ctx, int argc, char **argv);
};

int cmd_run(const struct cmd_context *ctx, int argc, char **argv);
int cmd_check(const struct cmd_context *ctx, int argc, char **argv);
int cmd_status(const struct cmd_context *ctx, int argc, char **argv);
int cmd_notify_test(const struct cmd_context *ctx, int argc, char **argv);
int cmd_nights(const struct cmd_context *ctx, int argc, char **argv);
int cmd_explain(const struct cmd_context *ctx, int argc, char **argv);
int cmd_import(const struct cmd_context *ctx, int argc, char **argv);
int cmd_replay(const struct cmd_context *ctx, int argc, char **argv);
int cmd_rate(const struct cmd_context *ctx, int argc, char **argv);
int cmd_feedback(const struct cmd_context *ctx, int argc, char **argv);
int cmd_evaluate(const struct cmd_context *ctx, int argc, char **argv);
int cmd_export(const struct cmd_context *ctx, int argc, char **argv);
