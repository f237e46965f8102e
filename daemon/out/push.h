/* SPDX-License-Identifier: MIT */
/* Posts requests on the loop: libcurl's multi socket interface over uv_poll and one timer.
 * Every certificate is verified; redirects are not followed; no proxy, netrc or cookie is
 * taken from the environment; what a server answers beyond its status is thrown away unread.
 * Made only when something is to be posted: libcurl is not loaded before (curl_api.h).
 * Knows no notice and no retry. */
#pragma once

#include <uv.h>

#include "out/push_form.h"
#include "out/push_pace.h"

#define PUSH_ANSWER_BYTES_MAX (64 * 1024) /* then the rest is not waited for */

struct push;

/* Never called from within push_post. */
typedef void (*push_done)(void *user, const struct push_result *r);

struct push_options {
	const char *ca_file; /* "": the system's authorities */
	int64_t timeout_ms;
};

/* NULL where libcurl is not there or cannot be started. */
struct push *push_new(uv_loop_t *loop) must_check;
/* Takes what it needs of the request. 0: done will be called once; or negative errno. */
int push_post(struct push *p, const struct push_request *r, const struct push_options *o,
	push_done done, void *user) must_check;
/* Ends all transfers without a word; the memory goes with the last close callback. NULL: nothing. */
void push_close(struct push *p);
