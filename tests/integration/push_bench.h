/* SPDX-License-Identifier: MIT */
/* Push against small real HTTP servers: a store, a pusher and its loop in this process, with
 * simulated time between the attempts; only a server that does not answer costs real time.
 * Servers are push_server.py, ended by closing their input. */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "config.h"
#include "pusher.h"

#define BENCH_START INT64_C(1795420800000)

struct http {
	char log[128];
	int port, in; /* in: the server ends when it is closed */
	pid_t pid;
};
/* arguments: of push_server.py behind LOG, blanks between. Ends the program with 77 where
 * there is no python3. */
void http_start(struct http *s, const char *dir, const char *name, const char *arguments);
void http_stop(struct http *s);
/* Request i as it was written down; NULL where there are fewer. Free with json_decref. */
json_t *http_request(const struct http *s, unsigned i);
unsigned http_count(const struct http *s);

struct bench {
	char dir[64];
	uv_loop_t loop;
	struct store *store;
	struct config *config;
	struct pusher *pusher;
	int64_t now;
};
void bench_open(struct bench *b);
void bench_close(struct bench *b);
/* The text of dozed.conf; fails the test where it is refused. */
void bench_configure(struct bench *b, const char *text);
/* A notice of anna's for the channel, its text "secret text NUMBER"; expires in 9 h. */
void bench_put(struct bench *b, const char *channel, unsigned number);
void store_notice(struct store *s, const char *channel, unsigned number, utc_ms now,
	utc_ms expires);
/* Lets time run, turning whenever the pusher wants it, with what is sent ended. */
void bench_run(struct bench *b, int64_t until);
/* The channel's row of `status`: waiting, sent ...; -1 where there is no such. */
int64_t bench_count(struct bench *b, const char *channel, const char *what);
const char *bench_trouble(struct bench *b, const char *channel);
