/* SPDX-License-Identifier: MIT */
/* libmicrohttpd inside a libuv loop, on the loop's one thread: its epoll descriptor in a uv_poll,
 * its next time-out in a timer, and a list of connections with what is left of their time. Idle,
 * it wakes nobody. Knows bytes' way in and out; what a request means is its handler's business.
 * Nobody holds the others up: a connection ends when its time is over, however slowly it speaks. */
#pragma once

#include <stdint.h>
#include <uv.h>

#include "http/mhd.h"

#define SERVER_CONNECTIONS_MAX 32

struct server_options {
	const char *listen; /* an address, or "localhost" */
	int port;
	size_t head_max;     /* of a request's head, and what the answer's head needs */
	int64_t patience_ms; /* a connection's whole time unless server_patience() gives more,
	                      * and how long it may be silent */
	MHD_AccessHandlerCallback handle;
	MHD_RequestCompletedCallback end;
	void *user; /* of both */
};

struct server;

/* mhd is borrowed until the server is closed, everything else for the call. 0, or negative
 * errno: -EINVAL = not an address. */
int server_open(uv_loop_t *loop, const struct mhd *mhd, const struct server_options *o,
	struct server **ret) __attribute__((warn_unused_result));
/* Ends every connection; afterwards no handler is called. Its own memory goes in the loop's
 * close callbacks. NULL is accepted. */
void server_close(struct server *s);

/* The connection may take this long from now on, silent or not. For a handler. */
void server_patience(const struct mhd *mhd, struct MHD_Connection *c, int64_t ms);
/* Queues the answer, which is given away. For a handler. */
enum MHD_Result server_answer(const struct mhd *mhd, struct MHD_Connection *c,
	unsigned status, struct MHD_Response *r);
