/* SPDX-License-Identifier: MIT */
/* Gives a notice to a program: JSON on its standard input, an environment of PATH, LANG and
 * where there are such HOME and CREDENTIALS_DIRECTORY, no shell, "/" as its directory. Exit 0
 * is done; 75 (EX_TEMPFAIL), a signal, and a program that cannot be started are tried again;
 * any other status is a refusal. What it prints goes to the debug log, cut short. It leads a
 * process group of its own, which is ended when its time is over. */
#pragma once

#include "out/push.h"

#define PUSH_EXEC_TEMPFAIL  75
#define PUSH_EXEC_PRINT_MAX 1024
#define PUSH_EXEC_GRACE_MS  (2 * SECOND_MS) /* between SIGTERM and SIGKILL */

struct push_exec;

struct push_exec_order {
	const struct push_config *c; /* borrowed for the call */
	char *json;                  /* taken over, also on failure */
	int64_t timeout_ms;
	push_done done; /* never called from within push_exec_start */
	void *user;     /* borrowed until then */
};

/* NULL with the reason in *ret, and done is not called. */
struct push_exec *push_exec_start(uv_loop_t *loop, const struct push_exec_order *o,
	struct push_result *ret) must_check;
/* Ends the program without a word; the memory goes with the last close callback. */
void push_exec_close(struct push_exec *x);
