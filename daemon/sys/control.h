/* SPDX-License-Identifier: MIT */
/* The control socket: a line comes in, one answer goes out, the connection ends. Only the
 * daemon's own user can open it (0600). At most CONTROL_CLIENTS at a time, short
 * requests, and a client that reads slowly is cut off after CONTROL_PATIENCE_MS: nobody
 * holds memory. Knows no commands: the answer is the owner's. */
#pragma once

#include <uv.h>

#include "base/base.h"

#define CONTROL_CLIENTS     8
#define CONTROL_REQUEST_MAX 256
#define CONTROL_PATIENCE_MS 5000
#define CONTROL_SOCKET      "control.sock"

struct control;

/* request: without its newline. Returns a malloc'd answer (sent with a newline), or NULL.
 */
typedef char *(*control_answer)(void *user, const char *request);

/* Listens on dir/control.sock. A socket that nobody answers on any more is removed first;
 * -EADDRINUSE: somebody does. */
int control_open(uv_loop_t *loop, const char *dir, control_answer answer, void *user,
	struct control **ret) must_check;
/* Closes everything; the memory goes with the last close callback. The socket is removed.
 */
void control_close(struct control *c);

/* The other side, blocking: asks dir/control.sock and returns the answer (malloc'd), at
 * most 4 MiB, within timeout_ms for each wait. -ECONNREFUSED or -ENOENT: nobody there. */
int control_ask(
	const char *dir, const char *request, int timeout_ms, char **ret) must_check;
